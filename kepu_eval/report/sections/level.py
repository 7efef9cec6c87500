"""The district's share of scientifically literate citizens: survey estimate against the target."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.evaluation.model import plain_name
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Block, Blocks, Fact, prose
from kepu_eval.report.case import Case
from kepu_eval.report.figures import survey_level
from kepu_eval.report.figures.levels import OWN
from kepu_eval.report.published_rates import PUBLISHED, published_table
from kepu_eval.report.sections.wording import chinese_date
from kepu_eval.survey import published_by
from kepu_eval.survey.target import MEANING


def literacy_level(case: Case) -> Blocks:
    """Estimate with its interval and verdict, or a plain statement that there is none; published rates beside it."""
    blocks: list[Block] = []
    for indicator in case.plan.indicators:
        if indicator.kind is TargetKind.LEVEL_AT_HORIZON:
            blocks += [*_estimate(case, indicator), *_comparison(case, indicator)]
    return Blocks(blocks or [prose("《方案》没有以抽样调查判定的目标。")])


def _estimate(case: Case, indicator) -> Iterator[Block]:  # noqa: ANN001 - plan.Indicator
    facts, survey = case.facts, case.survey and case.survey.answering(indicator.measured_by)
    judged = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    target = facts.indicator(indicator.id, "target")
    owner = indicator.owner or "未明确"
    unlisted = "" if indicator.task else "责任清单未列本项，默认责任方为{owner}。"
    if survey is None and case.survey is not None:
        yield prose(
            "《方案》{name}的目标为{target}。{label}没有估计“{wanted}”，不能用它的其他估计代替，本项列为“数据不足”。" + unlisted,
            target=target, label=case.survey.label, name=indicator.name, wanted=indicator.measured_by.outcome + indicator.measured_by.of_whom, owner=owner,
        )  # fmt: skip
        return
    if survey is None:
        yield prose(
            "《方案》目标为{target}。截至评估基准日没有可用的本地抽样调查，本项列为“数据不足”，不以上级数据代替。"
            + unlisted,
            target=target,
            owner=owner,
        )
        return
    if survey.published > case.as_of:
        yield prose(
            "《方案》目标为{target}。{label}于{published}发布，晚于评估基准日，不能用来说明当时的情况，本项列为“数据不足”。",
            target=target, label=survey.label, published=chinese_date(survey.published),
        )  # fmt: skip
        return
    if not survey.weighted:
        yield prose(
            "《方案》目标为{target}。{label}没有权数，只能描述样本，不能推断{whole}，本项列为“数据不足”。",
            target=target, label=survey.label, whole=case.plan.meta.whole,
        )  # fmt: skip
        return
    row = {"estimate": survey.estimate / 100, "se": survey.se / 100, "ci_low": survey.ci_low / 100,
           "ci_high": survey.ci_high / 100, "n": survey.n, "df": survey.df, "deff": survey.deff}  # fmt: skip
    outcome = f"{survey.outcome}{indicator.measured_by.of_whom}"
    figures = case.survey_facts.estimates(indicator.id, row, f"{case.plan.meta.whole}{outcome}")
    confidence = Fact(id=f"{indicator.id}.confidence", value=round(case.plan.rating.confidence * 100, 6), unit="%",
                      label="置信水平", formula="方案文件设定", sources=facts.planned("rating.confidence"))  # fmt: skip
    yield prose(
        "据{label}（{published}发布），{whole}{outcome}为{estimate}，{confidence}置信区间为{ci_low}至{ci_high}"
        "（{weighting}，标准误{se}，有效样本{n}，设计效应{deff}，自由度{df}）。对照目标{target}，判定为“{verdict}”：{meaning}。",
        label=survey.label,
        whole=case.plan.meta.whole,
        outcome=outcome,
        published=chinese_date(survey.published),
        confidence=confidence,
        weighting=survey.weighting,
        target=target,
        verdict=judged["verdict"],
        meaning=MEANING[judged["verdict"]],
        **figures,
    )


def _comparison(case: Case, indicator) -> Iterator[Block]:  # noqa: ANN001
    if plain_name(indicator.measured_by.outcome) != plain_name(PUBLISHED):
        return  # the published rates are of something else
    rates = published_by(case.as_of)
    yield published_table(rates)
    outcome = indicator.measured_by.outcome
    yield survey_level(_levels(case, indicator, rates), float(indicator.target), outcome, notice=case.notice)


def _levels(case: Case, indicator, rates):  # noqa: ANN001, ANN202
    """Rows of the level chart: the district's survey first, then the published rates."""
    survey = case.survey and case.survey.answering(indicator.measured_by)
    usable = survey is not None and survey.weighted and survey.published <= case.as_of
    own = [] if not usable else [
        {"label": survey.label, "estimate": survey.estimate, "ci_low": survey.ci_low, "ci_high": survey.ci_high,
         "published": survey.published.isoformat(), "kind": OWN}
    ]  # fmt: skip
    others = [
        {"label": f"{row.area}{row.year}年", "estimate": row.rate, "ci_low": None, "ci_high": None,
         "published": row.published, "kind": "对照"}
        for row in rates.itertuples()
    ]  # fmt: skip
    return own + others
