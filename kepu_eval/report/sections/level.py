"""The district's share of scientifically literate citizens: survey estimate against the target."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Block, Blocks, Column, Fact, Source, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import survey_level
from kepu_eval.report.sections.wording import chinese_date
from kepu_eval.survey import published_by


def literacy_level(case: Case) -> Blocks:
    """Estimate with its interval and verdict, or a plain statement that there is none; published rates beside it."""
    blocks: list[Block] = []
    for indicator in case.plan.indicators:
        if indicator.kind is TargetKind.LEVEL_AT_HORIZON:
            blocks += [*_estimate(case, indicator), *_comparison(case, indicator)]
    return Blocks(blocks)


def _estimate(case: Case, indicator) -> Iterator[Block]:  # noqa: ANN001 - plan.Indicator
    facts, survey = case.facts, case.survey
    row = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    target = facts.indicator(indicator.id, "target")
    owner = indicator.owner or "未明确"
    if survey is None:
        yield prose(
            "《方案》目标为{target}。截至评估基准日没有可用的区级抽样调查，本项列为“数据不足”，不以全国或自治区数据代替。"
            "责任清单未列本项，默认责任方为{owner}。",
            target=target,
            owner=owner,
        )
        return
    source = (Source(file=survey.source, raw=survey.label),)
    common = {"unit": "%", "digits": 1, "sources": source}
    yield prose(
        "据{label}（{published}发布），全区公民具备科学素质的比例为{estimate}，{confidence}置信区间为{low}至{high}"
        "（有效样本{n}，设计效应{deff}）。对照目标{target}，判定为“{verdict}”。",
        label=survey.label,
        published=chinese_date(survey.published),
        estimate=Fact(
            id="Q01.estimate", value=survey.estimate, label="比例估计值", formula="加权估计", **common
        ),
        confidence=Fact(
            id="Q01.confidence",
            value=case.plan.rating.confidence * 100,
            unit="%",
            label="置信水平",
            formula="方案文件设定",
        ),
        low=Fact(
            id="Q01.ci_low", value=survey.ci_low, label="置信下限", formula="设计效应下的区间估计", **common
        ),
        high=Fact(
            id="Q01.ci_high", value=survey.ci_high, label="置信上限", formula="设计效应下的区间估计", **common
        ),
        n=Fact(id="Q01.n", value=survey.n, unit="份", label="有效样本量", formula="计数", sources=source),
        deff=Fact(
            id="Q01.deff",
            value=survey.deff,
            digits=2,
            label="设计效应",
            formula="设计方差÷简单随机抽样方差",
            sources=source,
        ),
        target=target,
        verdict=row["verdict"],
    )


def _comparison(case: Case, indicator) -> Iterator[Block]:  # noqa: ANN001
    rates = published_by(case.as_of)
    rows = [
        [
            row.area,
            f"{row.year}年",
            Fact(
                id=f"对照.{row.area}.{row.year}",
                value=row.rate,
                unit="%",
                digits=2,
                label=f"{row.area}{row.year}年公民具备科学素质的比例",
                formula="公开发布数",
                sources=(
                    Source(file=rates.attrs["file"], sheet="", cell=f"第{row.line}行", raw=f"{row.rate}"),
                ),
            ),
            row.published,
            row.source,
        ]
        for row in rates.itertuples()
    ]
    yield table(
        "published",
        "公开发布的上级数据（仅作对照，不代替本区数据）",
        [
            Column(title="地区", align="center", width=0.9),
            Column(title="调查年份", align="center"),
            Column(title="比例", align="right"),
            Column(title="发布日期", align="center", width=1.2),
            Column(title="来源", width=2.6),
        ],
        rows,
        note="只列评估基准日前已发布的数据；全国和自治区样本对区级不具代表性。",
    )
    yield survey_level(_levels(case, rates), float(indicator.target), notice=case.notice)


def _levels(case: Case, rates):  # noqa: ANN001, ANN202
    """Rows of the level chart: the district's survey first, then the published rates."""
    survey = case.survey
    own = [] if survey is None else [
        {"label": survey.label, "estimate": survey.estimate, "ci_low": survey.ci_low, "ci_high": survey.ci_high,
         "published": survey.published.isoformat(), "kind": "区级调查"}
    ]  # fmt: skip
    others = [
        {"label": f"{row.area}{row.year}年", "estimate": row.rate, "ci_low": None, "ci_high": None,
         "published": row.published, "kind": "对照"}
        for row in rates.itertuples()
    ]  # fmt: skip
    return own + others
