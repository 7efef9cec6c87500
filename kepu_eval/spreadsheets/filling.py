"""What all our workbooks that go out to be filled have in common; :mod:`kepu_eval.spreadsheets.forms` reads them back.

Text stays text, drop-downs fit what Excel allows, a sheet prints one page wide on A4, and a wrapped row shows whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell import Cell
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.safe_text import half_widths, plain_text

LINE_HEIGHT = 15  # points; not every program measures wrapped text when it opens a file
_LONGEST_LIST = 250  # Excel allows 255 characters in a drop-down that is not a range


def write_cell(cell: Cell, value: object) -> None:
    """A value as it is, but what somebody wrote always as text, even when it begins with ``=``."""
    cell.value = plain_text(value)
    if isinstance(value, str):
        cell.data_type = "s"


def drop_down(page: Worksheet, cells: Sequence[str], options: Sequence[str], *, only: bool = False) -> None:
    """A list to choose from in these cells or ranges; other answers stay possible unless ``only``.

    Options with a comma or quotes, which a list cannot hold, and those for which there is no more room are left out.
    """
    usable: list[str] = []
    for option in options:
        if not {",", '"'} & set(option) and len(",".join([*usable, option])) <= _LONGEST_LIST:
            usable.append(option)
    if not usable:
        return
    rule = DataValidation(
        type="list", formula1=f'"{",".join(usable)}"', allow_blank=True, showErrorMessage=only,
        errorTitle="请从下拉框选择" if only else None, error=f"可选：{'、'.join(usable)}" if only else None,
    )  # fmt: skip
    for each in cells:
        rule.add(each)
    page.add_data_validation(rule)


def on_a4(page: Worksheet, orientation: str = Worksheet.ORIENTATION_LANDSCAPE) -> None:
    """Print one page wide on A4."""
    page.page_setup.orientation, page.page_setup.paperSize = orientation, page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def lines_of(text: object, width: float) -> int:
    """Lines that a text takes in a column of so many digits; a Chinese character is two of them wide."""
    return -(-half_widths(str(text)) // max(int(width) - 1, 1))
