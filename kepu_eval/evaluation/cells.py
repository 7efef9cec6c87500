"""The cells a figure is made of: contributor × measure × entity × period, each with its state and its bounds.

This is the one place that says what an absent, blank, questioned or rejected cell may hold (DESIGN, law 1). Every
kind of target, and through them every roll-up, score and sentence, works on these bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import pandas as pd

from kepu_eval.evaluation.intervals import ANYTHING, ZERO, Interval, exactly
from kepu_eval.evaluation.rating import exact
from kepu_eval.plan import BASELINE, STOCK, Indicator, Period, Plan
from kepu_eval.returns import Returns
from kepu_eval.returns.cells import nothing_here
from kepu_eval.rows import Row


class CellState(StrEnum):
    """What is known of one contributor's figure for one period."""

    REPORTED = "已报"
    ZERO = "零"
    NONE = "无此项"
    BLANK = "留空"
    QUESTION = "待核"
    REJECTED = "退回"
    SILENT = "未报送"
    DUPLICATE = "疑似重复"
    NOT_OVER = "未结束"


@dataclass(frozen=True)
class Cell:
    """One contributor's figure. ``value`` is None unless it counts; ``bounds`` hold whatever it may turn out to be.

    ``optional``: the unit contributes (选报), it does not lead. ``obs``: id of the observation, None where there is
    no cell. ``answer`` names, for readers, what is to be answered (empty when it is known): cells that one answer
    settles share it. ``proven``: whether evidence stands behind it, or none is needed.
    """

    unit: str
    measure: str
    entity: str
    period: str
    state: CellState
    bounds: Interval
    value: Fraction | None = None
    optional: bool = False
    obs: int | None = None
    answer: str = ""
    proven: bool = True

    @property
    def known(self) -> bool:
        """Whether its value counts."""
        return self.value is not None


def cells_of(
    plan: Plan,
    indicator: Indicator,
    returns: Returns,
    periods: Sequence[Period],
    hidden: frozenset[str] = frozenset(),
) -> tuple[Cell, ...]:
    """Every cell of one indicator, asked for or sent, in the order of contributors, measures, entities and periods.

    ``hidden``: labels of periods that are judged but had not ended on the day of looking; whatever was sent about
    them is not known then.
    """
    book = _Book(plan, indicator, returns)
    labels = [*(period.label for period in periods), BASELINE, STOCK]
    return tuple(book.cell(place, hidden=place[3] in hidden) for place in book.places(labels))


def entries(plan: Plan, indicator: Indicator, returns: Returns) -> pd.DataFrame:
    """Rows of the roster that the indicator counts; of several, an entry belongs to the one whose figures it was asked for."""
    mine = {i.id for i in plan.indicators if i.roster == indicator.roster}
    others = {i.id for i in plan.indicators if i.entities} - mine
    if not others or not indicator.entities:
        return returns.schools
    asked = returns.observations[["indicator", "entity"]]
    elsewhere = set(asked.loc[asked["indicator"].isin(others), "entity"])
    elsewhere -= set(asked.loc[asked["indicator"].isin(mine), "entity"])
    return returns.schools[~returns.schools["entity"].isin(elsewhere)]


def blanks_as_nothing(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells where a plan takes what contributors left blank for 无此项 (switch ``optional_blanks``: ``none``)."""
    return tuple(
        replace(cell, state=CellState.NONE, bounds=ZERO, value=ZERO.low, answer="")
        if cell.optional and cell.state is CellState.BLANK
        else cell
        for cell in cells
    )


class _Book:
    """What one round holds about one indicator, by place (unit, measure, entity, period)."""

    def __init__(self, plan: Plan, indicator: Indicator, returns: Returns) -> None:
        self.plan, self.indicator, self.returns = plan, indicator, returns
        mine = returns.observations_of(indicator.id)
        self.rows = {(r.unit, r.measure, r.entity, r.period): r for r in mine}
        self.units = tuple(unit.id for unit in plan.contributors(indicator))
        self.lead = self.units[0] if self.units else ""
        self.names = {unit.id: unit.name for unit in plan.units}
        self.tellers = {m.id: plan.unit(m.by).id if m.by else self.lead for m in indicator.measures}
        joint = plan.task(indicator.task).lead.joint if indicator.task and indicator.kind.summed else ()
        bound = (*joint, *(share.unit for share in indicator.shares))
        self.bound = {self.lead, *(plan.unit(name).id for name in bound)}

    def places(self, labels: Iterable[str]) -> list[tuple[str, str, str, str]]:
        """Places that are asked for, then those sent beside them."""
        measures = [m.id for m in self.indicator.measures] or ["value"]
        entities = [""]
        periods = [label for label in labels if label != STOCK]
        if self.indicator.entities:
            entities = list(entries(self.plan, self.indicator, self.returns)["entity"])
            periods = [label for label in periods if label != BASELINE] if self.indicator.period else [STOCK]
        elif self.indicator.kind.summed:
            periods = [label for label in periods if label != BASELINE]
        asked = [
            (u, m, e, p) for u in self.units for m in measures for e in entities for p in periods
            if self.indicator.kind.summed or u == self._teller(m)
        ]  # fmt: skip
        return list(dict.fromkeys([*asked, *(key for key in self.rows if key[3] in labels)]))

    def _teller(self, measure: str) -> str:
        """Id of the unit that has to tell a measure of a level."""
        return self.tellers.get(measure, self.lead)

    def cell(self, place: tuple[str, str, str, str], *, hidden: bool) -> Cell:
        """The cell at one place."""
        unit, measure, entity, period = place
        row, optional = self.rows.get(place), unit not in self.bound and unit != self._teller(measure)
        state = CellState.NOT_OVER if hidden else self._state(row, unit, optional=optional)
        if row is not None and state in (CellState.REPORTED, CellState.ZERO, CellState.NONE):
            value = Fraction() if state is CellState.NONE else exact(float(row.value))
            proven = (
                not value
                or bool(entity)
                or any((unit, item) not in self.returns.broken_evidence for item in row.evidence)
            )
            return Cell(unit, measure, entity, period, state, exactly(value) if value else ZERO, value, optional,
                        row.obs, "", proven)  # fmt: skip
        obs = None if row is None else row.obs
        return Cell(unit, measure, entity, period, state, ANYTHING, None, optional, obs,
                    self._answer(state, row, unit, period, optional=optional))  # fmt: skip

    def _state(self, row: Row | None, unit: str, *, optional: bool) -> CellState:
        if row is None:
            if unit in self.returns.silent:
                return CellState.SILENT
            return CellState.BLANK
        if row.state in ("accepted", "note"):
            if row.value:
                return CellState.REPORTED
            return CellState.NONE if not row.raw or nothing_here(row.raw) else CellState.ZERO
        if row.state in ("question", "rejected"):
            return CellState.QUESTION if row.state == "question" else CellState.REJECTED
        settled = bool(row.raw)  # something stood there, and the evaluator's answer left it out
        return CellState.NONE if optional and settled else CellState.BLANK

    def _answer(self, state: CellState, row: Row | None, unit: str, period: str, *, optional: bool) -> str:
        name = self.names.get(unit, unit)
        if state is CellState.SILENT:
            return name
        if state is CellState.NOT_OVER:
            return period
        if state is CellState.BLANK and optional:
            return f"{name}选报各格"
        if row is None or not row.cell:
            return f"{name}{self.indicator.short_name}（{period}）"
        return f"{name}{row.sheet}{row.cell}"
