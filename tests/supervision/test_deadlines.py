"""Time limits of items to put right, at a quarter's end."""

import datetime as dt

import pandas as pd
import pytest

from kepu_eval.returns import Ledger
from kepu_eval.supervision import Standing, State, raise_items, read_rectification
from kepu_eval.supervision.deadlines import Deadline, deadlines
from kepu_eval.supervision.records import Event, keep_events, keep_items
from tests.evaluation.builders import PLAN, judged, yearly

Q3 = dt.date(2024, 9, 30)


@pytest.mark.parametrize(
    ("due", "settled", "deadline", "days"),
    [
        ("2024-09-29", False, "逾期", 1),
        ("2024-06-30", False, "逾期", 92),
        ("2023-10-01", False, "逾期", 365),  # 2024 has a 29 February
        ("2024-09-30", False, "本季到期", 0),
        ("2024-07-01", True, "本季到期", 0),
        ("2024-06-30", True, "以后到期或已了结", 0),
        ("2024-10-01", False, "下季到期", 0),
        ("2024-12-31", False, "下季到期", 0),
        ("2024-12-31", True, "以后到期或已了结", 0),
        ("2025-01-01", False, "以后到期或已了结", 0),
        ("", False, "未定时限", 0),
        ("", True, "以后到期或已了结", 0),
    ],
)
def test_where_an_item_stands_against_its_time_limit(due, settled, deadline, days):
    (row,) = deadlines(pd.DataFrame([{"due": due, "settled": settled}]), Q3).itertuples()
    assert (row.deadline, row.days) == (deadline, days)


def test_the_quarter_after_the_fourth_is_the_next_years_first():
    row = deadlines(pd.DataFrame([{"due": "2025-03-31", "settled": False}]), dt.date(2024, 12, 31)).iloc[0]
    assert row["deadline"] == Deadline.NEXT_QUARTER


def test_a_ledger_tells_how_an_item_stood_on_an_earlier_day(tmp_path):
    items = raise_items(judged(yearly("Q09", 20, 20, 20)), PLAN, "2023-midterm")[:1]
    steps = {
        dt.datetime(2024, 2, 20): Standing(State.IN_PROGRESS, "加开培训班", "2024-09-01"),
        dt.datetime(2024, 10, 10, 23, 59): Standing(State.SUBMITTED, "加开培训班", "2024-09-01", "", ("a.pdf",)),
        dt.datetime(2024, 10, 11): Standing(State.WITHDRAWN, note="更正后已达标"),
    }  # fmt: skip
    with Ledger(tmp_path / "l.sqlite", must_exist=False) as ledger:
        keep_items(ledger, "2023-midterm", items, dt.datetime(2024, 1, 31), simulated=True)
        for at, standing in steps.items():
            with ledger.writing():
                keep_events(ledger, [Event(items[0].item, standing)], at)
        days = ("2024-01-30", "2024-01-31", "2024-10-09", "2024-10-10", "2024-10-11")
        stood = [
            list(read_rectification(ledger, PLAN, "2024-Q3", dt.date.fromisoformat(day))["state"])
            for day in days
        ]
        now = read_rectification(ledger, PLAN, "2024-Q3")["state"]
    assert stood == [[], ["待整改"], ["整改中"], ["已提交"], ["撤销"]]
    assert list(now) == ["撤销"]
