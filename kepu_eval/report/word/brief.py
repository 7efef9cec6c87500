"""The leader's brief: one page of Word, whatever there is to say.

Type gets smaller by steps until everything is on the page; what is still too much are the last rows of the longest list (a
table with a title), which are left out with a remark. Heights are reckoned from the widths of the characters, as Word sets them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kepu_eval.report.blocks import Cover, Prose, Table
from kepu_eval.report.meeting import MeetingError, Part
from kepu_eval.report.table_layout import cell_text, row_lines, table_layout, text_lines
from kepu_eval.report.word import styles
from kepu_eval.report.word.body import add_prose, new_word, saved
from kepu_eval.report.word.paragraphs import add_paragraph, unindented
from kepu_eval.report.word.tables import insert_table
from kepu_eval.report.word.titles import broken_title

TITLE = "领导简报"
_MARGIN_MM = {"left": 22, "right": 22, "top": 18, "bottom": 15}
_POINTS_PER_MM = 72 / 25.4
_ROOM = 0.98  # of the page: what fonts of another computer may add


@dataclass(frozen=True)
class _Sizes:
    """Sizes of type in points."""

    body: float
    table: float

    @property
    def line(self) -> float:
        """Height of a line of the text."""
        return self.body * 1.4


_STEPS = (_Sizes(15, 12), _Sizes(14, 11), _Sizes(13, 10.5), _Sizes(12, 10), _Sizes(12, 9.5))


def brief_file(cover: Cover, part: Part) -> bytes:
    """The brief as the content of a .docx file; :class:`MeetingError` when paragraphs alone fill more than a page."""
    blocks, sizes, cut = _fitting(cover, list(part.blocks))
    word = new_word(cover)
    _set_page(word, sizes)
    title = add_paragraph(word, broken_title(cover.title), styles.TITLE)
    title.paragraph_format.space_before = Pt(0)
    add_paragraph(word, TITLE, styles.SUBTITLE)
    for place, block in enumerate(blocks):
        if isinstance(block, Prose):
            add_prose(word, block)
            continue
        if block.title:
            add_paragraph(word, block.title, styles.CAPTION)
        insert_table(word, block, sizes.table)
        rest = f"其余{cut[place]}项见评估报告。" if cut[place] else ""
        gap = unindented(add_paragraph(word, rest, styles.CELL))
        gap.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    signed = unindented(
        add_paragraph(word, "　".join(filter(None, [cover.organisation, cover.date])), styles.BODY)
    )
    signed.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return saved(word)


def _set_page(word: WordDocument, sizes: _Sizes) -> None:
    section = word.sections[0]
    for side, width in _MARGIN_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    for grid in section._sectPr.findall(qn("w:docGrid")):  # lines as high as the styles say
        section._sectPr.remove(grid)
    section.header_distance = section.footer_distance = Mm(8)
    for footer in (section.footer, section.even_page_footer):  # one page has no number
        for run in list(footer.paragraphs[0]._p):
            footer.paragraphs[0]._p.remove(run)
    looks = {
        styles.TITLE: (20, 28), styles.SUBTITLE: (14, 22), styles.BODY: (sizes.body, sizes.line), styles.ITEM: (sizes.body, sizes.line),
        styles.CAPTION: (sizes.body, sizes.line), styles.CELL: (sizes.table, sizes.table * 1.15),
    }  # fmt: skip
    for name, (size, line) in looks.items():
        style = word.styles[name]
        style.font.size, style.paragraph_format.line_spacing = Pt(size), Pt(round(line, 1))
    word.styles[styles.CAPTION].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _fitting(cover: Cover, blocks: list[Prose | Table]) -> tuple[list[Prose | Table], _Sizes, Counter[int]]:
    """The blocks, shortened if need be, with the sizes at which they fill a page; by place, how many rows of a table were left out."""
    cut: Counter[int] = Counter()
    for sizes in _STEPS:
        if _height(cover, blocks, sizes) <= _page():
            return blocks, sizes, cut
    while _height(cover, blocks, sizes) > _page():
        place = max(range(len(blocks)), key=lambda n: _rows(blocks[n]))
        longest = blocks[place]
        if not isinstance(longest, Table) or _rows(longest) <= 1:
            raise MeetingError("领导简报一页放不下", hint="请减少标签为 brief 的格，或把其中的文字写短")
        blocks[place] = longest.model_copy(update={"rows": longest.rows[:-1]})
        cut[place] += 1
    return blocks, sizes, cut


def _rows(block: Prose | Table) -> int:
    """How many rows a list has; a table without a title sums up and is not shortened."""
    return len(block.rows) if isinstance(block, Table) and block.title else 0


def _page() -> float:
    return (
        (styles.profile()["page"]["height"] - _MARGIN_MM["top"] - _MARGIN_MM["bottom"])
        * _POINTS_PER_MM
        * _ROOM
    )


def _width() -> float:
    return (styles.profile()["page"]["width"] - _MARGIN_MM["left"] - _MARGIN_MM["right"]) * _POINTS_PER_MM


def _height(cover: Cover, blocks: Sequence[Prose | Table], sizes: _Sizes) -> float:
    lines = broken_title(cover.title).count("\n") + 1
    return 28 * lines + 22 + sizes.line + sum(height for block in blocks for height in _heights(block, sizes))


def _heights(block: Prose | Table, sizes: _Sizes) -> Iterator[float]:
    if isinstance(block, Prose):
        yield (
            text_lines(f"　　{block.text}", _width() / sizes.body * 0.96) * sizes.line
        )  # 0.96: spaced characters
        return
    widths = table_layout(block, _width() / sizes.table).widths
    heads = [column.title for column in block.columns]
    for row in (heads, *([cell_text(cell) for cell in row] for row in block.rows)):
        yield row_lines(row, widths) * sizes.table * 1.15 + 3  # 1 point above and below, and the rule
    yield sizes.table * 1.15 + 2 + (sizes.line + 8 if block.title else 0)
