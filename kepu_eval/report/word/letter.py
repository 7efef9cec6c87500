"""Letters (函): title, salutation, text and tables, signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.shared import Pt

from kepu_eval.report.blocks import Cover, Prose, Table
from kepu_eval.report.word import styles
from kepu_eval.report.word.body import add_prose, add_table, new_word, saved
from kepu_eval.report.word.paragraphs import add_paragraph, unindented
from kepu_eval.report.word.signature import sign


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
    salutation = unindented(add_paragraph(word, f"{letter.to}：", styles.BODY))
    salutation.paragraph_format.space_before = Pt(styles.line_height())
    for block in letter.body:
        if isinstance(block, Table):
            add_table(word, block, block.title)
        else:
            add_prose(word, block)
    sign(word, letter.cover)
    return saved(word)
