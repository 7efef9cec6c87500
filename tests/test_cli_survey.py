"""The survey commands as a person calls them."""

import hashlib

import openpyxl
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main

FRAME = "层,编号,名称,规模\n" + "".join(
    f"{stratum},{stratum[0]}{k:02d},=HYPERLINK({k})第{k}社区,{1000 + 100 * k}\n"
    for stratum in ("城区", "镇")
    for k in range(10)
)


def run(*words):
    return CliRunner().invoke(main, ["survey", *map(str, words)])


@pytest.fixture
def frame(tmp_path):
    file = tmp_path / "框.csv"
    file.write_text(FRAME, encoding="utf-8")
    return file


def plan(frame, out, seed=7):
    return run("plan", frame, "--psus", 6, "--persons", 20, "--seed", seed, "--out", out)


def test_a_plan_lists_units_rules_and_strata(frame, tmp_path):
    done = plan(frame, tmp_path / "名单.xlsx")
    assert done.exit_code == 0, done.output
    assert "共6个单位，120人" in done.output
    book = openpyxl.load_workbook(tmp_path / "名单.xlsx")
    assert book.sheetnames == ["样本单位", "抽样方案", "分层"]
    units = list(book["样本单位"].iter_rows(min_row=4, max_row=9))
    assert [row[0].value for row in units] == [1, 2, 3, 4, 5, 6]
    assert all(row[3].data_type == "s" for row in units)  # names that look like formulas stay text
    # 20 persons of each of 3 units of 14,500: every base weight is 14,500/60
    assert {round(row[9].value, 6) for row in units} == {round(14500 / 60, 6)}
    rules = {row[0]: row[1] for row in book["抽样方案"].iter_rows(min_row=4, values_only=True)}
    assert rules["随机种子"] == "7"
    assert rules["抽样框文件SHA-256"] == hashlib.sha256(frame.read_bytes()).hexdigest()


def test_the_same_seed_writes_the_same_bytes_and_another_draws_another_sample(frame, tmp_path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        assert plan(frame, tmp_path / f"{name}.xlsx", seed).exit_code == 0
    a, b, c = ((tmp_path / f"{name}.xlsx").read_bytes() for name in "abc")
    assert a == b != c


def test_a_frame_that_cannot_be_used_leaves_nothing_behind(frame, tmp_path):
    frame.write_text(FRAME.replace("1500", "一千五"), encoding="utf-8")
    done = plan(frame, tmp_path / "名单.xlsx")
    assert done.exit_code == 2
    assert "“框.csv”第7、17行：“规模”不是大于0的数" in done.output
    assert not (tmp_path / "名单.xlsx").exists()


def test_a_list_is_a_workbook(frame, tmp_path):
    assert "名单只能写成 .xlsx 文件" in plan(frame, tmp_path / "名单.csv").output


def test_the_size_of_the_worked_example():
    done = run("size", "--target", 15, "--expected", 15.6, "--deff", 1.6)
    assert "需22480份有效样本" in done.output


def test_a_target_that_is_not_expected_to_be_reached_has_no_size():
    done = run("size", "--target", 15, "--expected", 14, "--deff", 1.6)
    assert done.exit_code == 2
    assert done.output.strip() == "预期比例14.00%不高于目标15.00%，再大的样本也不能确认达到，请核对预期比例"
