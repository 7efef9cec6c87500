"""Questions out, answers back, and answers that no longer fit."""

import datetime as dt
import math

import pytest
from openpyxl import load_workbook

from kepu_eval.returns import (
    DecisionError,
    export_decisions,
    layout,
    read_decisions,
    read_round,
)
from kepu_eval.returns.decision_book import EXCEPTIONS, MECHANISMS, QUESTIONS
from kepu_eval.returns.decisions import SAME, SEPARATE
from tests.returns.conftest import PLAN, ROUND

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


def test_every_question_and_rejection_that_can_be_settled_is_exported_with_its_place(asked, tmp_path):
    export_decisions(asked, PLAN, tmp_path / "d.xlsx")
    page = load_workbook(tmp_path / "d.xlsx")[QUESTIONS]
    wanted = asked.findings.query("severity in ('question', 'rejected') and code != 'C60'")
    columns = [cell.value for cell in page[1]]
    places = [
        (row[columns.index("规则")], row[columns.index("单元格")])
        for row in page.iter_rows(min_row=2, values_only=True)
    ]
    assert sorted(places) == sorted(zip(wanted["code"], wanted["cell"], strict=True))


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


def schools(send, *names):
    """The education office's return with these schools from the first row on, each with the same vague figure."""

    def spoil(book):
        page = book[layout.SCHOOLS]
        titles = [cell.value for cell in page[layout.HEADER_ROW]]
        wanted = next(title for title in titles if title and title.startswith("2023春"))
        for row, name in enumerate(names, layout.FIRST_ROW):
            for title, value in (("学校名称", name), ("学校类型", "小学"), (wanted, "约4")):
                page.cell(row, titles.index(title) + 1).value = value

    return send("区教育局", spoil=spoil)


def vague(returns, entity):
    rows = returns.observations
    return rows[rows["entity"].eq(entity) & rows["raw"].eq("约4")].iloc[0]


def decided(returns, path, entity, value, *, told_of_what=True):
    """Answer the question about one school; ``told_of_what``: as exported today, or before the column was there."""
    cell = vague(returns, entity)["cell"]
    export_decisions(returns, PLAN, path)
    book = load_workbook(path)
    page = book[QUESTIONS]
    columns = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        if page.cell(row, columns["单元格"]).value == cell and page.cell(row, columns["原值"]).value == "约4":
            page.cell(row, columns["答复"]).value = value
    if not told_of_what:
        page.delete_cols(columns["对象"])
    book.save(path)
    return read_decisions(path, PLAN)


def figure(returns, entity):
    row = vague(returns, entity)
    return row["state"], row["value"]


@pytest.mark.parametrize("told_of_what", [True, False])
def test_an_answer_holds_as_long_as_its_row_stands_where_it_did(send, tmp_path, told_of_what):
    before = read_round(schools(send, "甲校", "乙校"), PLAN, ROUND)
    answers = decided(before, tmp_path / "d.xlsx", "甲校", 4, told_of_what=told_of_what)
    (tmp_path / "d.xlsx").unlink()
    after = read_round(tmp_path, PLAN, ROUND, decisions=answers)
    assert figure(after, "甲校") == ("note", 4)
    assert figure(after, "乙校")[0] == "question"


def test_an_answer_goes_with_its_row_and_not_to_the_one_that_took_its_place(send, tmp_path):
    """A school was put in above: its figure reads the same and stands where the answered one stood."""
    before = read_round(schools(send, "甲校", "乙校"), PLAN, ROUND)
    answers = decided(before, tmp_path / "d.xlsx", "甲校", 3)
    (tmp_path / "d.xlsx").unlink()
    after = read_round(schools(send, "新校", "甲校", "乙校"), PLAN, ROUND, decisions=answers)
    assert figure(after, "甲校") == ("note", 3)
    assert {figure(after, name)[0] for name in ("新校", "乙校")} == {"question"}
    assert not after.findings["message"].str.contains("答复失效").any()


def test_an_answer_about_another_value_lapses_with_a_notice(answer):
    after = read_round(EXAMPLE, PLAN, "2023-midterm", decisions=answer("C20", 37, found="约99人次"))
    told = after.findings[after.findings["severity"].eq("info")].iloc[0]
    assert "答复失效" in told["message"]
    assert after.findings.query("code == 'C20' and severity == 'question'")["answer"].tolist() == [""]


def test_an_answer_that_is_neither_number_nor_choice_is_refused_with_its_cell(answer):
    with pytest.raises(DecisionError, match=r"待核问题J\d+答复“大概吧”不能识别"):
        answer("C20", "大概吧")


def test_a_workbook_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"no")
    with pytest.raises(DecisionError, match="不是有效的表格文件"):
        read_decisions(tmp_path / "x.xlsx", PLAN)


def test_the_mechanisms_record_comes_back(asked, tmp_path):
    path = tmp_path / "d.xlsx"
    export_decisions(asked, PLAN, path)
    book = load_workbook(path)
    book[MECHANISMS]["C2"].value = "有"
    book.save(path)
    rows = read_decisions(path, PLAN).mechanisms
    assert len(rows) == 13  # the fourteenth is asked unit by unit
    assert rows.loc[0, ["mechanism", "state"]].tolist() == ["M01", "有"]


@pytest.fixture
def recorded(asked, tmp_path):
    """Fill cells of the exported workbook, given as (sheet, cell): value, and read it back."""

    def filled(cells, plan=PLAN, earlier=None):
        path = tmp_path / "d.xlsx"
        export_decisions(asked, plan, path, earlier)
        book = load_workbook(path)
        for (sheet, cell), value in cells.items():
            book[sheet][cell].value = value
        book.save(path)
        return read_decisions(path, plan)

    return filled


def test_duties_and_units_mechanisms_are_asked_and_come_back(recorded):
    told = {
        ("阶段任务", "F3"): "有",
        ("阶段任务", "G3"): "宣传方案",
        ("分单位机制", "D4"): "无",
        ("分单位机制", "F5"): "待查",
    }
    record = recorded(told).record
    assert record[["item", "unit", "state", "basis", "note"]].to_numpy().tolist() == [
        ["PH1.2", "", "有", "宣传方案", ""],
        ["M07", "U03", "无", "", ""],
        ["M07", "U04", "", "", "待查"],
    ]
    assert record["cell"].tolist() == ["F3", "D4", "D5"]
    again = recorded({}, earlier=recorded(told)).record
    assert again.to_numpy().tolist() == record.to_numpy().tolist()


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({("阶段任务", "F3"): "已做"}, "阶段任务F3“已做”不是可选项，请选：有、无"),
        ({("阶段任务", "A3"): "PH9"}, "阶段任务F3“PH9”不在方案中"),
        ({("分单位机制", "C3"): "区气象局"}, "分单位机制D3“M07”、“区气象局”不在方案中"),
        ({("分单位机制", "C3"): None}, "分单位机制D3“M07”不在方案中"),
        ({("分单位机制", "C3"): "区教育局", ("分单位机制", "D2"): "有"}, "分单位机制D3与上面一行重复"),
        ({("阶段任务", "G3"): "联系人13800138000"}, "阶段任务G3含手机号码"),
    ],
)  # fmt: skip
def test_a_record_that_cannot_be_used_is_refused_with_its_cell(recorded, cells, told):
    with pytest.raises(DecisionError, match=told):
        recorded(cells)


def test_a_plan_without_duties_and_units_mechanisms_has_no_such_sheets(asked, tmp_path):
    overall = tuple(m for m in PLAN.mechanisms if not m.by_unit)
    plan = PLAN.model_copy(update={"phases": (), "mechanisms": overall})
    export_decisions(asked, plan, tmp_path / "d.xlsx")
    assert not {"阶段任务", "分单位机制"} & set(load_workbook(tmp_path / "d.xlsx").sheetnames)
    assert read_decisions(
        tmp_path / "d.xlsx", PLAN
    ).record.empty  # as with a workbook from before there were any


def test_the_words_of_the_answers_are_those_of_the_drop_down():
    assert (SAME, SEPARATE) == ("是同一活动", "不是同一活动")


# --- exceptions

EXCEPTION = (
    "Q06",
    "培训基地改建，春季恢复（已报备）",
    "区政府",
    "某政办〔2024〕5号",
    dt.date(2024, 1, 1),
    "2024年6月30日",
)


@pytest.fixture
def excepted(asked, tmp_path):
    """Export the book, fill the first exception's row with changes ``{column: value}``, read it back."""

    def filled(changes=None):
        path = tmp_path / "复核意见表.xlsx"
        export_decisions(asked, PLAN, path)
        book = load_workbook(path)
        for column, value in enumerate(EXCEPTION, 1):
            book[EXCEPTIONS].cell(2, column).value = (changes or {}).get(column, value)
        book.save(path)
        return read_decisions(path, PLAN)

    return filled


def test_an_exception_comes_back_with_its_dates_and_its_cell(excepted, asked, tmp_path):
    found = excepted()
    assert found.exceptions.to_numpy().tolist() == [
        [*EXCEPTION[:4], "2024-01-01", "2024-06-30", "复核意见表.xlsx", EXCEPTIONS, "A2"]
    ]
    export_decisions(asked, PLAN, tmp_path / "again.xlsx", found)
    again = read_decisions(tmp_path / "again.xlsx", PLAN).exceptions
    assert again.drop(columns="file").equals(found.exceptions.drop(columns="file"))


def test_a_task_can_be_named_as_people_do(excepted):
    assert excepted({1: "任务6"}).exceptions["target"].tolist() == ["T06"]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (1, "Q99", "例外批准A2“Q99”不在方案中"),
        (2, None, "例外批准B2没有填“理由”"),
        (3, "联系13800138000", "例外批准C2含手机号码"),
        (6, "下半年", "例外批准F2“下半年”不是具体日期"),
        (6, dt.date(2023, 12, 31), "例外批准F2“2023-12-31”早于生效日期2024-01-01"),
    ],
)
def test_an_exception_that_cannot_be_used_is_refused_with_its_cell(excepted, column, value, told):
    with pytest.raises(DecisionError, match=told):
        excepted({column: value})


def test_a_book_from_before_there_were_exceptions_is_still_read():
    assert read_decisions("data/example/2023-midterm-decisions.xlsx", PLAN).exceptions.empty
