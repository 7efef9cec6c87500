"""What calamine does not tell about an .xlsx: hidden rows and columns, error values, formulas, formats, comments.

A sheet's XML as Excel, WPS, LibreOffice and openpyxl write it is scanned by patterns that never look beyond the next
``<``, so that their time is linear. XML that is written otherwise (no addresses, single quotes, prefixes, comments) is
first rewritten as they would write it: patterns and calamine then see the same cells.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from kepu_eval.spreadsheets.addresses import position
from kepu_eval.spreadsheets.markup import local, walk
from kepu_eval.spreadsheets.particulars import BY_MONTH, UNCACHED, Particulars
from kepu_eval.spreadsheets.plain_sheet import is_plain, plain
from kepu_eval.spreadsheets.struck import struck_cells, struck_styles, struck_texts, uses

WORKBOOK, STYLES, TEXTS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
_CELL = re.compile(rb"<c ([^<>]*+)>(?<!/>)((?:[^<]++|<(?!/?c[ >/])[^<]*+)*+)</c>")
_EMPTY_CELL = re.compile(rb"<c [^<>]*+>(?<=/>)")
_ROW = re.compile(rb'<row (?=[^<>]*?hidden="(?:1|true)")([^<>]*+)>')
_COLUMN = re.compile(rb'<col (?=[^<>]*?hidden="(?:1|true)")([^<>]*+)>')
_ADDRESS = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_FAR = re.compile(rb'<c r="(?:[A-Z]{1,2}\d{5}|[A-Z]{3}\d)')
_STYLED = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^<>]*? s="(\d+)"')
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"<>]*+)"')
_FORMULA, _VALUE = re.compile(rb"<f[ />][^<]*+"), re.compile(rb"<v(?: [^<>]*+)?>([^<]++)<")
_FORMULA_MARKS = (b't="e"', b"<f>", b"<f ", b"<f/")
_ERROR = re.compile(rb'(<c [^<>]*?t="e"[^<>]*+>)(?:[^<]++|<(?!/?c[ >/])[^<]*+)*+</c>')
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?[A-Z]+(\d+)"')
_WORDS = re.compile(r'"([^"]*)"|[\\!](.)|\[[^\]]*\]|;.*')
_PERCENT_FORMATS = {"9", "10"}
_MONTH_FORMATS = {"17", "27", "36", "50", "52", "57"}
_PLACE = re.compile(r"[0#?]|General|@|$")
_WIDEST = 16_384
_COMMENTS = ("/comments", "/threadedComment")


def wanted(part: str) -> bool:
    """Whether a part of the archive is needed to read the cells."""
    return part.endswith(
        ("workbook.xml", ".rels", "sharedStrings.xml", "styles.xml", "[Content_Types].xml")
    ) or (("worksheets/" in part or _is_comments(part)) and part.endswith(".xml"))


def _is_comments(part: str) -> bool:
    return any(word in part for word in ("comments", "threadedComment"))


def readable(found: dict[str, bytes]) -> dict[str, bytes]:
    """The same parts with every sheet's XML written plainly, to be given to :func:`particulars`."""
    return {
        name: plain(data) if "worksheets/" in name and name.endswith(".xml") and not is_plain(data) else data
        for name, data in found.items()
    }


def slim(found: dict[str, bytes]) -> dict[str, bytes]:
    """The same parts for calamine: no cells that hold nothing but a format, and only errors that it knows."""
    return {name: _slim(data) if "worksheets/" in name else data for name, data in found.items()}


def _slim(xml: bytes) -> bytes:
    kept = _EMPTY_CELL.sub(b"", xml)
    return _ERROR.sub(rb"\1<v>#N/A</v></c>", kept) if b't="e"' in kept else kept


def particulars(found: dict[str, bytes]) -> dict[str, Particulars]:
    """By sheet name, of parts that are :func:`readable`."""
    percent, worded = _formats(found.get(STYLES))
    styles, texts = struck_styles(found.get(STYLES)), struck_texts(found.get(TEXTS))
    result = {}
    for name, part in _sheets(found):
        told = _sheet(found[part], percent, worded, _comments(found, part))
        result[name] = replace(told, struck=struck_cells(found[part], styles, texts))
    return result


def _sheets(found: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Names of the sheets, and their parts."""
    targets = dict(_relations(found, WORKBOOK))
    told: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            told.append({local(key): value for key, value in attributes.items()})

    if WORKBOOK in found:
        walk(found[WORKBOOK], start)
    for tag in told:
        part = targets.get(tag.get("id", ""), "")
        if "name" in tag and part in found:
            yield tag["name"], part


def _relations(found: dict[str, bytes], part: str) -> list[tuple[str, str]]:
    """Ids and parts of what a part refers to."""
    folder, _, name = part.rpartition("/")
    told: list[tuple[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(f"/{folder}", attributes.get("Target", "")))
            told.append((attributes.get("Id", ""), target.lstrip("/")))

    relations = f"{folder}/_rels/{name}.rels"
    if relations in found:
        walk(found[relations], start)
    return told


def _comments(found: dict[str, bytes], part: str) -> dict[str, str]:
    """Text of the comments on a sheet by address."""
    texts: dict[str, str] = {}
    at = ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal at
        if local(tag) in ("comment", "threadedComment"):
            at = attributes.get("ref", "")

    def text(characters: str) -> None:
        texts[at] = texts.get(at, "") + characters

    for _, target in _relations(found, part):
        if target in found and _is_comments(target):
            walk(found[target], start, None, text)
    return texts


def _formats(styles: bytes | None) -> tuple[set[bytes], dict[bytes, str]]:
    """Numbers of the cell styles that show per cent, and of those that add words, with the words."""
    codes: dict[str, str] = {}
    kinds: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = local(tag)
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyleXfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            kinds.append(attributes.get("numFmtId", ""))

    if styles is not None:
        walk(styles, start)
    own = dict.fromkeys(_MONTH_FORMATS, BY_MONTH) | {kind: _words_of(code) for kind, code in codes.items()}
    percent = {str(n).encode() for n, kind in enumerate(kinds) if kind in _PERCENT_FORMATS or "%" in own.get(kind, "")}  # fmt: skip
    worded = {str(n).encode(): own[kind] for n, kind in enumerate(kinds) if own.get(kind, "").strip("%# ")}
    return percent, worded


def _words_of(code: str) -> str:
    """What a number format shows of a positive number, which is ``#``: ``0"万"`` → #万, ``"约"0`` → 约#, ``0.0%`` → #%.

    None where it divides what it shows (a comma at its end): 250000 shown as 25万 is what it says. Of days that are
    shown without the day of the month: :data:`BY_MONTH`.
    """
    rest = _WORDS.sub(lambda found: " " * len(found[0]), code)
    if "y" in rest and "m" in rest and "d" not in rest:
        return BY_MONTH
    place = _PLACE.search(rest)
    said = ["", ""]
    for found in _WORDS.finditer(code):
        said[place is not None and found.start() > place.start()] += found[1] or found[2] or ""
    return "" if rest.rstrip().endswith(",") else "#".join(said) + ("%" if "%" in rest else "")


def _sheet(
    xml: bytes, percent: set[bytes], worded: dict[bytes, str], comments: dict[str, str]
) -> Particulars:
    errors, external = _formulas(xml) if any(mark in xml for mark in _FORMULA_MARKS) else ({}, set())
    used = uses(xml, (*percent, *worded))
    styled = _STYLED.findall(xml) if used else ()
    told = _DIMENSION.search(xml[:4096])
    return Particulars(
        size=_size(xml) if _FAR.search(xml) else (0, 0),  # only then can laying the sheet out cost much
        hidden_rows=frozenset(int(row) for row in _numbers(_ROW, xml, b"r")),
        hidden_columns=_hidden_columns(xml),
        external=frozenset(external),
        percent=frozenset(cell.decode() for cell, style in styled if style in percent),
        worded={cell.decode(): worded[style] for cell, style in styled if style in worded},
        errors=errors,
        comments=comments,
        understated=told is not None and int(told[1]) < _last_row(xml),
    )


def _hidden_columns(xml: bytes) -> frozenset[int]:
    found: set[int] = set()
    for tag in _COLUMN.findall(xml):
        if len(found) < _WIDEST:  # spans may say the same over and over
            found.update(_span(dict(_ATTRIBUTE.findall(tag))))
    return frozenset(found)


def _size(xml: bytes) -> tuple[int, int]:
    """Rows and columns up to the last cell."""
    rows, columns = set(), set()
    for letters, row in _ADDRESS.findall(xml):
        rows.add(row)
        columns.add(letters)
    last = [place for letters in columns if (place := position(f"{letters.decode()}1"))]
    return max(map(int, rows), default=0), max((column + 1 for _, column in last), default=0)


def _numbers(pattern: re.Pattern[bytes], xml: bytes, attribute: bytes) -> Iterator[bytes]:
    for tag in pattern.findall(xml):
        told = dict(_ATTRIBUTE.findall(tag)).get(attribute, b"")
        if told.isdigit():
            yield told[:7]


def _formulas(xml: bytes) -> tuple[dict[str, str], set[str]]:
    """Error values by address, and addresses of formulas that point to another workbook."""
    errors, external = {}, set()
    for attributes, body in _CELL.findall(xml):
        is_error = b't="e"' in attributes
        formula = None if is_error else _FORMULA.search(body)
        if not is_error and formula is None:
            continue
        cell, value = dict(_ATTRIBUTE.findall(attributes)).get(b"r", b"").decode(), _VALUE.search(body)
        if is_error:
            errors[cell] = unescape(value[1].decode(errors="replace")) if value else UNCACHED
            continue
        if formula and b"[" in formula[0]:
            external.add(cell)
        if not value and b't="str"' not in attributes:
            errors[cell] = UNCACHED
    return errors, external


def _last_row(xml: bytes) -> int:
    """Row of the last cell in the file that has a value."""
    found = _ADDRESS.search(xml, max(xml.rfind(b"<c ", 0, xml.rfind(b"<v>")), 0))
    return int(found[2]) if found else 0


def _span(tag: dict[bytes, bytes]) -> range:
    first, last = tag.get(b"min", b""), tag.get(b"max", b"")
    return (
        range(int(first), min(int(last[:7]), _WIDEST) + 1) if first.isdigit() and last.isdigit() else range(0)
    )
