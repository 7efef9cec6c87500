"""Small pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def element(name: str, /, **attributes: object) -> OxmlElement:
    """An element ``w:name`` with attributes ``w:key``."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def field(paragraph: Paragraph, instruction: str, result: str = "", *, dirty: bool = False) -> Run:
    """Append a field such as ``PAGE``; ``dirty`` asks Word to compute it when the file is opened."""
    begin = element("fldChar", fldCharType="begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    for piece in (begin, code, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(piece)
    shown = paragraph.add_run(result)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))
    return shown


def bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    """Put a bookmark around a paragraph's content."""
    start = element("bookmarkStart", id=number, name=name)
    place = 1 if paragraph._p.pPr is not None else 0
    paragraph._p.insert(place, start)
    paragraph._p.append(element("bookmarkEnd", id=number))
