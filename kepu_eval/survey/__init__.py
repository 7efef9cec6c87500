"""The citizens' survey: design-based estimates, reading a survey, published rates of higher levels."""

from kepu_eval.survey.calibration import Calibration
from kepu_eval.survey.chisquare import Independence, independence
from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.margins import read_margins
from kepu_eval.survey.published import published_by
from kepu_eval.survey.reading import Survey, read_survey, share_with_missing_as_zero, small_groups
from kepu_eval.survey.regression import regression
from kepu_eval.survey.replicates import Replicates
from kepu_eval.survey.rounds import difference, pooled
from kepu_eval.survey.weights import WeightDiagnostics, weight_diagnostics

__all__ = [
    "Calibration",
    "Independence",
    "Replicates",
    "Survey",
    "SurveyDesign",
    "SurveyError",
    "WeightDiagnostics",
    "difference",
    "independence",
    "pooled",
    "published_by",
    "read_margins",
    "read_survey",
    "regression",
    "share_with_missing_as_zero",
    "small_groups",
    "weight_diagnostics",
]
