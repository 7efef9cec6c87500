"""Workbooks that go out to be filled and come back: one look, locked labels, drop-downs, and every cell's address.

Written with openpyxl like the units' templates; read with the intake's hardened reader, because they come back from
outside.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.safe_text import tidy
from kepu_eval.spreadsheets.filling import LINE_HEIGHT, drop_down, lines_of, on_a4, write_cell
from kepu_eval.spreadsheets.forms import Entry, open_form
from kepu_eval.spreadsheets.look import GUIDE, LINE, OURS, TO_FILL, WARNING, WRAP, font, guide, head
from kepu_eval.supervision.errors import SupervisionError

HEAD_ROW, FIRST_ROW = 3, 4
HIDDEN = "_kepu"
_FORMATS = {"text": "@", "number": "0.##", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Field:
    """A column: ``fill`` says that the cells are for filling in; ``choices`` offers a list in every row."""

    title: str
    width: float
    fill: bool = False
    choices: tuple[str, ...] = ()
    kind: Literal["text", "number", "date"] = "text"
    hidden: bool = False


@dataclass(frozen=True)
class Page:
    """A sheet: rows of values in the order of its fields; ``row_choices`` gives single cells a list of their own."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: Sequence[Sequence[object]]
    row_choices: Mapping[tuple[int, str], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Filled:
    """A workbook that came back: rows by title, and the hidden sheet's entries."""

    file: str
    sheet: str
    rows: list[tuple[int, dict[str, Entry]]]
    hidden: dict[str, str]

    def at(self, entry: Entry) -> str:
        """The place of a cell in a message."""
        return f"“{self.file}”{self.sheet}{entry.cell}"


def write_book(title: str, guidance: Sequence[str], pages: Iterable[Page], hidden: Mapping[str, str], notice: str = "") -> bytes:  # fmt: skip
    """The workbook's bytes; ``notice`` (such as 示例数据) stands on every sheet."""
    book = Workbook()
    guide(book.active, title, notice, guidance)
    for page in pages:
        _page(book.create_sheet(page.name), page, notice)
    secret = book.create_sheet(HIDDEN)
    for number, (key, value) in enumerate(hidden.items(), 1):
        secret.cell(number, 1, key)
        write_cell(secret.cell(number, 2), value)
    secret.sheet_state = "veryHidden"
    book.active = 1
    book[GUIDE].sheet_view.tabSelected = False
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _page(sheet: Worksheet, page: Page, notice: str) -> None:
    width = len(page.fields)
    for row, (text, size, colour) in enumerate(((page.title, 16, "000000"), (notice, 11, WARNING)), 1):
        cell = sheet.cell(row, 1, text)
        cell.font = font(size, bold=True, colour=colour)
    for column, field in enumerate(page.fields, 1):
        head(sheet.cell(HEAD_ROW, column, field.title))
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width, dimension.hidden = field.width, field.hidden
    sheet.row_dimensions[HEAD_ROW].height = 32
    for order, values in enumerate(page.rows):
        for column, (field, value) in enumerate(zip(page.fields, values, strict=True), 1):
            cell = sheet.cell(FIRST_ROW + order, column)
            write_cell(cell, value)
            cell.font, cell.border, cell.alignment = font(), LINE, WRAP
            cell.fill, cell.protection = TO_FILL if field.fill else OURS, Protection(locked=not field.fill)
            cell.number_format = _FORMATS[field.kind]
        sheet.row_dimensions[FIRST_ROW + order].height = LINE_HEIGHT * _lines(page.fields, values)
    _lists(sheet, page)
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 2)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False
    on_a4(sheet)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.print_area = f"A1:{get_column_letter(width)}{FIRST_ROW + max(len(page.rows), 1) - 1}"
    sheet.oddHeader.center.text, sheet.oddFooter.center.text = notice or None, "— &P —"


def _lines(fields: Sequence[Field], values: Sequence[object]) -> int:
    shown = [
        lines_of(str(v), f.width)
        for f, v in zip(fields, values, strict=True)
        if v is not None and not f.hidden
    ]
    return max([1, *shown]) + 1


def _lists(sheet: Worksheet, page: Page) -> None:
    columns = {field.title: get_column_letter(n) for n, field in enumerate(page.fields, 1)}
    last = FIRST_ROW + max(len(page.rows), 1) - 1
    wanted = [
        (f"{columns[f.title]}{FIRST_ROW}:{columns[f.title]}{last}", f.choices)
        for f in page.fields
        if f.choices
    ]
    wanted += [
        (f"{columns[title]}{FIRST_ROW + row}", choices)
        for (row, title), choices in (page.row_choices or {}).items()
    ]
    for cells, choices in wanted:
        drop_down(sheet, [cells], choices, only=True)


def read_book(path: Path, sheet: str, titles: Sequence[str], what: str) -> Filled:
    """The rows of ``sheet`` that hold anything; ``what`` names the kind of workbook in messages.

    Raises :class:`SupervisionError` for a file that cannot be read, lacks the sheet or a column of ``titles``, or holds
    personal data (the cell is named, its content is not).
    """
    form = open_form(path, what, SupervisionError)
    rows = form.rows(sheet, titles)
    secret = form.book.sheets.get(HIDDEN)
    hidden = {tidy(r[0]): str(r[1]) for r in secret.rows if len(r) > 1} if secret else {}
    return Filled(form.file, sheet, rows, hidden)
