"""Blocks as Word paragraphs, tables and pictures."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK, WD_LINE_SPACING
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from kepu_eval.report.blocks import Chart, Cover, Heading, Prose, Table
from kepu_eval.report.document import Bound
from kepu_eval.report.numbering import Numbered
from kepu_eval.report.word import styles
from kepu_eval.report.word.base import adopt_styles, new_base
from kepu_eval.report.word.letterhead import DATE, SIGNED, TITLE, open_letterhead
from kepu_eval.report.word.paragraphs import add_paragraph
from kepu_eval.report.word.properties import RUN, set_custom_property
from kepu_eval.report.word.remarks import add_remarks
from kepu_eval.report.word.signature import NO_DATE, attached, sign
from kepu_eval.report.word.tables import insert_table
from kepu_eval.report.word.titles import broken_title
from kepu_eval.report.word.xml import begin_field, bookmark, end_field, home_mark, linked_entry, linked_run
from kepu_eval.safe_text import plain_text

_ROLE = {"body": styles.BODY, "item": styles.ITEM, "note": styles.NOTE}
_HOME = 1_000_000  # numbers of the bookmarks by which paragraphs find home, apart from those of headings
_FIXED = dt.datetime(2000, 1, 1)
_CONTENTS_LEVELS = len(styles.CONTENTS)


def word_file(
    bound: Bound,
    remark: str = "",
    run: str = "",
    pages: Mapping[str, int] | None = None,
    letterhead: bytes | None = None,
) -> bytes:
    """One of a report's documents as a .docx file (bytes); ``remark``: a note at its end; ``run``: what it was printed from.

    ``pages``: of the headings by anchor, for the contents. ``letterhead``: an office's own .docx, see
    :mod:`kepu_eval.report.word.letterhead`; raises :class:`LetterheadError` for one that cannot be used.
    """
    head = open_letterhead(letterhead, bound.cover) if letterhead else None
    word = on_letterhead(head.word, bound.cover) if head else new_word(bound.cover)
    items, says = list(bound.items), head.says if head else set()
    if run:
        set_custom_property(word, RUN, run)
    _cover(word, bound.cover, titled=TITLE in says)
    if bound.cover.contents:
        _contents(word, items, pages or {})
    landscape, places = False, []
    for number, item in enumerate(items, 1):
        wanted = bound.landscape(number - 1)
        if wanted != landscape:
            _turn(word, landscape=wanted, own=head is None)
            landscape = wanted
        places.append((item.block.cell, _block(word, item, number, chapters=bound.cover.contents)))
    add_remarks(word, bound.remarks, places)
    if remark:
        add_paragraph(word, remark, styles.NOTE)
    for place, line in enumerate(attached(bound.annexes)):
        paragraph = add_paragraph(word, line, styles.BODY)
        paragraph.paragraph_format.space_before = Pt(0 if place else styles.line_height())
    if landscape and (bound.cover.signed or head):
        _turn(word, landscape=False, own=head is None)
    if bound.cover.signed and not says & {SIGNED, DATE}:
        sign(word, bound.cover)
    if head:
        head.close()
    return saved(word)


def _turn(word: WordDocument, *, landscape: bool, own: bool) -> None:
    """Begin a section whose pages are turned, or turned back to those of the beginning."""
    section, first = word.add_section(WD_SECTION.NEW_PAGE), word.sections[0]
    if own or landscape:
        styles.set_page(section, landscape=landscape)
        return
    for name in (
        "orientation",
        "page_width",
        "page_height",
        "top_margin",
        "bottom_margin",
        "left_margin",
        "right_margin",
    ):
        setattr(section, name, getattr(first, name))


def opening_lines(bound: Bound) -> list[str]:
    """The lines above the text: title, subtitle, the contents' head and entries."""
    cover = bound.cover
    entries = [item.label for item in bound.items if isinstance(item.block, Heading)]
    lines = [broken_title(cover.title), cover.subtitle, cover.organisation, cover.date]
    return [line for line in [*lines, *(["目　录", *entries] if cover.contents else [])] if line]


def closing_lines(bound: Bound) -> list[str]:
    """The lines below the text: list of annexes, who signs and when."""
    cover = bound.cover
    signed = [cover.organisation, cover.date or NO_DATE] if cover.signed else []
    return [line for line in (*attached(bound.annexes), *signed) if line]


def new_word(cover: Cover) -> WordDocument:
    """An empty document with the profile's page and styles; the cover gives its notice and properties."""
    word = new_base(styles.profile()["latin"], styles.profile()["body"]["font"])
    styles.set_styles(word)
    styles.set_font_table(word)
    section = word.sections[0]
    styles.set_page(section)
    styles.set_header_footer(section, cover.notice)
    _properties(word, cover)
    return word


def on_letterhead(word: WordDocument, cover: Cover) -> WordDocument:
    """A letterhead with the styles that the report uses; its page, its headers and its own text style stay."""
    adopt_styles(word, styles.profile()["latin"], styles.profile()["body"]["font"])
    styles.set_styles(word, own=False)
    _properties(word, cover)
    return word


def saved(word: WordDocument) -> bytes:
    """The document as the content of a .docx file."""
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _properties(word: WordDocument, cover: Cover) -> None:
    properties = word.core_properties
    properties.title, properties.author = plain_text(cover.title), plain_text(cover.organisation)
    properties.last_modified_by, properties.comments = (
        plain_text(cover.organisation),
        plain_text(cover.notice),
    )
    properties.created = properties.modified = _FIXED
    properties.language = "zh-CN"


def _cover(word: WordDocument, cover: Cover, *, titled: bool) -> None:
    """Title and subtitle; ``titled``: the letterhead has the title."""
    if not titled:
        title = add_paragraph(word, broken_title(cover.title), styles.TITLE)
        if cover.signed:  # a report that begins on this page, not a title page
            title.paragraph_format.space_before = Pt(styles.line_height() / 2)
    for line in (cover.subtitle,) if cover.signed else (cover.subtitle, cover.organisation, cover.date):
        if line:
            add_paragraph(word, line, styles.SUBTITLE)


def _contents(word: WordDocument, items: list[Numbered], pages: Mapping[str, int]) -> None:
    """A table of contents with its entries as links with their pages, as the PDF has them: nothing asks to be updated."""
    headings = [(i, i.block) for i in items if isinstance(i.block, Heading)]
    entries = [(item, heading.level) for item, heading in headings if heading.level <= _CONTENTS_LEVELS]
    if not entries:
        return
    head = add_paragraph(word, "目　录", styles.SUBTITLE)
    head.paragraph_format.space_before = head.paragraph_format.space_after = Mm(6)
    for place, (item, level) in enumerate(entries):
        paragraph = add_paragraph(word, "", styles.CONTENTS[level - 1])
        if place == 0:
            begin_field(paragraph, f'TOC \\o "1-{_CONTENTS_LEVELS}" \\h \\z \\u')
        target = f"_Toc{items.index(item) + 1:08d}"
        linked_entry(paragraph, plain_text(item.label), target, str(pages.get(item.anchor, "")))
        if place == len(entries) - 1:
            end_field(paragraph)
    _page_break(word)


def _page_break(word: WordDocument) -> None:
    word.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)


def _block(word: WordDocument, item: Numbered, number: int, *, chapters: bool) -> Paragraph | None:
    """Append a block; the paragraph at which a comment on it stands. ``chapters``: each begins a page."""
    block, paragraph = item.block, None
    if isinstance(block, Heading):
        paragraph = add_paragraph(word, item.label, f"Heading {block.level}")
        if block.level == 1 and chapters:
            paragraph.paragraph_format.page_break_before = True
        bookmark(paragraph, number, f"_Toc{number:08d}")
        bookmark(paragraph, _HOME + number, home_mark(item.anchor))
    elif isinstance(block, Prose):
        paragraph = add_prose(word, block)
        bookmark(paragraph, _HOME + number, home_mark(item.anchor))
    elif isinstance(block, Chart):
        paragraph = _chart(word, block, item.label)
    elif isinstance(block, Table):
        paragraph = add_table(word, block, item.label)
    return paragraph


def add_prose(word: WordDocument, block: Prose) -> Paragraph:
    """Append a block of prose."""
    paragraph = add_paragraph(word, "", _ROLE[block.role])
    if block.level:
        paragraph.paragraph_format.left_indent = Pt(styles.profile()["body"]["size"] * 2 * block.level)
    for span in block.spans:
        run = linked_run(paragraph, span.link) if span.link else paragraph.add_run()
        run.text = plain_text(span.text)
        run.bold = span.bold or None
    return paragraph


def _chart(word: WordDocument, block: Chart, label: str) -> Paragraph:
    paragraph = add_paragraph(word, "", styles.CAPTION)
    paragraph.paragraph_format.keep_with_next = bool(label)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE  # as high as the picture
    picture = paragraph.add_run().add_picture(io.BytesIO(block.image), width=Mm(min(block.width_mm, 156)))
    highest = Mm(215)
    if picture.height > highest:
        picture.width, picture.height = Emu(picture.width * highest // picture.height), highest
    described = picture._inline.docPr
    described.set("descr", plain_text(block.alt))
    described.set("title", plain_text(block.title))
    if label:
        paragraph = add_paragraph(word, label, styles.CAPTION)
    if block.note:
        add_paragraph(word, block.note, styles.NOTE)
    return paragraph


def add_table(word: WordDocument, block: Table, label: str) -> Paragraph | None:
    """Append a table under its label: head repeated on every page, no row split between two. The label's paragraph."""
    caption = add_paragraph(word, label, styles.CAPTION) if label else None
    if caption:
        caption.paragraph_format.keep_with_next = True
    insert_table(word, block)
    if block.note:
        add_paragraph(word, f"注：{block.note}", styles.NOTE)
    else:
        add_paragraph(word, "", styles.CELL)
    return caption
