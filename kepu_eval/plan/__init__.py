"""The plan as data: models, loading, periods, tables."""

from kepu_eval.plan.history import Change, eras, successors, with_units
from kepu_eval.plan.load import PlanError, load_plan
from kepu_eval.plan.models import (
    Ambiguity,
    Commitment,
    Group,
    Plan,
    Programme,
    Round,
    Stage,
    Task,
    Unit,
)
from kepu_eval.plan.periods import (
    BASELINE,
    STOCK,
    Period,
    begun,
    periods,
    quarter_of,
    quarter_share,
    time_share,
)
from kepu_eval.plan.rules import KINDERGARTEN, READINGS, Band, Escalation, RatingRules, Switch
from kepu_eval.plan.targets import (
    Baseline,
    Definition,
    Indicator,
    Measure,
    Milestone,
    SurveyEstimate,
    TargetKind,
)

__all__ = [
    "BASELINE",
    "KINDERGARTEN",
    "READINGS",
    "STOCK",
    "Ambiguity",
    "Band",
    "Baseline",
    "Change",
    "Commitment",
    "Definition",
    "Escalation",
    "Group",
    "Indicator",
    "Measure",
    "Milestone",
    "Period",
    "Plan",
    "PlanError",
    "Programme",
    "RatingRules",
    "Round",
    "Stage",
    "SurveyEstimate",
    "Switch",
    "TargetKind",
    "Task",
    "Unit",
    "begun",
    "eras",
    "load_plan",
    "periods",
    "quarter_of",
    "quarter_share",
    "successors",
    "time_share",
    "with_units",
]
