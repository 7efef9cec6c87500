"""Gaps between groups: differences with their own intervals, and tests that do not depend on the group compared with."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, CellValue, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_facts import POINTS, p_value
from kepu_eval.report.survey_gaps import gap_table
from kepu_eval.survey import SurveyError, independence
from kepu_eval.survey.reading import LITERATE


def gaps(study: Study) -> Blocks:
    """Each group against the first of its grouping, focus groups against everybody else, and Rao–Scott tests."""
    blocks: list[Block] = []
    if len(study.gaps):
        blocks.append(group_gaps_chart(study.gaps, study.notice))
        blocks.append(gap_table(study.facts, study.gaps))
    return Blocks([*blocks, _tests(study)])


def gap_words(study: Study) -> dict[str, Any]:
    """The widest gap of each grouping that sampling error does not explain, the widest of all first."""
    rows = study.gaps
    clear = rows[rows["ci_low"] * rows["ci_high"] > 0] if len(rows) else rows
    if clear.empty:
        return {"超出误差项": []}
    widest = clear.loc[clear.groupby("title")["estimate"].agg(lambda d: d.abs().idxmax())]
    order = widest["estimate"].abs().sort_values(ascending=False).index
    return {"超出误差项": [_told(study, clear.loc[place]) for place in order]}


def _told(study: Study, row: pd.Series) -> dict[str, Any]:
    label = f"{row['group']}比{row['base']}"
    size = study.facts.percent(f"差距.{row['title']}.{row['group']}.大小", abs(row["estimate"]) / 100, f"{label}·相差", "两人群比例之差的大小",
                               row["column"], *study.facts.design_columns, unit=POINTS)  # fmt: skip
    return {
        "人群": row["group"], "对照": row["base"], "相差": size, "高": bool(row["estimate"] > 0),
    }  # fmt: skip


def _tests(study: Study) -> Block:
    facts = study.facts
    rows: list[list[CellValue]] = []
    for title, column in study.domains.items():
        try:
            found = independence(study.design, column, LITERATE)
        except SurveyError:  # fewer than two categories with respondents
            continue
        used = (column, *facts.design_columns)
        rows.append([title,
            facts.number(f"检验.{title}.F", found.statistic, f"{title}·F", "Rao–Scott二阶校正", *used, digits=2),
            facts.number(f"检验.{title}.df1", found.df1, f"{title}·分子自由度", "Rao–Scott二阶校正", *used, digits=2),
            facts.number(f"检验.{title}.df2", found.df2, f"{title}·分母自由度", "Rao–Scott二阶校正", *used, digits=1),
            facts.number(f"检验.{title}.p", p_value(found.p_value), f"{title}·p值", "Rao–Scott二阶校正", *used, digits=3),
            "有关" if found.p_value < 1 - study.confidence else "未见有关"])  # fmt: skip
    return table(
        "tests",
        f"是否{study.outcome.name}与各分组的独立性检验",
        "分组^ | F> | 分子自由度> | 分母自由度> | p值> | 结论^",
        rows,
        note="p值越小，越不能只用抽样误差来解释。Rao–Scott检验用于复杂抽样；普通卡方检验会把差别说得过于确定。未见有关不等于没有差别，可能是样本不够。",
    )  # fmt: skip
