"""Opening what a unit sent: any spreadsheet as plain grids of values, or a reason why not.

Values come from calamine, which reads .xlsx, .xls and .ods without running anything; what it does not tell
(hidden rows, formulas that point outside) is looked up in the sheet's XML. Files are hostile until read: size,
compression ratio and cell counts are limited before anything is unpacked.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

MAX_BYTES = 50 * 2**20
MAX_UNPACKED = 300 * 2**20
MAX_RATIO = 200
MAX_CELLS = 2_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class UnreadableError(ValueError):
    """A file that is left out; the message says why and what to do, ``code`` which rule."""

    def __init__(self, code: str, message: str, remedy: str, severity: str = "rejected") -> None:
        super().__init__(message)
        self.code, self.message, self.remedy, self.severity = code, message, remedy, severity


@dataclass(frozen=True)
class Grid:
    """A sheet: ``rows[0]`` is the sheet's row ``top`` (1-based), each starting at column ``left``."""

    name: str
    rows: list[list[object]]
    top: int = 1
    left: int = 1
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    external: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)
    hidden: bool = False

    def address(self, row: int, column: int) -> str:
        """Cell address of a 0-based position in ``rows``."""
        return f"{get_column_letter(self.left + column)}{self.top + row}"

    def merged_value(self, row: int, column: int) -> tuple[object, str] | None:
        """Value and range of the merged area that a position lies in (not at its first cell)."""
        at_row, at_column = self.top + row, self.left + column
        for left, top, right, bottom in self.merged:
            if top <= at_row <= bottom and left <= at_column <= right and (at_row, at_column) != (top, left):
                value = self.rows[top - self.top][left - self.left]
                return value, f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
        return None


@dataclass(frozen=True)
class Book:
    """A readable file: its sheets, and notes about how it was read as (code, message)."""

    sheets: dict[str, Grid]
    notes: tuple[tuple[str, str], ...] = field(default=())


def open_book(path: Path, content: bytes) -> Book:
    """Read a file's content; :class:`UnreadableError` when it cannot or must not be read."""
    name = path.name
    if name.startswith(("~$", ".")) or path.suffix.lower() == ".et":
        raise UnreadableError("C07", f"“{name}”不是可读取的填报文件", "WPS文件请另存为xlsx；临时文件请删除")
    if len(content) > MAX_BYTES:
        raise UnreadableError("C99", f"“{name}”过大", "请只保留填报表内容后重报")
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


def _zipped(name: str, content: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(name, archive)
            layouts = _xlsx_layouts(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return Book(_grids(name, book, layouts))
    except (CalamineError, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(
            "C00", f"“{name}”已损坏或不是表格文件", "请用Excel或WPS重新保存为xlsx后重报"
        ) from error


def _binary(name: str, content: bytes) -> Book:
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00" in content:
        raise UnreadableError("C06", f"“{name}”已加密", "请解除密码后重报")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return Book(_grids(name, book, {}), (("C01", f"“{name}”为旧版xls，已按xls读取"),))
    except (CalamineError, OSError, ValueError) as error:
        told = (
            "已加密，请解除密码后重报"
            if "password" in str(error).lower()
            else "请用Excel或WPS另存为xlsx后重报"
        )
        raise UnreadableError("C06" if "加密" in told else "C00", f"“{name}”无法读取", told) from error


def _refuse_bombs(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts) or 1
    if unpacked > MAX_UNPACKED or (unpacked > 20 * 2**20 and unpacked / packed > MAX_RATIO):
        raise UnreadableError("C99", f"“{name}”解压后过大，疑为异常文件", "请新建表格，粘贴填报内容后重报")
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        raise UnreadableError("C99", f"“{name}”含宏", "请另存为不含宏的xlsx后重报")
    if any(b"<!DOCTYPE" in archive.open(p).read(512) for p in parts if p.filename.endswith(".xml")):
        raise UnreadableError("C99", f"“{name}”含异常的XML声明", "请用Excel或WPS重新保存为xlsx后重报")


_ROW = re.compile(rb'<row [^>]*?r="(\d+)"[^>]*>')
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f[^>]*>([^<]*)</f>')
_ERROR = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*t="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>')
_UNCACHED = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f[^>]*>[^<]*</f>(?:<v></v>|<v/>)?</c>')
_SHEET = re.compile(rb'<sheet [^>]*name="([^"]*)"[^>]*r:id="([^"]*)"')
_TARGET = re.compile(rb"<Relationship [^>]*>")


def _xlsx_layouts(archive: zipfile.ZipFile) -> dict[str, dict]:
    """By sheet name: hidden rows, cells whose formula points to another workbook, error values by cell.

    calamine leaves error values blank; a formula that was never computed counts as one.
    """
    if "xl/workbook.xml" not in archive.namelist():
        return {}
    relations = {}
    for tag in _TARGET.findall(archive.read("xl/_rels/workbook.xml.rels")):
        found = dict(re.findall(rb'(Id|Target)="([^"]*)"', tag))
        relations[found.get(b"Id")] = found.get(b"Target", b"").decode().lstrip("/")
    result = {}
    for name, relation in _SHEET.findall(archive.read("xl/workbook.xml")):
        target = relations.get(relation, "")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in archive.namelist():
            xml = archive.read(part)
            hidden = frozenset(
                int(m[1]) for m in _ROW.finditer(xml) if b'hidden="1"' in m[0] or b'hidden="true"' in m[0]
            )
            external = frozenset(m[1].decode() for m in _FORMULA.finditer(xml) if b"[" in m[2])
            errors = {m[1].decode(): m[2].decode() for m in _ERROR.finditer(xml)}
            errors |= {m[1].decode(): "#未计算" for m in _UNCACHED.finditer(xml)}
            result[unescape(name.decode())] = {"hidden_rows": hidden, "external": external, "errors": errors}
    return result


def _grids(name: str, book: CalamineWorkbook, layouts: dict) -> dict[str, Grid]:
    grids, cells = {}, 0
    for meta in book.sheets_metadata:
        sheet = book.get_sheet_by_name(meta.name)
        cells += sheet.total_height * sheet.total_width
        if cells > MAX_CELLS:
            raise UnreadableError("C99", f"“{name}”的表格过大，疑有大量空白格式行", "请删除多余的行列后重报")
        merged = tuple(
            (c0 + 1, r0 + 1, c1 + 1, r1 + 1) for (r0, c0), (r1, c1) in (sheet.merged_cell_ranges or [])
        )
        grids[meta.name] = Grid(
            name=meta.name,
            rows=sheet.to_python(skip_empty_area=False),
            merged=merged,
            hidden=str(meta.visible) != "SheetVisibleEnum.Visible",
            **layouts.get(meta.name, {}),
        )
    return grids


def _text(path: Path, content: bytes) -> Book:
    """Delimited text in UTF-8 (with or without BOM) or GB18030; the sheet takes the file's name."""
    encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            raise UnreadableError("C00", f"“{path.name}”无法读取", "请另存为xlsx后重报") from error
    if "\x00" in text:
        raise UnreadableError("C00", f"“{path.name}”不是文本表格", "请另存为xlsx后重报")
    tabbed = "\t" in text.partition("\n")[0]
    rows = [list(row) for row in csv.reader(io.StringIO(text), delimiter="\t" if tabbed else ",")]
    width = max((len(row) for row in rows), default=0)
    grid = Grid(path.stem, [row + [""] * (width - len(row)) for row in rows])
    words = f"“{path.name}”实为文本，已按{'GBK' if encoding == 'gb18030' else 'UTF-8'}{'制表符' if tabbed else '逗号'}读取"
    return Book({grid.name: grid}, (("C02", words),) if path.suffix.lower() != ".csv" else ())
