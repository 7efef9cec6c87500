"""How a table sits on a page, for Word and PDF alike: columns no narrower than their short texts, small tables whole."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kepu_eval.report.blocks import Cell, Table
from kepu_eval.report.palette import TONES
from kepu_eval.safe_text import plain_text

_WHOLE = 6.0  # em: a number with its unit, a date, a rating or a short name is not broken
_PADDING = 1.1  # em, both sides of a cell
_SMALL = 8  # lines: so much room may stay empty at the foot of the page before


@dataclass(frozen=True)
class TableLayout:
    """Widths of the columns in em of the table's type, and whether the table stays on one page."""

    widths: tuple[float, ...]
    whole: bool


def table_layout(block: Table, room: float) -> TableLayout:
    """Lay a table out in ``room`` em.

    A column gets its declared share unless a short text of it would break; the room that takes comes from the columns
    that have some to spare. Where the short texts alone fill the page, the declared shares stand.
    """
    columns = list(zip(*([cell_text(cell) for cell in row] for row in block.rows), strict=True))
    columns = columns or [()] * len(block.columns)
    least = [
        _PADDING + max([_head(column.title), *(_short(text) for text in texts)])
        for column, texts in zip(block.columns, columns, strict=True)
    ]
    declared = [room * column.width / sum(c.width for c in block.columns) for column in block.columns]
    lacking = sum(max(need - width, 0) for need, width in zip(least, declared, strict=True))
    spare = [max(width - need, 0) for need, width in zip(least, declared, strict=True)]
    widths = declared
    if 0 < lacking <= sum(spare):
        taken = lacking / sum(spare)
        widths = [
            max(need, width - taken * free) for need, width, free in zip(least, declared, spare, strict=True)
        ]
    lines = sum(
        max(_lines(text, width) for text, width in zip(texts, widths, strict=True))
        for texts in zip(*columns, strict=True)
    )
    return TableLayout(tuple(widths), lines <= _SMALL)


def cell_text(cell: Cell) -> str:
    """A cell's text as printed: the rating's sign goes before its words."""
    mark = f"{TONES[cell.tone].symbol} " if cell.tone else ""
    return mark + plain_text(cell.text)


def _head(title: str) -> float:
    """A head may stand on two lines; two characters may not."""
    return max(2.0, math.ceil(_em(title) / 2))


def _short(text: str) -> float:
    width = max(map(_em, text.split("\n")))
    return width if width <= _WHOLE else 0.0


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(_em(line) / max(width - _PADDING, 1))) for line in text.split("\n"))


def _em(text: Iterable[str]) -> float:
    """Chinese characters, and signs that a Chinese font draws as wide, are one em; all others about half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in text)
