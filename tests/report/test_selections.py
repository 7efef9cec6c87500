"""Totals of activities, the largest changes since the last round, first and last tasks."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.plan import load_plan
from kepu_eval.report.selections import (
    KINDS,
    OTHER,
    activity_totals,
    first_and_last,
    kind_of_activity,
    largest_changes,
)
from kepu_eval.returns import Returns, frame

PLAN = load_plan()
OTHERS = {name: frame(name, []) for name in
          ("submissions", "observations", "schools", "statuses", "evidence", "findings")}  # fmt: skip
DAY = dt.date(2023, 5, 20)


def event(number, title, people, task=6, **more):
    row = {"event": number, "date": DAY, "title": title, "participants": people, "task": task, "state": "accepted",
           "group": "", "main": True}  # fmt: skip
    return row | more


def totals(*events, as_of=None):
    return activity_totals(Returns("r", True, events=frame("events", list(events)), **OTHERS), PLAN, as_of)


@pytest.mark.parametrize(
    ("title", "kind"),
    [("2023年高素质农牧民培训班（第2期）", "培训"), ("职工技能竞赛", "竞赛"), ("航天科普展览", "展览"), ("地震疏散演练", "演练"),
     ("反诈防谣言讲座", "讲座"), ("科普日广场活动", "科普日（周、节）"), ("实验室公众开放日", "开放和体验"), ("老年健康义诊咨询", "咨询和服务"),
     ("爱粮节粮宣传", "宣传"), ("科普培训讲座竞赛", "竞赛"), ("植树", OTHER)],
)  # fmt: skip
def test_the_kind_is_read_from_the_title(title, kind):
    assert kind_of_activity(title) == kind


def test_an_activity_of_two_units_counts_once_and_an_unknown_number_is_no_zero():
    found = totals(
        event(0, "饲养培训班", 60.0, group="#1"),
        event(1, "饲养专题培训班", 63.0, group="#1", main=False),
        event(2, "节水培训班", float("nan")),
        event(3, "电商培训班", 40.0, state="rejected"),
        event(4, "饲草讲座", float("nan")),
        event(5, "科技教师培训班", 30.0, task=4),
    )
    told = found[["programme", "kind", "sessions", "participants", "unknown", "events"]].astype(object)
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["P01", "培训", 1, 30.0, 0, (5,)],
        ["P02", "培训", 2, 60.0, 1, (0, 2)],
        ["P02", "讲座", 1, None, 1, (4,)],
    ]


def test_nothing_after_the_as_of_date_or_without_a_day_counts():
    later, undated = event(1, "讲座", 9.0, date=dt.date(2024, 1, 1)), event(2, "讲座", 9.0, date=None)
    assert list(
        totals(event(0, "讲座", 5.0), later, undated, as_of=dt.date(2023, 12, 31))["participants"]
    ) == [5.0]


def test_an_activity_without_a_task_is_not_lost():
    found = totals(event(0, "讲座", 5.0, task=float("nan")), event(1, "讲座", 7.0))
    assert list(found["name"]) == ["农牧民科学素质提升行动", "未注明任务"]


def test_no_activities_give_an_empty_frame():
    assert totals().empty


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*KINDS, "植树"]),
            st.integers(0, 500) | st.none(),
            st.sampled_from([4, 6, 11, 28]),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_every_counted_activity_is_in_exactly_one_total_whatever_the_order(said, shuffled):
    rows = [
        event(
            n,
            kind,
            float("nan") if people is None else float(people),
            task,
            state="rejected" if bad else "accepted",
        )
        for n, (kind, people, task, bad) in enumerate(said)
    ]
    found = totals(*rows)
    counted = [row["event"] for row in rows if row["state"] != "rejected"]
    assert sorted(number for numbers in found["events"] for number in numbers) == counted
    assert found["sessions"].sum() == len(counted)
    assert found["participants"].sum() == sum(p or 0 for _, p, _, bad in said if not bad)
    shuffled.shuffle(rows)
    pd.testing.assert_frame_equal(totals(*rows), found)


def evaluated(tasks=(), indicators=()):
    return SimpleNamespace(
        tasks=pd.DataFrame(list(tasks), columns=["number", "title", "programme", "rating"]),
        indicators=pd.DataFrame(list(indicators), columns=["indicator", "name", "rating"]),
    )


def test_the_largest_change_comes_first_and_what_cannot_be_compared_last():
    before = evaluated(
        [
            (1, "甲", "P01", "滞后"),
            (2, "乙", "P01", "完成"),
            (3, "丙", "P01", "数据不足"),
            (4, "丁", "P01", "完成"),
        ],
        [("Q06", "培训", "达到序时")],
    )
    now = evaluated(
        [
            (1, "甲", "P01", "完成"),
            (2, "乙", "P01", "基本完成"),
            (3, "丙", "P01", "完成"),
            (4, "丁", "P01", "完成"),
        ],
        [("Q06", "培训", "滞后")],
    )
    found = largest_changes(now, before)
    # the scale: 完成 0, 基本完成 1, 达到序时 2, 基本达到序时 3, 正在推进 4, 滞后 5
    assert list(zip(found["id"], found["change"].fillna(99), strict=True)) == [
        (1, 5.0),
        ("Q06", -3.0),
        (2, -1.0),
        (3, 99),
    ]
    assert list(found["better"]) == [True, False, False, False]
    assert list(found["comparable"]) == [True, True, True, False]
    assert list(largest_changes(now, before, 2)["id"]) == [1, "Q06"]


def test_two_like_rounds_show_no_change():
    one = evaluated([(1, "甲", "P01", "完成")], [("Q06", "培训", "滞后")])
    assert largest_changes(one, one).empty


def test_first_and_last_of_a_programme_with_all_that_share_the_place():
    found = first_and_last(
        evaluated([(1, "甲", "P01", "达到序时"), (2, "乙", "P01", "滞后"), (3, "丙", "P01", "达到序时"),
                   (4, "丁", "P01", "数据不足"), (5, "戊", "P02", "完成"), (6, "己", "P02", "完成")]), PLAN,
    ).set_index("programme")  # fmt: skip
    assert found.loc["P01"].tolist() == [(1, 3), "达到序时", (2,), "滞后", 3, 1]
    assert found.loc["P02"].tolist() == [(5, 6), "完成", (), "", 2, 0]
    assert found.loc["P03"].tolist() == [(), "", (), "", 0, 0]
    assert list(found.index) == [programme.id for programme in PLAN.programmes]


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.sampled_from(["完成", "达到序时", "滞后", "未启动", "数据不足", "已批准例外"]), max_size=6),
    st.randoms(),
)
def test_first_is_never_worse_than_last_and_no_task_is_in_both(ratings, shuffled):
    rows = [(n, str(n), "P01", rating) for n, rating in enumerate(ratings, 1)]
    found = first_and_last(evaluated(rows), PLAN).iloc[0]
    assert not set(found["first"]) & set(found["last"])
    assert found["rated"] + found["unrated"] == len(rows)
    scale = ["完成", "达到序时", "滞后", "未启动"]
    if found["last"]:
        assert scale.index(found["first_rating"]) < scale.index(found["last_rating"])
    shuffled.shuffle(rows)
    assert first_and_last(evaluated(rows), PLAN).iloc[0].equals(found)
