"""The PDF: layout of an official document, text that stays text, tags for screen readers, the same bytes each time."""

import io

import nbformat.v4 as nbf
import pypdf
import pytest

from kepu_eval.report.blocks import Chart, Cover, Heading, prose, table
from kepu_eval.report.exporters import PdfExporter
from kepu_eval.report.pdf import PdfError
from tests.report.test_exporters import FACT, HOSTILE, SHARE, notebook, shown  # noqa: F401 - a fixture

MM = 72 / 25.4
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def content(notebook):  # noqa: F811
    return PdfExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def pdf(content):
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(pdf):
    return "".join(page.extract_text() for page in pdf.pages).replace("\n", "").replace(" ", "")


def test_figures_and_edited_sentences_are_there(pdf):
    words = text_of(pdf)
    assert "累计1210人次，完成率60.5%。" in words
    assert "评估人改过的一句话。" in words
    assert "表1" in words
    assert "▲滞后" in words


def test_pages_are_a4_with_a_landscape_one_for_the_wide_table(pdf):
    sizes = [(round(float(p.mediabox.width) / MM), round(float(p.mediabox.height) / MM)) for p in pdf.pages]
    assert set(sizes) == {(210, 297), (297, 210)}


def placed(page):
    """Pieces of a page's text as (text, x in points, size)."""
    found = []

    def visit(text, current, matrix, _, size):
        x = current[0] * matrix[4] + current[2] * matrix[5] + current[4]
        found.append((text.strip(), x, size * abs(current[0]) * abs(matrix[0])))

    page.extract_text(visitor_text=visit)
    return [piece for piece in found if piece[0]]


def test_body_text_begins_at_the_official_margins(pdf):
    pieces = [piece for page in pdf.pages for piece in placed(page)]
    _, left, size = next(piece for piece in pieces if piece[0].startswith("累计"))
    assert left == pytest.approx(28 * MM + 2 * 16, abs=2)
    assert size == pytest.approx(16, abs=0.1)


def test_fonts_are_embedded_and_subset(pdf):
    names = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile3" in described or "/FontFile2" in described
            names.add(described["/FontName"])
    assert names
    assert all("+" in name for name in names)


def test_it_is_tagged_and_says_its_title_language_and_standard(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh")
    assert pdf.metadata.title == "中期自查评估报告"
    assert pdf.metadata.author == "办公室"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_headings_are_bookmarks_and_stand_in_the_contents_with_pages(pdf):
    titles = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert titles == ["一、评估概况", "二、总表"]
    assert "目录" in pdf.pages[0].extract_text().replace("　", "").replace(" ", "")
    assert "一、评估概况" in pdf.pages[0].extract_text()


def test_page_numbers_stand_at_the_outer_side(pdf):
    for number, page in enumerate(pdf.pages, 1):
        _, x, size = next(piece for piece in placed(page) if piece[0].startswith(f"— {number}"))
        assert (x > float(page.mediabox.width) / 2) == (number % 2 == 1)
        assert size == pytest.approx(14, abs=0.1)


def test_the_notice_stands_on_every_page(pdf):
    assert all("示例数据" in page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize("text", [t for t in HOSTILE if len(t) < 100])
def test_hostile_text_is_only_text(pdf, text):
    visible = "".join(c for c in text if c.isprintable()).replace(" ", "")
    assert visible in text_of(pdf)


def test_ten_thousand_characters_do_not_break_the_page(pdf):
    assert text_of(pdf).count("长") == 10_000


def test_the_same_notebook_gives_the_same_bytes(content, notebook):  # noqa: F811
    assert PdfExporter().from_notebook_node(notebook)[0] == content


def test_the_annex_is_left_to_the_workbook(pdf):
    words = text_of(pdf)
    assert "逐校明细" not in words
    assert "见随附工作簿" in words


def test_a_picture_has_its_alternative_text():
    book = nbf.new_notebook(cells=[
        shown(Cover(title="报告")), shown(Heading(level=1, text="图")), shown(prose("{a}{b}", a=FACT, b=SHARE)),
        shown(Chart(id="c", title="各年培训人次", png=PNG, alt="三年柱形图，逐年上升")),
        shown(table("t", "表", ["甲"], [["乙"]])),
    ])  # fmt: skip
    content = PdfExporter().from_notebook_node(book)[0]
    pdf = pypdf.PdfReader(io.BytesIO(content))
    alts = [str(o.get_object()["/Alt"]) for o in _structure(pdf) if "/Alt" in o.get_object()]
    assert alts == ["三年柱形图，逐年上升"]


def _structure(pdf):
    """Every structure element of the tag tree."""
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            waiting += list(node)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            yield node
            if "/K" in node:
                waiting.append(node["/K"])


def test_a_picture_that_is_none_is_refused_in_chinese():
    book = nbf.new_notebook(cells=[shown(Chart(id="c", title="图", png="AAAA", alt="坏图"))])
    with pytest.raises(PdfError, match="无法生成PDF"):
        PdfExporter().from_notebook_node(book)
