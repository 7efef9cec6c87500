"""Whose return a workbook is, of which plan and round: by what it declares, never by a guess.

A workbook declares itself three times: on its cover, in its hidden sheet and by its file name. Two that agree are
enough; a contradiction is one question, and until that is answered nothing of the file counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process

from kepu_eval.personal_data import WITHHELD
from kepu_eval.plan import Plan, Round, Unit
from kepu_eval.returns import layout
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.decisions import INSIDE, Decisions
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.names import UnitNames
from kepu_eval.safe_text import plain_title
from kepu_eval.spreadsheets.workbook import Book

_ALIKE = 50
_SAME_TITLE = 90
_HEADING = "填报表"  # how our covers' headings end
_DIGITS = re.compile(r"\d+")
_DAY_SENT = re.compile(r"(?:报送|上报|填报|填表)(?:日期|时间)")
_WIDE = 6  # cells of a cover in which a label's value is looked for
EARLY, LATEST = dt.timedelta(days=60), dt.timedelta(days=550)
"""A return comes at most so long before the round's last day, and so long after it was due."""
_OTHER_BOOKS = {  # sheets of the other workbooks that we print, and what is to be done with them
    "待核问题": "是复核意见表，请用 kepu-eval decide import 读回",
    "整改台账": "是整改台账，请用 kepu-eval rectify import 读回",
    "抽查事项": "是抽查表，请用 kepu-eval spotcheck import 读回",
}


@dataclass(frozen=True)
class Declared:
    """What a workbook says about itself on its cover and in its hidden sheet."""

    book: Book

    @cached_property
    def hidden(self) -> dict[str, str]:
        """The hidden sheet: plan, unit_id, unit, round … by key."""
        grid = self.book.sheets.get(layout.HIDDEN)
        return {tidy(row[0]): tidy(row[1]) for row in grid.rows if len(row) > 1} if grid else {}

    @cached_property
    def has_cover(self) -> bool:
        """Whether one of our covers is there, under whatever name its sheet has."""
        return bool(self.beside(layout.UNIT_FIELD)[1])

    def beside(self, label: str) -> tuple[object, str]:
        """Value to the right of a label on the cover, and its address; personal data is not given away."""
        for grid in sorted(self.book.sheets.values(), key=lambda g: tidy(g.name) != layout.COVER):
            for number, column, value in _texts(grid.rows):
                name, _, rest = tidy(value).partition(":")
                if _label(name) != label:
                    continue
                across = enumerate(grid.rows[number][column + 1 : column + _WIDE], column + 1)
                at, beside = next(((c, v) for c, v in across if v != ""), (column + 1, None))
                at, beside = (column, rest) if rest.strip() else (at, beside)
                return WITHHELD if (number, at) in grid.private else beside, grid.address(number, at)
        return None, ""

    @cached_property
    def title(self) -> str:
        """The cover's heading."""
        grid = next((g for name, g in self.book.sheets.items() if tidy(name) == layout.COVER), None)
        return next((tidy(value) for *_, value in _texts(grid.rows if grid else [])), "")


def _label(text: str) -> str:
    """A label of the cover without its spaces and brackets, under the template's own word."""
    plain = plain_title(text)
    return layout.DATE_FIELD if _DAY_SENT.fullmatch(plain) else plain


def _texts(rows: list[list[object]]) -> Iterator[tuple[int, int, object]]:
    for number, values in enumerate(rows[:40]):
        for column, value in enumerate(values[:10]):
            if isinstance(value, str) and value:
                yield number, column, value


def foreign(declared: Declared, plan: Plan, rnd: Round, names: UnitNames) -> tuple[str, str]:
    """Code and reason why a workbook is no return of this plan and round; empty when it may be one."""
    for sheet, reason in _OTHER_BOOKS.items():
        if sheet in declared.book.sheets and layout.HIDDEN not in declared.book.sheets:
            return "C07", reason
    title = declared.hidden.get("plan", "")
    if title and not _same_plan(title, plan):
        return "X04", f"是“{title}”的填报表，不是本方案的"
    ours, heading = tidy(plan.meta.about), declared.title
    before, _, _ = heading.partition(ours)
    if not title and ours in heading and names.elsewhere(before):
        return "X04", f"是“{before}”的填报表，不是{plan.meta.district}的"
    printed = not title and heading.endswith(_HEADING)
    if printed and ours not in heading and fuzz.partial_ratio(ours, heading) < _ALIKE:
        return "X04", f"标题是“{heading}”，不是{plan.meta.about}的填报表"
    written = tidy(declared.beside(layout.ROUND_FIELD)[0])
    cover = next((r.id for r in plan.rounds if r.name == written), rnd.id)
    told = declared.hidden.get("round") or cover
    if told != rnd.id:
        name = next((r.name for r in plan.rounds if r.id == told), told)
        return "X04", f"是“{name}”的填报表，不是“{rnd.name}”的"
    return "", ""


def _same_plan(title: str, plan: Plan) -> bool:
    """Whether a title is our plan's, a reworded one included; other years are another plan."""
    ours = tidy(plan.meta.title)
    alike = fuzz.ratio(title, ours) >= _SAME_TITLE and plan.meta.district in title
    return title == ours or (alike and _DIGITS.findall(title) == _DIGITS.findall(ours))


def identify(
    declared: Declared,
    names: UnitNames,
    file: str,
    named: Unit | None,
    findings: Findings,
    decisions: Decisions,
) -> Unit | None:
    """The unit that a workbook is from; ``None`` while that is open. ``named`` is whom the file name names."""
    value, cell = declared.beside(layout.UNIT_FIELD)
    written = tidy(value).replace(" ", "")
    place: dict[str, Any] = {"file": file, "sheet": layout.COVER, "cell": cell, "value": value}
    hidden = _hidden_unit(declared, names)
    cover = names.named(value)
    if cover is None and (loose := names.alike(value)) is not None and loose in (hidden, named):
        cover = loose
    if cover is None and hidden is not None and hidden == named == names.within(written):
        cover = hidden  # with a person's name or a telephone behind it
    if cover is None and written:
        return _asked(written, place, names, findings, decisions)
    said = [unit for unit in (cover, hidden, named) if unit is not None]
    unit = next((unit for unit in said if said.count(unit) > 1), said[0] if len(said) == 1 else None)
    if unit is None and said:
        return _contradictory(cover, hidden, named, place, findings, decisions)
    if unit is None:
        return _asked("", place, names, findings, decisions)
    if written and written != unit.name:
        findings.add("C47", "note", f"{cell}“{as_found(written)}”识别为{unit.name}", unit=unit.id, **place)
    if cover is not None and cover != unit:  # file name and hidden sheet agree against it
        return _contradictory(cover, hidden, named, place, findings, decisions)
    if named is not None and named != unit:
        findings.add("C09", "question", f"文件名为{named.name}，{cell}为{unit.name}，以表内为准，请确认", "请改正文件名或表内单位",
                     unit=unit.id, **place, candidates=(INSIDE,))  # fmt: skip
    if isinstance(value, str) and ("\n" in value or "\t" in value):
        findings.add("C61", "note", f"{cell}含换行或制表符，已清洗", unit=unit.id, **place)
    return unit


def tell_days(
    declared: Declared, rnd: Round, received: str, unit: Unit, file: str, findings: Findings
) -> None:
    """Ask about a cover whose days are not the round's (X43): sent long before the last day, or years after, or of another."""
    (sent, place), (until, cell) = (declared.beside(name) for name in (layout.DATE_FIELD, layout.AS_OF_FIELD))
    day, last = parse_date(received), parse_date(until)
    told = []
    if received and not rnd.as_of - EARLY <= day.value <= rnd.due + LATEST:
        told.append(
            (
                place,
                sent,
                f"{layout.DATE_FIELD}{received}，本轮数据截至{rnd.as_of.isoformat()}，{rnd.due.isoformat()}前报送",
            )
        )
    if last.counted and last.value != rnd.as_of:
        told.append(
            (cell, until, f"{layout.AS_OF_FIELD}{last.value.isoformat()}，本轮为{rnd.as_of.isoformat()}")
        )
    for where, value, message in told:
        findings.add("X43", "question", f"{where}{message}", "请核对日期；数据没有报到截止日的请补报", unit=unit.id, file=file,
                     sheet=layout.COVER, cell=where, value=as_found(value))  # fmt: skip


def _hidden_unit(declared: Declared, names: UnitNames) -> Unit | None:
    """The unit of the hidden sheet, where its number and its name say the same."""
    told = declared.hidden
    unit = next((u for u in names.plan.units if u.id == told.get("unit_id")), None)
    name = told.get("unit", "")
    return unit if unit is not None and (not name or names.named(name) in (unit, None)) else names.named(name)


def _contradictory(
    cover: Unit | None,
    hidden: Unit | None,
    named: Unit | None,
    place: dict,
    findings: Findings,
    decisions: Decisions,
) -> Unit | None:
    """Ask once whose file it is when what it declares does not fit together."""
    said = {"表内": cover, "模板": hidden, "文件名": named}
    told = "，".join(f"{where}为{unit.name}" for where, unit in said.items() if unit is not None)
    units = {unit.name: unit for unit in said.values() if unit is not None}
    findings.add("C09", "question", f"{told}，不能确定是哪个单位的填报表，确认前不计入", "请用本单位的模板填报，并改正表内单位和文件名",
                 **place, candidates=tuple(units))  # fmt: skip
    answers = units | ({INSIDE: cover} if cover else {})
    return _answered(findings.rows[-1], answers, decisions)


def _asked(
    written: str, place: dict, names: UnitNames, findings: Findings, decisions: Decisions
) -> Unit | None:
    """Ask whose file it is, with the likeliest units; the unit that a decision names, if there is one."""
    known = {name: unit for unit in names.plan.units for name in (unit.name, *unit.aliases)}
    traditional = names.in_traditional(written)
    alike = process.extract(written, list(known), scorer=fuzz.ratio, limit=3)
    near = [traditional] if traditional else [known[name] for name, score, _ in alike if score > _ALIKE]
    candidates = tuple(dict.fromkeys(unit.name for unit in near))
    hint = f"，是否为{'、'.join(candidates)}？" if candidates else ""
    told = (
        f"{place['cell']}“{as_found(written)}”不在单位名册中{hint}"
        if written
        else f"“{place['file']}”没有写明填报单位"
    )
    code = "C62" if traditional else "C48"
    findings.add(code, "question", told, "请填写方案中的单位名称", **place, candidates=candidates)
    return _answered(findings.rows[-1], known, decisions)


def _answered(asked: dict, units: Mapping[str, Unit], decisions: Decisions) -> Unit | None:
    """The unit that the evaluator named; the question keeps its place (the file), so that its answer finds it again."""
    decision = decisions.about(asked)
    if decision is None or decision.answer not in units:
        return None
    asked["answer"] = decision.answer
    return units[decision.answer]
