"""What an evaluation is: ratings, and frames of indicators, commitments, tasks, programmes and units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

import pandas as pd

from kepu_eval.plan import Stage, SurveyEstimate


class Rating(StrEnum):
    """Classes of the mid-term and the final.

    ``数据不足`` is a class of its own, so is ``已批准例外`` (neither met nor missed); ``不定级`` is for what is not rated.
    """

    DONE = "完成"
    NEARLY_DONE = "基本完成"
    ON_SCHEDULE = "达到序时"
    NEARLY_ON_SCHEDULE = "基本达到序时"
    UNDER_WAY = "正在推进"
    BEHIND = "滞后"
    FAR_BEHIND = "严重滞后"
    NOT_DONE = "未完成"
    NOT_STARTED = "未启动"
    UNKNOWN = "数据不足"
    UNRATED = "不定级"
    EXCEPTED = "已批准例外"


FALLING_SHORT = (Rating.BEHIND, Rating.FAR_BEHIND, Rating.NOT_DONE, Rating.NOT_STARTED)
"""Ratings that call for something to be done, the mildest first."""
NOT_RATED = frozenset({Rating.UNKNOWN, Rating.UNRATED, Rating.EXCEPTED})
_BANDS = {
    Rating.ON_SCHEDULE: "正在推进",
    Rating.NEARLY_ON_SCHEDULE: "正在推进",
    Rating.FAR_BEHIND: "滞后",
}
BANDS = ("完成", "基本完成", "正在推进", "滞后", "未完成", "未启动", "已批准例外", "数据不足")
_BEST_FIRST = (
    Rating.DONE,
    Rating.NEARLY_DONE,
    Rating.ON_SCHEDULE,
    Rating.NEARLY_ON_SCHEDULE,
    Rating.UNDER_WAY,
    Rating.BEHIND,
    Rating.FAR_BEHIND,
    Rating.NOT_DONE,
    Rating.NOT_STARTED,
)


def band(rating: str) -> str:
    """The coarse class a rating belongs to: 达到序时 is 正在推进, 严重滞后 is 滞后; the others are their own."""
    return _BANDS.get(Rating(rating), str(rating))


def display(rating: str) -> str:
    """A rating as readers see it: ``正在推进·达到序时``; the others as they are."""
    coarse = band(rating)
    return f"{coarse}·{rating}" if coarse == "正在推进" and rating != coarse else str(rating)


def worst(ratings: list[Rating]) -> Rating:
    """The worst of rated classes; ``ValueError`` when there is none."""
    return max(ratings, key=_BEST_FIRST.index)


def best_first(ratings: list[Rating]) -> list[Rating]:
    """Ratings in order, the best one first."""
    return sorted(ratings, key=_BEST_FIRST.index)


def better(one: Rating, other: Rating) -> bool:
    """Whether ``one`` ranks above ``other``."""
    return _BEST_FIRST.index(one) < _BEST_FIRST.index(other)


def settled(low: Rating, high: Rating) -> Rating:
    """The rating when worst and best case agree; otherwise the data do not suffice."""
    return low if low == high else Rating.UNKNOWN


@dataclass(frozen=True)
class SurveyResult:
    """A survey's estimate of a share, in percent, with its design-based uncertainty and where it was published.

    ``df``: degrees of freedom; ``weighting``: what the weights are, in words. ``outcome``: name of what is estimated;
    ``groups``: the same of parts of the population, by breakdown and category (``("城乡", "农村")``).
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    n: int
    deff: float
    published: dt.date
    label: str
    source: str
    sha256: str = ""
    df: int = 0
    weighting: str = "设计权数"
    weighted: bool = True
    simulated: bool = False
    outcome: str = "公民具备科学素质的比例"
    groups: Mapping[tuple[str, str], SurveyResult] = field(default_factory=dict)

    def answering(self, wanted: SurveyEstimate) -> SurveyResult | None:
        """The estimate that the plan names; ``None`` when the survey estimates something else or of other people."""
        if plain_name(wanted.outcome) != plain_name(self.outcome):
            return None
        return self.groups.get((wanted.group, wanted.value)) if wanted.group else self


def plain_name(name: str) -> str:
    """A name without what may be written or left out: spaces and 的 (具备科学素质的比例 is 具备科学素质比例)."""
    return "".join(name.split()).replace("的", "")


@dataclass(frozen=True)
class Evaluation:
    """A plan evaluated on one round of returns.

    ``indicators``: one row an indicator (value, bounds, share of target, pace, rating, verdict, lineage).
    ``rating_without_exception`` of indicators and tasks is what ``rating`` would be if no exception had been accepted.
    ``indicator_periods``: one row an indicator, measure and period. ``entity_periods``: one row an indicator,
    school and period. ``cells``: one row a contributor's cell, with its state and bounds (:mod:`.cells`); ``high`` NaN
    where nothing bounds it. ``commitments``, ``tasks``, ``programmes``, ``units``, ``mechanisms``: one row each.
    ``mechanism_units``, ``goals``, ``duties``, ``groups``: the rest of the plan's text (see :mod:`.mechanisms`, :mod:`.goals`,
    :mod:`.duties`, :mod:`.bodies`).
    ``findings``: the returns' findings and the evaluation's own. ``coverage``: what is missing, with bounds.
    ``sources`` columns hold observation ids, ``statuses`` columns status ids of the returns.
    """

    as_of: dt.date
    stage: Stage
    switches: dict[str, str]
    indicators: pd.DataFrame
    indicator_periods: pd.DataFrame
    entity_periods: pd.DataFrame
    cells: pd.DataFrame
    commitments: pd.DataFrame
    tasks: pd.DataFrame
    programmes: pd.DataFrame
    units: pd.DataFrame
    mechanisms: pd.DataFrame
    mechanism_units: pd.DataFrame
    goals: pd.DataFrame
    duties: pd.DataFrame
    groups: pd.DataFrame
    findings: pd.DataFrame
    coverage: pd.DataFrame

    def __repr__(self) -> str:
        counts = self.indicators["rating"].value_counts(sort=False)
        rated = "、".join(f"{rating}{count}" for rating, count in counts.items())
        return f"评估（截至{self.as_of}）：任务{len(self.tasks)}项，指标{len(self.indicators)}项（{rated}）"

    def _repr_html_(self) -> str:
        """In a notebook: the indicators."""
        shown = self.indicators[["name", "value", "low", "high", "target", "rating"]]
        titled = shown.set_axis(["指标", "现值", "下界", "上界", "目标", "评级"], axis=1)
        return f"<p>{escape(repr(self))}</p>{titled.to_html(index=False, na_rep='—', border=0)}"
