"""Member units' returns: template, reading, checks, decisions."""

from kepu_eval.returns.decisions import (
    DecisionError,
    Decisions,
    apply_decisions,
    export_decisions,
    read_decisions,
)
from kepu_eval.returns.duplicates import duplicated_participants
from kepu_eval.returns.model import COLUMNS, Returns, frame
from kepu_eval.returns.reader import read_round
from kepu_eval.returns.template import write_template, write_templates

__all__ = [
    "COLUMNS",
    "DecisionError",
    "Decisions",
    "Returns",
    "apply_decisions",
    "duplicated_participants",
    "export_decisions",
    "frame",
    "read_decisions",
    "read_round",
    "write_template",
    "write_templates",
]
