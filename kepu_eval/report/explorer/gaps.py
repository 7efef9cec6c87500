"""Gaps between groups: differences with their own intervals, and tests that do not depend on the group compared with."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_facts import p_value
from kepu_eval.report.survey_gaps import focus_differences, gap_table, group_differences
from kepu_eval.survey import SurveyError, independence
from kepu_eval.survey.reading import LITERATE


def gaps(study: Study) -> Blocks:
    """Each group against the first of its grouping, focus groups against everybody else, and Rao–Scott tests."""
    found = group_differences(study.design, study.domains, study.confidence)
    focus = focus_differences(study.design, study.survey.focus, study.confidence)
    every = pd.concat([part for part in (found, focus) if len(part)] or [found], ignore_index=True)
    blocks: list[Block] = []
    if len(every):
        blocks.append(group_gaps_chart(every, study.notice))
        blocks.append(gap_table(study.facts, every))
    blocks.append(_tests(study))
    return Blocks(blocks)


def _tests(study: Study) -> Block:
    facts, rows = study.facts, []
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
