"""Tables of a Word file, written as WordprocessingML at once: cell by cell, python-docx takes most of a report's time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu

from kepu_eval.report.blocks import Cell, Column, Table
from kepu_eval.report.palette import TONES
from kepu_eval.report.word import styles
from kepu_eval.safe_text import plain_text

_HEAD_FILL = "EDEFF2"
_PROPERTIES = (
    f'<w:tblPr><w:tblStyle w:val="{styles.id_of("Table Grid")}"/><w:tblW w:type="auto" w:w="0"/>'
    '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
)


def insert_table(word: WordDocument, block: Table) -> None:
    """Append a table's grid: head repeated on every page, no row split between two."""
    widths = _widths(word, block.columns)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = [Cell(text=column.title) for column in block.columns]
    rows = [_row(heads, ["center"] * len(heads), widths, head=True)]
    aligns = [column.align for column in block.columns]
    rows += [_row(cells, aligns, widths) for cells in block.rows]
    xml = f"<w:tbl {nsdecls('w')}>{_PROPERTIES}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    word.element.body._insert_tbl(parse_xml(xml))


def _widths(word: WordDocument, columns: Iterable[Column]) -> list[int]:
    """Widths in twentieths of a point, in proportion, filling the text area of the last section."""
    section = word.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    whole = sum(column.width for column in columns)
    return [round(Emu(int(room * column.width / whole)).pt * 20) for column in columns]


def _row(cells: Iterable[Cell], aligns: Sequence[str], widths: Sequence[int], *, head: bool = False) -> str:
    properties = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
    made = (_cell(*each, head=head) for each in zip(cells, aligns, widths, strict=True))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def _cell(cell: Cell, align: str, width: int, *, head: bool) -> str:
    fill = _HEAD_FILL if head else TONES[cell.tone].light.lstrip("#") if cell.tone else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    mark = f"{TONES[cell.tone].symbol} " if cell.tone else ""
    lines = escape(f"{mark}{plain_text(cell.text)}", quote=False).split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    bold = "<w:rPr><w:b/></w:rPr>" if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{styles.id_of(styles.CELL)}"/><w:jc w:val="{align}"/></w:pPr>'
        f"<w:r>{bold}{text}</w:r></w:p></w:tc>"
    )
