"""What calamine does not tell about an .xlsx: hidden rows and columns, error values, formulas, percent formats.

The sheets' XML is scanned once with regular expressions that allow for any order of attributes and any namespace
prefix; a workbook whose XML they do not fit is still read, only without these particulars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from openpyxl.utils import column_index_from_string

WORKBOOK, RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_TAG = rb"<(?:\w+:)?"
_CELL = re.compile(_TAG + rb"c\b([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_CELL_TAG = re.compile(_TAG + rb"c\b[^>]*>")
_EMPTY_CELL = re.compile(_TAG + rb"c\b[^>]*/>")
_ROW = re.compile(_TAG + rb'row\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(_TAG + rb'col\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_SHEET = re.compile(_TAG + rb"sheet\b([^>]*)>")
_RELATION = re.compile(_TAG + rb"Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_ADDRESS = re.compile(_TAG + rb'c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_FAR = re.compile(rb'"(?:[A-Z]{1,2}\d{5}|[A-Z]{3}\d)')
_CELL_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(_TAG + rb"f\b[^>]*>([^<]*)<")
_FORMULA_MARKS = (b't="e"', b"<f>", b"<f ", b":f>", b":f ")
_HAS_FORMULA = re.compile(_TAG + rb"f\b")
_VALUE = re.compile(_TAG + rb"v\b[^>]*>([^<]+)<")
_FORMATS = re.compile(_TAG + rb"numFmt\b([^>]*)>")
_STYLES = re.compile(_TAG + rb"cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(_TAG + rb"xf\b([^>]*)>")
_DIMENSION = re.compile(_TAG + rb'dimension\b[^>]*\bref="(?:[A-Z]+\d+:)?[A-Z]+(\d+)"')
_PERCENT_FORMATS = {b"9", b"10"}
UNCACHED = "#未计算"


@dataclass(frozen=True)
class Particulars:
    """What is to be known of one sheet beside its values.

    ``errors`` by address (a formula never computed counts as one). ``size`` in rows and columns, zero when the sheet
    keeps within 10,000 rows and 702 columns. ``scaled``: cells whose number format writes 万 (or 百, 千, 亿) behind a number
    that it does not divide, so that they show 25万 and hold 25. ``understated``: the sheet's own used range, which WPS may write as A1,
    leaves cells out.
    """

    size: tuple[int, int] = (0, 0)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    external: frozenset[str] = frozenset()
    percent: frozenset[str] = frozenset()
    scaled: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)
    understated: bool = False


def wanted(part: str) -> bool:
    """Whether a part of the archive is needed to read the cells."""
    return part.endswith(
        ("workbook.xml", ".rels", "sharedStrings.xml", "styles.xml", "[Content_Types].xml")
    ) or ("worksheets/" in part and part.endswith(".xml"))


def slim(found: dict[str, bytes]) -> dict[str, bytes]:
    """The same parts without cells that hold nothing but a format."""
    return {
        name: _EMPTY_CELL.sub(b"", data) if "worksheets/" in name else data for name, data in found.items()
    }


def particulars(found: dict[str, bytes]) -> dict[str, Particulars]:
    """By sheet name."""
    targets = {
        tag.get(b"Id"): tag.get(b"Target", b"").decode(errors="replace").lstrip("/")
        for tag in map(_attributes, _RELATION.findall(found.get(RELATIONS, b"")))
    }
    percent_styles = _percent_styles(found.get(STYLES, b""))
    scaled_styles = _scaled_styles(found.get(STYLES, b""))
    result = {}
    for tag in map(_attributes, _SHEET.findall(found.get(WORKBOOK, b""))):
        relation = next((value for key, value in tag.items() if key.endswith(b":id")), b"")
        target = targets.get(relation, "")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if b"name" in tag and part in found:
            result[unescape(tag[b"name"].decode(errors="replace"))] = _sheet(
                found[part], percent_styles, scaled_styles
            )
    return result


def _attributes(tag: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(tag))


def _percent_styles(styles: bytes) -> set[bytes]:
    own = (_attributes(tag) for tag in _FORMATS.findall(styles))
    percent = _PERCENT_FORMATS | {
        tag.get(b"numFmtId", b"") for tag in own if b"%" in tag.get(b"formatCode", b"")
    }
    return _styles_with(styles, percent)


def _styles_with(styles: bytes, formats: set[bytes]) -> set[bytes]:
    """Numbers of the cell styles that have one of the number formats."""
    block = _STYLES.search(styles)
    kinds = [_attributes(tag) for tag in _STYLE.findall(block[0])] if block else []
    return {str(number).encode() for number, tag in enumerate(kinds) if tag.get(b"numFmtId") in formats}


def _scaled_styles(styles: bytes) -> set[bytes]:
    own = (_attributes(tag) for tag in _FORMATS.findall(styles))
    scaled = {
        tag.get(b"numFmtId", b"")
        for tag in own
        if scales(unescape(tag.get(b"formatCode", b"").decode(errors="replace")))
    }
    return _styles_with(styles, scaled)


def scales(code: str) -> bool:
    """Whether a number format writes 百, 千, 万 or 亿 behind a number without dividing by it (``0!.0,"万"`` divides)."""
    positive = code.partition(";")[0]
    return bool(re.search(r"[百千万亿]", positive)) and not re.search(
        r"[0#?],+(?![0#?])|[!\\][.．]", positive
    )


def _sheet(xml: bytes, percent_styles: set[bytes], scaled_styles: set[bytes]) -> Particulars:
    size = (0, 0)
    if _FAR.search(xml):  # only then can laying the sheet out cost much
        addresses = _ADDRESS.findall(xml)
        columns = {column_index_from_string(column.decode()) for column, _ in addresses}
        size = (max((int(row) for _, row in addresses), default=0), max(columns, default=0))
    errors, external = _formulas(xml) if any(mark in xml for mark in _FORMULA_MARKS) else ({}, set())
    percent = {f"{c.decode()}{r.decode()}" for c, r in _styled(xml, percent_styles)} if percent_styles else ()
    scaled = {f"{c.decode()}{r.decode()}" for c, r in _styled(xml, scaled_styles)} if scaled_styles else ()
    hidden = b'hidden="' in xml
    hidden_rows = [_attributes(tag).get(b"r", b"") for tag in _ROW.findall(xml)] if hidden else []
    hidden_columns = [_span(_attributes(tag)) for tag in _COLUMN.findall(xml)] if hidden else []
    told = _DIMENSION.search(xml[:4096])
    return Particulars(
        size=size,
        hidden_rows=frozenset(int(row) for row in hidden_rows if row.isdigit()),
        hidden_columns=frozenset(number for span in hidden_columns for number in span),
        external=frozenset(external),
        percent=frozenset(percent),
        scaled=frozenset(scaled),
        errors=errors,
        understated=told is not None and int(told[1]) < _last_row(xml),
    )


def _formulas(xml: bytes) -> tuple[dict[str, str], set[str]]:
    """Error values by address, and addresses of formulas that point to another workbook."""
    errors, external = {}, set()
    for attributes, body in _CELL.findall(xml):
        found = _CELL_ADDRESS.search(attributes)
        if found is None:
            continue
        address, value = found[1].decode(), _VALUE.search(body)
        if b't="e"' in attributes:
            errors[address] = value[1].decode(errors="replace") if value else UNCACHED
        elif _HAS_FORMULA.search(body):
            formula = _FORMULA.search(body)
            if formula and b"[" in formula[1]:
                external.add(address)
            if not value and b't="str"' not in attributes:
                errors[address] = UNCACHED
    return errors, external


def _styled(xml: bytes, styles: set[bytes]) -> list[tuple[bytes, bytes]]:
    """Addresses of cells that have one of the styles."""
    found = ((_ADDRESS.match(tag), _attributes(tag)) for tag in _CELL_TAG.findall(xml))
    return [place.groups() for place, attributes in found if place and attributes.get(b"s") in styles]


def _last_row(xml: bytes) -> int:
    """Row of the last cell in the file that has a value."""
    found = _ADDRESS.search(xml, max(xml.rfind(b"<c ", 0, xml.rfind(b"<v>")), 0))
    return int(found[2]) if found else 0


def _span(tag: dict[bytes, bytes]) -> range:
    first, last = tag.get(b"min", b""), tag.get(b"max", b"")
    return range(int(first), min(int(last), 16_384) + 1) if first.isdigit() and last.isdigit() else range(0)
