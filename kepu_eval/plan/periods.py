"""Reporting periods (months to two years, school terms and years) and the share of the plan window that has passed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from kepu_eval.errors import KepuError
from kepu_eval.plan.models import Calendar, Plan

BASELINE = "baseline"  # the year-end before the plan window
STOCK = "stock"  # a figure of no period: how things stand
SCHOOL_PERIODS = ("semester", "school_year")  # they run over the end of a calendar year


@dataclass(frozen=True, order=True)
class Period:
    """A reporting period; ordered by its last day. ``label`` is its key everywhere: ``2023``, ``2023春``."""

    end: dt.date
    label: str
    year: int

    @property
    def name(self) -> str:
        """Its label in a sentence: ``2023年``, ``2023年1月``, ``2023春``."""
        return f"{self.label}年" if self.label.isdigit() else self.label

    def over(self, as_of: dt.date) -> bool:
        """Whether its last day is not after ``as_of``."""
        return self.end <= as_of


def _day(year: int, month_day: str) -> dt.date:
    return dt.date.fromisoformat(f"{year}-{month_day}")


def years(plan: Plan) -> list[Period]:
    """Calendar years of the plan window."""
    return [Period(dt.date(year, 12, 31), str(year), year) for year in plan.meta.years]


def semesters(plan: Plan) -> list[Period]:
    """Spring and autumn terms that begin inside the plan window (10 in five years)."""
    ends: Calendar = plan.calendar
    terms = []
    for year in plan.meta.years:
        terms.append(Period(_day(year, ends.spring_ends), f"{year}春", year))
        terms.append(Period(_day(year + 1, ends.autumn_ends), f"{year}秋", year))
    return terms


def school_years(plan: Plan) -> list[Period]:
    """School years that begin inside the plan window, named ``2021—2022学年``; ``year`` is that of their end."""
    return [
        Period(_day(year + 1, plan.calendar.school_year_ends), f"{year}—{year + 1}学年", year + 1)
        for year in plan.meta.years
    ]


PARTS: dict[str, tuple[str, ...]] = {
    "month": tuple(f"{month}月" for month in range(1, 13)),
    "quarter": tuple(f"{word}季度" for word in "一二三四"),
    "half_year": ("上半年", "下半年"),
}
"""Names of the parts of a year, by kind of period."""


def parts_of_years(plan: Plan, kind: str) -> list[Period]:
    """Months, quarters or half years of the plan window, named ``2023年1月``, ``2023年一季度``, ``2023年上半年``."""
    names = PARTS[kind]
    months = 12 // len(names)
    return [
        Period(_last_day(year, number * months), f"{year}年{name}", year)
        for year in plan.meta.years for number, name in enumerate(names, 1)
    ]  # fmt: skip


def pairs_of_years(plan: Plan) -> list[Period]:
    """Every two years that lie within the plan window, named ``2021—2022年``; ``year`` is the second."""
    ends = plan.meta.years[1::2]
    return [Period(_last_day(year, 12), f"{year - 1}—{year}年", year) for year in ends]


def _last_day(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def periods(plan: Plan, kind: str) -> list[Period]:
    """Periods of one kind (see :data:`~kepu_eval.plan.targets.PeriodKind`); ``KepuError`` for any other."""
    if kind in PARTS:
        return parts_of_years(plan, kind)
    makers = {"year": years, "semester": semesters, "school_year": school_years, "two_years": pairs_of_years}
    if kind not in makers:
        raise KepuError(f"未知的期间类型“{kind}”（可用：{'、'.join([*makers, *PARTS])}）")
    return makers[kind](plan)


def begun(plan: Plan, kind: str, as_of: dt.date) -> list[Period]:
    """Periods that have begun by ``as_of``: those a return of that date can say something about."""
    known = periods(plan, kind)
    first = dt.date(plan.meta.first_year, 1, 1)
    starts = [first, *(period.end + dt.timedelta(days=1) for period in known[:-1])][: len(known)]
    if kind == "school_year":  # the first school year begins in the plan window's first summer
        starts[0] = _day(plan.meta.first_year, plan.calendar.school_year_ends) + dt.timedelta(days=1)
    return [period for period, start in zip(known, starts, strict=True) if start <= as_of]


def labels_over(plan: Plan, day: dt.date, *others: str) -> frozenset[str]:
    """Labels of the periods that are over on a day: of every kind that an indicator is counted by, and of ``others``."""
    kinds = {*others, *(i.period for i in plan.indicators if i.period)}
    return frozenset(p.label for kind in kinds for p in periods(plan, kind) if p.over(day))


def time_share(plan: Plan, as_of: dt.date, horizon: dt.date | None = None) -> Fraction:
    """Share of the time to ``horizon`` that has passed, in whole years (2023-12-31 of 2021—2025 → 3/5); 0 … 1.

    Whole elapsed years, because annual figures describe whole years: see ``evaluation_practice`` E0. ``horizon``: of
    a target due before the plan ends, or after it; without one the plan's end.
    """
    passed = sum(
        period.over(as_of) for period in years(plan) if horizon is None or period.year <= horizon.year
    )
    return Fraction(passed, _years_to(plan, horizon))


def quarter_of(as_of: dt.date) -> int:
    """Quarters of its year that are over on ``as_of`` (2024-09-30 → 3, 2024-09-29 → 2)."""
    tomorrow = as_of + dt.timedelta(days=1)
    return (tomorrow.month - 1) // 3 if tomorrow.year == as_of.year else 4


def quarter_share(plan: Plan, as_of: dt.date, horizon: dt.date | None = None) -> Fraction:
    """Share of the time to ``horizon`` that has passed, in whole quarters (2024-09-30 → 15/20); 0 … 1."""
    whole = 4 * _years_to(plan, horizon)
    passed = 4 * (as_of.year - plan.meta.first_year) + quarter_of(as_of)
    return Fraction(min(max(passed, 0), whole), whole)


def _years_to(plan: Plan, horizon: dt.date | None) -> int:
    last = plan.meta.last_year if horizon is None else horizon.year
    return last - plan.meta.first_year + 1
