"""A property of our own in a Word file, which Word, WPS and LibreOffice keep: from which run it was printed."""

from __future__ import annotations

from html import escape

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
RUN = "kepu_eval.run"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def set_custom_property(word: WordDocument, name: str, value: str) -> None:
    """Give the document a property of our own; others that it has stay."""
    package = word.part.package
    entry = f'<vt:lpwstr xmlns:vt="{_VALUES}">{escape(value)}</vt:lpwstr>'
    for relation in package.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES:
            known = parse_xml(relation.target_part.blob)
            number = max((int(found.get("pid", 1)) for found in known), default=1) + 1
            known.append(parse_xml(f'<property xmlns="{_SPACE}" fmtid="{_FORMAT}" pid="{number}" name="{escape(name)}">{entry}</property>'))  # fmt: skip
            relation.target_part._blob = serialize_part_xml(known)
            return
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{_SPACE}" xmlns:vt="{_VALUES}">'
        f'<property fmtid="{_FORMAT}" pid="2" name="{escape(name)}">'
        f"{entry}</property></Properties>"
    )
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
