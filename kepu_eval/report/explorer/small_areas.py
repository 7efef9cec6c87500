"""Small areas: streets and towns, from the sample and what is known of each, where the mapping names a file of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from kepu_eval.report.blocks import Block, Blocks, Fact, table
from kepu_eval.report.explorer.study import Study, reason
from kepu_eval.report.figures import area_shares
from kepu_eval.survey import SMALLEST_GROUP, FayHerriot, suppressed

_MODEL = "Fay–Herriot模型，REML，均方误差按Prasad–Rao"


def small_areas(study: Study) -> Blocks:
    """Direct and model estimates of each area with their errors; nothing where there are none."""
    found = study.area_model
    if not isinstance(found, FayHerriot):
        return Blocks([])
    shown = found.areas[~suppressed(found.areas["n"]).to_numpy()]
    blocks = [_coefficients(study, found)]
    if len(shown):
        z = float(special.ndtri((1 + study.confidence) / 2))
        blocks += [_listing(study, found, shown), area_shares(shown, z, study.notice)]
    return Blocks(blocks)


def area_words(study: Study) -> dict[str, Any]:
    """How many areas are estimated and how well; ``不能``: why none are; only ``有协变量`` where no covariates were given."""
    found = study.area_model
    if study.areas is None or not isinstance(found, FayHerriot):
        return {"有协变量": found is not None, "不能": reason(found)}
    areas, unit = found.areas, "个百分点"
    return {
        "有协变量": True, "不能": "", "没有样本": [name for name in study.areas["area"] if name not in set(areas["area"])],
        "个数": study.facts.count("街镇.个数", len(areas), "有样本的地区数", _columns(study)[-1], unit="个地区"),
        "误差": _points(study, "街镇.误差中位数", areas["rmse"].median(), "模型估计误差的中位数", _MODEL, unit),
        "标准误": _points(study, "街镇.标准误中位数", areas["se"].median(), "直接估计标准误的中位数", "平滑后的抽样方差", unit),
        "差异": _points(study, "街镇.差异", np.sqrt(found.variance), "协变量之外的地区差异", _MODEL, unit),
    }  # fmt: skip


def _coefficients(study: Study, found: FayHerriot) -> Block:
    rows = [
        [
            row.term,
            _points(study, f"街镇.系数.{row.term}", row.estimate, f"{row.term}·系数", _MODEL),
            _points(study, f"街镇.系数.{row.term}.se", row.se, f"{row.term}·标准误", _MODEL),
        ]
        for row in found.coefficients.itertuples()
    ]
    return table(
        "area-model", "协变量的系数",
        "项<2 | 系数> | 标准误>", rows,
        note="单位为百分点。系数是协变量增加一个单位时比例相差多少，说明地区之间的关系，不说明个人，也不说明原因。",
    )  # fmt: skip


def _listing(study: Study, found: FayHerriot, shown: pd.DataFrame) -> Block:
    facts, rows = study.facts, []
    for row in shown.to_dict("records"):
        name, id_ = row["area"], f"街镇.{row['area']}"
        rows.append(
            [
                name,
                facts.number(f"{id_}.n", row["n"], f"{name}·样本量", facts.answered, _columns(study)[-1], unit="人"),
                facts.percent(f"{id_}.direct", row["direct"], f"{name}·直接估计", "加权估计", *_columns(study)),
                _points(study, f"{id_}.se", row["se"], f"{name}·直接估计标准误", "抽样方差平滑为c÷n"),
                facts.percent(f"{id_}.eblup", row["eblup"], f"{name}·模型估计", _MODEL, *_columns(study)),
                _points(study, f"{id_}.rmse", row["rmse"], f"{name}·模型估计的误差", _MODEL),
                facts.percent(f"{id_}.gamma", row["gamma"], f"{name}·直接估计的权重", "A÷(A+抽样方差)", _columns(study)[-1]),
            ]
        )  # fmt: skip
    hidden = len(found.areas) - len(shown)
    note = "标准误和误差的单位为百分点。模型估计只供了解地区差异，不用于指标判定，不宜据此排名；误差为均方误差的平方根，含模型参数的不确定性，不含模型设错的风险。"
    if hidden:
        note += f"样本量不足{SMALLEST_GROUP}的地区，连同可由全体推算它的其他地区，共{hidden}个不单列。"
    return table("areas", f"各地区{study.outcome.title}：直接估计与模型估计",
                 "地区<1.8 | 样本量> | 直接估计> | 标准误> | 模型估计> | 误差> | 直接估计的权重>", rows, note=note)  # fmt: skip


def _points(study: Study, id_: str, share: float, label: str, how: str, unit: str = "") -> Fact:
    """A figure in percentage points, the unit said by the table unless given."""
    fact = study.facts.percent(id_, share, label, how, *_columns(study), unit=unit)
    return fact.model_copy(update={"digits": 2})


def _columns(study: Study) -> tuple[str, ...]:
    areas = study.survey.mapping.areas
    return (*study.facts.design_columns, *([areas.column] if areas else []))
