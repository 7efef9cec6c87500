"""The evidence gate for numbers: a figure that nothing proves makes an indicator no better than 正在推进.

The same rule as for statements (任务自查): the template tells every unit so. What is proven counts in full; what is
not may still say that something was begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import ZERO
from kepu_eval.evaluation.kinds.base import Evidence, Judgement, Kind, Verdict
from kepu_eval.evaluation.model import NOT_RATED, Rating, better
from kepu_eval.evaluation.rating import capped


def gated(kind: Kind, evidence: Evidence) -> Judgement:
    """The kind's judgement; where figures lack evidence, the better of what the others give and of the cap."""
    judged = kind(evidence)
    bare = [cell for cell in judged.cells if not cell.proven]
    if not bare or not evidence.plan.rating.evidence_gate or judged.rating is not None:
        return judged
    sides = ("worst", "best", "reported")
    after = {side: _capped(getattr(judged, side), evidence) for side in sides}
    if (
        not evidence.indicator.less_may_be_better
    ):  # there, an unproven figure taken for nothing would count as kept
        proven = kind(replace(evidence, told=_without(evidence.told), parent=_without(evidence.parent)))
        after = {side: _best(getattr(proven, side), after[side]) for side in sides}
    if all(after[side] == getattr(judged, side) for side in sides):
        return judged
    names = {unit.id: unit.name for unit in evidence.plan.units}
    units = tuple(dict.fromkeys(names.get(cell.unit, cell.unit) for cell in bare))
    told = Verdict(f"；{'、'.join(units)}所报数无佐证，最高{capped(Rating.DONE, evidence.stage)}")
    return replace(
        judged,
        worst=after["worst"],
        best=after["best"],
        reported=after["reported"],
        verdict=judged.verdict + told,
        unproven=units,
    )


def _capped(rating: Rating, evidence: Evidence) -> Rating:
    return rating if rating in NOT_RATED else capped(rating, evidence.stage)


def _best(one: Rating, other: Rating) -> Rating:
    if one in NOT_RATED or other in NOT_RATED:
        return other if one in NOT_RATED else one
    return one if better(one, other) else other


def _without(told: Mapping[str, tuple[Cell, ...]]) -> dict[str, tuple[Cell, ...]]:
    """The cells with every unproven figure taken for nothing."""
    return {
        reading: tuple(cell if cell.proven else _nothing(cell) for cell in cells)
        for reading, cells in told.items()
    }


def _nothing(cell: Cell) -> Cell:
    return replace(cell, state=CellState.ZERO, bounds=ZERO, value=ZERO.low, proven=True)
