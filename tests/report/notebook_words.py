"""The words of a shipped notebook for a case or study that a test has opened: no kernel, no other cell."""

import nbformat

from kepu_eval.report.words import render
from kepu_eval.resources import resource
from kepu_eval.runner.report import NOTEBOOKS

MAGIC = "%%正文"


def told(kind, case, *naming):
    """Text of the notebook's cells of words that hold one of ``naming`` (a placeholder's beginning)."""
    return "\n".join("".join(span.text for span in block.spans) for block in paragraphs(kind, case, *naming))


def paragraphs(kind, case, *naming):
    """Those cells' paragraphs; a notebook's own parameter stands empty."""
    names = {"scorecard": "", **case.words}
    return [
        block
        for cell in nbformat.read(resource(f"notebooks/{NOTEBOOKS[kind]}"), 4).cells
        if cell.source.startswith(MAGIC) and any(name in cell.source for name in naming)
        for block in render(cell.source.removeprefix(MAGIC), names, getattr(case, "proper_names", ()))
        if block.kind == "prose"
    ]
