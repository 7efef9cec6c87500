"""The fewest answers that would settle what is open: so that a reader of 数据不足 knows what to ask for next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.classes import Ratings
from kepu_eval.evaluation.intervals import exactly
from kepu_eval.evaluation.kinds import Evidence, Judgement, judge
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rollup import combine, ratings_of
from kepu_eval.evaluation.settings import Settings, own_setting
from kepu_eval.plan import Plan, Stage

_MUCH = Fraction(10**9)
"""Stands for a figure that is as large as is needed, where nothing bounds it."""
LEAST, MOST = 0, 1
Ends = Mapping[str, int]
"""Answers that are given, each at its least or at its most."""


def fewest(items: Sequence[str], settled: Callable[[Sequence[Ends]], Iterable[bool]]) -> tuple[str, ...]:
    """The fewest of ``items`` that settle something when answered at their least or at their most.

    ``settled`` tells of each of several ways to answer whether it settles it. One alone is found exactly. More are
    looked for in order, all at one end, which is exact where the items weigh the same (schools, commitments, years) and
    an upper limit otherwise; all of them always do.
    """

    def first(ways: Sequence[Ends]) -> tuple[str, ...]:
        return next((tuple(way) for way, done in zip(ways, settled(ways), strict=True) if done), ())

    if found := first([{item: end} for item in items for end in (LEAST, MOST)]):
        return found
    found = tuple(items)
    for end in (LEAST, MOST):
        ways = [dict.fromkeys(items[:count], end) for count in range(2, len(found))]
        found = first(ways) or found
    return found


def settling_indicator(evidence: Evidence, judged: Judgement) -> tuple[str, ...]:
    """Answers (:attr:`Cell.answer`) that would give the indicator a firm rating; none where it has one.

    What only the end of a period can tell is no answer; where nothing was sent at all, what is missing is named.
    """
    if judged.settled is not Rating.UNKNOWN:
        return ()
    unknown = [cell for cell in judged.cells if cell.answer]
    if any(cell.state is CellState.NOT_OVER for cell in unknown):
        return ()
    answers = list(dict.fromkeys(cell.answer for cell in unknown))

    def settles(ends: Ends) -> bool:
        told = {reading: _answered(cells, ends) for reading, cells in evidence.told.items()}
        parent = {reading: _answered(cells, ends) for reading, cells in evidence.parent.items()}
        overlaps = evidence.overlaps
        doubted = [
            end
            for cell in unknown
            if cell.state is CellState.DUPLICATE and (end := ends.get(cell.answer)) is not None
        ]
        if doubted:
            overlaps = (
                () if MOST in doubted else tuple(replace(overlap, decided=True) for overlap in overlaps)
            )
        again = judge(replace(evidence, told=told, parent=parent, overlaps=overlaps))
        return again.settled is not Rating.UNKNOWN

    return fewest(answers, lambda ways: map(settles, ways)) if answers else judged.missing


def _answered(cells: tuple[Cell, ...], ends: Ends) -> tuple[Cell, ...]:
    wholes = {(cell.entity, cell.period): cell.value for cell in cells if cell.entity and cell.value}
    return tuple(_at(cell, ends[cell.answer], wholes) if cell.answer in ends else cell for cell in cells)


def _at(cell: Cell, end: int, wholes: Mapping[tuple[str, str], Fraction]) -> Cell:
    """The cell answered at one end; of a ratio's part, the whole bounds it."""
    low, high = cell.bounds
    most = wholes.get((cell.entity, cell.period), _MUCH) if high is None else high
    value = low if end == LEAST else most
    return replace(
        cell,
        state=CellState.REPORTED if value else CellState.ZERO,
        value=value,
        bounds=exactly(value),
        answer="",
    )


def settling_tasks(plan: Plan, indicators: pd.DataFrame, commitments: pd.DataFrame, tasks: pd.DataFrame,
                   stage: Stage) -> list[tuple[str, ...]]:  # fmt: skip
    """For each row of ``tasks``, the items (indicators or commitments) whose rating would make its own firm."""
    settings = own_setting(plan, plan.switch_defaults())
    numbers, words = ratings_of(indicators, "indicator"), ratings_of(commitments, "commitment")
    found = []
    for task, row in zip(plan.tasks, tasks.itertuples(), strict=True):
        own = [c.id for c in task.commitments if c.indicator is None]
        items = {i: numbers[i] for i in row.quantitative} or {name: words[name] for name in own}
        firm = row.rating != Rating.UNKNOWN
        found.append(() if firm else _settling(items, stage, settings, quantitative=bool(row.quantitative)))
    return found


def _settling(
    items: Mapping[str, Ratings], stage: Stage, settings: Settings, *, quantitative: bool
) -> tuple[str, ...]:
    place = {name: column for column, name in enumerate(items)}
    low, high = (
        np.concatenate([getattr(found, side) for found in items.values()]) for side in ("low", "high")
    )

    def settled(ways: Sequence[Ends]) -> np.ndarray:
        lows, highs = (np.tile(side, (len(ways), 1)) for side in (low, high))
        for row, way in enumerate(ways):
            for name, end in way.items():
                column = place[name]
                lows[row, column] = highs[row, column] = (low if end == LEAST else high)[column]
        rated = (combine(side, stage, settings, quantitative=quantitative) for side in (lows, highs))
        return np.equal(*rated)

    return fewest([name for name, column in place.items() if low[column] != high[column]], settled)
