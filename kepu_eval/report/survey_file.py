"""A survey's result as the evaluation takes it: in percent, with source and hash."""

from __future__ import annotations

import math
from pathlib import Path

from kepu_eval.evaluation import SurveyResult
from kepu_eval.report.hashing import file_hash
from kepu_eval.survey import Replicates, Survey, SurveyDesign, SurveyError, calibrated, read_survey
from kepu_eval.survey.reading import LITERATE, raked_variable


def district_survey(folder: Path, confidence: float) -> tuple[Survey, SurveyResult]:
    """Read a district's survey and estimate the share of literate citizens, with weights raked where margins are given.

    An unweighted survey gives its plain share without interval, marked as not weighted. Raises :class:`SurveyError` for
    a survey of another outcome: the plan's indicator must not be judged by it.
    """
    survey = read_survey(folder)
    if not survey.outcome.literacy:
        raise SurveyError(
            f"“{survey.label}”的结果是“{survey.outcome.title}”，不是公民具备科学素质的比例，不能用来评估《方案》的这项指标；请换成科学素质调查，或留空"
        )
    design = calibrated(survey)
    common = {
        "published": survey.published,
        "label": survey.label,
        "source": survey.name_of(survey.file),
        "sha256": file_hash(survey.file),
        "simulated": survey.simulated,
    }
    if design is None:
        share = float(survey.data[LITERATE].mean() * 100)
        return survey, SurveyResult(estimate=share, se=math.nan, ci_low=math.nan, ci_high=math.nan,
                                    n=int(survey.data[LITERATE].notna().sum()), deff=math.nan, weighted=False, **common)  # fmt: skip
    row = design.proportion(LITERATE, confidence=confidence).iloc[0]
    percent = {name: float(row[name]) * 100 for name in ("estimate", "se", "ci_low", "ci_high")}
    return survey, SurveyResult(**percent, n=int(row["n"]), deff=float(row["deff"]), df=int(row["df"]),
                                weighting=weighting(survey, design), **common)  # fmt: skip


def weighting(survey: Survey, design: SurveyDesign | Replicates) -> str:
    """What the weights of a survey's estimates are, in words."""
    if not design.calibrations:
        return "设计权数"
    fit = design.calibrations[-1].fit
    raked = {raked_variable(name) for name in fit["variable"]}
    titles = [title for title, column in survey.groups.items() if column in raked]
    return f"按{'、'.join(titles)}边际校准的权数"
