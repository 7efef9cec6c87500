"""Sections of the evaluation reports: each function takes a :class:`~kepu_eval.report.case.Case`, returns blocks.

Notebooks put them in order, with their own words in between; both reports share most of them.
"""

from kepu_eval.report.narrative import candidates_table as candidates
from kepu_eval.report.sections.across_plans import across_plans
from kepu_eval.report.sections.alignment import alignment
from kepu_eval.report.sections.annexes import annexes, units_returns
from kepu_eval.report.sections.changes import what_changed
from kepu_eval.report.sections.city import (
    city_cover,
    city_districts,
    city_indicators,
    city_returns,
    city_tasks,
    city_unmatched,
)
from kepu_eval.report.sections.continuation import midterm_and_final, what_became_of
from kepu_eval.report.sections.cover import cover
from kepu_eval.report.sections.dispatch_follow_up import (
    dispatch_decisions,
    dispatch_escalation,
    dispatch_history,
    dispatch_reminders,
    dispatch_reporting,
)
from kepu_eval.report.sections.dispatch_position import (
    dispatch_annex,
    dispatch_cover,
    dispatch_indicators,
    dispatch_tasks,
)
from kepu_eval.report.sections.dispatch_rectification import dispatch_rectification
from kepu_eval.report.sections.forecast import forecast
from kepu_eval.report.sections.groups import group_gaps
from kepu_eval.report.sections.indicators import indicator_details, indicator_overview
from kepu_eval.report.sections.inquiry import inquiries
from kepu_eval.report.sections.judgement import judgement
from kepu_eval.report.sections.level import literacy_level
from kepu_eval.report.sections.limits import limits
from kepu_eval.report.sections.mechanisms import mechanisms
from kepu_eval.report.sections.next_period import next_period
from kepu_eval.report.sections.outlook import outlook
from kepu_eval.report.sections.overview import open_data, timeline
from kepu_eval.report.sections.problems import problems
from kepu_eval.report.sections.programmes import programmes
from kepu_eval.report.sections.robustness import other_readings, robustness
from kepu_eval.report.sections.scorecard import scorecard
from kepu_eval.report.sections.summary import attainment, by_whom, measures, shortfalls
from kepu_eval.report.sections.supervision import evidence, exceptions, rectification_ledger, spot_checks
from kepu_eval.report.sections.unit_annex import unit_annex
from kepu_eval.report.sections.unit_data import unit_figures, unit_questions
from kepu_eval.report.sections.unit_work import (
    unit_cover,
    unit_measures,
    unit_progress,
)
from kepu_eval.report.sections.whole_plan import goals, phase_duties

__all__ = [
    "across_plans",
    "alignment",
    "annexes",
    "attainment",
    "by_whom",
    "candidates",
    "city_cover",
    "city_districts",
    "city_indicators",
    "city_returns",
    "city_tasks",
    "city_unmatched",
    "cover",
    "dispatch_annex",
    "dispatch_cover",
    "dispatch_decisions",
    "dispatch_escalation",
    "dispatch_history",
    "dispatch_indicators",
    "dispatch_rectification",
    "dispatch_reminders",
    "dispatch_reporting",
    "dispatch_tasks",
    "evidence",
    "exceptions",
    "forecast",
    "goals",
    "group_gaps",
    "indicator_details",
    "indicator_overview",
    "inquiries",
    "judgement",
    "limits",
    "literacy_level",
    "measures",
    "mechanisms",
    "midterm_and_final",
    "next_period",
    "open_data",
    "other_readings",
    "outlook",
    "phase_duties",
    "problems",
    "programmes",
    "rectification_ledger",
    "robustness",
    "scorecard",
    "shortfalls",
    "spot_checks",
    "timeline",
    "unit_annex",
    "unit_cover",
    "unit_figures",
    "unit_measures",
    "unit_progress",
    "unit_questions",
    "units_returns",
    "what_became_of",
    "what_changed",
]
