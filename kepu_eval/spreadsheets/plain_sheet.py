"""A sheet's XML rewritten as the usual programs write it: what is not usual is the walker's business, not a pattern's.

Cells without an address get the one that calamine gives them: the column after the cell before, the row after the row
before.
"""

from __future__ import annotations

import re
from html import escape

from kepu_eval.spreadsheets.addresses import address, position
from kepu_eval.spreadsheets.markup import local, walk

# A cell that does not begin with its address, and ">" in an attribute. Neither looks beyond the next "<".
_UNUSUAL = (
    re.compile(rb'<c(?! r="[A-Z]{1,3}[1-9][0-9]{0,6}"[ />])[\s/>]'),
    re.compile(rb":(?:c|row|col|sheetData|mergeCell)[\s/>]"),
    re.compile(rb'="[^"<>]*+[<>]'),
)
# A comment, a character section or a document type, another encoding, lines: looking for each is faster than for a
# pattern of them all. So are single quotes and spaces around "=", which may stand in a formula, but not in a tag.
_SIGNS = (b"<!", b"\x00", b"\t", b"\r")
_SIGNS_IN_TAGS, _IN_TAG = (b"='", b" =", b"= "), re.compile(rb"<[^<>]*?(?:='| =|= )")
_HEAD = 200  # where a line may end: after the declaration
_KEPT = {
    "worksheet": (),
    "dimension": ("ref",),
    "cols": (),
    "col": ("min", "max", "hidden"),
    "sheetData": (),
    "row": ("r", "hidden"),
    "c": ("r", "s", "t"),
    "f": (),
    "v": (),
    "is": (),
    "r": (),
    "t": ("xml:space",),
    "mergeCells": (),
    "mergeCell": ("ref",),
}
_INSIDE = {
    "row": ("sheetData",), "c": ("row",), "f": ("c",), "v": ("c",), "is": ("c",), "r": ("is",), "t": ("is", "r"),
    "mergeCell": ("mergeCells",),
}  # fmt: skip
_WITH_TEXT = ("f", "v", "t")


def is_plain(xml: bytes) -> bool:
    """Whether a sheet is written as the patterns of :mod:`~kepu_eval.spreadsheets.xlsx` expect it."""
    if any(sign in xml for sign in _SIGNS) or xml.find(b"\n", _HEAD) >= 0:
        return False
    if any(sign in xml for sign in _SIGNS_IN_TAGS) and _IN_TAG.search(xml):
        return False
    return not any(pattern.search(xml) for pattern in _UNUSUAL)


def plain(xml: bytes) -> bytes:
    """The sheet's cells, rows, columns and merged areas as plain XML; raises as :func:`walk` does."""
    sheet = _Sheet()
    walk(xml, sheet.start, sheet.end, sheet.text)
    return "".join(sheet.out).encode()


class _Sheet:
    def __init__(self) -> None:
        self.out: list[str] = []
        self._row = self._column = 0
        self._open: list[str] = []  # "" stands for what is left out, with everything inside it

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if not self._keeps(name):
            self._open.append("")
            return
        self._open.append(name)
        told = {key: attributes[key] for key in _KEPT[name] if key in attributes}
        if name == "row":
            self._column = 0
            if told.get("r", "").isdecimal():
                self._row = int(told["r"][:8]) - 1
            told["r"] = str(self._row + 1)
        elif name == "c":
            row, self._column = position(told.pop("r", "")) or (self._row, self._column)
            told = {"r": address(row, self._column), **told}
            self._column += 1
        written = "".join(f' {key}="{escape(value)}"' for key, value in told.items())
        self.out.append(f"<{name}{written}>")

    def _keeps(self, name: str) -> bool:
        """Whether an element is one that is read, where it is read: a formula in a cell, not one of a rule."""
        parent = self._open[-1] if self._open else None
        return name in _KEPT and (parent in _INSIDE[name] if name in _INSIDE else True)

    def end(self, _: str) -> None:
        name = self._open.pop()
        if name:
            self.out.append(f"</{name}>")
        if name == "row":
            self._row += 1

    def text(self, characters: str) -> None:
        if self._open and self._open[-1] in _WITH_TEXT:
            self.out.append(escape(characters, quote=False))
