"""How the ledger's tables store what a submission holds, and give it back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kepu_eval.returns.model import PARTS, Submission

_JSON = {
    "asked",
    "done_by_year",
    "evidence",
    "cells",
    "held",
    "commitments",
    "affects",
    "candidates",
    "fields",
}
_REAL = {"value", "candidate", "baseline_size", "current_size", "quantity", "participants"}
_BOOLEAN = {"required", "rural"}
_DATE = {"date"}
_TEXT_HERE = {("evidence", "evidence"), ("cells", "value"), ("findings", "value"), ("proposals", "value")}


def rows_of(submission: Submission, table: str) -> list[dict]:
    """Rows that a submission brings for a table."""
    if table == "findings":
        return [{**row, "unit_asked": row["unit"]} for row in submission.findings]
    return submission.parts[table] if table in PARTS else getattr(submission, table)


def stored(table: str, names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> Iterable[tuple]:
    """Rows as the table stores them."""
    return zip(*(_encoded(table, name, [row[name] for row in rows]) for name in names), strict=True)


def roll_rows(rows: Sequence[tuple]) -> list[dict]:
    """Schools of a roll: entity, type, rural."""
    return [
        {"entity": entity, "type": kind, "rural": None if rural is None else bool(rural)}
        for entity, kind, rural in rows
        if kind  # a row whose type nobody could read may be no school at all
    ]


as_json = json.JSONEncoder(ensure_ascii=False).encode
_NOTHING = {tuple: "[]", list: "[]", dict: "{}", str: '""', type(None): "null"}  # most say nothing


def _encoded(table: str, name: str, values: list[Any]) -> list[object]:
    """A column's values as it stores them."""
    if (table, name) in _TEXT_HERE:
        return values
    if name in _JSON:
        return [_NOTHING[type(value)] if not value else as_json(value) for value in values]
    if name in _REAL:
        return [None if value is None or math.isnan(value) else value for value in values]
    return [value and value.isoformat() for value in values] if name in _DATE else values


def decoded(table: str, name: str, value: Any) -> object:
    """What a stored value of a column says."""
    if name in _JSON and (table, name) not in _TEXT_HERE:
        return _frozen(json.loads(value))
    if name in _REAL and (table, name) not in _TEXT_HERE:
        return math.nan if value is None else value
    if value is None:
        return None
    if name in _BOOLEAN:
        return bool(value)
    return date.fromisoformat(value) if name in _DATE else value


def _frozen(value: object) -> object:
    """JSON's lists as the tuples they were."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return {key: _frozen(item) for key, item in value.items()} if isinstance(value, dict) else value
