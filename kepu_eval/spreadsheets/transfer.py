"""A book on its way from one process to another, as one line of JSON: nothing in it is run when it is received."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import Book, Grid

_SETS = ("hidden_rows", "hidden_columns", "external", "percent", "struck")


def sent(book: Book) -> bytes:
    """A book as a line."""
    told = {"notes": book.notes, "sheets": [_told(grid) for grid in book.sheets.values()]}
    return _line({"book": told})


def refused(error: UnreadableError) -> bytes:
    """A refusal as a line."""
    return _line({"refused": (error.code, error.message, error.hint, error.severity)})


def received(line: bytes) -> Book:
    """The book of a line; raises the refusal of a line."""
    told = json.loads(line, object_hook=_moment)
    if "refused" in told:
        raise UnreadableError(*told["refused"])
    sheets = (_grid(sheet) for sheet in told["book"]["sheets"])
    return Book({grid.name: grid for grid in sheets}, tuple(map(tuple, told["book"]["notes"])))


def _line(told: dict) -> bytes:
    return json.dumps(told, default=_plainly).encode() + b"\n"


def _told(grid: Grid) -> dict:
    return vars(grid) | {"private": [(*place, kind) for place, kind in grid.private.items()]}


def _grid(told: dict) -> Grid:
    told |= {name: frozenset(told[name]) for name in _SETS}
    told["worded"] = dict(told["worded"])
    told["merged"] = tuple(map(tuple, told["merged"]))
    told["private"] = {(row, column): kind for row, column, kind in told["private"]}
    return Grid(**told)


def _plainly(value: Any) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, dt.timedelta):
        return {"@span": [value.days, value.seconds, value.microseconds]}
    kinds = {dt.datetime: "@moment", dt.date: "@day", dt.time: "@time"}
    return {kinds[type(value)]: value.isoformat()}


_KINDS = {
    "@moment": dt.datetime.fromisoformat,
    "@day": dt.date.fromisoformat,
    "@time": dt.time.fromisoformat,
    "@span": lambda span: dt.timedelta(*span),
}


def _moment(told: dict) -> object:
    if len(told) == 1:
        ((key, value),) = told.items()
        if key in _KINDS:
            return _KINDS[key](value)
    return told
