"""An office's own letterhead: a .docx of its own in which the report takes the place of ``{{正文}}``.

What stands before that paragraph (版头, red title, rule) and after it (版记) stays as it is, and so do the first section's
page, headers and footers. ``{{标题}}``, ``{{署名}}`` and ``{{日期}}`` are filled where the letterhead has them; without
``{{正文}}`` the report follows at the end.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Cover
from kepu_eval.report.word.signature import NO_DATE
from kepu_eval.safe_text import plain_text

TITLE, BODY, SIGNED, DATE = "{{标题}}", "{{正文}}", "{{署名}}", "{{日期}}"


class LetterheadError(KepuError):
    """A file that cannot serve as a letterhead; the message is Chinese."""


@dataclass
class Letterhead:
    """An opened letterhead: the document to write into, what is to follow the report, and what it says by itself."""

    word: WordDocument
    tail: list = field(default_factory=list)
    says: set[str] = field(default_factory=set)

    def close(self) -> None:
        """Put what follows the report (版记) behind it."""
        end = self.word.element.body.sectPr
        for element in self.tail:
            end.addprevious(element)


def open_letterhead(content: bytes, cover: Cover) -> Letterhead:
    """Open a letterhead for a report; raises :class:`LetterheadError` when it cannot be used."""
    try:
        word = docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise LetterheadError(
            "红头文件打不开：须是 .docx（不是 .doc、.wps、.docm、.dotx），也不能加密"
        ) from error
    opened = Letterhead(word)
    wanted = {TITLE: cover.title, SIGNED: cover.organisation, DATE: cover.date or NO_DATE}
    place = None
    for element in list(word.element.body.iter(qn("w:p"))):
        text = "".join(piece.text or "" for piece in element.iter(qn("w:t")))
        if text.strip() == BODY and element.getparent() is word.element.body:
            place = element
        for name, value in wanted.items():
            if name in text:
                text = text.replace(name, plain_text(value))
                _say(Paragraph(element, word._body), text)
                opened.says.add(name)
    if place is not None:
        opened.tail = [e for e in place.itersiblings() if e.tag != qn("w:sectPr")]
        if any(True for e in opened.tail for _ in e.iter(qn("w:sectPr"))):
            raise LetterheadError("红头文件在“{{正文}}”之后又分了节", hint="请把正文之后的部分放在同一节里")
        for element in [place, *opened.tail]:
            word.element.body.remove(element)
    _notice(word, cover.notice)
    return opened


def _say(paragraph: Paragraph, text: str) -> None:
    """A paragraph's new text with the look of its first run, however many runs its placeholder was split into."""
    pieces = list(paragraph._p.iter(qn("w:t")))
    pieces[0].text = text
    pieces[0].set(qn("xml:space"), "preserve")
    for piece in pieces[1:]:
        piece.text = ""


def _notice(word: WordDocument, notice: str) -> None:
    """The notice (示例数据) at the top of every page, below what the letterhead has there."""
    if not notice:
        return
    section = word.sections[0]
    headers = [section.header]
    headers += [section.first_page_header] if section.different_first_page_header_footer else []
    headers += [section.even_page_header] if word.settings.odd_and_even_pages_header_footer else []
    for header in headers:
        empty = header.paragraphs[0] if not header.is_linked_to_previous and header.paragraphs else None
        paragraph = (
            empty if empty is not None and not empty.text and not len(empty._p) else header.add_paragraph()
        )
        run = paragraph.add_run(plain_text(notice))
        run.bold = True
