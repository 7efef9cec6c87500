"""Differences between groups of a survey, with their own errors: what the explorer and the evaluation both show."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kepu_eval.report.blocks import Block, Column, table
from kepu_eval.report.survey_facts import SurveyFacts, p_value
from kepu_eval.survey import protected
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.reading import LITERATE


def group_differences(design: Estimator, groups: Mapping[str, str], confidence: float) -> pd.DataFrame:
    """Differences of shares from the first group of each grouping that may be shown.

    Columns: title, group, base, column, share, base_share (percent), estimate, ci_low, ci_high (points), p_value, n.
    """
    rows = []
    for title, column in groups.items():
        shown = _comparable(design, column, confidence)
        if len(shown) > 1:
            base = shown["group"].iloc[0]
            rows += _differences(design, column, base, shown, confidence, title)
    return pd.DataFrame(rows)


def focus_differences(design: Estimator, focus: Mapping[str, str], confidence: float) -> pd.DataFrame:
    """Differences of shares between focus groups and everybody else; columns as :func:`group_differences`."""
    rows = []
    for name, column in focus.items():
        shown = _comparable(design, column, confidence)
        if len(shown) == 2:
            (row,) = _differences(design, column, "否", shown, confidence, "重点人群")
            rows.append({**row, "group": name, "base": "其他人"})
    return pd.DataFrame(rows)


def _comparable(design: Estimator, column: str, confidence: float) -> pd.DataFrame:
    """Groups that may be shown and whose share has an error: one of exactly 0 or 1 says nothing of its own."""
    return protected(design.proportion(LITERATE, by=column, confidence=confidence), column).dropna(
        subset="ci_low"
    )


def _differences(
    design: Estimator, column: str, base: str, shown: pd.DataFrame, confidence: float, title: str
) -> list[dict]:
    shares = shown.set_index("group")["estimate"] * 100
    found = design.contrast(LITERATE, column, against=base, confidence=confidence)
    found["name"] = found["group"].str.removesuffix(f" - {base}")
    return [
        {"title": title, "group": row["name"], "base": base, "column": column, "share": shares[row["name"]],
         "base_share": shares[base], "p_value": row["p_value"], "n": row["n"],
         **{key: row[key] * 100 for key in ("estimate", "se", "ci_low", "ci_high")}}
        for row in found.to_dict("records") if row["name"] in shares.index
    ]  # fmt: skip


_GAP_COLUMNS = (("差距", 0.8), ("标准误", 0.9), ("置信下限", 1.1), ("置信上限", 1.1), ("p值", 1.0))


def gap_table(facts: SurveyFacts, differences: pd.DataFrame, id: str = "gaps") -> Block:  # noqa: A002
    """The differences as a table of Facts."""
    rows = []
    for row in differences.to_dict("records"):
        label = f"{row['group']}比{row['base']}"
        shares = {key: row[key] / 100 for key in ("estimate", "se", "ci_low", "ci_high")}
        used = facts.estimates(f"差距.{row['title']}.{row['group']}", shares, label, row["column"], unit="",
                               se=f"{facts.error}，含两人群的协方差")  # fmt: skip
        p = facts.number(f"差距.{row['title']}.{row['group']}.p", p_value(row["p_value"]), f"{label}·p值", "t检验，设计自由度−1",
                         row["column"], *facts.design_columns, digits=3)  # fmt: skip
        told = (
            "不能排除抽样误差"
            if not row["ci_low"] * row["ci_high"] > 0
            else "高于"
            if row["estimate"] > 0
            else "低于"
        )
        rows.append(
            [row["title"], label, used["estimate"], used["se"], used["ci_low"], used["ci_high"], p, told]
        )
    return table(
        id,
        "人群差距及其置信区间（百分点）",
        [Column(title="分组", align="center", width=1.2), Column(title="比较", width=2.1),
         *(Column(title=name, align="right", width=width) for name, width in _GAP_COLUMNS),
         Column(title="结论", align="center", width=1.4)],
        rows,
        note="差距为百分点之差。多个比较同时看时，个别p值偏小也可能出于偶然。",
    )  # fmt: skip
