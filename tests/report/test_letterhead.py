"""A report on an office's own letterhead: three that were made for it, as Word and WPS save them."""

import io

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from kepu_eval.report.blocks import Cover, Heading, prose, table
from kepu_eval.report.document import Document
from kepu_eval.report.word import word_file
from kepu_eval.report.word.letterhead import LetterheadError

NOTICE = "示例数据"


def report(**more):
    """A report with a table on a turned page at its end."""
    wide = table("wide", "逐项情况", ["指标", "情况"], [["甲", "完成"]] * 3, landscape=True)
    blocks = (
        Heading(level=1, text="总体评价"),
        prose("各项任务总体推进。"),
        Heading(level=2, text="逐项"),
        wide,
    )
    cover = Cover(title="中期自查评估报告", organisation="某区办公室", date="2024年1月31日", notice=NOTICE, contents=False, signed=True, **more)  # fmt: skip
    return Document(cover, blocks, None, {}).volumes[0]


def red(word, text, size=36):
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb, run.font.bold = Pt(size), RGBColor(0xC0, 0, 0), True
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("color", "C00000")):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:jc")
    return paragraph


def content(word):
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def plain():
    """版头 of one line, the place for the text, 版记 as a table."""
    word = docx.Document()
    word.sections[0].top_margin = Mm(50)
    red(word, "某区科学技术协会文件")
    word.add_paragraph("某科协〔2024〕　号")
    word.add_paragraph("{{正文}}")
    back = word.add_table(2, 2)
    back.cell(0, 0).text, back.cell(1, 0).text = "抄送：区委办公室", "某区科学技术协会办公室"
    return word


def as_wps():
    """As WPS and Chinese Word save: style ids are numbers, a placeholder is split into runs, the first page has its own header."""
    word = docx.Document()
    for number, name in enumerate(("Heading 1", "Heading 2"), 2):
        word.styles[name].element.set(qn("w:styleId"), str(number))
    word.styles["Normal"].paragraph_format.first_line_indent = Pt(32)
    section = word.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "内部资料"
    word.settings.odd_and_even_pages_header_footer = True
    red(word, "某区人民政府办公室")
    title = word.add_paragraph()
    for piece in ("关于报送", "{{", "标题", "}}", "的函"):
        title.add_run(piece)
    word.add_paragraph("{{正文}}")
    word.add_paragraph("{{署名}}")
    word.add_paragraph("{{日期}}")
    return word


def bare():
    """Nothing but 版头, in a document without table styles."""
    word = docx.Document()
    for style in list(word.styles):
        if style.name == "Table Grid" or style.name.startswith("Heading"):
            style.delete()
    red(word, "工作简报", 48)
    return word


def lines(made):
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(made)).paragraphs if paragraph.text]


def test_the_text_stands_between_head_and_back_and_the_page_stays():
    made = word_file(report(), letterhead=content(plain()))
    said = lines(made)
    assert said[:2] == ["某区科学技术协会文件", "某科协〔2024〕　号"]
    assert said[2] == "中期自查评估报告"
    assert said[-2:] == ["某区办公室", "2024年1月31日"]
    word = docx.Document(io.BytesIO(made))
    assert word.tables[-1].cell(0, 0).text == "抄送：区委办公室"
    first, turned, last = word.sections
    assert first.top_margin == last.top_margin == pytest.approx(Mm(50), abs=1000)
    assert turned.page_width > turned.page_height


def test_placeholders_are_filled_however_they_are_split_and_nothing_is_said_twice():
    made = word_file(report(), letterhead=content(as_wps()))
    said = lines(made)
    assert said[1] == "关于报送中期自查评估报告的函"
    assert said.count("中期自查评估报告") == 0
    assert said[-2:] == ["某区办公室", "2024年1月31日"]
    word = docx.Document(io.BytesIO(made))
    headings = [p for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert [p.text for p in headings] == ["一、总体评价", "（一）逐项"]
    cell = word.tables[0].cell(1, 0).paragraphs[0]
    assert cell.style.base_style is None  # the letterhead's indent is not for tables


def test_a_letterhead_without_a_place_for_the_text_begins_the_report():
    made = word_file(report(), letterhead=content(bare()))
    assert lines(made)[:3] == ["工作简报", "中期自查评估报告", "一、总体评价"]
    assert docx.Document(io.BytesIO(made)).tables[0].style.name == "Table Grid"


@pytest.mark.parametrize("letterhead", [plain, as_wps, bare])
def test_every_page_still_says_that_the_data_are_an_example(letterhead):
    word = docx.Document(io.BytesIO(word_file(report(), letterhead=content(letterhead()))))
    section = word.sections[0]
    headers = [section.header]
    headers += [section.first_page_header] if section.different_first_page_header_footer else []
    headers += [section.even_page_header] if word.settings.odd_and_even_pages_header_footer else []
    assert all(NOTICE in "".join(p.text for p in header.paragraphs) for header in headers)


def test_what_cannot_be_a_letterhead_is_refused_in_chinese():
    with pytest.raises(LetterheadError, match="红头文件打不开"):
        word_file(report(), letterhead=b"not a file")
    word = plain()
    word.add_section(WD_SECTION.NEW_PAGE)
    word.add_paragraph("另一节")
    with pytest.raises(LetterheadError, match="又分了节"):
        word_file(report(), letterhead=content(word))
