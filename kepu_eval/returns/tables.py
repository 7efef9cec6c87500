"""Finding a described sheet and its columns in what was sent, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import EXAMPLE_MARK, SIGNED, Sheet
from kepu_eval.returns.model import Asked
from kepu_eval.returns.side_rows import all_signed, is_remark, is_total, may_be_total
from kepu_eval.returns.spread import is_ditto, spread
from kepu_eval.safe_text import name_key, plain_title
from kepu_eval.spreadsheets.workbook import Book, Grid

_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_LONGEST_NAME = 40
_WORD, _NUMBERED = re.compile(r"\w"), re.compile(r"[A-Za-z]*-?\d+")
_ALIKE = 60

_SIGNED = tidy(SIGNED)
_TEXT_OF = {"entity": name_key}  # names of schools and the like are not normalised away


@dataclass(frozen=True)
class Table:
    """A sheet of the template as found: which grid, which header row, which column is which.

    ``asked``: questions on which a whole column hangs, by column key; those about a column that names the rows
    hang on every cell (see :meth:`Row.asked`). ``asked_rows``: those on which rows hang, by their place.
    """

    described: Sheet
    grid: Grid
    header: int
    columns: dict[str, int]
    asked: dict[str, tuple[Asked, ...]] = field(default_factory=dict)
    asked_rows: dict[int, tuple[Asked, ...]] = field(default_factory=dict)
    letters: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        letters = {key: get_column_letter(column + 1) for key, column in self.columns.items()}
        object.__setattr__(self, "letters", letters)

    @cached_property
    def spread(self) -> dict[int, dict[str, object]]:
        """What cells say for others, by row and column key."""
        return spread(self.grid, self.described, self.columns, self.header)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Data rows below the header, without the example, empty rows, and rows that were only numbered beforehand."""
        below = (Row(self, number) for number in range(self.header + 1, len(self.grid.rows)))
        return tuple(
            row
            for row in below
            if not row.empty
            and not row.example
            and not row.signed
            and not (row.numbering and _NUMBERED.fullmatch(row.numbering))
        )


@dataclass(frozen=True)
class Row:
    """A data row: values and addresses by column key."""

    table: Table
    number: int

    @cached_property
    def found(self) -> dict[str, object]:
        """What stands in the row, by column key; empty cells and absent columns are left out."""
        values = self.table.grid.rows[self.number]
        wide = len(values)
        return {
            key: values[column]
            for key, column in self.table.columns.items()
            if column < wide and values[column] != ""
        }

    @cached_property
    def given(self) -> dict[str, object]:
        """What the row says: what stands in it, and what other cells say for its own, merged ones or ditto marks."""
        lent, found = self.table.spread.get(self.number), self.found
        if not lent or not found:
            return found
        return found | {key: v for key, v in lent.items() if key not in found or is_ditto(found[key])}

    @cached_property
    def texts(self) -> dict[str, str]:
        """What stands in the row as tidied text, by column key."""
        return {
            key: f"{value:.0f}"
            if isinstance(value, float) and value.is_integer()
            else _TEXT_OF.get(key, tidy)(value)
            for key, value in self.given.items()
        }

    @property
    def empty(self) -> bool:
        """Whether no known column holds anything."""
        return not any(self.texts.values())

    @property
    def example(self) -> bool:
        """Whether it is the template's example row, recognised by its mark in the first described column."""
        first = self.texts.get(self.table.described.columns[0].key, "")
        return first.startswith(EXAMPLE_MARK) and "忽略" in first

    @property
    def signed(self) -> bool:
        """Whether it is the template's line for signatures."""
        return next((text for text in self.texts.values() if text), "").startswith(_SIGNED)

    @property
    def numbering(self) -> str:
        """What stands in a row's number where nothing else is filled in, though rows are told by more than that."""
        first, *more = self.table.described.identity
        return (
            self.text(first) if more and not any(v for key, v in self.found.items() if key != first) else ""
        )

    @property
    def hidden(self) -> bool:
        """Whether the row is hidden in the sheet."""
        return self.sheet_row in self.table.grid.hidden_rows

    @property
    def struck(self) -> bool:
        """Whether something that the unit filled in is crossed out."""
        return any(self.cell(key) in self.table.grid.struck for key in self.filled)

    @property
    def remark(self) -> str:
        """The words of a row that is none of the table's: a note, a signature, a heading between rows, a repeated head.

        Such a row fills one or two cells and no number; a long sentence in the place of a name is one, too.
        """
        titles, found = self.table.described.titles, self.found
        words = self.texts.values()
        if not self.text(self.table.described.identity[0]) and all(
            map(_IN_BRACKETS.fullmatch, filter(None, words))
        ):
            return "表头的单位"
        if not titles.keys().isdisjoint(words) and (
            sum(titles.get(text) == key for key, text in self.texts.items()) * 2 > len(found)
        ):
            return "重复的表头"
        if len(found) > 2 and sum(map(bool, words)) > 2:
            return "、".join(words) if all_signed(list(filter(None, words))) else ""
        told = {c.key: self.texts[c.key] for c in self.table.described.columns if c.key in found}
        texts = [text for text in told.values() if text]
        if not texts or any(isinstance(value, int | float) for value in found.values()):
            return ""
        first = texts[0]
        if self.numbering or not _WORD.search("".join(texts)):
            return "、".join(texts)
        start = (self.number, self.table.columns[next(iter(told))])
        across = self.table.grid.areas.get(start, start)[1] - start[1] > 1
        key = next(iter(told))
        signed_on = self.table.described.column(key).kind == "text" and parse_date(first).counted
        alone = len(texts) == 1 and (across or len(first) > _LONGEST_NAME or signed_on)
        return "、".join(texts) if alone or is_remark(first) else ""

    @property
    def total(self) -> bool:
        """Whether it is a total of the rows above."""
        values = self.table.grid.rows[self.number]
        return any(
            is_total(tidy(value)) for value in values[:4] if isinstance(value, str) and may_be_total(value)
        )

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
        return self.given.get(key)

    def text(self, key: str) -> str:
        """Tidied text of a column."""
        return self.texts.get(key, "")

    @property
    def filled(self) -> dict[str, str]:
        """What the unit filled in, by column key."""
        labels = self.table.described.labels
        return {key: text for key, text in self.texts.items() if text and key not in labels}

    @property
    def cells(self) -> dict[str, str]:
        """Addresses by column key."""
        return {key: f"{letter}{self.number + 1}" for key, letter in self.table.letters.items()}

    def cell(self, key: str) -> str:
        """Address of a column's cell; empty when the column is absent."""
        letter = self.table.letters.get(key)
        return f"{letter}{self.number + 1}" if letter else ""

    @property
    def lent(self) -> tuple[str, ...]:
        """Addresses of the cells whose value stands in another cell."""
        found = self.found
        return tuple(
            self.cell(key) for key in self.given if key not in found or self.given[key] is not found[key]
        )

    def item(self, key: str) -> str:
        """What a cell is about wherever it stands: what tells the row, and the column's title."""
        sheet = self.table.described
        return "·".join(filter(None, (*map(self.text, sheet.identity), sheet.column(key).title)))

    def said(self, key: str) -> tuple[str, str]:
        """The title of a column and the labels printed in the row: what a cell there is about, before it says anything."""
        sheet = self.table.described
        return tidy(sheet.column(key).title), " ".join(self.texts[k] for k in self.texts if k in sheet.labels)

    def merged(self, key: str) -> str:
        """The merged area that begins with a column's cell; empty when there is none."""
        return self.table.grid.area_from(self.number, self.table.columns.get(key, -1))

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Questions on which the whole row hangs: about itself, its sheet, or a column that names it."""
        own = self.table.asked_rows.get(self.number, ())
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
        at = {**place, "sheet": grid.name}
        asked = _tell_columns(grid, number, columns, described, at, findings)
        if not set(described.identity) <= set(columns):
            return None
        table = Table(described, grid, number, columns, asked)
        rest = [other for other in [*named, *others] if other is not grid]
        whole = [*_tell_hidden_sheet(table, at, findings), *_tell_second_sheet(table, rest, at, findings)]
        asked[described.identity[0]] = (*asked.get(described.identity[0], ()), *whole)
        return table
    tell_lacking(described, place, findings)
    return None


def tell_lacking(described: Sheet, place: dict, findings: Findings) -> None:
    """Say that a table is not there at all."""
    findings.add("C12", "rejected", f"没有找到“{described.name}”表", "请用本轮模板填报，不要删改表名和表头",
                 **place, sheet=described.name)  # fmt: skip


def _tell_hidden_sheet(table: Table, place: dict, findings: Findings) -> list[Asked]:
    if not table.grid.hidden or not any(row.filled for row in table.rows):
        return []
    told = f"工作表“{table.grid.name}”被隐藏且有数据，是否计入？"
    findings.add("C15", "question", told, "请取消隐藏后重报", **place, cell=table.grid.name)
    return [("C15", table.grid.name)]


def _tell_second_sheet(table: Table, rest: list[Grid], place: dict, findings: Findings) -> list[Asked]:
    """A copy of the sheet that says something else: nothing counts until it is known that this one does."""
    asked = []
    for grid in rest:
        header = None if grid.hidden else _header(grid, table.described)
        if header is None or not set(table.described.identity) <= set(header[1]):
            continue
        if not _contents(Table(table.described, grid, *header)) <= _contents(table):
            told = (
                f"工作表“{grid.name}”与“{table.grid.name}”格式相同而内容不同，是否以“{table.grid.name}”为准？"
            )
            findings.add("C14", "question", told, "请只保留一张后重报", **place, cell=grid.name)
            asked.append(("C14", grid.name))
    return asked


def _contents(table: Table) -> set[tuple[str, ...]]:
    """What was filled in, cell by cell: what names the row, the column, the value."""
    named = ((tuple(row.text(key) for key in table.described.identity), row.filled) for row in table.rows)
    return {(*name, key, value) for name, filled in named for key, value in filled.items()}


def holds(grid: Grid, described: Sheet, *, exactly: bool) -> bool:
    """Whether a sheet has a table's header; ``exactly``: under its own titles, not under other words for them."""
    found = _header(grid, described)
    if found is None or not exactly:
        return found is not None
    number, columns = found
    return sum(tidy(grid.rows[number][c]) in described.titles for c in columns.values()) * 2 >= len(
        described.titles
    )


def _header(grid: Grid, described: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row that holds at least half of the titles, one of them naming the rows."""
    if len(described.words & grid.said) * 2 < len(described.columns):
        return None
    for number, texts in enumerate(grid.heads):
        found: dict[str, int] = {}
        # An alias must not take another column's place.
        for names, plainly in (
            (described.titles, False),
            (described.names, False),
            (described.plain_names, True),
        ):
            read = list(map(plain_title, texts)) if plainly and any(texts) else texts
            if len(found) == len(described.columns) or names.keys().isdisjoint(read):
                continue
            for column, text in enumerate(read):
                key = names.get(text) if text else None
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
            printed = column.kind == "label" and column.key not in described.identity
            severity = "note" if printed else "rejected"  # what we print ourselves is not missed
            findings.add("C12", severity, f"缺少“{column.title}”列", "请用本轮模板填报", **place)
    for column in described.columns:
        same = [i for i in strange if strange[i] == tidy(column.title) and column.key in columns]
        for second in same:
            if _column(grid, header, second) not in ([], _column(grid, header, columns[column.key])):
                one, other = (grid.address(header, i) for i in (columns[column.key], second))
                findings.add("C12", "question", f"{one}、{other}两列同名“{column.title}”而内容不同，是否以{one}列为准？",
                             "请删去多余的列后重报", **place, cell=other, value=column.title)  # fmt: skip
                asked[column.key] = (*asked.get(column.key, ()), ("C12", other))
    for key, at in columns.items():
        printed = described.column(key).kind == "label"  # by us: hiding it takes nothing away
        if at + 1 in grid.hidden_columns and not printed and _filled(grid, header, at):
            cell = f"{get_column_letter(at + 1)}列"
            findings.add("C15", "question", f"{cell}被隐藏且有数据，是否计入？", "请取消隐藏后重报，或清除该列",
                         **place, cell=cell, value=tidy(grid.rows[header][at]))  # fmt: skip
            asked[key] = (*asked.get(key, ()), ("C15", cell))
    return asked


def _filled(grid: Grid, header: int, column: int) -> bool:
    return bool(_column(grid, header, column))


def _column(grid: Grid, header: int, column: int) -> list[tuple[int, str]]:
    """What stands in a column below the example row, with its place."""
    below = enumerate(grid.rows[header + 2 :])
    return [(n, tidy(values[column])) for n, values in below if column < len(values) and tidy(values[column])]
