"""Word files in the layout of GB/T 9704–2012, on python-docx."""

from kepu_eval.report.word.body import word_file

__all__ = ["word_file"]
