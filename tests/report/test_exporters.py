"""The same small report in every format: layout, lineage, hostile text, and the same bytes each time."""

import base64
import hashlib
import io
import re
import zipfile

import docx
import nbformat.v4 as nbf
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kepu_eval.report.blocks import Cell, Column, Cover, Fact, Heading, InputFile, Inputs, prose, table
from kepu_eval.report.exporters import DocxExporter, HtmlExporter, PdfExporter, XlsxExporter
from kepu_eval.report.fact import Source
from kepu_eval.report.numbering import han, numbered
from kepu_eval.report.palette import TONES
from kepu_eval.report.render_html import block_html
from kepu_eval.report.word import styles

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "{{ 7*7 }}",
    "#let x = 1",
    "]]>",
    "\u202eabc",
    "+1+1",
    "@SUM(1)",
    "控制\x0b符\x00",
    "长" * 10_000,
]
FACT = Fact(id="Q08.value", value=1210, unit="人次", label="累计", formula="380+310+520",
            sources=(Source(file="区农牧局.xlsx", sheet="指标数据", cell="G6", raw="380", sha256="ab" * 32,
                            round="2023-midterm", decision="按原数（C40）", what="Q08"),))  # fmt: skip
SHARE = Fact(id="Q08.share", value=60.5, unit="%", digits=1, label="完成率")


def shown(block):
    return nbf.new_code_cell("x", outputs=[nbf.new_output("display_data", data=block._repr_mimebundle_())])


@pytest.fixture(scope="module")
def notebook():
    wide = table(
        "master",
        "总表",
        [Column(title="任务", align="center"), "评级"],
        [[1, Cell(text="滞后", tone="late")]],
        landscape=True,
    )
    annex = table(
        "detail", "逐校明细", ["学校", "次数"], [["甲校", Cell(text="4 达标", value=4.0)]], annex=True
    )
    hostile = table("hostile", "文本", ["内容"], [[text] for text in HOSTILE])
    return nbf.new_notebook(
        cells=[
            shown(Cover(title="中期自查评估报告", subtitle="（2021—2023年）", organisation="办公室", notice="示例数据")),
            nbf.new_markdown_cell("## 评估概况\n\n评估人**改过**的一句话。"),
            shown(prose("累计{a}，完成率{b}。", a=FACT, b=SHARE)),
            shown(Heading(level=2, text="指标")),
            shown(table("t", "指标一览", ["指标", Column(title="现值", align="right")], [["培训", FACT]], note="注释")),
            nbf.new_markdown_cell("## 总表"),
            shown(wide),
            shown(annex),
            shown(hostile),
            shown(Inputs(parameters={"as_of": "2023-12-31"}, files=(InputFile(role="单位填报表", path="区农牧局.xlsx", sha256="ab" * 32),), versions={"python": "3"})),
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def word(notebook):
    return docx.Document(io.BytesIO(DocxExporter().from_notebook_node(notebook)[0]))


@pytest.fixture(scope="module")
def page(notebook):
    return HtmlExporter().from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def book(notebook):
    return openpyxl.load_workbook(io.BytesIO(XlsxExporter().from_notebook_node(notebook)[0]))


@pytest.mark.parametrize("exporter", [DocxExporter, HtmlExporter, XlsxExporter])
def test_the_same_notebook_gives_the_same_bytes(notebook, exporter):
    assert exporter().from_notebook_node(notebook)[0] == exporter().from_notebook_node(notebook)[0]


@pytest.mark.parametrize("exporter", [DocxExporter, HtmlExporter, PdfExporter, XlsxExporter])
def test_they_stand_in_jupyterlabs_export_menu(exporter):
    assert "评估报告" in exporter.export_from_notebook


class TestWord:
    def test_page_and_margins_are_those_of_gb_t_9704(self, word):
        section = word.sections[0]
        found = [round(length.mm) for length in (section.page_width, section.page_height, section.top_margin,
                                                section.bottom_margin, section.left_margin, section.right_margin)]  # fmt: skip
        assert found == [210, 297, 37, 35, 28, 26]
        grid = section._sectPr.find(qn("w:docGrid"))
        assert int(grid.get(qn("w:linePitch"))) == pytest.approx((297 - 37 - 35) / 25.4 * 1440 / 22, abs=1)

    @pytest.mark.parametrize(
        ("style", "font", "size"),
        [
            ("公文标题", "方正小标宋简体", 22),
            ("公文正文", "仿宋_GB2312", 16),
            ("Heading 1", "黑体", 16),
            ("Heading 2", "楷体_GB2312", 16),
        ],
    )
    def test_fonts_of_both_scripts_are_set(self, word, style, font, size):
        found = word.styles[style]
        fonts = found.element.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:ascii")) == "Times New Roman"
        assert found.font.size == Pt(size)

    def test_headings_are_real_and_numbered(self, word):
        heads = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.startswith("Heading")]
        assert heads == [
            ("Heading 1", "一、评估概况"),
            ("Heading 2", "（一）指标"),
            ("Heading 1", "二、总表"),
        ]

    def test_body_text_and_edited_sentences_are_there(self, word):
        text = [p.text for p in word.paragraphs]
        assert "累计1210人次，完成率60.5%。" in text
        assert "评估人改过的一句话。" in text
        indent = word.styles["公文正文"].element.pPr.find(qn("w:ind"))
        assert indent.get(qn("w:firstLineChars")) == "200"

    def test_the_notice_and_the_page_number_stand_on_every_page(self, word):
        for section in word.sections:
            for header in (section.header, section.even_page_header):
                assert "示例数据" in header.paragraphs[0].text
            for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
                assert footer.paragraphs[0].alignment.name == side
                assert "PAGE" in footer.paragraphs[0]._p.xml

    def test_properties_stand_in_the_order_of_the_standard(self, word):
        """ISO/IEC 29500-1, 17.3: a program may refuse a file in which they do not."""
        order = {
            "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs snapToGrid spacing ind "
            "contextualSpacing jc textAlignment outlineLvl rPr sectPr",
            "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike noProof snapToGrid vanish color spacing w kern "
            "position sz szCs highlight u shd vertAlign lang",
            "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
            "tblPr": "tblStyle tblStyleRowBandSize tblStyleColBandSize tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
        }
        for root in (word.element, word.styles.element):
            for name, known in order.items():
                for properties in root.iter(qn(f"w:{name}")):
                    places = [known.split().index(child.tag.partition("}")[2]) for child in properties]
                    assert places == sorted(places), properties.xml

    def test_contents_have_the_styles_that_word_gives_them(self, word):
        entries = [p for p in word.paragraphs if p.style.name.startswith("toc ")]
        assert entries
        assert all(p.style.name == ("toc 2" if p.text.startswith("（") else "toc 1") for p in entries)
        stop = word.styles["toc 1"].paragraph_format.tab_stops[0]
        assert (stop.position.mm, stop.leader.name) == (pytest.approx(156, abs=0.1), "DOTS")

    def test_every_style_has_the_id_that_it_is_set_by(self, word):
        for name in (
            styles.BODY,
            styles.CELL,
            styles.CAPTION,
            styles.NOTE,
            "Heading 1",
            "Table Grid",
            *styles.CONTENTS,
        ):
            assert word.styles[name].style_id == styles.id_of(name)

    def test_cells_have_their_style_alignment_and_tone(self, word):
        cell = word.tables[0].rows[1].cells[1]
        assert cell.paragraphs[0].style.name == styles.CELL
        assert cell.paragraphs[0].alignment.name == "RIGHT"
        toned = word.tables[1].rows[1].cells[1]
        assert toned.text == "▲ 滞后"
        assert toned._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == TONES["late"].light.lstrip("#")

    def test_tables_repeat_their_head_and_rows_do_not_split(self, word):
        first = word.tables[0]
        assert first.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in first.rows)
        assert any(p.text == "表1　指标一览" for p in word.paragraphs)

    def test_no_row_of_a_table_is_alone_on_a_page_and_no_note(self, word):
        def kept(row):
            return all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells)

        noted, plain = word.tables[0], word.tables[-1]  # the last one is long and has no note
        assert [kept(row) for row in noted.rows] == [True, True]
        assert [kept(row) for row in plain.rows] == [True, True] + [False] * (len(plain.rows) - 4) + [
            True,
            False,
        ]

    def test_the_wide_table_stands_on_its_landscape_page_with_its_heading(self, word):
        widths = [round(s.page_width.mm) for s in word.sections]
        assert widths == [210, 297, 210]
        assert round(word.sections[1].top_margin.mm) == round(Mm(28).mm)

    def test_annex_tables_are_left_to_the_workbook(self, word):
        assert not any("甲校" in cell.text for t in word.tables for row in t.rows for cell in row.cells)

    def test_hostile_text_stays_text(self, word):
        cells = [row.cells[0].text for row in word.tables[-1].rows[1:]]
        assert cells[:6] == [
            text.replace("\u202e", "") for text in HOSTILE[:6]
        ]  # a mark that turns text around is dropped
        assert cells[8] == "控制符"
        assert len(cells[9]) == 10_000

    def test_properties_carry_title_and_fixed_times(self, word):
        assert word.core_properties.title == "中期自查评估报告"
        assert word.core_properties.created.year == 2000


class TestHtml:
    def test_nothing_is_requested_from_anywhere(self, page):
        tags = re.findall(r'<(?:link|script|img|iframe|source)[^>]*(?:src|href)="([^"]*)"', page)
        assert all(link.startswith("data:") for link in tags)
        assert "@import" not in page
        assert "url(" not in page

    def test_the_policy_names_the_files_own_style_and_script(self, page):
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
        for tag in ("style", "script"):
            content = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)[1]
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"sha256-{digest}" in policy.replace("&#43;", "+")
        assert "default-src &#39;none&#39;" in policy or "default-src 'none'" in policy

    def test_each_figure_shows_its_lineage_and_can_be_reached_by_keyboard(self, page):
        found = re.search(
            r'<span class="fact" tabindex="0">1210人次<span class="lineage"[^>]*>(.*?)</span>', page, re.S
        )[1]
        assert "380+310+520" in found
        assert "区农牧局.xlsx › 指标数据 › G6（原值 380）" in found

    def test_contents_notice_and_trace_are_there(self, page):
        assert '<a href="#h1">一、评估概况</a>' in page
        assert page.count("示例数据") >= 2
        assert 'id="fact-Q08.value"' in page

    def test_hostile_text_stays_text(self, page):
        assert "<script>alert(1)</script>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }}" in page
        assert "49" not in re.search(r"<figcaption>表\d　文本.*?</figure>", page, re.S)[0]

    def test_ratings_have_words_and_a_symbol_beside_their_colour(self, page):
        assert re.search(r'class="left tone-late"><span class="mark" aria-hidden="true">▲</span>滞后', page)


class TestWorkbook:
    def test_sheets_follow_the_tables(self, book):
        assert book.sheetnames == [
            "目录",
            "指标一览",
            "总表",
            "逐校明细",
            "文本",
            "追溯表",
            "来源单元格",
            "运行信息",
        ]

    def test_figures_are_numbers_with_formats(self, book):
        cell = book["指标一览"]["B4"]
        assert cell.value == 1210
        assert cell.number_format == '0"人次"'

    def test_the_trace_leads_from_a_figure_to_its_cell(self, book):
        rows = list(book["追溯表"].iter_rows(min_row=3, values_only=True))
        row = dict(zip(rows[0], next(r for r in rows if r[0] == "Q08.value"), strict=True))
        assert (row["来源文件"], row["工作表"]) == ("区农牧局.xlsx", "指标数据")
        assert "G6" in row["单元格"]
        assert row["在报告中的位置"] == "一、评估概况"
        cells = list(book["来源单元格"].iter_rows(min_row=4, values_only=True))
        assert (
            "区农牧局.xlsx",
            "指标数据",
            "G6",
            "380",
            "ab" * 32,
            "2023-midterm",
            "按原数（C40）",
            "Q08",
        ) in cells

    def test_hostile_text_is_never_a_formula(self, book):
        cells = [row[0] for row in book["文本"].iter_rows(min_row=4) if row[0].value]
        assert [c.data_type for c in cells] == ["s"] * len(cells)
        assert cells[1].value == HOSTILE[1]
        assert cells[1].quotePrefix

    def test_heads_are_frozen_filtered_and_repeated(self, book):
        page = book["指标一览"]
        assert page.freeze_panes == "A4"
        assert page.auto_filter.ref.startswith("A3")
        assert page.print_title_rows == "$3:$3"

    def test_a_note_is_wrapped_under_its_table_and_does_not_widen_the_print(self):
        listing = table("t", "指标一览", ["指标", "现值"], [["培训", FACT]], note="很长的注释。" * 20)
        book = XlsxExporter().from_notebook_node(
            nbf.new_notebook(cells=[shown(Cover(title="报告")), shown(listing)])
        )
        page = openpyxl.load_workbook(io.BytesIO(book[0]))["指标一览"]
        note = page["A5"]
        assert note.value.startswith("注：很长的注释。")
        assert note.alignment.wrap_text
        assert "A5:B5" in [str(cells) for cells in page.merged_cells.ranges]
        assert page.row_dimensions[5].height > 100

    def test_the_notice_stands_on_every_sheet(self, book):
        assert {book[name]["A2"].value for name in book.sheetnames} == {"示例数据"}

    def test_the_archive_has_no_clock_in_it(self, notebook):
        content = XlsxExporter().from_notebook_node(notebook)[0]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")]
)
def test_chinese_numerals(number, text):
    assert han(number) == text


def test_numbering_restarts_under_each_heading():
    heads = [Heading(level=level, text="x") for level in (1, 2, 2, 1, 2, 3, 4)]
    assert [n.label for n in numbered(heads)] == [
        "一、x",
        "（一）x",
        "（二）x",
        "二、x",
        "（一）x",
        "1.x",
        "（1）x",
    ]


def test_notebook_display_escapes_and_tells_lineage():
    html = block_html(prose("{a}<b>", a=FACT))
    assert "&lt;b&gt;" in html
    assert "区农牧局.xlsx" in html


def test_a_table_without_a_title_takes_no_number():
    tables = [table(name, title, ["甲"], [["1"]]) for name, title in (("a", "前"), ("b", ""), ("c", "后"))]
    told = list(numbered(tables))
    assert [item.label for item in told] == ["表1　前", "", "表2　后"]
    assert len({item.anchor for item in told}) == 3
