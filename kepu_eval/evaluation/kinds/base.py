"""What every kind of target is given, and what it gives back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

import pandas as pd

from kepu_eval.evaluation.model import Rating, SurveyResult, settled
from kepu_eval.plan import Indicator, Period, Plan, Stage, begun, time_share

NAN = math.nan
COUNTED = ("accepted", "note")
PENDING = "question"


@dataclass(frozen=True)
class Evidence:
    """Everything one indicator is judged on.

    ``observations`` are the indicator's own rows (``parent`` those of the indicator it is part of), ``duplicated``
    the participants reported twice by year label, ``lead`` the id of the unit whose figures are required and
    ``absent`` the names of other units of the task that sent nothing readable.
    """

    plan: Plan
    indicator: Indicator
    observations: pd.DataFrame
    parent: pd.DataFrame
    schools: pd.DataFrame
    lead: str
    absent: tuple[str, ...]
    duplicated: Mapping[str, float]
    as_of: dt.date
    stage: Stage
    switches: Mapping[str, str]
    survey: SurveyResult | None = None

    @property
    def time_share(self) -> Fraction:
        """Share of the time to the indicator's horizon that has passed."""
        return time_share(self.plan, self.as_of, self.indicator.horizon)

    @property
    def periods(self) -> list[Period]:
        """Periods of the indicator that have begun, without those before the issue when the switch says so."""
        first = self.plan.meta.issued.year if self.switches["pre_issue_years"] == "exclude" else 0
        kind = self.indicator.period or "year"
        known = self.years if kind == "year" else begun(self.plan, kind, self.as_of)
        return [period for period in known if period.year >= first]

    @property
    def years(self) -> list[Period]:
        """Calendar years that have begun, up to the indicator's horizon: what comes later does not count towards it."""
        last = self.indicator.horizon.year
        return [period for period in begun(self.plan, "year", self.as_of) if period.year <= last]

    @property
    def due(self) -> list[Period]:
        """Periods that are over: the ones a judgment can ask for."""
        return [period for period in self.periods if period.over(self.as_of)]


@dataclass
class Judgement:
    """Outcome for one indicator. ``value`` is in ``value_unit`` and compares with ``goal``; bounds may be NaN.

    ``low`` and ``high`` bound the value over what is missing (``high`` NaN: unknowable); ``worst`` and ``best``
    are the ratings of those bounds.
    """

    worst: Rating
    best: Rating
    verdict: str
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
    missing: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    rating: Rating | None = None
    periods: list[dict] = field(default_factory=list)
    entities: list[dict] = field(default_factory=list)

    @property
    def settled(self) -> Rating:
        """The rating: as decided, or what worst and best case agree on."""
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


def counted(observations: pd.DataFrame) -> pd.DataFrame:
    """Rows whose value may be counted."""
    return observations[observations["state"].isin(COUNTED)]


def total(values: Iterable[float]) -> Fraction:
    """Exact sum of reported values."""
    return sum((Fraction(repr(float(value))) for value in values), Fraction())


def required_gaps(evidence: Evidence, observations: pd.DataFrame, labels: Iterable[str]) -> dict[str, str]:
    """Periods for which the lead gave no countable figure, with why: ``待核`` or ``缺报``."""
    own = observations[observations["unit"].eq(evidence.lead)]
    have = set(counted(own)["period"])
    asked = set(own.loc[own["state"].eq(PENDING), "period"])
    return {label: "待核" if label in asked else "缺报" for label in labels if label not in have}


def optional_gaps(evidence: Evidence) -> tuple[str, ...]:
    """What contributors may still add: units that sent nothing, and their figures still in question."""
    rows = evidence.observations
    pending = rows[rows["unit"].ne(evidence.lead) & rows["state"].isin([PENDING, "rejected"])]
    names = {unit.id: unit.name for unit in evidence.plan.units}
    cells = tuple(f"{names.get(row.unit, row.unit)}{row.period}年数待核" for row in pending.itertuples())
    return (*(f"{name}未报送" for name in evidence.absent), *cells)


def period_row(period: str, value: float, low: float, high: float, target: float, status: str,
               sources: Iterable[int], measure: str = "value") -> dict:  # fmt: skip
    """One row of ``indicator_periods``."""
    return {"measure": measure, "period": period, "value": value, "low": low, "high": high, "target": target,
            "status": status, "sources": tuple(sources)}  # fmt: skip
