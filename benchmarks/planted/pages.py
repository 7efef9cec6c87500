"""A unit's workbook to be spoiled, and where a defect was planted in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from kepu_eval.plan import Plan
from kepu_eval.returns import layout

YEARS = ("2021年", "2022年", "2023年")


@dataclass(frozen=True)
class Planted:
    """Where a defect stands: sheet and rows (``{}`` for the whole return), the units that a finding may be about."""

    what: str
    rows: Mapping[str, frozenset[int]]
    units: frozenset[str]

    def names(self, finding: Mapping[str, object]) -> bool:
        """Whether a finding is about this defect: a unit of it, and one of its rows or the whole sheet."""
        if finding["unit"] not in self.units:
            return False
        if not self.rows:
            return True
        rows = self.rows.get(str(finding["sheet"]))
        places = [str(finding["cell"]), *(field[0] for field in finding["fields"] or ())]
        found = {int(n[0]) for place in places for n in [re.search(r"\d+", place)] if n}
        return rows is not None and (not rows or not found or bool(rows & found))


class Pages:
    """One unit's workbook by row names and column titles."""

    def __init__(self, book: Workbook, plan: Plan, unit: str, folder: Path) -> None:
        self.book, self.plan, self.unit, self.folder = book, plan, plan.unit(unit), folder

    def other(self, name: str) -> Pages:
        """Another unit's clean workbook."""
        return Pages(load_workbook(self.folder / f"{name}.xlsx"), self.plan, name, self.folder)

    def titles(self, sheet: str) -> list[str]:
        return [str(cell.value) for cell in self.book[sheet][layout.HEADER_ROW]]

    def cell(self, sheet: str, row: int, title: str) -> Cell:
        return self.book[sheet].cell(row, self.titles(sheet).index(title) + 1)

    def rows(self, sheet: str) -> list[int]:
        """Numbers of the rows that hold something beside what we print."""
        page = self.book[sheet] if sheet in self.book.sheetnames else None
        last = 0 if page is None else page.max_row
        return [n for n in range(layout.FIRST_ROW, last + 1) if page.cell(n, 1).value not in (None, "")]

    def values(self, sheet: str, row: int, titles: tuple[str, ...]) -> list:
        return [self.cell(sheet, row, title).value for title in titles]

    def planted(self, what: str, places: Mapping[str, object], *others: str) -> Planted:
        rows = {sheet: frozenset([at] if isinstance(at, int) else at) for sheet, at in places.items()}
        return Planted(what, rows, frozenset({self.unit.id, *others}))
