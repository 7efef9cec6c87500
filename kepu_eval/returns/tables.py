"""Finding a described sheet and its columns in what was sent, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import EXAMPLE_MARK, Sheet
from kepu_eval.returns.model import Asked
from kepu_eval.returns.workbook import Book, Grid

_SEARCHED_ROWS = 15
_TOTALS = {"合计", "小计", "总计", "共计"}
_ALIKE = 60


@dataclass(frozen=True)
class Table:
    """A sheet of the template as found: which grid, which header row, which column is which.

    ``asked``: questions on which a whole column hangs, by column key; those about a column that names the rows
    hang on every cell (see :meth:`Row.asked`).
    """

    described: Sheet
    grid: Grid
    header: int
    columns: dict[str, int]
    asked: dict[str, tuple[Asked, ...]]
    letters: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        letters = {key: get_column_letter(column + 1) for key, column in self.columns.items()}
        object.__setattr__(self, "letters", letters)

    def rows(self) -> Iterator[Row]:
        """Data rows below the header, without the example and without empty rows."""
        for number in range(self.header + 1, len(self.grid.rows)):
            row = Row(self, number)
            if not row.example and not row.empty:
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
    def example(self) -> bool:
        """Whether it is the template's example row, recognised by its mark in the first described column."""
        first = tidy(self.raw(self.table.described.columns[0].key))
        return first.startswith(EXAMPLE_MARK) and "忽略" in first

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden in the sheet."""
        return self.sheet_row in self.table.grid.hidden_rows

    @property
    def total(self) -> bool:
        """Whether it is a total of the rows above."""
        values = self.table.grid.rows[self.number]
        return any(isinstance(value, str) and tidy(value).replace(" ", "") in _TOTALS for value in values[:4])

    @property
    def sheet_row(self) -> int:
        """Row number in the sheet."""
        return self.number + 1

    @property
    def name(self) -> str:
        """How a question about the row calls it."""
        return f"第{self.sheet_row}行"

    def raw(self, key: str) -> object:
        """Value of a column as found; empty cells (and absent columns) give ``None``."""
        column = self.table.columns.get(key)
        values = self.table.grid.rows[self.number]
        if column is None or column >= len(values) or values[column] == "":
            return None
        return values[column]

    def text(self, key: str) -> str:
        """Tidied text of a column."""
        value = self.raw(key)
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else tidy(value)

    def cell(self, key: str) -> str:
        """Address of a column's cell; empty when the column is absent."""
        letter = self.table.letters.get(key)
        return f"{letter}{self.sheet_row}" if letter else ""

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Questions on which the whole row hangs: it is hidden, or a column that names it was renamed."""
        own = (("C15", self.name),) if self.hidden else ()
        return own + tuple(a for key in self.table.described.identity for a in self.table.asked.get(key, ()))

    def asked_of(self, key: str) -> tuple[Asked, ...]:
        """Questions on which one cell hangs, apart from what it says itself."""
        column = () if key in self.table.described.identity else self.table.asked.get(key, ())
        return self.asked + column


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
            told = f"“{described.name}”数据取自工作表“{grid.name}”"
            findings.add("C14", "note", told, **place, sheet=grid.name)
        asked = _tell_columns(grid, number, columns, described, {**place, "sheet": grid.name}, findings)
        if not set(described.identity) <= set(columns):
            return None
        return Table(described, grid, number, columns, asked)
    findings.add("C12", "rejected", f"没有找到“{described.name}”表", "请用本轮模板填报，不要删改表名和表头",
                 **place, sheet=described.name)  # fmt: skip
    return None


def _header(grid: Grid, described: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row that holds at least half of the titles, one of them naming the rows."""
    titles = {tidy(c.title): c.key for c in described.columns}
    wanted = {tidy(name): c.key for c in described.columns for name in (c.title, *c.aliases)}
    for number, values in enumerate(grid.rows[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for names in (titles, wanted):  # exact titles first: an alias must not take another column's place
            for column, value in enumerate(values):
                key = names.get(tidy(value)) if value != "" else None
                if key and key not in found and column not in found.values():
                    found[key] = column
        if set(described.identity) & set(found) and len(found) * 2 >= len(described.columns):
            return number, found
    return None


def _tell_columns(
    grid: Grid, header: int, columns: dict[str, int], described: Sheet, place: dict, findings: Findings
) -> dict[str, tuple[Asked, ...]]:
    """Say which columns are in another order, renamed, missing or hidden; the questions that hang on each.

    A renamed column is entered in ``columns`` as a candidate: nothing in it counts until the question is answered.
    """
    order = [columns[c.key] for c in described.columns if c.key in columns]
    if order != sorted(order):
        findings.add("C13", "note", "列顺序与模板不同，已按列名读取", **place)
    asked: dict[str, tuple[Asked, ...]] = {}
    strange = {i: tidy(v) for i, v in enumerate(grid.rows[header]) if tidy(v) and i not in columns.values()}
    for column in described.columns:
        if column.key in columns:
            continue
        alike = max(strange, key=lambda i: fuzz.partial_ratio(strange[i], column.title), default=None)
        if alike is not None and fuzz.partial_ratio(strange[alike], column.title) >= _ALIKE:
            cell = grid.address(header, alike)
            findings.add("C12", "question", f"{cell}列名“{strange[alike]}”是否对应“{column.title}”？", "请改回模板列名后重报",
                         **place, cell=cell, value=strange.pop(alike))  # fmt: skip
            columns[column.key] = alike
            asked[column.key] = (("C12", cell),)
        else:
            findings.add("C12", "rejected", f"缺少“{column.title}”列", "请用本轮模板填报", **place)
    for key, column in columns.items():
        if column + 1 in grid.hidden_columns and _filled(grid, header, column):
            cell = f"{get_column_letter(column + 1)}列"
            findings.add("C15", "question", f"{cell}被隐藏且有数据，是否计入？", "请取消隐藏后重报，或清除该列",
                         **place, cell=cell, value=tidy(grid.rows[header][column]))  # fmt: skip
            asked[key] = (*asked.get(key, ()), ("C15", cell))
    return asked


def _filled(grid: Grid, header: int, column: int) -> bool:
    return any(column < len(values) and tidy(values[column]) for values in grid.rows[header + 2 :])
