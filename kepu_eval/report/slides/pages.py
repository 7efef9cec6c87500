"""What stands on which slide, and how large: pure, from the widths of the characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kepu_eval.report.blocks import Prose, Table
from kepu_eval.report.meeting import MeetingError, Part
from kepu_eval.report.table_layout import cell_text, row_lines, table_layout, text_lines

MOST = 12
"""Slides, the title among them."""
LINE, GAP, CELL_GAP = 1.25, 0.5, 8.0
"""Height of a line and room after a paragraph in the size of the type; points above and below a cell's text."""
BESIDE = 0.42
"""Share of the width that text beside a chart has."""
_TEXT, _TABLE, _TABLE_SPLIT = (28, 26, 24, 22, 20, 18, 16), (20, 18, 16, 14), 16


@dataclass(frozen=True)
class Page:
    """One slide: text, and at most a table or a chart; ``size``: of the type in points.

    ``continued``: whether it goes on with the slide before; ``cut``: whether what follows was left out.
    """

    title: str
    size: int
    text: tuple[Prose, ...] = ()
    table: Table | None = None
    chart: Table | None = None
    continued: bool = False
    cut: bool = False


def pages_of(parts: Sequence[Part], width: float, height: float) -> list[Page]:
    """The slides after the title, in an area of so many points, twelve with the title at the most.

    What does not fit goes on to another slide; where that would be too many, the last ones that only go on are left out,
    with a remark. Raises :class:`MeetingError` when there are too many all the same, or a paragraph fills more than a slide.
    """
    pages = [page for part in parts for page in _pages(part, width, height)]
    while len(pages) > MOST - 1:
        place = max((n for n, page in enumerate(pages) if page.continued), default=None)
        if place is None:
            raise MeetingError(f"幻灯片超过{MOST}张", hint="请减少标签为 slide-… 的格，或把几格标为同一号")
        pages[place - 1 : place + 1] = [replace(pages[place - 1], cut=True)]
    return pages


def _pages(part: Part, width: float, height: float) -> Iterator[Page]:
    text = [block for block in part.blocks if isinstance(block, Prose)]
    tables = [block for block in part.blocks if isinstance(block, Table)]
    charts = [block for block in tables if block.bars]
    if text and charts:
        size = _text_size(part.heading, text, width * BESIDE, height)
        yield Page(part.heading, size, tuple(text), chart=charts.pop(0))
    elif text:
        yield from _text_pages(part.heading, text, width, height)
    for chart in charts:
        yield Page(chart.title or part.heading, _TEXT[-1], chart=chart)
    for table in tables:
        if not table.bars:
            yield from _table_pages(table.title or part.heading, table, width, height)


def _text_pages(title: str, text: list[Prose], width: float, height: float) -> Iterator[Page]:
    if _text_height(text, width, _TEXT[-1]) <= height:
        yield Page(title, _text_size(title, text, width, height), tuple(text))
        return
    size = min(20, *(_text_size(title, [block], width, height) for block in text))
    chunk: list[Prose] = []
    continued = False
    for block in text:
        if chunk and _text_height([*chunk, block], width, size) > height:
            yield Page(title, size, tuple(chunk), continued=continued)
            chunk, continued = [], True
        chunk.append(block)
    yield Page(title, size, tuple(chunk), continued=continued)


def _text_size(title: str, text: Sequence[Prose], width: float, height: float) -> int:
    fitting = (size for size in _TEXT if _text_height(text, width, size) <= height)
    found = next(fitting, None)
    if found is None:
        raise MeetingError(
            "一段文字一张幻灯片放不下", place=f"“{title}”", hint="请写短，或去掉该格的标签 slide-…"
        )
    return found


def _text_height(text: Sequence[Prose], width: float, size: float) -> float:
    return sum((text_lines(block.text, width / size) * LINE + GAP) * size for block in text)


def _table_pages(title: str, table: Table, width: float, height: float) -> Iterator[Page]:
    size = next((size for size in _TABLE if sum(row_heights(table, width, size)) <= height), None)
    if size is not None:
        yield Page(title, size, table=table)
        return
    head, *heights = row_heights(table, width, _TABLE_SPLIT)
    start, used, continued = 0, head, False
    for place, row in enumerate(heights):
        if place > start and used + row > height:
            yield _rows(title, table, start, place, continued=continued)
            start, used, continued = place, head, True
        used += row
    yield _rows(title, table, start, len(heights), continued=continued)


def _rows(title: str, table: Table, start: int, end: int, *, continued: bool) -> Page:
    part = table.model_copy(update={"rows": table.rows[start:end]})
    return Page(title, _TABLE_SPLIT, table=part, continued=continued)


def row_heights(table: Table, width: float, size: float) -> list[float]:
    """Heights of a table's head and rows in points."""
    widths = column_widths(table, width, size)
    rows = [
        [column.title for column in table.columns],
        *([cell_text(cell) for cell in row] for row in table.rows),
    ]
    return [row_lines(row, widths) * size * LINE + CELL_GAP for row in rows]


def column_widths(table: Table, width: float, size: float) -> Sequence[float]:
    """Widths of a table's columns in em."""
    return table_layout(table, width / size).widths
