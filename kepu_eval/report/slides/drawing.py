"""Slides drawn: text, tables, native charts."""

from __future__ import annotations

import datetime as dt
import io

from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Pt

from kepu_eval.report.blocks import Cover, Prose, Table
from kepu_eval.report.meeting import REST, Part
from kepu_eval.report.palette import ACCENT, INK, MUTED, PAPER, TONES
from kepu_eval.report.slides.charts import add_chart, rgb
from kepu_eval.report.slides.pages import BESIDE, GAP, LINE, Page, column_widths, pages_of, row_heights
from kepu_eval.report.slides.template import Canvas, open_canvas
from kepu_eval.report.table_layout import cell_text
from kepu_eval.safe_text import plain_text

_FIXED = dt.datetime(2000, 1, 1)
_ALIGN = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_BAND = ("F4F6F8", "FFFFFF")


def slides_file(cover: Cover, parts: list[Part], template: bytes | None = None) -> bytes:
    """The slides as the content of a .pptx file; :class:`~kepu_eval.report.meeting.MeetingError` where none can be made."""
    canvas = open_canvas(template)
    left, top, width, height = canvas.area()
    pages = pages_of(parts, Emu(width).pt, Emu(height).pt)
    _cover(canvas, cover)
    for number, page in enumerate(pages, 2):
        slide = canvas.add(canvas.inner, plain_text(page.title + "（续）" * page.continued))
        _content(slide, page, (left, top, width, height))
        _around(canvas, slide, cover.notice, f"{number} / {len(pages) + 1}", REST if page.cut else "")
    properties = canvas.show.core_properties
    properties.title, properties.author = plain_text(cover.title), plain_text(cover.organisation)
    properties.last_modified_by, properties.comments = (
        plain_text(cover.organisation),
        plain_text(cover.notice),
    )
    properties.created = properties.modified = _FIXED
    properties.language, properties.revision = "zh-CN", 1
    buffer = io.BytesIO()
    canvas.show.save(buffer)
    return buffer.getvalue()


def _cover(canvas: Canvas, cover: Cover) -> None:
    slide = canvas.add(canvas.cover, plain_text(cover.title))
    lines = "\n".join(plain_text(line) for line in (cover.organisation, cover.date) if line)
    subtitle = next((p for p in slide.placeholders if p.placeholder_format.idx == 1), None)
    if subtitle is not None:
        subtitle.text_frame.text = lines
    _around(canvas, slide, cover.notice, "", "")


def _content(slide: Slide, page: Page, area: tuple[int, int, int, int]) -> None:
    left, top, width, height = area
    if page.text:
        share = BESIDE if page.chart else 1
        box = slide.shapes.add_textbox(left, top, int(width * share), height)
        _write(box.text_frame, page.text, page.size)
    if page.chart and page.chart.bars:
        inset = int(width * (BESIDE + 0.02)) if page.text else 0
        add_chart(slide, page.chart, page.chart.bars, (left + inset, top, width - inset, height))
    if page.table:
        _table(slide, page.table, page.size, area)


def _write(frame: TextFrame, text: tuple[Prose, ...], size: int) -> None:
    _bare(frame)
    for place, block in enumerate(text):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.line_spacing, paragraph.space_after = Pt(size * LINE), Pt(size * GAP)
        for span in block.spans:
            run = paragraph.add_run()
            run.text = plain_text(span.text)
            _look(run.font, size, bold=span.bold, colour=ACCENT if span.bold else INK)


def _table(slide: Slide, table: Table, size: int, area: tuple[int, int, int, int]) -> None:
    left, top, width, _ = area
    heights = row_heights(table, Emu(width).pt, size)
    frame = slide.shapes.add_table(
        len(table.rows) + 1, len(table.columns), left, top, width, Pt(sum(heights))
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(table.title or "表"))
    grid = frame.table
    widths = column_widths(table, Emu(width).pt, size)
    for column, share in zip(grid.columns, widths, strict=True):
        column.width = int(width * share / sum(widths))
    for row, height in zip(grid.rows, heights, strict=True):
        row.height = Pt(height)
    for place, column in enumerate(table.columns):
        _fill(grid.cell(0, place), column.title, size, "center", ACCENT, PAPER, bold=True)
    for number, cells in enumerate(table.rows, 1):
        for place, (cell, column) in enumerate(zip(cells, table.columns, strict=True)):
            tone = TONES.get(cell.tone)
            back, ink = (tone.light, tone.text) if tone else (_BAND[number % 2], INK)
            _fill(grid.cell(number, place), cell_text(cell), size, column.align, back, ink)


def _fill(cell, text: str, size: int, align: str, back: str, ink: str, *, bold: bool = False) -> None:  # noqa: ANN001
    cell.fill.solid()
    cell.fill.fore_color.rgb = rgb(back)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_left = cell.margin_right = Pt(5)
    cell.margin_top = cell.margin_bottom = Pt(3)
    cell.text_frame.word_wrap = True
    for place, line in enumerate(text.split("\n")):
        paragraph = cell.text_frame.paragraphs[0] if place == 0 else cell.text_frame.add_paragraph()
        paragraph.alignment, paragraph.line_spacing = _ALIGN[align], Pt(size * LINE)
        run = paragraph.add_run()
        run.text = line
        _look(run.font, size, bold=bold, colour=ink)


def _around(canvas: Canvas, slide: Slide, notice: str, number: str, rest: str) -> None:
    """The notice at the top right, the slide's number and what was left out at the foot."""
    wide, high = canvas.show.slide_width, canvas.show.slide_height
    places = ((notice, Inches(0.12), 16, ACCENT, True), ("　　".join(filter(None, [rest, number])), high - Inches(0.48), 14, MUTED, False))  # fmt: skip
    for text, top, size, colour, bold in places:
        if text:
            box = slide.shapes.add_textbox(wide - Inches(6.6), top, Inches(6), Inches(0.35))
            _bare(box.text_frame)
            paragraph = box.text_frame.paragraphs[0]
            paragraph.alignment = PP_ALIGN.RIGHT
            run = paragraph.add_run()
            run.text = plain_text(text)
            _look(run.font, size, bold=bold, colour=colour)


def _bare(frame: TextFrame) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _look(font, size: int, *, bold: bool, colour: str) -> None:  # noqa: ANN001 - a run's font
    font.size, font.bold, font.color.rgb = Pt(size), bold, rgb(colour)
    font.language_id = MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE
