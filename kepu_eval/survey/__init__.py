"""The citizens' survey: estimates, scoring, items, targets, sample plans, small areas, disclosure, published rates."""

from kepu_eval.survey.answer_key import AnswerKey, read_key
from kepu_eval.survey.areas import area_estimates, read_areas
from kepu_eval.survey.calibration import Calibration
from kepu_eval.survey.chisquare import Independence, independence
from kepu_eval.survey.correlation import correlation
from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.disclosure import SMALLEST_GROUP, feasible, protected, suppressed
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.irt import ItemResponses, fit_items
from kepu_eval.survey.items import item_analysis
from kepu_eval.survey.margins import read_margins
from kepu_eval.survey.power import chance_to_confirm, half_width, power_curve, size_to_confirm
from kepu_eval.survey.published import published_by
from kepu_eval.survey.reading import Survey, calibrated, read_survey, share_with_missing_as_zero, small_groups
from kepu_eval.survey.regression import Regression, fitted, regression
from kepu_eval.survey.replicates import Replicates
from kepu_eval.survey.rounds import difference, pooled
from kepu_eval.survey.sampling import SamplePlan, draw_plan, read_frame
from kepu_eval.survey.scoring import marked, scored
from kepu_eval.survey.small_area import FayHerriot, fay_herriot
from kepu_eval.survey.tabulation import tabulate
from kepu_eval.survey.target import verdict
from kepu_eval.survey.weights import WeightDiagnostics, weight_diagnostics

__all__ = [
    "SMALLEST_GROUP",
    "AnswerKey",
    "Calibration",
    "FayHerriot",
    "Independence",
    "ItemResponses",
    "Regression",
    "Replicates",
    "SamplePlan",
    "Survey",
    "SurveyDesign",
    "SurveyError",
    "WeightDiagnostics",
    "area_estimates",
    "calibrated",
    "chance_to_confirm",
    "correlation",
    "difference",
    "draw_plan",
    "fay_herriot",
    "feasible",
    "fit_items",
    "fitted",
    "half_width",
    "independence",
    "item_analysis",
    "marked",
    "pooled",
    "power_curve",
    "protected",
    "published_by",
    "read_areas",
    "read_frame",
    "read_key",
    "read_margins",
    "read_survey",
    "regression",
    "scored",
    "share_with_missing_as_zero",
    "size_to_confirm",
    "small_groups",
    "suppressed",
    "tabulate",
    "verdict",
    "weight_diagnostics",
]
