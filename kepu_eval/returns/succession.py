"""Whose figures stored figures are now: units known by their name, units that merged or split, leads handed over.

What a unit sent is read and settled as its own; only then do its rows go to the unit that has its place in the round.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kepu_eval.errors import KepuError
from kepu_eval.plan import BASELINE, Change, Plan, Unit, eras, periods, successors, with_units
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.model import Submission

_COUNTED = ("accepted", "note")


class UnfitError(KepuError):
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
            f"台账中的单位不在方案中：{'、'.join(strange)}",
            hint="请确认方案与台账同属一地一期，更名的把旧名写入aliases，"
            "合并、拆分的写入history（见 docs/换一个地区.md）",
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


def handed_on(parts: dict[str, list[dict]], findings: Iterable[dict], plan: Plan, now: Standing) -> None:
    """Give the rows of units that are gone to their heirs, and a former lead's figures of its time to the lead of now.

    Rows keep file and cell, so that every figure still leads back to who sent it. Where two forerunners tell the same
    figure, the one that had to tell it speaks for the heir, the other stays a contributor beside it.
    """
    figures = parts["observations"]
    for row in (*(row for name, rows in parts.items() if name != "observations" for row in rows), *findings):
        row["unit"] = now.heirs.get(row["unit"], row["unit"])
    inherited = sorted(
        (row for row in figures if row["unit"] in now.heirs), key=lambda row: not row["required"]
    )
    moves = [(row, now.heirs[row["unit"]]) for row in inherited]
    parts["observations"] = _moved(figures, moves)
    for change in sorted(plan.history, key=lambda change: change.date):
        if change.what == "lead" and change.date <= now.day:
            parts["observations"] = _moved(
                parts["observations"], _of_former_lead(parts["observations"], change, plan, now)
            )


def _moved(rows: list[dict], moves: Iterable[tuple[dict, str]]) -> list[dict]:
    """Rows with those of ``moves`` under another unit, where that has none of its own but, at most, an empty cell."""
    taken = {_key(row, row["unit"]): row for row in rows}
    emptied = set()
    for row, unit in moves:
        before = taken.get(_key(row, unit))
        if before is None or (
            before["state"] not in _COUNTED and not before["raw"] and row["state"] in _COUNTED
        ):
            if before is not None:
                emptied.add(id(before))
            row["unit"] = unit
            taken[_key(row, unit)] = row
    return [row for row in rows if id(row) not in emptied]


def _of_former_lead(rows: list[dict], change: Change, plan: Plan, now: Standing) -> list[tuple[dict, str]]:
    """Figures that a task's former lead told of periods that ended in its time."""
    ends = {p.label: p.end for kind in ("year", "semester", "school_year") for p in periods(plan, kind)}
    ends[BASELINE] = dt.date(plan.meta.first_year - 1, 12, 31)
    of_task = {indicator.id for indicator in plan.indicators if indicator.task == change.task}
    assert change.task is not None  # a lead is handed over of a task
    lead = now.plan.lead(change.task).id
    return [
        (row, lead) for row in rows
        if row["unit"] == change.units[0] and row["indicator"] in of_task and ends.get(row["period"], dt.date.max) < change.date
    ]  # fmt: skip


def _key(row: Mapping, unit: str) -> tuple:
    return unit, row["indicator"], row["measure"], row["period"], row["entity"]
