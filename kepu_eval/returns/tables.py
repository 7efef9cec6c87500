"""Finding a described sheet and its columns in what was sent, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import EXAMPLE_MARK, Sheet
from kepu_eval.returns.workbook import Book, Grid

_SEARCHED_ROWS = 15
_TOTALS = ("合计", "小计", "总计", "共计")
_ALIKE = 60


@dataclass(frozen=True)
class Table:
    """A sheet of the template as found: which grid, which header row, which column is which."""

    described: Sheet
    grid: Grid
    header: int
    columns: dict[str, int]

    def rows(self) -> Iterator[Row]:
        """Data rows below the header, without the example and without empty rows."""
        for number in range(self.header + 1, len(self.grid.rows)):
            row = Row(self, number)
            first = tidy(self.grid.rows[number][0] if self.grid.rows[number] else "")
            if not first.startswith(EXAMPLE_MARK + "（") and not _is_example(self, number) and not row.empty:
                yield row


@dataclass(frozen=True)
class Row:
    """A data row: values and addresses by column key."""

    table: Table
    number: int

    @property
    def empty(self) -> bool:
        """Whether no known column holds anything."""
        return not any(tidy(self.raw(key)) for key in self.table.columns)

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden in the sheet."""
        return self.sheet_row in self.table.grid.hidden_rows

    @property
    def total(self) -> bool:
        """Whether it is a total of the rows above."""
        values = self.table.grid.rows[self.number]
        return any(tidy(value).replace(" ", "") in _TOTALS for value in values[:4])

    @property
    def sheet_row(self) -> int:
        """Row number in the sheet."""
        return self.table.grid.top + self.number

    def raw(self, key: str) -> object:
        """Value of a column as found; empty cells (and absent columns) give ``None``."""
        column = self.table.columns.get(key)
        values = self.table.grid.rows[self.number]
        if column is None or column >= len(values):
            return None
        value = self.table.grid.errors.get(self.table.grid.address(self.number, column), values[column])
        return None if isinstance(value, str) and not value else value

    def text(self, key: str) -> str:
        """Tidied text of a column."""
        value = self.raw(key)
        return f"{value:g}" if isinstance(value, float) and value.is_integer() else tidy(value)

    def cell(self, key: str) -> str:
        """Address of a column's cell; empty when the column is absent."""
        column = self.table.columns.get(key)
        return "" if column is None else self.table.grid.address(self.number, column)


def _is_example(table: Table, number: int) -> bool:
    """The template's example row, recognised by its mark in the first described column."""
    first = table.columns.get(table.described.columns[0].key)
    values = table.grid.rows[number]
    return (
        first is not None
        and first < len(values)
        and tidy(values[first]).startswith(EXAMPLE_MARK)
        and ("忽略" in tidy(values[first]))
    )


def find(book: Book, described: Sheet, place: dict, findings: Findings) -> Table | None:
    """The sheet of that name, or else the one that has its header; findings say what was taken for what."""
    named = [grid for grid in book.sheets.values() if tidy(grid.name) == described.name]
    others = [grid for grid in book.sheets.values() if grid not in named and not grid.hidden]
    for grid in [*named, *others]:
        header = _header(grid, described)
        if header is None:
            continue
        number, columns = header
        if grid not in named:
            findings.add(
                "C14", "note", f"“{described.name}”数据取自工作表“{grid.name}”", **place, sheet=grid.name
            )
        _tell_columns(grid, number, columns, described, {**place, "sheet": grid.name}, findings)
        return Table(described, grid, number, columns)
    findings.add("C12", "rejected", f"没有找到“{described.name}”表", "请用本轮模板填报，不要删改表名和表头",
                 **place, sheet=described.name)  # fmt: skip
    return None


def _header(grid: Grid, described: Sheet) -> tuple[int, dict[str, int]] | None:
    wanted = {tidy(name): c.key for c in described.columns for name in (c.title, *c.aliases)}
    titles = {tidy(c.title): c.key for c in described.columns}
    for number, values in enumerate(grid.rows[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for names in (
            titles,
            wanted,
        ):  # exact titles first, so that an alias never takes another column's place
            for column, value in enumerate(values):
                key = names.get(tidy(value))
                if key and key not in found and column not in found.values():
                    found[key] = column
        if set(described.identity) <= set(found) and len(found) * 2 >= len(described.columns):
            return number, found
    return None


def _tell_columns(
    grid: Grid, header: int, columns: dict[str, int], described: Sheet, place: dict, findings: Findings
) -> None:
    """Say which columns are in another order, renamed or missing."""
    order = [columns[c.key] for c in described.columns if c.key in columns]
    if order != sorted(order):
        findings.add("C13", "note", "列顺序与模板不同，已按列名读取", **place)
    strange = {i: tidy(v) for i, v in enumerate(grid.rows[header]) if tidy(v) and i not in columns.values()}
    for column in described.columns:
        if column.key in columns:
            continue
        alike = max(strange, key=lambda i: fuzz.partial_ratio(strange[i], column.title), default=None)
        if alike is not None and fuzz.partial_ratio(strange[alike], column.title) >= _ALIKE:
            cell = grid.address(header, alike)
            findings.add("C12", "question", f"{cell}列名“{strange[alike]}”是否对应“{column.title}”？", "请改回模板列名后重报",
                         **place, cell=cell, value=strange[alike])  # fmt: skip
        else:
            findings.add("C12", "rejected", f"缺少“{column.title}”列", "请用本轮模板填报", **place)
