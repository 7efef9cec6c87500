"""The end of a letter or report: the list of what is attached, who signs and when (GB/T 9704–2012, 7.3.4–7.3.5)."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from kepu_eval.report.blocks import Cover
from kepu_eval.report.word import styles
from kepu_eval.report.word.paragraphs import add_paragraph, unindented

NO_DATE = "年　　月　　日"


def attached(annexes: Sequence[str]) -> list[str]:
    """Lines of the list of annexes: 附件：1.　…, the others below the first number."""
    return [
        f"{'　　　' if number > 1 else '附件：'}{number}.　{name}" for number, name in enumerate(annexes, 1)
    ]


def sign(word: WordDocument, cover: Cover) -> None:
    """Office and date at the right, on the same page as the end of the text."""
    _keep_the_end(word)
    size = styles.profile()["body"]["size"]
    lines = [(cover.organisation, 2)] if cover.organisation else []
    lines.append((cover.date or NO_DATE, 4))
    for place, (text, characters_from_edge) in enumerate(lines):
        paragraph = unindented(add_paragraph(word, text, styles.BODY))
        layout = paragraph.paragraph_format
        layout.alignment, layout.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(size * characters_from_edge)
        layout.keep_with_next = place < len(lines) - 1
        layout.space_before = Pt(0 if place else styles.line_height())


def _keep_the_end(word: WordDocument) -> None:
    """Keep the closing line with the signature, and what stands before it, so that it never begins a page alone."""
    before, closing = word.paragraphs[-2:]
    before.paragraph_format.keep_with_next = closing.paragraph_format.keep_with_next = True
    if word.tables and word.tables[-1]._tbl.getnext() is before._p:  # the gap or the note below a table
        for cell in word.tables[-1].rows[-1].cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
