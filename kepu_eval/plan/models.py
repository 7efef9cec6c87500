"""The plan as typed data: programmes, tasks, commitments, indicators and units; the rules for rating are ``rules.py``.

Every class mirrors one block of a plan file (``data/plan/*.yaml``); nothing here knows a particular district.
Terms follow the notice: a *programme* is one of its actions or projects (行动、工程), a *task* one row of its
responsibility list (责任清单), a *commitment* one checkable promise inside a task, an *indicator* a commitment
with a number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from kepu_eval.errors import UnknownError
from kepu_eval.plan.arrangements import Goal, Mechanism, Phase
from kepu_eval.plan.history import Change, as_it_stood
from kepu_eval.plan.rules import READINGS, CommitmentType, RatingRules, Record, Switch
from kepu_eval.plan.superior import Superior
from kepu_eval.plan.targets import Indicator, Lines

LEAD: Literal["牵头"] = "牵头"
"""A unit's role in a task it leads; in any other of its tasks it is 责任."""
Role = Literal["牵头", "责任"]
MonthDay = Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]


class Stage(StrEnum):
    """What a round is for: a quarter's dispatch, the mid-term self-assessment or the final evaluation."""

    MIDTERM = "midterm"
    FINAL = "final"
    DISPATCH = "dispatch"


class Meta(Record):
    """Which document the plan is; ``office`` signs its reports, ``rural`` is what it calls its countryside.

    ``subject``: what the plan is about, as titles name it (全民科学素质行动); by default taken from the title.
    ``neighbours``: names of districts beside this one; what a return says was done there is asked about.
    """

    title: str
    district: str
    office: str = ""
    rural: str = "农村"
    subject: str = ""
    neighbours: tuple[str, ...] = ()
    doc_no: str
    issuer: str
    issued: dt.date
    first_year: int
    last_year: int
    superior: tuple[Superior, ...] = ()

    @property
    def years(self) -> range:
        """Calendar years of the plan window."""
        return range(self.first_year, self.last_year + 1)

    @property
    def about(self) -> str:
        """What the plan is about: ``subject``, or the title without district, years and the word for such a document."""
        bare = re.sub(r"[（(]?20\d\d\s*年?\s*[-—–~至到]+\s*20\d\d\s*年?[）)]?", "", self.title.strip("《》"))
        bare = re.sub(
            "(规划|行动)?(纲要|实施方案|工作方案|方案|分解清单|责任清单|清单|任务分工书?)+$",
            r"\1",
            bare.removeprefix(self.district),
        )
        return self.subject or re.sub("规划纲要|规划$", "", bare) or self.title

    @property
    def whole(self) -> str:
        """``全区``, ``全县``, ``全旗`` or ``全市``, by the last character of the district's name."""
        return f"全{self.district[-1]}"


class Calendar(Record):
    """Last days (``07-31``) of school terms; autumn term and school year end in the following calendar year."""

    spring_ends: MonthDay
    autumn_ends: MonthDay
    school_year_ends: MonthDay


class Round(Record):
    """One round of returns: what date it describes and when it is due."""

    id: str
    name: str
    stage: Stage
    as_of: dt.date
    due: dt.date


class Programme(Record):
    """One action or project (行动、工程); ``section`` and ``line`` say where it stands in the notice.

    ``body_name`` and ``list_name``: what text and list call it, where they differ from ``name``.
    """

    id: str
    type: str
    name: str
    body_name: str = ""
    list_name: str = ""
    section: str = ""
    line: int | None = None
    goals: tuple[str, ...] = ()


class Unit(Record):
    """A named member unit; aliases serve recognition only. ``id`` stays whatever becomes of the name.

    ``since``: the day from which it exists, where it came to be during the plan (by a merger, a split).
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    since: dt.date | None = None


class Group(Record):
    """A collective named in the list, such as 各成员单位; ``members`` are unit names or ``all_units``."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    members: Literal["all_units"] | tuple[str, ...] = ()
    note: str = ""


class Commitment(Record):
    """A checkable promise, restated; ``source`` says whether text, list or both carry it."""

    id: str
    text: str
    type: str
    source: Literal["both", "list", "body"]
    indicator: str | None = None
    parts: tuple[str, ...] = ()

    _task: int = PrivateAttr(default=0)

    @property
    def task(self) -> int:
        """Number of the task that holds it; 0 outside a task."""
        return self._task


class Lead(Record):
    """The lead department and how it was read from the list's (merged) cell.

    ``joint``: units that lead together with it (联合牵头): they are asked all that a lead is asked. Where one answer is
    wanted (a level, a statement), it is the lead's, and a joint lead's only while the lead says nothing.
    """

    unit: str
    joint: tuple[str, ...] = ()
    cell: Literal["stated", "merged"] = "stated"
    confidence: Literal["高", "中", "低"] = "高"
    note: str = ""


class Task(Record):
    """One row of the responsibility list. ``key``: what it is about, under the name that other plans give it as well."""

    number: int
    key: str = ""
    programme: str
    title: str
    body_title: str | None = None
    lead: Lead
    programme_cell: Literal["stated", "merged"] = "stated"
    responsible: tuple[str, ...]
    list_line: int | None = None
    body_line: int | None = None
    commitments: tuple[Commitment, ...]

    def model_post_init(self, _: object) -> None:
        """Tell each commitment its task: an id is a name, and no place in it stands for a number."""
        for commitment in self.commitments:
            commitment._task = self.number

    @property
    def id(self) -> str:
        """Two-digit identifier, as used in commitment numbers."""
        return f"T{self.number:02d}"


class NonTarget(Record):
    """A numeral in the source that is not a target, and why."""

    text: str
    why: str
    lines: Lines


class Ambiguity(Record):
    """An inconsistency of the source and how it is handled (severity A touches judgments, B scope, C wording)."""

    id: str
    severity: Literal["A", "B", "C"]
    topic: str
    body: str
    list: str
    handling: str


class Plan(Record):
    """A whole plan. Load one with :func:`kepu_eval.plan.load_plan`."""

    meta: Meta
    calendar: Calendar
    rounds: tuple[Round, ...]
    rating: RatingRules
    switches: tuple[Switch, ...] = ()
    commitment_types: dict[str, CommitmentType]
    programmes: tuple[Programme, ...]
    units: tuple[Unit, ...]
    groups: tuple[Group, ...] = ()
    indicators: tuple[Indicator, ...]
    tasks: tuple[Task, ...]
    goals: tuple[Goal, ...] = ()
    phases: tuple[Phase, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    non_targets: tuple[NonTarget, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    history: tuple[Change, ...] = ()
    checks_off: dict[Annotated[str, Field(pattern=r"^[CX]\d{2}$")], Annotated[str, Field(pattern=r"\S")]] = (
        Field(default_factory=dict)
    )
    """Checks of the returns that this plan does without, by their code, each with its reason."""

    _sha256: str = PrivateAttr(default="")
    _source: str = PrivateAttr(default="")

    @property
    def sha256(self) -> str:
        """Hash of the file the plan was loaded from (empty when built in memory)."""
        return self._sha256

    @property
    def source(self) -> str:
        """Name of the file the plan was loaded from."""
        return self._source

    @property
    def bodies(self) -> tuple[Unit | Group, ...]:
        """Units and groups: whatever a task can name."""
        return (*self.units, *self.groups)

    @cached_property
    def _names(self) -> dict[str, Unit | Group]:
        return {name: item for item in self.bodies for name in (item.id, item.name, *item.aliases)}

    def at(self, day: dt.date) -> Plan:
        """The plan as it stood on a day: units as they were named and merged then, tasks with their lead of then."""
        return as_it_stood(self, day)

    def in_round(self, round_id: str) -> Plan:
        """The plan as it stood on the day that a round describes."""
        return self.at(self.round(round_id).as_of)

    def unit(self, name: str) -> Unit:
        """Named unit by name, alias or id; :class:`UnknownError` with a Chinese message when unknown."""
        item = self._names.get(name)
        if not isinstance(item, Unit):
            raise UnknownError(f"方案中没有单位“{name}”")
        return item

    def group(self, name: str) -> Group:
        """Group of units by name, alias or id; :class:`UnknownError` when unknown."""
        item = self._names.get(name)
        if not isinstance(item, Group):
            raise UnknownError(f"方案中没有单位组“{name}”")
        return item

    def task(self, number: int) -> Task:
        """Task by its running number in the list; :class:`UnknownError` when there is none."""
        for task in self.tasks:
            if task.number == number:
                return task
        raise UnknownError(f"方案中没有任务{number}（任务号为1—{len(self.tasks)}）")

    def programme(self, programme_id: str) -> Programme:
        """Programme by id; :class:`UnknownError` when unknown."""
        return self._by_id(self.programmes, programme_id, "行动或工程")

    def indicator(self, indicator_id: str) -> Indicator:
        """Indicator by id; :class:`UnknownError` when unknown."""
        return self._by_id(self.indicators, indicator_id, "指标")

    def round(self, round_id: str) -> Round:
        """Round of returns by id; :class:`UnknownError` names the known ones."""
        return self._by_id(self.rounds, round_id, "填报轮次")

    def commitment(self, commitment_id: str) -> Commitment:
        """Commitment by id; :class:`UnknownError` when unknown."""
        return self._by_id(self.commitments, commitment_id, "承诺")

    @staticmethod
    def _by_id(items, wanted: str, what: str):  # noqa: ANN001, ANN205 - generic over the record types above
        for item in items:
            if item.id == wanted:
                return item
        known = "、".join(item.id for item in items[:12])
        raise UnknownError(f"方案中没有{what}“{wanted}”（已有：{known}{'…' if len(items) > 12 else ''}）")

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        """All commitments in the order of the list."""
        return tuple(commitment for task in self.tasks for commitment in task.commitments)

    @property
    def survey_groups(self) -> frozenset[str]:
        """Titles of the breakdowns of a survey by whose categories indicators are judged."""
        return frozenset(item.survey.group for item in self.indicators if item.survey and item.survey.group)

    def lead(self, task: Task | int) -> Unit:
        """Lead department of a task."""
        return self.unit(self._task(task).lead.unit)

    def responsible(self, task: Task | int, towns_as_members: bool = False) -> tuple[Unit, ...]:
        """Units responsible for a task besides its lead: groups resolved, each once, in the plan's order.

        A lead that the list names again among the responsible units counts as lead only (ambiguity I14).
        Groups without known members (街道、镇) resolve to nothing unless the plan file lists them.
        """
        row = self._task(task)
        named = (*row.lead.joint, *row.responsible)
        wanted = {unit.name for name in named for unit in self.members(name, towns_as_members)}
        return tuple(unit for unit in self.units if unit.name in wanted - {row.lead.unit})

    def contributors(self, indicator: Indicator) -> tuple[Unit, ...]:
        """Units whose figures make up an indicator, the lead first; none where no task has it."""
        if indicator.task is None:
            return ()
        others = self.responsible(indicator.task) if indicator.kind.summed else ()
        tellers = [self.unit(measure.by) for measure in indicator.measures if measure.by]
        found = (self.lead(indicator.task), *others, *tellers)
        return tuple({unit.id: unit for unit in found}.values())

    def members(self, name: str, towns_as_members: bool = False) -> tuple[Unit, ...]:
        """Units that a name stands for, in the plan's order: a unit itself, a group's members; :class:`UnknownError` when unknown."""
        item = self._names.get(name)
        if item is None:
            raise UnknownError(f"方案中没有单位或单位组“{name}”")
        wanted = [item.name] if isinstance(item, Unit) else self._members(item, towns_as_members)
        return tuple(unit for unit in self.units if unit.name in wanted)

    def _members(self, group: Group, towns_as_members: bool) -> list[str]:
        if group.members != "all_units":
            return list(group.members)
        towns = {name for other in self.groups if other.members != "all_units" for name in other.members}
        return [unit.name for unit in self.units if towns_as_members or unit.name not in towns]

    def duties(self, unit: Unit | str) -> tuple[tuple[Task, Role], ...]:
        """Tasks of a unit, each with its role."""
        who = self.unit(unit) if isinstance(unit, str) else unit
        return self._duties.get(who.name, ())

    @cached_property
    def _duties(self) -> dict[str, tuple[tuple[Task, Role], ...]]:
        """Tasks of every unit by its name, in order, each with its role."""
        found: dict[str, list[tuple[Task, Role]]] = defaultdict(list)
        for task in self.tasks:
            roles: dict[str, Role] = {unit.name: "责任" for unit in self.responsible(task)}
            roles |= dict.fromkeys((task.lead.unit, *task.lead.joint), LEAD)
            for name, role in roles.items():
                found[name].append((task, role))
        return {name: tuple(rows) for name, rows in found.items()}

    def _task(self, task: Task | int) -> Task:
        return self.task(task) if isinstance(task, int) else task

    def switch_defaults(self) -> dict[str, str]:
        """Option of every reading: the plan's default, or the first where the plan has no such switch."""
        readings = {name: options[0] for name, options in READINGS.items()}
        return readings | {switch.id: switch.default for switch in self.switches}

    def tasks_frame(self):  # noqa: ANN201 - pandas is imported only when a frame is asked for
        """One row a task: number, programme, title, lead, responsible, commitments (count), indicators."""
        from kepu_eval.plan.frames import tasks_frame

        return tasks_frame(self)

    def matrix(self):  # noqa: ANN201
        """Unit × task matrix of roles: ``牵头``, ``责任`` or an empty string."""
        from kepu_eval.plan.frames import matrix

        return matrix(self)
