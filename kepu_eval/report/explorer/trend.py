"""Over time: published rates with their days of publication, and the difference from the round before."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.report.blocks import Block, Blocks, prose
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import survey_trend
from kepu_eval.report.published_rates import published_table
from kepu_eval.report.survey_facts import POINTS
from kepu_eval.survey import SurveyError, difference, published_by
from kepu_eval.survey.reading import LITERATE


def trend(study: Study) -> Blocks:
    """The rounds, of scientific literacy beside what was published of higher levels by the as-of date, and the change."""
    rates = published_by(study.as_of) if study.outcome.literacy else None
    rounds = [*([study.previous] if study.previous else []), study]
    comparable = [item for item in rounds if item.instrument == study.instrument]
    rows = [_own(item) for item in comparable] + [
        {"area": row.area, "year": int(row.year), "estimate": row.rate, "ci_low": None, "ci_high": None,
         "published": row.published, "own": False}
        for row in (() if rates is None else rates.itertuples())
    ]  # fmt: skip
    target = None if study.target is None else study.target * 100
    blocks = list(_change(study))
    if len(rows) > 1:
        blocks.append(survey_trend(rows, target, study.notice, study.outcome.title))
    return Blocks(blocks if rates is None else [*blocks, published_table(rates)])


def _own(study: Study) -> dict:
    row = study.overall
    figures = {key: float(row[key]) * 100 for key in ("estimate", "ci_low", "ci_high")}
    return {
        "area": "本地",
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
