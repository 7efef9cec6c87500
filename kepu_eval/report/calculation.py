"""What the workbook needs to recompute the indicators: the cells as they were judged, period by period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.evaluate import judged_on
from kepu_eval.evaluation.intervals import ANYTHING, exactly
from kepu_eval.evaluation.kinds.limits import SCALES
from kepu_eval.evaluation.overlaps import removals
from kepu_eval.evaluation.rating import exact
from kepu_eval.plan import Indicator, TargetKind, begun
from kepu_eval.report.blocks import Calculation, Datum, Reckoned, Step
from kepu_eval.report.factbook import FactBook
from kepu_eval.report.ratings import period_id
from kepu_eval.returns import overlaps

_BY_SCHOOL = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY, TargetKind.POOLED_RATIO)
_SERIES = (TargetKind.STOCK_AT_HORIZON, TargetKind.TREND)
_TWICE = "扣除重复"


def calculation(book: FactBook) -> Calculation:
    """Cells, periods and indicators of an evaluation, ready to be recomputed."""
    made = [_Reckoning(book, indicator) for indicator in book.plan.indicators]
    steps: list[Step] = []
    data, pairs = [], 0
    for one in made:
        data += [datum.model_copy(update={"step": datum.step and datum.step + len(steps),
                                          "pair": datum.pair and datum.pair + pairs}) for datum in one.data]  # fmt: skip
        steps += one.steps
        pairs += max((datum.pair for datum in one.data), default=0)
    return Calculation(data=tuple(data), steps=tuple(steps), indicators=tuple(one.indicator for one in made))


@dataclass(frozen=True)
class _Reckoning:
    """One indicator; steps are counted from 1 within it."""

    book: FactBook
    of: Indicator

    @property
    def indicator(self) -> Reckoned:
        row = self.book.evaluation.indicators.set_index("indicator").loc[self.of.id]
        return Reckoned(
            indicator=self.of.id, name=row["name"], kind=str(self.of.kind), target=_number(row["target"]),
            stated=not pd.isna(row["value"]), part_of=self.of.of_which or "",
            gain=self.book.evaluation.switches["stock_method"] == "gain", falls=self.of.operator == "decreasing",
            operator=self.of.operator, target_high=self.of.target_high, shared=bool(self.of.shares),
            scale=SCALES.get(self.of.unit, 1) if self.of.kind is TargetKind.LIMIT_AT_HORIZON and len(self.of.measures) > 1 else 0,
        )  # fmt: skip

    @cached_property
    def steps(self) -> list[Step]:
        """Its periods, those of one measure together; a series starts with the level it is compared with."""
        rows = self.book.evaluation.indicator_periods
        rows = rows[rows["indicator"].eq(self.of.id)].to_dict("records")
        known = {(row["measure"], row["period"]) for row in rows}
        starts = [
            Step(indicator=self.of.id, measure=measure, period=period, due=False, first=True)
            for measure, period in self._places
            if self.of.kind in _SERIES and (measure, period) not in known
        ]
        told = [
            Step(indicator=self.of.id, measure=row["measure"], period=row["period"], due=self._due(row), fact=period_id(row))
            for row in rows
        ]  # fmt: skip
        order = list(dict.fromkeys(step.measure for step in [*starts, *told]))
        return sorted([*starts, *told], key=lambda step: order.index(step.measure))

    @property
    def _places(self) -> list[tuple[str, str]]:
        return list(dict.fromkeys(zip(self._cells["measure"], self._cells["period"], strict=True)))

    @cached_property
    def _cells(self) -> pd.DataFrame:
        cells = self.book.evaluation.cells
        return cells[cells["indicator"].eq(self.of.id)]

    def _due(self, row: dict) -> bool:
        """Whether a period is asked for; of figures by school and of levels their status says so."""
        if self.of.kind is not TargetKind.ANNUAL:
            return row["status"] != "未到期"
        return row["period"] in self._over

    @cached_property
    def _over(self) -> set[str]:
        evaluation, plan = self.book.evaluation, self.book.plan
        day: dt.date = judged_on(
            plan, self.book.returns.round_id, evaluation.as_of, evaluation.stage, self.of.horizon
        )
        return {period.label for period in begun(plan, self.of.period or "year", day) if period.over(day)}

    @cached_property
    def data(self) -> list[Datum]:
        """Its cells, and what comes off its sums because two units reported one activity."""
        steps = {(step.measure, step.period): number for number, step in enumerate(self.steps, 1)}
        cells = list(self._by_school(steps)) if self.of.kind in _BY_SCHOOL else [
            self._datum(row, steps.get((row["measure"], row["period"]), 0)) for row in self._cells.to_dict("records")
        ]  # fmt: skip
        return [*cells, *self._twice(steps)]

    def _datum(self, row: Mapping, step: int, pair: int = 0, *, denominator: bool = False) -> Datum:
        obs = row["obs"]
        source = None if pd.isna(obs) else next(iter(self.book.cells([obs])))
        return Datum(
            step=step, indicator=self.of.id, measure=row["measure"], unit=self._names.get(row["unit"], row["unit"]),
            entity=row["entity"], period=row["period"], state=row["state"], value=_number(row["value"]),
            low=_number(row["low"]), high=_number(row["high"]), required=not row["optional"], pair=pair,
            denominator=denominator, source=source,
        )  # fmt: skip

    @cached_property
    def _names(self) -> dict[str, str]:
        return {unit.id: unit.name for unit in self.book.plan.units}

    def _by_school(self, steps: Mapping[tuple[str, str], int]) -> Iterator[Datum]:
        """Cells of schools, one of each measure and period; those of schools that are not in scope go into no step."""
        rows = self.book.evaluation.entity_periods
        mine = rows[rows["indicator"].eq(self.of.id)]
        scope = set(mine["entity"])
        below = {measure.id for measure in self.of.measures if measure.role == "denominator"}
        last = {(row["measure"], row["entity"], row["period"]): row for row in self._cells.to_dict("records")}
        pairs = {place: number for number, place in enumerate(dict.fromkeys(key[1:] for key in last), 1)}
        at_once = self.of.kind is TargetKind.EVERY_ENTITY
        for (measure, entity, period), row in last.items():
            denominator = measure in below
            step = 1 if at_once else steps.get(("value", period), 0)
            pair = pairs[entity, period] if below else 0
            yield self._datum(
                row, step if entity in scope and not denominator else 0, pair, denominator=denominator
            )

    def _twice(self, steps: Mapping[tuple[str, str], int]) -> Iterator[Datum]:
        evaluation, returns = self.book.evaluation, self.book.returns
        if not self.of.kind.summed or evaluation.switches["duplicates"] != "deduplicated":
            return
        cells = {
            (row["unit"], row["period"]): Cell(
                row["unit"], row["measure"], row["entity"], row["period"], CellState(row["state"]),
                ANYTHING if pd.isna(row["value"]) else exactly(exact(row["value"])),
                None if pd.isna(row["value"]) else exact(row["value"]),
            )
            for row in self._cells.to_dict("records")
        }  # fmt: skip
        for year, off in removals(
            overlaps(returns, self.of.id), cells, [unit.id for unit in self.book.plan.contributors(self.of)]
        ).items():
            if off.most:
                yield Datum(
                    step=steps.get(("value", year), 0), indicator=self.of.id, measure="value", unit=_TWICE, entity="",
                    period=year, state=_TWICE, value=-float(off.told), low=-float(off.least), high=-float(off.least),
                )  # fmt: skip


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
