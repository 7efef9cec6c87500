"""Parameters of the reports' notebooks: one typed model each, whatever entrance the values come through."""

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
    "City",
    "Dispatch",
    "Evaluation",
    "Explorer",
    "Final",
    "Midterm",
    "ParameterError",
    "Unit",
    "as_given",
    "given",
    "model_of",
    "notebook_parameters",
    "prepared",
    "read_parameters",
]
