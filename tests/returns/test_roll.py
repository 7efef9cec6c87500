"""Schools on the roll that a return leaves out are asked about, and count as unknown until it is said what became of them."""

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from kepu_eval.evaluation import evaluate
from kepu_eval.plan import load_plan
from kepu_eval.returns import Decisions, Ledger, collect, read_round
from kepu_eval.returns.decisions import GONE, Decision
from kepu_eval.returns.roll import FILE, read_roll

PLAN = load_plan()
ROUND = "2023-midterm"
EXAMPLE = Path("data/example") / ROUND
LEFT_OUT = ("示例小学02", "示例小学06")  # too few lectures and trips; no science teacher


@pytest.fixture
def folder(tmp_path):
    """The education bureau's return without two schools that miss a standard."""
    for name in ("区教育局.xlsx", "round.yaml", FILE):
        shutil.copy(EXAMPLE / name, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "区教育局.xlsx")
    page = book["学校明细"]
    for row in sorted((c.row for c in page["A"] if c.value in LEFT_OUT), reverse=True):
        page.delete_rows(row)
    book.save(tmp_path / "区教育局.xlsx")
    return tmp_path


def asked(returns):
    found = returns.findings[returns.findings["code"].eq("X13")]
    return sorted(found.loc[found["answer"].eq(""), "value"])


def test_schools_that_disappear_are_asked_about_and_stay_unknown(folder):
    returns = read_round(folder, PLAN, ROUND)
    assert asked(returns) == sorted(LEFT_OUT)
    row = evaluate(PLAN, returns, dt.date(2023, 12, 31)).indicators.set_index("indicator").loc["Q05"]
    # 36 of the 38 that are left have a teacher: of all 40, 90 to 95 %, not 94.7 %
    assert (row["low"], row["high"]) == (90, 95)


def test_a_school_of_the_roll_may_have_a_number_or_the_district_before_its_name(folder):
    plain = read_round(folder, PLAN, ROUND)
    book = openpyxl.load_workbook(folder / "区教育局.xlsx")
    for row, before in ((6, "1."), (7, "昆区"), (8, "3、包头市昆都仑区")):
        cell = book["学校明细"].cell(row, 1)
        cell.value = f"{before}{cell.value}"
    book.save(folder / "区教育局.xlsx")
    returns = read_round(folder, PLAN, ROUND)
    assert set(returns.schools["entity"]) == set(plain.schools["entity"])
    assert returns.open_questions["code"].tolist() == plain.open_questions["code"].tolist()


def test_a_school_that_was_closed_leaves_the_roll(folder):
    unit = PLAN.unit("区教育局").id
    answer = {(unit, "学校明细", "示例小学02", "X13"): Decision("示例小学02", GONE, "某某", "2024-01-20")}
    returns = read_round(folder, PLAN, ROUND, decisions=Decisions(answers=answer))
    assert asked(returns) == ["示例小学06"]
    assert "示例小学02" not in set(returns.schools["entity"])


def test_a_ledger_remembers_the_schools_of_an_earlier_return(folder, tmp_path):
    (folder / FILE).unlink()
    whole = tmp_path / "whole"
    whole.mkdir()
    shutil.copy(EXAMPLE / "区教育局.xlsx", whole)
    at = dt.datetime(2024, 1, 15, tzinfo=dt.UTC)
    with Ledger(tmp_path / "ledger.sqlite", must_exist=False) as ledger:
        collect(whole, PLAN, ROUND, ledger, at=at)
        assert asked(ledger.returns(PLAN, ROUND)) == []
        collect(folder, PLAN, ROUND, ledger, at=at)
        assert asked(ledger.returns(PLAN, ROUND)) == sorted(LEFT_OUT)


def test_a_ledger_keeps_the_roll_that_lay_beside_the_returns(folder, tmp_path):
    with Ledger(tmp_path / "ledger.sqlite", must_exist=False) as ledger:
        collect(folder, PLAN, ROUND, ledger, at=dt.datetime(2024, 1, 15, tzinfo=dt.UTC))
        assert len(ledger.roll(ROUND)) == 45
        assert asked(ledger.returns(PLAN, ROUND)) == sorted(LEFT_OUT)


def test_a_roll_that_is_none_is_refused_in_chinese(tmp_path):
    (tmp_path / FILE).write_text("schools: 40\n", encoding="utf-8")
    with pytest.raises(ValueError, match="不是学校名册"):
        read_roll(tmp_path)
