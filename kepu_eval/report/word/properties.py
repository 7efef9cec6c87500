"""A property of our own in a Word file, which Word, WPS and LibreOffice keep: from which run it was printed."""

from __future__ import annotations

from html import escape

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

RUN = "kepu_eval.run"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def set_custom_property(word: WordDocument, name: str, value: str) -> None:
    """Give the document its only property of our own."""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_SPACE}" xmlns:vt="{_VALUES}">'
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property></Properties>"
    )
    package = word.part.package
    part = Part(PackURI("/docProps/custom.xml"), _TYPE, xml.encode("utf-8"), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def custom_property(word: WordDocument, name: str) -> str:
    """A custom property's text; empty when the document has none of that name."""
    for relation in word.part.package.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES:
            for found in parse_xml(relation.target_part.blob):
                if found.get("name") == name:
                    return "".join(found.itertext()).strip()
    return ""
