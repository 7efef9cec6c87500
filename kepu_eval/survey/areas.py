"""Areas of a survey (streets, towns): what is known of each beside the sample, and small-area estimates from both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.small_area import FayHerriot, fay_herriot
from kepu_eval.survey.tables import read_table, refuse_rows

NAME = "area"
_LISTED = 5


def read_areas(path: str | Path) -> pd.DataFrame:
    """Covariates of areas from a file (csv or a workbook's first sheet): ``area`` and one column a covariate.

    Names as the survey has them, every other column a number for every area. Raises :class:`SurveyError` naming file,
    line and column of what is missing, repeated or no number.
    """
    path = Path(path)
    table = read_table(path, text=True)
    covariates = [name for name in table if name != NAME]
    if NAME not in table or not covariates:
        raise SurveyError(
            f"应有 {NAME}（地区名称）一列和至少一列协变量", place=f"“{path.name}”", hint="请补充后重试"
        )
    names = table[NAME].str.strip()
    refuse_rows(table, ((names.eq(""), "地区名称为空"), (names.duplicated(), "地区重复")), path)
    found = pd.DataFrame({NAME: names})
    for name in covariates:
        found[name] = pd.to_numeric(table[name], errors="coerce")
        wrong = np.flatnonzero(~np.isfinite(found[name]))
        if len(wrong):
            raise SurveyError(
                f"列“{name}”第{wrong[0] + 2}行（{names[wrong[0]]}）为“{table[name][wrong[0]]}”，应填数字",
                place=f"“{path.name}”",
                hint="请核对后重试",
            )
    return found


def area_estimates(design: Estimator, y: str, column: str, covariates: pd.DataFrame) -> FayHerriot:
    """Fay–Herriot estimates of the share of ``y`` (0/1) in the areas of ``column`` that have respondents.

    ``covariates``: as :func:`read_areas` gives them, whose order the areas keep. A variance from the few PSUs of an area is too unsteady to weigh
    with, so that all are smoothed to c/n, c = Σ v / Σ 1/n over the areas where v is known: as many in all as the
    direct ones (a generalized variance function; Wolter 2007, ch. 7; Rao & Molina 2015, §6.4). The result's ``areas``
    has n beside :func:`fay_herriot`'s columns. Raises :class:`SurveyError` for an area without covariates, or where
    no variance is known, and what :func:`fay_herriot` raises.
    """
    direct = design.proportion(y, by=column).query("n > 0")
    lost = [name for name in direct["group"] if name not in set(covariates[NAME])]
    if lost:
        listed = "、".join(lost[:_LISTED]) + (f"等{len(lost)}个" if len(lost) > _LISTED else "")
        raise SurveyError(f"地区{listed}没有协变量", hint="请在地区协变量文件中补充，名称与调查数据一致")
    known = direct[direct["df"] > 0]
    spread = (known["se"] ** 2).sum() / (1 / known["n"]).sum() if len(known) else 0.0
    if not spread > 0:
        raise SurveyError("各地区都无法估计抽样方差（每个地区至少要有两个初级抽样单位），不能作小区域估计")
    smoothed = direct.assign(se=np.sqrt(spread / direct["n"]))
    table = covariates.merge(smoothed, left_on=NAME, right_on="group")
    names = [name for name in covariates if name != NAME]
    found = fay_herriot(table, "estimate", "se", names, NAME)
    found.areas.insert(1, "n", table["n"].to_numpy())
    return found
