"""What is left blank as a whole has one cause and is said once; single blank cells are said one by one."""

import pytest

from kepu_eval.returns import export_decisions, read_decisions, unit_sheets
from kepu_eval.returns.layout import NUMBERS, TASKS
from tests.returns.conftest import PLAN, years
from tests.returns.reading import THREE, read


@pytest.fixture
def blanks(send):
    def found(unit, changes=None, spoil=None):
        returns = read(send(unit, changes, spoil=spoil))
        rows = returns.findings.query("code == 'C30' and severity == 'rejected'")
        return returns, {sheet: rows[rows["sheet"].eq(sheet)] for sheet in (NUMBERS, TASKS)}

    return found


def everything(unit, *, but=()):
    """Changes that fill 任务自查, save for some columns and for the last rows."""
    sheet = next(s for s in unit_sheets.sheets(PLAN, PLAN.unit(unit), "2023-midterm") if s.name == TASKS)
    return {
        (TASKS, row.labels["commitment"], column.title): column.choices[0] if column.choices else 1
        for row in sheet.rows
        for column in sheet.columns
        if column.key in row.required and column.key not in but
    }


def test_a_sheet_left_blank_is_one_thing_to_mend(blanks, tmp_path):
    returns, found = blanks("区农牧局")
    (task,), (number,) = (found[sheet].to_dict("records") for sheet in (TASKS, NUMBERS))
    assert task["message"] == "整张表没有填写（32行，必填106格）"
    assert len(task["affects"]) == 32
    assert (number["cell"], len(number["fields"])) == ("第6行", 3)
    row = returns.observations.query("unit == 'U09' and indicator == 'Q08' and period == '2023'").iloc[0]
    assert row["state"] == "rejected"
    export_decisions(returns, PLAN, tmp_path / "d.xlsx")
    assert read_decisions(tmp_path / "d.xlsx", PLAN).answers == {}


def test_single_blank_cells_are_told_one_by_one(blanks):
    changes = everything("区农牧局")
    gone = list(changes)[:9]
    _, found = blanks("区农牧局", {k: v for k, v in changes.items() if k not in gone} | years("Q08", **THREE))
    assert len(found[TASKS]) == 9
    assert found[TASKS]["cell"].str.fullmatch(r"[A-Z]+\d+").all()
    assert found[NUMBERS].empty


def test_a_column_left_blank_is_one_thing_to_mend(blanks):
    _, found = blanks("区农牧局", everything("区农牧局", but=("year:2022",)))
    (told,) = found[TASKS].to_dict("records")
    assert "“2022年”整列没有填写" in told["message"]
    assert len(told["fields"]) > 12


def test_many_rows_left_blank_are_one_thing_to_mend(blanks):
    changes = everything("区农牧局")
    rows = list(dict.fromkeys(key for _, key, _ in changes))[-12:]
    _, found = blanks("区农牧局", {k: v for k, v in changes.items() if k[1] not in rows})
    (told,) = found[TASKS].to_dict("records")
    assert told["message"] == "第28—33、35—40行没有填写（12行，必填34格）"
