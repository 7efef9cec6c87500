"""Supervision as an evaluator runs it: raise, fill, read back; draw, check, read back; and the report that shows it."""

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.report import sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.report.case import open_case
from kepu_eval.supervision.book import FIRST_ROW
from tests.report.notebook_words import told

pytestmark = pytest.mark.slow

EXAMPLE, ROUND = "data/example/2023-midterm", "2023-midterm"
COMMON = {"round_id": ROUND, "as_of": "2023-12-31"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("supervision")


@pytest.fixture(scope="module")
def kepu(place):
    def run(*words, code=0):
        result = CliRunner().invoke(main, [*words, "--ledger", str(place / "ledger.sqlite")])
        assert result.exit_code == code, result.output
        return result.output

    run("collect", EXAMPLE, "--round", ROUND)
    return run


def fill(path, sheet, rows):
    book = load_workbook(path)
    for row, cells in rows.items():
        for column, value in cells.items():
            book[sheet].cell(row, column).value = value
    book.save(path)


def test_the_cycle_from_raising_to_the_report(kepu, place):
    assert "新提出13项，已在台账0项" in kepu("rectify", "raise", "--round", ROUND)
    assert "新提出0项，已在台账13项" in kepu("rectify", "raise", "--round", ROUND)
    book = place / "整改台账.xlsx"
    kepu("rectify", "export", "--round", ROUND, "--out", str(book))
    assert "台账未变" in kepu("rectify", "import", str(book))
    fill(
        book,
        "整改台账",
        {FIRST_ROW: {8: "整改中", 9: "补课", 10: "2023-12-01"}, FIRST_ROW + 1: {8: "已销号"}},
    )
    answered = kepu("rectify", "import", str(book), code=1)
    assert "记入1项变动" in answered
    assert f"整改台账H{FIRST_ROW + 1}“已销号”：不能由“待整改”改为“已销号”" in answered
    listed = kepu("rectify", "list", "--round", "2025-final")
    assert listed.count("待整改") == 12
    item = listed.splitlines()[1].split()[0]
    assert [
        line.split()[1] for line in kepu("rectify", "list", "--round", ROUND, "--item", item).splitlines()[1:]
    ] == [
        "待整改",
        "整改中",
    ]

    check = place / "抽查表.xlsx"
    assert "请不少于" in kepu("spotcheck", "draw", "--round", ROUND, "--n", "5", "--seed", "7", code=2)
    draw = ("spotcheck", "draw", "--round", ROUND, "--n", "60", "--seed", "7", "--out", str(check))
    assert "由1748项抽取60项：" in kepu(*draw)
    assert "与台账中已有的一次抽查相同" in kepu(*draw)
    answer = {10: "属实", 12: "李某", 13: "2024-03-01"}
    fill(check, "抽查事项", dict.fromkeys(range(FIRST_ROW, FIRST_ROW + 59), answer))
    fill(check, "抽查事项", {FIRST_ROW: {10: "大概"}})
    answered = kepu("spotcheck", "import", str(check), code=1)
    assert "记入58项核查结果" in answered
    assert f"抽查事项J{FIRST_ROW}“大概”：不是可选项" in answered

    case = open_case("midterm", {**COMMON, "returns": str(place / "ledger.sqlite")})
    blocks = [
        block
        for section in (
            sections.rectification_ledger,
            sections.evidence,
            sections.spot_checks,
            sections.exceptions,
        )
        for block in section(case)
    ]
    merged_facts(blocks)  # one id, one figure
    said = told("midterm", case, "整改台账.", "抽查.总体", "例外.有")
    assert "整改台账中还没有事项" in said  # what is recorded today was not known at the as-of date
    assert "属实58项，部分属实0项，不属实0项，无法核实0项，尚未核查2项" in said
    assert "例外" not in said  # there is none


def test_a_report_from_a_folder_says_what_it_does_not_know():
    case = open_case("midterm", {**COMMON, "returns": EXAMPLE})
    assert not list(sections.rectification_ledger(case)) + list(sections.spot_checks(case))
    said = told("midterm", case, "整改台账.", "抽查.总体")
    assert "整改台账中还没有事项" in said
    assert "未经实地核查" in said


def test_a_questionnaire_from_the_form_to_the_summary(tmp_path):
    def run(*words):
        result = CliRunner().invoke(main, ["inquiry", *words])
        assert result.exit_code == 0, result.output
        return result.output

    folder = "data/example/inquiry-2023"
    assert "已生成24份" in run("template", f"{folder}/问卷.yaml", "--out", str(tmp_path))
    assert "回收0份，应调研24" in run("summarise", f"{folder}/问卷.yaml", str(tmp_path))
    told = run("summarise", f"{folder}/问卷.yaml", f"{folder}/答卷.xlsx")
    assert "回收20份，应调研24" in told
    rows = {tuple(line.split()[:2]): line.split()[2:] for line in told.splitlines()}
    assert rows["是否有专人负责科普工作", "兼职"] == ["20", "0", "10", "50.0%", "41.0%", "59.0%"]
    assert rows["对联席会议制度的满意程度", "均值"] == ["20", "0", "—", "3.4", "3.2", "3.6"]
