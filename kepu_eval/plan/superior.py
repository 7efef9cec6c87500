"""Plans of higher levels on which a plan rests: their targets as they stand there, and how ours relate to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from kepu_eval.number_text import number_text
from kepu_eval.plan.rules import Record
from kepu_eval.plan.targets import Indicator, Operator

if TYPE_CHECKING:
    from kepu_eval.plan.models import Plan

UNREAD, UNSET = "未取得原文", "未设"
_SIGNS = {">=": "达到", ">": "超过", "<=": "不超过", "<": "低于", "rank": "进入前"}
_STRICT = re.compile(r"超过|高于|大于|多于|低于|少于|小于")
_INCLUSIVE = re.compile(r"(?:不|没有)(?:超过|高于|大于|多于|低于|少于|小于)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OTHER = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
_AFTER = ("以上", "以下", "以内", "左右")
_HOPED = re.compile(r"力争[^，；。]*?\d")


class Relation(StrEnum):
    """How a target stands to that of a higher level, by number and wording."""

    ABOVE = "高于"
    SAME = "一致"
    BELOW = "弱于"
    UNSET = "未设"
    INCOMPARABLE = "不可比"


class SuperiorTarget(Record):
    """A target of a higher level for the end of a year, of what ``key`` names; without ``value`` its text was not read."""

    key: str
    year: int
    operator: Operator | None = None
    value: float | None = None
    unit: str = "%"
    wording: str = UNREAD
    clause: str = ""
    source: str = ""


class SuperiorBaseline(Record):
    """What a higher level started from, in the unit of its targets."""

    key: str
    year: int
    value: float
    unit: str = "%"
    source: str = ""


class Superior(Record):
    """A plan of a higher level. ``complete``: all its numbers are here, so that what is not here it does not set."""

    doc_no: str
    level: str
    targets: tuple[SuperiorTarget, ...] = ()
    baselines: tuple[SuperiorBaseline, ...] = ()
    complete: bool = False

    def target(self, key: str, year: int) -> SuperiorTarget | None:
        """Its target for a year, where there is one that could be read."""
        found = (item for item in self.targets if (item.key, item.year) == (key, year))
        return next((item for item in found if item.value is not None), None)

    def baseline(self, key: str) -> SuperiorBaseline | None:
        """Where it started from, the latest year."""
        return max((item for item in self.baselines if item.key == key), key=lambda b: b.year, default=None)


class Demand(NamedTuple):
    """What a target asks for: its sign, number, unit, and how it is worded."""

    operator: Operator | None
    value: float
    unit: str
    wording: str

    @property
    def hoped(self) -> bool:
        """Whether it is only striven for (力争15%); 达到15%，力争与全国同期持平 promises its number."""
        return bool(_HOPED.search(self.wording))


class Aligned(NamedTuple):
    """One item and year: our demand (``None``: not set), and each higher level's, by its name.

    ``above`` holds :class:`SuperiorTarget`, or :data:`UNREAD`, or :data:`UNSET`; ``relations`` ours to each of them.
    """

    key: str
    year: int
    indicator: Indicator | None
    own: Demand | None
    above: dict[str, SuperiorTarget | str]
    relations: dict[str, Relation]


def relation(own: Demand | None, above: Demand | None) -> Relation:
    """Ours to theirs: a higher number asks for more, at the same number a strict sign, and a promise more than a hope.

    ``None`` on either side is a target that is not set. Other signs, units and kinds can't be compared.
    """
    if own is None or above is None:
        return Relation.UNSET
    floors, ceilings = (">=", ">"), ("<=", "<")
    same_way = any(own.operator in signs and above.operator in signs for signs in (floors, ceilings))
    if not same_way or own.unit != above.unit:
        return Relation.INCOMPARABLE
    mine, theirs = _strength(own), _strength(above)
    return Relation.SAME if mine == theirs else Relation.ABOVE if mine > theirs else Relation.BELOW


def _strength(demand: Demand) -> tuple[float, bool, bool]:
    sign = 1 if demand.operator in (">=", ">") else -1
    return sign * demand.value, demand.operator in (">", "<"), not demand.hoped


def own_demand(indicator: Indicator, year: int) -> Demand | None:
    """What an indicator asks for at the end of a year: its target, or a milestone's; ``None`` for any other year."""
    marks = {item.year: item.target for item in indicator.milestones}
    value = indicator.target if year == indicator.horizon.year else marks.get(year)
    if value is None or indicator.reference is not None:
        return None
    return Demand(indicator.operator, value, indicator.unit, _as_worded(indicator, value))


def _as_worded(indicator: Indicator, value: float) -> str:
    """A target with its number as the plan words it: 达到15%, 50人次以上; of a milestone, whose words are not kept, by its sign."""
    word, number = indicator.wording, f"{number_text(value)}{indicator.unit}"
    if value != indicator.target or not word or word[0] in "（(":
        return f"{_SIGNS.get(indicator.operator, '')}{number}"
    if any(map(str.isdigit, word)):
        return word
    before, gap, after = word.partition("…")
    return f"{before}{number}{after}" if gap else f"{number}{word}" if word in _AFTER else f"{word}{number}"


def aligned(plan: Plan) -> list[Aligned]:
    """Every item of which a higher level's target is known of, by year: own indicators in order, then what we lack.

    Years before the plan's own are left out.
    """
    ours = {indicator.key: indicator for indicator in plan.indicators if indicator.key}
    theirs = {(t.key, t.year) for level in plan.meta.superior for t in level.targets}
    if plan.meta.superior and all(level.complete for level in plan.meta.superior):
        theirs |= {(key, item.horizon.year) for key, item in ours.items()}
    keys = list(dict.fromkeys([*ours, *(key for key, _ in sorted(theirs))]))
    with_own = {key for key, _ in theirs} & set(ours)
    wanted = theirs | {(key, ours[key].horizon.year) for key in with_own}
    pairs = sorted(wanted, key=lambda pair: (keys.index(pair[0]), pair[1]))
    return [_aligned(plan, key, year, ours.get(key)) for key, year in pairs if year >= plan.meta.first_year]


def _aligned(plan: Plan, key: str, year: int, indicator: Indicator | None) -> Aligned:
    own = None if indicator is None else own_demand(indicator, year)
    above: dict[str, SuperiorTarget | str] = {}
    relations: dict[str, Relation] = {}
    for level in plan.meta.superior:
        found = level.target(key, year)
        above[level.level] = found or (UNSET if level.complete else UNREAD)
        told = (
            None
            if found is None or found.value is None
            else Demand(found.operator, found.value, found.unit, found.wording)
        )
        unknown = found is None and not level.complete
        relations[level.level] = Relation.INCOMPARABLE if unknown and own else relation(own, told)
    return Aligned(key, year, indicator, own, above, relations)


def superior_problems(plan: Plan) -> Iterator[str]:
    """A Chinese line for everything in ``meta.superior`` that contradicts itself."""
    seen = set()
    for level in plan.meta.superior:
        if level.level in seen:
            yield f"meta.superior：层级“{level.level}”出现两次；请合并为一条"
        seen.add(level.level)
        for item in level.targets:
            path = f"meta.superior.{level.level}.targets.{item.key}.{item.year}"
            if (item.value is None) != (item.operator is None):
                yield f"{path}：value 与 operator 须同时填写；未取得原文的，两者都留空"
            elif item.value is not None:
                yield from _worded(path, item, item.value)


def _worded(path: str, item: SuperiorTarget, value: float) -> Iterator[str]:
    """The number and the sign must be those of the wording; one without digits can't be held against them."""
    numbers = {float(found[0].replace(",", "")): found.start() for found in _NUMBER.finditer(item.wording)}
    if value not in numbers:
        if numbers:
            yield f"{path}.wording：“{item.wording}”中没有数值{number_text(value)}；请照原文写明措辞和数值"
        return
    before = item.wording[: numbers[value]]
    strict = bool(_STRICT.search(_INCLUSIVE.sub("", before)))
    if item.operator in _OTHER and strict != (item.operator in (">", "<")):
        yield f"{path}.operator：“{item.wording}”应写作“{_OTHER[item.operator]}”，不是“{item.operator}”；请按措辞改正"
