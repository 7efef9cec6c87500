"""Which items to put right are overdue at a quarter's end, and which fall due in that quarter or the next. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import pandas as pd


class Deadline(StrEnum):
    """Where an item stands against its time limit; an item without one, not settled, has none to miss and none to keep."""

    OVERDUE = "逾期"
    THIS_QUARTER = "本季到期"
    NEXT_QUARTER = "下季到期"
    UNDATED = "未定时限"
    LATER = "以后到期或已了结"


def deadlines(items: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Items (see :func:`~kepu_eval.supervision.records.read_rectification`) with ``deadline`` and ``days`` overdue at a quarter's end.

    Overdue is what is not settled (已销号, 撤销) after its day has passed, and not yet on that day. What was settled
    stands under the quarter in which it fell due, and under no other.
    """
    found = [_deadline(row.due, row.settled, as_of) for row in items.itertuples()]
    days = [
        (as_of - dt.date.fromisoformat(due)).days if deadline is Deadline.OVERDUE else 0
        for due, deadline in zip(items["due"], found, strict=True)
    ]
    return items.assign(deadline=found, days=days)


def _deadline(due: str, settled: bool, as_of: dt.date) -> Deadline:
    if not due:
        return Deadline.LATER if settled else Deadline.UNDATED
    if not settled and due < as_of.isoformat():
        return Deadline.OVERDUE
    quarter = pd.Period(due, freq="Q")
    if quarter == pd.Period(as_of, freq="Q"):
        return Deadline.THIS_QUARTER
    soon = not settled and quarter == pd.Period(as_of, freq="Q") + 1
    return Deadline.NEXT_QUARTER if soon else Deadline.LATER
