"""Letters (函): title, salutation, text and tables, signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kepu_eval.report.blocks import Cover, Prose, Table
from kepu_eval.report.word import styles
from kepu_eval.report.word.body import add_paragraph, add_prose, add_table, new_word, saved

_NO_DATE = "年　　月　　日"


@dataclass(frozen=True)
class Letter:
    """A letter to one or several units.

    ``cover`` gives title, office, date (an empty one leaves room to write it by hand) and notice; ``to`` stands
    before the colon of the salutation; a table is captioned by its title.
    """

    cover: Cover
    to: str
    body: Sequence[Prose | Table]


def letter_file(letter: Letter) -> bytes:
    """The letter as the content of a .docx file."""
    word = new_word(letter.cover)
    title = add_paragraph(word, letter.cover.title, styles.TITLE)
    title.paragraph_format.space_before = Pt(
        styles.line_height()
    )  # half of a report's: a letter is to fit one page
    if letter.cover.notice:
        add_paragraph(word, f"（{letter.cover.notice}）", styles.SUBTITLE)
    salutation = _unindented(add_paragraph(word, f"{letter.to}：", styles.BODY))
    salutation.paragraph_format.space_before = Pt(styles.line_height())
    for block in letter.body:
        if isinstance(block, Table):
            add_table(word, block, block.title)
        else:
            add_prose(word, block)
    _signature(word, letter.cover)
    return saved(word)


def _signature(word: WordDocument, cover: Cover) -> None:
    """Office and date at the right, on the same page as the end of the text."""
    _keep_the_end(word)
    size = styles.profile()["body"]["size"]
    lines = [(cover.organisation, 2)] if cover.organisation else []
    lines.append((cover.date or _NO_DATE, 4))
    for place, (text, characters_from_edge) in enumerate(lines):
        paragraph = _unindented(add_paragraph(word, text, styles.BODY))
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


def _unindented(paragraph: Paragraph) -> Paragraph:
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "0")
    return paragraph
