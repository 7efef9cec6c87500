"""Supervision between and after evaluations: rectification, evidence, spot checks, special investigations."""

from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.supervision.records import RECTIFICATION_COLUMNS, read_rectification
from kepu_eval.supervision.rectification import Item, Standing, State, raise_items

__all__ = [
    "RECTIFICATION_COLUMNS",
    "Item",
    "Standing",
    "State",
    "SupervisionError",
    "raise_items",
    "read_rectification",
]
