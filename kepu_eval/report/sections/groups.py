"""Differences between groups in the district's survey: estimates with intervals, small groups kept back."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Blocks, Column, Fact, Source, prose, table
from kepu_eval.report.case import Case
from kepu_eval.survey.disclosure import SMALLEST_GROUP, protected
from kepu_eval.survey.reading import LITERATE


def group_gaps(case: Case) -> Blocks:
    """One table of all groupings the survey describes; groups of fewer than 30 respondents are not shown.

    Nor are those that would reveal them: the share of everyone is published, so one hidden group is no secret.
    """
    survey = case.respondents
    if survey is None or survey.design is None:
        return Blocks([prose("没有可用的加权调查数据，不作人群比较。")])
    rows = []
    for title, column in survey.groups.items():
        estimates = survey.design.proportion(LITERATE, by=column, confidence=case.plan.rating.confidence)
        rows += [_row(case, title, row) for _, row in protected(estimates, column).iterrows()]
    listing = table(
        "groups",
        "分人群公民具备科学素质的比例",
        [
            Column(title="分组", align="center"),
            Column(title="人群", align="center", width=1.2),
            Column(title="比例", align="right"),
            Column(title="置信下限", align="right"),
            Column(title="置信上限", align="right"),
            Column(title="样本量", align="right"),
        ],
        rows,
        note=f"按抽样设计加权估计；样本量不足{SMALLEST_GROUP}的人群不单列；同一分组中只有一类不足时，"
        "另有一类一并不列，以免由全区数推算。置信区间重叠的差别不宜作结论。",
    )
    return Blocks([prose("分人群估计如下，均为抽样估计，须连同置信区间使用。"), listing])


def _row(case: Case, title: str, row: pd.Series) -> list:
    name = row["group"]
    source = (Source(file=case.survey.source, raw=case.survey.label),)
    if row["suppressed"]:
        return [title, name, *["不单列"] * 4]
    figures = [
        Fact(id=f"人群.{title}.{name}.{key}", value=None if pd.isna(row[key]) else float(row[key]) * 100, unit="%", digits=1,
             label=f"{name}·{label}", formula="加权估计（泰勒线性化）", sources=source)
        for key, label in (("estimate", "比例"), ("ci_low", "置信下限"), ("ci_high", "置信上限"))
    ]  # fmt: skip
    size = Fact(
        id=f"人群.{title}.{name}.n",
        value=int(row["n"]),
        unit="份",
        label=f"{name}·样本量",
        formula="计数",
        sources=source,
    )
    return [title, name, *figures, size]
