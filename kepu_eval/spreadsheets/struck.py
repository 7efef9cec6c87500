"""Which cells of an .xlsx hold text that is crossed out, wholly or in part: 250255 may be 255, with 250 struck.

Looked for only in files that know the word: most do not.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from kepu_eval.spreadsheets.markup import local, walk

_MARK = b"strike"
_FEW = 50
_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"([^<>]*+)>(?<!/>)((?:[^<]++|<(?!/?c[ >/])[^<]*+)*+)</c>')
_STYLE, _SHARED = re.compile(rb' s="(\d+)"'), re.compile(rb"<v>(\d+)<")


def struck_styles(styles: bytes | None) -> frozenset[bytes]:
    """Numbers of the cell styles whose font is struck through."""
    if styles is None or _MARK not in styles:
        return frozenset()
    fonts: list[bool] = []
    kinds: list[str] = []
    path: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        path.append(local(tag))
        if path[-2:] == ["fonts", "font"]:
            fonts.append(False)
        elif path[-3:] == ["fonts", "font", "strike"] and _is_set(attributes):
            fonts[-1] = True
        elif path[-2:] == ["cellXfs", "xf"]:
            kinds.append(attributes.get("fontId", ""))

    walk(styles, start, lambda _: path.pop())
    struck = {str(n) for n, is_struck in enumerate(fonts) if is_struck}
    return frozenset(str(n).encode() for n, font in enumerate(kinds) if font in struck)


def struck_texts(shared: bytes | None) -> frozenset[bytes]:
    """Numbers of the shared texts of which a part is struck through."""
    if shared is None or _MARK not in shared:
        return frozenset()
    found: set[bytes] = set()
    number = -1

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal number
        name = local(tag)
        number += name == "si"
        if name == "strike" and _is_set(attributes):
            found.add(str(number).encode())

    walk(shared, start)
    return frozenset(found)


def uses(xml: bytes, styles: Collection[bytes]) -> bool:
    """Whether a sheet may use any of these styles; of many it is not looked up, that would take longer than reading."""
    return len(styles) > _FEW or any(b' s="%b"' % style in xml for style in styles)


def struck_cells(xml: bytes, styles: frozenset[bytes], texts: frozenset[bytes]) -> frozenset[str]:
    """Addresses of a sheet's filled cells that are struck through."""
    used = uses(xml, styles)
    if not used and not texts and _MARK not in xml:
        return frozenset()
    found = set()
    for cell, attributes, body in _CELL.findall(xml):
        style, text = _STYLE.search(attributes), _SHARED.search(body)
        shared = b't="s"' in attributes and text is not None and text[1] in texts
        if shared or _MARK in body or (style is not None and style[1] in styles):
            found.add(cell.decode())
    return frozenset(found)


def _is_set(attributes: dict[str, str]) -> bool:
    return attributes.get("val", "1") not in ("0", "false")
