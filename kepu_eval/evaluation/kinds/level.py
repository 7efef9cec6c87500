"""A survey's share against a target at the horizon."""

from __future__ import annotations

from kepu_eval.evaluation.kinds.base import Evidence, Judgement, Verdict
from kepu_eval.evaluation.kinds.goal import Goal, goal_of
from kepu_eval.evaluation.model import Rating, SurveyResult, settled
from kepu_eval.plan import Stage
from kepu_eval.survey.target import BELOW, CONFIRMED, REACHED, WITHIN_ERROR, verdict


def level_at_horizon(evidence: Evidence) -> Judgement:
    """Judge a weighted survey published by the as-of date; without one there is nothing to say.

    Before the horizon a level below the target is 正在推进, because it is not due; reached but not confirmed is
    达到序时. At the final a confirmed level is 完成; reached but unconfirmed is 基本完成, never 完成; confirmed below is
    未完成; below it by less than the sampling error it may be met or missed, and is 数据不足. A ceiling is the same turned
    over, and before the horizon no better than 达到序时; the goal is the milestone's, or the reference's, of the year.
    """
    indicator, survey = evidence.indicator, evidence.survey
    year = min(evidence.judged_on.year, indicator.horizon.year)
    goal = goal_of(indicator, year)
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=Verdict("无可用的本地调查"), goal=float("nan" if goal is None else goal.target),
        value_unit=indicator.unit, value_label="估计值", missing=(f"“{indicator.measured_by.outcome}”的本地抽样调查",), rating=Rating.UNKNOWN,
    )  # fmt: skip
    if goal is None:
        assert indicator.reference is not None  # what else could not be known
        lost = f"{indicator.reference.name}{year}年的数"
        judged.verdict = Verdict(f"缺{lost}，无法比较")
        judged.missing = (f"{lost}（写入方案的reference.values）",)
        return judged
    if survey is None:
        return judged
    wanted, asked = indicator.measured_by, survey.label
    survey = survey.answering(wanted)
    if survey is None:
        judged.verdict = Verdict(f"调查“{asked}”没有估计“{wanted.outcome}{wanted.of_whom}”")
        judged.missing = (f"“{wanted.outcome}{wanted.of_whom}”的抽样调查",)
        return judged
    if survey.published > evidence.as_of:
        judged.verdict = Verdict(f"调查于{survey.published.isoformat()}发布，晚于评估基准日，不采用")
        return judged
    if not survey.weighted:
        judged.verdict = Verdict("调查无权重，只描述样本，不判定")
        return judged
    target, found = float(goal.target), _found(goal, survey)
    worst, best = _ratings(found, goal, evidence)
    return Judgement(
        worst=worst, best=best, reported=settled(worst, best), verdict=Verdict(found), value=survey.estimate, low=survey.ci_low,
        high=survey.ci_high, goal=target, value_unit=indicator.unit, value_label="估计值",
        share=survey.estimate / target if target else float("nan"), formula="加权估计",
    )  # fmt: skip


def _found(goal: Goal, survey: SurveyResult) -> str:
    """Where estimate and interval lie against the goal; a bound that has to be passed is not reached by touching it."""
    sign, ends = (
        (-1, (survey.ci_high, survey.ci_low)) if goal.ceiling else (1, (survey.ci_low, survey.ci_high))
    )
    shift = 1e-9 if goal.operator in ("<", ">") else 0.0
    return verdict(sign * survey.estimate, sign * ends[0], sign * ends[1], sign * float(goal.target) + shift)


def _ratings(found: str, goal: Goal, evidence: Evidence) -> tuple[Rating, Rating]:
    """Worst and best rating that the sampling error leaves open; at the end what is within it is neither met nor missed."""
    if evidence.stage is not Stage.FINAL:
        if found == CONFIRMED and not goal.ceiling and not _later(evidence):
            return Rating.DONE, Rating.DONE
        return (Rating.ON_SCHEDULE if found in (CONFIRMED, REACHED) else Rating.UNDER_WAY,) * 2
    if found == WITHIN_ERROR:
        return Rating.NOT_DONE, Rating.DONE
    return ({CONFIRMED: Rating.DONE, REACHED: Rating.NEARLY_DONE, BELOW: Rating.NOT_DONE}[found],) * 2


def _later(evidence: Evidence) -> bool:
    """Whether what it is held against now (a milestone, a reference of the year) is not yet what it is to reach."""
    of = evidence.indicator
    return of.reference is not None or goal_of(of, evidence.judged_on.year) != goal_of(of, of.horizon.year)
