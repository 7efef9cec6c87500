"""Slides and brief of the example's reports: every word and number on them is the report's."""

import re

import docx
import nbformat
import pptx
import pytest

from kepu_eval.report.blocks import Heading
from kepu_eval.report.document import read_document
from kepu_eval.report.literals import literal_numbers
from kepu_eval.report.table_layout import cell_text
from tests.report.test_meeting import charts, texts
from tests.reports.raw_cells import FINAL, MIDTERM, names_of

_RATED = re.compile(r"（[^（）]*）$")


@pytest.fixture(params=["midterm", "final"])
def files(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def document(files):
    return read_document(nbformat.read(files["ipynb"], 4))


def printed(document):
    """Every paragraph, heading and cell of the report, as it is printed."""
    yield from (document.cover.title, document.cover.organisation, document.cover.date, document.cover.notice)
    for block in document.spoken:
        if isinstance(block, Heading):
            yield block.text
        elif block.kind == "prose":
            yield "".join(span.text for span in block.spans)
        elif block.kind == "table":
            yield block.title
            yield from (column.title for column in block.columns)
            for row in block.rows:
                yield from (line for cell in row for line in cell_text(cell).split("\n"))


def test_slides_say_nothing_that_the_report_does_not(files, document):
    show, known = pptx.Presentation(files["会议幻灯片.pptx"]), set(printed(document))
    assert len(show.slides) <= 12
    said = {
        line
        for slide in show.slides
        for shape in slide.shapes
        for text in texts(shape)
        for line in text.split("\n")
    }
    added = {re.sub(r"（续）$", "", line) for line in said - known}
    assert {line for line in added - known if not re.fullmatch(r"\d+ / \d+|", line)} == set()


def test_bars_are_the_facts_that_the_table_prints(files, document):
    show, checked = pptx.Presentation(files["会议幻灯片.pptx"]), 0
    drawn = {table.title: table for table in document.spoken if getattr(table, "bars", None)}
    assert len(charts(show)) == len(drawn) == 2
    for chart in charts(show):
        table = drawn[_RATED.sub("", chart.chart_title.text_frame.text)]
        place = [column.title for column in table.columns].index(table.bars[1])
        series = chart.plots[0].series[0]
        for cells, value in zip(table.rows, series.values, strict=True):
            cell = cells[place]
            if cell.fact is None:
                assert value is None
                continue
            fact = document.facts[cell.fact]
            assert f"{value:.{fact.digits}f}{fact.unit}" == cell.text == fact.text
            checked += 1
    assert checked > 10


def test_there_are_charts_and_no_pictures_and_the_notice_is_on_every_slide(files):
    show = pptx.Presentation(files["会议幻灯片.pptx"])
    assert not [
        part for part in show.part.package.iter_parts() if str(part.partname).startswith("/ppt/media")
    ]
    for slide in show.slides:
        assert "示例数据" in [text for shape in slide.shapes for text in texts(shape)]


def test_type_can_be_read_from_the_back_of_the_room(files):
    for slide in pptx.Presentation(files["会议幻灯片.pptx"]).slides:
        frames = [s.text_frame for s in slide.shapes if s.has_text_frame]
        frames += [
            cell.text_frame for s in slide.shapes if s.has_table for row in s.table.rows for cell in row.cells
        ]
        sizes = [r.font.size.pt for frame in frames for p in frame.paragraphs for r in p.runs if r.font.size]
        assert min(sizes) >= 14


def test_the_brief_says_verdict_risk_duties_and_what_is_not_known(files, document):
    word, known = docx.Document(files["领导简报.docx"]), set(printed(document))
    cells = {line for table in word.tables for cell in table._cells for line in cell.text.split("\n")}
    assert cells <= known
    paragraphs = {p.text for p in word.paragraphs} - known
    assert {re.sub(r"\d+", "n", text) for text in paragraphs} <= {"", "领导简报", "其余n项见评估报告。"}
    verdict = next(b for b in document.blocks if b.kind == "prose")
    assert "".join(span.text for span in verdict.spans) in {p.text for p in word.paragraphs}
    heads = [[cell.text for cell in table.rows[0].cells] for table in word.tables]
    assert [head[-1] for head in heads] == ["原因（单位自报）", "情况", "时限"]
    assert {"谁没报、先问谁", "请核定"} <= cells


def test_what_is_for_the_meeting_alone_is_not_in_the_report(files, document):
    assert "by-whom" in {getattr(block, "id", "") for block in document.spoken}
    assert "by-whom" not in {getattr(block, "id", "") for block in document.blocks}
    for name in ("docx", "技术附册.docx"):
        assert "事项和要求" not in {
            c.text for t in docx.Document(files[name]).tables for c in t.rows[0].cells
        }


def test_every_number_of_the_meeting_is_a_fact(document):
    from dataclasses import replace

    names = names_of(MIDTERM if "中期" in document.cover.title else FINAL)
    assert literal_numbers(replace(document, blocks=document.spoken), names) == []
