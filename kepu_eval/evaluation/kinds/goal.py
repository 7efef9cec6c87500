"""What a figure is held against: an operator and one or two numbers; how near it comes, and the class that gives.

One place for every kind of target: a ceiling is a floor turned over, a range is both, a rank has no nearly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rating import attainment, banded, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import Indicator, RatingRules, Stage

_NEARLY = Fraction(999_999_999, 1_000_000_000)
_WORDS = {">=": "不低于", ">": "高于", "<=": "不超过", "<": "低于", "range": "在区间内", "rank": "进入前"}


@dataclass(frozen=True)
class Goal:
    """An operator and one or two numbers, in the unit of the figure that is held against them."""

    operator: str
    target: Fraction
    high: Fraction | None = None

    @property
    def ceiling(self) -> bool:
        """Whether less is better."""
        return self.operator in ("<=", "<", "rank")

    @property
    def floor(self) -> bool:
        """Whether more is better."""
        return self.operator in (">=", ">")

    def met(self, level: Fraction | None) -> bool:
        """Whether a level (``None``: one that nothing bounds) is as wanted."""
        if level is None:
            return self.floor
        if self.operator == "range":
            return self.target <= level <= (self.high or self.target)
        return {">=": level >= self.target, ">": level > self.target, "<": level < self.target}.get(
            self.operator, level <= self.target
        )

    def certainly(self, bounds: Interval) -> bool | None:
        """Whether every figure within bounds is as wanted, or none; ``None`` where it depends."""
        told = {self.met(end) for end in self.ends(bounds)}
        return told.pop() if len(told) == 1 else None

    def ends(self, bounds: Interval) -> tuple[Fraction | None, ...]:
        """Ends of an interval, and a point inside that meets a range which neither of them does."""
        inside = self.operator == "range" and bounds.low <= self.target
        inside = inside and (bounds.high is None or bounds.high >= self.target)
        return (*bounds, self.target) if inside else tuple(bounds)

    def nearness(self, level: Fraction | None) -> Fraction:
        """How near a level comes, 0 … 1: target ÷ level for a ceiling, level ÷ target for a floor; 1 only when met."""
        if self.met(level):
            return Fraction(1)
        if level is None or self.operator == "rank":
            return Fraction()
        above = self.ceiling or (self.operator == "range" and self.high is not None and level > self.high)
        goal = self.high if above and self.high is not None else self.target
        part = (goal / level if above else level / goal) if level and goal else Fraction()
        return min(max(part, Fraction()), _NEARLY)

    def less(self, share: Fraction) -> Goal:
        """What is asked for when ``share`` of the time has passed; the upper end of a range stays."""
        return Goal(self.operator, self.target * share, self.high)

    @property
    def words(self) -> str:
        """The requirement with ``{goal}`` in the place of its (first) number; a range's second is a word."""
        return f"{_WORDS[self.operator]}{{goal}}" + (
            f"—{number_text(self.high)}" if self.high is not None else ""
        )


def goal_of(indicator: Indicator, year: int) -> Goal | None:
    """The goal at the end of a year: the horizon's, a milestone's, what a yearly rate has led to, what others reached.

    ``None`` while the reference is not known.
    """
    operator, target = indicator.operator, exact(indicator.aim)
    high = None if indicator.target_high is None else exact(indicator.target_high)
    if indicator.kind == "rate_of_change" and indicator.baseline is not None:
        base, steps = exact(indicator.baseline.value), 1
        if indicator.period == "year":
            steps = min(year, indicator.horizon.year) - (indicator.baseline.year or year)
        return Goal(operator, base * (1 + target / 100) ** max(steps, 1))
    passed = [item for item in indicator.milestones if item.year <= year]
    if passed and year < indicator.horizon.year:
        target = exact(passed[-1].target)
    if indicator.reference is not None:
        if year not in indicator.reference.values:
            return None
        target += exact(indicator.reference.values[year])
    return Goal(operator, target, high)


def final_goal(indicator: Indicator) -> Goal:
    """The goal at the horizon, of a kind that has no reference to wait for."""
    goal = goal_of(indicator, indicator.horizon.year)
    assert goal is not None
    return goal


def summed(
    goal: Goal, total: Fraction | None, time_share: Fraction, stage: Stage, rules: RatingRules
) -> Rating:
    """Class of a sum over the plan's years (``None``: nothing bounds it) against a goal for all of them.

    A floor: the pace at the mid-term, the share at the final. A ceiling: what may have been used up by now, and kept
    before the end it is 达到序时, because it can still be passed. A range is a floor that must not be passed.
    """
    if goal.floor:
        if total is None:
            return Rating.DONE
        share = total / goal.target
        return attainment(share if goal.met(total) or share < 1 else _NEARLY, time_share, stage, rules)
    if stage is Stage.FINAL:
        return banded(goal.nearness(total), rules.final_attainment)
    near = goal.less(time_share).nearness(total)
    return banded(near, rules.midterm_pace) if near < 1 else Rating.ON_SCHEDULE
