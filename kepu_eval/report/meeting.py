"""What a meeting's files show of a report: cells chosen by their tags, so that slides and brief say what the report says.

``slide-3`` puts a cell on the third slide after the title, together with others of that number; ``brief`` into the leader's
brief, in the notebook's order; ``meeting`` keeps a cell out of the report itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Heading, Prose, Table
from kepu_eval.report.document import Document

BRIEF = "brief"
REST = "其余见评估报告。"
"""Stands where rows or paragraphs had to be left out."""
_SLIDE = re.compile(r"slide-(\d+)")


class MeetingError(KepuError):
    """A report of which no slides or no brief can be made; the message is Chinese."""


@dataclass(frozen=True)
class Part:
    """Paragraphs and tables under the heading that stands above them in the report."""

    heading: str
    blocks: tuple[Prose | Table, ...]


def slides_of(document: Document) -> list[Part]:
    """What stands on each slide; :class:`MeetingError` where no cell is meant for one."""
    numbers = sorted({n for tags in document.tags.values() for n in _numbers(tags)})
    parts = [_part(document, partial(_on_slide, n)) for n in numbers]
    return _some([part for part in parts if part.blocks], "幻灯片", "slide-1、slide-2……")


def brief_of(document: Document) -> Part:
    """What stands in the brief; :class:`MeetingError` where no cell is meant for it."""
    return _some(
        [part for part in [_part(document, lambda tags: BRIEF in tags)] if part.blocks], "简报", BRIEF
    )[0]


def _some(parts: list[Part], what: str, tag: str) -> list[Part]:
    if not parts:
        raise MeetingError(
            f"这个笔记本没有标为{what}的格，不能出{what}",
            hint=f"请用中期、总结评估的笔记本（已标好），或给自己笔记本的格子加标签 {tag}",
        )
    return parts


def _numbers(tags: tuple[str, ...]) -> list[int]:
    return [int(found[1]) for tag in tags if (found := _SLIDE.fullmatch(tag))]


def _part(document: Document, wanted: Callable[[tuple[str, ...]], bool]) -> Part:
    """The blocks of the wanted cells. Pictures are left out: a slide's charts are native."""
    heading, first = "", ""
    blocks: list[Prose | Table] = []
    for block in document.spoken:
        if isinstance(block, Heading):
            heading = block.text
        elif (
            isinstance(block, Prose | Table)
            and wanted(document.tags.get(block.cell, ()))
            and _readable(block)
        ):
            first = first or heading
            blocks.append(block)
    return Part(first, tuple(blocks))


def _on_slide(number: int, tags: tuple[str, ...]) -> bool:
    return number in _numbers(tags)


def _readable(block: Prose | Table) -> bool:
    return isinstance(block, Prose) or (not block.annex and bool(block.rows))
