"""How all our workbooks that go out to be filled look: blue heads, grey for what is ours, yellow for what is to be filled."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.spreadsheets.filling import LINE_HEIGHT, lines_of, on_a4

HEAD_FILL, OURS, TO_FILL = (PatternFill("solid", fgColor=colour) for colour in ("1F4E79", "F2F2F2", "FFF8DC"))
LINE = Border(*(Side(style="thin", color="A6A6A6"),) * 4)
WRAP = Alignment(wrap_text=True, vertical="center")
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WARNING = "C00000"
GUIDE = "填写说明"
"""Name of the page that says how a workbook is filled."""
_SIZE = 10.5
_GUIDE_WIDTH = 70  # characters across a portrait page; LibreOffice does not shrink a single column to fit


def font(size: float = _SIZE, *, bold: bool = False, italic: bool = False, colour: str | None = None) -> Font:
    """The workbooks' typeface, which every Chinese office has, in points."""
    return Font(name="宋体", size=size, bold=bold, italic=italic, color=colour)


def head(cell: Cell, size: float = _SIZE) -> None:
    """Make a cell the head of a column."""
    cell.font, cell.fill = font(size, bold=True, colour="FFFFFF"), HEAD_FILL
    cell.border, cell.alignment = LINE, CENTRE


def guide(page: Worksheet, title: str, notice: str, guidance: Sequence[str]) -> None:
    """A portrait page that says how to fill the workbook; ``notice`` (such as 示例数据) stands below the title."""
    page.title, page.column_dimensions["A"].width = GUIDE, _GUIDE_WIDTH
    lines = ((title, font(16, bold=True)), (notice, font(bold=True, colour=WARNING)), *((t, font()) for t in guidance))  # fmt: skip
    for row, (text, look) in enumerate(lines, 1):
        cell = page.cell(row, 1, text)
        cell.font, cell.alignment = look, WRAP
        page.row_dimensions[row].height = LINE_HEIGHT * (lines_of(text, _GUIDE_WIDTH) + 1)
    page.protection.sheet = True
    on_a4(page, page.ORIENTATION_PORTRAIT)
