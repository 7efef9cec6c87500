"""What became of units and tasks during a plan's life, with dates: the plan file stays the notice, events change it.

:func:`as_it_stood` gives the plan of a day, so that an earlier round is always read and judged by the plan as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from kepu_eval.plan.rules import Record
from kepu_eval.plan.targets import Indicator, Share

if TYPE_CHECKING:
    from kepu_eval.plan.models import Plan, Task, Unit


class Change(Record):
    """One event. Units are named by id, so that it holds whatever they are called.

    ``renamed``: ``units`` (one) is called ``name`` from ``date`` on. ``merged``: ``units`` go into ``into`` (one).
    ``split``: ``units`` (one) becomes ``into``; the first of them leads what it led. ``lead``: the lead of ``task``
    goes from ``units`` to ``into`` (one each); who led stays responsible. ``basis``: the document that says so.
    """

    date: dt.date
    what: Literal["renamed", "merged", "split", "lead"]
    units: tuple[str, ...]
    into: tuple[str, ...] = ()
    name: str = ""
    task: int | None = None
    basis: str = ""


def as_it_stood(plan: Plan, day: dt.date) -> Plan:
    """The plan with every event up to ``day`` applied, the day's own included, and without events of its own."""
    if not plan.history:
        return plan
    done = sorted((change for change in plan.history if change.date <= day), key=lambda change: change.date)
    units = {unit.id: unit for unit in plan.units}
    tasks, indicators = list(plan.tasks), plan.indicators
    gone: dict[str, tuple[str, ...]] = {}
    for change in done:
        if change.what == "renamed":
            unit = units[change.units[0]]
            units[unit.id] = unit.model_copy(
                update={"name": change.name, "aliases": (*unit.aliases, unit.name)}
            )
            swap: dict[str, tuple[str, ...]] = {unit.name: (change.name,)}
        elif change.what == "lead":
            place = next(i for i, task in enumerate(tasks) if task.number == change.task)
            tasks[place] = _handed_over(tasks[place], units[change.into[0]].name)
            continue
        else:
            swap = {units[old].name: tuple(units[new].name for new in change.into) for old in change.units}
            gone |= {old: change.into for old in change.units if old not in change.into}
        tasks = [_renamed(task, swap) for task in tasks]
        indicators = tuple(_told_by(indicator, swap) for indicator in indicators)
    there = tuple(
        unit for unit in units.values() if unit.id not in gone and (unit.since is None or unit.since <= day)
    )
    groups = _members(plan, units, gone)
    return plan.model_copy(update={"units": there, "tasks": tuple(tasks), "indicators": indicators, "groups": groups,
                                   "history": ()})  # fmt: skip


def with_units(plan: Plan, units: tuple) -> Plan:
    """The plan with other units, to look names up in."""
    return plan.model_copy(update={"units": units})


def successors(plan: Plan, day: dt.date) -> dict[str, str]:
    """Id of the unit that has the figures of one that is gone by ``day``: who it merged into, or the first it split into."""
    steps = {old: change.into[0] for change in sorted(plan.history, key=lambda c: c.date)
             if change.date <= day and change.what in ("merged", "split") for old in change.units if old not in change.into}  # fmt: skip
    return {old: _last(steps, old) for old in steps}


def answering(plan: Plan, day: dt.date) -> dict[str, str]:
    """Name of the unit that answers on a day for what was asked of each id: its own by then, or its successor's."""
    now = {unit.id: unit.name for unit in as_it_stood(plan, day).units}
    gone = successors(plan, day)
    return {unit.id: now.get(gone.get(unit.id, unit.id), unit.name) for unit in plan.units}


def eras(plan: Plan, day: dt.date) -> list[Plan]:
    """The plan as it stood before each event up to ``day``, the latest first: how a unit that is gone was asked."""
    dates = sorted({change.date for change in plan.history if change.date <= day}, reverse=True)
    return [as_it_stood(plan, date - dt.timedelta(days=1)) for date in dates]


def _last(steps: Mapping[str, str], unit: str) -> str:
    for _ in steps:
        unit = steps.get(unit, unit)
    return unit


def _handed_over(task: Task, name: str) -> Task:
    others = (task.lead.unit, *(other for other in task.responsible if other not in (name, task.lead.unit)))
    lead = task.lead.model_copy(
        update={"unit": name, "joint": tuple(n for n in task.lead.joint if n != name)}
    )
    return task.model_copy(update={"lead": lead, "responsible": others})


def _renamed(task: Task, swap: Mapping[str, tuple[str, ...]]) -> Task:
    def now(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(new for name in names for new in swap.get(name, (name,))))

    lead = swap.get(task.lead.unit, (task.lead.unit,))[0]
    joint = tuple(name for name in now(task.lead.joint) if name != lead)
    moved = task.lead.model_copy(update={"unit": lead, "joint": joint})
    return task.model_copy(update={"lead": moved, "responsible": now(task.responsible)})


def _told_by(indicator: Indicator, swap: Mapping[str, tuple[str, ...]]) -> Indicator:
    """The indicator with the units of today: who merged has the shares of both."""
    if not any(m.by for m in indicator.measures) and not indicator.shares:
        return indicator
    measures = tuple(
        m.model_copy(update={"by": swap[m.by][0]}) if m.by in swap else m for m in indicator.measures
    )
    shares: dict[str, float] = {}
    for share in indicator.shares:
        unit = swap.get(share.unit, (share.unit,))[0]
        shares[unit] = shares.get(unit, 0.0) + share.target
    now = tuple(Share(unit=u, target=t) for u, t in shares.items())
    return indicator.model_copy(update={"measures": measures, "shares": now})


def _members(plan: Plan, units: Mapping[str, Unit], gone: Mapping[str, tuple[str, ...]]) -> tuple:
    ids = {unit.name: unit.id for unit in plan.units}

    def names(unit: str) -> tuple[str, ...]:
        return (
            tuple(name for new in gone[unit] for name in names(new)) if unit in gone else (units[unit].name,)
        )

    return tuple(
        group if group.members == "all_units"
        else group.model_copy(update={"members": tuple(dict.fromkeys(n for member in group.members for n in names(ids[member])))})
        for group in plan.groups
    )  # fmt: skip
