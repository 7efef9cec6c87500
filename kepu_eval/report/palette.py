"""Colours of the ratings: the one place that HTML, Word, the workbook and the figures take them from.

Traffic-light colours mean different things in different places, and red beside green is lost on one man in
twelve. So the scale runs from blue to vermilion, its colours stay at least 30 CIELAB units apart as people
with deuteranopia or protanopia see them (Machado et al. 2009), each carries a symbol that every GB 2312 font
has, and 数据不足 is hatched. Colour is never shown without the rating's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kepu_eval.errors import KepuError

if TYPE_CHECKING:
    from kepu_eval.report.blocks import Tone as ToneName

INK = "#1A1A1A"
MUTED = "#5F6670"
GRID = "#D5D9DE"
PAPER = "#FFFFFF"
ACCENT = "#0B5FA5"
NEUTRAL = "#7A8794"
"""Marks that carry no rating."""


@dataclass(frozen=True)
class Tone:
    """How one class of ratings looks.

    ``light`` is a background for text in ``text``; ``strong`` fills marks, with ``on_strong`` for words on it.
    ``hatch`` is matplotlib's pattern, empty for plain fills. ``label`` is the class in a legend.
    """

    name: str
    label: str
    light: str
    text: str
    strong: str
    on_strong: str
    symbol: str
    hatch: str = ""


TONES: dict[str, Tone] = {
    tone.name: tone
    for tone in (
        Tone("done", "完成", "#D3E4F5", "#083F6E", "#0B5FA5", PAPER, "●"),
        Tone("near", "基本完成", "#E3F3FB", "#0E4C6B", "#5BB8E8", INK, "◎"),
        Tone("going", "推进中", "#FFF3C4", "#5C4400", "#F2C230", INK, "○"),
        Tone("late", "滞后", "#FBD9CC", "#7D2408", "#C8401A", PAPER, "▲"),
        Tone("none", "未启动", "#DEDEDE", "#333333", "#5A5A5A", PAPER, "□"),
        Tone("excepted", "已批准例外", "#EFE3F3", "#3A0A45", "#3A0A45", PAPER, "◇"),
        Tone("unknown", "数据不足", "#F5F5F5", "#404040", "#FFFFFF", INK, "※", "////"),
    )
}

_TONE_OF: dict[str, ToneName] = {
    "完成": "done",
    "基本完成": "near",
    "达到序时": "going",
    "基本达到序时": "going",
    "正在推进": "going",
    "滞后": "late",
    "严重滞后": "late",
    "未完成": "late",
    "未启动": "none",
    "已批准例外": "excepted",
    "数据不足": "unknown",
    "不定级": "",
    "": "",
}


def tone_of(rating_label: str) -> ToneName:
    """Name of a rating's tone, a key of :data:`TONES`; empty for 不定级.

    Words after a rating (``滞后＋数据不足×1``, ``数据不足（已报部分完成）``) do not change its tone. Raises ``KepuError`` for an unknown label.
    """
    rating = rating_label.partition("＋")[0].partition("（")[0]
    if rating not in _TONE_OF:
        raise KepuError(f"未知的评级“{rating_label}”（可用：{'、'.join(filter(None, _TONE_OF))}）")
    return _TONE_OF[rating]
