"""The units' self-check and the quarterly dispatch end to end, with figures read from the raw cells."""

import ast
import datetime as dt
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import nbformat
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.report import ParameterError, open_dispatch, open_unit, sections
from kepu_eval.report.blocks import Cover, Inputs, Lineage, merged_facts
from kepu_eval.report.case import UnitCase
from kepu_eval.report.document import Document, markdown_blocks, read_document
from kepu_eval.report.exporters import DocxExporter, PdfExporter
from kepu_eval.report.lineage import LineageGraph
from kepu_eval.report.literals import literal_numbers
from kepu_eval.returns import Ledger
from kepu_eval.runner import run_report
from kepu_eval.runner.verify import read_manifest, verify
from kepu_eval.supervision.deadlines import Deadline

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "example"
QUARTERS = EXAMPLE / "dispatch-2024"
SUPERVISION = EXAMPLE / "supervision.sqlite"
Q3 = dt.date(2024, 9, 30)
ROUNDS = ("2023-midterm", "2025-final")
PAGES = 3


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    return run_report("unit", tmp_path_factory.mktemp("unit"), {"unit": "区教育局"})


@pytest.fixture(scope="module")
def dispatch(tmp_path_factory):
    return run_report("dispatch", tmp_path_factory.mktemp("dispatch"), {})


def opened(round_id, name):
    return open_unit({"unit": name, "round_id": round_id, "returns": str(EXAMPLE / round_id)})


def report_of(own):
    """The unit's report without a kernel: the notebook's Markdown and the values of its section calls."""
    blocks = []
    for cell in nbformat.read(ROOT / "notebooks" / "unit_self_check.ipynb", 4).cells:
        if "skip-export" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            blocks += markdown_blocks(cell.source)
            continue
        last = ast.parse(cell.source).body[-1]
        if isinstance(last, ast.Expr):
            blocks += getattr(sections, last.value.func.attr)(own)
    cover = next(block for block in blocks if isinstance(block, Cover))
    rest = [block for block in blocks if not isinstance(block, Cover | Inputs | Lineage)]
    return Document(cover, tuple(rest), None, merged_facts(rest))


def names():
    return {item.name for item in load_plan().indicators}


def text_of(blocks):
    return "".join(span.text for block in blocks for span in getattr(block, "spans", ()))


class TestUnit:
    def test_figures_are_those_of_the_units_own_cells(self, unit):
        page = openpyxl.load_workbook(EXAMPLE / "2023-midterm" / "区教育局.xlsx", data_only=True)["指标数据"]
        head = [cell.value for cell in page[4]]
        row = next(r for r in page.iter_rows(min_row=6) if r[0].value == "Q06")
        facts = read_document(nbformat.read(unit["ipynb"], 4)).facts
        for year in (2021, 2022, 2023):
            cell = row[head.index(f"{year}年")]
            fact = facts[f"Q06.{year}.本单位"]
            assert (fact.value, fact.sources[0].cell, fact.sources[0].file) == (
                int(str(cell.value).translate({0xFF10 + n: str(n) for n in range(10)})), cell.coordinate, "区教育局.xlsx",
            )  # fmt: skip

    def test_every_number_in_the_prose_is_a_fact_for_every_unit_of_both_rounds(self):
        for round_id in ROUNDS:
            first = opened(round_id, "区教育局")
            for member in first.case.plan.units:
                document = report_of(UnitCase(first.case, member))
                numbers = {f"P{n:02d}" for n in range(1, 200)}  # what units call their evidence
                assert literal_numbers(document, names() | numbers) == [], member.name

    def test_what_is_open_stands_there_with_its_cell_and_remedy(self, unit):
        cells = [c.text for t in docx.Document(unit["docx"]).tables for row in t.rows for c in row.cells]
        assert any("T19" in text for text in cells)
        assert any("参与人数应按人去重" in text for text in cells)

    def test_an_alias_is_known_and_a_stranger_is_told_the_units(self):
        assert opened("2023-midterm", "区卫健局").unit.name == "区卫健委"
        with pytest.raises(ParameterError, match="没有单位“区气象局”，可用：区教育局、区科协"):
            opened("2023-midterm", "区气象局")
        with pytest.raises(ParameterError, match=r"不认识的参数：unitt。可用参数：unit、round_id"):
            open_unit({"unitt": "区教育局"})

    def test_a_unit_that_sent_nothing_is_told_what_cannot_be_said_and_what_it_owes(self):
        own = opened("2023-midterm", "区商务局")
        text = text_of(
            [*sections.unit_duties(own), *sections.unit_figures(own), *sections.unit_evidence(own)]
        )
        assert "未报送（报送期限为2024年1月20日），因此不能说明本单位的任务进展" in text
        assert "应补报：“任务自查”" in text
        assert "不作零处理" in text
        assert "未收到本单位的指标数据" in text

    def test_a_lead_that_sent_nothing_owes_its_required_cells(self, tmp_path):
        folder = tmp_path / "returns"
        shutil.copytree(EXAMPLE / "2023-midterm", folder)
        (folder / "区总工会.xlsx").unlink()
        own = open_unit({"unit": "区总工会", "round_id": "2023-midterm", "returns": str(folder)})
        facts = merged_facts(sections.unit_duties(own))
        assert facts["应报.必填"].value > 50

    def test_others_wait_for_a_silent_unit_and_a_lead_sees_for_whom_it_waits(self):
        silent = text_of(sections.unit_dependants(opened("2023-midterm", "区商务局")))
        assert "牵头单位" in silent
        assert "缺本单位材料" in silent
        assert "尚缺责任单位区商务局的材料" in text_of(
            sections.unit_dependants(opened("2023-midterm", "区农牧局"))
        )

    def test_three_pages_by_the_pdf_exporter_for_the_unit_with_the_most_tasks(self, tmp_path):
        for round_id in ROUNDS:
            file = tmp_path / f"{round_id}.pdf"
            file.write_bytes(PdfExporter().render(report_of(opened(round_id, "区科协"))))
            assert len(PdfReader(file).pages) <= PAGES

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice to lay out Word files")
    def test_three_pages_of_word_for_every_unit_of_both_rounds(self, tmp_path):
        for round_id in ROUNDS:
            first = opened(round_id, "区教育局")
            for member in first.case.plan.units:
                file = tmp_path / f"{round_id}-{member.id}.docx"
                file.write_bytes(DocxExporter().render(report_of(UnitCase(first.case, member))))
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
        subprocess.run(
            [*command, *map(str, sorted(tmp_path.glob("*.docx")))], check=True, capture_output=True
        )
        pages = {file.stem: len(PdfReader(file).pages) for file in tmp_path.glob("*.pdf")}
        assert len(pages) == len(ROUNDS) * len(load_plan().units)
        assert {name: count for name, count in pages.items() if count > PAGES} == {}

    def test_long_words_of_a_unit_are_cut_on_the_page_and_whole_in_the_workbook(self, tmp_path):
        folder = tmp_path / "returns"
        shutil.copytree(EXAMPLE / "2023-midterm", folder)
        book = openpyxl.load_workbook(folder / "区科协.xlsx")
        page = book["任务自查"]
        column = [cell.value for cell in page[4]].index("存在问题") + 1
        for row in range(6, page.max_row + 1):
            page.cell(row, column).value = "经费不足" * 60
        book.save(folder / "区科协.xlsx")
        document = report_of(
            open_unit({"unit": "区科协", "round_id": "2023-midterm", "returns": str(folder)})
        )
        assert len(PdfReader(_written(tmp_path / "long.pdf", PdfExporter().render(document))).pages) <= PAGES
        whole = next(b for b in document.blocks if getattr(b, "id", "") == "unit-next-all")
        assert "经费不足" * 60 in whole.rows[0][2].text

    def test_it_is_verified_and_the_command_line_asks_for_what_is_missing(self, unit):
        assert verify(unit["manifest"].parent).agrees
        run = CliRunner()
        assert "请用 --unit 指定单位" in run.invoke(main, ["report", "unit"]).output
        assert (
            "--returns"
            in run.invoke(main, ["report", "unit", "--unit", "区科协", "--round", "2025-final"]).output
        )
        assert (
            "不与 --unit 同用"
            in run.invoke(main, ["report", "unit", "--unit", "区科协", "--all-units"]).output
        )

    def test_one_command_makes_the_reports_of_all_units_and_again_only_what_is_missing(self, tmp_path):
        command = ["report", "unit", "--all-units", "--out", str(tmp_path), "--formats", "docx"]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.output
        units = [unit.name for unit in load_plan().units]
        assert all((tmp_path / name / "unit_self_check.docx").is_file() for name in units)
        shutil.rmtree(tmp_path / units[0])
        assert "完成1份，未变23份，失败0份" in CliRunner().invoke(main, command).output


def _written(path, content):
    path.write_bytes(content)
    return path


def cells_of(files, title):
    page = openpyxl.load_workbook(files["xlsx"])[title]
    head = [cell.value for cell in page[3]]
    return {
        row[0]: dict(zip(head, row, strict=True))
        for row in page.iter_rows(min_row=4, values_only=True)
        if row[0]
    }


class TestDispatch:
    def test_the_stock_is_the_raw_cell_and_expected_is_fifteen_twentieths(self, dispatch):
        page = openpyxl.load_workbook(QUARTERS / "2024-Q3" / "区科协.xlsx", data_only=True)["指标数据"]
        head = [cell.value for cell in page[4]]
        level = next(r for r in page.iter_rows(min_row=6) if r[0].value == "Q10")[head.index("2024年")].value
        row = cells_of(dispatch, "量化指标与应达进度")["Q10"]
        assert (row["现值"], row["本季末应达"]) == (level, 25000 * 15 / 20)
        assert row["现值÷应达"] == pytest.approx(level / 18750 * 100)

    def test_a_unit_missing_twice_is_escalated_and_one_late_is_late_though_it_sent(self, dispatch):
        rows = cells_of(dispatch, "迟报、未报送单位")
        assert (rows["区商务局"]["2024年第二季度调度"], rows["区商务局"]["2024年第三季度调度"]) == (
            "未报送",
            "未报送",
        )
        assert (rows["区商务局"]["连续次数"], rows["区商务局"]["处理"]) == (2, "督办")
        assert "迟报" in rows["区工信局"]["2024年第三季度调度"]
        assert rows["区工信局"]["处理"] == "提醒"
        assert rows["区民政局"]["处理"] == "本季已按时"
        assert "区教育局" not in rows

    def test_what_was_made_up_is_called_so_and_not_on_time(self, dispatch):
        row = cells_of(dispatch, "量化指标与应达进度")["Q09"]
        assert "已补齐（曾滞后2季）" in row["进度"]
        assert row["现值÷应达"] >= 90
        assert "Q09" not in cells_of(dispatch, "连续滞后的指标和任务")
        text = "\n".join(p.text for p in docx.Document(dispatch["docx"]).paragraphs)
        assert "此前滞后、本季已补齐的指标：高层次创新人才培训人次" in text

    def test_the_quarter_before_saw_the_same_indicator_behind_twice(self):
        case = open_dispatch({"quarter": "2024Q2", "returns": str(QUARTERS)})
        assert case.now.round.id == "2024-Q2"
        rows = next(b for b in sections.dispatch_escalation(case) if b.kind == "table").rows
        told = {row[0].text: row[-1].text for row in rows}
        assert told["Q09"] == "督办"
        assert "Q10" not in told

    def test_what_was_to_be_put_right_is_listed_by_unit_with_the_days_it_is_late(self, dispatch):
        document = read_document(nbformat.read(dispatch["ipynb"], 4))
        rows = next(b for b in document.blocks if getattr(b, "id", "") == "dispatch-rectification").rows
        with Ledger(SUPERVISION) as ledger:  # every step is of 2024-02 or of 2024-12 and later
            known = ledger.read("SELECT * FROM rectification_events WHERE recorded_at LIKE '2024-02%'")
        late = {
            item: (Q3 - dt.date.fromisoformat(due)).days
            for item, due in zip(known["item"], known["due"], strict=True)
        }
        facts = document.facts
        assert len(rows) == len(known)
        assert {name: facts[f"整改.{name}.逾期天数"].value for name, days in late.items() if days > 0} == {
            name: days for name, days in late.items() if days > 0
        }
        told = {(row[0].text, row[1].text): [cell.text for cell in row[3:]] for row in rows}
        assert told["区科协", "23"] == ["2024-12-31", "下季到期", "—", "整改中"]
        assert told["区科协", "30"] == ["2024-06-30", "逾期", "92天", "整改中"]
        assert told["区农牧局", "6"] == ["2024-09-30", "本季到期", "—", "整改中"]
        units = [row[0].text for row in rows]
        assert len(set(units)) == 1 + sum(a != b for a, b in pairwise(units))
        todo = {row["单位"]: row["请办理"] for row in cells_of(dispatch, "催办清单").values()}
        assert "逾期未销号的整改事项1项" in todo["区科协"]

    def test_without_a_supervision_ledger_it_says_so_and_the_ledger_of_returns_is_one(self, tmp_path):
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(QUARTERS)})
        assert text_of(sections.dispatch_rectification(case)) == "未提供督查台账，不列整改事项的时限。"
        ledger = tmp_path / "台账.sqlite"
        collect = ["collect", str(QUARTERS / "2024-Q3"), "--round", "2024-Q3", "--ledger", str(ledger)]
        assert CliRunner().invoke(main, collect).exit_code == 0
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(ledger)})
        assert text_of(sections.dispatch_rectification(case)) == "督查台账中没有整改事项。"

    def test_an_item_without_a_time_limit_is_told_and_comes_last(self):
        case = open_dispatch(
            {"quarter": "2024-Q3", "returns": str(QUARTERS), "supervision": str(SUPERVISION)}
        )
        undated = case.deadlines.assign(due="", deadline=Deadline.UNDATED)
        for some in (undated, pd.concat([undated.iloc[:2], case.deadlines.iloc[2:]])):
            count = int(some["due"].eq("").sum())
            text, listing = sections.dispatch_rectification(replace(case, deadlines=some))
            assert f"未定时限{count}项" in text_of([text])
            without = [[cell.text for cell in row] for row in listing.rows if row[4].text == "未定时限"]
            assert len(without) == count
            assert {(row[3], row[5]) for row in without} == {("—", "—")}
        mine = [row[4].text for row in listing.rows if row[0].text == "区教育局"]
        assert mine == ["逾期", "未定时限", "未定时限"]

    def test_every_number_in_the_prose_is_a_fact(self, dispatch):
        assert literal_numbers(read_document(nbformat.read(dispatch["ipynb"], 4)), names()) == []

    def test_every_figure_leads_to_files_that_the_report_names(self, dispatch):
        listing = read_manifest(dispatch["manifest"])
        graph = LineageGraph.of(listing)
        assert [name for name in graph.facts if not graph.cells(name)] == []
        hashes = {(file["path"], file["round"]): file["sha256"] for file in listing["inputs"]}
        for source in (source for name in graph.facts for source in graph.cells(name)):
            assert hashes.get((source.file, source.round), hashes.get((source.file, ""))) == source.sha256
        late = {source.round for source in graph.cells("连续.U10")}
        assert late == {"2024-Q1"}  # 区商务局 sent nothing in the two quarters after it

    def test_it_is_verified_and_traced(self, dispatch):
        assert verify(dispatch["manifest"].parent).agrees
        traced = CliRunner().invoke(main, ["trace", str(dispatch["manifest"].parent), "Q10.value"])
        assert "区科协.xlsx" in traced.output

    def test_a_quarter_that_was_never_collected_is_told_and_is_no_miss(self, tmp_path):
        shutil.copytree(QUARTERS / "2024-Q3", tmp_path / "2024-Q3")
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(tmp_path)})
        assert "2024年第一季度调度、2024年第二季度调度没有填报数据" in text_of(
            sections.dispatch_overview(case)
        )
        assert case.reporting[case.plan.unit("区商务局").id] == ("missed",)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"quarter": "2031-Q1"}, "没有季度“2031-Q1”（可用：2024-Q1、2024-Q2、2024-Q3）"),
            ({"returns": str(EXAMPLE / "2023-midterm")}, "没有“2024-Q3”的填报表"),
            ({"as_of": "2024-09-30"}, "不认识的参数：as_of"),
        ],
    )
    def test_parameters_that_cannot_be_used_are_refused(self, changes, told):
        with pytest.raises(ParameterError, match=told):
            open_dispatch({"quarter": "2024-Q3", "returns": str(QUARTERS)} | changes)

    def test_a_dispatch_round_is_no_evaluation(self):
        with pytest.raises(ParameterError, match="不适用于本报告"):
            open_unit({"unit": "区科协", "round_id": "2024-Q3", "returns": str(QUARTERS / "2024-Q3")})

    def test_from_a_ledger_a_correction_after_the_due_date_leaves_a_timely_unit_in_time(self, tmp_path):
        ledger, folder = tmp_path / "台账.sqlite", tmp_path / "2024-Q3"
        shutil.copytree(QUARTERS / "2024-Q3", folder)
        collect = ["collect", str(folder), "--round", "2024-Q3", "--ledger", str(ledger)]
        assert CliRunner().invoke(main, collect).exit_code == 0
        book = openpyxl.load_workbook(folder / "区科协.xlsx")
        page = book["填表说明"]
        cell = next(c for row in page.iter_rows() for c in row if c.value == "报送日期")
        page.cell(cell.row, cell.column + 1).value = "2024-10-25"
        book.save(folder / "区科协.xlsx")
        assert CliRunner().invoke(main, collect).exit_code == 0
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(ledger)})
        people = case.now.roster.set_index("unit_name")
        assert (people.loc["区科协", "status"], people.loc["区科协", "received"]) == ("按时", "2024-10-25")
        assert people.loc["区工信局", "status"] == "迟报"  # it never was in time
