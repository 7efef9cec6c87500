"""Small pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

HOME = "_kepu_"


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


def home_mark(anchor: str) -> str:
    """Name of the hidden bookmark around a paragraph, by which its edits find the way back to its text cell.

    Word, WPS and LibreOffice keep a bookmark through every edit but the paragraph's deletion; content controls, paragraph
    ids and revision ids are lost in one or the other.
    """
    return HOME + anchor


def linked_run(paragraph: Paragraph, address: str) -> Run:
    """Append a run that leads to an address."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = OxmlElement("w:r")
    link.append(run)
    paragraph._p.append(link)
    made = Run(run, paragraph)
    made.font.underline, made.font.color.rgb = True, RGBColor(0x05, 0x63, 0xC1)
    return made
