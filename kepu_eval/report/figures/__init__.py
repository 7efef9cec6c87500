"""Charts in Chinese without system fonts, each a pure function from evaluation frames to a block."""

from kepu_eval.report.figures.indicators import indicator_gauges, yearly_bars
from kepu_eval.report.figures.levels import survey_level
from kepu_eval.report.figures.matrices import school_semester_heatmap, unit_task_matrix
from kepu_eval.report.figures.ratings import midterm_final, programme_ratings, rating_bounds
from kepu_eval.report.figures.stability import class_stability
from kepu_eval.report.figures.timeline import phase_timeline

__all__ = [
    "class_stability",
    "indicator_gauges",
    "midterm_final",
    "phase_timeline",
    "programme_ratings",
    "rating_bounds",
    "school_semester_heatmap",
    "survey_level",
    "unit_task_matrix",
    "yearly_bars",
]
