"""Names of units as people write them: with the district before, a seal behind, in brackets, in an older form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kepu_eval.plan import Plan, Unit
from kepu_eval.returns.cells import simplified, tidy

_LABEL = re.compile(r"^(?:填报|报送|责任|牵头)?(?:单位|部门)(?:名称)?[::]?")
_BRACKETED = re.compile(r"[(\[【《〈「].*?[)\]】》〉」]")
_SEAL = re.compile(r"(?:盖章|公章|签章|印章|章)$")
_EDGES = " \t:;,.、。·-_—\"'“”‘’()[]"
_OF_GOVERNMENT = re.compile(r"人民政府(?!办)")  # 区人民政府农牧局; its own office is another unit
_OFFICE = re.compile(r"(?:办公室|[一-鿿]{0,6}[科股室处办])$")
# Words after which a unit's name may follow directly in a file name; anything else may be another district's name.
_NEUTRAL = re.compile(r"(?:[年月日表件报送估查度期交由来自关于的转附各]|版本?|材料|情况)$")
_LEVELS = "区县旗市盟州省"
_HAN = re.compile(r"[一-鿿]$")
_SHORTEST = 2
_LONGEST_BEFORE = 12
_LONGEST = 200  # a name with whatever stands around it


@dataclass(frozen=True)
class UnitNames:
    """Recognises the units of a plan by what is written on covers and in file names."""

    plan: Plan

    @cached_property
    def _level(self) -> str:
        return self.plan.meta.district[-1]

    @cached_property
    def _district(self) -> tuple[str, ...]:
        """How the district is called, the longest form first: 昆都仑区, 昆都仑, 昆区."""
        whole = self.plan.meta.district
        return (whole, whole[:-1], whole[0] + self._level)

    def elsewhere(self, before: str) -> bool:
        """Whether what stands before the plan's subject in a heading names another district."""
        return before[-1:] in tuple(_LEVELS) and not before.endswith(self._district)

    @cached_property
    def _exact(self) -> dict[str, Unit]:
        return {name: unit for unit in self.plan.units for name in (unit.name, *unit.aliases)}

    @cached_property
    def _known(self) -> dict[str, Unit]:
        """Names, aliases, and shorter forms of them (农牧局, 组织部) where only one unit is called so."""
        found: dict[str, set[str]] = {}
        for name, unit in self._exact.items():
            for form in self._forms(name):
                found.setdefault(form, set()).add(unit.id)
        by_id = {unit.id: unit for unit in self.plan.units}
        short = {
            form: by_id[next(iter(ids))]
            for form, ids in found.items()
            if len(ids) == 1 and len(form) >= _SHORTEST
        }
        return short | self._exact

    def _forms(self, name: str) -> set[str]:
        """A name without the district, without the word for its level, without 委; 委员会 as 委, too."""
        plain = next((name.removeprefix(form) for form in self._district if name.startswith(form)), name)
        local = plain.removeprefix(self._level)
        forms = {name, plain, local, local.removeprefix("委") if local != plain else local}
        return forms | {form.removesuffix("员会") for form in forms if form.endswith("委员会")}

    def _whole(self, written: object) -> list[str]:
        """What is written, and the same behind any form of the district (包头市昆都仑区…)."""
        text = _bare(written)
        before, district, name = text.rpartition(self.plan.meta.district)
        if not district:  # 包头市昆区: in short, only behind a larger district
            before, district, name = text.rpartition(self._district[-1])
            district = district if before.endswith(tuple(_LEVELS)) else ""
        forms = [text, *(text.removeprefix(form) for form in self._district if text.startswith(form))]
        forms += [name] if district and len(before) <= _LONGEST_BEFORE else []
        return forms + [form.removeprefix("人民政府") for form in forms if _OF_GOVERNMENT.match(form)]

    def named(self, written: object) -> Unit | None:
        """The unit that a cover names: by name, alias or official full name, whatever brackets or seal stand by it."""
        return next((self._known[form] for form in self._whole(written) if form in self._known), None)

    def alike(self, written: object) -> Unit | None:
        """The unit whose section or office a cover names (区农牧局综合股): to be believed only where more says so."""
        for form in self._whole(written):
            for name in sorted(self._known, key=len, reverse=True):
                if form.startswith(name) and _OFFICE.fullmatch(form[len(name) :]):
                    return self._known[name]
        return None

    def in_traditional(self, written: object) -> Unit | None:
        """The unit whose name is written in traditional characters."""
        text = _bare(written)
        return self.named(simplified(text)) if simplified(text) != text else None

    def within(self, text: str) -> Unit | None:
        """The one unit that a text such as a file name holds; another district's 区农牧局 is not ours."""
        text = tidy(text)[:_LONGEST].replace(" ", "")
        found = {unit.id: unit for unit in self._all_within(text)}
        return next(iter(found.values())) if len(found) == 1 else None

    def _all_within(self, text: str) -> Iterator[Unit]:
        taken: list[tuple[int, int]] = []
        for name in sorted(self._known, key=len, reverse=True):
            for hit in re.finditer(re.escape(name), text):
                if not any(a < hit.end() and hit.start() < b for a, b in taken):
                    taken.append(hit.span())
                    if self._ours(text[: hit.start()], name):
                        yield self._known[name]

    def _ours(self, before: str, name: str) -> bool:
        """Whether a name that follows ``before`` is our unit's and not, say, 青山区's."""
        if any(before.endswith(form) for form in self._district):
            return True
        if before.endswith(self._level) and name not in self._exact:
            before = before[:-1]
        elif before and before[-1] in _LEVELS:
            return False
        return not _HAN.search(before) or _NEUTRAL.search(before) is not None


def _bare(written: object) -> str:
    """What is written without label, brackets, seal and punctuation at its edges."""
    whole = tidy(written)[:_LONGEST].replace(" ", "")
    text = (_BRACKETED.sub("", whole) or whole[1:-1]).strip(_EDGES)
    text = _LABEL.sub("", text).strip(_EDGES)
    return _SEAL.sub("", text).strip(_EDGES)
