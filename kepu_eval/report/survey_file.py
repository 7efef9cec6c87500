"""A survey's result as the evaluation takes it: in percent, with source and hash."""

from __future__ import annotations

import math
from pathlib import Path

from kepu_eval.evaluation import SurveyResult
from kepu_eval.report.hashing import file_hash
from kepu_eval.survey import Survey, read_survey
from kepu_eval.survey.reading import LITERATE


def district_survey(folder: Path, confidence: float) -> tuple[Survey, SurveyResult]:
    """Read a district's survey and estimate the share of literate citizens.

    An unweighted survey gives its plain share without interval, marked as not weighted.
    """
    survey = read_survey(folder)
    common = {
        "published": survey.published,
        "label": survey.label,
        "source": survey.file.name,
        "sha256": file_hash(survey.file),
        "simulated": survey.simulated,
    }
    if survey.design is None:
        share = float(survey.data[LITERATE].mean() * 100)
        return survey, SurveyResult(estimate=share, se=math.nan, ci_low=math.nan, ci_high=math.nan,
                                    n=int(survey.data[LITERATE].notna().sum()), deff=math.nan, weighted=False, **common)  # fmt: skip
    row = survey.design.proportion(LITERATE, confidence=confidence).iloc[0]
    return survey, SurveyResult(estimate=float(row["estimate"]) * 100, se=float(row["se"]) * 100, ci_low=float(row["ci_low"]) * 100,
                                ci_high=float(row["ci_high"]) * 100, n=int(row["n"]), deff=float(row["deff"]), **common)  # fmt: skip
