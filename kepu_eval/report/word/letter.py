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
    add_paragraph(word, letter.cover.title, styles.TITLE)
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
    """Office and date at the right, on the same page as the last line of text."""
    size = styles.profile()["body"]["size"]
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    for text, characters_from_edge in ((cover.organisation, 2), (cover.date or _NO_DATE, 4)):
        paragraph = _unindented(add_paragraph(word, text, styles.BODY))
        layout = paragraph.paragraph_format
        layout.alignment, layout.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(size * characters_from_edge)
        layout.keep_with_next = text == cover.organisation
        layout.space_before = Pt(styles.line_height() if text == cover.organisation else 0)


def _unindented(paragraph: Paragraph) -> Paragraph:
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "0")
    return paragraph
