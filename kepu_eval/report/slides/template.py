"""What slides are drawn on: an office's own template, or a plain wide one with Chinese fonts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import pptx
from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation
from pptx.slide import Slide, SlideLayout
from pptx.util import Emu, Inches

from kepu_eval.report.meeting import MeetingError
from kepu_eval.report.palette import ACCENT, MUTED
from kepu_eval.report.word.base import themed

LATIN, EAST_ASIAN = "Arial", "微软雅黑"
_WIDE = (Inches(13.333), Inches(7.5))
_EDGE = Inches(0.6)
_TITLE, _SUBTITLE = 30, 24
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_AROUND = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


@dataclass(frozen=True)
class Canvas:
    """A presentation without slides, and the layouts of the title and of the others."""

    show: Presentation
    cover: SlideLayout
    inner: SlideLayout

    def add(self, layout: SlideLayout, title: str) -> Slide:
        """A new slide whose title is set and whose other placeholders, but a subtitle, are taken away."""
        slide = self.show.slides.add_slide(layout)
        for shape in list(slide.placeholders):
            if shape.placeholder_format.type not in (*_TITLES, PP_PLACEHOLDER.SUBTITLE):
                shape._element.getparent().remove(shape._element)
        slide.shapes.title.text_frame.text = title
        return slide

    def area(self) -> tuple[int, int, int, int]:
        """Where a slide's content stands: left, top, width and height in EMU; below the title, above the number."""
        title = next(p for p in self.inner.placeholders if p.placeholder_format.type in _TITLES)
        top = title.top + title.height + Inches(0.15)
        return _EDGE, top, self.show.slide_width - 2 * _EDGE, self.show.slide_height - top - Inches(0.55)


def open_canvas(content: bytes | None) -> Canvas:
    """A canvas from a template's bytes, or our own; :class:`MeetingError` for a file that cannot serve as one."""
    show = _own() if content is None else _theirs(content)
    layouts = list(show.slide_layouts)
    cover = _with(layouts, {PP_PLACEHOLDER.CENTER_TITLE}) or _with(layouts, {PP_PLACEHOLDER.TITLE})
    inner = _plain(layouts) or _with(layouts, {PP_PLACEHOLDER.TITLE})
    if cover is None or inner is None:
        raise MeetingError(
            "幻灯片模板里没有带标题的版式", hint="请在母版里保留“标题幻灯片”和“仅标题”两种版式"
        )
    return Canvas(show, cover, inner)


def _kinds(layout: SlideLayout) -> set[PP_PLACEHOLDER]:
    return {shape.placeholder_format.type for shape in layout.placeholders}


def _with(layouts: Iterable[SlideLayout], wanted: set[PP_PLACEHOLDER]) -> SlideLayout | None:
    return next((layout for layout in layouts if wanted <= _kinds(layout)), None)


def _plain(layouts: Iterable[SlideLayout]) -> SlideLayout | None:
    """The layout with a title and nothing else to fill in."""
    return next((each for each in layouts if _kinds(each) - set(_AROUND) == {PP_PLACEHOLDER.TITLE}), None)


def _theirs(content: bytes) -> Presentation:
    try:
        show = pptx.Presentation(io.BytesIO(content))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise MeetingError("幻灯片模板打不开：须是 .pptx（不是 .ppt、.dps、.potx），也不能加密") from error
    listed = show.slides._sldIdLst
    for slide in list(listed):
        show.part.drop_rel(slide.rId)
        listed.remove(slide)
    for sections in show.element.findall(qn("p:extLst")):  # they name slides that are gone
        show.element.remove(sections)
    return show


def _own() -> Presentation:
    """python-pptx's template made wide, with two layouts, our fonts and colour."""
    show = pptx.Presentation()
    show.slide_width, show.slide_height = _WIDE
    for layout in list(show.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            show.slide_layouts.remove(layout)
    theme = show.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = themed(theme.blob, LATIN, EAST_ASIAN)
    cover, inner = show.slide_layouts
    _place(show.slide_master.placeholders[0], Inches(0.35), Inches(0.85), _TITLE)
    _place(inner.placeholders[0], Inches(0.35), Inches(0.85), _TITLE)
    _place(cover.placeholders[0], Inches(2.1), Inches(1.6), 36)
    _place(cover.placeholders[1], Inches(3.9), Inches(1.4), _SUBTITLE)
    for layout in (cover, inner, show.slide_master):
        for shape in [p for p in layout.placeholders if p.placeholder_format.type in _AROUND]:
            shape._element.getparent().remove(shape._element)
    return show


def _place(shape, top: Emu, height: Emu, size: int) -> None:  # noqa: ANN001 - a placeholder of a layout or master
    shape.left, shape.top, shape.width, shape.height = _EDGE, top, _WIDE[0] - 2 * _EDGE, height
    body = shape.text_frame._txBody
    style = body.find(qn("a:lstStyle"))
    for child in list(style):
        style.remove(child)
    level = etree.SubElement(
        style, qn("a:lvl1pPr"), algn="l" if size == _TITLE else "ctr", marL="0", indent="0"
    )
    etree.SubElement(level, qn("a:buNone"))
    run = etree.SubElement(level, qn("a:defRPr"), sz=str(size * 100), b="0" if size == _SUBTITLE else "1")
    colour = etree.SubElement(etree.SubElement(run, qn("a:solidFill")), qn("a:srgbClr"))
    colour.set("val", ACCENT.lstrip("#") if size != _SUBTITLE else MUTED.lstrip("#"))
