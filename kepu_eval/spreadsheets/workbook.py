"""Any spreadsheet as plain grids of values, or a reason why not; in this process: see ``opening.py``.

Values come from calamine, which reads .xlsx, .xls and .ods without running anything; what it does not tell is
looked up in the sheets' XML. Files are hostile until read: sizes are checked before anything is laid out.
"""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from kepu_eval.personal_data import masked, may_be_personal, personal_data
from kepu_eval.safe_text import plain_title, tidy
from kepu_eval.spreadsheets import archive, ods, xlsx
from kepu_eval.spreadsheets.addresses import address, position
from kepu_eval.spreadsheets.particulars import Particulars
from kepu_eval.spreadsheets.unreadable import UnreadableError

MAX_TEXT = 8 * 2**20
MAX_CELLS = 1_000_000
MAX_ERRORS = 10_000
MAX_AREAS = 5_000
MAX_SHEETS = 500  # any number of which may be one and the same part
_SEARCHED_ROWS = 15
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 512  # an OLE file consists of whole sectors
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ADDRESS_IN_TEXT = re.compile(r"[A-Z]{1,3}\d+")


@dataclass(frozen=True)
class Grid:
    """A sheet from its first cell on: ``rows[0][0]`` is A1. Errors stand in the cells as text such as ``#REF!``.

    ``private`` are positions (0-based row, column) that hold personal data, with what kind. ``worded`` is what is
    shown, by address, where a number format adds words to the number, which is # (约#); ``struck`` are addresses of cells with text that is crossed out.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    external: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    struck: frozenset[str] = frozenset()
    worded: dict[str, str] = field(default_factory=dict)
    private: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False

    @cached_property
    def heads(self) -> list[list[str]]:
        """The first rows as tidied text: a table's header is one of them."""
        return [list(map(tidy, values)) for values in self.rows[:_SEARCHED_ROWS]]

    @cached_property
    def said(self) -> frozenset[str]:
        """Every text in :attr:`heads`, as it stands and as a plain title: few sheets need to be looked at more closely."""
        texts = {text for row in self.heads for text in row if text}
        return frozenset(texts.union(map(plain_title, texts)))

    @cached_property
    def grouped(self) -> dict[int, list[tuple[int, int]]]:
        """First and last columns of the merged cells above each of the first rows, which may be titles of several columns."""
        found: dict[int, list[tuple[int, int]]] = {}
        for left, top, right, bottom in self.merged:
            if (
                0 < left < right
                and top == bottom < _SEARCHED_ROWS - 1
                and left < len(self.rows[top] if top < len(self.rows) else ())
            ):
                found.setdefault(top + 1, []).append((left, right))
        return {
            row: areas
            for row, areas in found.items()
            if row < len(self.rows) and len(areas) < _SEARCHED_ROWS * 4
        }

    @cached_property
    def areas(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Last cell of each merged area by its first, as (row, column)."""
        return {(top, left): (bottom, right) for left, top, right, bottom in self.merged}

    def address(self, row: int, column: int) -> str:
        """Cell address of a 0-based position in ``rows``."""
        return address(row, column)

    def area_from(self, row: int, column: int) -> str:
        """The merged area whose first cell a position is; empty when there is none."""
        area = self.areas.get((row, column))
        return f"{address(row, column)}:{address(*area)}" if area else ""


@dataclass(frozen=True)
class Book:
    """A readable file: its sheets, and notes about how it was read as (code, message)."""

    sheets: dict[str, Grid]
    notes: tuple[tuple[str, str], ...] = field(default=())


def read_book(path: PurePath, content: bytes) -> Book:
    """What is in a file's bytes; :class:`UnreadableError` when it cannot or must not be read."""
    return _without_private_names(_read(path, content))


def _read(path: PurePath, content: bytes) -> Book:
    name = path.name
    if content.startswith(_ZIP):
        return _zipped(name, content)
    if content.startswith(_OLE):
        return _binary(name, content)
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise UnreadableError("C03", f"“{name}”实为网页导出", "请用Excel或WPS打开后另存为xlsx", "question")
    if path.suffix.lower() in (".csv", ".xls", ".txt"):
        return _text(path, content)
    raise UnreadableError(
        "C00",
        f"“{name}”不是有效的表格文件（可能已损坏，或只改了扩展名）",
        "请用Excel或WPS重新保存为xlsx后重报",
    )


def _damaged(name: str) -> UnreadableError:
    return UnreadableError("C00", f"“{name}”已损坏或不是表格文件", "请用Excel或WPS重新保存为xlsx后重报")


def _zipped(name: str, content: bytes) -> Book:
    try:
        found = archive.parts(name, content, lambda part: xlsx.wanted(part) or ods.wanted(part))
        if ods.encrypted(found):
            raise UnreadableError("C06", f"“{name}”已加密", "请解除密码后重报")
        if found.get(xlsx.WORKBOOK, b"").count(b"sheet ") > MAX_SHEETS:
            raise archive.too_large(name)
        found = found if ods.CONTENT in found else xlsx.readable(found)
        known = ods.particulars(found) if ods.CONTENT in found else xlsx.particulars(found)
        if sum(rows * columns for rows, columns in (p.size for p in known.values())) > MAX_CELLS:
            raise archive.too_large(name)
        grids = _grids(name, archive.packed(xlsx.slim(found).items()), known)
        return Book(grids, tuple(_notes(known)))
    except UnreadableError:
        raise
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        OSError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise _damaged(name) from error


def _notes(known: dict[str, Particulars]) -> list[tuple[str, str]]:
    """What is to be told of sheets as a whole, and of comments, which are not read any further."""
    notes = [("C04", f"工作表“{sheet}”已重算使用范围") for sheet, p in known.items() if p.understated]
    for sheet, told in known.items():
        for cell, text in told.comments.items():
            kind = personal_data(text)
            if kind:
                where = f"“{sheet}”{cell if _ADDRESS_IN_TEXT.fullmatch(cell) else ''}的批注"
                notes.append(("C60", f"{where}疑含{kind}，批注没有读取；请删除该批注中的个人信息"))
    return notes


def _binary(name: str, content: bytes) -> Book:
    """A BIFF workbook; its hidden rows cannot be told, so the note asks for .xlsx next time."""
    encrypted = UnreadableError("C06", f"“{name}”已加密", "请解除密码后重报")
    if _ENCRYPTED in content:
        raise encrypted
    if len(content) % _SECTOR:
        raise _damaged(name)
    try:
        grids = _grids(name, io.BytesIO(content), {})
    except UnreadableError:
        raise
    except (CalamineError, OSError, ValueError) as error:
        raise (encrypted if "password" in str(error).lower() else _damaged(name)) from error
    return Book(grids, (("C01", f"“{name}”为旧版xls，已按xls读取；旧版中隐藏的行列无法识别，下次请用xlsx"),))


def _grids(name: str, stream: io.BytesIO, known: dict[str, Particulars]) -> dict[str, Grid]:
    try:
        book = CalamineWorkbook.from_filelike(stream)
        return {meta.name: _grid(name, book, meta, known.get(meta.name, Particulars())) for meta in book.sheets_metadata
                if str(meta.typ) == "SheetTypeEnum.WorkSheet"}  # fmt: skip
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a defect of the Rust reader must not end the batch
            raise _damaged(name) from None
        raise


def _grid(name: str, book: CalamineWorkbook, meta: Any, known: Particulars) -> Grid:
    sheet = book.get_sheet_by_name(meta.name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for cell, error in list(known.errors.items())[:MAX_ERRORS]:
        _put(rows, cell, error)
    merged = sheet.merged_cell_ranges or []
    if len(merged) > MAX_AREAS:
        raise archive.too_large(name)
    return Grid(
        name=meta.name,
        rows=rows,
        merged=tuple((left, top, right, bottom) for (top, left), (bottom, right) in merged),
        hidden_rows=known.hidden_rows,
        hidden_columns=known.hidden_columns,
        external=known.external,
        percent=known.percent,
        struck=known.struck,
        worded=known.worded,
        private=_private(rows),
        hidden=str(meta.visible) != "SheetVisibleEnum.Visible",
    )


def _put(rows: list[list[Any]], cell: str, value: str) -> None:
    """Set a cell that may lie outside the rows read so far (calamine ends a sheet at its last value)."""
    place = position(cell)
    if place is None or max(place) > MAX_CELLS or place[0] * place[1] > MAX_CELLS:
        return
    row, column = place
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend("" for _ in range(column + 1 - len(rows[row])))
    rows[row][column] = value


def _private(rows: list[list[Any]]) -> dict[tuple[int, int], str]:
    """Kinds of personal data by position."""
    found = {}
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            if value and _may_be_private(value):
                kind = personal_data(value)
                if kind:
                    found[number, column] = kind
    return found


def _may_be_private(value: Any) -> bool:
    """A quick look, since every cell is looked at: a mobile number has eleven digits."""
    if type(value) is str:
        return may_be_personal(value)
    return type(value) in (int, float) and value >= 1e10 and math.isfinite(value)


def _without_private_names(book: Book) -> Book:
    """The book with masked names of sheets, and a note where one was."""
    if not any(may_be_personal(name) for name in book.sheets):
        return book
    sheets: dict[str, Grid] = {}
    notes = list(book.notes)
    for name, grid in book.sheets.items():
        shown = masked(name)
        if shown != name:
            notes.append(
                ("C60", f"第{len(sheets) + 1}张工作表的名称疑含{personal_data(name)}，名称已略去；请改名")
            )
            shown = f"{shown}{len(sheets) + 1}"
        sheets[shown] = replace(grid, name=shown)
    return replace(book, sheets=sheets, notes=tuple(notes))


def _text(path: PurePath, content: bytes) -> Book:
    """Delimited text in UTF-8 (with or without BOM), UTF-16 or GB18030; the sheet takes the file's name."""
    if len(content) > MAX_TEXT:
        raise archive.too_large(path.name)
    text, encoding = _decoded(path.name, content)
    tabbed = "\t" in text.partition("\n")[0]
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(text), delimiter="\t" if tabbed else ",")]
    except csv.Error as error:
        raise _damaged(path.name) from error
    width = max((len(row) for row in rows), default=0)
    if width * len(rows) > MAX_CELLS:
        raise archive.too_large(path.name)
    rows = [row + [""] * (width - len(row)) for row in rows]
    words = f"“{path.name}”实为文本，已按{encoding}{'制表符' if tabbed else '逗号'}读取"
    notes = (("C02", words),) if path.suffix.lower() != ".csv" else ()
    return Book({path.stem: Grid(path.stem, rows, private=_private(rows))}, notes)


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    codecs = (("utf-16", "UTF-16"),) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else (
        ("utf-8-sig", "UTF-8"), ("gb18030", "GBK"))  # fmt: skip
    for codec, words in codecs:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, words
    raise UnreadableError("C00", f"“{name}”不是文本表格", "请另存为xlsx后重报")
