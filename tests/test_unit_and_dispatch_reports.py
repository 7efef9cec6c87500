"""The units' self-check and the quarterly dispatch end to end, with figures read from the raw cells."""

import datetime as dt
import re
import shutil
import sqlite3
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
from kepu_eval.report.document import read_document
from kepu_eval.report.exporters import DocxExporter, PdfExporter
from kepu_eval.report.lineage import LineageGraph
from kepu_eval.report.literals import literal_numbers
from kepu_eval.report.unit_case import UnitCase
from kepu_eval.returns import Ledger
from kepu_eval.runner import run_report
from kepu_eval.runner.verify import read_manifest, verify
from kepu_eval.supervision.deadlines import Deadline
from tests.in_process import NOTEBOOKS, report_of, table_of, text_of

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "example"
QUARTERS = EXAMPLE / "dispatch-2024"
SUPERVISION = EXAMPLE / "supervision.sqlite"
Q3 = dt.date(2024, 9, 30)
ROUNDS = ("2023-midterm", "2025-final")
PAGES, DISPATCH_PAGES = 3, 4
LARGEST, SILENT = ("区科协", "区教育局", "区农牧局", "区总工会"), "区商务局"
UNWANTED = re.compile(r"规则判定|设定|开关|任务\d+(?![\d项])|-\d+天|““")


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    return run_report("unit", tmp_path_factory.mktemp("unit"), {"unit": "区教育局"})


@pytest.fixture(scope="module")
def dispatch(tmp_path_factory):
    return run_report("dispatch", tmp_path_factory.mktemp("dispatch"), {})


@pytest.fixture(scope="module")
def rounds():
    return {
        name: open_unit({"unit": "区教育局", "round_id": name, "returns": str(EXAMPLE / name)}).case
        for name in ROUNDS
    }


@pytest.fixture(scope="module")
def midterm(rounds):
    case = rounds["2023-midterm"]
    return lambda name: UnitCase(case, case.plan.unit(name))


@pytest.fixture(scope="module")
def third():
    return open_dispatch({"quarter": "2024-Q3", "returns": str(QUARTERS), "supervision": str(SUPERVISION)})


@pytest.fixture(scope="module")
def told(third):
    return report_of("quarterly_dispatch", third)


def some_returns(folder, *names, source=EXAMPLE / "2023-midterm"):
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(source / f"{name}.xlsx", folder)
    return folder


def unit_of(folder, name, **more):
    given = {"unit": name, "round_id": "2023-midterm", "returns": str(folder)}
    return open_unit(given | more)


def names():
    return {item.name for item in load_plan().indicators} | {f"P{n:02d}" for n in range(1, 200)}


def raw(unit_name, indicator, year):
    """A cell of the workbook that a unit sent, and its address."""
    page = openpyxl.load_workbook(EXAMPLE / "2023-midterm" / f"{unit_name}.xlsx", data_only=True)["指标数据"]
    head = [cell.value for cell in page[4]]
    row = next(r for r in page.iter_rows(min_row=6) if r[0].value == indicator)
    cell = row[head.index(f"{year}年")]
    return int(str(cell.value).translate({0xFF10 + n: str(n) for n in range(10)})), cell.coordinate


class TestUnit:
    def test_figures_are_those_of_the_units_own_cells(self, unit):
        facts = read_document(nbformat.read(unit["ipynb"], 4)).facts
        for year in (2021, 2022, 2023):
            fact = facts[f"Q06.{year}.本单位"]
            assert (fact.value, fact.sources[0].cell) == raw("区教育局", "Q06", year)
            assert fact.sources[0].file == "区教育局.xlsx"

    def test_it_begins_with_what_is_behind_the_main_gap_and_what_is_asked_by_when(self, midterm):
        text = text_of(report_of("unit_self_check", midterm("区教育局")))
        first, asked = text.splitlines()[1:3]
        assert (
            "区教育局牵头任务4项：按进度推进2项，滞后或未启动2项（深入开展各类青少年科技教育活动、加强科技教师队伍建设）"
            in first
        )
        least = sum(raw(name, "Q06", 2022)[0] for name in ("区教育局", "区科协"))  # who reports it
        assert f"主要差距是科技教师培训人次：要求每年不少于300人次，最低年度{least}人次" in first
        assert asked.startswith(
            "请本单位在2024年3月31日前更正2处、答复1处数据；"
        )  # three months after the as-of date
        assert "限期完成整改3项" in asked
        assert "责任人" in text

    def test_what_was_done_is_in_its_own_words_with_their_cells(self, midterm):
        own = midterm("区教育局")
        quotes = [
            f
            for name, f in report_of("unit_self_check", own).facts.items()
            if re.fullmatch(r"做法\.T.*\.U01", name)
        ]
        assert quotes
        cells = {row.cells["progress"] for row in own.own("statuses").itertuples()}
        for fact in quotes:
            assert [source.file for source in fact.sources] == ["区教育局.xlsx"]
            assert fact.sources[0].cell in cells

    def test_what_is_to_be_done_has_cause_measure_person_time_and_condition(self, midterm):
        rows = table_of(report_of("unit_self_check", midterm("区教育局")), "unit-measures")
        assert [row["事项"] for row in rows] == [
            "学校研学实践教育活动次数（滞后）", "科技教师培训人次（滞后）", "农村牧区学校科技教师培训人次（滞后）",
        ]  # fmt: skip
        for row in rows:
            assert "2024-06-30" in row["责任人、时限"]  # six months after the as-of date
            assert all(row[name] not in ("", "—") for name in row)

    def test_it_is_signed_by_the_unit_on_a_date_left_to_fill(self, midterm):
        cover = report_of("unit_self_check", midterm("区科技局")).cover
        assert (cover.organisation, cover.date, cover.signed) == ("区科技局（盖章）", "", True)

    def test_every_unit_has_no_typed_number_no_empty_heading_and_no_system_language(self, rounds):
        for case in rounds.values():
            every = case.plan.units if case.round.id == ROUNDS[0] else map(case.plan.unit, LARGEST)
            for member in every:
                document = report_of("unit_self_check", UnitCase(case, member))
                assert literal_numbers(document, names()) == [], member.name
                pages = [b for b in document.blocks if not getattr(b, "annex", False)]
                ends = [
                    b.text for b, after in pairwise([*pages, pages[0]]) if b.kind == after.kind == "heading"
                ]
                assert ends == [], member.name
                assert UNWANTED.findall(text_of(document)) == [], member.name

    def test_what_is_open_stands_there_with_its_cell_and_remedy(self, unit):
        cells = [c.text for t in docx.Document(unit["docx"]).tables for row in t.rows for c in row.cells]
        assert any("T19" in text for text in cells)
        assert any("参与人数应按人去重" in text for text in cells)

    def test_an_alias_is_known_and_a_stranger_is_told_the_units(self, tmp_path):
        folder = some_returns(tmp_path / "some", "区工商联")
        assert unit_of(folder, "区卫健局").unit.name == "区卫健委"
        with pytest.raises(ParameterError, match="没有单位“区气象局”，可用：区教育局、区科协"):
            unit_of(folder, "区气象局")
        with pytest.raises(ParameterError, match=r"不认识的参数：unitt。可用参数：unit、round_id"):
            open_unit({"unitt": "区教育局"})

    def test_a_unit_that_sent_nothing_is_told_what_cannot_be_said_and_what_it_owes(self, midterm):
        text = text_of(report_of("unit_self_check", midterm(SILENT)))
        assert "未报送（报送期限为2024年1月20日），因此不能说明本单位的任务进展、数据和佐证" in text
        assert "请本单位在2024年3月31日前补报：“任务自查”80行、“指标数据”4行。" in text
        assert "不作零处理" in text
        assert "区农牧局、区委组织部、区科协、区应急局汇总时缺本单位" in text
        assert "主要做法" not in text

    def test_a_lead_that_sent_nothing_owes_its_required_cells(self, tmp_path):
        own = unit_of(some_returns(tmp_path / "some", "区工商联"), "区总工会")
        assert own.words["应报"]["必填"].value > 50

    def test_a_lead_sees_for_whom_it_waits(self, midterm):
        assert "本单位牵头的2项任务尚缺区商务局的材料" in text_of(
            report_of("unit_self_check", midterm("区农牧局"))
        )

    def test_nothing_recorded_after_the_as_of_date_is_told(self, tmp_path):
        folder = some_returns(tmp_path / "some", "区教育局")
        before = unit_of(folder, "区教育局", supervision=str(SUPERVISION))
        assert before.carried.empty
        after = unit_of(folder, "区教育局", supervision=str(SUPERVISION), as_of="2024-02-20")
        assert len(after.case.rectification)
        assert after.case.rectification["recorded_at"].str[:10].max() <= "2024-02-20"

    def test_before_the_plan_was_issued_it_says_so_and_counts_no_negative_days(self, tmp_path):
        own = unit_of(some_returns(tmp_path / "some", "区教育局"), "区教育局", as_of="2022-12-31")
        text = text_of(report_of("unit_self_check", own))
        assert (
            "基准日2022年12月31日早于《方案》印发日（2023年11月28日），以下只反映印发以前已做的工作。" in text
        )
        assert not re.search(r"(?<!\d)-\d", text)

    def test_three_pages_by_the_pdf_exporter_for_the_unit_with_the_most_tasks(self, rounds, tmp_path):
        for name, case in rounds.items():
            document = report_of("unit_self_check", UnitCase(case, case.plan.unit("区科协")))
            file = _written(tmp_path / f"{name}.pdf", PdfExporter().render(document))
            assert len(PdfReader(file).pages) <= PAGES

    @pytest.mark.slow
    @pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice to lay out Word files")
    def test_three_pages_of_word_for_the_largest_units_and_a_silent_one_of_both_rounds(
        self, rounds, tmp_path
    ):
        for name, case in rounds.items():
            for member in (*LARGEST, SILENT):
                document = report_of("unit_self_check", UnitCase(case, case.plan.unit(member)))
                _written(tmp_path / f"{name}-{member}.docx", DocxExporter().render(document))
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
        subprocess.run(
            [*command, *map(str, sorted(tmp_path.glob("*.docx")))], check=True, capture_output=True
        )
        pages = {file.stem: len(PdfReader(file).pages) for file in tmp_path.glob("*.pdf")}
        assert len(pages) == len(ROUNDS) * (len(LARGEST) + 1)
        assert {name: count for name, count in pages.items() if count > PAGES} == {}

    def test_long_words_of_a_unit_are_cut_on_the_page_and_whole_in_the_workbook(self, tmp_path):
        folder = some_returns(tmp_path / "returns", "区科协")
        book = openpyxl.load_workbook(folder / "区科协.xlsx")
        page = book["任务自查"]
        column = [cell.value for cell in page[4]].index("存在问题") + 1
        for row in range(6, page.max_row + 1):
            page.cell(row, column).value = "经费不足" * 60
        book.save(folder / "区科协.xlsx")
        document = report_of("unit_self_check", unit_of(folder, "区科协"))
        assert len(PdfReader(_written(tmp_path / "long.pdf", PdfExporter().render(document))).pages) <= PAGES
        assert "经费不足" * 60 in table_of(document, "unit-next-all")[0]["存在问题（本单位填报）"]

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


def _written(path, content):
    path.write_bytes(content)
    return path


class TestDispatch:
    def test_the_stock_is_the_raw_cell_and_expected_is_fifteen_twentieths(self, told):
        page = openpyxl.load_workbook(QUARTERS / "2024-Q3" / "区科协.xlsx", data_only=True)["指标数据"]
        head = [cell.value for cell in page[4]]
        level = next(r for r in page.iter_rows(min_row=6) if r[0].value == "Q10")[head.index("2024年")].value
        facts = told.facts
        assert (facts["Q10.value"].value, facts["Q10.expected"].value) == (level, 25000 * 15 / 20)
        assert facts["Q10.share"].value == pytest.approx(level / 18750 * 100)

    def test_every_printed_ratio_equals_its_printed_operands(self, told):
        rows = [row for row in table_of(told, "dispatch-indicators") if row["现值"] not in ("—", "数据不足")]
        assert len(rows) == 8
        for row in rows:
            value, expected, share = (
                float(re.match(r"[\d.]+", row[name])[0]) for name in ("现值", "本季末应达", "现值÷应达")
            )
            assert share == pytest.approx(value / expected * 100, abs=0.06)
            if row["现值"].endswith("%"):
                part, whole = map(int, row["现值的算式"].split("÷"))
                assert value == pytest.approx(part / whole * 100, abs=0.05)
        in_time, due = (told.facts[f"报送.{name}"].value for name in ("按时", "应报"))
        assert (in_time, due) == (22, 24)  # 区商务局 sent nothing, 区工信局 was late
        assert f"按时{in_time}个（91.7%）" in text_of(told)

    def test_a_unit_missing_twice_is_escalated_and_one_late_is_late_though_it_sent(self, told):
        rows = {row["单位"]: row for row in table_of(told, "dispatch-reporting")}
        assert (rows["区商务局"]["2024年第二季度调度"], rows["区商务局"]["2024年第三季度调度"]) == (
            "未报送",
            "未报送",
        )
        assert (rows["区商务局"]["连续次数"], rows["区商务局"]["处理"]) == ("2次", "督办")
        assert "迟报" in rows["区工信局"]["2024年第三季度调度"]
        assert rows["区工信局"]["处理"] == "提醒"
        assert rows["区民政局"]["处理"] == "本季已按时"
        assert "区教育局" not in rows
        assert "区商务局未报送，连续2次，督办；区工信局迟报，连续1次，提醒。" in text_of(told)

    def test_caught_up_is_only_what_is_all_there(self, told, third):
        row = next(row for row in table_of(told, "dispatch-indicators") if row["编号"] == "Q09")
        assert (row["现值÷应达"], row["进度"]) == ("96.9%", "基本达到（曾滞后2季）")  # 218 of 225 due
        assert "此前滞后、本季基本达到而没有全部补齐的：高层次创新人才培训人次" in text_of(told)
        found = third.now.indicators
        met = found.assign(share=found["share"].mask(found["item"].eq("Q09"), 1.0))
        whole = replace(third, quarters=(*third.quarters[:-1], replace(third.now, indicators=met)))
        rows = {
            row["编号"]: row["进度"]
            for row in table_of(report_of("quarterly_dispatch", whole), "dispatch-indicators")
        }
        assert rows["Q09"] == "已补齐（曾滞后2季）"

    def test_the_quarter_before_saw_the_same_indicator_behind_twice(self, third):
        before = replace(third, quarters=third.quarters[:-1])
        assert before.now.round.id == "2024-Q2"
        rows = table_of(report_of("quarterly_dispatch", before), "dispatch-escalation")
        told = {row["指标或任务"]: (row["连续"], row["处理"]) for row in rows}
        assert told["高层次创新人才培训人次"] == ("2次", "督办")

    def test_whom_it_asks_for_what_by_when_and_when_that_is_done(self, told):
        rows = table_of(told, "dispatch-reminders")
        asked = {(row["单位"], row["请办理"]): (row["时限（拟定）"], row["办结条件"]) for row in rows}
        assert asked["区商务局", "补报本季填报表"] == (
            "2024-12-31前",
            "收到可读取的填报表",
        )  # three months on
        assert (
            asked["区农牧局", "开展乡村振兴科技支撑行动：滞后，连续2次"][0] == "2024-12-31前"
        )  # the next quarter's end
        assert "7件事项" in text_of(told)
        assert len(rows) == 7

    def test_what_was_to_be_put_right_is_listed_by_unit_with_the_days_it_is_late(self, told):
        with Ledger(SUPERVISION) as ledger:  # every step is of 2024-02 or of 2024-12 and later
            known = ledger.read("SELECT * FROM rectification_events WHERE recorded_at LIKE '2024-02%'")
        late = {
            item: (Q3 - dt.date.fromisoformat(due)).days
            for item, due in zip(known["item"], known["due"], strict=True)
        }
        rows, facts = table_of(told, "dispatch-rectification"), told.facts
        assert len(rows) == len(known)
        assert {name: facts[f"整改.{name}.逾期天数"].value for name, days in late.items() if days > 0} == {
            name: days for name, days in late.items() if days > 0
        }
        found = {(row["牵头单位"], row["整改事项"]): list(row.values())[3:] for row in rows}
        assert found["区科协", "“科普中国”注册人数、传播量持续增长"] == [
            "2024-12-31",
            "下季到期",
            "—",
            "整改中",
        ]
        assert found["区科协", "繁荣科普创作"] == ["2024-06-30", "逾期", "92天", "整改中"]
        assert all(row["措施"] != "—" for row in rows)
        units = [row["牵头单位"] for row in rows]
        assert len(set(units)) == 1 + sum(a != b for a, b in pairwise(units))
        assert "整改：繁荣科普创作，逾期92天" in text_of(told)

    def test_what_the_ledger_learned_after_the_quarter_is_not_in_its_dispatch(self, third, tmp_path):
        later = tmp_path / "supervision.sqlite"
        shutil.copy(SUPERVISION, later)
        with sqlite3.connect(later) as base:
            columns = [
                row[1] for row in base.execute("PRAGMA table_info(rectification_events)") if row[1] != "id"
            ]
            listed = ", ".join(columns)
            taken = listed.replace("recorded_at", "'2024-10-05T09:00:00+08:00'").replace("state", "'撤销'", 1)
            base.execute(
                f"INSERT INTO rectification_events ({listed}) SELECT {taken} FROM rectification_events"
                " WHERE item = '2023-midterm-T30' LIMIT 1"
            )
        folder = some_returns(tmp_path / "q" / "2024-Q3", "区科协", source=QUARTERS / "2024-Q3").parent
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(folder), "supervision": str(later)})
        assert case.deadlines["state"].tolist() == third.deadlines["state"].tolist()

    def test_without_a_supervision_ledger_it_says_so_and_the_ledger_of_returns_is_one(self, third, tmp_path):
        without = text_of(report_of("quarterly_dispatch", replace(third, deadlines=None)))
        assert "未提供督查台账，不列整改事项的时限。" in without
        assert "整改事项到期情况" not in without
        ledger, folder = tmp_path / "台账.sqlite", tmp_path / "2024-Q3"
        some_returns(folder, "区工商联", source=QUARTERS / "2024-Q3")
        collect = ["collect", str(folder), "--round", "2024-Q3", "--ledger", str(ledger)]
        assert CliRunner().invoke(main, collect).exit_code == 0
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(ledger)})
        assert "督查台账中没有整改事项。" in text_of(report_of("quarterly_dispatch", case))

    def test_an_item_without_a_time_limit_is_told_and_comes_last(self, third):
        undated = third.deadlines.assign(due="", deadline=Deadline.UNDATED)
        for some in (undated, pd.concat([undated.iloc[:2], third.deadlines.iloc[2:]])):
            count = int(some["due"].eq("").sum())
            case = replace(third, deadlines=some)
            (listing,) = sections.dispatch_rectification(case)
            counts = {item["名称"]: item["数"].value for item in case.words["整改"]["各类"]}
            assert counts["未定时限"] == count
            without = [[cell.text for cell in row] for row in listing.rows if row[4].text == "未定时限"]
            assert len(without) == count
            assert {(row[3], row[5]) for row in without} == {("—", "—")}
        mine = [row[4].text for row in listing.rows if row[0].text == "区教育局"]
        assert mine == ["逾期", "未定时限", "未定时限"]

    def test_every_number_in_the_prose_is_a_fact_and_nothing_is_system_language(self, told):
        assert literal_numbers(told, names()) == []
        assert UNWANTED.findall(text_of(told).replace("任务7 |", "")) == []

    def test_it_is_signed_and_its_first_part_has_four_pages_at_most(self, dispatch):
        assert len(PdfReader(dispatch["pdf"]).pages) <= DISPATCH_PAGES
        paragraphs = [p.text for p in docx.Document(dispatch["docx"]).paragraphs]
        assert paragraphs[-2:] == ["昆都仑区全民科学素质工作领导小组办公室", "年　　月　　日"]
        assert "附件：1.　量化指标与应达进度" in paragraphs

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
        some_returns(tmp_path / "2024-Q3", "区工商联", source=QUARTERS / "2024-Q3")
        case = open_dispatch({"quarter": "2024-Q3", "returns": str(tmp_path)})
        text = text_of(report_of("quarterly_dispatch", case))
        assert "2024年第一季度调度、2024年第二季度调度没有填报数据" in text
        assert "与上季相比" not in text
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
        some_returns(folder, "区科协", "区工信局", source=QUARTERS / "2024-Q3")
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


@pytest.mark.parametrize(
    "notebook",
    ["unit_self_check", "quarterly_dispatch", "midterm_self_assessment", "final_evaluation_2025"],
)
def test_the_words_are_of_no_district_and_of_no_subject(notebook):
    cells = [cell.source for cell in nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", 4).cells]
    words = "\n".join(text for text in cells if text.startswith("%%正文"))
    assert words
    assert not re.search("科学素质|科普|昆都仑|昆区|区科协", words)
