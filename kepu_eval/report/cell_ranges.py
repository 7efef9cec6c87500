"""Many cell addresses written short, as people do: D6:F6、D9."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from kepu_eval.spreadsheets.addresses import column_letters, position

_ROW = re.compile(r"第(\d+)行")


def ranges(places: Iterable[str]) -> str:
    """Cells as rectangles in reading order, whole rows (``第6行``) as spans, other places as they are.

    Each place is named once, and none that was not given: ``D6 E6 F6 D9`` is ``D6:F6、D9``.
    """
    columns_by_row: dict[int, set[int]] = defaultdict(set)
    rows, others = set(), []
    for place in places:
        if place.isupper() and (cell := position(place)):
            columns_by_row[cell[0] + 1].add(cell[1] + 1)
        elif row := _ROW.fullmatch(place):
            rows.add(int(row[1]))
        elif place:
            others.append(place)
    named = [_rectangle(*corners) for corners in _rectangles(columns_by_row)]
    named += [f"第{first}行" if first == last else f"第{first}—{last}行" for first, last in _runs(rows)]
    return "、".join([*named, *dict.fromkeys(others)])


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, last)."""
    ordered = sorted(numbers)
    breaks = [place for place, (one, other) in enumerate(pairwise(ordered), 1) if other > one + 1]
    bounds = pairwise([0, *breaks, len(ordered)]) if ordered else ()
    return [(ordered[start], ordered[end - 1]) for start, end in bounds]


def _rectangles(columns_by_row: dict[int, set[int]]) -> list[tuple[int, int, int, int]]:
    """Disjoint (top, left, bottom, right): equal runs of neighbouring rows are one."""
    rows_by_run: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row, columns in columns_by_row.items():
        for run in _runs(columns):
            rows_by_run[run].add(row)
    return sorted(
        (top, left, bottom, right)
        for (left, right), rows in rows_by_run.items()
        for top, bottom in _runs(rows)
    )


def _rectangle(top: int, left: int, bottom: int, right: int) -> str:
    first, last = f"{column_letters(left)}{top}", f"{column_letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"
