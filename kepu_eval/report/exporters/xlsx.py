"""The workbook: every table as a sheet with native numbers, and the 追溯表 from figures back to cells."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.report.blocks import Fact, Inputs, Number, Source, Table
from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter, canonical_zip
from kepu_eval.report.numbering import Numbered, first_places, numbered
from kepu_eval.report.palette import TONES
from kepu_eval.safe_text import plain_text

_FONT = "宋体"
_TITLE, _BODY = Font(name=_FONT, size=14, bold=True), Font(name=_FONT, size=10.5)
_HEAD, _LINK = (
    Font(name=_FONT, size=10.5, bold=True),
    Font(name=_FONT, size=10.5, color="0563C1", underline="single"),
)
_NOTICE = Font(name=_FONT, size=12, bold=True, color="C00000")
_HEAD_FILL = "DDE6F0"
_LINE = Border(*(Side(style="thin", color="A6A6A6"),) * 4)
FIXED = dt.datetime(2000, 1, 1)
HEADER_ROW = 3
_WIDEST, _LONGEST_TEXT = 60, 32_000
_ILLEGAL = re.compile(r"[\[\]:*?/\\']")
_TRACE_HEAD = (
    "数据项",
    "名称",
    "在报告中的位置",
    "数值",
    "显示",
    "单位",
    "算法",
    "来源文件",
    "工作表",
    "单元格",
    "原值",
    "SHA-256",
)


@dataclass(frozen=True)
class _Look:
    """How a cell looks; ``fill`` is a hex colour."""

    align: str | None = None
    fill: str = ""
    number_format: str = "General"
    font: Font = field(default=_BODY, hash=False, compare=False)
    bold: bool = False


_PLAIN, _HEADER = _Look(), _Look("center", _HEAD_FILL, font=_HEAD, bold=True)
_LOOKS: WeakKeyDictionary[Workbook, dict[_Look, StyleArray]] = WeakKeyDictionary()


class XlsxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_xlsx``."""

    export_from_notebook = "评估报告附表（Excel）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_extension = ".xlsx"

    def render(self, document: Document) -> bytes:
        """The workbook's bytes: 目录, one sheet a table, 追溯表, 运行信息."""
        book = Workbook()
        book.properties.created = book.properties.modified = FIXED
        book.properties.creator, book.properties.title = (
            document.cover.organisation or "kepu_eval",
            document.cover.title,
        )
        index = book.active
        index.title = "目录"
        items = list(numbered(document.blocks))
        names: dict[str, str] = {}
        for item in items:
            if isinstance(item.block, Table) and item.block.title:
                name = _sheet_name(item.block.title, names)
                names[name] = item.label
                _table(book.create_sheet(name), item.block, document.facts, document.cover.notice)
        names["追溯表"] = "追溯表：报告中每个数据项的算法和来源单元格"
        _trace(book.create_sheet("追溯表"), items, document)
        if document.inputs:
            names["运行信息"] = "运行信息：参数、输入文件、版本"
            _run(book.create_sheet("运行信息"), document.inputs, document.cover.notice)
        _index(index, document, names)
        buffer = io.BytesIO()
        book.save(buffer)
        return canonical_zip(buffer.getvalue())


def _sheet_name(title: str, taken: Iterable[str]) -> str:
    """A legal sheet name of at most 31 characters that is not taken."""
    base = _ILLEGAL.sub(" ", plain_text(title)).strip()[:31] or "表"
    name, number = base, 2
    lowered = {other.lower() for other in taken}
    while name.lower() in lowered:
        name, number = f"{base[:28]}({number})", number + 1
    return name


def put(
    page: Worksheet, row: int, column: int, value: str | Number | None, look: _Look = _PLAIN
) -> SheetCell:
    """Write a value: numbers as numbers, all else as text that no program takes for a formula."""
    cell = page.cell(row, column)
    _dress(cell, look)
    if isinstance(value, str):
        cell.value = plain_text(value)[:_LONGEST_TEXT]
        cell.data_type = "s"
        if value[:1] in ("=", "+", "-", "@"):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def _dress(cell: SheetCell, look: _Look) -> None:
    """Give a cell its look; each look is worked out once a workbook, for that is what takes openpyxl its time."""
    known = _LOOKS.setdefault(cell.parent.parent, {})
    if look not in known:
        cell.font, cell.border, cell.number_format = look.font, _LINE, look.number_format
        cell.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=True)
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill.lstrip("#"))
        known[look] = copy(cell._style)
    cell._style = copy(known[look])


def set_heading(page: Worksheet, title: str, notice: str, width: int) -> None:
    """Title and notice above a table of ``width`` columns, on A4 landscape as wide as the paper."""
    page["A1"].value, page["A1"].font = plain_text(title), _TITLE
    page["A1"].data_type = "s"
    page["A2"].value, page["A2"].font = notice, _NOTICE
    page.oddHeader.center.text, page.oddFooter.center.text = notice or None, "— &P —"
    page.sheet_view.showGridLines = False
    page.page_setup.orientation, page.page_setup.paperSize = page.ORIENTATION_LANDSCAPE, page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    if width > 1:
        page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=min(width, 12))


def set_head(page: Worksheet, titles: Iterable[str]) -> None:
    """The row of column titles: it stays in view and is repeated on every printed page."""
    for column, title in enumerate(titles, 1):
        put(page, HEADER_ROW, column, title, _HEADER)
    page.freeze_panes = page.cell(HEADER_ROW + 1, 1)
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _finish(page: Worksheet, columns: int, last: int) -> None:
    """Filters and widths: as wide as the longest text, Chinese characters counting double."""
    page.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(columns)}{max(last, HEADER_ROW + 1)}"
    for column in range(1, columns + 1):
        texts = [str(page.cell(row, column).value or "") for row in range(HEADER_ROW, min(last, 400) + 1)]
        longest = max((sum(2 if ord(c) > 0x2E80 else 1 for c in text) for text in texts), default=8)
        page.column_dimensions[get_column_letter(column)].width = min(max(longest + 3, 8), _WIDEST)


def number_format(fact: Fact) -> str:
    """Excel format of a Fact: its decimals, and its unit as text."""
    digits = f"0.{'0' * fact.digits}" if fact.digits else "0"
    return f'{digits}"{fact.unit}"' if fact.unit else digits


def _table(page: Worksheet, block: Table, facts: dict[str, Fact], notice: str) -> None:
    set_heading(page, block.title, notice, len(block.columns))
    set_head(page, (column.title for column in block.columns))
    row = HEADER_ROW
    for row, cells in enumerate(block.rows, HEADER_ROW + 1):
        for column, (cell, described) in enumerate(zip(cells, block.columns, strict=True), 1):
            fact = facts.get(cell.fact) if cell.fact else None
            native = cell.value is not None and (fact is not None or _is_number(cell.text))
            look = _Look(
                align=described.align,
                fill=TONES[cell.tone].light if cell.tone else "",
                number_format=number_format(fact) if fact is not None and native else "General",
            )
            put(page, row, column, cell.value if native else cell.text, look)
    if block.note:
        note = page.cell(row + 1, 1, f"注：{plain_text(block.note)}")
        note.font = _BODY
    _finish(page, len(block.columns), row)


def _is_number(text: str) -> bool:
    """Whether a cell shows its number and nothing else (``5 未达标`` does not)."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _trace(page: Worksheet, items: list[Numbered], document: Document) -> None:
    """One row a Fact and source cell; a Fact without source cells has one row with its formula."""
    set_heading(page, "追溯表", document.cover.notice, len(_TRACE_HEAD))
    set_head(page, _TRACE_HEAD)
    places = first_places(items)
    hashes = {file.path: file.sha256 for file in document.inputs.files} if document.inputs else {}
    row = HEADER_ROW
    for fact in document.facts.values():
        for source in fact.sources or (Source(file=""),):
            row += 1
            values = (fact.id, fact.label, places.get(fact.id, ""), fact.value, fact.text, fact.unit, fact.formula,
                      source.file, source.sheet, source.cell, source.raw, hashes.get(source.file, ""))  # fmt: skip
            for column, value in enumerate(values, 1):
                put(page, row, column, value)
    _finish(page, len(_TRACE_HEAD), row)


def _run(page: Worksheet, inputs: Inputs, notice: str) -> None:
    set_heading(page, "运行信息", notice, 3)
    set_head(page, ("类别", "名称", "内容"))
    rows = [("参数", name, "" if value is None else str(value)) for name, value in inputs.parameters.items()]
    rows += [("版本", name, value) for name, value in inputs.versions.items()]
    rows += [(file.role, file.path, file.sha256) for file in inputs.files]
    for number, values in enumerate(rows, HEADER_ROW + 1):
        for column, value in enumerate(values, 1):
            put(page, number, column, value)
    _finish(page, 3, HEADER_ROW + len(rows))


def _index(page: Worksheet, document: Document, names: dict[str, str]) -> None:
    set_heading(page, document.cover.title + "附表", document.cover.notice, 2)
    set_head(page, ("工作表", "内容"))
    for row, (name, label) in enumerate(names.items(), HEADER_ROW + 1):
        cell = put(page, row, 1, name)
        cell.hyperlink, cell.font = f"#'{name}'!A1", _LINK
        put(page, row, 2, label)
    _finish(page, 2, HEADER_ROW + len(names))
