"""Margins: how many people a census counts in each category of a variable, and reading them from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.survey.coding import named
from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.tables import read_table, refuse_rows

Margins = Mapping[str, Mapping[str, float]]
COLUMNS = ("variable", "category", "population")
_AGREE = 1e-6  # totals of margins that differ by less are the same, published with rounding
_LISTED = 5


def read_margins(path: str | Path) -> dict[str, pd.Series]:
    """Margins from a census file (csv or a workbook's first sheet), one row a category.

    Columns: variable (a column of the survey, or several joined by "|"), category (as the survey codes it; "F|18-29"
    for several), population (> 0). Result: variable → Series of populations by category, in the file's order.
    Raises :class:`SurveyError` naming file and line for anything missing, repeated or not a positive number.
    """
    path = Path(path)
    table = read_table(path, text=True)
    lost = [name for name in COLUMNS if name not in table]
    if lost:
        raise SurveyError(
            f"缺少列：{'、'.join(lost)}；总体边际文件应有 {'、'.join(COLUMNS)} 三列", place=f"“{path.name}”"
        )
    table = table.loc[:, list(COLUMNS)].apply(lambda column: column.str.strip())
    number = pd.to_numeric(table["population"], errors="coerce")
    faults = (
        (table[["variable", "category"]].eq("").any(axis=1), "variable 或 category 为空"),
        (~(number > 0) | np.isinf(number), "population 应为大于0的数字"),
        (table.duplicated(["variable", "category"]), "类别重复"),
    )
    refuse_rows(table, faults, path)
    if table.empty:
        raise SurveyError("没有任何类别", place=f"“{path.name}”", hint="请填写总体边际")
    margins = pd.Series(number.to_numpy(), index=table["category"])
    return {
        name: margins[(table["variable"] == name).to_numpy()] for name in dict.fromkeys(table["variable"])
    }


def agreed(margins: Margins) -> dict[str, pd.Series]:
    """The margins as positive numbers by category, their totals made equal where only rounding differs.

    Raises :class:`SurveyError` when a population is not positive, or totals disagree.
    """
    found = {name: _numbers(name, margin) for name, margin in margins.items()}
    sums = {name: float(margin.sum()) for name, margin in found.items()}
    first = next(iter(sums.values()), 0.0)
    if any(abs(total / first - 1) > _AGREE for total in sums.values()):
        listed = "，".join(f"“{name}”合计{total:,.10g}" for name, total in sums.items())
        raise SurveyError(f"总体边际的合计不一致：{listed}", hint="请用同一总体的数据")
    return {name: margin * (first / sums[name]) for name, margin in found.items()}


def _numbers(name: str, margin: Mapping[str, float]) -> pd.Series:
    numbers = pd.Series(dict(margin), dtype=float)
    numbers.index = numbers.index.map(named)
    bad = numbers.index[~(numbers > 0) | np.isinf(numbers)]
    if len(bad) or numbers.empty:
        raise SurveyError(f"边际“{name}”的类别{_names(bad)}总体人数应大于0", hint="请核对或与相近类别合并")
    return numbers


def matched(name: str, domains: Domains, margin: pd.Series) -> np.ndarray:
    """Populations in the order of the survey's categories; :class:`SurveyError` when either side lacks one."""
    counts = pd.Series(domains.sizes, index=domains.names)
    empty = margin.index.difference(counts.index[counts > 0], sort=False)
    if len(empty):
        raise SurveyError(
            f"边际“{name}”的类别{_names(empty)}在调查数据中没有受访者", hint="请核对编码或与相近类别合并"
        )
    unknown = counts.index[counts > 0].difference(margin.index, sort=False)
    if len(unknown):
        raise SurveyError(
            f"调查数据“{name}”的类别{_names(unknown)}在总体边际中没有人数", hint="请核对编码或补充边际"
        )
    outside = int((domains.code == len(domains)).sum())
    if outside:
        raise SurveyError(f"有{outside}个缺失值", place=f"“{name}”", hint="请先补齐或插补再校准")
    return margin.reindex(domains.names).to_numpy()


def _names(categories: pd.Index) -> str:
    listed = "、".join(f"“{name}”" for name in categories[:_LISTED])
    return listed + (f"等{len(categories)}个" if len(categories) > _LISTED else "")
