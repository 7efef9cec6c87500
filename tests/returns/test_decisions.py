"""Questions out, answers back, and answers that no longer fit."""

import math

import pytest
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.returns import (
    DecisionError,
    export_decisions,
    read_decisions,
    read_round,
)
from kepu_eval.returns.decision_book import MECHANISMS, QUESTIONS
from kepu_eval.returns.decisions import SAME, SEPARATE

PLAN = load_plan()
EXAMPLE = "data/example/2023-midterm"


@pytest.fixture(scope="module")
def asked():
    return read_round(EXAMPLE, PLAN, "2023-midterm")


@pytest.fixture
def answer(asked, tmp_path):
    """Export the questions, answer those of one rule, read the answers back."""

    def answered(code, value, found=None):
        path = tmp_path / "复核意见表.xlsx"
        export_decisions(asked, PLAN, path)
        book = load_workbook(path)
        page = book[QUESTIONS]
        columns = {cell.value: cell.column for cell in page[1]}
        for row in range(2, page.max_row + 1):
            if page.cell(row, columns["规则"]).value == code:
                page.cell(row, columns["答复"]).value = value
                if found is not None:
                    page.cell(row, columns["原值"]).value = found
        book.save(path)
        return read_decisions(path, PLAN)

    return answered


def test_every_open_question_is_exported_with_its_place(asked, tmp_path):
    export_decisions(asked, PLAN, tmp_path / "d.xlsx")
    page = load_workbook(tmp_path / "d.xlsx")[QUESTIONS]
    assert page.max_row - 1 == asked.findings["severity"].eq("question").sum()


def test_an_answered_number_enters_and_the_question_is_closed(asked, answer):
    before = asked.findings.query("code == 'C20'").iloc[0]
    after = read_round(EXAMPLE, PLAN, "2023-midterm", decisions=answer("C20", 37))
    row = after.observations[
        after.observations["cell"].eq(before["cell"]) & after.observations["unit"].eq(before["unit"])
    ].iloc[0]
    assert (row["value"], row["state"], row["raw"]) == (37, "note", before["value"])
    assert after.findings.query("code == 'C20'")["answer"].tolist() == ["37"]


def test_left_out_is_missing_and_not_zero(asked, answer):
    before = asked.findings.query("code == 'C28'").iloc[0]
    after = read_round(EXAMPLE, PLAN, "2023-midterm", decisions=answer("C28", "不计入"))
    row = after.observations[
        after.observations["cell"].eq(before["cell"]) & after.observations["unit"].eq(before["unit"])
    ].iloc[0]
    assert row["state"] == "missing"
    assert math.isnan(row["value"])


def test_an_answer_about_another_value_lapses_with_a_notice(answer):
    after = read_round(EXAMPLE, PLAN, "2023-midterm", decisions=answer("C20", 37, found="约99人次"))
    told = after.findings[after.findings["severity"].eq("info")].iloc[0]
    assert "答复失效" in told["message"]
    assert after.findings.query("code == 'C20' and severity == 'question'")["answer"].tolist() == [""]


def test_an_answer_that_is_neither_number_nor_choice_is_refused_with_its_cell(answer):
    with pytest.raises(DecisionError, match=r"待核问题I\d+答复“大概吧”不能识别"):
        answer("C20", "大概吧")


def test_a_workbook_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"no")
    with pytest.raises(DecisionError, match="无法读取"):
        read_decisions(tmp_path / "x.xlsx", PLAN)


def test_the_mechanisms_record_comes_back(asked, tmp_path):
    path = tmp_path / "d.xlsx"
    export_decisions(asked, PLAN, path)
    book = load_workbook(path)
    book[MECHANISMS]["C2"].value = "有"
    book.save(path)
    rows = read_decisions(path, PLAN).mechanisms
    assert len(rows) == 14
    assert rows.loc[0, ["mechanism", "state"]].tolist() == ["M01", "有"]


def test_the_words_of_the_answers_are_those_of_the_drop_down():
    assert (SAME, SEPARATE) == ("是同一活动", "不是同一活动")
