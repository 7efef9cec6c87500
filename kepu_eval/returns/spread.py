"""What one cell says for several: a choice in cells that were merged, 同上 or 〃 for what stands above.

Only choices, days and names are said once for several cells; a number in merged cells stays a question.
"""

from __future__ import annotations

from collections.abc import Mapping

from kepu_eval.returns.layout import Column, Sheet, is_example
from kepu_eval.safe_text import tidy
from kepu_eval.spreadsheets.workbook import Grid

_DITTO = frozenset({"同上", "〃", "″", '"', "“", "”", "〞"})
_NAMES = frozenset({"task", "evidence", "place", "organiser", "co_organisers", "indicator"})
_MOST = 5_000


def spread(
    grid: Grid, described: Sheet, columns: Mapping[str, int], header: int
) -> dict[int, dict[str, object]]:
    """Values by row and column key that a cell has from another, which the merged area or the ditto mark points to."""
    shared = {columns[c.key]: c for c in described.columns if c.key in columns and _may_be_shared(c)}
    found: dict[int, dict[str, object]] = {}
    room = _MOST * len(shared)
    for left, top, right, bottom in grid.merged:
        keys = [shared.get(column) for column in range(left, min(right, left + _MOST) + 1)]
        whole = [column for column in keys if column is not None]
        of_one_kind = len(whole) == len(keys) and (
            len(whole) == 1 or all(c.kind == "choice" and c.choices == whole[0].choices for c in whole)
        )
        if top <= header or not of_one_kind or top >= len(grid.rows) or left >= len(grid.rows[top]):
            continue
        value = grid.rows[top][left]
        room -= (min(bottom, len(grid.rows) - 1) - top + 1) * len(whole)
        if room < 0:  # of areas that lie over one another, no end
            break
        for row in range(top, min(bottom, len(grid.rows) - 1) + 1) if value != "" else ():
            found.setdefault(row, {}).update({c.key: value for c in whole})
    for place, column in shared.items():
        _ditto(grid, place, column.key, header, found)
    return found


def _may_be_shared(column: Column) -> bool:
    return column.kind in ("choice", "date") or column.key in _NAMES


def _ditto(grid: Grid, place: int, key: str, header: int, found: dict[int, dict[str, object]]) -> None:
    """Fill in what ditto marks of one column stand for: what the row above says, unless that is not read itself."""
    above: object = ""
    for number in range(header + 1, len(grid.rows)):
        values = grid.rows[number]
        value = values[place] if place < len(values) else ""
        if is_ditto(value) and above != "":
            found.setdefault(number, {})[key] = above
            continue
        above = found.get(number, {}).get(key, value)
        if (
            is_ditto(above)
            or (number, place) in grid.private
            or number + 1 in grid.hidden_rows
            or is_example(tidy(values[0] if values else ""))
        ):
            above = ""


def is_ditto(value: object) -> bool:
    """Whether a cell says that it is as the one above."""
    return isinstance(value, str) and value.strip(" 。\u3000") in _DITTO
