"""One figure that stands in two places with two values, or in a place that is several: asked, never chosen."""

import pytest

from kepu_eval.returns import layout, read_round
from kepu_eval.returns.decisions import Decision, Decisions, key_of
from kepu_eval.returns.layout import HEADER_ROW, HIDDEN, NUMBERS, TASKS
from tests.returns.conftest import PLAN, ROUND, cover, years

THREE = {"y2021": 380, "y2022": 310, "y2023": 520}


def read(send, spoil, decisions=None):
    return read_round(send("区农牧局", years("Q08", **THREE), spoil=spoil), PLAN, ROUND, decisions=decisions)


def states(returns):
    """How the three years of Q08 stand."""
    rows = returns.observations.query("indicator == 'Q08'")
    return dict(zip(rows["period"], rows["state"], strict=True))


def column(page, title):
    return [cell.value for cell in page[HEADER_ROW]].index(title) + 1


def asked(returns, code):
    found = returns.findings
    return found[found["code"].eq(code) & found["severity"].eq("question")].to_dict("records")


def row_of(page, indicator="Q08"):
    return [cell.value for cell in page["A"]].index(indicator) + 1


def second_row(value):
    def spoil(book):
        page = book[NUMBERS]
        page.append([cell.value for cell in page[row_of(page)]])
        page.cell(page.max_row, column(page, "2023年")).value = value

    return spoil


def second_column(value):
    def spoil(book):
        page = book[NUMBERS]
        place = page.max_column + 1
        page.cell(HEADER_ROW, place).value, page.cell(row_of(page), place).value = "2023年", value

    return spoil


def second_sheet(value):
    def spoil(book):
        page = book.copy_worksheet(book[NUMBERS])
        page.title = f"{NUMBERS} (2)"
        page.cell(row_of(page), column(page, "2023年")).value = value

    return spoil


@pytest.mark.parametrize(
    ("spoil", "code", "held"),
    [(second_row, "C52", 3), (second_column, "C12", 1), (second_sheet, "C14", 3)],
    ids=["row", "column", "sheet"],
)
def test_what_is_told_twice_counts_once_it_is_said_which_is_meant(send, spoil, code, held):
    returns = read(send, spoil(600))
    assert list(states(returns).values()).count("question") == held
    (question,) = asked(returns, code)
    decided = Decisions({key_of(question): Decision(question["value"], "是")})
    assert read(send, spoil(600), decided).observations.query("indicator == 'Q08'")["value"].tolist() == [
        380,
        310,
        520,
    ]
    assert not {"question"} & set(states(read(send, spoil(520))).values())  # twice the same is told once


def test_a_hidden_sheet_counts_nothing_unasked(send):
    def hide(book):
        book[NUMBERS].sheet_state = "hidden"

    returns = read(send, hide)
    assert set(states(returns).values()) == {"question"}
    assert "被隐藏且有数据" in returns.findings.query("code == 'C15'")["message"].iloc[0]


def test_a_figure_across_merged_cells_belongs_to_no_single_year(send):
    def merge(book):
        page = book[NUMBERS]
        first, row = column(page, "2021年"), row_of(page)
        page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=first + 2)

    assert states(read(send, merge)) == {"2021": "question", "2022": "rejected", "2023": "rejected"}


@pytest.mark.parametrize(("sheet", "name"), [(NUMBERS, "Q08·当年完成数"), (TASKS, "T05.01")])
def test_a_row_that_was_deleted_is_missed(send, sheet, name):
    def delete(book):
        page = book[sheet]
        keys = [cell.value for cell in page["C" if sheet == TASKS else "A"]]
        page.delete_rows(keys.index(name.split("·")[0]) + 1)

    assert f"缺少“{name}”一行，必填未填" in set(read(send, delete).findings["message"])


def test_a_workbook_of_another_round_is_known_by_its_cover_too(send):
    def other(book):
        del book[HIDDEN]
        cover(layout.ROUND_FIELD, PLAN.round("2025-final").name)(book)

    returns = read(send, other)
    assert returns.findings["code"].tolist() == ["X04"]
    assert returns.observations.empty
