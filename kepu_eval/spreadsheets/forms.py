"""Workbooks of ours that come back filled in: read like every file from outside, row by row, by the columns' titles.

The bytes are read once: what is read and the hash that is kept are of the same content.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kepu_eval.errors import KepuError, reason
from kepu_eval.personal_data import masked
from kepu_eval.safe_text import as_written, tidy
from kepu_eval.spreadsheets.opening import content_of, open_book
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import Book, Grid

_SEARCHED_ROWS = 10


@dataclass(frozen=True)
class Entry:
    """A cell as it came back: tidied text (numbers plainly, days as ISO dates), its address, and text as written."""

    text: str
    cell: str
    prose: str


@dataclass(frozen=True)
class Form:
    """A workbook that came back; ``what`` names its kind in messages, ``refusal`` is what is raised."""

    file: str
    sha256: str
    book: Book
    what: str
    refusal: type[KepuError]

    def rows(
        self, sheet: str, titles: Sequence[str], later: Sequence[str] = ()
    ) -> list[tuple[int, dict[str, Entry]]]:
        """Number and cells by title of the rows that hold anything.

        ``later``: titles that workbooks exported by earlier versions lack; their cells are empty. Raises ``refusal`` when
        the sheet or another of ``titles`` is missing, or personal data stands in the sheet (the cell is named, its content
        is not).
        """
        if sheet not in self.book.sheets:
            raise self.refusal(f"没有“{sheet}”表", place=f"“{self.file}”", hint=f"请用导出的{self.what}填写")
        grid = self.book.sheets[sheet]
        for (row, column), kind in grid.private.items():
            raise self.refusal(
                f"含{kind}", place=f"“{self.file}”{sheet}{grid.address(row, column)}", hint="请删除后再读入"
            )
        names = {tidy(title): title for title in titles}  # full-width signs come back as the narrow ones
        wanted = set(names) - set(map(tidy, later))
        heads = grid.heads[:_SEARCHED_ROWS]
        head = next((n for n, row in enumerate(heads) if wanted <= set(row)), None)
        if head is None:
            known = {text for row in heads for text in row}
            lost = "、".join(names[told] for told in names if told in wanted and told not in known)
            raise self.refusal(
                f"缺少列：{lost or '表头'}", place=f"“{self.file}”{sheet}", hint=f"请用导出的{self.what}填写"
            )
        columns = {
            names.get(text, text): place for place, text in reversed([*enumerate(heads[head])]) if text
        }
        absent = {title: Entry("", "", "") for title in titles if title not in columns}
        found = []
        for number in range(head + 1, len(grid.rows)):
            entries = {title: _entry(grid, number, place) for title, place in columns.items()}
            if any(entry.text for entry in entries.values()):
                found.append((number + 1, entries | absent))
        return found


def open_form(path: Path, what: str, refusal: type[KepuError]) -> Form:
    """A filled workbook; raises ``refusal`` when the file cannot be read."""
    name = masked(path.name)
    try:
        content = content_of(path)
        return Form(name, hashlib.sha256(content).hexdigest(), open_book(path, content), what, refusal)
    except UnreadableError as error:
        raise refusal(error.message, hint=error.hint) from error
    except OSError as error:
        raise refusal(
            f"“{name}”无法读取（{reason(error)}），请检查文件是否存在、被占用或有无读取权限"
        ) from error


def _entry(grid: Grid, row: int, column: int) -> Entry:
    values = grid.rows[row]
    value = values[column] if column < len(values) else None
    if isinstance(value, dt.datetime):
        text = value.date().isoformat()
    elif isinstance(value, dt.date):
        text = value.isoformat()
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = f"{value:.12g}"
    else:
        text = tidy(value)
    return Entry(text, grid.address(row, column), as_written(value) if isinstance(value, str) else text)
