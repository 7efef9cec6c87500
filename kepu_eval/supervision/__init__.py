"""Supervision between and after evaluations: rectification, evidence, spot checks, inquiries."""

from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.supervision.evidence import evidence_catalogue
from kepu_eval.supervision.inquiry import Answers, inquiries_in
from kepu_eval.supervision.records import (
    RECTIFICATION_COLUMNS,
    no_rectification,
    read_rectification,
    simulated,
)
from kepu_eval.supervision.rectification import Item, Standing, State, raise_items
from kepu_eval.supervision.spot_check_book import no_spot_checks, read_spot_checks

__all__ = [
    "RECTIFICATION_COLUMNS",
    "Answers",
    "Item",
    "Standing",
    "State",
    "SupervisionError",
    "evidence_catalogue",
    "inquiries_in",
    "no_rectification",
    "no_spot_checks",
    "raise_items",
    "read_rectification",
    "read_spot_checks",
    "simulated",
]
