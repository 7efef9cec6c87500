"""A survey's share against a target at the horizon."""

from __future__ import annotations

from kepu_eval.evaluation.kinds.base import Evidence, Judgement, Verdict
from kepu_eval.evaluation.model import Rating, settled
from kepu_eval.plan import Stage
from kepu_eval.survey.target import BELOW, CONFIRMED, REACHED, verdict


def level_at_horizon(evidence: Evidence) -> Judgement:
    """Judge a weighted survey published by the as-of date; without one there is nothing to say.

    Before the horizon a level below the target is 正在推进, because it is not due; reached but not confirmed is
    达到序时. At the final a confirmed level is 完成; reached but unconfirmed is 基本完成, never 完成; confirmed below is
    未完成. Below the target by less than the sampling error it may be met or missed, and is 数据不足.
    """
    indicator, survey = evidence.indicator, evidence.survey
    target = float(indicator.target)
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=Verdict("无可用的本地调查"), goal=target,
        value_unit=indicator.unit, value_label="估计值", missing=(f"“{indicator.measured_by.outcome}”的本地抽样调查",), rating=Rating.UNKNOWN,
    )  # fmt: skip
    if survey is None:
        return judged
    wanted, survey = indicator.measured_by, survey.answering(indicator.measured_by)
    if survey is None:
        judged.verdict = Verdict(f"调查“{evidence.survey.label}”没有估计“{wanted.outcome}{wanted.of_whom}”")
        judged.missing = (f"“{wanted.outcome}{wanted.of_whom}”的抽样调查",)
        return judged
    if survey.published > evidence.as_of:
        judged.verdict = Verdict(f"调查于{survey.published.isoformat()}发布，晚于评估基准日，不采用")
        return judged
    if not survey.weighted:
        judged.verdict = Verdict("调查无权重，只描述样本，不判定")
        return judged
    found = verdict(survey.estimate, survey.ci_low, survey.ci_high, target)
    worst, best = _ratings(found, evidence.stage)
    return Judgement(
        worst=worst, best=best, reported=settled(worst, best), verdict=Verdict(found), value=survey.estimate, low=survey.ci_low,
        high=survey.ci_high, goal=target, value_unit=indicator.unit, value_label="估计值",
        share=survey.estimate / target, formula="加权估计",
    )  # fmt: skip


def _ratings(found: str, stage: Stage) -> tuple[Rating, Rating]:
    """Worst and best rating that the sampling error leaves open; at the end what is within it is neither met nor missed."""
    if found == CONFIRMED:
        return Rating.DONE, Rating.DONE
    if stage is not Stage.FINAL:
        return (Rating.ON_SCHEDULE if found == REACHED else Rating.UNDER_WAY,) * 2
    if found == REACHED:
        return Rating.NEARLY_DONE, Rating.NEARLY_DONE
    return Rating.NOT_DONE, Rating.NOT_DONE if found == BELOW else Rating.DONE
