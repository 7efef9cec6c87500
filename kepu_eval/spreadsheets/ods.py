"""What has to be known about an .ods before and beside reading it: its true size, hidden rows, errors, links."""

from __future__ import annotations

import re
from html import unescape

from openpyxl.utils import get_column_letter

from kepu_eval.spreadsheets.xlsx import Particulars

CONTENT = "content.xml"
_TABLE = re.compile(rb'<table:table\b[^>]*?table:name="([^"]*)"[^>]*>(.*?)</table:table>', re.DOTALL)
_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_COLUMN = re.compile(rb"<table:table-column\b([^>]*)>")
_CELL = re.compile(
    rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL
)
_REPEATED_ROWS = re.compile(rb'number-rows-repeated="(\d+)"')
_REPEATED_CELLS = re.compile(rb'number-columns-repeated="(\d+)"')
_UNSEEN = (b'table:visibility="collapse"', b'table:visibility="filter"')
_WIDEST = 16_384
_ERROR_TEXT = re.compile(rb"<text:p>(#[A-Z/0!?]+|Err:\d+)</text:p>")


def wanted(part: str) -> bool:
    """Whether a part of the archive is needed to read the cells."""
    return part in (CONTENT, "mimetype", "META-INF/manifest.xml")


def encrypted(found: dict[str, bytes]) -> bool:
    """Whether the manifest says that the content is encrypted."""
    return b"encryption-data" in found.get("META-INF/manifest.xml", b"")


def particulars(found: dict[str, bytes]) -> dict[str, Particulars]:
    """By sheet name; sizes count repeated cells as often as a reader would lay them out."""
    return {
        unescape(name.decode(errors="replace")): _table(body)
        for name, body in _TABLE.findall(found.get(CONTENT, b""))
    }


def _table(body: bytes) -> Particulars:
    row_number, size, width = 0, 0, 0
    hidden, errors, external, percent = set(), {}, set(), set()
    for attributes, cells in _ROW.findall(body):
        repeated = _times(_REPEATED_ROWS, attributes)
        last = _row(cells, row_number + 1, errors, external, percent)
        if last:
            size, width = row_number + repeated, max(width, last)
        if any(mark in attributes for mark in _UNSEEN):
            hidden.update(range(row_number + 1, row_number + min(repeated, 10_000) + 1))
        row_number += repeated
    return Particulars(
        size=(size, width), hidden_rows=frozenset(hidden), hidden_columns=_hidden_columns(body),
        external=frozenset(external), percent=frozenset(percent), errors=errors,
    )  # fmt: skip


def _hidden_columns(body: bytes) -> frozenset[int]:
    column, hidden = 0, set()
    for attributes in _COLUMN.findall(body):
        last = min(column + _times(_REPEATED_CELLS, attributes), _WIDEST)
        if any(mark in attributes for mark in _UNSEEN):
            hidden.update(range(column + 1, last + 1))
        column = last
    return frozenset(hidden)


def _row(cells: bytes, row: int, errors: dict[str, str], external: set[str], percent: set[str]) -> int:
    """Number of the last column that holds something."""
    column = last = 0
    for attributes, content in _CELL.findall(cells):
        repeated = _times(_REPEATED_CELLS, attributes)
        if content or b"office:value" in attributes:
            last = column + repeated
            if b'value-type="percentage"' in attributes:
                columns = range(column + 1, min(last, _WIDEST) + 1)
                percent.update(f"{get_column_letter(number)}{row}" for number in columns)
            found = _ERROR_TEXT.search(content)
            if found and (b'value-type="error"' in attributes or b"table:formula" in attributes):
                errors[f"{get_column_letter(column + 1)}{row}"] = found[1].decode()
            elif b"table:formula" in attributes and (b"file://" in attributes or b"'#" in attributes):
                external.add(f"{get_column_letter(column + 1)}{row}")
        column = min(column + repeated, _WIDEST)
    return last


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1][:9]) if found else 1
