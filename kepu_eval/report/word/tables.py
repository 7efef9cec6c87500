"""Tables of a Word file, written as WordprocessingML at once: cell by cell, python-docx takes most of a report's time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu

from kepu_eval.report.blocks import Cell, Table
from kepu_eval.report.palette import TONES
from kepu_eval.report.table_layout import cell_text, table_layout
from kepu_eval.report.word import styles

_HEAD_FILL = "EDEFF2"
_PROPERTIES = (
    f'<w:tblPr><w:tblStyle w:val="{styles.id_of("Table Grid")}"/><w:tblW w:type="auto" w:w="0"/>'
    '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="{edge}" w:type="dxa"/><w:right w:w="{edge}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
)
_EDGE = 80 / 10.5  # twentieths of a point beside a cell's text, for each point of the type's size


def insert_table(word: WordDocument, block: Table, size: float | None = None) -> None:
    """Append a table's grid: head repeated, no row split, no row alone on a page, a small table on one page.

    ``size``: of the document's type in tables in points, where it is not the profile's.
    """
    section, size = word.sections[-1], size or styles.profile()["table"]["size"]
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    room = Emu((section.page_width or 0) - margins).pt
    layout = table_layout(block, room / size)
    widths = [round(width * size * 20) for width in layout.widths]  # twentieths of a point
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = [Cell(text=column.title) for column in block.columns]
    rows = [_row(heads, ["center"] * len(heads), widths, head=True, keep=True)]
    aligns = [column.align for column in block.columns]
    last = len(block.rows) - 1
    for number, cells in enumerate(block.rows):
        # Kept with what follows: the next row, or the note below the table.
        keep = bool(block.note) if number == last else layout.whole or number in (0, last - 1)
        rows.append(_row(cells, aligns, widths, keep=keep))
    properties = _PROPERTIES.replace("{edge}", str(round(_EDGE * size)))
    xml = f"<w:tbl {nsdecls('w')}>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    word.element.body._insert_tbl(parse_xml(xml))


def _row(
    cells: Iterable[Cell], aligns: Sequence[str], widths: Sequence[int], *, head: bool = False, keep: bool
) -> str:
    properties = "<w:cantSplit/><w:tblHeader/>" if head else "<w:cantSplit/>"
    made = (_cell(*each, head=head, keep=keep) for each in zip(cells, aligns, widths, strict=True))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(made)}</w:tr>"


def _cell(cell: Cell, align: str, width: int, *, head: bool, keep: bool) -> str:
    fill = _HEAD_FILL if head else TONES[cell.tone].light.lstrip("#") if cell.tone else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    lines = escape(cell_text(cell), quote=False).split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    bold = "<w:rPr><w:b/></w:rPr>" if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{styles.id_of(styles.CELL)}"/>{"<w:keepNext/>" * keep}<w:jc w:val="{align}"/></w:pPr>'
        f"<w:r>{bold}{text}</w:r></w:p></w:tc>"
    )
