"""Sections of the evaluation reports: each function takes a :class:`~kepu_eval.report.case.Case`, returns blocks.

Notebooks put them in order, with their own words in between; both reports share most of them.
"""

from kepu_eval.report.sections.annexes import annexes
from kepu_eval.report.sections.continuation import midterm_and_final, what_became_of
from kepu_eval.report.sections.cover import cover
from kepu_eval.report.sections.groups import group_gaps
from kepu_eval.report.sections.indicators import indicator_details, indicator_overview
from kepu_eval.report.sections.judgement import judgement
from kepu_eval.report.sections.level import literacy_level
from kepu_eval.report.sections.mechanisms import mechanisms
from kepu_eval.report.sections.outlook import next_plan, outlook
from kepu_eval.report.sections.overview import overview
from kepu_eval.report.sections.practices import practices
from kepu_eval.report.sections.problems import problems, rectification
from kepu_eval.report.sections.programmes import programmes
from kepu_eval.report.sections.robustness import robustness

__all__ = [
    "annexes",
    "cover",
    "group_gaps",
    "indicator_details",
    "indicator_overview",
    "judgement",
    "literacy_level",
    "mechanisms",
    "midterm_and_final",
    "next_plan",
    "outlook",
    "overview",
    "practices",
    "problems",
    "programmes",
    "rectification",
    "robustness",
    "what_became_of",
]
