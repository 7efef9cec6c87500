"""Days as they are written, and what cannot be put on a day."""

import datetime as dt

import pytest

from kepu_eval.returns.days import parse_date
from kepu_eval.spreadsheets.particulars import BY_MONTH


@pytest.mark.parametrize(
    "written",
    [
        "二〇二一年三月十六日", "2021年三月十六日", "21.3.16", "21年3月16日", "2021年3月16日起", "2021—3—16", "2021,3,16", "2021\\3\\16",
        "星期二 2021-03-16", "16/3/2021", "3/16/2021", "日期：2021-3-16", "2021年3月16日（农历二月初四）", "2021年3月16日、17日",
        "2021年3月16日晚7点", "2021-03-16T14:30:00", "2021年3月16日（周二）9:00—11:00", "2021年3月16日至18日全天", "2021年3.16", "2021。3。16", "44271", "'2021-3-16", "2021年3月16日（盖章）",
    ],
)  # fmt: skip
def test_one_day_is_read_however_it_is_written(written):
    assert (parse_date(written).value, parse_date(written).state) == (dt.date(2021, 3, 16), "note")


@pytest.mark.parametrize(
    "written",
    [
        "2021.3-5", "2021年3—5月", "3/4/2021", "21.3.23", "2021年3月16日、23日", "2021年3月16日前", "2021年3月16日左右", "截至2021年3月16日",
        "2021年3月16日（改期至20日）", "2021年3月16日延期", "计划2021年3月16日", "2021年3月162日", "2021年3月16日、2022年3月16日", "3月16日",
        "2021.3-16", "54271", "2021年3月16日第3场", "2021年3月16日—5日",
    ],
)  # fmt: skip
def test_what_may_be_another_day_or_several_is_asked_about(written):
    assert parse_date(written).state == "question"


def test_a_first_that_is_shown_as_a_month_may_be_any_day_of_it():
    assert parse_date(dt.datetime(2021, 3, 1), BY_MONTH).state == "question"
    assert parse_date(dt.datetime(2021, 3, 16), BY_MONTH).value == dt.date(2021, 3, 16)
