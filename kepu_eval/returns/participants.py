"""An optional list of anonymous participants, to tell persons from attendances (人 and 人次).

A unit may add a sheet 参训人员 with the columns 指标号, 年份 and 匿名编号: one row an attendance, the number being the
unit's own, never an identity number. Only counts leave this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.sent import Sent
from kepu_eval.spreadsheets.workbook import Book, Grid

SHEET = "参训人员"
COLUMNS = ("指标号", "年份", "匿名编号")


def check_participants(sent: Sent, book: Book) -> None:
    """Note how many persons stand behind the attendances that the list shows (C56)."""
    grid = next((g for name, g in book.sheets.items() if tidy(name) == SHEET), None)
    if grid is None:
        return
    times: dict[str, Counter] = defaultdict(Counter)
    for indicator, person in _attendances(grid):
        times[indicator][person] += 1
    for indicator, persons in sorted(times.items()):
        repeated = sum(count > 1 for count in persons.values())
        if repeated:
            told = f"{indicator}名册{persons.total()}人次，去重{len(persons)}人，重复编号{repeated}个"
            sent.findings.add("C56", "note", told, "人次按次计；按人计的须去重", **sent.place, sheet=grid.name,
                              affects=(indicator,))  # fmt: skip


def _attendances(grid: Grid) -> list[tuple[str, str]]:
    for number, values in enumerate(grid.rows[:15]):
        titles = [tidy(value) for value in values]
        if set(COLUMNS) <= set(titles):
            first, _, last = (titles.index(name) for name in COLUMNS)
            private = {row for row, _ in grid.private}
            return [
                (tidy(row[first]), tidy(row[last]))
                for place, row in enumerate(grid.rows)
                if place > number and place not in private and max(first, last) < len(row) and tidy(row[last])
            ]
    return []
