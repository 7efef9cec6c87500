"""What stands in the files of a report: Word, workbook, web page, notebook; and that they come out the same again."""

import json
import re
import zipfile

import docx
import nbformat

from kepu_eval.report.document import read_document
from kepu_eval.report.literals import literal_numbers
from tests.reports.raw_cells import EXAMPLE, FINAL, MIDTERM, indicator_table, names_of, workbook
from tests.runner.notebooks import assert_runs_the_same_again


class TestMidterm:
    def test_every_number_in_the_prose_is_a_fact(self, midterm):
        assert literal_numbers(read_document(nbformat.read(midterm["ipynb"], 4)), names_of(MIDTERM)) == []

    def test_all_files_are_there_and_nothing_half_written(self, midterm):
        folder = midterm["manifest"].parent
        kinds = (
            ".html",
            ".docx",
            ".pdf",
            ".xlsx",
            "_技术附册.docx",
            "_技术附册.pdf",
            "_会议幻灯片.pptx",
            "_领导简报.docx",
        )
        ours = {"manifest.json", "midterm_self_assessment.ipynb"}
        assert {p.name for p in folder.iterdir()} == ours | {f"中期自查评估报告{kind}" for kind in kinds}

    def test_the_word_file_says_the_same_as_the_workbook(self, midterm):
        signed, volume = docx.Document(midterm["docx"]), docx.Document(midterm["技术附册.docx"])
        cells = {cell.text for table in signed.tables for cell in table._cells}
        value = indicator_table(midterm)["Q10"]["现值"]
        assert {"不少于25000人", f"{value:.0f}人", f"{value:.0f}÷25000"} <= cells
        assert any("报送率95.8%。未报：区商务局。" in text for text in cells)  # 23 of 24 units
        assert any("2023年11月28日印发" in p.text for p in volume.paragraphs)

    def test_the_master_table_has_31_rows(self, midterm):
        page = workbook(midterm["xlsx"])["31项任务总表"]
        numbers = [row[0] for row in page.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)]
        assert numbers == list(range(1, 32))

    def test_simulated_data_say_so_on_their_face(self, midterm):
        assert "示例数据" in midterm["html"].read_text(encoding="utf-8")
        assert json.loads(midterm["manifest"].read_text(encoding="utf-8"))["notice"] == "示例数据"


class TestFinal:
    def test_every_number_in_the_prose_is_a_fact(self, final):
        assert literal_numbers(read_document(nbformat.read(final["ipynb"], 4)), names_of(FINAL)) == []

    def test_small_groups_are_not_shown(self, final):
        page = workbook(final["xlsx"])["分人群公民具备科学素质的比例"]
        sizes = [row[5] for row in page.iter_rows(min_row=4, values_only=True) if row[5] is not None]
        assert all(size == "不单列" or size >= 30 for size in sizes)

    def test_no_respondent_shows_in_any_file(self, final):
        lines = (EXAMPLE / "survey-2025" / "responses.csv").read_text(encoding="utf-8").splitlines()[1:]
        ids = {line.split(",")[0] for line in lines}
        assert len(ids) > 100
        for kind in ("ipynb", "html", "docx", "xlsx"):
            content = final[kind].read_bytes()
            if zipfile.is_zipfile(final[kind]):
                with zipfile.ZipFile(final[kind]) as parts:
                    content = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
            assert not ids & set(re.findall(r"\b[A-Z]\d{5}\b", content.decode("utf-8"))), kind


def test_two_runs_give_the_same_bytes(midterm, tmp_path):
    from kepu_eval.runner import export

    again = export(nbformat.read(midterm["ipynb"], 4), tmp_path, "midterm_self_assessment")
    for kind in ("html", "docx", "xlsx"):
        assert again[kind].read_bytes() == midterm[kind].read_bytes()


def test_every_cell_gives_the_same_output_again(midterm):
    assert_runs_the_same_again(midterm["ipynb"])


def test_the_workbook_has_the_sheets_an_evaluator_looks_for(midterm):
    book = workbook(midterm["xlsx"])
    assert book["31项任务总表"].max_row >= 3 + 31
    wanted = {
        "量化指标一览",
        "指标各期情况",
        "逐校学校科普讲座",
        "单位报送情况",
        "待核问题",
        "追溯表",
        "来源单元格",
    }
    assert wanted <= set(book.sheetnames)
    facts = read_document(nbformat.read(midterm["ipynb"], 4)).facts
    rows = book["追溯表"].iter_rows(min_row=4, max_col=1, values_only=True)
    assert {row[0] for row in rows} == set(facts)


def test_the_workbook_draws_indicators_and_ratings_natively(midterm):
    with zipfile.ZipFile(midterm["xlsx"]) as archive:
        charts = [
            archive.read(n).decode("utf-8") for n in archive.namelist() if n.startswith("xl/charts/chart")
        ]
    assert len(charts) == 2
    for title in ("量化指标一览", "任务和指标按评级计数"):
        (content,) = [chart for chart in charts if title in chart]
        assert '<c:dispBlanksAs val="gap"/>' in content or "dispBlanksAs" not in content
