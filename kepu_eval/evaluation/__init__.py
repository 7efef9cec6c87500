"""Evaluation: kinds of target, ratings, roll-up to tasks, programmes and units, robustness."""

from kepu_eval.evaluation.evaluate import evaluate
from kepu_eval.evaluation.kinds import verdict
from kepu_eval.evaluation.model import FALLING_SHORT, Evaluation, Rating, SurveyResult, band, display
from kepu_eval.evaluation.robustness import robustness

__all__ = [
    "FALLING_SHORT",
    "Evaluation",
    "Rating",
    "SurveyResult",
    "band",
    "display",
    "evaluate",
    "robustness",
    "verdict",
]
