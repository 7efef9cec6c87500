"""Member units' returns: template, reading, checks, decisions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from kepu_eval.returns.collecting import Collected, collect
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.duplicates import Overlap, overlaps
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.ledger_file import LedgerError
from kepu_eval.returns.model import COLUMNS, NOTHING_READABLE, Returns, frame
from kepu_eval.returns.opening import open_returns
from kepu_eval.returns.reader import read_round
from kepu_eval.returns.roster import roster

if TYPE_CHECKING:
    from kepu_eval.returns.decision_book import export_decisions
    from kepu_eval.returns.decision_reading import DecisionError, read_decisions
    from kepu_eval.returns.template import write_template, write_templates

_WORKBOOKS = {
    "DecisionError": "decision_reading",
    "export_decisions": "decision_book",
    "read_decisions": "decision_reading",
    "write_template": "template",
    "write_templates": "template",
}

__all__ = [
    "COLUMNS",
    "NOTHING_READABLE",
    "Collected",
    "DecisionError",
    "Decisions",
    "Ledger",
    "LedgerError",
    "Overlap",
    "Returns",
    "collect",
    "export_decisions",
    "frame",
    "open_returns",
    "overlaps",
    "read_decisions",
    "read_round",
    "roster",
    "write_template",
    "write_templates",
]


def __getattr__(name: str) -> object:
    """What goes out as a workbook and comes back loads openpyxl, which reading and evaluating do without."""
    if name in _WORKBOOKS:
        return getattr(import_module(f"kepu_eval.returns.{_WORKBOOKS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
