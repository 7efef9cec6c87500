"""What has to be known about an .ods before and beside reading it: its true size, hidden rows, errors, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kepu_eval.spreadsheets.addresses import address
from kepu_eval.spreadsheets.markup import walk
from kepu_eval.spreadsheets.particulars import Particulars

CONTENT = "content.xml"
_TABLE, _ROW, _COLUMN, _COMMENT = "table:table", "table:table-row", "table:table-column", "office:annotation"
_CELLS = ("table:table-cell", "table:covered-table-cell")
_VALUES = (
    "office:value",
    "office:date-value",
    "office:time-value",
    "office:boolean-value",
    "office:string-value",
)
_UNSEEN = ("collapse", "filter")
_WIDEST, _LONGEST = 16_384, 10_000
_ERROR_TEXT = re.compile(r"#[A-Z/0!?]+|Err:\d+")


def wanted(part: str) -> bool:
    """Whether a part of the archive is needed to read the cells."""
    return part in (CONTENT, "mimetype", "META-INF/manifest.xml")


def encrypted(found: dict[str, bytes]) -> bool:
    """Whether the manifest says that the content is encrypted."""
    return b"encryption-data" in found.get("META-INF/manifest.xml", b"")


def particulars(found: dict[str, bytes]) -> dict[str, Particulars]:
    """By sheet name; sizes count repeated cells as often as a reader would lay them out."""
    sheets = _Sheets()
    walk(found.get(CONTENT, b""), sheets.start, sheets.end, sheets.text)
    return {name: sheet.particulars() for name, sheet in sheets.done.items()}


@dataclass
class _Sheet:
    """A table as far as it has been read; rows and columns are 0-based."""

    row: int = 0
    rows: int = 0
    width: int = 0
    column: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    external: set[str] = field(default_factory=set)
    percent: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)

    def particulars(self) -> Particulars:
        return Particulars(
            size=(self.rows, self.width), hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns), external=frozenset(self.external),
            percent=frozenset(self.percent), errors=self.errors, comments=self.comments,
        )  # fmt: skip


class _Sheets:
    """Follows the content from tag to tag."""

    def __init__(self) -> None:
        self.done: dict[str, _Sheet] = {}
        self._sheet = _Sheet()
        self._row: dict[str, str] = {}
        self._cell: dict[str, str] | None = None
        self._column = 0
        self._words: list[str] = []
        self._comment: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _TABLE:
            self._sheet = self.done.setdefault(attributes.get("table:name", ""), _Sheet())
        elif name == _COLUMN:
            self._hide_columns(attributes)
        elif name == _ROW:
            self._row, self._column = attributes, 0
        elif name in _CELLS:
            self._cell, self._words = attributes, []
        elif name == _COMMENT:
            self._comment = []

    def text(self, characters: str) -> None:
        if self._comment is not None:
            self._comment.append(characters)
        elif self._cell is not None:
            self._words.append(characters)

    def end(self, name: str) -> None:
        if name == _COMMENT:
            self._sheet.comments[address(self._sheet.row, self._column)] = "".join(self._comment or ())
            self._comment = None
        elif name in _CELLS and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == _ROW:
            repeated = _times(self._row, "rows")
            if self._row.get("table:visibility") in _UNSEEN:
                first = self._sheet.row + 1
                self._sheet.hidden_rows.update(range(first, first + min(repeated, _LONGEST)))
            self._sheet.row += repeated

    def _hide_columns(self, attributes: dict[str, str]) -> None:
        sheet = self._sheet
        last = min(sheet.column + _times(attributes, "columns"), _WIDEST)
        if attributes.get("table:visibility") in _UNSEEN:
            sheet.hidden_columns.update(range(sheet.column + 1, last + 1))
        sheet.column = last

    def _end_cell(self, cell: dict[str, str]) -> None:
        sheet, text = self._sheet, "".join(self._words).strip()
        repeated = _times(cell, "columns")
        last = self._column + repeated
        if text or any(name in cell for name in _VALUES):
            sheet.rows = sheet.row + _times(self._row, "rows")
            sheet.width = max(sheet.width, last)
            self._note(cell, text, min(last, _WIDEST))
        self._column = min(last, _WIDEST)

    def _note(self, cell: dict[str, str], text: str, last: int) -> None:
        """Remember what is particular about a filled cell."""
        sheet, place = self._sheet, address(self._sheet.row, self._column)
        kind, formula = cell.get("office:value-type"), cell.get("table:formula", "")
        if kind == "percentage":
            sheet.percent.update(address(sheet.row, column) for column in range(self._column, last))
        if _ERROR_TEXT.fullmatch(text) and (kind == "error" or formula):
            sheet.errors[place] = text
        elif "file://" in formula or "'#" in formula:
            sheet.external.add(place)


def _times(attributes: dict[str, str], what: str) -> int:
    """How often a row or cell is repeated."""
    told = attributes.get(f"table:number-{what}-repeated", "1")
    return int(told[:9]) if told.isascii() and told.isdigit() else 1
