"""Who has reported, and what is open with whom."""

from dataclasses import replace

import pytest

from kepu_eval.plan import load_plan
from kepu_eval.returns import frame, read_round, roster

PLAN = load_plan()
COLUMNS = ["unit", "unit_name", "status", "received", "files", "leads", "questions", "rejected"]


@pytest.fixture(scope="module")
def example():
    return read_round("data/example/2023-midterm", PLAN, "2023-midterm")


def of(units, name):
    return units.set_index("unit_name").loc[name]


def test_there_is_one_row_a_unit_in_the_plans_order(example):
    units = roster(example, PLAN)
    assert list(units.columns) == COLUMNS
    assert list(units["unit"]) == [unit.id for unit in PLAN.units]


def test_status_date_and_files_are_those_of_the_submission(example):
    units = roster(example, PLAN)
    assert tuple(of(units, "区工信局")[["status", "received", "files"]]) == (
        "迟报",
        "2024-01-25",
        ("区工信局.xlsx",),
    )
    assert tuple(of(units, "区商务局")[["status", "received", "files"]]) == ("未报送", "", ())


def test_leads_are_the_tasks_the_list_gives_the_unit(example):
    units = roster(example, PLAN)
    for unit in units.itertuples():
        assert unit.leads == tuple(t.number for t in PLAN.tasks if t.lead.unit == unit.unit_name)


def test_open_questions_and_rejections_are_counted_answered_ones_not(example):
    assert tuple(of(roster(example, PLAN), "区教育局")[["questions", "rejected"]]) == (1, 2)
    answered = replace(example, findings=example.findings.assign(answer="按原数"))
    assert tuple(of(roster(answered, PLAN), "区教育局")[["questions", "rejected"]]) == (0, 0)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("按时", "重复待确认"), "重复待确认"),
        (("无法读取", "迟报"), "迟报"),
        (("无法读取", "无法读取"), "无法读取"),
    ],
)
def test_of_several_files_the_telling_status_is_taken(example, statuses, status):
    unit = PLAN.units[0]
    others = example.submissions[example.submissions["unit"].ne(unit.id)].to_dict("records")
    own = [
        {"unit": unit.id, "unit_name": unit.name, "file": f"{n}.xlsx", "sha256": "", "received": f"2024-01-1{n}",
         "status": told, "note": ""}
        for n, told in enumerate(statuses)
    ]  # fmt: skip
    units = roster(replace(example, submissions=frame("submissions", own + others)), PLAN)
    row = of(units, unit.name)
    assert (row["status"], row["received"], row["files"]) == (status, "2024-01-11", ("0.xlsx", "1.xlsx"))
