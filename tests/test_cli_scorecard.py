"""The scorecard as an office makes it: a workbook marked for internal use, nothing read back, nothing in public reports."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.parameters import ParameterError
from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from kepu_eval.resources import resource

EXAMPLE = ("--round", "2023-midterm", "--returns", "data/example/2023-midterm")
CASE = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "as_of": "2023-12-31"}
SCHEME = "data/reference/scorecard-example.yaml"


def run(*words):
    return CliRunner().invoke(main, ["scorecard", *words])


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    out = tmp_path_factory.mktemp("scorecard") / "评分表.xlsx"
    result = run(*EXAMPLE, "--out", str(out))
    assert result.exit_code == 0, result.output
    return load_workbook(out)


def test_every_sheet_is_marked_internal_and_simulated(book):
    assert {sheet["A2"].value for sheet in book} == {"内部使用　示例数据"}


def test_every_unit_has_bounds_ranks_and_empty_columns_for_its_own_score(book):
    head, *rows = book["评分表"].iter_rows(min_row=3, max_row=27, values_only=True)
    assert head[-4:] == ("同类名次区间", "全部名次区间", "自评分", "复核说明")
    assert len(rows) == 24
    for row in rows:
        assert 0 <= row[7] <= row[8] <= 100
        assert row[9]
        assert row[10]
        assert row[11:] == (None, None)


def test_parts_add_up_to_the_score(book):
    # 区科协 leads tasks and indicators: points of its parts over 85, of 100; a part that is not known yet is a range
    (row,) = [r for r in book["评分表"].iter_rows(min_row=4, values_only=True) if r[0] == "区科协"]
    for score, end in ((row[7], 0), (row[8], -1)):
        points = sum(float(str(row[n]).split("—")[end]) for n in (1, 2, 4, 5))
        assert score == pytest.approx(points / 85 * 100, abs=0.03)


def test_every_point_names_its_cells_or_its_file(book):
    rows = list(book["计分明细"].iter_rows(min_row=4, values_only=True))[:-1]  # the last is the note
    assert all(
        row[7] or ".xlsx" in row[6] or row[6] in ("未报送", "没有收到可核对佐证的陈述，按缺失计")
        for row in rows
    )
    (lectures,) = [row for row in rows if row[2] == "Q02"]
    assert lectures[7].startswith("区教育局.xlsx［学校明细］E6:E45")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--round", "2023-midterm"), "二者选一"),
        ((*EXAMPLE, "--ledger", "x.sqlite"), "二者选一"),
        (("--round", "2023-midterm", "--returns", "nowhere"), "找不到填报表文件夹“nowhere”"),
        (("--round", "2023-midterm", "--ledger", "nowhere"), "找不到台账“nowhere”"),
        (("--round", "2024-Q1", "--returns", "data/example/dispatch-2024/2024-Q1"), "没有评级，不能计分"),
        ((*EXAMPLE, "--scheme", "nowhere.yaml"), "无法读取评分办法"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_no_file(tmp_path, words, told):
    out = tmp_path / "评分表.xlsx"
    result = run(*words, "--out", str(out))
    assert result.exit_code == 2
    assert told in result.output
    assert not out.exists()


def test_no_notebook_shows_it_by_default():
    for path in resource("notebooks/final_evaluation_2025.ipynb").parent.glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        (parameters,) = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
        lines = "".join(parameters["source"]).splitlines()
        named = [line for line in lines if line.startswith("scorecard")]
        assert all(line.split("#")[0].strip() == 'scorecard = ""' for line in named)


def test_a_report_has_the_section_only_where_a_scheme_is_named():
    case = open_case("midterm", CASE)
    assert list(sections.scorecard(case)) == []
    blocks = list(sections.scorecard(replace(case, scorecard=SCHEME)))
    assert "内部使用" in blocks[0].title
    facts = merged_facts(blocks)
    unit = case.plan.unit("区商务局").id
    assert (facts[f"考核.{unit}.low"].value, facts[f"考核.{unit}.high"].value) == (0, 80)
    assert "—" in facts[f"考核.{unit}.ranks"].value
    with pytest.raises(ParameterError, match="scorecard：找不到"):
        sections.scorecard(replace(case, scorecard="nowhere.yaml"))
