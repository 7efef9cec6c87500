"""Paragraphs of a Word file."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kepu_eval.report.word import styles
from kepu_eval.safe_text import plain_text


def add_paragraph(word: WordDocument, text: str, style: str) -> Paragraph:
    """Append a paragraph of text from anywhere."""
    paragraph = word.add_paragraph(plain_text(text))
    paragraph._p.style = styles.id_of(
        style
    )  # by id: looking a style up by name costs more than the paragraph
    return paragraph


def unindented(paragraph: Paragraph) -> Paragraph:
    """The paragraph without its style's indent of the first line."""
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "0")
    return paragraph
