"""Charts in Chinese without system fonts, each a pure function from evaluation frames to a block."""

from kepu_eval.report.figures.changes import share_changes
from kepu_eval.report.figures.forecasts import forecast_paths
from kepu_eval.report.figures.indicators import indicator_gauges, yearly_bars
from kepu_eval.report.figures.levels import survey_level
from kepu_eval.report.figures.matrices import school_semester_heatmap, unit_task_matrix
from kepu_eval.report.figures.paths import position_paths
from kepu_eval.report.figures.ratings import midterm_final, programme_ratings, rating_bounds
from kepu_eval.report.figures.stability import class_stability
from kepu_eval.report.figures.survey_areas import area_shares
from kepu_eval.report.figures.survey_groups import group_gaps_chart, group_shares
from kepu_eval.report.figures.survey_items import information_curve, item_answers, item_map
from kepu_eval.report.figures.survey_sample import size_curve, survey_trend, weight_spread
from kepu_eval.report.figures.timeline import phase_timeline

__all__ = [
    "area_shares",
    "class_stability",
    "forecast_paths",
    "group_gaps_chart",
    "group_shares",
    "indicator_gauges",
    "information_curve",
    "item_answers",
    "item_map",
    "midterm_final",
    "phase_timeline",
    "position_paths",
    "programme_ratings",
    "rating_bounds",
    "school_semester_heatmap",
    "share_changes",
    "size_curve",
    "survey_level",
    "survey_trend",
    "unit_task_matrix",
    "weight_spread",
    "yearly_bars",
]
