"""Whose figures stored figures are now: units known by their name, units that merged or split, leads handed over.

What a unit sent is read and settled as its own; only then do its rows go to the unit that has its place in the round.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kepu_eval.plan import BASELINE, Plan, Unit, eras, periods, successors, with_units
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.model import Submission

_COUNTED = ("accepted", "note")


class UnfitError(ValueError):
    """Plan and ledger do not belong together; the message says what does not fit and what to do, in Chinese."""


@dataclass(frozen=True)
class Standing:
    """The plan of a round with the units that are gone, and who has their figures now (``heirs``: id by id)."""

    plan: Plan
    day: dt.date
    former: Mapping[str, tuple[Unit, Plan]] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)

    @property
    def everybody(self) -> Plan:
        """The plan with the units that are gone put behind the others, to look names up in."""
        if not self.former:
            return self.plan
        return with_units(self.plan, (*self.plan.units, *(unit for unit, _ in self.former.values())))

    def asked_by(self, unit: Unit) -> Plan:
        """The plan by which a unit was asked: for one that is gone, the plan as it stood before."""
        return self.former[unit.id][1] if unit.id in self.former else self.plan


def standing(plan: Plan, day: dt.date) -> Standing:
    """Units of the day a round describes, and those that were there before it."""
    now = plan.at(day)
    here, former = {unit.id for unit in now.units}, {}
    for era in eras(plan, day):
        for unit in era.units:
            if unit.id not in here and unit.id not in former:
                former[unit.id] = (unit, era)
    return Standing(now, day, former, successors(plan, day))


def recognised(
    submissions: Sequence[Submission], decisions: Decisions, now: Standing
) -> tuple[list[Submission], Decisions, Standing]:
    """Stored submissions under the ids that the plan has for their units.

    A unit is known by id and name together; where the id is now another unit's, by its name or alias. Several stored
    units that the plan knows as one are its forerunners: each keeps its own rows, and the plan's unit inherits them.
    Raises :class:`UnfitError` naming the stored units that the plan does not know.
    """
    names = _names(now)
    stored = {(s.unit, s.unit_name) for s in submissions if s.unit}
    known = {pair: _resolved(*pair, names) for pair in sorted(stored)}
    if strange := [f"{name}（{unit}）" for (unit, name), found in known.items() if not found]:
        raise UnfitError(
            f"台账中的单位不在方案中：{'、'.join(strange)}；请确认方案与台账同属一地一期，更名的把旧名写入aliases，"
            "合并、拆分的写入history（见 docs/换一个地区.md）"
        )
    sources: dict[str, set[str]] = defaultdict(set)
    for (unit, _), found in known.items():
        sources[found].add(found if unit == found else unit)
    moved, former, heirs = {}, dict(now.former), dict(now.heirs)
    taken = {unit.id for unit in now.plan.units} | set(former)
    for (unit, name), found in known.items():
        if unit == found or len(sources[found]) == 1:
            moved[unit, name] = found
            continue
        own = unit if unit not in taken else f"{unit}·{name}"
        moved[unit, name], heirs[own] = own, found
        former[own] = (Unit(id=own, name=name), now.plan)
    changed = [_renumbered(s, moved.get((s.unit, s.unit_name), s.unit)) for s in submissions]
    ids = {unit: new for (unit, _), new in moved.items()}
    answers = {(ids.get(key[0], key[0]), *key[1:]): value for key, value in decisions.answers.items()}
    return changed, replace(decisions, answers=answers), replace(now, former=former, heirs=heirs)


def _names(now: Standing) -> dict[str, set[str]]:
    """Every name that an id goes by or went by."""
    units = [*now.plan.units, *(unit for unit, _ in now.former.values())]
    units += [unit for _, era in now.former.values() for unit in era.units]
    known: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        known[unit.id] |= {unit.name, *unit.aliases}
    return known


def _resolved(unit: str, name: str, names: Mapping[str, set[str]]) -> str:
    if name in names.get(unit, ()):
        return unit
    return next((other for other, called in names.items() if name in called), "")


def _renumbered(submission: Submission, unit: str) -> Submission:
    if submission.unit == unit:
        return submission
    before = submission.unit
    parts = {name: [row | {"unit": unit} for row in rows] for name, rows in submission.parts.items()}
    findings = [row | {"unit": unit if row["unit"] == before else row["unit"]} for row in submission.findings]
    return replace(submission, unit=unit, parts=parts, findings=findings)


def handed_on(parts: Mapping[str, list[dict]], findings: Iterable[dict], plan: Plan, now: Standing) -> None:
    """Give the rows of units that are gone to their heirs, and a former lead's figures of its time to the lead of now.

    Rows keep file and cell, so that every figure still leads back to who sent it.
    """
    for row in (*(row for rows in parts.values() for row in rows), *findings):
        row["unit"] = now.heirs.get(row["unit"], row["unit"])
    parts["observations"].sort(
        key=lambda row: bool(row["required"]) if row["unit"] in now.heirs.values() else True
    )
    _from_former_leads(parts["observations"], plan, now)


def _from_former_leads(rows: list[dict], plan: Plan, now: Standing) -> None:
    ends = {p.label: p.end for kind in ("year", "semester", "school_year") for p in periods(plan, kind)}
    ends[BASELINE] = dt.date(plan.meta.first_year - 1, 12, 31)
    for change in sorted(plan.history, key=lambda change: change.date):
        if change.what != "lead" or change.date > now.day:
            continue
        old, new = change.units[0], now.plan.lead(change.task).id
        of_task = {indicator.id for indicator in plan.indicators if indicator.task == change.task}
        told = {_key(row) for row in rows if row["unit"] == new and row["state"] in _COUNTED}
        for row in rows:
            earlier = row["indicator"] in of_task and ends.get(row["period"], dt.date.max) < change.date
            if row["unit"] == old and earlier and _key(row) not in told:
                row["unit"] = new


def _key(row: Mapping) -> tuple:
    return row["indicator"], row["measure"], row["period"], row["entity"]
