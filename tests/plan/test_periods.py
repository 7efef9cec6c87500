"""Periods and time share, by the calendar."""

import datetime as dt
from fractions import Fraction

import pytest

from kepu_eval.plan import begun, load_plan, periods, time_share

PLAN = load_plan()
MIDTERM, END = dt.date(2023, 12, 31), dt.date(2025, 12, 31)


def labels(kind, as_of):
    return [period.label for period in begun(PLAN, kind, as_of)]


def test_five_years_hold_ten_terms_and_the_last_ends_after_the_horizon():
    terms = periods(PLAN, "semester")
    assert len(terms) == 10
    assert terms[-1].label == "2025秋"
    assert not terms[-1].over(END)


def test_at_the_mid_term_the_autumn_term_has_begun_but_is_not_over():
    assert labels("semester", MIDTERM)[-1] == "2023秋"
    assert [p.label for p in begun(PLAN, "semester", MIDTERM) if p.over(MIDTERM)][-1] == "2023春"


def test_school_years_begin_in_summer():
    assert labels("school_year", MIDTERM) == ["2021—2022学年", "2022—2023学年", "2023—2024学年"]
    assert labels("school_year", dt.date(2021, 6, 30)) == []


@pytest.mark.parametrize(
    ("as_of", "share"),
    [(MIDTERM, Fraction(3, 5)), (dt.date(2023, 12, 30), Fraction(2, 5)), (END, 1), (dt.date(2020, 1, 1), 0)],
)
def test_time_share_counts_whole_years(as_of, share):
    assert time_share(PLAN, as_of) == share


def test_an_unknown_kind_of_period_is_refused():
    with pytest.raises(ValueError, match="未知的期间类型"):
        periods(PLAN, "decade")
