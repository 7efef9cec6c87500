"""What an import finds: tasks, draft indicators, what became of every row, and what a person is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kepu_eval.plan.importing.numbers import Proposal

Outcome = Literal["导入", "并入上行", "组标题", "表题", "表头", "空行", "未导入"]


@dataclass(frozen=True)
class RowFate:
    """What became of a row: imported, joined to the task above, read as a heading, or left out, and why."""

    place: str
    outcome: Outcome
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Question:
    """A guess or an inheritance to confirm. ``field`` is what an answer changes: ``tasks.3.lead``, ``units.区科协``."""

    kind: str
    place: str
    original: str
    told: str
    guess: str
    field: str
    options: tuple[str, ...] = ()


@dataclass
class DraftTask:
    """A task as its row (or paragraph) says it; ``lead`` is ``None`` where nothing says who leads."""

    place: str
    title: str
    programme: str
    number: int = 0
    listed: str = ""
    programme_cell: str = "stated"
    lead: str | None = None
    joint: list[str] = field(default_factory=list)
    lead_cell: str = "stated"
    responsible: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    figures: list[DraftIndicator] = field(default_factory=list)


@dataclass(frozen=True)
class DraftIndicator:
    """A proposal with what a table says beside it: milestones and baseline by year (``None``: year not said)."""

    said: Proposal
    milestones: tuple[tuple[int, float], ...] = ()
    baseline: tuple[int | None, float] | None = None
    binding: str = ""


@dataclass
class Found:
    """Everything that an import found, in the order of the source."""

    tasks: list[DraftTask] = field(default_factory=list)
    fates: list[RowFate] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    inheritances: list[str] = field(default_factory=list)
    aliases: dict[str, list[str]] = field(default_factory=dict)
    goals: list[DraftIndicator] = field(default_factory=list)

    def ask(
        self, kind: str, task: DraftTask, original: str, told: str, guess: str, field: str, *options: str
    ) -> None:
        """Ask about something of a task; ``field`` is the task's own (``lead``)."""
        self.questions.append(
            Question(kind, task.place, original, told, guess, f"tasks.{task.number}.{field}", options)
        )
