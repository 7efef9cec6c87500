"""The quantitative indicators: an overview, then year by year and school by school."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.plan import Indicator, TargetKind
from kepu_eval.report.blocks import Block, Blocks, Fact, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import indicator_gauges, school_semester_heatmap, yearly_bars
from kepu_eval.report.wording import rating_cell

_LIMITS = (TargetKind.LIMIT_AT_HORIZON, TargetKind.RATE_OF_CHANGE)
_BY_YEAR = (TargetKind.CUMULATIVE, TargetKind.ANNUAL, TargetKind.STOCK_AT_HORIZON, TargetKind.TREND, *_LIMITS)


def indicator_overview(case: Case) -> Blocks:
    """Gauges and one table of all indicators: target, value and what it is, percentage, rating."""
    overview = table(
        "indicators",
        "量化指标一览",
        "编号^0.7 | 指标<2.2 | 目标<1.4 | 现值>1 | 现值是什么<1.1 | 完成比例>0.9 | 评级^1.3 | 判定<2.6",
        [
            [name, words["名称"] + _bound(case.plan.indicator(name)), words["要求"], words["现值"], words["现值名称"], words["完成比例"],
             rating_cell(words["评级"]), words["判定"]]
            for name in case.evaluation.indicators["indicator"] for words in [case.words[name]]
        ],
        note="完成比例与“目标指标完成情况”表相同，算式见该表。先按未舍入的数值判定，再舍入显示；逐年、逐校要求不以平均数判定。",
        bars=("指标", "完成比例"),
    )  # fmt: skip
    return Blocks([indicator_gauges(case.evaluation.indicators, case.plan, notice=case.notice), overview])


def _bound(indicator: Indicator) -> str:
    """Whether the plan calls it 约束性 or 预期性, in brackets."""
    return f"（{indicator.binding}）" if indicator.binding else ""


def indicator_details(case: Case) -> Blocks:
    """Years, periods and schools of every indicator that is counted (the surveyed one has its own section)."""
    counted = (i for i in case.plan.indicators if i.kind is not TargetKind.LEVEL_AT_HORIZON)
    return Blocks(block for indicator in counted for block in _detail(case, indicator))


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
    periods = case.evaluation.indicator_periods.query("indicator == @indicator.id")
    if indicator.kind in _BY_YEAR:
        yield yearly_bars(periods, case.plan, indicator, notice=case.notice)
    elif len(periods):
        yield _period_table(case, indicator, periods)
    schools = case.evaluation.entity_periods.query("indicator == @indicator.id")
    if indicator.period == "semester" and len(schools):
        yield school_semester_heatmap(schools, indicator, notice=case.notice)


def _period_table(case: Case, indicator: Indicator, periods: pd.DataFrame) -> Block:
    share = "合并比率" if indicator.kind is TargetKind.POOLED_RATIO else "达标比例"
    return table(
        f"{indicator.id}-periods",
        f"{indicator.short_name}各期情况",
        f"期间^ | {share}> | 下界> | 上界> | 状态^",
        [
            [row["period"], *_shares(case, indicator, row), row["status"]]
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
