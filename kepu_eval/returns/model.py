"""What a round of returns is once read: frames whose every row knows the cell it came from."""

from __future__ import annotations

from dataclasses import dataclass, fields

import pandas as pd

COLUMNS: dict[str, tuple[str, ...]] = {
    "submissions": ("unit", "unit_name", "file", "sha256", "received", "status", "note"),
    "observations": (
        "obs", "unit", "indicator", "measure", "period", "entity", "value", "state", "required", "raw",
        "file", "sheet", "cell", "sha256",
    ),
    "schools": ("entity", "type", "rural", "unit", "file", "sheet", "row"),
    "statuses": (
        "status", "commitment", "task", "unit", "role", "done_by_year", "operating", "baseline_size",
        "current_size", "quantity", "progress", "self_rating", "evidence", "problem", "next_step",
        "file", "sheet", "row", "cells",
    ),
    "events": (
        "event", "number", "date", "title", "place", "participants", "task", "indicator", "organiser",
        "co_organisers", "unit", "evidence", "state", "file", "sheet", "row", "group", "main",
    ),
    "evidence": (
        "unit", "evidence", "title", "type", "reference", "filename", "commitments", "note", "file", "sheet", "row",
    ),
    "findings": (
        "finding", "code", "severity", "unit", "file", "sheet", "cell", "value", "message", "remedy", "affects",
        "answer",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Returns:
    """One round of returns.

    ``observations``: one row a numeric cell; ``value`` is NaN unless ``state`` is accepted or note, because a
    missing figure is never zero. ``period`` is a period's label, ``baseline`` or ``stock``; ``entity`` is a
    school or empty. ``statuses``: one row a commitment and reporting unit. ``findings``: every message, with
    file, sheet, cell, value as found and remedy; a question stays open until a decision fills ``answer``.
    """

    round_id: str
    simulated: bool
    submissions: pd.DataFrame
    observations: pd.DataFrame
    schools: pd.DataFrame
    statuses: pd.DataFrame
    events: pd.DataFrame
    evidence: pd.DataFrame
    findings: pd.DataFrame

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name in COLUMNS:
                columns = tuple(getattr(self, field.name).columns)
                if columns != COLUMNS[field.name]:
                    raise ValueError(f"Returns.{field.name} has columns {columns}, not {COLUMNS[field.name]}")


def frame(name: str, rows: list[dict]) -> pd.DataFrame:
    """Frame of one kind of :class:`Returns` from rows; with no rows, an empty one with all columns."""
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))
