"""Bars that a person can edit in PowerPoint or WPS, of a table that names the columns to draw (``bars``)."""

from __future__ import annotations

import re

from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from kepu_eval.report.blocks import Cell, Table
from kepu_eval.report.palette import INK, MUTED, NEUTRAL, TONES
from kepu_eval.safe_text import plain_text

_FIGURE = re.compile(r"(-?\d+(?:\.(\d+))?)(\D*)")
_LEAST, _LARGEST, _LINES_A_BAR = 16, 20, 2.2  # points: to be read from the back of the room


def add_chart(slide: Slide, table: Table, bars: tuple[str, str], area: tuple[int, int, int, int]) -> None:
    """Add a bar a row, named by the first and as long as the second of the columns ``bars`` says, in the colour of its rating, labelled with the figure as the table prints it.

    A figure that is not known has no bar; the words beside it say so.
    """
    titles = [column.title for column in table.columns]
    names, values = (titles.index(title) for title in bars)
    data = CategoryChartData(number_format=_format(table, values))
    data.categories = [_label(row, names, values, bars[1]) for row in table.rows]
    data.add_series(bars[1], [_value(row[values]) for row in table.rows])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *area, data)
    told = "；".join(f"{row[names].text}{row[values].text}" for row in table.rows)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(f"{table.title}：{told}"))
    chart = frame.chart
    for axis in chart._chartSpace.iter(qn("c:axId"), qn("c:crossAx")):  # the standard knows no negative ones
        axis.set("val", axis.get("val").lstrip("-"))
    chart.has_legend, chart.has_title = False, True
    size = Pt(min(_LARGEST, max(_LEAST, Emu(area[3]).pt / len(table.rows) / _LINES_A_BAR)))
    chart.font.size, chart.font.color.rgb = size, rgb(INK)
    title = chart.chart_title.text_frame
    title.text = plain_text(f"{table.title}（{bars[1]}）")
    title.paragraphs[0].runs[0].font.size, title.paragraphs[0].runs[0].font.bold = size, True
    across, down = chart.category_axis, chart.value_axis
    across.reverse_order = True  # the first row on top
    across.major_tick_mark, across.format.line.color.rgb = XL_TICK_MARK.NONE, rgb(MUTED)
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    down.visible, down.has_major_gridlines, down.minimum_scale = False, False, 0
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories, plot.has_data_labels = 45, False, True
    labels = plot.data_labels
    labels.show_value, labels.position, labels.font.size = True, XL_LABEL_POSITION.OUTSIDE_END, size
    labels.number_format, labels.number_format_is_linked = _format(table, values), False
    for place, row in enumerate(table.rows):
        bar = plot.series[0].points[place].format
        tone = TONES.get(_tone(row))
        bar.fill.solid()
        bar.fill.fore_color.rgb = rgb(tone.strong if tone else NEUTRAL)
        bar.line.color.rgb = rgb(MUTED)


def _label(row: tuple[Cell, ...], names: int, values: int, what: str) -> str:
    """A bar's name with its rating, where it has one, and with a word for a figure that there is none of."""
    rating = next((cell.text for cell in row if cell.tone), "")
    more = [rating] * (rating != row[names].text) + [f"无{what}"] * (_value(row[values]) is None)
    told = "，".join(filter(None, more))
    return plain_text(row[names].text + (f"（{told}）" if told else ""))


def _tone(row: tuple[Cell, ...]) -> str:
    return next((cell.tone for cell in row if cell.tone), "")


def _value(cell: Cell) -> float | None:
    """The figure as printed, so that bar, label and table say the same; ``None`` where there is none."""
    found = _FIGURE.fullmatch(cell.text)
    return float(found[1]) if found else None


def _format(table: Table, values: int) -> str:
    """How the labels print a figure: with the table's decimals and unit."""
    found = next((m for row in table.rows if (m := _FIGURE.fullmatch(row[values].text))), None)
    if found is None:
        return "General"
    return f"0{'.' + '0' * len(found[2]) if found[2] else ''}" + (f'"{found[3]}"' if found[3] else "")


def rgb(text: str) -> RGBColor:
    """A colour of the palette as python-pptx wants it."""
    return RGBColor.from_string(text.lstrip("#"))
