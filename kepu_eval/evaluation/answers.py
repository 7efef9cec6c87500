"""The fewest answers that would settle what is open: so that a reader of 数据不足 knows what to ask for next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pandas as pd

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.classes import Ratings
from kepu_eval.evaluation.intervals import exactly
from kepu_eval.evaluation.kinds import Evidence, Judgement, judge
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rollup import ratings_of, roll_up
from kepu_eval.evaluation.settings import Settings, own_setting
from kepu_eval.plan import Plan, Stage

_MUCH = Fraction(10**9)
"""Stands for a figure that is as large as is needed, where nothing bounds it."""
LEAST, MOST = 0, 1


def fewest(items: Sequence[str], settles: Callable[[Mapping[str, int]], bool]) -> tuple[str, ...]:
    """The fewest of ``items`` that settle something when answered at their least or at their most.

    One alone is found exactly. More are looked for in order, all at one end, which is exact where the items weigh the
    same (schools, commitments, years) and an upper limit otherwise; all of them always do.
    """
    for item in items:
        if any(settles({item: end}) for end in (LEAST, MOST)):
            return (item,)
    found = tuple(items)
    for end in (LEAST, MOST):
        for count in range(2, len(found)):
            if settles(dict.fromkeys(items[:count], end)):
                found = tuple(items[:count])
                break
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

    def settles(ends: Mapping[str, int]) -> bool:
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

    return fewest(answers, settles) if answers else judged.missing


def _answered(cells: tuple[Cell, ...], ends: Mapping[str, int]) -> tuple[Cell, ...]:
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
    def settles(ends: Mapping[str, int]) -> bool:
        fixed = [_fixed(found, ends[name]) if name in ends else found for name, found in items.items()]
        rated = roll_up(fixed, stage, settings, quantitative=quantitative)
        return bool(rated.low[0] == rated.high[0])

    return fewest([name for name, found in items.items() if found.low[0] != found.high[0]], settles)


def _fixed(found: Ratings, end: int) -> Ratings:
    side = found.low if end == LEAST else found.high
    return Ratings(side, side, side)
