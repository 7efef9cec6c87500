"""A described sheet as it was found in what was sent: its columns, its rows, and what stands among them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.layout import SIGNED, Sheet, is_example
from kepu_eval.returns.model import Asked
from kepu_eval.returns.side_rows import all_signed, is_aside, is_remark, is_total, may_be_total
from kepu_eval.returns.spread import is_ditto, spread
from kepu_eval.safe_text import name_key
from kepu_eval.spreadsheets.addresses import column_letters
from kepu_eval.spreadsheets.workbook import Grid

_IN_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_LONGEST_NAME = 40
_WORD, _NUMBERED = re.compile(r"\w"), re.compile(r"[A-Za-z]*-?\d+")

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
        letters = {key: column_letters(column + 1) for key, column in self.columns.items()}
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
        return is_example(first)

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
        if is_aside(next(filter(None, words), "")):
            return next(filter(None, words))
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
