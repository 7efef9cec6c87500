"""The workbook: every table as a sheet with native numbers, and the 追溯表 from figures back to cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from kepu_eval.report.blocks import Fact, Inputs, Table
from kepu_eval.report.cell_ranges import ranges
from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.exporters.recalculation import recalculation
from kepu_eval.report.fact import Source
from kepu_eval.report.numbering import Numbered, first_places, numbered
from kepu_eval.report.palette import TONES
from kepu_eval.report.sheets import Look, SheetBook, number_format

_TRACE_HEAD = (
    "数据项",
    "名称",
    "在报告中的位置",
    "数值",
    "显示",
    "单位",
    "算法",
    "组成",
    "轮次",
    "来源文件",
    "工作表",
    "单元格",
)
_SOURCE_HEAD = ("文件", "工作表", "单元格", "原值", "SHA-256", "轮次", "复核", "内容")


class XlsxExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_xlsx``."""

    export_from_notebook = "评估报告附表（Excel）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file_extension = ".xlsx"

    def render(self, document: Document) -> bytes:
        """The workbook's bytes: 目录, one sheet a table, 指标计算 with what it is computed from, 追溯表, 来源单元格, 运行信息."""
        cover = document.cover
        book = SheetBook(cover.title, cover.organisation or "kepu_eval", cover.notice)
        index = book.sheet("目录", cover.title + "附表", ("工作表", "内容"))
        items = list(numbered(document.blocks))
        for item in items:
            if isinstance(item.block, Table) and item.block.title:
                index.add_link(_table(book, item.block, document.facts), item.label)
        if document.calculation:
            for name, text in recalculation(book, document.calculation, document.facts):
                index.add_link(name, text)
        index.add_link(_trace(book, items, document), "报告中每个数据项的位置、算法和来源")
        index.add_link(_sources(book, document), "追溯表所指的每个单元格的原值和文件的SHA-256")
        if document.inputs:
            index.add_link(_run(book, document.inputs), "参数、输入文件、版本")
        index.finish()
        return book.content()


def _table(book: SheetBook, block: Table, facts: Mapping[str, Fact]) -> str:
    sheet = book.sheet(block.title, block.title, [column.title for column in block.columns])
    for cells in block.rows:
        sheet.row += 1
        for column, (cell, described) in enumerate(zip(cells, block.columns, strict=True)):
            fact = facts.get(cell.fact) if cell.fact else None
            native = cell.value is not None and (fact is not None or _is_number(cell.text))
            look = Look(
                align=described.align,
                bg_color=TONES[cell.tone].light if cell.tone else "",
                num_format=number_format(fact) if fact is not None and native else "General",
            )
            sheet.put(column, cell.value if native else cell.text, look)
    if block.note:
        sheet.note(f"注：{block.note}")
    if block.bars:
        titles = [column.title for column in block.columns]
        labels, values = block.bars
        sheet.bars(titles.index(labels), titles.index(values), f"{block.title}：{values}")
    sheet.finish()
    return sheet.name


def _is_number(text: str) -> bool:
    """Whether a cell shows its number and nothing else (``5 未达标`` does not)."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _trace(book: SheetBook, items: list[Numbered], document: Document) -> str:
    """One row a Fact and source sheet, its cells as ranges; a Fact without cells of its own has one row with its parts."""
    sheet = book.sheet("追溯表", "追溯表", _TRACE_HEAD)
    places = first_places(items)
    for fact in document.facts.values():
        known = (fact.id, fact.label, places.get(fact.id, ""), fact.value, fact.text, fact.unit, fact.formula,
                 "、".join(fact.parts))  # fmt: skip
        cells: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for source in fact.sources or (Source(file=""),):
            cells[source.round, source.file, source.sheet].append(source.cell)
        for place, addresses in cells.items():
            sheet.add((*known, *place, ranges(addresses)))
    sheet.finish()
    return sheet.name


def _sources(book: SheetBook, document: Document) -> str:
    """One row a cell that any Fact came from: its text as found, the hash of its file, the decision on it."""
    sheet = book.sheet("来源单元格", "来源单元格", _SOURCE_HEAD)
    for source in dict.fromkeys(source for fact in document.facts.values() for source in fact.sources):
        sheet.add((source.file, source.sheet, source.cell, source.raw, source.sha256, source.round,
                   source.decision, source.what))  # fmt: skip
    sheet.finish()
    return sheet.name


def _run(book: SheetBook, inputs: Inputs) -> str:
    sheet = book.sheet("运行信息", "运行信息", ("类别", "名称", "内容"))
    for name, value in inputs.parameters.items():
        sheet.add(("参数", name, "" if value is None else str(value)))
    for name, value in inputs.versions.items():
        sheet.add(("版本", name, value))
    for file in inputs.files:
        sheet.add((f"{file.role}（{file.round}）" if file.round else file.role, file.path, file.sha256))
    sheet.finish()
    return sheet.name
