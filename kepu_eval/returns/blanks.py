"""What was left blank as a whole is said once: a sheet, many rows, a column; single blank cells are said one by one."""

from __future__ import annotations

import re

from kepu_eval.returns.sent import Sent, row_ranges
from kepu_eval.returns.tables import Table

_ONE_BY_ONE = 12  # blank cells that are still told one by one
_SETTLED = 60  # and those that an evaluator can still settle one by one
_NAMES = {"entity", "type", "rural"}  # what a row is called is no answer to what it asks
_REMEDY = "请补填后重报；确实为零填0，没有数据请在说明栏写明原因"
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def gather_blanks(sent: Sent, table: Table) -> None:
    """Put the findings about blank cells of a table together (C30) where they have one cause."""
    blank = {row.sheet_row for row in table.rows if not set(row.filled) - _NAMES}
    whole = len(blank) == len(table.rows)
    cells = [cell for cell in _cells(sent, table) if int(_PLACE.fullmatch(cell["cell"])[2]) in blank]
    if len(cells) > (1 if whole else _ONE_BY_ONE):
        rows = sorted({int(_PLACE.fullmatch(cell["cell"])[2]) for cell in cells})
        where = "整张表" if whole else f"第{row_ranges(rows)}行"
        _told_once(
            sent, cells, f"第{row_ranges(rows)}行", f"{where}没有填写（{len(rows)}行，必填{len(cells)}格）"
        )
    filled = {key for row in table.rows for key in row.filled}
    for key, letter in table.letters.items():
        cells = [cell for cell in _cells(sent, table) if _PLACE.fullmatch(cell["cell"])[1] == letter]
        if key not in filled and len(cells) > _ONE_BY_ONE:
            title = table.described.column(key).title
            _told_once(sent, cells, f"{letter}列", f"{letter}列“{title}”整列没有填写（必填{len(cells)}格）")


def _cells(sent: Sent, table: Table) -> list[dict]:
    """Findings about single blank cells of a table."""
    return [
        row
        for row in sent.findings.rows
        if (row["code"], row["severity"], row["sheet"]) == ("C30", "rejected", table.grid.name)
        and _PLACE.fullmatch(row["cell"])
    ]


def _told_once(sent: Sent, cells: list[dict], place: str, told: str) -> None:
    """One finding for all; each cell can be settled on its own where the same answers do for all of them."""
    gone = set(map(id, cells))
    sent.findings.rows = [row for row in sent.findings.rows if id(row) not in gone]
    candidates = {row["candidates"] for row in cells}
    settled = len(candidates) == 1 and len(cells) <= _SETTLED
    sent.findings.add(
        "C30", "rejected", told, _REMEDY, **sent.place, sheet=cells[0]["sheet"], cell=place if settled else "",
        affects=tuple(dict.fromkeys(name for row in cells for name in row["affects"])),
        candidates=next(iter(candidates)) if settled else (),
        fields=tuple((row["cell"], row["item"], row["value"]) for row in cells) if settled else (),
    )  # fmt: skip
