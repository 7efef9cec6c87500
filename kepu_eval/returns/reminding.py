"""Which unit is to be reminded on a day: of a return that is not there, or of a slip that is not answered. Pure.

Four steps a round, counted from its due date. A step that was missed is made up for while its letter is still true and
the next is not near; after that it is left out. A unit gets each step at most once, whatever the letter was about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from kepu_eval.plan import Plan, Round
from kepu_eval.returns.decisions import answerable, fields_of, key_of
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import NOTHING_READABLE, Returns
from kepu_eval.returns.roster import roster
from kepu_eval.returns.slips import offers


@dataclass(frozen=True)
class Step:
    """One of a round's reminders; ``first`` and ``last``: days from the due date between which it may be drafted."""

    name: str
    first: int
    last: int

    def day(self, due: dt.date) -> dt.date:
        """The day it is meant for."""
        return due + dt.timedelta(days=self.first)


# Made up for no later than three days before the next one, so that nobody hears twice in a row.
STEPS = (Step("预告", -7, -4), Step("临期", -1, 0), Step("催报", 1, 4), Step("再催", 7, 30))


class Kind(StrEnum):
    """What a reminder asks for."""

    RETURN = "报送"
    SLIP = "补正"


Drafted = Mapping[tuple[str, str], tuple[str, str]]
"""Reminders drafted in a round: unit and step → what it asked for, and the day (ISO)."""


@dataclass(frozen=True)
class Reminder:
    """A unit's reminder of a day; ``row``: the unit's in :func:`~kepu_eval.returns.roster.roster`, with what it has still to answer.

    ``needed``: false when the unit has done its part since the draft was made earlier that day.
    """

    unit: str
    step: Step
    kind: Kind
    row: Mapping[str, object]
    needed: bool = True


def step_of(due: dt.date, day: dt.date) -> Step | None:
    """The step that may be drafted on a day; ``None`` between two of them."""
    days = (day - due).days
    return next((step for step in STEPS if step.first <= days <= step.last), None)


def reminders(returns: Returns, plan: Plan, day: dt.date, drafted: Drafted) -> list[Reminder]:
    """The reminders of a day, in the plan's order: those to be drafted, and those that were drafted on this very day."""
    step = step_of(plan.round(returns.round_id).due, day)
    if step is None:
        return []
    found = []
    for row in _standing(returns, plan).to_dict("records"):
        kind = _kind(row)
        before, on = drafted.get((row["unit"], step.name), (None, day.isoformat()))
        told = Kind(before) if before else kind
        if told is not None and on == day.isoformat():
            found.append(Reminder(row["unit"], step, told, row, needed=told is kind))
    return found


def _kind(row: Mapping[str, object]) -> Kind | None:
    if row["status"] in NOTHING_READABLE:
        return Kind.RETURN
    return Kind.SLIP if row["questions"] or row["rejected"] else None


def _standing(returns: Returns, plan: Plan) -> pd.DataFrame:
    """The roster, in which questions that a unit has answered in its slip are the office's turn and not counted."""
    offered, findings = offers(returns), returns.findings
    answered = [
        row["finding"]
        for row in findings.to_dict("records")
        if answerable(row) and all(key_of(field) in offered for field in fields_of(row))
    ]
    left = findings[~findings["finding"].isin(answered)]
    return roster(replace(returns, findings=left), plan)


def drafted(ledger: Ledger, rnd: Round) -> Drafted:
    """What was drafted in a round so far, for its due date as it is now: a new date is told anew."""
    rows = ledger.query(
        "SELECT unit, step, kind, drafted_on FROM reminders WHERE round = ? AND due = ?",
        (rnd.id, rnd.due.isoformat()),
    )
    return {(unit, step): (kind, on) for unit, step, kind, on in rows}


def keep_drafted(ledger: Ledger, rnd: Round, day: dt.date, done: Iterable[Reminder]) -> None:
    """Note what was drafted on a day; what is noted already stays as it is."""
    with ledger.writing():
        there = drafted(ledger, rnd)
        ledger.insert("reminders", [
            {"round": rnd.id, "due": rnd.due.isoformat(), "unit": each.unit, "step": each.step.name, "kind": each.kind.value,
             "drafted_on": day.isoformat()}
            for each in done
            if (each.unit, each.step.name) not in there
        ])  # fmt: skip
