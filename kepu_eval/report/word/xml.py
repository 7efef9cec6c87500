"""Small pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

HOME = "_kepu_"


def element(name: str, /, **attributes: object) -> BaseOxmlElement:
    """An element ``w:name`` with attributes ``w:key``."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def field(paragraph: Paragraph, instruction: str, result: str = "") -> Run:
    """Append a field such as ``PAGE`` with its result."""
    begin_field(paragraph, instruction)
    shown = paragraph.add_run(result)
    end_field(paragraph)
    return shown


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """Append the beginning of a field; its result follows, then :func:`end_field`."""
    code = element("instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    for piece in (element("fldChar", fldCharType="begin"), code, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(piece)


def end_field(paragraph: Paragraph) -> None:
    """Append the end of a field."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def linked_entry(paragraph: Paragraph, text: str, target: str, page: str) -> None:
    """Append a contents' entry: its text and page as a link to a bookmark in the document."""
    before = len(paragraph._p)
    paragraph.add_run(text)
    paragraph.add_run("\t")
    field(paragraph, f"PAGEREF {target} \\h", page)
    link = element("hyperlink", anchor=target, history="1")
    link.extend(list(paragraph._p)[before:])
    paragraph._p.append(link)


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
