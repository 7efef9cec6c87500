"""Member units' returns: template, reading, checks, decisions."""

from kepu_eval.returns.collecting import Collected, collect
from kepu_eval.returns.decision_book import export_decisions
from kepu_eval.returns.decision_reading import DecisionError, read_decisions
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.duplicates import Overlap, overlaps
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.ledger_file import LedgerError
from kepu_eval.returns.model import COLUMNS, NOTHING_READABLE, Returns, frame
from kepu_eval.returns.opening import open_returns
from kepu_eval.returns.reader import read_round
from kepu_eval.returns.roster import roster
from kepu_eval.returns.template import write_template, write_templates

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
