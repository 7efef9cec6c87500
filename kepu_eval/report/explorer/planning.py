"""What sample would confirm the target, and why a sample of a province says little of a district."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kepu_eval.report.blocks import Block, Blocks, Fact, table
from kepu_eval.report.explorer.study import Study, reason
from kepu_eval.report.figures import size_curve
from kepu_eval.survey import SurveyError, half_width, power_curve, size_to_confirm

_SIZES = (500, 1000, 1500, 2000, 3000, 5000, 8000, 12000, 20000)
_BORROWED = (690, 230, 100)  # a prefecture's mean share of the national sample of 2023, and parts of it
_POWER = 0.8


def planning(study: Study) -> Blocks:
    """Half-width and chance to confirm by sample size; nothing without a target, or with one that no sample confirms."""
    if study.target is None:
        return Blocks([])
    wanted = _wanted(study, study.target, _POWER)
    return Blocks([] if isinstance(wanted, SurveyError) else _sizes(study, study.target, wanted))


def planning_words(study: Study) -> dict[str, Any]:
    """Sizes to confirm the target with a chance of 80 and of 50 %; ``不能``: why no size does."""
    if study.target is None:
        return {"有目标": False}
    target = study.target
    wanted, even = _wanted(study, target, _POWER), _wanted(study, target, 0.5)
    if isinstance(wanted, SurveyError) or isinstance(even, SurveyError):
        return {"有目标": True, "不能": reason(wanted)}
    facts, assumed, how = study.facts, _assumed(study, target), _how(study)
    return {
        "有目标": True, "不能": "",
        "假定": Fact(id="规划.假定", value=assumed * 100, unit="%", digits=1, label="假定的实际比例",
                   formula="笔记本参数 assumed，默认为本次估计值，至少比目标高一个百分点"),
        "八成把握": facts.number("规划.八成把握", wanted, "八成把握所需样本量", how, unit="人"),
        "一半把握": facts.number("规划.一半把握", even, "一半把握所需样本量", how, unit="人"),
    }  # fmt: skip


def _wanted(study: Study, target: float, power: float) -> int | SurveyError:
    """How many respondents confirm the target with a chance of ``power``, or why none do."""
    try:
        return size_to_confirm(
            _assumed(study, target), target, float(study.overall["deff"]), study.confidence, power=power
        )
    except SurveyError as error:
        return error


def _how(study: Study) -> str:
    return f"正态近似，设计效应取本次的{float(study.overall['deff']):.2f}"


def _sizes(study: Study, target: float, wanted: int) -> Iterator[Block]:
    facts, deff, n = study.facts, float(study.overall["deff"]), int(study.overall["n"])
    assumed, how = _assumed(study, target), _how(study)
    grid = np.unique(np.geomspace(200, max(2 * wanted, 5000), 80).astype(int))
    yield size_curve(power_curve(assumed, target, grid.tolist(), deff, study.confidence), n, wanted,
                     assumed, target, study.notice)  # fmt: skip
    rows = [
        [facts.number(f"规划.{row.n}.n", row.n, "样本量", "给定", unit="人"),
         facts.percent(f"规划.{row.n}.半宽", row.half_width, f"样本{row.n}人·半宽", how, unit="个百分点"),
         facts.percent(f"规划.{row.n}.把握", row.power, f"样本{row.n}人·确认达到的把握", how)]
        for row in power_curve(assumed, target, _SIZES, deff, study.confidence).itertuples()
    ]  # fmt: skip
    yield table("sizes", "样本量、区间半宽与确认达到目标的把握",
                "样本量> | 置信区间半宽> | 确认达到的把握>", rows,
                note="设计效应取本次估计值；换一种抽样设计，设计效应不同，所需样本也不同。")  # fmt: skip


def _assumed(study: Study, target: float) -> float:
    """The share to plan for: as given, or the estimate, at least a point above the target (no size confirms less)."""
    if study.assumed is not None:
        return study.assumed
    above = min(target + 0.01, (1 + target) / 2)
    return max(float(study.overall["estimate"]), above)


def borrowed(study: Study) -> Blocks:
    """What the part of a survey of the province that falls into a district can say of it; nothing for other outcomes."""
    if study.target is None or not study.outcome.literacy:
        return Blocks([])
    share, deff = float(study.overall["estimate"]), float(study.overall["deff"])
    how = f"正态近似，比例和设计效应取本次估计（设计效应{deff:.2f}）"
    rows = [
        [study.facts.number(f"借用.{n}.n", n, "落在本地的样本量", "假设", unit="人"),
         study.facts.percent(f"借用.{n}.半宽", half_width(share, n, deff, study.confidence), f"本地只有{n}人时的半宽", how, unit="个百分点")]
        for n in _BORROWED
    ]  # fmt: skip
    return Blocks(
        [table("borrowed", "上级调查落在本地的样本能说明多少", "落在本地的样本量> | 置信区间半宽>", rows)]
    )
