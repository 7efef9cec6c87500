"""Rare characters: drawn by a font behind the first, or □ with a note of the cell; never a report withheld or a name changed."""

import io

import docx
import nbformat.v4 as nbf
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kepu_eval.report.blocks import Cover, Fact, Prose, Span, table
from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter
from kepu_eval.report.fact import Source
from kepu_eval.report.figures.style import chart, drawing
from kepu_eval.report.fonts import repertoire
from kepu_eval.report.glyphs import _COMMON, drawn, lost

DODO = "\U0001f9a4"


def shown(block):
    return nbf.new_code_cell("x", outputs=[nbf.new_output("display_data", data=block._repr_mimebundle_())])


def notebook(*texts, source=None):
    """A report of these paragraphs, each of which came from the cell."""
    cells = [shown(Cover(title="报告", signed=True))]
    for number, text in enumerate(texts):
        sources = (source or Source(file="区教育局.xlsx", sheet="任务填报", cell="C5", raw=text),)
        fact = Fact(id=f"语句.{number}", value=text, sources=sources)
        cells += [
            shown(Prose(spans=(Span(text=text, fact=fact.id),), facts=(fact,))),
            shown(table(f"t{number}", "名单", ["学校"], [[text]])),
        ]
    return nbf.new_notebook(cells=cells)


def pdf_text(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("𠮷田小学①Ⅲ㎡", "𠮷田小学①Ⅲ㎡"),
        ("\uf0b7 讲座\uf0a7展览\uf0fc", "• 讲座▪展览✓"),
        ("ᠮᠣᠩᠭᠣᠯ", "□□□□□□"),
        ("零\u200b宽\ufeff软\u00ad连\u2060", "零宽软连"),
        ("\ue123与\U000f0000", "□与□"),
        ("葛\U000e0100城", "葛城"),
        ("甲\x07乙\x0b丙\t丁", "甲乙丙 丁"),
        ("笑😀" + DODO, "笑😀□"),
        ("ﬁ ｱ ﷺ", "ﬁ ｱ □"),
    ],
)
def test_what_is_drawn(text, told):
    assert drawn(text) == told


def test_the_quick_way_holds_for_characters_that_the_fonts_have():
    assert not [
        code for code in range(0x20, 0xA000) if _COMMON.fullmatch(chr(code)) and code not in repertoire()
    ]


def test_word_excel_and_html_keep_the_character_and_the_pdf_names_its_cell():
    book = notebook(f"𠮷田小学{DODO}①")
    content = PdfExporter().from_notebook_node(book)[0]
    assert "𠮷田小学□①" in pdf_text(content)
    assert "U+1F9A4（区教育局.xlsx　任务填报　C5）" in pdf_text(content)
    word = docx.Document(io.BytesIO(DocxExporter().from_notebook_node(book)[0]))
    assert f"𠮷田小学{DODO}①" in [p.text for p in word.paragraphs]
    assert "□" not in "".join(p.text for p in word.paragraphs)
    excel = openpyxl.load_workbook(io.BytesIO(XlsxExporter().from_notebook_node(book)[0]))
    assert excel["名单"]["A4"].value == f"𠮷田小学{DODO}①"
    assert f"𠮷田小学{DODO}①" in HtmlExporter().from_notebook_node(book)[0]


def test_without_a_cell_the_note_says_where_in_the_report():
    content = PdfExporter().from_notebook_node(notebook(DODO, source=Source(file="甲.xlsx")))[0]
    assert "U+1F9A4（正文）" in pdf_text(content)


def test_a_private_bullet_is_a_sign_in_html():
    page = HtmlExporter().from_notebook_node(notebook("\uf0b7讲座"))[0]
    assert "•讲座" in page
    assert "\uf0b7" not in page


def test_a_chart_draws_what_it_can_and_says_what_it_cannot(recwarn):
    with drawing(20) as figure:
        figure.subplots().set_title(f"𠮷\uf0b7{DODO}\u200b")
        made = chart(figure, "c", "图", "说明", note="注。")
    assert made.note == "注。图中的□为U+1F9A4。"
    assert not [w for w in recwarn if "missing from" in str(w.message)]


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(ANY)
def test_nothing_is_drawn_that_no_font_has(text):
    told = drawn(text)
    assert all(ord(c) in repertoire() or c == " " for c in told)
    assert drawn(told) == told
    assert set(lost(text)).isdisjoint(map(chr, repertoire()))


def test_characters_of_every_block_become_a_pdf():
    every = [chr(code) for code in range(0x20, 0x30000, 61) if not 0xD800 <= code < 0xE000]
    texts = ["".join(every[place : place + 90]) for place in range(0, len(every), 90)]
    assert PdfExporter().from_notebook_node(notebook(*texts))[0].startswith(b"%PDF")
