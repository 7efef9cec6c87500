"""A report without a kernel: what a notebook's text cells and section calls give for a case that is already open."""

import ast
import re
from pathlib import Path

import nbformat

from kepu_eval.report import sections
from kepu_eval.report.blocks import Cover, Inputs, Lineage, Results, merged_facts
from kepu_eval.report.document import Document
from kepu_eval.report.markdown import markdown_blocks
from kepu_eval.report.words import render

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
_WORDS = "%%正文\n"


def report_of(notebook, case):
    """The document that the notebook makes of the case."""
    blocks = []
    for cell in nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", 4).cells:
        if {"skip-export", "meeting"} & set(cell.metadata.get("tags", [])):
            continue
        if cell.cell_type == "markdown":
            blocks += markdown_blocks(cell.source)
        elif cell.source.startswith(_WORDS):
            blocks += render(cell.source.removeprefix(_WORDS), case.words, case.proper_names)
        else:
            last = ast.parse(re.sub(r"(?m)^%.*$", "", cell.source)).body[-1]
            if isinstance(last, ast.Expr):
                blocks += getattr(sections, last.value.func.attr)(case)
    cover = next(block for block in blocks if isinstance(block, Cover))
    rest = [block for block in blocks if not isinstance(block, Cover | Inputs | Lineage | Results)]
    return Document(cover, tuple(rest), None, merged_facts(rest))


def text_of(document):
    """Headings, prose and cells of the pages, one line each; what stands in the workbook alone is left out."""
    lines = []
    for block in document.blocks:
        if block.kind in ("heading", "volume"):
            lines.append(getattr(block, "text", "") or block.title)
        elif block.kind == "prose":
            lines.append("".join(span.text for span in block.spans))
        elif block.kind == "table" and not block.annex:
            lines += [block.title, *(" | ".join(cell.text for cell in row) for row in block.rows), block.note]
    return "\n".join(lines)


def table_of(document, name):
    """A table's rows as dicts by column."""
    block = next(b for b in document.blocks if getattr(b, "id", "") == name)
    heads = [column.title for column in block.columns]
    return [dict(zip(heads, (cell.text for cell in row), strict=True)) for row in block.rows]
