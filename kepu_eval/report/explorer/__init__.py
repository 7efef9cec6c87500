"""Sections of the survey explorer: each function takes a :class:`~kepu_eval.report.explorer.study.Study`, returns tables and figures."""

from kepu_eval.report.explorer.ability import item_response
from kepu_eval.report.explorer.choosing import attempt, choose_group, choose_table, two_way
from kepu_eval.report.explorer.gaps import gaps
from kepu_eval.report.explorer.items import items
from kepu_eval.report.explorer.level import level
from kepu_eval.report.explorer.planning import borrowed, planning
from kepu_eval.report.explorer.profile import cover, missingness, profile
from kepu_eval.report.explorer.small_areas import small_areas
from kepu_eval.report.explorer.study import Study, open_study
from kepu_eval.report.explorer.trend import trend
from kepu_eval.report.explorer.weights import weights

__all__ = [
    "Study",
    "attempt",
    "borrowed",
    "choose_group",
    "choose_table",
    "cover",
    "gaps",
    "item_response",
    "items",
    "level",
    "missingness",
    "open_study",
    "planning",
    "profile",
    "small_areas",
    "trend",
    "two_way",
    "weights",
]
