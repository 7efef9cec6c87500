"""Characters that the report's own fonts cannot draw: what stands in for them, and a note of where they come from.

PDF and charts embed their fonts, so what those lack becomes □. Word, Excel and HTML keep the character, which the
reader's own fonts may have. Nothing is normalised: ①, Ⅲ and ㎡ stay what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from kepu_eval.report.blocks import Block, Chart, Fact, Heading, Prose, Table
from kepu_eval.report.fonts import repertoire

STAND_IN = "□"
_COMMON = re.compile("[ -~\u3001\u3002\u300a-\u300d\u4e00-\u9fa5，、。：；（）“”％—…·×□]*")
_IGNORED = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # selectors of a form
_SHOWN, _NAMED = 3, 12
# What Word's bullets are in Symbol and Wingdings, which map their glyphs to private use.
_SYMBOLS = {
    0xF02D: "－", 0xF06C: "●", 0xF06D: "○", 0xF06E: "■", 0xF06F: "□", 0xF071: "□", 0xF075: "◆", 0xF076: "◆",
    0xF09F: "•", 0xF0A1: "○", 0xF0A7: "▪", 0xF0A8: "□", 0xF0AB: "★", 0xF0B7: "•", 0xF0D8: "➢", 0xF0E0: "→",
    0xF0E8: "➔", 0xF0FB: "✗", 0xF0FC: "✓", 0xF0FE: "☑", 0xF052: "☑", 0xF0A3: "□",
}  # fmt: skip


def with_symbols(text: str) -> str:
    """A text whose private-use bullets are the signs that they show in Word."""
    return text.translate(_SYMBOLS)


def drawn(text: str) -> str:
    """A text as PDF and charts draw it: what no font has becomes □, what is invisible goes."""
    return text if _COMMON.fullmatch(text) else "".join(map(_drawn, text))


def lost(text: str) -> Iterator[str]:
    """Characters of a text for which □ stands."""
    if not _COMMON.fullmatch(text):
        yield from (c for c in text if c != STAND_IN and _drawn(c) == STAND_IN and ord(c) not in _SYMBOLS)


@lru_cache(maxsize=4096)
def _drawn(character: str) -> str:
    code, kind = ord(character), unicodedata.category(character)
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n":
        return character if code in repertoire() and kind == "Zs" else " "
    if kind in ("Cf", "Cc", "Cs") or _IGNORED.match(character):
        return ""
    return character if code in repertoire() and kind not in ("Co", "Cn") else STAND_IN


def stand_ins(blocks: Iterable[Block], facts: Iterable[Fact]) -> list[str]:
    """One line for every character that is drawn as □: its code point and the cells, or the place, that it comes from."""
    shown: dict[str, str] = {}
    for block in blocks:
        for text in _texts(block):
            for character in lost(text):
                shown.setdefault(character, getattr(block, "title", "") or "正文")
    if not shown:
        return []
    places: dict[str, dict[str, None]] = {character: {} for character in shown}
    for fact in facts:
        for source in fact.sources:
            for character in lost(f"{source.raw}{source.what}{source.file}"):
                where = "　".join(filter(None, (source.file, source.sheet, source.cell)))
                places.get(character, {})[where] = None
    return [
        f"U+{ord(character):04X}（{'；'.join(list(places[character])[:_SHOWN]) or title}）"
        for character, title in shown.items()
    ]


def note(lines: list[str]) -> str:
    """The remark at the end of a file in which □ stands for characters."""
    return (
        f"文中的{STAND_IN}代替字体中没有的字，原字见Word、网页和Excel：{'、'.join(lines)}。" if lines else ""
    )


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Prose):
        yield from (span.text for span in block.spans)
    elif isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Table):
        yield block.title
        yield block.note
        yield from (column.title for column in block.columns)
        yield from (cell.text for row in block.rows for cell in row)
    elif isinstance(block, Chart):
        yield f"{block.title}{block.note}"
