"""What a plan asks for beside tasks and indicators: its qualitative goals, phases with their duties, mechanisms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import model_validator

from kepu_eval.plan.rules import Record

if TYPE_CHECKING:
    from kepu_eval.plan.models import Plan


class KnownFrom(StrEnum):
    """Where it is looked first whether a duty was done; what stays open there, the office's record may settle."""

    OFFICE = "office"
    ISSUE = "issue"
    BEGUN = "begun"
    PROBLEMS = "problems"
    NEXT_STEPS = "next_steps"
    MECHANISMS = "mechanisms"
    TASKS = "tasks"
    RETURNS = "returns"
    SPOT_CHECKS = "spot_checks"
    INQUIRIES = "inquiries"
    EVALUATION = "evaluation"


class Goal(Record):
    """A qualitative goal of the plan. ``proxy``: what would measure it.

    ``indicators``, ``tasks``, ``commitments``: what the plan does for it and is rated; without any of them the goal is
    told and not judged.
    """

    id: str
    text: str
    line: int | None = None
    proxy: str
    indicators: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    commitments: tuple[str, ...] = ()


class Duty(Record):
    """Something that a phase asks for: ``who`` has to do it, ``by`` when (empty: the phase's end), what would prove it."""

    id: str
    text: str
    who: str = ""
    by: dt.date | None = None
    evidence: str = ""
    known_from: KnownFrom = KnownFrom.OFFICE


class Phase(Record):
    """A phase of the schedule, in calendar years. A duty given as a mere text is one that only the office can tell of."""

    id: str
    name: str
    start: int
    end: int
    line: int | None = None
    duties: tuple[Duty, ...] = ()
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("duties"), list | tuple):
            return data
        duties = [
            {"id": f"{data.get('id')}.{n}", "text": duty} if isinstance(duty, str) else duty
            for n, duty in enumerate(data["duties"], 1)
        ]
        return {**data, "duties": duties}

    @property
    def begins(self) -> dt.date:
        """Its first day."""
        return dt.date(self.start, 1, 1)

    @property
    def ends(self) -> dt.date:
        """Its last day."""
        return dt.date(self.end, 12, 31)


class Mechanism(Record):
    """An organisational arrangement. ``owner``: unit or group that has to have it (empty: the office for all).

    ``by_unit``: each unit of ``owner`` has to have its own.
    """

    id: str
    text: str
    section: str = ""
    line: int | None = None
    owner: str = ""
    by_unit: bool = False


def inconsistencies(plan: Plan) -> Iterator[str]:
    """Names in goals, phases and mechanisms that the plan does not have, and years that cannot be."""
    known: dict[str, set] = {
        "indicators": {i.id for i in plan.indicators},
        "tasks": {t.number for t in plan.tasks},
        "commitments": {c.id for c in plan.commitments},
    }
    for goal in plan.goals:
        for part, names in known.items():
            for name in getattr(goal, part):
                if name not in names:
                    yield f"goals.{goal.id}.{part}：“{name}”不在{part}中；请改为已有的编号"
    for phase in plan.phases:
        if phase.start > phase.end:
            yield f"phases.{phase.id}.end：早于 start；请改正"
        for duty in phase.duties:
            if duty.by is not None and not phase.begins <= duty.by <= phase.ends:
                yield f"phases.{phase.id}.duties.{duty.id}.by：不在本阶段{phase.start}—{phase.end}年内；请改正"
    bodies = {name for item in plan.bodies for name in (item.id, item.name, *item.aliases)}
    for mechanism in plan.mechanisms:
        path = f"mechanisms.{mechanism.id}"
        if mechanism.owner and mechanism.owner not in bodies:
            yield f"{path}.owner：“{mechanism.owner}”不在units 或 groups中；请改为已有名称"
        if mechanism.by_unit and not mechanism.owner:
            yield f"{path}.owner：分单位的机制须写明由哪些单位建立；请填写单位或单位组"
