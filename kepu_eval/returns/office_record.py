"""Sheets of the decisions workbook for what only the office knows: the phases' duties, mechanisms unit by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from kepu_eval.plan import Plan

STATES = ("有", "无")
TO_FILL = ("状态", "依据", "说明")
_UNIT = "单位"
_FILL_WIDTHS = (10, 36, 40)

Key = tuple[str, str]


@dataclass(frozen=True)
class RecordSheet:
    """A sheet with one prepared row for each thing asked: ``rows`` gives its printed labels by (item, unit id or "")."""

    name: str
    labels: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Mapping[Key, tuple[str, ...]]

    @property
    def head(self) -> tuple[str, ...]:
        """Titles of all columns."""
        return (*self.labels, *TO_FILL)

    @property
    def all_widths(self) -> tuple[int, ...]:
        """Widths of all columns."""
        return (*self.widths, *_FILL_WIDTHS)

    def filled(self, record: pd.DataFrame) -> list[tuple[str, ...]]:
        """Every row, with what was recorded before."""
        told = {
            (r["item"], r["unit"]): (r["state"], r["basis"], r["note"]) for r in record.to_dict("records")
        }
        return [(*labels, *told.get(key, ("", "", ""))) for key, labels in self.rows.items()]

    def key_of(self, row: Mapping[str, str]) -> Key | None:
        """What a row is about, by its printed labels; ``None`` when it is none of the prepared ones."""
        names = [self.labels.index(title) for title in (self.labels[0], _UNIT) if title in self.labels]
        said = [row[self.labels[n]] for n in names]
        return next((key for key, labels in self.rows.items() if [labels[n] for n in names] == said), None)


def record_sheets(plan: Plan) -> tuple[RecordSheet, ...]:
    """The sheets that a plan needs: none for what it does not have."""
    duties = {
        (duty.id, ""): (duty.id, phase.name, duty.text, duty.who, duty.evidence)
        for phase in plan.phases
        for duty in phase.duties
    }
    mechanisms = {
        (item.id, unit.id): (item.id, item.text, unit.name)
        for item in plan.mechanisms
        if item.by_unit
        for unit in plan.members(item.owner, towns_as_members=True)
    }
    sheets = (
        RecordSheet(
            "阶段任务", ("编号", "阶段", "要求", "由谁落实", "怎样证明"), (9, 12, 28, 24, 26), duties
        ),
        RecordSheet("分单位机制", ("机制号", "机制", _UNIT), (8, 30, 18), mechanisms),
    )
    return tuple(sheet for sheet in sheets if sheet.rows)
