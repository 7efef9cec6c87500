"""Sheets of a workbook that leaves the office: one look, safe text, a title above and a head that stays in view."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from kepu_eval.report.blocks import Fact
from kepu_eval.safe_text import half_widths, plain_text

HEAD_ROW = 2  # counted from 0: title, notice, head
_FONT = "宋体"
_MADE = dt.datetime(2000, 1, 1)
_WIDEST, _NARROWEST, _LONGEST_TEXT, _MERGED = 60, 8, 32_000, 12
_ILLEGAL = re.compile(r"[\[\]:*?/\\']")
_LINE_HEIGHT = 16  # points
_FORMULA_SIGNS = ("=", "+", "-", "@")


class Look(NamedTuple):
    """How a cell looks, in the words of XlsxWriter's formats; ``bg_color`` is a hex colour."""

    align: str = "general"
    bg_color: str = ""
    num_format: str = "General"
    font_size: float = 10.5
    font_color: str = "#000000"
    bold: bool = False
    underline: bool = False
    border: int = 1
    text_wrap: bool = True
    quote_prefix: bool = False


PLAIN = Look()
_HEAD = Look(align="center", bg_color="#DDE6F0", bold=True)
_TITLE = Look(font_size=14, bold=True, border=0, text_wrap=False)
_NOTICE = Look(font_size=12, font_color="#C00000", bold=True, border=0, text_wrap=False)
_NOTE = Look(border=0)
_LINK = Look(font_color="#0563C1", underline=True)


def number_format(fact: Fact) -> str:
    """Excel format of a Fact: its decimals, and its unit as text."""
    digits = f"0.{'0' * fact.digits}" if fact.digits else "0"
    return f'{digits}"{fact.unit}"' if fact.unit else digits


class SheetBook:
    """A workbook in the making: the same calls give the same bytes."""

    def __init__(self, title: str, author: str, notice: str = "") -> None:
        self._buffer = io.BytesIO()
        self._book = Workbook(
            self._buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._book.set_properties({"title": title, "author": author, "created": _MADE})
        self._formats: dict[Look, Format] = {}
        self.notice = notice

    def format(self, look: Look) -> Format:
        """XlsxWriter's format of a look, made once."""
        if look not in self._formats:
            properties = {name: value for name, value in look._asdict().items() if value}
            self._formats[look] = self._book.add_format(
                {"font_name": _FONT, "valign": "vcenter", "border_color": "#A6A6A6", **properties}
            )
        return self._formats[look]

    def sheet(self, name: str, title: str, columns: Sequence[str]) -> Sheet:
        """A new sheet with title, notice and head; the name is made legal and unique."""
        return Sheet(self, self._book.add_worksheet(self._free_name(name)), title, columns)

    def _free_name(self, title: str) -> str:
        base = _ILLEGAL.sub(" ", plain_text(title)).strip()[:31] or "表"
        name, number = base, 2
        taken = {page.name.lower() for page in self._book.worksheets()}
        while name.lower() in taken:
            name, number = f"{base[:28]}({number})", number + 1
        return name

    def bar_chart(self, options: dict) -> Chart:
        """A native bar chart with one series."""
        chart = self._book.add_chart({"type": "bar"})
        chart.add_series(options)
        return chart

    def content(self) -> bytes:
        """The finished file."""
        self._book.close()
        return self._buffer.getvalue()


class Sheet:
    """One sheet: rows are written below the head, top to bottom."""

    def __init__(self, book: SheetBook, page: Worksheet, title: str, columns: Sequence[str]) -> None:
        self.page, self._book, self._columns = page, book, len(columns)
        self.row = HEAD_ROW
        self._widths = [0] * len(columns)
        self._note = ""
        heading = plain_text(title)
        if len(columns) > 1:
            page.merge_range(0, 0, 0, min(len(columns), _MERGED) - 1, heading, book.format(_TITLE))
        page.write_string(0, 0, heading, book.format(_TITLE))
        page.write_string(1, 0, book.notice, book.format(_NOTICE))
        for column, text in enumerate(columns):
            self.put(column, text, _HEAD)
        page.freeze_panes(HEAD_ROW + 1, 0)
        page.repeat_rows(HEAD_ROW)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.set_header(f"&C{book.notice.replace('&', '&&')}" if book.notice else "")
        page.set_footer("&C— &P —")

    @property
    def name(self) -> str:
        """The sheet's name in the workbook."""
        return self.page.name

    def put(self, column: int, value: str | float | None, look: Look = PLAIN) -> None:
        """Write into the present row: numbers as numbers, all else as text that no program takes for a formula."""
        if value is None:
            self.page.write_blank(self.row, column, None, self._book.format(look))
            return
        if not isinstance(value, str):
            self.page.write_number(self.row, column, value, self._book.format(look))
            shown = str(value)
        else:
            shown = plain_text(value)[:_LONGEST_TEXT]
            if shown.startswith(_FORMULA_SIGNS):
                look = look._replace(quote_prefix=True)
            self.page.write_string(self.row, column, shown, self._book.format(look))
        if self._widths[column] < _WIDEST and len(shown) * 2 > self._widths[column]:
            self._widths[column] = max(self._widths[column], half_widths(shown[:_WIDEST]))

    def formula(self, column: int, formula: str, value: str | float | None, look: Look = PLAIN) -> None:
        """Write a formula of the program's own into the present row, with its result (``None``: an empty text)."""
        shown = "" if value is None else value
        self.page.write_formula(self.row, column, formula, self._book.format(look), shown)
        self._widths[column] = max(self._widths[column], half_widths(str(shown)[:_WIDEST]))

    def add(self, values: Iterable[str | float | None], height: float | None = None) -> None:
        """The next row, plainly; ``height`` in points, else left to the program that opens the file."""
        self.row += 1
        for column, value in enumerate(values):
            self.put(column, value)
        if height is not None:
            self.page.set_row(self.row, height)

    def add_link(self, name: str, text: str) -> None:
        """The next row as an entry of a list of sheets."""
        self.row += 1
        self.page.write_url(self.row, 0, f"internal:'{name}'!A1", self._book.format(_LINK), name)
        self._widths[0] = max(self._widths[0], half_widths(name[:_WIDEST]))
        self.put(1, text)

    def note(self, text: str) -> None:
        """Words below the table, wrapped under it: on one line they would widen the page and shrink its print."""
        self._note = plain_text(text)[:_LONGEST_TEXT]

    def bars(self, labels: int, values: int, title: str) -> None:
        """A native bar chart below table and note: column ``values`` named by column ``labels``; a missing value is a gap.

        Not beside the table: there it would halve the print, which is one page wide.
        """
        rows = (HEAD_ROW + 1, self.row)
        chart = self._book.bar_chart(
            {
                "categories": f"='{self.name}'!{xl_range_abs(rows[0], labels, rows[1], labels)}",
                "values": f"='{self.name}'!{xl_range_abs(rows[0], values, rows[1], values)}",
                "fill": {"color": "#0B5FA5"},
                "data_labels": {"value": True},
            }
        )
        chart.set_title({"name": title, "name_font": {"name": _FONT, "size": 12}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True, "num_font": {"name": _FONT}})
        chart.set_x_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D5D9DE"}}})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 640, "height": 120 + 28 * (rows[1] - rows[0] + 1)})
        self.page.insert_chart(self.row + 3, 0, chart, {"description": title, "object_position": 2})

    def finish(self, widths: Sequence[float] = (), *, filtered: bool = True) -> None:
        """Filters (not where formulas rely on the order of rows) and widths: those given, or as wide as the longest text."""
        if filtered:
            self.page.autofilter(HEAD_ROW, 0, max(self.row, HEAD_ROW + 1), self._columns - 1)
        fitted = [min(max(longest + 3, _NARROWEST), _WIDEST) for longest in self._widths]
        for column, width in enumerate(widths or fitted):
            self.page.set_column(column, column, width)
        if self._note:
            self._write_note((widths or fitted)[:_MERGED])

    def _write_note(self, widths: Sequence[float]) -> None:
        row = self.row + 1
        if len(widths) > 1:
            self.page.merge_range(row, 0, row, len(widths) - 1, self._note, self._book.format(_NOTE))
        self.page.write_string(row, 0, self._note, self._book.format(_NOTE))
        self.page.set_row(row, row_height([self._note], [sum(widths)]))


def row_height(values: Iterable[object], widths: Iterable[float]) -> float:
    """Points for the longest wrapped cell of a row: not every program measures wrapped text when it opens a file."""
    lines = (
        math.ceil(half_widths(str(value)) / (width - 1)) for value, width in zip(values, widths, strict=False)
    )
    return _LINE_HEIGHT * max(lines)
