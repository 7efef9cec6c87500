"""What a round of returns is once read: frames whose every row knows the cell it came from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import pandas as pd

from kepu_eval.rows import Row

Asked = tuple[str, str]  # rule code and cell (or row, or column) of a question on which a value hangs

COLUMNS: dict[str, tuple[str, ...]] = {
    "submissions": ("unit", "unit_name", "file", "sha256", "received", "status", "note"),
    "observations": (
        "obs", "unit", "indicator", "measure", "period", "entity", "value", "state", "required", "raw",
        "candidate", "asked", "evidence", "file", "sheet", "cell", "sha256",
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
        "unit", "evidence", "title", "type", "reference", "filename", "commitments", "note", "attachment",
        "file", "sheet", "row",
    ),
    "findings": (
        "finding", "code", "severity", "unit", "file", "sheet", "cell", "item", "value", "message", "remedy",
        "affects", "candidates", "answer", "fields",
    ),
    "proposals": ("unit", "sheet", "cell", "value", "proposed", "note", "handler", "file", "place"),
    "cells": ("unit", "file", "sheet", "cell", "field", "row_name", "value"),
}  # fmt: skip
# What is no return: another's or another round's file, an attachment; or our own slip with a unit's corrections.
SET_ASIDE, SLIP = "不是填报表", "退回单"
NO_RETURN = (SET_ASIDE, SLIP)
# Of several files of one unit: two that compete come first, and what could be read before what could not.
_TELLING = ("重复待确认", "按时", "未注明日期", "迟报", "无法读取", "未报送", *NO_RETURN)
NOTHING_READABLE = ("无法读取", "未报送", *NO_RETURN)
MISSING, DAMAGED = "缺失", "打不开"
NOT_PRESENT = (MISSING, DAMAGED)
"""Attachments that prove nothing: not there, or not what their ending says."""
PARTS = ("observations", "schools", "statuses", "events", "evidence")


@dataclass(frozen=True)
class Submission:
    """One file as read, before it meets the other files of its round.

    ``status`` is 按时, 迟报, 未注明日期, 无法读取, or one of :data:`NO_RETURN`; ``parts``: rows of the returns' frames by name;
    ``cells``: every filled cell that the unit was asked for, as found; ``findings``: what this file alone shows;
    ``proposals``: corrections that a unit wrote into our slip. Nothing here holds personal data.
    """

    unit: str
    unit_name: str
    file: str
    sha256: str
    received: str
    status: str
    note: str
    parts: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in PARTS})
    cells: list[dict] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)
    proposals: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Returns:
    """One round of returns.

    ``observations``: one row a numeric cell; ``value`` is NaN unless ``state`` is accepted or note, because a
    missing figure is never zero; ``evidence``: numbers of the pieces named beside it; ``candidate`` is what a question's value would be if taken as written, ``asked``
    the questions on which it hangs. ``period`` is a period's label, ``baseline`` or ``stock``; ``entity`` is a
    school or empty. ``statuses``: one row a commitment and reporting unit. ``findings``: every message, with file,
    sheet, cell, value as found and remedy; a question or rejection stays open until a decision fills ``answer``;
    ``fields``: where it asks about several cells, each with its item and value. ``proposals``: corrections that units
    wrote into the slips they were sent; they count once the evaluator accepts them.
    ``cells``: every cell that a unit filled, as found.
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
    proposals: pd.DataFrame = field(default_factory=lambda: frame("proposals", []))
    cells: pd.DataFrame = field(default_factory=lambda: frame("cells", []))

    def __post_init__(self) -> None:
        for item in fields(self):
            if item.name in COLUMNS:
                columns = tuple(getattr(self, item.name).columns)
                if columns != COLUMNS[item.name]:
                    raise ValueError(f"Returns.{item.name} has columns {columns}, not {COLUMNS[item.name]}")

    def __repr__(self) -> str:
        sent = sum(status not in NOTHING_READABLE for status in self.standing.values())
        open_ = int(self.findings["severity"].eq("question").sum())
        return f"{self.round_id}轮填报：应报{len(self.standing)}个单位，已报{sent}个；数字{len(self.observations)}格，待核{open_}项"

    @cached_property
    def standing(self) -> dict[str, str]:
        """Status by unit; of several files of one unit the most telling."""
        statuses = self.submissions.groupby("unit")["status"]
        return {unit: min(of_unit, key=_TELLING.index) for unit, of_unit in statuses}

    @cached_property
    def silent(self) -> frozenset[str]:
        """Units that sent nothing readable."""
        return frozenset(unit for unit, status in self.standing.items() if status in NOTHING_READABLE)

    @cached_property
    def usable_evidence(self) -> frozenset[tuple[str, str]]:
        """(unit, number) of the pieces that are in a catalogue and, where attachments were given, are there."""
        there = self.evidence[~self.evidence["attachment"].isin(NOT_PRESENT)]
        return frozenset(zip(there["unit"], there["evidence"], strict=True))

    @cached_property
    def broken_evidence(self) -> frozenset[tuple[str, str]]:
        """(unit, number) of the pieces whose attachment is missing or cannot be opened."""
        gone = self.evidence[self.evidence["attachment"].isin(NOT_PRESENT)]
        return frozenset(zip(gone["unit"], gone["evidence"], strict=True)) - self.usable_evidence

    def observations_of(self, indicator: str) -> list[Row]:
        """Rows of one indicator's observations, as named tuples."""
        return self._by_indicator.get(indicator, [])

    @cached_property
    def _by_indicator(self) -> dict[str, list[Row]]:
        rows: dict[str, list[Row]] = {}
        for row in self.observations.itertuples():
            rows.setdefault(row.indicator, []).append(row)
        return rows

    @property
    def open_questions(self) -> pd.DataFrame:
        """Findings that a person has still to answer."""
        return self._open("question")

    @property
    def open_rejections(self) -> pd.DataFrame:
        """Findings that were sent back and neither corrected nor settled by the evaluator."""
        return self._open("rejected")

    def _open(self, severity: str) -> pd.DataFrame:
        return self.findings[self.findings["severity"].eq(severity) & self.findings["answer"].eq("")]

    def as_written(self) -> Returns:
        """The same round with every open question's candidate counted: what answering could change."""
        rows = self.observations.copy()
        open_ = rows["state"].eq("question") & rows["candidate"].notna()
        rows.loc[open_, "value"] = rows.loc[open_, "candidate"]
        rows.loc[open_, "state"] = "note"
        return replace(self, observations=rows)


def frame(name: str, rows: list[dict]) -> pd.DataFrame:
    """Frame of one kind of :class:`Returns` from rows; with no rows, an empty one with all columns."""
    return pd.DataFrame(rows, columns=list(COLUMNS[name]))
