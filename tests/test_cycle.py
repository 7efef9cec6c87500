"""The whole cycle of supervision as one district lives it, command by command, in one ledger.

template → fill → collect → questions → decide → mid-term → rectification → dispatch → second round → spot check →
final → compare → verify.
"""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.returns import layout
from kepu_eval.returns.decision_book import QUESTIONS
from kepu_eval.supervision.book import FIRST_ROW

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "example"
MIDTERM, FINAL = "2023-midterm", "2025-final"
FARMERS = "区农牧局"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("cycle")


@pytest.fixture(scope="module")
def kepu(place):
    def run(*words, ledger=True, code=0):
        words = [str(word) for word in words]
        result = CliRunner().invoke(
            main, words + (["--ledger", str(place / "ledger.sqlite")] if ledger else [])
        )
        assert result.exit_code == code, result.output
        return result.output

    return run


def fill(path, sheet, cells):
    book = load_workbook(path)
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    book.save(path)


def column_of(page, title, row=layout.HEADER_ROW):
    return [cell.value for cell in page[row]].index(title) + 1


def facts(folder):
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["facts"]
    return {fact["id"]: fact for fact in found}


def returns_of(round_id, place):
    """The example's workbooks, but the farmers' office starts from the template it is sent."""
    folder = place / round_id
    shutil.copytree(EXAMPLE / round_id, folder)
    return folder


def test_the_cycle_from_the_template_to_the_verified_final(kepu, place):
    # template → fill: three plain years; 2023 is written in words that are not a number
    kepu("template", "--round", MIDTERM, "--unit", FARMERS, "--out", place / "templates", ledger=False)
    mine = place / "templates" / f"{FARMERS}.xlsx"
    page = load_workbook(mine)[layout.NUMBERS]
    row = [cell.value for cell in page["A"]].index("Q08") + 1
    years = {2021: 380, 2022: 310, 2023: "约520"}
    fill(mine, layout.NUMBERS, {(row, column_of(page, f"{y}年")): v for y, v in years.items()})

    # collect → questions: "约520" is not counted until somebody answers
    folder = returns_of(MIDTERM, place)
    shutil.copy(mine, folder / f"{FARMERS}.xlsx")
    kepu("collect", folder, "--round", MIDTERM)
    assert "入账0份，未变23份" in kepu("collect", folder, "--round", MIDTERM)
    assert "约520" in kepu("ledger", "show", FARMERS, "--round", MIDTERM)

    # decide: the evaluator takes 520
    answers = place / "复核意见表.xlsx"
    kepu("decide", "export", "--round", MIDTERM, "--out", answers)
    page = load_workbook(answers)[QUESTIONS]
    asked = next(
        r for r in range(2, page.max_row + 1) if page.cell(r, column_of(page, "原值", 1)).value == "约520"
    )
    told = {"答复": 520, "答复人": "张某", "答复日期": "2024-01-20"}
    fill(answers, QUESTIONS, {(asked, column_of(page, title, 1)): value for title, value in told.items()})
    kepu("decide", "import", answers, "--round", MIDTERM)

    # mid-term: 380 + 310 + 520 from this office; the ledger is its only source
    kepu("report", "midterm", "--returns", place / "ledger.sqlite", "--out", place / "midterm", "--formats", "docx",
         ledger=False)  # fmt: skip
    before = facts(place / "midterm")
    of_farmers = [s for s in before["Q08.value"]["sources"] if s["file"].startswith(FARMERS)]
    assert {s["raw"] for s in of_farmers} == {"380", "310", "约520"}

    # rectification: raised once, put under way by the unit's measure
    assert "新提出" in kepu("rectify", "raise", "--round", MIDTERM)
    items = place / "整改台账.xlsx"
    kepu("rectify", "export", "--round", MIDTERM, "--out", items)
    fill(items, "整改台账", {(FIRST_ROW, 8): "整改中", (FIRST_ROW, 9): "补课", (FIRST_ROW, 10): "2024-12-31"})
    assert "记入1项变动" in kepu("rectify", "import", items)

    # dispatch: three quarters later, the second round
    for quarter in ("2024-Q1", "2024-Q2", "2024-Q3"):
        kepu("collect", EXAMPLE / "dispatch-2024" / quarter, "--round", quarter)
    kepu("report", "dispatch", "--quarter", "2024-Q3", "--returns", place / "ledger.sqlite",
         "--out", place / "dispatch", "--formats", "docx", ledger=False)  # fmt: skip
    assert (place / "dispatch" / "季度调度通报.docx").is_file()
    kepu("collect", returns_of(FINAL, place), "--round", FINAL)

    # spot check: drawn before anybody looks, everything upheld but one claim
    check = place / "抽查表.xlsx"
    kepu("spotcheck", "draw", "--round", FINAL, "--n", 60, "--seed", 20260105, "--out", check)
    found = {10: "属实", 12: "李某", 13: "2026-01-10"}
    rows = range(FIRST_ROW, FIRST_ROW + 60)
    fill(check, "抽查事项", {(r, c): v for r in rows for c, v in found.items()} | {(FIRST_ROW, 10): "不属实"})
    assert "记入60项核查结果" in kepu("spotcheck", "import", check)

    # final: carries the item under way and the checked claims, and can be computed again
    kepu("report", "final", "--returns", place / "ledger.sqlite", "-p", "midterm_returns", place / "ledger.sqlite",
         "--out", place / "final", "--formats", "docx", ledger=False)  # fmt: skip
    after = facts(place / "final")
    assert "整改台账.整改中" not in after  # recorded today, after the date that the report describes
    assert (after["抽查.属实"]["value"], after["抽查.不属实"]["value"]) == (59, 1)

    # compare: what moved the farmers' training is this office's cells; verify: the figures can be computed again
    told = kepu("compare", place / "midterm", place / "final", ledger=False)
    moved = next(line for line in told.splitlines() if "高素质农牧民培训人次·现值" in line)
    assert f"{FARMERS}.xlsx 指标数据" in moved
    assert "一致" in kepu("verify", place / "final", ledger=False)
