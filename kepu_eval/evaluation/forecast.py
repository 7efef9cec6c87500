"""Forecast to the plan's horizon from yearly figures. A forecast is not a result: nothing here enters a rating."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.errors import KepuError
from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.kinds.goal import Goal
from kepu_eval.evaluation.rating import exact
from kepu_eval.plan import Indicator, Period, TargetKind

Numbers: TypeAlias = Sequence[float] | NDArray[np.float64] | pd.Series

FEWEST = 3
"""Points below which there is no forecast: a line through two points leaves nothing to judge its error by."""

ABOVE, INSIDE, BELOW, NOT_KEPT = "区间全部达到目标", "目标在区间内", "区间全部低于目标", "区间全部不符合要求"
_GAPS = ("缺报", "待核")
_EXTRAPOLATED = (
    TargetKind.LEVEL_AT_HORIZON,
    TargetKind.CUMULATIVE,
    TargetKind.STOCK_AT_HORIZON,
    TargetKind.LIMIT_AT_HORIZON,
)


def extrapolated(indicator: Indicator) -> bool:
    """Whether an indicator has one level or total that a line can be drawn through."""
    return indicator.kind in _EXTRAPOLATED and indicator.reference is None and len(indicator.measures) < 2


def linear_forecast(years: Numbers, values: Numbers, at: Numbers,
                    confidence: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """Ordinary least squares on the year, with t prediction intervals for a new value; columns year, value, low, high.

    ``ŷ₀ ± t(n−2) · s · √(1 + 1/n + (x₀−x̄)²/Sxx)`` (Montgomery, Peck & Vining, Introduction to Linear Regression
    Analysis, 5th ed., section 2.5). ``KepuError`` with fewer than three different years.
    """
    x, y, x0 = _line_data(years, values, at)
    centred = x - x.mean()
    spread = centred @ centred
    slope = centred @ y / spread
    residuals = y - y.mean() - slope * centred
    s = np.sqrt(residuals @ residuals / (len(x) - 2))
    error = s * np.sqrt(1 + 1 / len(x) + (x0 - x.mean()) ** 2 / spread)
    quantile = special.stdtrit(len(x) - 2, (1 + confidence) / 2)
    return _frame(x0, y.mean() + slope * (x0 - x.mean()), quantile * error)


def survey_forecast(years: Numbers, values: Numbers, errors: Numbers, at: Numbers,
                    confidence: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """Least squares weighted by known sampling variances, with intervals for the level; columns year, value, low, high.

    ``errors``: standard errors of independent rounds, in the unit of ``values``. The variance at ``x₀`` is
    ``(1, x₀)(X'WX)⁻¹(1, x₀)'`` with ``W = diag(1/se²)``, which carries the rounds' sampling errors to the line
    (Draper & Smith, Applied Regression Analysis, 3rd ed., section 9.2), with the normal quantile. Where the rounds
    scatter more than their sampling errors, it is multiplied by Birge's ratio ``χ²/(n−2)`` (Phys. Rev. 40, 1932, 207).
    ``KepuError`` with fewer than three different years or a standard error that is not positive.
    """
    x, y, x0 = _line_data(years, values, at)
    se = np.asarray(errors, dtype=float)
    if not (np.isfinite(se).all() and (se > 0).all()):
        raise KepuError("抽样标准误须为正数")
    weights = se**-2.0
    middle = weights @ x / weights.sum()  # about the weighted mean, level and slope are uncorrelated
    centred = x - middle
    spread = weights @ centred**2
    level = weights @ y / weights.sum()
    slope = (weights * centred) @ y / spread
    chi2 = weights @ (y - level - slope * centred) ** 2
    variance = (1 / weights.sum() + (x0 - middle) ** 2 / spread) * max(1.0, chi2 / (len(x) - 2))
    return _frame(x0, level + slope * (x0 - middle), special.ndtri((1 + confidence) / 2) * np.sqrt(variance))


def yearly_points(periods: pd.DataFrame, due: Sequence[Period], kind: TargetKind) -> pd.DataFrame:
    """Points of one counted indicator, from its rows of ``indicator_periods``: year, value, sources.

    ``due``: the years that are over; a year in progress is no point. Cumulative targets: running totals; they end at
    the first year of which anything is missing or in question, as a total without it is none. Year-end levels: a
    missing year is no point.
    """
    rows = {row["period"]: row for row in periods.to_dict("records")}
    points, running = [], exact("0")
    behind: tuple[int, ...] = ()
    for period in due:
        row = rows.get(period.label)
        if row is None or row["status"] in _GAPS or pd.isna(row["value"]):
            if kind == TargetKind.CUMULATIVE:
                break
        elif kind == TargetKind.CUMULATIVE:
            running += exact(float(row["value"]))
            behind = (*behind, *row["sources"])
            points.append({"year": period.year, "value": float(running), "sources": behind})
        else:
            points.append(
                {"year": period.year, "value": float(row["value"]), "sources": tuple(row["sources"])}
            )
    return pd.DataFrame(points, columns=["year", "value", "sources"])


def bounded(line: pd.DataFrame, floor: float, ceiling: float = np.inf) -> pd.DataFrame:
    """The line with value and interval cut to what is possible: a total never falls, a share lies in 0 … 100."""
    return line.assign(**{name: line[name].clip(floor, ceiling) for name in ("value", "low", "high")})


def against(low: float, high: float, goal: Goal) -> str:
    """Where an interval stands to what is wanted: all of it is as wanted, none of it, or part."""
    kept = goal.certainly(Interval(exact(float(low)), exact(float(high))))
    if kept is None:
        return INSIDE
    return ABOVE if kept else BELOW if goal.floor else NOT_KEPT


def _line_data(years: Numbers, values: Numbers, at: Numbers) -> tuple:
    x, y, x0 = (np.asarray(part, dtype=float) for part in (years, values, at))
    if len(np.unique(x)) < FEWEST:
        raise KepuError(f"推算至少需要{FEWEST}个年份的数据，现有{len(np.unique(x))}个")
    return x, y, x0


def _frame(years: np.ndarray, values: np.ndarray, half: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"year": years, "value": values, "low": values - half, "high": values + half})
