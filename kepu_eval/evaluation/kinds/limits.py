"""Year-end levels that ask for more than "at least": ceilings, ranges, ranks, milestones, references, ratios, changes.

A ceiling that is kept before the horizon is 达到序时 and not yet 完成, because it can still be passed; one that is not
kept is never better than its distance says. Unknown levels are bounded by law 1: nothing bounds them from above.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from kepu_eval.evaluation.cells import Cell
from kepu_eval.evaluation.intervals import ANYTHING, Interval
from kepu_eval.evaluation.kinds.base import NAN, Evidence, Judgement, Verdict, open_answers, rated_from, say
from kepu_eval.evaluation.kinds.goal import Goal, goal_of
from kepu_eval.evaluation.kinds.series import level_row, levels
from kepu_eval.evaluation.model import Rating, best_first
from kepu_eval.evaluation.rating import banded, exact
from kepu_eval.plan import BASELINE, Indicator, Stage

SCALES = {"%": 100, "‰": 1_000, "/万": 10_000, "/10万": 100_000}
"""What a ratio of two figures is multiplied by, by the indicator's unit."""


def limit(evidence: Evidence) -> Judgement:
    """The level at the last year-end against its ceiling, floor, range, rank, reference or change since the baseline.

    Before the horizon: kept is 达到序时; otherwise the mid-term's bands on how far the way from the baseline to the
    target has been gone, as a share of the time, or, with a milestone due or no baseline on the way, on how near the
    level is. At the final: kept is 完成, otherwise the final bands on the nearness. A level that is unknown may be any;
    against a reference that is not out yet nothing can be said.
    """
    indicator = evidence.indicator
    series = _series(evidence)
    due = [p for p in evidence.years if p.over(evidence.judged_on)]
    label = due[-1].label if due else ""
    level = _level(indicator, [told.get(label) for told in series.values()])
    goal = goal_of(indicator, due[-1].year if due else evidence.plan.meta.first_year)
    cells = tuple(cell for told in series.values() for cell in told.values())
    judged = Judgement(
        **rated_from(Rating.NOT_STARTED, Rating.DONE, Rating.UNKNOWN, level),
        verdict=Verdict("缺最近一个年末的数据"), value_unit=_unit(indicator), value_label="年末数",
        missing=open_answers(told[p.label] for p in due for told in series.values() if p.label in told),
        sources=tuple(c.obs for c in cells if c.known and c.obs is not None),
        periods=[level_row(p, told.get(p.label), evidence) | {"measure": measure}
                 for measure, told in series.items() for p in evidence.years], cells=cells,
    )  # fmt: skip
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, Verdict("尚无到期年度")
        return judged
    if level.known:
        judged.value, judged.formula = (
            float(level.low),
            f"{label}年末数" + ("之比" if len(series) > 1 else ""),
        )
    if goal is None:
        assert indicator.reference is not None  # what else could not be known
        wanted = f"{indicator.reference.name}{label}年的数"
        judged.rating, judged.verdict = Rating.UNKNOWN, Verdict(f"缺{wanted}，无法比较")
        judged.missing = (*judged.missing, f"{wanted}（写入方案的reference.values）")
        return judged
    base = _base(evidence, series, due[-1].end)
    ratings = best_first(list({_rated(evidence, goal, end, base) for end in goal.ends(level)}))
    judged.worst, judged.best, judged.goal = ratings[-1], ratings[0], float(goal.target)
    judged.baseline = NAN if base is None else float(base)
    if level.known:
        judged.reported, judged.share = ratings[0], float(goal.nearness(level.low))
        judged.pace = judged.share
        judged.verdict = _verdict(evidence, goal, goal.met(level.low), label)
    return judged


def _series(evidence: Evidence) -> dict[str, dict[str, Cell]]:
    """The series that make the level, by measure: one, or a numerator and then a denominator."""
    roles = {measure.role: measure.id for measure in evidence.indicator.measures}
    if "numerator" in roles:
        return {roles[role]: levels(evidence, roles[role]) for role in ("numerator", "denominator")}
    first = evidence.indicator.measures[0].id if evidence.indicator.measures else "value"
    return {first: levels(evidence, first)}


def _level(indicator: Indicator, told: list[Cell | None]) -> Interval:
    """What a year-end's level may be: what was told, or the ratio of two figures in the indicator's unit."""
    bounds = [ANYTHING if cell is None else cell.bounds for cell in told]
    if len(bounds) == 1:
        return bounds[0]
    (part, most), (least, whole) = bounds
    scale = SCALES.get(indicator.unit, 1)
    high = None if most is None or not least else most / least * scale
    return Interval(Fraction() if not whole else part / whole * scale, high)


def _base(evidence: Evidence, series: dict, day: dt.date) -> Fraction | None:
    """The baseline that the plan names, or else the one that was told, as long as it counts what is counted now."""
    named = evidence.indicator.baseline
    year = (named.year if named else None) or evidence.plan.meta.first_year - 1
    if not evidence.indicator.comparable(dt.date(year, 12, 31), day):
        return None
    if named is not None:
        return exact(named.value)
    level = _level(evidence.indicator, [told.get(BASELINE) for told in series.values()])
    return level.low if level.known else None


def _rated(evidence: Evidence, goal: Goal, level: Fraction | None, base: Fraction | None) -> Rating:
    final, rules = evidence.stage is Stage.FINAL, evidence.plan.rating
    if goal.met(level):
        return Rating.DONE if final else Rating.ON_SCHEDULE
    near = goal.nearness(level)
    if final:
        return banded(near, rules.final_attainment)
    on_the_way = not goal.met(base) and goal.operator != "range"
    due = any(item.year <= evidence.judged_on.year for item in evidence.indicator.milestones)
    if not due and base is not None and on_the_way and base != goal.target and evidence.time_share:
        gone = Fraction() if level is None else (level - base) / (goal.target - base)
        return banded(min(max(gone / evidence.time_share, Fraction()), Fraction(1)), rules.midterm_pace)
    if goal.operator == "rank" and level is not None:
        return Rating.UNDER_WAY  # a rank without a starting point says only that it is not reached yet
    return banded(near, rules.midterm_pace)


def _verdict(evidence: Evidence, goal: Goal, met: bool, label: str) -> Verdict:
    of = evidence.indicator.reference
    than = f"（{of.name}{{reference}}{_unit(evidence.indicator)}）" if of is not None else ""
    numbers = {"reference": exact(of.values[int(label)])} if of is not None else {}
    told = f"{label}年末数对照要求：{goal.words}{_unit(evidence.indicator)}{than}，"
    missed = "未达到要求" if evidence.stage is Stage.FINAL else "尚未达到要求"
    return say(told, goal=goal.target, **numbers) + Verdict("已达到要求" if met else missed)


def _unit(indicator: Indicator) -> str:
    return indicator.measures[0].unit if len(indicator.measures) == 1 else indicator.unit
