"""Tables that are not as the template left them (C10–C19): merged, renamed, moved, hidden, totals, formulas."""

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from kepu_eval.returns import unit_sheets
from kepu_eval.returns.layout import EVENTS, FIRST_ROW, HEADER_ROW, NUMBERS, TASKS
from tests.returns.conftest import PLAN, ROUND, event_row, years
from tests.returns.reading import THREE, one_cell, read, rewrite, told, value


def test_c10_a_merged_task_number_counts_for_its_rows(send):
    def merge(book):
        page = book[TASKS]
        page.merge_cells(start_row=FIRST_ROW, end_row=FIRST_ROW + 1, start_column=1, end_column=1)

    returns = read(send("区农牧局", spoil=merge))
    assert "A7按合并的单元格或“同上”读取" in told(returns, "C10", "note")["message"]
    assert len(returns.statuses) == len(read(send("区农牧局")).statuses)


def test_c11_titles_above_the_header_do_no_harm(send):
    def insert(book):
        book[EVENTS].insert_rows(1, 2)

    assert len(read(send("区农牧局", event_row(), spoil=insert)).events) == 1


def test_c12_a_renamed_column_is_a_candidate_and_counts_nothing(send):
    def rename(book):
        page = book[NUMBERS]
        next(c for c in page[HEADER_ROW] if c.value == "2023年").value = "2023年完成情况"

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=rename))
    assert "列名“2023年完成情况”是否对应“2023年”" in told(returns, "C12", "question")["message"]
    row = value(returns)
    assert (row["state"], row["candidate"]) == ("question", 520)
    assert value(returns, period="2022")["value"] == 310


def test_c13_columns_in_another_order_are_read_by_name(send):
    def swap(book):
        page = book[EVENTS]
        for row in range(HEADER_ROW, FIRST_ROW + 1):
            one, two = page.cell(row, 3), page.cell(row, 4)
            one.value, two.value = two.value, one.value

    returns = read(send("区农牧局", event_row(), spoil=swap))
    told(returns, "C13", "note")
    assert returns.events[["title", "place"]].to_numpy().tolist() == [["培训班", "某镇"]]


def test_c14_data_in_another_sheet_is_found(send):
    def rename(book):
        book[EVENTS].title = "Sheet2"

    returns = read(send("区农牧局", event_row(), spoil=rename))
    assert "Sheet2" in told(returns, "C14", "note")["message"]
    assert len(returns.events) == 1


def test_c15_a_hidden_row_is_asked_about(send):
    def hide(book):
        book[EVENTS].row_dimensions[FIRST_ROW].hidden = True

    returns = read(send("区农牧局", event_row(), spoil=hide))
    assert told(returns, "C15", "question")["cell"] == "第6行"
    assert returns.events["state"].tolist() == ["question"]


def test_c15_a_hidden_column_is_asked_about(send):
    def hide(book):
        book[NUMBERS].column_dimensions["I"].hidden = True

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=hide))
    assert told(returns, "C15", "question")["cell"] == "I列"
    assert (value(returns)["cell"][0], value(returns)["state"]) == ("I", "question")


def total_row(number):
    def spoil(book):
        page = book[EVENTS]
        page.cell(FIRST_ROW + 1, 1).value, page.cell(FIRST_ROW + 1, 5).value = "合 计", number

    return spoil


def test_c16_a_total_is_not_an_event(send):
    returns = read(send("区农牧局", event_row(), spoil=total_row(60)))
    assert told(returns, "C16", "note")["message"] == "第7行为合计行，未计入"
    assert len(returns.events) == 1
    assert "C17" not in set(returns.findings["code"])


def test_c17_a_total_that_does_not_add_up_is_asked_about(send):
    asked = told(read(send("区农牧局", event_row(), spoil=total_row(99))), "C17", "question")
    assert asked["message"] == "E7合计99，各行之和60"
    assert asked["candidates"] == ("60",)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#VALUE!"])
def test_c18_an_error_value_is_refused(send, error):
    row = value(one_cell(send, error))
    assert (row["state"], row["raw"]) == ("rejected", error)


def test_c18_a_formula_that_was_never_computed_is_refused(send):
    returns = one_cell(send, "=SUM(G6:H6)")
    assert value(returns)["state"] == "rejected"
    assert "#未计算" in told(returns, "C18", "rejected")["message"]


def test_c19_a_formula_into_another_workbook_is_asked_about(send):
    folder = send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="=[1]Sheet1!A1")})

    def cache(_, data):
        return data.replace(b"<f>[1]Sheet1!A1</f><v></v>", b"<f>[1]Sheet1!A1</f><v>520</v>").replace(
            b"<f>[1]Sheet1!A1</f><v />", b"<f>[1]Sheet1!A1</f><v>520</v>"
        )

    rewrite(folder / "区农牧局.xlsx", cache)
    returns = read(folder)
    assert "请粘贴为数值" in told(returns, "C19", "question")["remedy"]
    assert (value(returns)["state"], value(returns)["candidate"]) == ("question", 520)


def test_a_workbook_with_none_of_our_sheets_says_so(tmp_path):
    book = Workbook()
    book.active["A1"].value = "随便"
    book.save(tmp_path / "区妇联.xlsx")
    rows = read(tmp_path).findings.query("code == 'C12'")
    assert set(rows["sheet"]) == {s.name for s in unit_sheets.sheets(PLAN, PLAN.unit("区妇联"), ROUND)}


def test_c15_a_filter_left_on_is_one_question_about_all_its_rows(send):
    def spoil(book):
        page = book[EVENTS]
        for row in range(FIRST_ROW, FIRST_ROW + 6):
            page.cell(row, 1).value, page.cell(row, 3).value = f"EV{row}", f"活动{row}"
            page.row_dimensions[row].hidden = row != FIRST_ROW + 2

    asked = told(read(send("区农牧局", spoil=spoil)), "C15", "question")
    assert asked["cell"] == "第6—7、9—11行"
    assert "共5行" in asked["message"]


def test_c26_a_changed_unit_is_one_question_with_a_field_for_each_year(send):
    changes = {**years("Q08", y2021=2, y2022=2, y2023=3), (NUMBERS, "Q08", "计量单位"): "万人次"}
    returns = read(send("区农牧局", changes))
    asked = told(returns, "C26", "question")
    assert "万人次" in asked["message"]
    assert [value for _, _, value in asked["fields"]] == ["2", "2", "3"]
    assert returns.observations.query("indicator == 'Q08'")["value"].isna().all()


@pytest.mark.parametrize(("code", "asked"), [('0"万"', True), ('0!.0,"万"', False), ("0", False)])
def test_c22_a_format_that_shows_ten_thousands_is_asked_about_unless_it_divides(send, code, asked):
    def spoil(book):
        page = book[NUMBERS]
        row = [cell.value for cell in page["A"]].index("Q08") + 1
        page.cell(row, 9).number_format = code

    returns = read(send("区农牧局", years("Q08", y2021=24, y2022=22, y2023=25), spoil=spoil))
    assert ("C22" in set(returns.findings["code"])) is asked


def test_c15_struck_text_counts_only_once_somebody_says_so(send):
    def strike(book):
        book[NUMBERS]["H6"].font = Font(strike=True)

    returns = read(send("区农牧局", years("Q08", **THREE), spoil=strike))
    assert "第6行有加了删除线的内容，是否计入" in told(returns, "C15", "question")["message"]
    assert value(returns, period="2022")["state"] == "question"


def test_what_is_said_as_above_is_not_taken_from_a_row_that_is_refused(send):
    def repeat(book):
        page = book[EVENTS]
        for row, written in ((6, "王某 13800138000"), (7, "同上")):
            for column, one in enumerate(("EV1", "2023-05-20", "培训班", written), 1):
                page.cell(row, column).value = one

    assert read(send("区农牧局", spoil=repeat)).events["place"].tolist() == ["同上"]


def test_an_event_without_a_day_is_asked_about(send):
    returns = read(send("区农牧局", event_row(日期=None)))
    assert "没有填日期" in told(returns, "C42", "question")["message"]
