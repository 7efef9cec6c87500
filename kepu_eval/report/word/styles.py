"""Page and styles of a document, from the profile."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import yaml
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from kepu_eval.report.word.xml import element, field

TITLE, SUBTITLE, BODY, ITEM, CAPTION, NOTE, CELL = (
    "公文标题", "公文副标题", "公文正文", "公文列项", "公文图表名", "公文注释", "公文表格",
)  # fmt: skip
CONTENTS = ("toc 1", "toc 2")  # Word's own, which it puts on the entries when it updates the contents
_POINTS_PER_MM = 72 / 25.4
_SMALL = 1.15  # height of a line of small print, in its size


@cache
def profile() -> dict:
    """The layout profile shipped beside this module."""
    return yaml.safe_load(Path(__file__).with_name("profile.yaml").read_text(encoding="utf-8"))


def id_of(name: str) -> str:
    """A style's id, which python-docx makes from its name."""
    return name.replace(" ", "")


def line_height() -> float:
    """Height of one grid line in points: the text area's height over its number of lines."""
    page = profile()["page"]
    return (page["height"] - page["top"] - page["bottom"]) * _POINTS_PER_MM / profile()["grid"]["lines"]


def text_width(*, landscape: bool = False) -> float:
    """Width of the text area in points; a landscape page is the same sheet turned."""
    page = profile()["page"]
    across = ("height", "top", "bottom") if landscape else ("width", "left", "right")
    whole, first, second = (page[name] for name in across)
    return (whole - first - second) * _POINTS_PER_MM


def character_spacing() -> int:
    """Twentieths of a point between characters, so that a line holds the profile's number of them.

    Set on the styles and not through the document grid, which LibreOffice reads differently from Word and WPS.
    """
    look = profile()
    return math.floor((text_width() / look["grid"]["characters"] - look["body"]["size"]) * 20)


def set_page(section: Section, *, landscape: bool = False) -> None:
    """Size, margins and line grid of a section."""
    page = profile()["page"]
    width, height = Mm(page["width"]), Mm(page["height"])
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    edges = ("left", "right", "bottom", "top") if landscape else ("top", "bottom", "left", "right")
    for name, edge in zip(("top", "bottom", "left", "right"), edges, strict=True):
        setattr(section, f"{name}_margin", Mm(page[edge]))
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(element("docGrid", type="lines", linePitch=round(line_height() * 20)))


def set_header_footer(section: Section, notice: str) -> None:
    """Page number — 1 — at the outer side; the notice at the top of every page."""
    number = profile()["page_number"]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        indent = paragraph.paragraph_format
        indent.left_indent = indent.right_indent = Pt(number["size"])
        runs = [paragraph.add_run("— "), field(paragraph, "PAGE", "1"), paragraph.add_run(" —")]
        for run in runs:
            set_font(run.element.get_or_add_rPr(), number["font"])
            run.font.size = Pt(number["size"])
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if notice:
            run = paragraph.add_run(notice)
            set_font(run.element.get_or_add_rPr(), "黑体")
            run.font.size, run.font.bold = Pt(10.5), True


def set_font(properties, east_asian: str) -> None:  # noqa: ANN001 - an rPr element
    """East-asian and latin font of run properties, set separately."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    latin = profile()["latin"]
    for slot, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{slot}"), name)


def set_styles(document: WordDocument, *, own: bool = True) -> None:
    """Every style the report uses; headings are Word's own, so that navigation and contents work.

    Not ``own``: a letterhead, whose text style and pages stay as they are.
    """
    look, lines = profile(), line_height()
    known = {style.name for style in document.styles}
    if own:
        normal = document.styles["Normal"]
        _style(normal, look["body"])
        _spacing(normal, lines)
        document.settings.odd_and_even_pages_header_footer = True
    for number, heading in enumerate(look["headings"], 1):
        name = f"Heading {number}"
        style = document.styles[name] if name in known else _new(document, name, heading, builtin=True)
        style.base_style = None if not own else style.base_style
        style.element.get_or_add_pPr().get_or_add_outlineLvl().set(qn("w:val"), str(number - 1))
        _style(style, heading)
        _spacing(style, lines)
        _indent(style)
        style.paragraph_format.keep_with_next = True
    title = _new(document, TITLE, look["title"])
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _spacing(title, 35)
    _off_grid(title)
    title.paragraph_format.space_before = Pt(lines * 2)
    subtitle = _new(document, SUBTITLE, look["subtitle"])
    subtitle.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _spacing(subtitle, lines)
    for name in (BODY, ITEM):
        style = _new(document, name, look["body"])
        style.element.get_or_add_rPr().insert_element_before(
            element("spacing", val=character_spacing()), "w:w", "w:kern", "w:position", "w:sz", "w:szCs"
        )
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        _spacing(style, lines)
        _indent(style)
    _small_styles(document)
    _contents_styles(document)


def _small_styles(document: WordDocument) -> None:
    """What stands by tables and in them."""
    look = profile()
    caption = _new(document, CAPTION, look["caption"])
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before = caption.paragraph_format.space_after = Pt(4)
    note = _new(document, NOTE, look["note"])
    note.paragraph_format.space_before, note.paragraph_format.space_after = Pt(2), Pt(8)
    cell = _new(document, CELL, look["table"])
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(1)
    for style in (caption, note, cell):
        layout = style.paragraph_format  # exactly: what single spacing gives depends on the reader's fonts
        layout.line_spacing_rule, layout.line_spacing = (
            WD_LINE_SPACING.EXACTLY,
            Pt(round(style.font.size.pt * _SMALL, 1)),
        )
        _off_grid(style)


def _contents_styles(document: WordDocument) -> None:
    """The entries of the table of contents, with their pages at the right."""
    look = profile()
    for level, name in enumerate(CONTENTS):
        contents = _new(document, name, look["contents"], builtin=True)
        _spacing(contents, look["contents"]["line"])
        _off_grid(contents)
        contents.paragraph_format.left_indent = Mm(8 * level)
        contents.paragraph_format.tab_stops.add_tab_stop(
            Pt(text_width()), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )


def _new(document: WordDocument, name: str, look: dict, *, builtin: bool = False) -> ParagraphStyle:
    """A style that stands on its own: what a letterhead's text style says is not for tables and notes."""
    if name in document.styles:
        document.styles[name].delete()
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin)
    style.base_style = None
    _style(style, look)
    return style


def _style(style: ParagraphStyle, look: dict) -> None:
    set_font(style.element.get_or_add_rPr(), look["font"])
    style.font.size, style.font.bold = Pt(look["size"]), look.get("bold", False)
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)


def _spacing(style: ParagraphStyle, points: float) -> None:
    layout = style.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(round(points, 1))


def _indent(style: ParagraphStyle) -> None:
    """First-line indent of two characters, whatever their size."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(round(style.font.size.pt * 40)))


def _off_grid(style: ParagraphStyle) -> None:
    """Lines as high as the style says, not as the page's grid of lines."""
    style.element.get_or_add_pPr().insert_element_before(
        element("snapToGrid", val="0"), "w:spacing", "w:ind", "w:contextualSpacing", "w:jc"
    )


def set_font_table(document: WordDocument) -> None:
    """Name a substitute for every font that a reader's computer may lack."""
    part = next(
        (p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml"), None
    )
    if part is None:
        return
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in profile()["fonts"].items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode("utf-8") + b"</w:fonts>")
