"""What sample would confirm the target, and why a sample of a province says little of a district."""

from __future__ import annotations

import numpy as np

from kepu_eval.report.blocks import Blocks, Column, Fact, prose, table
from kepu_eval.report.explorer.level import confidence_fact, target_fact
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import size_curve
from kepu_eval.survey import SurveyError, half_width, power_curve, size_to_confirm

_SIZES = (500, 1000, 1500, 2000, 3000, 5000, 8000, 12000, 20000)
_BORROWED = (690, 230, 100)  # a prefecture's mean share of the national sample of 2023, and parts of it
_POWER = 0.8


def planning(study: Study) -> Blocks:
    """Half-width and chance to confirm by sample size, the size for a chance of 80 %, and what a borrowed sample gives."""
    if study.target is None:
        return Blocks([prose("没有给出目标，不计算确认目标所需的样本量。")])
    borrowed = list(_borrowed(study)) if study.outcome.literacy else []
    try:
        return Blocks([*_sizes(study), *borrowed])
    except SurveyError as error:
        return Blocks([prose(f"{error}。"), *borrowed])


def _sizes(study: Study):  # noqa: ANN202 - blocks
    facts, deff, n = study.facts, float(study.overall["deff"]), int(study.overall["n"])
    assumed = _assumed(study)
    given = assumed, study.target, deff, study.confidence
    wanted, even = (size_to_confirm(*given, power=power) for power in (_POWER, 0.5))
    how = f"正态近似，设计效应取本次的{deff:.2f}"
    yield prose(
        "若实际比例为{assumed}，要以{confidence}置信水平确认达到{target}，有八成把握需要完成答卷约{wanted}；"
        "只有一半把握需要{even}。本次样本{n}。假定比例越接近目标，所需样本越大。",
        assumed=Fact(id="规划.假定", value=assumed * 100, unit="%", digits=1, label="假定的实际比例", formula="笔记本参数 assumed，默认为本次估计值，至少比目标高一个百分点"),
        confidence=confidence_fact(study),
        target=target_fact(study),
        wanted=facts.number("规划.八成把握", wanted, "八成把握所需样本量", how, unit="人"),
        even=facts.number("规划.一半把握", even, "一半把握所需样本量", how, unit="人"),
        n=facts.estimates("估计.全体", study.overall, "全体")["n"],
    )  # fmt: skip
    grid = np.unique(np.geomspace(200, max(2 * wanted, 5000), 80).astype(int))
    yield size_curve(power_curve(assumed, study.target, grid.tolist(), deff, study.confidence), n, wanted,
                     assumed, study.target, study.notice)  # fmt: skip
    rows = [
        [facts.number(f"规划.{row.n}.n", row.n, "样本量", "给定", unit="人"),
         facts.percent(f"规划.{row.n}.半宽", row.half_width, f"样本{row.n}人·半宽", how, unit="个百分点"),
         facts.percent(f"规划.{row.n}.把握", row.power, f"样本{row.n}人·确认达到的把握", how)]
        for row in power_curve(assumed, study.target, _SIZES, deff, study.confidence).itertuples()
    ]  # fmt: skip
    yield table("sizes", "样本量、区间半宽与确认达到目标的把握",
                [Column(title=t, align="right") for t in ("样本量", "置信区间半宽", "确认达到的把握")], rows,
                note="设计效应取本次估计值；换一种抽样设计，设计效应不同，所需样本也不同。")  # fmt: skip


def _assumed(study: Study) -> float:
    """The share to plan for: as given, or the estimate, at least a point above the target (no size confirms less)."""
    if study.assumed is not None:
        return study.assumed
    above = min(study.target + 0.01, (1 + study.target) / 2)
    return max(float(study.overall["estimate"]), above)


def _borrowed(study: Study):  # noqa: ANN202 - blocks
    share, deff = float(study.overall["estimate"]), float(study.overall["deff"])
    how = f"正态近似，比例和设计效应取本次估计（设计效应{deff:.2f}）"
    rows = [
        [study.facts.number(f"借用.{n}.n", n, "落在本地的样本量", "假设", unit="人"),
         study.facts.percent(f"借用.{n}.半宽", half_width(share, n, deff, study.confidence), f"本地只有{n}人时的半宽", how, unit="个百分点")]
        for n in _BORROWED
    ]  # fmt: skip
    yield prose(
        "全国或省级调查不为区县设计，落在一个区县的样本只有几百人甚至几十人，直接估计的误差如下表；"
        "要用其推断本地，须有各地区的已知情况（辅助变量）和小区域估计模型（Fay–Herriot），并报告其误差（均方误差），不能直接套用上级比例。"
    )
    yield table("borrowed", "上级调查落在本地的样本能说明多少", "落在本地的样本量> | 置信区间半宽>", rows)  # fmt: skip
