"""Differences between groups in the district's survey: estimates with intervals, small groups kept back."""

from __future__ import annotations

import pandas as pd

from kepu_eval.report.blocks import Block, Blocks, Cell, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import group_gaps_chart
from kepu_eval.report.survey_gaps import focus_differences, gap_table, group_differences
from kepu_eval.survey import Replicates, Survey, SurveyDesign
from kepu_eval.survey.disclosure import SMALLEST_GROUP, protected
from kepu_eval.survey.reading import LITERATE

_HIDDEN = Cell(text="不单列")


def group_gaps(case: Case) -> Blocks:
    """All groupings and focus groups that the survey describes, and their differences; nothing where none may be used.

    Groups of fewer than 30 respondents are not shown, nor are those that would reveal them: the share of everyone is
    published, so one hidden group is no secret. A survey published after the as-of date is not used.
    """
    survey, design, confidence = case.respondents, case.survey_design, case.plan.rating.confidence
    if survey is None or design is None or case.survey is None or not case.words["人群"]["可比"]:
        return Blocks([])

    def estimated(column: str) -> pd.DataFrame:
        return protected(design.proportion(LITERATE, by=column, confidence=confidence), column)

    rows = [
        _row(case, title, row["group"], row, column)
        for title, column in survey.groups.items()
        for _, row in estimated(column).iterrows()
    ]
    rows += [
        _row(case, "重点人群", name, estimated(column).iloc[0], column)
        for name, column in survey.focus.items()
    ]
    listing = table(
        "groups",
        f"分人群{survey.outcome.title}",
        "分组^ | 人群^1.4 | 比例> | 置信下限> | 置信上限> | 样本量>",
        rows,
        note=f"按抽样设计加权估计（{case.survey.weighting}）；样本量不足{SMALLEST_GROUP}的人群不单列；同一分组中只有一类不足时，"
        "另有一类一并不列，以免由总体数推算。两个区间是否重叠不能代替对差距的检验，差距见下表。",
    )
    return Blocks([listing, *_differences(case, survey, design)])


def _differences(case: Case, survey: Survey, design: SurveyDesign | Replicates) -> list[Block]:
    confidence = case.plan.rating.confidence
    found = [
        group_differences(design, survey.groups, confidence),
        focus_differences(design, survey.focus, confidence),
    ]
    every = [part for part in found if len(part)]
    if not every:
        return []
    differences = pd.concat(every, ignore_index=True)
    return [group_gaps_chart(differences, case.notice), gap_table(case.survey_facts, differences)]


def _row(case: Case, title: str, name: str, row: pd.Series, column: str) -> list:
    if row["suppressed"]:
        return [title, name, *[_HIDDEN] * 4]
    figures = case.survey_facts.estimates(f"人群.{title}.{name}", row, name, column)
    return [title, name, *(figures[key] for key in ("estimate", "ci_low", "ci_high", "n"))]
