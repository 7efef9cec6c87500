"""Gaps between groups: differences with their own intervals, and tests that do not depend on the group compared with."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Column, prose, table
from kepu_eval.report.explorer.study import Study
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_facts import POINTS, SurveyFacts
from kepu_eval.survey import SurveyDesign, independence, protected
from kepu_eval.survey.reading import LITERATE


def gaps(study: Study) -> Blocks:
    """Each group against the first of its grouping, focus groups against everybody else, and Rao–Scott tests."""
    found = group_differences(study.design, study.domains, study.confidence)
    focus = focus_differences(study.design, study.survey.focus, study.confidence)
    every = pd.concat([found, focus], ignore_index=True)
    blocks: list[Block] = [
        prose(
            "差距由同一样本的两个人群相减，标准误考虑两者的协方差；区间含零的差距不能排除是抽样误差，不宜写进结论。"
        )
    ]
    if len(every):
        blocks.append(group_gaps_chart(every, study.notice))
        blocks.append(gap_table(study.facts, every))
    blocks.append(_tests(study))
    return Blocks(blocks)


def group_differences(design: SurveyDesign, groups: dict[str, str], confidence: float) -> pd.DataFrame:
    """Differences of shares from the first group of each grouping that may be shown.

    Columns: title, group, base, column, share, base_share (percent), estimate, ci_low, ci_high (points), p_value, n.
    """
    rows = []
    for title, column in groups.items():
        shown = protected(design.proportion(LITERATE, by=column, confidence=confidence), column).query(
            "~suppressed"
        )
        if len(shown) > 1:
            base = shown["group"].iloc[0]
            rows += _differences(design, column, base, shown, confidence, title)
    return pd.DataFrame(rows)


def focus_differences(design: SurveyDesign, focus: dict[str, str], confidence: float) -> pd.DataFrame:
    """Differences of shares between focus groups and everybody else; columns as :func:`group_differences`."""
    rows = []
    for name, column in focus.items():
        shown = protected(design.proportion(LITERATE, by=column, confidence=confidence), column).query(
            "~suppressed"
        )
        if len(shown) == 2:
            (row,) = _differences(design, column, "否", shown, confidence, "重点人群")
            rows.append({**row, "group": name, "base": "其他人"})
    return pd.DataFrame(rows)


def _differences(
    design: SurveyDesign, column: str, base: str, shown: pd.DataFrame, confidence: float, title: str
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


def gap_table(facts: SurveyFacts, differences: pd.DataFrame, id: str = "gaps") -> Block:  # noqa: A002
    """The differences as a table of Facts."""
    rows = []
    for row in differences.to_dict("records"):
        label = f"{row['group']}比{row['base']}"
        shares = {key: row[key] / 100 for key in ("estimate", "se", "ci_low", "ci_high")}
        used = facts.estimates(f"差距.{row['title']}.{row['group']}", shares, label, row["column"], unit=POINTS,
                               se="泰勒线性化，含两人群的协方差")  # fmt: skip
        p = facts.number(f"差距.{row['title']}.{row['group']}.p", row["p_value"], f"{label}·p值", "t检验，设计自由度−1",
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
        "人群差距及其置信区间",
        [Column(title="分组", align="center"), Column(title="比较", width=2.1), Column(title="差距", align="right", width=1.3), Column(title="标准误", align="right", width=1.2),
         Column(title="置信下限", align="right", width=1.2), Column(title="置信上限", align="right", width=1.2), Column(title="p值", align="right", width=0.7),
         Column(title="结论", align="center", width=1.3)],
        rows,
        note="差距为百分点之差。多个比较同时看时，个别p值偏小也可能出于偶然。",
    )  # fmt: skip


def _tests(study: Study) -> Block:
    facts, rows = study.facts, []
    for title, column in study.domains.items():
        found = independence(study.design, column, LITERATE)
        used = (column, *facts.design_columns)
        rows.append([title,
            facts.number(f"检验.{title}.F", found.statistic, f"{title}·F", "Rao–Scott二阶校正", *used, digits=2),
            facts.number(f"检验.{title}.df1", found.df1, f"{title}·分子自由度", "Rao–Scott二阶校正", *used, digits=2),
            facts.number(f"检验.{title}.df2", found.df2, f"{title}·分母自由度", "Rao–Scott二阶校正", *used, digits=1),
            facts.number(f"检验.{title}.p", found.p_value, f"{title}·p值", "Rao–Scott二阶校正", *used, digits=4),
            "有关" if found.p_value < 1 - study.confidence else "未见有关"])  # fmt: skip
    return table(
        "tests",
        "是否具备科学素质与各分组的独立性检验",
        [Column(title="分组", align="center"), *(Column(title=t, align="right") for t in ("F", "分子自由度", "分母自由度", "p值")), Column(title="结论", align="center")],
        rows,
        note="Rao–Scott检验用于复杂抽样；普通卡方检验会把差别说得过于确定。未见有关不等于没有差别，可能是样本不够。",
    )  # fmt: skip
