"""Quarterly dispatch: paths, misses in a row and made-up-later, worked by hand."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.evaluation.dispatch import (
    MET,
    MISSED,
    OPEN,
    escalation,
    indicator_positions,
    made_up,
    misses,
    outcome,
    reporting_outcome,
    task_positions,
)
from kepu_eval.plan import quarter_of, quarter_share
from tests.evaluation.builders import PLAN, observation, returns, school, status, yearly

Q1, Q2, Q3, Q4 = (dt.date(2024, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31)))


def position(name, as_of, observations=(), **parts):
    frame, _ = indicator_positions(PLAN, returns(observations, **parts), as_of)
    return frame.set_index("item").loc[name]


def test_quarters_are_whole_and_count_from_the_plans_first_year():
    # 2021–2025 are 20 quarters; 2024-09-30 ends the 15th, one day earlier only 14 are over
    assert [quarter_of(day) for day in (dt.date(2024, 1, 1), Q1, dt.date(2024, 9, 29), Q3, Q4)] == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert quarter_share(PLAN, Q3) == Fraction(15, 20)
    assert quarter_share(PLAN, dt.date(2024, 9, 29)) == Fraction(14, 20)
    assert quarter_share(PLAN, dt.date(2030, 1, 1)) == 1
    assert quarter_share(PLAN, dt.date(2020, 1, 1)) == 0


@pytest.mark.parametrize(
    ("this_year", "expected_label"),
    [
        # target 2000, third quarter of the fourth year: 2000 × 15/20 = 1500; 1200 before this year
        (300, "达到序时"),  # 1500/1500 = 1
        (150, "基本达到序时"),  # 1350/1500 = 0.9 exactly
        (149, "滞后"),  # 1349/1500 < 0.9
        (0, "滞后"),  # 1200/1500 = 0.8
        (800, "完成"),  # 2000 reached early
    ],
)
def test_a_cumulative_target_is_on_the_straight_line_of_the_plan_window(this_year, expected_label):
    row = position("Q08", Q3, yearly("Q08", 400, 400, 400, this_year))
    assert row["expected"] == 1500
    assert row["value"] == 1200 + this_year
    assert row["position"] == expected_label


def test_a_cumulative_target_without_this_years_figure_of_the_lead_is_unknown_not_behind():
    row = position("Q08", Q3, yearly("Q08", 400, 400, 400, None))
    assert row["position"] == "数据不足"
    assert row["value"] != row["value"]  # no figure is shown either
    assert outcome(row["position"]) == OPEN


def test_a_yearly_target_asks_for_the_years_share_and_earlier_years_do_not_help():
    # 300 a year: 150 by the end of June; 900 in an earlier year change nothing
    rows = yearly("Q06", 900, 900, 900, 140)
    row = position("Q06", Q2, rows)
    assert (row["expected"], row["value"]) == (150, 140)
    assert row["position"] == "基本达到序时"  # 140/150 = 0.933
    assert position("Q06", Q1, yearly("Q06", 900, 900, 900, 0))["position"] == "未启动"


def test_a_stock_is_this_years_level_against_the_line_and_never_a_sum():
    # 25000 × 15/20 = 18750; the level of 2024 is 18000, earlier levels are not added
    rows = yearly("Q10", 8000, 11000, 15000, 18000)
    row = position("Q10", Q3, rows)
    assert (row["expected"], row["value"], row["position"]) == (18750, 18000, "基本达到序时")  # 0.96


def lectures(term, *values):
    schools = [school(f"校{n}") for n in range(len(values))]
    rows = [
        observation("Q02", term, value, measure="lectures", entity=f"校{n}") for n, value in enumerate(values)
    ]
    return rows, schools


def test_school_terms_are_due_in_the_quarter_in_which_they_end():
    rows, schools = lectures("2024春", 4, 4, 4, 3)
    assert position("Q02", Q2, rows, schools=schools)["position"] == "未到期"  # spring ends on 07-31
    row = position("Q02", Q3, rows, schools=schools)
    assert (row["value"], row["expected"], row["position"]) == (75, 100, "滞后")  # 3 of 4 schools
    autumn, schools = lectures("2023秋", 4, 4)
    assert position("Q02", Q1, autumn, schools=schools)["position"] == "达到序时"  # autumn ended on 01-31


def test_a_school_that_did_not_answer_leaves_the_term_open():
    rows, schools = lectures("2024春", 4, 4, None)
    assert position("Q02", Q3, rows, schools=schools)["position"] == "数据不足"


def test_growth_is_compared_at_the_year_end_only_and_the_survey_at_the_horizon():
    rows = [
        observation("Q11", str(year), 100 + year, measure=m)
        for year in range(2021, 2025)
        for m in ("registered", "spread")
    ]
    rows += [observation("Q11", "baseline", 1, measure=m) for m in ("registered", "spread")]
    assert position("Q11", Q3, rows)["position"] == "未到期"
    assert position("Q11", Q4, rows)["position"] == "达到序时"
    assert position("Q01", Q4, rows)["position"] == "未到期"


def tasks(as_of, statuses=(), absent=frozenset(), observations=()):
    sent = returns(observations, absent, statuses=list(statuses))
    frame, _ = indicator_positions(PLAN, sent, as_of)
    return task_positions(PLAN, sent, as_of, frame).set_index("task")


def test_a_task_without_indicators_is_judged_on_its_yearly_commitments_of_this_year():
    # task 1 has three yearly commitments; at the end of June half a year is over: 2/3 kept ÷ 1/2 = 1.33, 1/3 ÷ 1/2 = 0.67
    kept = [status(c, done_by_year={"2024": "有"}) for c in ("T01.01", "T01.02")]
    assert tasks(Q2, kept).loc[1, "position"] == "达到序时"
    row = tasks(Q2, kept[:1]).loc[1]
    assert (row["position"], row["reason"]) == ("滞后", "本年已开展1/3项承诺")
    assert tasks(Q2, [status("T01.01", done_by_year={"2023": "有"})]).loc[1, "position"] == "未启动"


def test_a_task_whose_lead_sent_nothing_is_unknown_unless_others_show_it_on_course():
    assert tasks(Q2, absent={"区教育局"}).loc[1, "position"] == "数据不足"
    told = [status(c, "区科协", done_by_year={"2024": "有"}) for c in ("T01.01", "T01.02")]
    assert tasks(Q2, told, absent={"区教育局"}).loc[1, "position"] == "达到序时"


def test_a_task_takes_its_worst_indicator():
    rows = [*yearly("Q06", 0, 0, 0, 300), *yearly("Q07", 0, 0, 0, 5)]  # 20 a year: 15 by September
    row = tasks(Q3, observations=rows).loc[4]
    assert (row["position"], row["reason"]) == ("严重滞后", "取决于Q07")  # 5/15 = 0.33; teachers are unknown


@pytest.mark.parametrize(
    ("history", "in_a_row", "caught_up"),
    [
        ([MET, MET], 0, 0),
        ([MISSED], 1, 0),
        ([MISSED, MISSED, MISSED], 3, 0),
        ([MISSED, MET, MISSED], 1, 0),  # what was met in between ends the row
        ([MISSED, MISSED, MET], 0, 2),  # made up, and still known to have been missed twice
        ([MISSED, OPEN, MISSED], 2, 0),  # an open quarter does not end the row
        ([MISSED, OPEN], 1, 0),  # nor does silence make anything up
        ([MISSED, OPEN, MET], 0, 1),
        ([MISSED, MET, MET], 0, 0),  # made up a quarter ago: on course now
        ([OPEN], 0, 0),
    ],
)
def test_misses_in_a_row_and_what_was_made_up(history, in_a_row, caught_up):
    assert misses(history) == in_a_row
    assert made_up(history) == caught_up


def test_escalation_follows_the_plan_file():
    assert [escalation(PLAN, n) for n in (0, 1, 2, 3, 7)] == ["", "提醒", "督办", "报领导小组", "报领导小组"]
    without = PLAN.model_copy(update={"rating": PLAN.rating.model_copy(update={"escalation": ()})})
    assert escalation(without, 3) == ""


def test_a_late_return_was_made_up_and_stays_a_miss():
    found = {
        s: reporting_outcome(s) for s in ("按时", "迟报", "未报送", "无法读取", "重复待确认", "未注明日期")
    }
    assert found == {
        "按时": MET,
        "迟报": MISSED,
        "未报送": MISSED,
        "无法读取": MISSED,
        "重复待确认": OPEN,
        "未注明日期": OPEN,
    }


@given(st.lists(st.sampled_from([MET, MISSED, OPEN]), max_size=12))
def test_open_quarters_change_no_count(history):
    closed = [item for item in history if item != OPEN]
    assert misses(history) == misses(closed)
    assert not (misses(history) and made_up(history))
