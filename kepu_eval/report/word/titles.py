"""Where a title too long for one line breaks: before a parenthesis, never inside one."""

from __future__ import annotations

import re

from kepu_eval.report.table_layout import em_width
from kepu_eval.report.word.styles import profile, text_width

_PIECE = re.compile(r"（[^（）]*）|[\x21-\x7e]+|.", re.DOTALL)


def broken_title(title: str) -> str:
    """A title as it is set on the cover: with a line break before each parenthesis that the end of a line would cut.

    Other breaks are left to the program that shows the page.
    """
    room = text_width() / profile()["title"]["size"]
    lines, used = [""], 0.0
    for piece in _PIECE.findall(title):
        width = em_width(piece)
        if used + width > room:
            if piece.startswith("（"):
                lines.append("")
            used = 0.0
        lines[-1] += piece
        used += width
    return "\n".join(lines)
