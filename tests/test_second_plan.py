"""Another district and another period need no change of code: the whole cycle on a plan that shares nothing with ours."""

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import docx
import nbformat
import pytest
import yaml
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.cli.report import given_parameters
from kepu_eval.evaluation import evaluate
from kepu_eval.evaluation.dispatch import indicator_positions
from kepu_eval.parameters import ParameterError
from kepu_eval.plan import PlanError, load_plan, quarter_share, time_share
from kepu_eval.report import open_case, open_dispatch, open_final, open_unit, sections
from kepu_eval.report.document import read_document
from kepu_eval.returns import layout, unit_sheets
from tests.in_process import report_of
from tests.report.notebook_words import paragraphs
from tests.reports.consistency import CHECKS, Report

pytestmark = pytest.mark.slow

FILE = Path(__file__).with_name("second_plan.yaml")
PLAN = load_plan(FILE)
TRAINED, TRAINING_HOURS, YARDS = (260, 250, 240, 230, 270), (45, 32, 46, 48, 50), (2, 4, 5)
OURS = re.compile(
    "昆都仑|昆区|包头|自治区|农村牧区|全区|区级|本区|幼儿园|十四五|202[1-5]|Q0[1-9]|区教育局|区科协"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("second")


@pytest.fixture(scope="module")
def kepu():
    def run(*words, code=0):
        result = CliRunner().invoke(main, [str(word) for word in words], env={"KEPU_PLAN": str(FILE)})
        assert result.exit_code == code, result.output
        return result.output

    return run


def fill(file, rnd):
    """Plain figures in every cell that a unit must fill; one school's first term is left out."""
    book = load_workbook(file)
    years = range(2026, rnd.as_of.year + 1)
    for sheet in unit_sheets.sheets(PLAN, PLAN.unit(file.stem), rnd.id):
        page = book[sheet.name]
        columns = {column.key: number for number, column in enumerate(sheet.columns, 1)}
        for number, row in enumerate(sheet.rows, layout.FIRST_ROW):
            shown = row.labels.get("indicator")
            figures = {"K2": TRAINED if row.required else (), "K3": TRAINING_HOURS, "K4": YARDS}
            for year, value in zip(years, figures.get(shown, ["有"] * 5), strict=False):
                if f"year:{year}" in row.open:
                    page.cell(number, columns[f"year:{year}"]).value = value
            for key, value in {
                "operating": "已运行",
                "current_size": 9,
                "baseline_size": 3,
                "baseline": 1,
            }.items():
                if key in row.required:
                    page.cell(number, columns[key]).value = value
        if sheet.name == layout.SCHOOLS:
            for number, (name, kind) in enumerate(
                {"旗一小": "小学", "东镇学校": "九年一贯制学校"}.items(), layout.FIRST_ROW
            ):
                told = [name, kind, "是", *[2] * (len(columns) - 3)]
                for column, value in enumerate(told, 1):
                    page.cell(number, column).value = None if (name, column) == ("东镇学校", 4) else value
    for row in range(1, 12):
        if book[layout.COVER].cell(row, 1).value == layout.DATE_FIELD:
            book[layout.COVER].cell(row, 2).value = rnd.due
    book.save(file)


@pytest.fixture(scope="module")
def ledger(place, kepu):
    """Every round of the plan collected; one unit never reports."""
    for rnd in PLAN.rounds:
        folder = place / rnd.id
        kepu("template", "--round", rnd.id, "--out", folder)
        (folder / "旗林草局.xlsx").unlink()
        for file in folder.glob("*.xlsx"):
            fill(file, rnd)
        told = kepu("collect", folder, "--round", rnd.id, "--ledger", place / "ledger.sqlite")
        assert "未报送1个：旗林草局" in told
    return place / "ledger.sqlite"


def words(blocks):
    """Everything that blocks say to readers, as JSON text."""
    told = [block.model_dump(mode="json", exclude={"png"}) for block in blocks if block.kind != "inputs"]
    return json.dumps(told, ensure_ascii=False)


def given(ledger, **more):
    return {"returns": str(ledger), "plan": str(FILE)} | more


@pytest.mark.usefixtures("ledger")
def test_templates_ask_what_this_plan_counts(place):
    page = load_workbook(place / "zq-2028" / "旗教育局.xlsx")[layout.SCHOOLS]
    heads = [cell.value for cell in page[layout.HEADER_ROW]]
    assert heads[:4] == ["学校名称", "学校类型", "是否农村", "2026春 科普活动次数"]
    choices = [rule.formula1 for rule in page.data_validations.dataValidation]
    assert '"小学,九年一贯制学校"' in choices
    page = load_workbook(place / "zj-2030" / "旗农牧和科技局.xlsx")[layout.NUMBERS]
    heads = [cell.value for cell in page[layout.HEADER_ROW]]
    row = next(r for r in page.iter_rows(min_row=layout.FIRST_ROW) if r[0].value == "K4")
    locked = {head: cell.protection.locked for head, cell in zip(heads, row, strict=True)}
    assert (locked["2028年"], locked["2029年"]) == (False, True)  # due at the end of 2028


def test_the_midterm_report_is_this_districts(ledger, place, kepu):
    kepu("report", "midterm", "--returns", ledger, "--out", place / "report", "--formats", "docx")
    names = ("中期自查评估报告.docx", "中期自查评估报告_技术附册.docx")
    documents = [docx.Document(str(place / "report" / name)) for name in names]
    told = "\n".join(
        [p.text for document in documents for p in document.paragraphs]
        + [c.text for d in documents for t in d.tables if t.cell(0, 0).text != "地区" for c in t._cells]
    )  # but the published rates of higher levels, which are of our years
    assert "示例旗全民科学素质行动中期自查评估报告" in told
    assert "示例旗科学素质纲要实施办公室" in told
    assert "追溯填报" not in told  # nothing was done before the issue
    assert not [line for line in told.splitlines() if OURS.search(line)]
    manifest = json.loads((place / "report" / "manifest.json").read_text(encoding="utf-8"))
    facts = {fact["id"]: fact["value"] for fact in manifest["facts"]}
    assert (facts["K2.value"], facts["时间进度"]) == (sum(TRAINED[:3]), 60)
    executed = nbformat.read(place / "report" / "midterm_self_assessment.ipynb", 4)
    report = Report(read_document(executed), "2028-12-31", [task.title for task in PLAN.tasks])
    for check in CHECKS:
        check(report)
    assert "一致" in kepu("verify", place / "report")


def test_every_kind_of_target_is_judged_by_this_plan(ledger):
    case = open_case("midterm", given(ledger, round_id=""))  # the plan's only mid-term
    assert case.round.id == "zq-2028"
    rows = case.evaluation.indicators.set_index("indicator")
    assert rows.loc["K1", "rating"] == "数据不足"
    assert rows.loc["K2", "low"] == sum(TRAINED[:3])
    assert rows.loc["K3", "verdict"] == "未逐年达标（2/3年）"
    assert rows.loc["K4", ["time_share", "pace"]].tolist() == [1, pytest.approx(5 / 6)]
    assert rows.loc["K4", "rating"] == "基本达到序时"  # this plan's thresholds
    assert rows.loc["K5", "verdict"] == "10个校学期中9个达标、1个缺数据"


def test_the_other_reports_open_on_this_plan(ledger):
    midterm, final = open_final(given(ledger, round_id="", midterm_returns=str(ledger)))
    assert (midterm.round.id, final.round.id) == ("zq-2028", "zj-2030")
    told = [sections.open_data(final), sections.midterm_and_final(midterm, final), sections.mechanisms(final),
            sections.robustness(final), sections.annexes(final), paragraphs("final", final, "")]  # fmt: skip
    unit = open_unit(given(ledger, round_id="zq-2028", unit="示例旗科学技术协会"))
    quarter = open_dispatch(given(ledger, quarter="2027-Q2"))
    for notebook, opened in (("unit_self_check", unit), ("quarterly_dispatch", quarter)):
        document = report_of(notebook, opened)
        told.append([document.cover, *document.blocks])
        assert document.cover.title.startswith(("旗科协", "示例旗"))
    for blocks in told:
        assert OURS.search(words(blocks)) is None


def test_one_command_makes_the_reports_of_all_units_and_again_only_what_is_missing(ledger, place, kepu):
    command = [
        "report",
        "unit",
        "--all-units",
        "--round",
        "zq-2028",
        "--returns",
        ledger,
        "--out",
        place / "units",
        "--formats",
        "docx",
    ]
    kepu(*command)
    units = [unit.name for unit in PLAN.units]
    assert all((place / "units" / name / "单位自查报告.docx").is_file() for name in units)
    shutil.rmtree(place / "units" / units[0])
    assert "完成1份，未变4份，失败0份" in kepu(*command)


def test_a_plan_without_goals_duties_and_mechanisms_says_so(ledger):
    case = open_case("midterm", given(ledger, round_id="zq-2028"))
    assert not [*sections.goals(case), *sections.phase_duties(case), *sections.mechanisms(case)]
    told = words(paragraphs("midterm", case, "定性目标", "阶段任务.有", "机制.有"))
    for text in ("没有列出定性目标", "没有列出阶段任务", "没有规定工作机制"):
        assert text in told
    told = words(paragraphs("midterm", case, "责任主体"))
    assert "各苏木镇" in told
    assert "《方案》未列其成员" in told
    assert OURS.search(told) is None


def test_a_target_due_before_the_plan_ends_has_its_own_path(ledger):
    horizon = PLAN.indicator("K4").horizon
    assert time_share(PLAN, dt.date(2027, 12, 31), horizon) == pytest.approx(2 / 3)
    assert quarter_share(PLAN, dt.date(2027, 3, 31), horizon) == pytest.approx(5 / 12)
    case = open_case("final", given(ledger, round_id="zj-2030"))
    row = case.evaluation.indicators.set_index("indicator").loc["K4"]
    assert (row["value"], row["rating"], row["missing"]) == (5, "未完成", ())
    late, _ = indicator_positions(PLAN, case.returns, dt.date(2029, 3, 31))
    assert late.set_index("item").loc["K4", "reason"] == "已于2028年到期"


def test_an_indicator_goes_by_its_number_whatever_its_letter(ledger):
    """K2 is no 任务2: what is a task, and what an indicator, the plan says."""
    quarter = open_dispatch(given(ledger, quarter="2027-Q2"))
    late = replace(quarter.now, indicators=quarter.now.indicators.assign(position="滞后"))
    quarter = replace(quarter, quarters=(*quarter.quarters[:-1], late))
    tables = sections.dispatch_history(quarter)
    codes = [row[0].text for block in tables for row in block.rows]
    known = {i.id for i in PLAN.indicators} | {f"任务{task.number}" for task in PLAN.tasks}
    assert codes
    assert set(codes) <= known
    assert {code for code in codes if code.startswith("K")}


def test_readings_that_the_plan_does_not_switch_have_their_usual_option(ledger):
    case = open_case("midterm", given(ledger, round_id="zq-2028"))
    assert case.evaluation.switches["duplicates"] == "deduplicated"
    again = evaluate(PLAN, case.returns, case.as_of, duplicates="summed")
    assert again.switches["duplicates"] == "summed"


def test_without_its_plan_a_ledger_is_refused(ledger):
    with pytest.raises(ValueError, match="请用 plan 参数指定台账所属的方案"):
        open_case("midterm", {"returns": str(ledger), "round_id": "2023-midterm"})
    with pytest.raises(ParameterError, match="已有：2027-Q1"):
        open_case("midterm", given(ledger, round_id="2023-midterm"))


def test_another_plan_is_not_run_on_the_example_returns(kepu):
    assert "请同时用 --returns" in kepu("report", "midterm", code=2)


def test_a_surveys_report_takes_its_target_from_the_plan():
    assert given_parameters("survey", FILE, (), {"survey": "调查", "unit": None}) == {
        "survey": "调查",
        "target": 18,
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["indicators"][4].pop("measures"), "indicators.K5.measures：per_entity_per_period类指标必须填写"),
        (lambda d: d["indicators"][1].update(task=None), "indicators.K2.task"),
        (lambda d: d["indicators"][1].update(horizon="2055-12-31"), "2055年不在2026—2050年内"),
        (lambda d: d.update(indicators=[]), "indicators：没有量化指标"),
        (lambda d: d["tasks"][0].update(commitments=[]), "tasks[1].commitments：没有承诺"),
        (lambda d: d["meta"].update(office=None), "meta.office：没有填写"),
        (lambda d: d["rating"]["final_attainment"][0].update(label="优秀"), "final_attainment[1].label"),
        (lambda d: d.update(switches=[{"id": "gardens", "label": "x", "options": {"a": "甲"}, "default": "a"}]),
         "没有口径开关“gardens”"),
    ],
)  # fmt: skip
def test_what_a_new_plan_file_may_lack_is_said_when_it_is_checked(tmp_path, change, told):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(data)
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(PlanError, match=re.escape(told)):
        load_plan(tmp_path / "plan.yaml")
