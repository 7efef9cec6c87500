"""Evaluation: kinds of target, ratings, roll-up to tasks, programmes and units, robustness."""

from kepu_eval.evaluation.evaluate import evaluate
from kepu_eval.evaluation.kinds import verdict
from kepu_eval.evaluation.model import Evaluation, Rating, SurveyResult, band, display
from kepu_eval.evaluation.robustness import robustness

__all__ = ["Evaluation", "Rating", "SurveyResult", "band", "display", "evaluate", "robustness", "verdict"]
