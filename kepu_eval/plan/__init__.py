"""The plan as data: models, loading, periods, tables."""

from kepu_eval.plan.load import PlanError, load_plan
from kepu_eval.plan.models import (
    Ambiguity,
    Band,
    Commitment,
    Group,
    Indicator,
    Plan,
    Programme,
    RatingRules,
    Round,
    Stage,
    Switch,
    TargetKind,
    Task,
    Unit,
)
from kepu_eval.plan.periods import BASELINE, STOCK, Period, begun, periods, time_share

__all__ = [
    "BASELINE",
    "STOCK",
    "Ambiguity",
    "Band",
    "Commitment",
    "Group",
    "Indicator",
    "Period",
    "Plan",
    "PlanError",
    "Programme",
    "RatingRules",
    "Round",
    "Stage",
    "Switch",
    "TargetKind",
    "Task",
    "Unit",
    "begun",
    "load_plan",
    "periods",
    "time_share",
]
