"""Slides and the one-page brief of a report: what is chosen, how it is shared out, on what it is drawn."""

import io
import shutil
import subprocess
import zipfile

import docx
import pptx
import pytest
from click.testing import CliRunner
from docx.shared import Pt as WordPt
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator
from pptx.util import Pt

from kepu_eval.cli import main
from kepu_eval.report.blocks import Cell, Cover, Fact, Heading, prose, table
from kepu_eval.report.document import Document
from kepu_eval.report.exporters import BriefExporter, PptxExporter
from kepu_eval.report.meeting import MeetingError, Part, brief_of, slides_of
from kepu_eval.report.slides import slides_file
from kepu_eval.report.slides.pages import MOST, pages_of
from kepu_eval.report.word.brief import brief_file

COVER = Cover(
    title="某区科学素质行动中期自查评估报告",
    organisation="某区办公室",
    date="2024年1月31日",
    notice="示例数据",
)
SHARE = Fact(id="Q08.完成比例", value=62.85, unit="%", digits=1)
WIDE, HIGH = 870.0, 400.0


def bars():
    rated = [
        ("甲", SHARE, Cell(text="滞后", tone="late")),
        ("乙", Cell(text="—"), Cell(text="数据不足", tone="unknown")),
    ]
    return table("bars", "完成情况", ["指标", "完成比例", "评级"], rated, bars=("指标", "完成比例"))


def listing(rows, title="事项"):
    return table("list", title, "事项<3 | 单位<1", [[f"第{n}件要办的事情", "区科协"] for n in range(rows)])


def document():
    blocks = [
        Heading(level=1, text="总体评价", cell="a"), prose("完成{x}。", x=SHARE).model_copy(update={"cell": "a"}),
        listing(3).model_copy(update={"cell": "b"}), Heading(level=1, text="下一步", cell="c"),
        prose("不上幻灯片。").model_copy(update={"cell": "c"}), listing(2, "谁办").model_copy(update={"cell": "d", "id": "who"}),
        bars().model_copy(update={"cell": "e"}),
    ]  # fmt: skip
    tags = {
        "a": ("slide-1", "brief"),
        "b": ("slide-10",),
        "c": (),
        "d": ("slide-2", "meeting", "brief"),
        "e": ("slide-1",),
    }
    return Document(
        COVER, tuple(b for b in blocks if b.cell != "d"), None, {}, spoken=tuple(blocks), tags=tags
    )


def texts(shape):
    if shape.has_text_frame:
        yield from (p.text for p in shape.text_frame.paragraphs)
    if shape.has_table:
        yield from (cell.text for row in shape.table.rows for cell in row.cells)


def charts(show):
    return [shape.chart for slide in show.slides for shape in slide.shapes if shape.has_chart]


class TestChoice:
    def test_tags_choose_cells_and_their_number_the_slide(self):
        parts = slides_of(document())
        assert [part.heading for part in parts] == ["总体评价", "下一步", "总体评价"]
        assert [
            [block.id if block.kind == "table" else "text" for block in part.blocks] for part in parts
        ] == [
            ["text", "bars"],
            ["who"],
            ["list"],  # slide-10 comes after slide-2
        ]

    def test_the_brief_follows_the_notebook(self):
        assert [block.kind for block in brief_of(document()).blocks] == ["prose", "table"]

    @pytest.mark.parametrize("exporter", [PptxExporter, BriefExporter])
    def test_a_report_without_such_cells_says_so(self, exporter):
        with pytest.raises(MeetingError, match="请用中期、总结评估的笔记本"):
            exporter().render(Document(COVER, (prose("一句。"),), None, {}, spoken=(prose("一句。"),)))


@pytest.mark.parametrize(
    "words",
    [
        ("unit", "--unit", "区科协", "--meeting"),
        ("dispatch", "--formats", "docx,pptx"),
        ("survey", "--formats", "brief"),
    ],
)
def test_other_reports_have_none_and_say_so_before_anything_runs(words):
    result = CliRunner().invoke(main, ["report", *words])
    assert result.exit_code == 2
    assert "会议幻灯片和领导简报只有中期、总结评估（midterm、final）有" in result.output


class TestPages:
    def test_what_is_too_long_goes_on_and_nothing_is_lost(self):
        pages = pages_of([Part("事项", (listing(40),))], WIDE, HIGH)
        assert [page.continued for page in pages] == [False, *[True] * (len(pages) - 1)]
        assert [row for page in pages for row in page.table.rows] == list(listing(40).rows)

    @settings(deadline=None, max_examples=12)
    @given(st.lists(st.integers(1, 40), min_size=1, max_size=11))
    def test_there_are_never_more_than_twelve(self, lengths):
        parts = [Part("事项", (listing(rows),)) for rows in lengths]
        pages = pages_of(parts, WIDE, HIGH)
        assert len(pages) <= MOST - 1
        shown, wanted = sum(len(page.table.rows) for page in pages), sum(lengths)
        assert (shown < wanted) == any(page.cut for page in pages)  # what is left out is said
        assert len([page for page in pages if not page.continued]) == len(parts)

    def test_too_many_slides_are_refused(self):
        with pytest.raises(MeetingError, match="超过12张"):
            pages_of([Part("一", (prose("一句。"),))] * 12, WIDE, HIGH)

    def test_a_paragraph_longer_than_a_slide_is_refused_by_name(self):
        with pytest.raises(MeetingError, match="“长篇”一段文字一张幻灯片放不下"):
            pages_of([Part("长篇", (prose("很长的一句话。" * 300),))], WIDE, HIGH)


class TestSlides:
    def test_a_bar_is_what_the_table_prints_and_what_is_not_known_has_none(self):
        show = pptx.Presentation(io.BytesIO(PptxExporter().render(document())))
        (chart,) = charts(show)
        plot = chart.plots[0]
        assert list(plot.categories) == ["甲（滞后）", "乙（数据不足，无完成比例）"]
        assert list(plot.series[0].values) == [62.9, None]  # 四舍五入, as the table has it
        assert plot.data_labels.number_format == '0.0"%"'
        assert chart.font.size >= Pt(16)

    def test_every_slide_bears_the_notice_and_stays_within_its_edges(self):
        show = pptx.Presentation(io.BytesIO(PptxExporter().render(document())))
        assert len(show.slides) == 4
        for slide in show.slides:
            assert "示例数据" in [text for shape in slide.shapes for text in texts(shape)]
            for shape in slide.shapes:
                assert 0 <= shape.left <= shape.left + shape.width <= show.slide_width
                assert 0 <= shape.top <= shape.top + shape.height <= show.slide_height

    def test_the_same_report_is_the_same_file_without_the_clock(self):
        made = PptxExporter().render(document())
        assert PptxExporter().render(document()) == made
        with zipfile.ZipFile(io.BytesIO(made)) as parts:
            (sheet,) = [parts.read(name) for name in parts.namelist() if name.endswith(".xlsx")]
        with zipfile.ZipFile(io.BytesIO(sheet)) as inner:
            core = inner.read("docProps/core.xml").decode()
            assert {entry.date_time[0] for entry in inner.infolist()} == {1980}
        assert core.count("2000-01-01T00:00:00Z") == 2

    @pytest.mark.parametrize("end", ["pptx", "docx"])
    def test_a_validator_finds_nothing(self, end, tmp_path):
        path = tmp_path / f"made.{end}"
        path.write_bytes((PptxExporter if end == "pptx" else BriefExporter)().render(document()))
        assert [f"{e.part_uri} {e.description}" for e in OpenXmlValidator().validate(path).errors] == []


class TestTemplate:
    def theirs(self, keep=None):
        show = pptx.Presentation()  # of another size, with slides of its own
        for layout in list(show.slide_layouts):
            if keep is not None and layout.name not in keep:
                show.slide_layouts.remove(layout)
        if keep is None:
            show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = "别的会议"
        buffer = io.BytesIO()
        show.save(buffer)
        return buffer.getvalue()

    def test_an_offices_own_is_drawn_on_and_its_slides_are_gone(self, tmp_path):
        (tmp_path / "模板.pptx").write_bytes(self.theirs())
        show = pptx.Presentation(
            io.BytesIO(PptxExporter(template=str(tmp_path / "模板.pptx")).render(document()))
        )
        assert show.slide_width == pptx.Presentation().slide_width
        said = [text for slide in show.slides for shape in slide.shapes for text in texts(shape)]
        assert "别的会议" not in said
        assert "完成62.9%。" in said
        assert {slide.slide_layout.name for slide in show.slides} == {"Title Slide", "Title Only"}

    @pytest.mark.parametrize(
        ("content", "told"), [(b"PK no presentation", "模板打不开"), ("Blank", "没有带标题的版式")]
    )
    def test_a_file_that_cannot_serve_is_refused(self, content, told):
        content = content if isinstance(content, bytes) else self.theirs(keep=[content])
        with pytest.raises(MeetingError, match=told):
            slides_file(COVER, slides_of(document()), content)

    def test_one_that_is_not_there_is_named(self):
        with pytest.raises(MeetingError, match=r"找不到幻灯片模板“没有\.pptx”"):
            PptxExporter(template="没有.pptx").render(document())


def long_brief(rows, sentences):
    return Part(
        "总体评价",
        (
            prose("截至年底，各项任务总体推进，滞后的要抓紧。" * sentences),
            listing(rows),
            listing(rows, "谁办"),
        ),
    )


class TestBrief:
    def test_short_ones_are_set_large_and_long_ones_smaller(self):
        sizes = []
        for rows in (2, 18):
            word = docx.Document(io.BytesIO(brief_file(COVER, long_brief(rows, 4))))
            sizes.append(word.styles["公文正文"].font.size)
        assert sizes[0] == WordPt(15)
        assert sizes[1] < sizes[0]

    def test_the_last_rows_go_where_there_is_no_room_and_that_is_said(self):
        word = docx.Document(io.BytesIO(brief_file(COVER, long_brief(40, 4))))
        assert all(1 < len(listed.rows) < 41 for listed in word.tables)
        left_out = [41 - len(listed.rows) for listed in word.tables]
        told = [p.text for p in word.paragraphs if p.text.startswith("其余")]
        assert told == [f"其余{number}项见评估报告。" for number in left_out]

    def test_text_alone_that_fills_more_than_a_page_is_refused(self):
        with pytest.raises(MeetingError, match="一页放不下"):
            brief_file(COVER, long_brief(3, 120))

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("soffice") is None, reason="没有 LibreOffice（soffice），不能数页")
    def test_it_is_one_page_whatever_there_is_to_say(self, tmp_path):
        from pypdf import PdfReader

        for name, part in {
            "short": long_brief(1, 1),
            "full": long_brief(14, 6),
            "long": long_brief(30, 10),
        }.items():
            (tmp_path / f"{name}.docx").write_bytes(brief_file(COVER, part))
        subprocess.run(
            ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
             "--outdir", str(tmp_path), *map(str, tmp_path.glob("*.docx"))],
            check=True, capture_output=True,
        )  # fmt: skip
        assert {path.stem: len(PdfReader(path).pages) for path in tmp_path.glob("*.pdf")} == {
            "short": 1,
            "full": 1,
            "long": 1,
        }
