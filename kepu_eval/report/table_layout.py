"""How a table sits on a page, for Word and PDF alike: columns no narrower than their short texts, small tables whole."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kepu_eval.report.blocks import Cell, Table
from kepu_eval.report.palette import TONES
from kepu_eval.safe_text import plain_text

_SHORT = (
    6.0,
    5.0,
    4.0,
    3.0,
)  # em: texts up to here are not broken, numbers with their units always by the first
_UNBROKEN, _LONGEST = re.compile(r"[\d.,÷%]+"), 12.0
_LONGER = 1.1  # how much longer a table may become for a shorter text more on one line
_PADDING = 0.8  # em, both sides of a cell: 4 points each in Word and PDF
_SMALL = 5  # lines: so much room may stay empty at the foot of the page before


@dataclass(frozen=True)
class TableLayout:
    """Widths of the columns in em of the table's type, and whether the table stays on one page."""

    widths: tuple[float, ...]
    whole: bool


def table_layout(block: Table, room: float) -> TableLayout:
    """Lay a table out in ``room`` em.

    A column gets its declared share unless a short text of it would break; the room that takes comes from the columns
    that have some to spare. What counts as short is as much as the table bears without growing much longer.
    """
    rows = [[cell_text(cell) for cell in row] for row in block.rows]
    choices = [_widths(block, rows, room, short) for short in _SHORT]
    lines = [_length(rows, widths) for widths in choices]
    chosen = next(place for place, length in enumerate(lines) if length <= _LONGER * lines[-1])
    return TableLayout(tuple(choices[chosen]), lines[chosen] <= _SMALL)


def cell_text(cell: Cell) -> str:
    """A cell's text as printed: the rating's sign goes before its words."""
    mark = f"{TONES[cell.tone].symbol} " if cell.tone else ""
    return mark + plain_text(cell.text)


def em_width(text: str) -> float:
    """Chinese characters, and signs that a Chinese font draws as wide, are one em, others about half; a gap parts the two."""
    gaps = sum(_wide(a) != _wide(b) and " " not in (a, b) for a, b in pairwise(text))
    return sum(1.0 if _wide(c) else 0.55 for c in text) + 0.25 * gaps


def _widths(block: Table, rows: Sequence[Sequence[str]], room: float, short: float) -> list[float]:
    """Declared shares, with room moved to where texts of up to ``short`` em need it; unmoved where there is not enough."""
    least = []
    for place, column in enumerate(block.columns):
        limit = _SHORT[0] if column.align == "right" else short
        texts = [width for row in rows if (width := max(map(em_width, row[place].split("\n")))) <= limit]
        if column.align == "right":  # a division or a long number runs into the next column rather than break
            runs = (run for row in rows for run in _UNBROKEN.findall(row[place]))
            texts += [width for run in runs if (width := em_width(run)) <= _LONGEST]
        least.append(
            _PADDING + max([2.0, math.ceil(em_width(column.title) / 2), *texts])
        )  # a head may take two lines
    declared = [room * column.width / sum(c.width for c in block.columns) for column in block.columns]
    spare = [max(width - need, 0) for need, width in zip(least, declared, strict=True)]
    lacking = sum(max(need - width, 0) for need, width in zip(least, declared, strict=True))
    if not 0 < lacking <= sum(spare):
        return declared
    kept = 1 - lacking / sum(spare)
    return [need + kept * free for need, free in zip(least, spare, strict=True)]


def _length(rows: Iterable[Sequence[str]], widths: Sequence[float]) -> int:
    """Lines of print in all rows."""
    return sum(row_lines(row, widths) for row in rows)


def row_lines(texts: Sequence[str], widths: Sequence[float]) -> int:
    """Lines of print in a row whose columns are so many em wide."""
    return max(text_lines(text, width - _PADDING) for text, width in zip(texts, widths, strict=True))


def text_lines(text: str, width: float) -> int:
    """Lines of print of a text in so many em."""
    return sum(max(1, math.ceil(em_width(line) / max(width, 1))) for line in text.split("\n"))


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"
