"""The quantitative indicators: an overview, then one by one, year by year and school by school."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.plan import Indicator, TargetKind
from kepu_eval.report.blocks import Block, Blocks, Column, Fact, Heading, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import indicator_gauges, school_semester_heatmap, yearly_bars
from kepu_eval.report.sections.wording import UNKNOWN, bounds, listed, rating_cell

_LIMITS = (TargetKind.LIMIT_AT_HORIZON, TargetKind.RATE_OF_CHANGE)
_ASKED = {">=": "不少于", ">": "多于", "<=": "不超过", "<": "少于", "range": "（区间下限）", "rank": "前"}
_BY_YEAR = (TargetKind.CUMULATIVE, TargetKind.ANNUAL, TargetKind.STOCK_AT_HORIZON, TargetKind.TREND, *_LIMITS)


def indicator_overview(case: Case) -> Blocks:
    """Gauges and one table of all indicators: target, value, share, pace, rating."""
    facts, evaluation = case.facts, case.evaluation
    rows = []
    for row in evaluation.indicators.itertuples():
        has_target = not pd.isna(row.target)
        rows.append(
            [
                row.indicator,
                row.name + _bound(case.plan.indicator(row.indicator)),
                facts.indicator(row.indicator, "target")
                if has_target
                else _target(case, case.plan.indicator(row.indicator)),
                facts.indicator(row.indicator),
                facts.indicator(row.indicator, "share") if has_target else None,
                rating_cell(row.rating),
                row.verdict,
            ]
        )
    overview = table(
        "indicators",
        "量化指标一览",
        "编号^0.7 | 指标<2.2 | 目标>1.1 | 现值>1.1 | 完成率或达标率> | 评级^1.3 | 判定<2.6",
        rows,
        note="先按未舍入的数值判定，再舍入显示；逐年、逐校要求不以平均数判定。",
        bars=("指标", "完成率或达标率"),
    )
    return Blocks([indicator_gauges(evaluation.indicators, case.plan, notice=case.notice), overview])


def _bound(indicator: Indicator) -> str:
    """Whether the plan calls it 约束性 or 预期性, in brackets."""
    return f"（{indicator.binding}）" if indicator.binding else ""


def indicator_details(case: Case) -> Blocks:
    """Each indicator under its own heading (the survey-based one has its own section)."""
    blocks: list[Block] = []
    for indicator in case.plan.indicators:
        if indicator.kind is not TargetKind.LEVEL_AT_HORIZON:
            blocks += [Heading(level=2, text=indicator.name), *_detail(case, indicator)]
    return Blocks(blocks)


def period_rows(case: Case) -> list[list[Fact | str | None]]:
    """Every indicator, measure and period that is judged: id, name, measure, period, value, bounds, state."""
    rows = []
    for row in case.evaluation.indicator_periods.to_dict("records"):
        indicator = case.plan.indicator(row["indicator"])
        names = {measure.id: measure.name for measure in indicator.measures}
        figures = (
            [case.facts.period(indicator.id, row), None, None]
            if indicator.kind in _BY_YEAR
            else _shares(case, indicator, row)
        )
        measure = names.get(row["measure"])
        rows.append([indicator.id, indicator.short_name, measure, row["period"], *figures, row["status"]])
    return rows


def _detail(case: Case, indicator: Indicator) -> Iterator[Block]:
    facts = case.facts
    row = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    yield _sentence(case, indicator, row)
    if row["missing"]:
        yield prose("缺失情况：{missing}。", role="note", missing=listed(row["missing"], at_most=6))
    if not pd.isna(row["summed"]) and row["summed"] != row["deduplicated"]:
        yield prose(
            "各单位上报数相加为{summed}，扣除疑似重复上报的活动后为{deduplicated}；判定采用{used}。",
            summed=facts.indicator(indicator.id, "summed"),
            deduplicated=facts.indicator(indicator.id, "deduplicated"),
            used="去重后的数" if row["value"] == row["deduplicated"] else "相加数",
        )
    periods = case.evaluation.indicator_periods.query("indicator == @indicator.id")
    if indicator.kind in _BY_YEAR:
        yield yearly_bars(periods, case.plan, indicator, notice=case.notice)
    elif len(periods):
        yield _period_table(case, indicator, periods)
    schools = case.evaluation.entity_periods.query("indicator == @indicator.id")
    if indicator.period == "semester" and len(schools):
        yield school_semester_heatmap(schools, indicator, notice=case.notice)
    failing = schools[schools["status"].eq("未达标")]
    if len(failing):
        names = listed(dict.fromkeys(failing["entity"]), at_most=20)
        yield prose(
            "未达标的学校共{count}：{names}。逐校情况见附表。",
            role="note",
            count=facts.failing(indicator.id),
            names=names,
        )


def _sentence(case: Case, indicator: Indicator, row: pd.Series) -> Block:
    facts = case.facts
    verdict, counted = facts.verdict(indicator.id)
    if row["rating"] == UNKNOWN:
        span = bounds(row["rating_low"], row["rating_high"])
        return prose(
            "目标为{target}。现有数据不足以判定{span}；" + verdict + "。",
            target=_target(case, indicator),
            span=f"（最不利至最有利：{span}）" if span else "",
            **counted,
        )
    if indicator.target is None:
        return prose(
            f"要求{_target(case, indicator)}。" + verdict + "，评为“{rating}”。",
            rating=row["rating"],
            **counted,
        )
    words = {
        "target": _target(case, indicator),
        "label": row["value_label"],
        "value": facts.indicator(indicator.id),
        "rating": row["rating"],
        **counted,
    }
    if indicator.kind in (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON):
        share = facts.indicator(indicator.id, "share")
        asked = "" if indicator.operator == ">=" else _ASKED[indicator.operator]
        return prose(
            f"目标为{asked}{{target}}，{{label}}{{value}}，完成率{{share}}；"
            + verdict
            + "，评为“{rating}”。",
            share=share,
            **words,
        )
    if indicator.kind in _LIMITS:
        words.pop("target")
        return prose("{label}{value}；" + verdict + "，评为“{rating}”。", **words)
    each = (
        indicator.population
        if indicator.entities and indicator.unit != "%"
        else "每年"
        if indicator.period == "year"
        else ""
    )
    return prose(
        f"目标为{{each}}{_ASKED[indicator.operator]}{{target}}，{{label}}{{value}}；"
        + verdict
        + "，评为“{rating}”。",
        each=each or "",
        **words,
    )


def _target(case: Case, indicator: Indicator) -> Fact | str:
    if indicator.target is None:
        return "逐年下降" if indicator.operator == "decreasing" else "逐年增长"
    return case.facts.indicator(indicator.id, "target")


def _period_table(case: Case, indicator: Indicator, periods: pd.DataFrame) -> Block:
    return table(
        f"{indicator.id}-periods",
        f"{indicator.short_name}各期情况",
        [
            Column(title="期间", align="center"),
            Column(
                title="达标比例" if indicator.kind is not TargetKind.POOLED_RATIO else "合并比率",
                align="right",
            ),
            Column(title="下界", align="right"),
            Column(title="上界", align="right"),
            Column(title="状态", align="center"),
        ],
        [
            [
                row["period"],
                *_shares(case, indicator, row),
                row["status"],
            ]
            for row in periods.to_dict("records")
        ],
        note="下界、上界：缺报学校按全部不达标、全部达标分别计算。",
    )


def _shares(case: Case, indicator: Indicator, row: dict) -> list[Fact | None]:
    """Value and bounds of a period, in percent; nothing for one that is not over."""
    if row["status"] == "未到期":
        return [None, None, None]
    figures = (case.facts.period(indicator.id, row, side) for side in ("value", "low", "high"))
    return [figure.model_copy(update={"unit": "%", "digits": 1}) for figure in figures]
