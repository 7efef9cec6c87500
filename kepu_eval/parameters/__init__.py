"""Parameters of the reports' notebooks: one typed model each, whatever entrance the values come through."""

from kepu_eval.parameters.basis import Basis, basis, check, existing, read_plan, study_dates
from kepu_eval.parameters.models import (
    City,
    Dispatch,
    Evaluation,
    Explorer,
    Final,
    Midterm,
    ParameterError,
    Unit,
    as_given,
    read_parameters,
)
from kepu_eval.parameters.notebooks import given, model_of, notebook_parameters, prepared

__all__ = [
    "Basis",
    "City",
    "Dispatch",
    "Evaluation",
    "Explorer",
    "Final",
    "Midterm",
    "ParameterError",
    "Unit",
    "as_given",
    "basis",
    "check",
    "existing",
    "given",
    "model_of",
    "notebook_parameters",
    "prepared",
    "read_parameters",
    "read_plan",
    "study_dates",
]
