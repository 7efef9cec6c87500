"""Forecast to the horizon: its own table and chart, named 推算 throughout and apart from every result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kepu_eval.evaluation.forecast import (
    FEWEST,
    against,
    bounded,
    extrapolated,
    linear_forecast,
    survey_forecast,
    yearly_points,
)
from kepu_eval.evaluation.kinds.goal import final_goal
from kepu_eval.plan import Indicator, TargetKind
from kepu_eval.plan.periods import years
from kepu_eval.report.blocks import Block, Blocks, Column, Fact, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import forecast_paths
from kepu_eval.report.survey_facts import SurveyFacts
from kepu_eval.report.survey_file import weighting
from kepu_eval.survey import calibrated
from kepu_eval.survey.reading import LITERATE

_BASIS = {TargetKind.LEVEL_AT_HORIZON: "调查估计值", TargetKind.CUMULATIVE: "年末累计数", TargetKind.STOCK_AT_HORIZON: "年末数",
          TargetKind.LIMIT_AT_HORIZON: "年末数"}  # fmt: skip
_STEPS = 25  # places between the last point and the horizon where the chart's interval is computed


@dataclass(frozen=True)
class _Extrapolated:
    """One indicator: its points (year, value), the Fact of each year, and the line, ``None`` with too few points."""

    indicator: Indicator
    points: pd.DataFrame
    facts: dict[int, Fact]
    line: pd.DataFrame | None
    lower_bound: bool


def forecast(case: Case) -> Blocks:
    """Where the totals, year-end levels and the survey's level would stand at the horizon if the line went on.

    Indicators with fewer than three points are named without a figure; from the horizon on there is nothing to
    forecast. Ratings do not use it.
    """
    items = [
        _extrapolated(case, i) for i in case.plan.indicators if extrapolated(i) and i.horizon > case.as_of
    ]
    if not items:
        return Blocks([])
    drawn = [item for item in items if item.line is not None]
    charts = forecast_paths([_drawn(item) for item in drawn], notice=case.notice)
    return Blocks([*charts, _results(items), *_points(items)])


def _extrapolated(case: Case, indicator: Indicator) -> _Extrapolated:
    survey = indicator.kind is TargetKind.LEVEL_AT_HORIZON
    points, facts = (_survey_points if survey else _counted_points)(case, indicator)
    if points["year"].nunique() < FEWEST:
        return _Extrapolated(indicator, points, facts, None, lower_bound=False)
    at = np.linspace(points["year"].iloc[-1], indicator.horizon.year, _STEPS)
    known, confidence = (points["year"], points["value"]), case.plan.rating.confidence
    if survey:
        line = bounded(survey_forecast(*known, points["se"], at, confidence), 0, 100)
    else:
        floor = points["value"].iloc[-1] if indicator.kind is TargetKind.CUMULATIVE else 0
        line = bounded(linear_forecast(*known, at, confidence), floor)
    judged = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    return _Extrapolated(indicator, points, facts, line, lower_bound=bool(judged["missing"]))


def _counted_points(case: Case, indicator: Indicator) -> tuple[pd.DataFrame, dict[int, Fact]]:
    due = [period for period in years(case.plan) if period.over(case.as_of)]
    periods = case.evaluation.indicator_periods.query("indicator == @indicator.id")
    points = yearly_points(periods, due, indicator.kind)
    judged = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    repeated = judged["summed"] != judged["deduplicated"]
    total = indicator.kind is TargetKind.CUMULATIVE
    formula = f"{case.plan.meta.first_year}年起各年上报数累加" + ("，扣除疑似重复" if repeated else "") if total else "上报数"  # fmt: skip
    facts = {
        row.year: _fact(indicator, f"{row.year}", row.value, f"{row.year}年末", formula,
                        sources=case.facts.cells(row.sources))
        for row in points.itertuples()
    }  # fmt: skip
    return points, facts


def _survey_points(case: Case, indicator: Indicator) -> tuple[pd.DataFrame, dict[int, Fact]]:
    """Weighted rounds that were out by the as-of date and measured as the latest of them did, oldest first.

    None for an indicator that is not the share of the survey's whole population.
    """
    whole = case.survey is not None and case.survey.answering(indicator.measured_by) is case.survey
    out = (
        []
        if not whole
        else sorted((s for s in case.surveys if s.published <= case.as_of), key=lambda s: s.year)
    )
    confidence = case.plan.rating.confidence
    rows, facts = [], {}
    for survey in out:
        design = calibrated(survey)
        if design is None or _measure(survey) != _measure(out[-1]):
            continue
        row = design.proportion(LITERATE, confidence=confidence).iloc[0]
        rows.append(
            {"year": survey.year, "value": float(row["estimate"]) * 100, "se": float(row["se"]) * 100}
        )
        book = SurveyFacts(survey, weighting(survey, design), confidence)
        facts[survey.year] = book.percent(f"推算.{indicator.id}.{survey.year}", row["estimate"], f"{survey.label}·估计值",
                                          f"加权估计（{book.weighting}）", *book.design_columns)  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "value", "se"]), facts


def _measure(survey) -> tuple[str, float]:  # noqa: ANN001 - a Survey
    return survey.instrument, survey.mapping.threshold


def _fact(indicator: Indicator, key: str, value: float, label: str, formula: str, **more: Any) -> Fact:
    percent = indicator.unit == "%"
    return Fact(id=f"推算.{indicator.id}.{key}", value=float(value), unit=indicator.unit,
                digits=1 if percent else 0, label=f"{indicator.name}·{label}", formula=formula, **more)  # fmt: skip


def _results(items: list[_Extrapolated]) -> Block:
    marked = any(item.lower_bound for item in items)
    return table(
        "forecast",
        "到规划期末的推算（不是评估结果）",
        "指标<1.8 | 所用年份<1.5 | 推算到^0.9 | 推算值>1.25 | 区间下限>1.25 | 区间上限>1.25 | 目标>1.25 | 目标与区间<1.5",
        [_result(item) for item in items],
        note="累计数、年末数用最小二乘直线和t预测区间；调查比例按抽样方差加权，区间含抽样误差。累计数不会减少，区间不低于现值。"
        "逐年、逐校等每期单独判定的指标不作推算。"
        + ("＊另有单位未报或数据待核，已有数据为下限，推算可能偏低。" if marked else ""),
    )  # fmt: skip


def _result(item: _Extrapolated) -> list[Fact | str | None]:
    indicator, spans = item.indicator, _span(list(item.facts))
    basis = f"{len(item.facts)}个" + (f"（{spans}）" if spans else "")
    year = f"{indicator.horizon.year}年"
    target = _fact(indicator, "target", indicator.aim, "目标", "方案规定", parts=(f"{indicator.id}.target",))
    if item.line is None:
        return [indicator.short_name, basis, year, None, None, None, target, f"不足{FEWEST}个年份，不能推算"]
    end = item.line.iloc[-1]
    method = "抽样方差加权最小二乘" if indicator.kind is TargetKind.LEVEL_AT_HORIZON else "最小二乘直线"
    parts = tuple(fact.id for fact in item.facts.values())
    figures = [
        _fact(indicator, name, end[name], f"{year}{label}（不是结果）", f"{_BASIS[indicator.kind]}（{spans}年）{method}外推至{year}", parts=parts)
        for name, label in (("value", "推算值"), ("low", "推算区间下限"), ("high", "推算区间上限"))
    ]  # fmt: skip
    name = indicator.short_name + ("＊" if item.lower_bound else "")
    return [
        name,
        basis,
        year,
        *figures,
        target,
        against(end["low"], end["high"], final_goal(indicator)),
    ]


def _span(known: list[int]) -> str:
    """Consecutive years as a span, others one by one."""
    if len(known) > 1 and known[-1] - known[0] == len(known) - 1:
        return f"{known[0]}—{known[-1]}"
    return "、".join(f"{year}" for year in known)


def _points(items: list[_Extrapolated]) -> Iterator[Block]:
    """The figures that the lines go through, a column a year."""
    columns = sorted({year for item in items for year in item.facts})
    if columns:
        yield table(
            "forecast-points",
            "推算所用数据",
            [Column(title="指标", width=2), Column(title="口径", width=1.2), *(Column(title=f"{year}年", align="right") for year in columns)],
            [[item.indicator.short_name, _BASIS[item.indicator.kind], *(item.facts.get(year) for year in columns)] for item in items if item.facts],
            note="累计数遇缺报或待核的年份即止，其后各年不列；尚未结束的年份不列。",
        )  # fmt: skip


def _drawn(item: _Extrapolated) -> dict:
    indicator = item.indicator
    return {"name": indicator.short_name, "unit": indicator.unit, "target": indicator.aim, "digits": 1 if indicator.unit == "%" else 0,
            "points": item.points, "line": item.line}  # fmt: skip
