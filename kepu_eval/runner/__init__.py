"""Running notebooks into reports."""

from kepu_eval.runner.jobs import ReportError
from kepu_eval.runner.report import FORMATS, NOTEBOOKS, export, run_report

__all__ = ["FORMATS", "NOTEBOOKS", "ReportError", "export", "run_report"]
