"""What became of units and tasks during a plan's life, with dates."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from kepu_eval.plan.rules import Record


class Change(Record):
    """One event. Units are named by id, so that an event holds whatever they are called later.

    ``renamed``: ``units`` (one) was called ``name`` until the day before. ``merged``: ``units`` went into ``into`` (one).
    ``split``: ``units`` (one) became ``into``. ``lead``: the lead of ``task`` went from ``units`` to ``into`` (one each).
    """

    date: dt.date
    what: Literal["renamed", "merged", "split", "lead"]
    units: tuple[str, ...]
    into: tuple[str, ...] = ()
    name: str = ""
    task: int | None = None
    basis: str = ""
