"""Answers mean one thing: one field a cell, rejections settled like questions, units' own corrections with their source."""

import datetime as dt
import math
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from kepu_eval.report.slips import write_slips
from kepu_eval.returns import Decisions, Ledger, collect, export_decisions, layout, read_decisions, read_round
from kepu_eval.returns.decision_book import QUESTIONS
from kepu_eval.returns.decisions import ACCEPT, Decision
from kepu_eval.returns.slips import accepted
from tests.returns.conftest import PLAN, ROUND, event_row, years
from tests.returns.reading import THREE, read, told, value

EXAMPLE = Path("data/example/2023-midterm")
AT = dt.datetime(2024, 1, 25, 9, 0)
CUMULATIVE = {"y2021": 200, "y2022": 500, "y2023": 1000}
SLIP_HEAD = 3


@pytest.fixture
def ledger(tmp_path_factory):
    with Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", must_exist=False) as book:
        yield book


def answered(ledger, path, answers, sheet=layout.NUMBERS):
    """Export, answer by ``{cell: answer}`` on one sheet, import; the returns afterwards."""
    export_decisions(ledger.returns(PLAN, ROUND), PLAN, path, ledger.decisions(ROUND))
    book = load_workbook(path)
    page = book[QUESTIONS]
    at = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        if page.cell(row, at["工作表"]).value == sheet and page.cell(row, at["单元格"]).value in answers:
            page.cell(row, at["答复"]).value = answers[page.cell(row, at["单元格"]).value]
    book.save(path)
    ledger.keep_decisions(ROUND, read_decisions(path, PLAN), path.name, str(answers), AT)
    path.unlink()
    return ledger.returns(PLAN, ROUND)


def three(returns):
    return [value(returns, period=year)["value"] for year in ("2021", "2022", "2023")]


def test_three_years_that_look_cumulative_have_three_answers(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    collect(send("区农牧局", years("Q08", **CUMULATIVE)), PLAN, ROUND, ledger, at=AT)
    asked = told(ledger.returns(PLAN, ROUND), "X05", "question")
    assert [field[0] for field in asked["fields"]] == ["G6", "H6", "I6"]
    part = answered(ledger, path, {"I6": 500})
    assert three(part)[2] == 500
    assert all(math.isnan(v) for v in three(part)[:2])
    assert len(part.open_questions) == 1
    whole = answered(ledger, path, {"G6": 200, "H6": 300, "I6": 500})
    assert three(whole) == [200, 300, 500]
    assert whole.open_questions.empty


def test_the_true_refiling_is_not_asked_about_again(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    collect(send("区农牧局", years("Q08", **CUMULATIVE)), PLAN, ROUND, ledger, at=AT)
    answered(ledger, path, {"G6": 200, "H6": 300, "I6": 500})
    collect(send("区农牧局", years("Q08", y2021=200, y2022=300, y2023=500)), PLAN, ROUND, ledger, at=AT)
    after = ledger.returns(PLAN, ROUND)
    assert three(after) == [200, 300, 500]
    assert after.open_questions.empty
    assert not after.findings["message"].str.contains("失效").any()


def test_one_number_that_was_given_for_three_years_goes_to_the_one_cell(send):
    """As workbooks said it that were exported before each year had its own field."""
    folder = send("区农牧局", years("Q08", **CUMULATIVE))
    old = Decision("200、500、1000", "500")
    after = read_round(folder, PLAN, ROUND, decisions=Decisions({("U09", layout.NUMBERS, "I6", "X05"): old}))
    assert three(after)[2] == 500
    assert all(math.isnan(v) for v in three(after)[:2])
    words = Decision("200、500、1000", "按原数")
    after = read_round(
        folder, PLAN, ROUND, decisions=Decisions({("U09", layout.NUMBERS, "I6", "X05"): words})
    )
    assert three(after) == [200, 500, 1000]


def test_a_rejected_cell_can_be_settled_but_not_as_it_was(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    collect(send("区农牧局", years("Q08", y2021=380, y2022=310, y2023=312.5)), PLAN, ROUND, ledger, at=AT)
    export_decisions(ledger.returns(PLAN, ROUND), PLAN, path)
    page = load_workbook(path)[QUESTIONS]
    titles, *rows = page.iter_rows(values_only=True)
    row = next(found for cells in rows if (found := dict(zip(titles, cells, strict=True)))["原值"] == "312.5")
    assert (row["类别"], row["单元格"]) == ("退回", "I6")
    assert "按原数" not in row["可选答复"]
    after = answered(ledger, path, {"I6": 312})
    assert value(after)["value"] == 312
    assert after.open_rejections.query("sheet == '指标数据'").empty


def test_an_answer_that_is_impossible_itself_is_sent_back(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    changes = {**years("Q06", y2023=30), **years("Q07", y2023=35)}
    collect(send("区教育局", changes), PLAN, ROUND, ledger, at=AT)
    cell = told(ledger.returns(PLAN, ROUND), "C36", "rejected")["cell"]
    after = answered(ledger, path, {cell: 33})
    assert math.isnan(value(after, "Q07")["value"])
    assert len(after.open_rejections.query("code == 'C36'")) == 1
    assert value(answered(ledger, path, {cell: 28}), "Q07")["value"] == 28


def test_an_answer_with_more_participants_than_pupils_is_sent_back(send, ledger, tmp_path_factory):
    path, term = tmp_path_factory.mktemp("book") / "d.xlsx", "2021—2022学年"
    figures = {"学校类型": "小学", f"{term} 在校生数": 200, f"{term} 参与学生数": "约150人"}
    changes = {(layout.SCHOOLS, "甲校", name): figure for name, figure in figures.items()}
    collect(
        send("区教育局", {(layout.SCHOOLS, "", "学校名称"): "甲校", **changes}), PLAN, ROUND, ledger, at=AT
    )
    asked = ledger.returns(PLAN, ROUND).open_questions.query("value == '约150人'").iloc[0]
    after = answered(ledger, path, {asked["cell"]: 250}, layout.SCHOOLS)
    assert "C35" in set(after.open_rejections["code"])
    row = after.observations.query("measure == 'participants' and period == @term").iloc[0]
    assert math.isnan(row["value"])
    after = answered(ledger, path, {asked["cell"]: 150}, layout.SCHOOLS)
    assert "C35" not in set(after.open_rejections["code"])


def test_what_was_answered_about_an_event_is_entered(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    folder = send(
        "区农牧局", event_row(参与人次="约30人次", 日期=dt.date(2024, 3, 8), 任务号=99, 关联指标="Q8")
    )
    collect(folder, PLAN, ROUND, ledger, at=AT)
    given = {"E6": "按原数", "B6": "2023-03-08", "F6": 6, "G6": "Q08"}
    (event,) = answered(ledger, path, given, layout.EVENTS).events.itertuples()
    assert (event.participants, event.date, event.task) == (30, dt.date(2023, 3, 8), 6)
    assert (event.indicator, event.state) == ("Q08", "accepted")


def test_a_number_of_a_statement_that_was_answered_is_entered(send, ledger, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "d.xlsx"
    growing = next(c.id for t, _ in PLAN.duties(PLAN.unit("区教育局")) for c in t.commitments
                   if PLAN.commitment_types[c.type].rule == "growing")  # fmt: skip
    folder = send("区教育局", {(layout.TASKS, growing, "现有规模"): "约30"})
    collect(folder, PLAN, ROUND, ledger, at=AT)
    cell = told(ledger.returns(PLAN, ROUND), "C20", "question")["cell"]
    statuses = answered(ledger, path, {cell: 31}, layout.TASKS).statuses.set_index("commitment")
    assert statuses.loc[growing, "current_size"] == 31


@pytest.mark.parametrize(
    ("reason", "lacking"), [("2021年未建台账", True), ("名册已附P01", False), ("", False)]
)
def test_a_figure_without_data_is_accepted_with_its_reason(send, reason, lacking):
    folder = send("区农牧局", {**years("Q08", y2022=310, y2023=520), (layout.NUMBERS, "Q08", "说明"): reason})
    returns = read(folder)
    row = value(returns, period="2021")
    assert math.isnan(row["value"])
    assert row["state"] == ("missing" if lacking else "rejected")
    findings = returns.findings.query("code == 'C30' and sheet == '指标数据' and cell == 'G6'")
    assert findings["severity"].tolist() == ["note" if lacking else "rejected"]


def test_no_data_in_words_needs_its_reason_too(send):
    cells = years("Q08", y2021="暂无数据", y2022=310, y2023=520)
    assert "没有写明原因" in told(read(send("区农牧局", cells)), "C28", "question")["message"]
    told(
        read(send("区农牧局", {**cells, (layout.NUMBERS, "Q08", "说明"): "机构改革，资料移交中"})),
        "C30",
        "note",
    )


def slip(ledger, folder, unit="区教育局"):
    write_slips(ledger.returns(PLAN, ROUND), PLAN, folder)
    return folder / f"退回单-{unit}.xlsx"


def written(path, changes, sheet=layout.NUMBERS):
    """Fill a slip: ``{(cell, title): value}``, for cells of one sheet."""
    book = load_workbook(path)
    page = book.active
    at = {cell.value: cell.column for cell in page[SLIP_HEAD]}
    for row in range(SLIP_HEAD + 1, page.max_row + 1):
        for (cell, title), told_ in changes.items():
            if (page.cell(row, at["工作表"]).value, page.cell(row, at["单元格"]).value) == (sheet, cell):
                page.cell(row, at[title]).value = told_
    book.save(path)


def test_a_slip_sent_back_is_a_proposal_that_is_accepted_at_one_go(send, ledger, tmp_path_factory):
    collect(send("区农牧局", years("Q08", y2021=200, y2022=500, y2023="约1000")), PLAN, ROUND, ledger, at=AT)
    back = tmp_path_factory.mktemp("back")
    path = slip(ledger, back, "区农牧局")
    (back / "退回单-区农牧局.docx").unlink()
    written(path, {("I6", "更正后的值"): 500, ("I6", "说明"): "原填累计数"})
    done = collect(back, PLAN, ROUND, ledger, at=AT)
    assert (done.added, done.closed) == (["退回单-区农牧局.xlsx"], [])
    before = ledger.returns(PLAN, ROUND)
    assert value(before)["state"] == "question"
    assert before.standing["U09"] == "未注明日期"
    decisions = accepted(before, ledger.decisions(ROUND), by="张评估")
    (decision,) = decisions.answers.values()
    assert decision.answer == "500"
    assert decision.source.startswith("退回单-区农牧局.xlsx 补正清单!I")
    ledger.keep_decisions(ROUND, decisions, "退回单", "1", AT)
    after = ledger.returns(PLAN, ROUND)
    assert (value(after)["value"], value(after)["raw"]) == (500, "约1000")
    assert decision.source in told(after, "C20", "question")["answer"]


def test_a_proposal_can_be_accepted_alone_in_the_workbook(send, ledger, tmp_path_factory):
    collect(send("区农牧局", years("Q08", y2021=200, y2022=500, y2023="约1000")), PLAN, ROUND, ledger, at=AT)
    back = tmp_path_factory.mktemp("back")
    written(slip(ledger, back, "区农牧局"), {("I6", "更正后的值"): 500})
    collect(back, PLAN, ROUND, ledger, at=AT)
    after = answered(ledger, tmp_path_factory.mktemp("book") / "d.xlsx", {"I6": ACCEPT})
    assert value(after)["value"] == 500
    (decision,) = ledger.decisions(ROUND).answers.values()
    assert decision.source.startswith("退回单-区农牧局.xlsx")


def test_a_slip_for_three_years_has_three_rows(send, ledger, tmp_path_factory):
    collect(send("区农牧局", years("Q08", **CUMULATIVE)), PLAN, ROUND, ledger, at=AT)
    back = tmp_path_factory.mktemp("back")
    right = {"G6": 200, "H6": 300, "I6": 500}
    written(slip(ledger, back, "区农牧局"), {(cell, "更正后的值"): v for cell, v in right.items()})
    collect(back, PLAN, ROUND, ledger, at=AT)
    ledger.keep_decisions(ROUND, accepted(ledger.returns(PLAN, ROUND), Decisions.none()), "f", "1", AT)
    assert three(ledger.returns(PLAN, ROUND)) == [200, 300, 500]


def test_a_slip_is_settled_by_a_return_that_came_after_it(send, ledger, tmp_path_factory):
    collect(send("区农牧局", years("Q08", **THREE) | years("Q08", y2023="约520")), PLAN, ROUND, ledger, at=AT)
    back = tmp_path_factory.mktemp("back")
    written(slip(ledger, back, "区农牧局"), {("I6", "更正后的值"): 500})
    collect(back, PLAN, ROUND, ledger, at=AT)
    collect(send("区农牧局", years("Q08", **THREE) | years("Q08", y2023="约540")), PLAN, ROUND, ledger, at=AT)
    assert accepted(ledger.returns(PLAN, ROUND), Decisions.none()).answers == {}


@pytest.mark.slow
def test_twenty_four_units_through_letter_correction_collect_and_decision(ledger, tmp_path):
    """Half of what was sent back is corrected in the returns, the other half in the slips; the rest is decided."""
    folder, letters = tmp_path / "round", tmp_path / "letters"
    shutil.copytree(EXAMPLE, folder)
    collect(folder, PLAN, ROUND, ledger, at=AT)
    first = ledger.returns(PLAN, ROUND)
    cells = {(u, s, c) for u, s, c in first.observations[["unit", "sheet", "cell"]].itertuples(index=False)}
    letters.mkdir()
    right = {"T19": 1650, "M34": 3, "J39": 0, "H6": 37}
    written(
        slip(ledger, letters),
        {(cell, "更正后的值"): v for cell, v in right.items() if cell != "H6"},
        layout.SCHOOLS,
    )
    shutil.copy(letters / "退回单-区教育局.xlsx", folder)
    book = load_workbook(folder / "区妇联.xlsx")
    book[layout.NUMBERS]["H6"].value = right["H6"]
    book.save(folder / "区妇联.xlsx")
    done = collect(folder, PLAN, ROUND, ledger, at=AT)
    assert done.closed == ["区妇联.xlsx"]
    ledger.keep_decisions(ROUND, accepted(ledger.returns(PLAN, ROUND), ledger.decisions(ROUND)), "f", "1", AT)
    collect(folder, PLAN, ROUND, ledger, at=AT)
    after = ledger.returns(PLAN, ROUND)
    assert "重复待确认" not in set(after.submissions["status"])
    rows = after.observations.set_index(["unit", "sheet", "cell"])["value"]
    assert set(rows.index) == cells
    for unit, cell in (("U01", "T19"), ("U01", "M34"), ("U01", "J39")):
        assert rows[unit, layout.SCHOOLS, cell] == right[cell]
    assert rows["U07", layout.NUMBERS, "H6"] == right["H6"]
    same = first.observations.set_index(["unit", "sheet", "cell"])["value"].dropna()
    assert rows[same.index].eq(same).all()


def test_running_totals_that_the_unit_corrected_are_not_asked_about_again(send, ledger):
    collect(send("区农牧局", years("Q08", **CUMULATIVE)), PLAN, ROUND, ledger, at=AT)
    collect(send("区农牧局", years("Q08", y2021=200, y2022=300, y2023=500)), PLAN, ROUND, ledger, at=AT)
    after = ledger.returns(PLAN, ROUND)
    assert three(after) == [200, 300, 500]
    assert "X05" not in set(after.findings["code"])
