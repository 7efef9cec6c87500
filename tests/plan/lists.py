"""Lists as offices publish them, built for tests: what is None continues the cell above, what is … the one to the left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
from openpyxl import Workbook

LEFT = ...


def word(path: Path, rows: Sequence[Sequence[object]], title: str = "") -> Path:
    """A Word document with a title and one table; merged cells are really merged."""
    document = docx.Document()
    if title:
        document.add_paragraph(title)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if isinstance(text, str):
                table.cell(r, c).text = text
    for (r, c), (top, left) in _merges(rows).items():
        table.cell(top, left).merge(table.cell(r, c))
    document.save(path)
    return path


def excel(path: Path, sheets: dict[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook with one list a sheet; merged cells are really merged."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([text if text not in (None, LEFT) else None for text in row])
        for (r, c), (top, left) in _merges(rows).items():
            page.merge_cells(start_row=top + 1, start_column=left + 1, end_row=r + 1, end_column=c + 1)
    book.save(path)
    return path


def _merges(rows: Sequence[Sequence[object]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Last cell of each merge (row, column), and its first."""
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    first: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            start = first.get((r, c - 1)) if text is LEFT else first.get((r - 1, c)) if text is None else None
            first[r, c] = start or (r, c)
            if start:
                ends = {end: begin for end, begin in ends.items() if begin != start}
                ends[r, c] = start
    return ends
