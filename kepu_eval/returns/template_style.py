"""How the unit's workbook looks: fonts, fills, borders, formats, and how its sheets are printed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from openpyxl.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.returns import layout
from kepu_eval.returns.layout import Column, Row, Sheet
from kepu_eval.spreadsheets.look import CENTRE, LINE, OURS, WRAP, font

SIZE, LAST_ROW = 9.4, 1000
"""Points of what is printed, never below 9 after it is fitted to the paper; the last row that is open for continuing."""
TITLE, BODY, BOLD = font(14, bold=True), font(SIZE), font(SIZE, bold=True)
EXAMPLE = font(SIZE, italic=True, colour="808080")
CLOSED_FILL, MUST_FILL = PatternFill("solid", fgColor="D9D9D9"), PatternFill("solid", fgColor="FFF2CC")
LEFT = Alignment(horizontal="left", vertical="center")
OPEN = Protection(locked=False)
FORMATS = {"number": "0.##", "date": "yyyy-mm-dd", "text": "@", "choice": "@", "label": "General"}
_A4_WIDTH, _A3_WIDTH = 133, 195
"""Widths (in characters) that fit A4 and A3 landscape at :data:`SIZE`."""
_WIDE, _SHORT = 1.75, 6  # a Chinese character in digits; texts that never wrap
_MARGIN = 0.35  # inches
_LINE_HEIGHT, _TALL_LINE = (
    11.4,
    13.6,
)  # points of a single line, of each of several (fonts taller than 宋体, too)
_ALL_ROWS = 1_048_576  # whole columns: programs print as far as something stands


def style_cell(cell: Cell, column: Column, *, closed: bool = False, must: bool = False) -> None:
    """Font, border, alignment, format and fill of one cell of a table."""
    cell.font, cell.border, cell.number_format = BODY, LINE, FORMATS[column.kind]
    centred = column.kind in ("number", "choice", "date") or isinstance(cell.value, int)
    cell.alignment = CENTRE if centred else WRAP
    fill = CLOSED_FILL if closed else OURS if column.kind == "label" else MUST_FILL if must else None
    if fill is not None:
        cell.fill = fill


class _Growing(RowDimension):
    """A row whose height is a first guess: programs make it higher when more is typed, which a custom height forbids."""

    @property
    def customHeight(self) -> bool:  # noqa: N802 - openpyxl's name
        return False


def row_height(page: Worksheet, number: int, sheet: Sheet, row: Row, above: Row | None) -> None:
    """Make a prepared row as high as what is printed in it needs.

    What the row above says in the same words (a task's title) is not wrapped again.
    """
    lines, again = 1, []
    for place, column in enumerate(sheet.columns, 1):
        text = str(row.labels.get(column.key, ""))
        wrapped = _lines(text, column.width)
        if text and above is not None and len(text) > _SHORT and text == above.labels.get(column.key):
            again.append((place, wrapped))
            continue
        lines = max(lines, wrapped)
    for place, wrapped in again:
        if wrapped > lines:
            page.cell(number, place).alignment = LEFT
    page.row_dimensions[number] = _Growing(page, index=number, ht=_height(lines) + 0.4)


def _height(lines: int) -> float:
    return _TALL_LINE * lines if lines > 1 else _LINE_HEIGHT


def height_of(texts: Mapping[str, object], sheet: Sheet) -> float:
    """Height of a row (in points) in which every one of these texts, by column key, is seen whole."""
    lines = max(_lines(str(texts.get(column.key) or ""), column.width) for column in sheet.columns)
    return _height(lines) + 4


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column; a Chinese character is nearly two digits wide and breaks anywhere."""
    room, lines, at = width - 0.5, 1, 0.0
    for word in re.findall(r"[!-~]+|.", text):
        wide = sum(_WIDE if ord(char) > 0x2E80 else 1 for char in word)
        if at and at + wide > room:
            lines, at = lines + 1, 0.0
        at += wide
    return lines


def open_columns(page: Worksheet, sheet: Sheet) -> None:
    """Let every row of a list be filled, however many: the columns themselves are open, and filled rows get lines."""
    last = get_column_letter(len(sheet.columns))
    for number, column in enumerate(sheet.columns, 1):
        whole = page.column_dimensions[get_column_letter(number)]
        whole.font, whole.number_format, whole.protection = BODY, FORMATS[column.kind], OPEN
        whole.alignment = CENTRE if column.kind in ("number", "choice", "date") else WRAP
    first = layout.FIRST_ROW + sheet.free_rows
    lines = Rule(
        type="expression", dxf=DifferentialStyle(border=LINE), formula=[f"COUNTA($A{first}:${last}{first})>0"]
    )
    page.conditional_formatting.add(f"A{first}:{last}{LAST_ROW}", lines)


def print_setup(page: Worksheet, columns: tuple[float, ...], last_row: int | None) -> None:
    """One page wide, on A4 or, where that would print too small, on A3; the head on every page.

    ``last_row``: of a table with prepared rows; a list prints as far as it is filled.
    """
    wide = sum(columns)
    page.page_setup.orientation = page.ORIENTATION_LANDSCAPE
    page.page_setup.paperSize = page.PAPERSIZE_A4 if wide <= _A4_WIDTH else page.PAPERSIZE_A3
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = (1 if wide <= _A3_WIDTH else 2), 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{layout.HEADER_ROW}:{layout.HEADER_ROW}"
    if wide > _A3_WIDTH:
        page.print_title_cols = "A:A"
    for side in ("left", "right", "top"):
        setattr(page.page_margins, side, _MARGIN)
    page.page_margins.bottom, page.page_margins.header, page.page_margins.footer = 0.5, 0.2, 0.2
    page.oddFooter.left.text, page.oddFooter.right.text = (
        "单位负责人：　　　　审核人：　　　　填报人：",
        "第&P页 共&N页",
    )
    page.oddFooter.left.size = page.oddFooter.right.size = 10
    last = get_column_letter(len(columns))
    page.print_area = f"A1:{last}{last_row or _ALL_ROWS}"


def on_screen_only(page: Worksheet, empty_cell: str) -> None:
    """Print nothing of a sheet: its print area is an empty cell, which programs leave out."""
    page.print_area = empty_cell
    page.page_setup.orientation, page.page_setup.paperSize = page.ORIENTATION_LANDSCAPE, page.PAPERSIZE_A4
