"""Over time: published rates with their days of publication, and the difference from the round before."""

from __future__ import annotations

from typing import Any

from kepu_eval.report.blocks import Block, Blocks
from kepu_eval.report.explorer.study import Study, reason
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
    blocks: list[Block] = []
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


def change_words(study: Study) -> dict[str, Any]:
    """The difference from the round before; ``不能``: why the two cannot be compared."""
    if study.previous is None:
        return {"有上轮": False}
    before = study.previous
    try:
        row = difference(before.design, study.design, LITERATE, instruments=(before.instrument, study.instrument),
                         confidence=study.confidence).iloc[0]  # fmt: skip
    except SurveyError as error:
        return {"有上轮": True, "不能": reason(error)}
    facts = study.facts
    used = facts.estimates("变化", {key: row[key] for key in ("estimate", "se", "ci_low", "ci_high")}, "两轮之差", unit=POINTS,
                           se="两轮独立样本，方差相加")  # fmt: skip
    return {
        "有上轮": True, "不能": "", "上轮": before.survey.label, "超出": bool(row["ci_low"] * row["ci_high"] > 0),
        "上轮比例": before.facts.percent("变化.上轮", row["earlier"], "上一轮的比例", f"加权估计（{before.facts.weighting}）", *before.facts.design_columns),
        "本轮比例": facts.percent("变化.本轮", row["later"], "本轮的比例", f"加权估计（{facts.weighting}）", *facts.design_columns),
        "相差": used["estimate"], "区间下限": used["ci_low"], "区间上限": used["ci_high"],
    }  # fmt: skip
