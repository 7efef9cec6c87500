"""Over time: published rates with their days of publication, and the difference from the round before."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.report.blocks import Block, Blocks, Column, Fact, Source, prose, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import survey_trend
from kepu_eval.report.survey_facts import POINTS
from kepu_eval.survey import SurveyError, difference, published_by
from kepu_eval.survey.reading import LITERATE


def trend(study: Study) -> Blocks:
    """The district's rounds beside what was published of higher levels by the as-of date, and the change."""
    rates = published_by(study.as_of)
    rounds = [*([study.previous] if study.previous else []), study]
    comparable = [item for item in rounds if item.instrument == study.instrument]
    rows = [_own(item) for item in comparable] + [
        {"area": row.area, "year": int(row.year), "estimate": row.rate, "ci_low": None, "ci_high": None,
         "published": row.published, "own": False}
        for row in rates.itertuples()
    ]  # fmt: skip
    return Blocks(
        [*_change(study), survey_trend(rows, study.target * 100, study.notice), published_table(rates)]
    )


def published_table(rates) -> Block:  # noqa: ANN001 - as published_by gives them
    """Published rates of higher levels, each with source and day of publication."""
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
    return table(
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


def _own(study: Study) -> dict:
    row = study.overall
    figures = {key: float(row[key]) * 100 for key in ("estimate", "ci_low", "ci_high")}
    return {
        "area": "本区",
        "year": study.survey.year,
        "published": study.survey.published.isoformat(),
        "own": True,
        **figures,
    }


def _change(study: Study) -> Iterator[Block]:
    if study.previous is None:
        yield prose("没有给出上一轮调查，不作比较。")
        return
    before = study.previous
    try:
        row = difference(before.design, study.design, LITERATE, instruments=(before.instrument, study.instrument),
                         confidence=study.confidence).iloc[0]  # fmt: skip
    except SurveyError as error:
        yield prose(f"{error}。".replace("。。", "。"))
        return
    facts = study.facts
    used = facts.estimates("变化", {key: row[key] for key in ("estimate", "se", "ci_low", "ci_high")}, "两轮之差", unit=POINTS,
                           se="两轮独立样本，方差相加")  # fmt: skip
    told = "两轮之差超出抽样误差" if row["ci_low"] * row["ci_high"] > 0 else "两轮之差不能排除是抽样误差"
    yield prose(
        "与{label}相比，比例由{earlier}变为{later}，相差{estimate}，置信区间{ci_low}至{ci_high}；{told}。",
        label=before.survey.label,
        earlier=before.facts.percent("变化.上轮", row["earlier"], "上一轮的比例", f"加权估计（{before.facts.weighting}）", *before.facts.design_columns),
        later=facts.percent("变化.本轮", row["later"], "本轮的比例", f"加权估计（{facts.weighting}）", *facts.design_columns),
        told=told,
        **{key: used[key] for key in ("estimate", "ci_low", "ci_high")},
    )  # fmt: skip
