"""The path of docs/换一个地区.md, command by command, on two lists as other offices publish them; a small file of answers confirms."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.plan.importing.confirming import AGREED, INDICATORS, KEEP, OTHER, QUESTIONS
from kepu_eval.returns import layout, unit_sheets
from tests.plan.lists import word

pytestmark = pytest.mark.slow

DOC = Path("docs/换一个地区.md")
MOST_EDITS = 20
COUNTY = [
    ["序号", "指标名称", "单位", "2023年", "2026年", "2028年", "牵头单位", "责任单位"],
    ["1", "在册古树平均树龄", "岁", "61.4(2022年)", "≥62.3", "≥63", "县林草局", "县水务局、县防火大队等单位,县直各有关单位、各乡镇人民政府"],
    ["2", "20-60年林龄重点虫害年损失率", "%", "12.9", "≤11.8", "≤11.4", "县园林所", "县水务局,各乡镇人民政府"],
    ["序号", "指标名称", "单位", "2023年", "2026年", "2028年", "牵头单位", "责任单位"],
    ["3", "3年以下苗木损失率", "‰", "7.35", "持续改善", "持续改善", "县林草局", "县苗圃,各乡镇人民政府"],
]  # fmt: skip
PROVINCE = [
    ["领域", "主 要 目 标", "主要责任单位", "责任单位"],
    ["青年与阅读", "1.改善馆藏质量。\n——问题图书占比以2012年实绩为基数,下降1/2。", "省图书办", "省邮政局\n省残协"],
    [None, "——超期未还图书占比控制在3%以下。\n——新书抽检率达93%以上,旧书复检率达88%以上。", "省图书办", ""],
    [None, "——提高职校学生达标率。", "省团委", "省总工会\n工会"],
]  # fmt: skip
SAID = {
    "meta.office": "示例办公室",
    "meta.doc_no": "示办函〔2026〕1号",
    "meta.issuer": "示例办公室",
    "meta.issued": "2026-03-02",
}
TWINS = {
    "county": (COUNTY, "示例县绿色生活三年计划指标分解清单", SAID | {"meta.first_year": "2026"}, {}),
    "province": (PROVINCE, "示例省青年阅读纲要（2012—2022年）任务分工书", SAID | {"meta.issued": "2012-06-01", "units.工会": "同一单位：省总工会"},
                 {"问题图书占比": (2012, 12.0)}),
}  # fmt: skip


def commands():
    """Every command of the path, as words."""
    blocks = re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line.split()[1:] for line in lines if line.startswith("kepu-eval")]


def confirm(file, answers, baselines):
    """Answer every question, mostly by agreeing, and keep every indicator; returns how many values were typed in."""
    book = load_workbook(file)
    page, typed = book[QUESTIONS], 0
    heads = {cell.value: number for number, cell in enumerate(page[1], 1)}
    for row in range(2, page.max_row + 1):
        value = answers.get(page.cell(row, heads["字段"]).value)
        page.cell(row, heads["确认"]).value = OTHER if value else AGREED
        page.cell(row, heads["另填"]).value = value
        typed += bool(value)
    page = book[INDICATORS]
    heads = {cell.value: number for number, cell in enumerate(page[1], 1)}
    for row in range(2, page.max_row + 1):
        page.cell(row, heads["保留"]).value = KEEP
        for title, value in zip(
            ("基期年", "基期值"), baselines.get(page.cell(row, heads["名称"]).value, ()), strict=False
        ):
            page.cell(row, heads[title]).value = value
            typed += 1
    book.save(file)
    return typed


def fill(file, plan, rnd, target):
    """A figure in every number cell that the unit must fill."""
    book = load_workbook(file)
    for sheet in unit_sheets.sheets(plan, plan.unit(file.stem), rnd.id):
        columns = {column.key: number for number, column in enumerate(sheet.columns, 1)}
        for number, row in enumerate(sheet.rows, layout.FIRST_ROW):
            for key in row.required if sheet.name == layout.NUMBERS else ():
                book[sheet.name].cell(number, columns[key]).value = 12.5
    page = book[layout.COVER]
    for row in range(1, 14):
        if page.cell(row, 1).value == layout.DATE_FIELD:
            page.cell(row, 2).value = rnd.due
    book.save(target / file.name)


@pytest.mark.parametrize("twin", TWINS)
def test_every_command_of_the_path_runs_and_few_values_are_typed(twin, tmp_path, monkeypatch):
    rows, title, answers, baselines = TWINS[twin]
    path = commands()
    assert [words[0] for words in path] == ["plan", "plan", "plan", "template", "collect", "roster", "decide", "decide",
                                            "report", "verify", "plan"]  # fmt: skip
    monkeypatch.chdir(tmp_path)
    word(tmp_path / "责任清单.docx", rows, title)
    plan = rnd = None
    typed = 0
    for words in path:
        if words[:2] == ["plan", "confirm"]:
            typed = confirm(tmp_path / "示例县.待确认.xlsx", answers, baselines)
        if words[0] == "template":
            plan = load_plan("示例县.yaml")
            rnd = next(r for r in plan.rounds if r.stage == "midterm")
        if words[0] == "collect":
            (tmp_path / "来件").mkdir()
            for file in sorted((tmp_path / "模板").glob("*.xlsx")):
                fill(file, plan, rnd, tmp_path / "来件")
            shutil.rmtree(tmp_path / "模板")
        result = CliRunner().invoke(main, [rnd.id if word_ == "2027-midterm" else word_ for word_ in words])
        assert result.exit_code == 0, f"{words}: {result.output}"
    assert typed <= MOST_EDITS
    assert (tmp_path / "报告" / "中期自查评估报告.docx").is_file()
    kept = load_plan("示例县.yaml")
    assert {i.operator for i in kept.indicators} >= {"<=", ">="}
    assert not any(i.to_confirm for i in kept.indicators)
    assert (
        "科学素质" not in (tmp_path / "示例县.yaml").read_text(encoding="utf-8").split("commitment_types")[0]
    )
