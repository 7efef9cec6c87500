"""A survey's result as the evaluation takes it: in percent, with source and hash."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from kepu_eval.evaluation import SurveyResult
from kepu_eval.report.hashing import file_hash
from kepu_eval.survey import Replicates, Survey, SurveyDesign, calibrated, read_survey
from kepu_eval.survey.reading import LITERATE, raked_variable


def district_survey(
    folder: Path, confidence: float, groups: Iterable[str] = ()
) -> tuple[Survey, SurveyResult]:
    """Read a district's survey and estimate the share of literate citizens, with weights raked where margins are given.

    ``groups``: titles of the breakdowns whose categories are estimated too; those the survey lacks are passed over.

    An unweighted survey gives its plain share without interval, marked as not weighted.
    """
    survey = read_survey(folder)
    design = calibrated(survey)
    common: dict[str, Any] = {
        "published": survey.published,
        "label": survey.label,
        "source": survey.name_of(survey.file),
        "sha256": file_hash(survey.file),
        "simulated": survey.simulated,
        "outcome": survey.outcome.title,
    }
    if design is None:
        share = float(survey.data[LITERATE].mean() * 100)
        return survey, SurveyResult(estimate=share, se=math.nan, ci_low=math.nan, ci_high=math.nan,
                                    n=int(survey.data[LITERATE].notna().sum()), deff=math.nan, weighted=False, **common)  # fmt: skip
    common["weighting"] = weighting(survey, design)
    parts = {
        (title, str(row[column])): _percent(row, common)
        for title, column in survey.groups.items()
        if title in groups
        for _, row in design.proportion(LITERATE, by=column, confidence=confidence).iterrows()
    }
    whole = design.proportion(LITERATE, confidence=confidence).iloc[0]
    return survey, _percent(whole, common | {"groups": parts})


def _percent(row: pd.Series, common: dict) -> SurveyResult:
    shares: dict[str, Any] = {
        name: float(row[name]) * 100 for name in ("estimate", "se", "ci_low", "ci_high")
    }
    return SurveyResult(**shares, n=int(row["n"]), deff=float(row["deff"]), df=int(row["df"]), **common)


def weighting(survey: Survey, design: SurveyDesign | Replicates) -> str:
    """What the weights of a survey's estimates are, in words."""
    if not design.calibrations:
        return "设计权数"
    fit = design.calibrations[-1].fit
    raked = {raked_variable(name) for name in fit["variable"]}
    titles = [title for title, column in survey.groups.items() if column in raked]
    return f"按{'、'.join(titles)}边际校准的权数"
