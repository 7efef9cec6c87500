"""Comments that came back from Word, written into the next Word file."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from rapidfuzz.fuzz import ratio

from kepu_eval.report.document import Remark
from kepu_eval.safe_text import plain_text


def add_remarks(
    word: WordDocument, remarks: Sequence[Remark], places: Sequence[tuple[str, Paragraph | None]]
) -> None:
    """Write each comment at the paragraph of its cell whose words are most like those that it stood at.

    ``places``: cell and paragraph. A comment on a cell that printed nothing here is left to another document.
    """
    for remark in remarks:
        there = [paragraph for cell, paragraph in places if cell == remark.cell and paragraph is not None]
        if not there:
            continue
        paragraph = max(there, key=lambda found: ratio(found.text, remark.words))
        runs = paragraph.runs or [paragraph.add_run()]
        author = plain_text(remark.author)
        comment = word.add_comment([runs[0], runs[-1]], plain_text(remark.text), author, author[:1])
        if remark.date:
            comment._comment_elm.set(qn("w:date"), f"{remark.date}Z")
        else:
            comment._comment_elm.attrib.pop(qn("w:date"), None)
