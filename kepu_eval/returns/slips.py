"""Our own slip (退回单) sent back: what a unit wrote into 更正后的值 is a proposal about the cells that are listed.

A slip is never a return and supersedes none. The office's letters ask for it; the evaluator accepts what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kepu_eval.personal_data import masked
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.decisions import (
    AS_REPORTED,
    Decision,
    Decisions,
    Key,
    acceptable,
    answerable,
    fields_of,
    key_of,
)
from kepu_eval.returns.findings import as_found
from kepu_eval.returns.model import SLIP, Returns, Submission
from kepu_eval.returns.names import UnitNames
from kepu_eval.spreadsheets.workbook import Book, Grid

TITLES = {
    "sheet": "工作表", "cell": "单元格", "value": "原填内容", "proposed": "更正后的值", "note": "说明", "handler": "经办人",
}  # fmt: skip
HEADING = "填报表补正清单"
_SEARCHED_ROWS = 10


def is_slip(book: Book) -> bool:
    """Whether a workbook is one of our slips, filled in or not."""
    return any(_header(grid) is not None for grid in book.sheets.values())


def _header(grid: Grid) -> int | None:
    wanted = {TITLES[key] for key in ("sheet", "cell", "value", "proposed")}
    return next(
        (n for n, row in enumerate(grid.rows[:_SEARCHED_ROWS]) if wanted <= {tidy(v) for v in row}), None
    )


def slip_of(book: Book) -> tuple[str, str]:
    """The round and the unit in a slip's heading, as names."""
    grid, number = _page(book)
    heading = next((t for row in grid.rows[:number] for t in map(tidy, row) if HEADING in t), "")
    rnd, _, unit = heading.partition(HEADING)
    return rnd, unit.lstrip(":")


def _page(book: Book) -> tuple[Grid, int]:
    found = ((grid, _header(grid)) for grid in book.sheets.values())
    return next((grid, number) for grid, number in found if number is not None)


def read_slip(book: Book, head: Mapping[str, str], names: UnitNames) -> Submission:
    """The corrections of a slip. Its unit is the one in its heading; ``head``: the submission's first columns.

    Rows with personal data are passed over, like those of a return.
    """
    grid, number = _page(book)
    unit = names.named(slip_of(book)[1])
    row: dict[str, Any] = {**head, "status": SLIP}
    if unit is not None:
        row |= {"unit": unit.id, "unit_name": unit.name}
    columns = {key: _column(grid.rows[number], title) for key, title in TITLES.items()}
    private = {place for place, _ in grid.private}
    proposals = []
    for place, values in enumerate(grid.rows):
        told = {
            key: _text(values[c]) if c is not None and c < len(values) else "" for key, c in columns.items()
        }
        if place > number and place not in private and told["cell"] and (told["proposed"] or told["note"]):
            address = grid.address(place, columns["proposed"] or 0)
            proposals.append(
                {key: masked(text) for key, text in told.items()} | {"place": f"{grid.name}!{address}"}
            )
    return Submission(**row, note=f"退回单，其中更正、说明{len(proposals)}处", proposals=proposals)


def _column(titles: list[object], title: str) -> int | None:
    return next((n for n, value in enumerate(titles) if tidy(value) == title), None)


def _text(value: object) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    return tidy(as_found(value))


def offers(returns: Returns) -> dict[Key, dict]:
    """What units propose, by the answer field it is for; the last word of several.

    Only about what the cell still says: once the unit sent its return again, the slip before it is settled.
    """
    rows = returns.proposals.to_dict("records")
    found = {}
    for finding in (row for row in returns.findings.to_dict("records") if answerable(row)):
        for field in fields_of(finding):
            known = (
                {tidy(field["value"]), tidy(field.get("span", ""))}
                if field["value"] or field.get("span")
                else {""}
            )
            for row in rows:
                about = (row["unit"], row["sheet"], row["cell"]) == (
                    field["unit"],
                    field["sheet"],
                    field["cell"],
                )
                if about and tidy(row["value"]) in known:
                    found[key_of(field)] = row
    return found


def proposed(offer: Mapping[str, str]) -> str:
    """The answer that an offer amounts to: the corrected value, or that the figure stands as reported."""
    return offer["proposed"] or AS_REPORTED


def source(offer: Mapping[str, str]) -> str:
    """Where an offer stands: file, sheet and cell of the slip."""
    return f"{offer['file']} {offer['place']}"


def accepted(
    returns: Returns, earlier: Decisions, *, unit: str = "", by: str = "", on: str = ""
) -> Decisions:
    """The decisions with every open offer accepted (of one unit, when given), each with the slip it came from.

    An offer that is no answer to its question stays open.
    """
    offered = offers(returns)
    answers = {}
    for finding in returns.findings.to_dict("records"):
        if not answerable(finding) or finding["answer"] or (unit and finding["unit"] != unit):
            continue
        for field in fields_of(finding):
            offer = offered.get(key_of(field))
            if offer and acceptable(proposed(offer), field):
                told = tidy(field["value"])
                answers[key_of(field)] = Decision(
                    told, proposed(offer), by, on, str(field["item"]), source(offer)
                )
    return replace(earlier, answers=answers)
