"""Findings of one cause put together: what was left blank as a whole (a sheet, many rows, a column), or written alike.

Single cells are said one by one.
"""

from __future__ import annotations

import re
from collections import defaultdict

from kepu_eval.returns.sent import Sent, row_ranges
from kepu_eval.returns.tables import Table

_ONE_BY_ONE = 12  # blank cells that are still told one by one
_SETTLED = 60  # and those that an evaluator can still settle one by one
_FEW = 4  # cells with the same question that are still asked one by one
_ALIKE = ("X03", "C28", "C29", "C57")
_NAMES = {"entity", "type", "rural"}  # what a row is called is no answer to what it asks
_REMEDY = "请补填后重报；确实为零填0，没有数据请在说明栏写明原因"
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def gather(sent: Sent, table: Table) -> None:
    """Put the findings about single cells of a table together where they have one cause."""
    _gather_blanks(sent, table)
    _gather_alike(sent, table)


def _gather_alike(sent: Sent, table: Table) -> None:
    """One question for many cells that hold the same and can be answered alike, such as 见附件 for every evidence."""
    alike = defaultdict(list)
    for row in _cells(sent, table, _ALIKE):
        value = "" if row["code"] == "C57" else row["value"]
        alike[row["code"], row["severity"], value, row["candidates"]].append(row)
    for cells in alike.values():
        if len(cells) > _FEW:
            first = cells[0]
            _told_once(
                sent, cells, f"{first['cell']}等{len(cells)}格", f"{first['message']}，同样的共{len(cells)}格"
            )


def _gather_blanks(sent: Sent, table: Table) -> None:
    if len(_cells(sent, table, ("C30",))) < 2:
        return
    blank = {row.sheet_row for row in table.rows if not set(row.filled) - _NAMES}
    whole = len(blank) == len(table.rows)
    cells = [
        cell for cell in _cells(sent, table, ("C30",)) if int(_PLACE.findall(cell["cell"])[0][1]) in blank
    ]
    if len(cells) > (1 if whole else _ONE_BY_ONE):
        rows = sorted({int(_PLACE.findall(cell["cell"])[0][1]) for cell in cells})
        where = "整张表" if whole else f"第{row_ranges(rows)}行"
        _told_once(
            sent, cells, f"第{row_ranges(rows)}行", f"{where}没有填写（{len(rows)}行，必填{len(cells)}格）"
        )
    filled = {key for row in table.rows for key in row.filled}
    for key, letter in table.letters.items():
        cells = [
            cell for cell in _cells(sent, table, ("C30",)) if _PLACE.findall(cell["cell"])[0][0] == letter
        ]
        if key not in filled and len(cells) > _ONE_BY_ONE:
            title = table.described.column(key).title
            _told_once(sent, cells, f"{letter}列", f"{letter}列“{title}”整列没有填写（必填{len(cells)}格）")


def _cells(sent: Sent, table: Table, codes: tuple[str, ...]) -> list[dict]:
    """What is to be mended or answered in single cells of a table."""
    return [
        row
        for row in sent.findings.rows
        if row["code"] in codes
        and row["severity"] in ("question", "rejected")
        and row["sheet"] == table.grid.name
        and _PLACE.fullmatch(row["cell"])
    ]


def _told_once(sent: Sent, cells: list[dict], place: str, told: str) -> None:
    """One finding for all; each cell can be settled on its own where the same answers do for all of them."""
    first, gone = cells[0], set(map(id, cells))
    sent.findings.rows = [row for row in sent.findings.rows if id(row) not in gone]
    settled = first["severity"] == "question" or (
        len(cells) <= _SETTLED and len({row["candidates"] for row in cells}) == 1
    )
    sent.findings.add(
        first["code"], first["severity"], told, _REMEDY if first["code"] == "C30" else first["remedy"], **sent.place,
        sheet=first["sheet"], cell=place if settled else "",
        affects=tuple(dict.fromkeys(name for row in cells for name in row["affects"])),
        candidates=first["candidates"] if settled else (),
        fields=tuple((row["cell"], row["item"], row["value"]) for row in cells) if settled else (),
    )  # fmt: skip
