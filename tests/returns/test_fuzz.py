"""Whatever stands in a workbook, and however it is rearranged: it is read, or refused with a message.

Damaged bytes are the business of ``python -m benchmarks.mutation_fuzz``; a few of its mutants run here.
"""

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from benchmarks.mutation_fuzz import mutant
from kepu_eval.personal_data import masked, personal_data
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.cells import parse_number
from kepu_eval.returns.choices import parse_choice
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.reader import Content, RoundReader
from tests.returns.conftest import PLAN, ROUND

SMALL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAME = Path("区农牧局.xlsx")
values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40), st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["合计", "/", "-", "约300", "３００", "2.5万", "=1+1", "#REF!", "示例（忽略）", "2023年", "Q08", "T06.01", "32"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def reader():
    return RoundReader(PLAN, ROUND)


def read(reader, book):
    stream = io.BytesIO()
    book.save(stream)
    submission = reader.interpret(NAME, Content(NAME.name, stream.getvalue(), "0"))
    returns = assemble(PLAN, ROUND, [submission], Decisions.none(), simulated=False)
    check(returns)
    return returns


def check(returns):
    """What always holds: a value only where it counts, a message for what does not, a place for every message."""
    seen = returns.observations
    counted = seen["state"].isin(["accepted", "note"])
    assert seen.loc[counted, "value"].notna().all()
    assert seen.loc[~counted, "value"].isna().all()
    assert (seen.loc[counted, "value"] >= 0).all()
    questions = returns.findings[returns.findings["severity"].isin(["question", "rejected"])]
    assert questions["message"].str.len().gt(0).all()
    asked = seen.loc[seen["state"].eq("question"), "asked"]
    told = {(row.code, row.cell) for row in questions.itertuples()}
    assert all(question in told or question[0] == "C08" for several in asked for question in several)


@SMALL
@given(data=st.data())
def test_any_value_in_any_cell(reader, templates, data):
    book = load_workbook(templates / NAME)
    pages = [book[name] for name in book.sheetnames if not name.startswith("_")]
    for _ in range(12):
        page = data.draw(st.sampled_from(pages))
        cell = page.cell(data.draw(st.integers(1, 20)), data.draw(st.integers(1, 14)))
        if type(cell).__name__ != "MergedCell":
            try:
                cell.value = data.draw(values)
            except (IllegalCharacterError, ValueError):
                continue
    read(reader, book)


@SMALL
@given(data=st.data())
def test_any_rearrangement_of_sheets_rows_and_columns(reader, templates, data):
    book = load_workbook(templates / NAME)
    for _ in range(4):
        page = data.draw(st.sampled_from(book.worksheets))
        place = data.draw(st.integers(1, 12))
        what = data.draw(
            st.sampled_from(
                ["drop row", "drop column", "new row", "new column", "hide", "merge", "rename", "remove"]
            )
        )
        if what == "drop row":
            page.delete_rows(place)
        elif what == "drop column":
            page.delete_cols(place)
        elif what == "new row":
            page.insert_rows(place)
        elif what == "new column":
            page.insert_cols(place)
        elif what == "hide":
            page.row_dimensions[place].hidden = True
            page.column_dimensions["CDEFGHIJKLMN"[place - 1]].hidden = True
        elif what == "merge":
            page.merge_cells(start_row=place + 4, end_row=place + 5, start_column=1, end_column=2)
        elif what == "rename":
            page.title = f"表{place}{page.title}"[:31]
        elif len(book.sheetnames) > 1:
            book.remove(page)
    if not any(page.sheet_state == "visible" for page in book.worksheets):
        book.create_sheet("空")
    read(reader, book)


@settings(max_examples=300, deadline=None)
@given(
    raw=values, unit=st.sampled_from(["", "人", "人次", "%"]), target=st.sampled_from([None, 15.0, 25000.0])
)
def test_one_cell_is_a_pure_function_with_an_outcome(raw, unit, target):
    for required in (False, True):
        parsed = parse_number(raw, unit=unit, required=required, target=target)
        assert parsed == parse_number(raw, unit=unit, required=required, target=target)
        assert (parsed.value is not None) == parsed.counted
        assert parsed.state in ("accepted", "note", "question", "rejected", "missing")
        assert parsed.state not in ("question", "rejected") or (parsed.code and parsed.message)
    assert parse_date(raw).state in ("accepted", "note", "question", "rejected", "missing")
    assert parse_choice(raw, ("有", "无")).state in ("accepted", "note", "question", "missing")
    assert isinstance(personal_data(raw), str)


@given(text=st.text(max_size=60))
def test_masking_leaves_no_number_that_would_be_refused(text):
    shown = masked(f"{text} 11010519491231002X {text} 13800138000 {text}")
    assert "11010519491231002X" not in shown
    assert " 13800138000 " not in shown


@pytest.mark.parametrize("number", range(40))
def test_a_damaged_workbook_is_read_or_refused_with_a_message(reader, number):
    name, content = mutant(number, seed=1)
    file = f"区农牧局{Path(name).suffix}"
    submission = reader.interpret(Path(file), Content(file, content, "0"))
    assert not submission.note or submission.findings
