"""Slides of a report for a meeting, on python-pptx, with charts that can be edited."""

from kepu_eval.report.slides.drawing import slides_file

__all__ = ["slides_file"]
