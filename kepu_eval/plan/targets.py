"""What a plan wants to reach: kinds of target, their operators, periods, milestones, baselines and surveys."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from kepu_eval.plan.rules import Record

Lines = tuple[int, ...]


class TargetKind(StrEnum):
    """How a target is aggregated, judged and drawn (DESIGN: kinds of target).

    ``limit_at_horizon`` is a year-end level with another requirement than "at least": a ceiling, a range, a strict bound,
    a rank, milestones, a reference, a ratio of two figures; a plan file may write ``stock_at_horizon`` with it.
    ``rate_of_change``: a level's change in percent against the plan's baseline, in all or, with ``period: year``, on
    average a year.
    """

    LEVEL_AT_HORIZON = "level_at_horizon"
    STOCK_AT_HORIZON = "stock_at_horizon"
    CUMULATIVE = "cumulative"
    ANNUAL = "annual"
    PER_ENTITY_PER_PERIOD = "per_entity_per_period"
    POOLED_RATIO = "pooled_ratio"
    EVERY_ENTITY = "every_entity"
    TREND = "trend"
    LIMIT_AT_HORIZON = "limit_at_horizon"
    RATE_OF_CHANGE = "rate_of_change"

    @property
    def summed(self) -> bool:
        """Whether the figure is the sum of what several units contribute, year by year; others are told by the lead alone."""
        return self in (TargetKind.CUMULATIVE, TargetKind.ANNUAL)


Operator = Literal[">=", ">", "<=", "<", "range", "rank", "increasing", "decreasing"]
"""``rank``: among the first ``target``, where there is no nearly."""
PeriodKind = Literal["month", "quarter", "half_year", "year", "two_years", "semester", "school_year"]


_DIRECTED = (">", "<=", "<", "range", "rank")
SCHOOLS = "学校"


class SurveyEstimate(Record):
    """Which estimate of a survey answers an indicator: its outcome by name, of everybody or of one group.

    ``group`` is the title of one of the survey's breakdowns (城乡) and ``value`` its category (农村); both or neither.
    """

    outcome: str
    group: str = ""
    value: str = ""

    @property
    def of_whom(self) -> str:
        """The group in brackets; empty for everybody."""
        return f"（{self.group}：{self.value}）" if self.group else ""


class Measure(Record):
    """One of the series an indicator is made of; a ratio names its numerator and denominator.

    ``by``: the unit that tells it (by default the lead of the task).
    """

    id: str
    name: str
    unit: str
    role: Literal["numerator", "denominator"] | None = None
    by: str = ""


class Reference(Record):
    """A series of others (全国平均) that a level is held against: what is to be reached is its value plus ``target``.

    ``values`` by year, as published; a year that is not there yet leaves the indicator unknown.
    """

    name: str
    values: dict[int, float] = Field(default_factory=dict)
    source: str = ""


class Share(Record):
    """What one unit has to contribute to a target that is shared out: what it does beyond it makes up for nobody."""

    unit: str
    target: float


class Milestone(Record):
    """What is to be reached by the end of a year before the horizon."""

    year: int
    target: float


class Baseline(Record):
    """The value from which a change is counted, of which year, and where it stands; ``unit``: where not the target's own."""

    year: int | None = None
    value: float
    unit: str = ""
    source: str = ""


class Definition(Record):
    """What an indicator counts from a day on. A change of definition breaks its line: figures on both sides don't compare."""

    since: dt.date
    text: str


class Indicator(Record):
    """A quantitative commitment. ``target`` is in ``unit`` (shares in percent, 0–100).

    ``key``: what it measures, under the name that other plans (a higher level's, another district's, the next period's)
    give it as well; ids are a plan's own. ``clause``: where in the notice it stands.
    ``target_high`` is the upper end of a ``range``. ``entities``: the roster whose every entry is counted (``schools``,
    街道, 村 …); its lead lists it on a sheet of its own. ``decimals``: how many a reported figure may have (``None``: by the
    unit). ``weight``: of a percentage, what districts' figures are weighted by on a level above (常住人口). ``to_confirm``: what an import guessed and nobody has confirmed yet; such a plan can't be used.
    """

    id: str
    key: str = ""
    name: str
    short_name: str
    kind: TargetKind
    task: int | None
    unit: str
    target: float | None
    target_high: float | None = None
    operator: Operator
    wording: str = ""
    clause: str = ""
    binding: Literal["约束性", "预期性"] | None = None
    period: PeriodKind | None = None
    of_which: str | None = None
    owner: str | None = None
    measures: tuple[Measure, ...] = ()
    entities: str | None = None
    entity_types: tuple[str, ...] = ()
    share_of_entities: float | None = None
    requires: Literal["rural_schools"] | None = None
    population: str | None = None
    survey: SurveyEstimate | None = None
    baseline: Baseline | None = None
    reference: Reference | None = None
    shares: tuple[Share, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    weight: str = ""
    decimals: int | None = Field(default=None, ge=0, le=6)
    definitions: tuple[Definition, ...] = ()
    horizon: dt.date
    body_lines: Lines = ()
    list_lines: Lines = ()
    traps: tuple[str, ...] = ()
    to_confirm: str = ""

    @model_validator(mode="before")
    @classmethod
    def _directed(cls, data: object) -> object:
        """A stock that asks for more than "at least" is a limit; above a reference is above it by 0 where nothing is said."""
        if not isinstance(data, dict):
            return data
        if data.get("reference") and data.get("target") is None:
            data = data | {"target": 0.0}
        measures = data.get("measures") or ()
        ratio = any(isinstance(m, dict) and m.get("role") == "numerator" for m in measures)
        directed = (
            ratio or data.get("milestones") or data.get("reference") or data.get("operator") in _DIRECTED
        )
        if data.get("kind") != TargetKind.STOCK_AT_HORIZON or not directed:
            return data
        return data | {"kind": TargetKind.LIMIT_AT_HORIZON.value}

    @property
    def name_in_text(self) -> str:
        """Its name in a sentence. The short name of a part (其中…) is understood only below the whole, in a table."""
        return self.name if self.of_which else self.short_name

    @property
    def aim(self) -> float:
        """The target, of a kind that has a number for it (a trend has none)."""
        assert self.target is not None
        return self.target

    @property
    def less_may_be_better(self) -> bool:
        """Whether a smaller figure can be the better one."""
        return self.operator in ("<=", "<", "range", "rank", "decreasing")

    @property
    def roster(self) -> str:
        """What the roster's entries are called (学校, 街道); empty for what is not counted one by one."""
        return SCHOOLS if self.entities == "schools" else self.entities or ""

    def teller(self, measure: str, lead: str) -> str:
        """Name of the unit that tells a measure."""
        return next((item.by for item in self.measures if item.id == measure and item.by), lead)

    def comparable(self, earlier: dt.date, later: dt.date) -> bool:
        """Whether figures of two days count the same: no other definition came into force between them."""
        return not any(earlier < item.since <= later for item in self.definitions)

    def definition(self, day: dt.date) -> Definition | None:
        """The definition in force on a day; ``None`` where the plan has kept none of that time."""
        return max(
            (item for item in self.definitions if item.since <= day), key=lambda d: d.since, default=None
        )

    @property
    def measured_by(self) -> SurveyEstimate:
        """The survey estimate it is judged by; where the plan names none, the one that bears its own name."""
        return self.survey or SurveyEstimate(outcome=self.name)
