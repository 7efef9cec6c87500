"""What every kind of target is given, and what it gives back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import pandas as pd

from kepu_eval.evaluation.cells import Cell
from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.model import Rating, SurveyResult, settled
from kepu_eval.number_text import number_text
from kepu_eval.plan import SCHOOL_PERIODS, Indicator, Period, Plan, Stage, begun, time_share
from kepu_eval.returns import Overlap

NAN = math.nan
MET, FAILED, NOT_DUE, UNKNOWN, ASKED, SENT_BACK = "达标", "未达标", "未到期", "数据不足", "待核", "退回"


@dataclass(frozen=True)
class Evidence:
    """Everything one indicator is judged on.

    ``told``: the indicator's cells under each reading of a contributor's blank (``parent`` those of the indicator it
    is part of). ``as_of`` says which figures may be used, ``judged_on`` which periods are asked for: what a round is
    about does not shrink when it is looked at from an earlier day, it only becomes unknown.
    """

    plan: Plan
    indicator: Indicator
    told: Mapping[str, tuple[Cell, ...]]
    parent: Mapping[str, tuple[Cell, ...]]
    schools: pd.DataFrame
    order: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    as_of: dt.date
    judged_on: dt.date
    stage: Stage
    switches: Mapping[str, str]
    survey: SurveyResult | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The indicator's cells in the reading chosen."""
        return self._read(self.told)

    @property
    def parent_cells(self) -> tuple[Cell, ...]:
        """Those of the indicator that this one is part of."""
        return self._read(self.parent)

    def _read(self, told: Mapping[str, tuple[Cell, ...]]) -> tuple[Cell, ...]:
        # The switch is asked only where it matters: what is asked decides how often the rules have to run.
        unknown, none = told["unknown"], told["none"]
        return unknown if unknown == none else told[self.switches["optional_blanks"]]

    @property
    def time_share(self) -> Fraction:
        """Share of the time to the indicator's horizon that the judgement is about."""
        return time_share(self.plan, self.judged_on, self.indicator.horizon)

    @property
    def periods(self) -> list[Period]:
        """Periods of the indicator that have begun, without those before the issue when the switch says so."""
        first = self.plan.meta.issued.year if self.switches["pre_issue_years"] == "exclude" else 0
        kind = self.indicator.period or "year"
        known = self.years if kind == "year" else begun(self.plan, kind, self.judged_on)
        return [
            p
            for p in known
            if p.year >= first and (kind in SCHOOL_PERIODS or p.year <= self.indicator.horizon.year)
        ]

    @property
    def years(self) -> list[Period]:
        """Calendar years that have begun, up to the indicator's horizon: what comes later does not count towards it."""
        last = self.indicator.horizon.year
        return [period for period in begun(self.plan, "year", self.judged_on) if period.year <= last]


@dataclass(frozen=True)
class Verdict:
    """A sentence and the numbers in it, each with its name, in the order in which they stand."""

    text: str
    numbers: tuple[tuple[str, float], ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        """One sentence after the other."""
        return Verdict(self.text + other.text, self.numbers + other.numbers)


def say(template: str, **numbers: Fraction | float) -> Verdict:
    """A sentence with its numbers put in, in the order of the keyword arguments."""
    shown = {name: number_text(value) for name, value in numbers.items()}
    return Verdict(template.format(**shown), tuple((name, float(value)) for name, value in numbers.items()))


@dataclass
class Judgement:
    """Outcome for one indicator. ``value`` is in ``value_unit`` and compares with ``goal``; bounds may be NaN.

    ``low`` and ``high`` bound the value over what is missing (``high`` NaN: nothing bounds it); ``worst`` and ``best``
    are the ratings of those bounds, ``reported`` is what the figures that count alone would give. ``operands``: the two
    figures whose quotient says how much of what is asked for is there, of what counts alone.
    """

    worst: Rating
    best: Rating
    verdict: Verdict
    reported: Rating = Rating.UNKNOWN
    value: float = NAN
    low: float = NAN
    high: float = NAN
    goal: float = NAN
    value_unit: str = ""
    value_label: str = ""
    share: float = NAN
    pace: float = NAN
    expected: float = NAN
    summed: float = NAN
    deduplicated: float = NAN
    baseline: float = NAN
    formula: str = ""
    operands: tuple[float, float] | tuple[()] = ()
    missing: tuple[str, ...] = ()
    sources: tuple[int | None, ...] = ()
    rating: Rating | None = None
    unproven: tuple[str, ...] = ()
    periods: list[dict] = field(default_factory=list)
    entities: list[dict] = field(default_factory=list)
    cells: tuple[Cell, ...] = ()

    @property
    def settled(self) -> Rating:
        """The rating: what worst and best case agree on, or as decided where nothing is to be rated."""
        return self.rating if self.rating is not None else settled(self.worst, self.best)

    @property
    def rated(self) -> tuple[Rating, Rating, Rating]:
        """Rating, worst and best case; what is not rated (nothing due yet) has no cases either."""
        if self.settled is Rating.UNRATED:
            return (Rating.UNRATED,) * 3
        return self.settled, self.worst, self.best


class Kind(Protocol):
    """A kind of target: one function from evidence to judgement."""

    def __call__(self, evidence: Evidence) -> Judgement:
        """Judge one indicator."""
        ...


def rated_from(worst: Rating, best: Rating, reported: Rating, interval: Interval, **more: object) -> dict:
    """Fields of a judgement that go together: ratings of the bounds, and the bounds."""
    low, high = interval.floats
    return {"worst": worst, "best": best, "reported": reported, "low": low, "high": high, **more}


def open_answers(cells: Iterable[Cell]) -> tuple[str, ...]:
    """What is not known, each answer that would settle it once, in order: who or which cell, and in which state."""
    return tuple(dict.fromkeys(f"{cell.answer}{cell.state}" for cell in cells if cell.answer))


def period_row(period: str, value: float, low: float, high: float, target: float, status: str,
               sources: Iterable[int | None], measure: str = "value") -> dict:  # fmt: skip
    """One row of ``indicator_periods``."""
    return {"measure": measure, "period": period, "value": value, "low": low, "high": high, "target": target,
            "status": status, "sources": tuple(sources)}  # fmt: skip
