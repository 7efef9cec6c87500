"""Word files in the layout of GB/T 9704–2012, on python-docx."""

from kepu_eval.report.word.body import word_file
from kepu_eval.report.word.letter import Letter, letter_file

__all__ = ["Letter", "letter_file", "word_file"]
