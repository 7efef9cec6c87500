"""Year-end levels with a direction of their own: ceilings, ranges, strict bounds, milestones, changes against a baseline.

A ceiling that is kept before the horizon is 达到序时 and not yet 完成, because it can still be passed; one that is not
kept is never better than its distance says. Unknown levels are bounded by law 1: nothing bounds them from above.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from kepu_eval.evaluation.intervals import ANYTHING, Interval
from kepu_eval.evaluation.kinds.base import NAN, Evidence, Judgement, Verdict, open_answers, rated_from, say
from kepu_eval.evaluation.kinds.series import level_row, levels
from kepu_eval.evaluation.model import Rating, best_first
from kepu_eval.evaluation.rating import banded, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import BASELINE, Indicator, Stage

_NEARLY = Fraction(999_999_999, 1_000_000_000)
_WORDS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "range": "在区间内"}


@dataclass(frozen=True)
class Goal:
    """What a level is held against: an operator and one or two numbers, in the level's unit."""

    operator: str
    target: Fraction
    high: Fraction | None = None

    @property
    def ceiling(self) -> bool:
        """Whether less is better."""
        return self.operator in ("<=", "<")

    def met(self, level: Fraction | None) -> bool:
        """Whether a level (``None``: one that nothing bounds) is as wanted."""
        if level is None:
            return self.operator in (">=", ">")
        if self.operator == "range":
            return self.target <= level <= (self.high or self.target)
        return {">=": level >= self.target, ">": level > self.target, "<=": level <= self.target, "<": level < self.target}[self.operator]  # fmt: skip

    def nearness(self, level: Fraction | None) -> Fraction:
        """How near a level comes, 0 … 1: target ÷ level for a ceiling, level ÷ target for a floor; 1 only when met."""
        if self.met(level):
            return Fraction(1)
        if level is None:
            return Fraction()
        above = self.ceiling or (self.operator == "range" and self.high is not None and level > self.high)
        goal = self.high if above and self.high is not None else self.target
        part = (goal / level if above else level / goal) if level and goal else Fraction()
        return min(max(part, Fraction()), _NEARLY)


def goal_of(indicator: Indicator, year: int) -> Goal:
    """The goal at the end of a year: the horizon's, a milestone's, or what an average yearly rate has led to by then."""
    operator, target = indicator.operator, exact(indicator.target)
    high = None if indicator.target_high is None else exact(indicator.target_high)
    if indicator.kind == "rate_of_change":
        base, steps = exact(indicator.baseline.value), 1
        if indicator.period == "year":
            steps = min(year, indicator.horizon.year) - (indicator.baseline.year or year)
        return Goal(operator, base * (1 + target / 100) ** max(steps, 1))
    passed = [item for item in indicator.milestones if item.year <= year]
    if passed and year < indicator.horizon.year:
        return Goal(operator, exact(passed[-1].target), high)
    return Goal(operator, target, high)


def limit(evidence: Evidence) -> Judgement:
    """The level at the last year-end against its ceiling, floor, range or change since the baseline.

    Before the horizon: kept is 达到序时; otherwise the mid-term's bands on how far the way from the baseline to the
    target has been gone, as a share of the time, or, with a milestone due or no baseline on the way, on how near the
    level is. At the final: kept is 完成, otherwise the final bands on the nearness. A level that is unknown may be any.
    """
    indicator = evidence.indicator
    measure = indicator.measures[0].id if indicator.measures else "value"
    told = levels(evidence, measure)
    due = [p for p in evidence.years if p.over(evidence.judged_on)]
    cell = told.get(due[-1].label) if due else None
    level = ANYTHING if cell is None else cell.bounds
    goal = goal_of(indicator, due[-1].year if due else evidence.plan.meta.first_year)
    base = _base(evidence, told, due[-1].end if due else evidence.judged_on)
    ratings = best_first(list({_rated(evidence, goal, end, base) for end in _ends(level, goal)}))
    judged = Judgement(
        **rated_from(ratings[-1], ratings[0], ratings[0] if level.known else Rating.UNKNOWN, level),
        verdict=Verdict("缺最近一个年末的数据"), goal=float(goal.target), value_unit=_unit(indicator), value_label="年末数",
        baseline=NAN if base is None else float(base),
        missing=open_answers(told[p.label] for p in due if p.label in told),
        sources=tuple(c.obs for c in told.values() if c.known and c.obs is not None),
        periods=[level_row(p, told.get(p.label), evidence) | {"measure": measure} for p in evidence.years], cells=tuple(told.values()),
    )  # fmt: skip
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, Verdict("尚无到期年度")
        return judged
    if not level.known:
        return judged
    judged.value, judged.formula = float(level.low), f"{due[-1].label}年末数"
    judged.share = judged.pace = float(goal.nearness(level.low))
    judged.verdict = _verdict(evidence, goal, goal.met(level.low), due[-1].label)
    return judged


def _ends(level: Interval, goal: Goal) -> tuple[Fraction | None, ...]:
    """Ends of an interval, and a point inside that meets a range which neither of them does."""
    inside = (
        goal.operator == "range"
        and level.low <= goal.target
        and (level.high is None or level.high >= goal.target)
    )
    return (*level, goal.target) if inside else tuple(level)


def _base(evidence: Evidence, told: dict, day: dt.date) -> Fraction | None:
    """The baseline that the plan names, or else the one that the lead told, as long as it counts what is counted now."""
    named = evidence.indicator.baseline
    year = (named.year if named else None) or evidence.plan.meta.first_year - 1
    if not evidence.indicator.comparable(dt.date(year, 12, 31), day):
        return None
    if evidence.indicator.baseline is not None:
        return exact(evidence.indicator.baseline.value)
    cell = told.get(BASELINE)
    return None if cell is None else cell.value


def _rated(evidence: Evidence, goal: Goal, level: Fraction | None, base: Fraction | None) -> Rating:
    final, rules = evidence.stage is Stage.FINAL, evidence.plan.rating
    if goal.met(level):
        return Rating.DONE if final else Rating.ON_SCHEDULE
    near = goal.nearness(level)
    if final:
        return banded(near, rules.final_attainment)
    on_the_way = base is not None and not goal.met(base) and goal.operator != "range"
    if not evidence.indicator.milestones and on_the_way and base != goal.target and evidence.time_share:
        gone = Fraction() if level is None else (level - base) / (goal.target - base)
        return banded(min(max(gone / evidence.time_share, Fraction()), Fraction(1)), rules.midterm_pace)
    return banded(near, rules.midterm_pace)


def _verdict(evidence: Evidence, goal: Goal, met: bool, label: str) -> Verdict:
    high = f"—{number_text(goal.high)}" if goal.high is not None else ""
    told = f"{label}年末数对照要求：{_WORDS[goal.operator]}{{goal}}{high}{_unit(evidence.indicator)}，"
    missed = "未达到要求" if evidence.stage is Stage.FINAL else "尚未达到要求"
    return say(told, goal=goal.target) + Verdict("已达到要求" if met else missed)


def _unit(indicator: Indicator) -> str:
    return indicator.measures[0].unit if indicator.measures else indicator.unit
