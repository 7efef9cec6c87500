"""One event told by several units: found, asked about, counted once."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.duplicates import evaluate as measured
from kepu_eval.evaluation.cells import cells_of
from kepu_eval.evaluation.overlaps import removals
from kepu_eval.plan import load_plan
from kepu_eval.plan.periods import years
from kepu_eval.returns import Decisions, overlaps
from kepu_eval.returns.duplicates import mark_duplicates
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.matching import candidates, groups
from tests.evaluation.builders import event, observation, returns

PLAN = load_plan()
DAY = dt.date(2023, 5, 4)


def marked(*events, answers=None):
    findings = Findings()
    frame = returns(events=list(events)).events
    return mark_duplicates(frame, PLAN, findings, answers or Decisions.none()), findings.rows


def twice(events, **figures):
    """What comes off the sum of Q08, each unit having reported 1000 (or what ``figures`` say) in 2023."""
    known = {"区农牧局": 1000, "区科协": 1000} | figures
    rows = [observation("Q08", "2023", value, unit=unit) for unit, value in known.items()]
    round_, trainings = replace(returns(rows), events=events), PLAN.indicator("Q08")
    cells = cells_of(PLAN, trainings, round_, years(PLAN))
    places = {(cell.unit, cell.period): cell for cell in cells}
    found = removals(overlaps(round_, "Q08"), places, [unit.id for unit in PLAN.contributors(trainings)])
    return {year: float(removal.told) for year, removal in found.items() if removal.told}


def test_one_training_told_by_two_units_is_counted_once_under_the_lead():
    events, told = marked(
        event("区科协", 48, DAY, title="2023年高素质农牧民培训班", row=7),
        event("区农牧局", 48, DAY + dt.timedelta(days=1), title="2023年高素质农牧民专题培训班", row=9),
    )
    assert events["group"].tolist() == ["#1", "#1"]
    assert events.set_index("unit")["main"].to_dict() == {"U02": False, "U09": True}
    assert twice(events) == {"2023": 48.0}
    assert told[0]["code"] == "C54"


def test_only_what_is_in_the_sum_comes_off_it():
    events, _ = marked(event("区科协", 48, DAY, place="某镇"), event("区农牧局", 48, DAY, place="某镇"))
    assert twice(events, 区科协=None) == {}  # nothing reported, or still in question
    assert twice(events, 区农牧局=None) == {}
    assert twice(events, 区科协=40) == {"2023": 40.0}


def test_differing_numbers_are_told_and_the_larger_is_not_taken():
    events, told = marked(
        event("区科协", 300, DAY, place="某镇"), event("区农牧局", 260, DAY, place="某镇文化站")
    )
    assert "260/300" in told[0]["message"] or "300/260" in told[0]["message"]
    assert twice(events) == {"2023": 300.0}


@pytest.mark.parametrize(
    "other",
    [
        {"date": DAY + dt.timedelta(days=2)},
        {"title": "老年健康大讲堂"},
        {"unit": "U09"},
    ],
)
def test_events_of_other_days_or_names_are_not_one(other):
    one, two = event("区农牧局", 48, DAY, place="某镇"), event("区科协", 48, DAY, place="某镇") | other
    events, _ = marked(one, two)
    assert events["group"].tolist() == ["", ""]


def frame_of(*events):
    return returns(events=list(events)).events


ALIKE = [
    ({"title": "高素质农牧民培训班"}, {"title": "2023年昆区农牧民培训班"}),
    (
        {"title": "食品安全科普讲座", "place": "友谊社区"},
        {"title": "区科协食品安全讲座", "place": "友谊社区党群服务中心"},
    ),
    ({"title": "科普日活动"}, {"title": "全国科普日活动", "co_organisers": "区农牧局"}),
]
UNLIKE = [
    ({"title": "科普讲座", "place": "新光村"}, {"title": "科普讲座", "place": "友谊社区"}),
    ({"title": "农牧民培训班第一期"}, {"title": "农牧民培训班第二期"}),
    ({"title": "反邪教宣传", "place": "市民广场"}, {"title": "垃圾分类宣传", "place": "市民广场"}),
    ({"title": "健康讲座", "participants": 35}, {"title": "健康讲座", "participants": 210}),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_titles_typed_by_different_people_are_one_event(one, other):
    events = frame_of(event("区农牧局", 48, DAY) | one, event("区科协", 48, DAY) | other)
    assert groups(events, PLAN) == [[0, 1]]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_look_alikes_are_two_events(one, other):
    events = frame_of(event("区农牧局", 50, DAY) | one, event("区科协", 50, DAY) | other)
    assert groups(events, PLAN) == []


def test_one_units_event_under_two_tasks_is_noted_and_counted_once():
    events, told = marked(
        event("区农牧局", 48, DAY, task=5, place="某镇", row=6),
        event("区农牧局", 48, DAY, task=28, place="某镇", row=9),
    )
    assert [(row["code"], row["severity"]) for row in told] == [("C55", "note")]
    assert told[0]["message"] == "活动EV1引用于任务5、28，次数和人次只计一次"
    assert twice(events) == {"2023": 48.0}


def test_both_sums_are_told():
    _, told = marked(event("区科协", 300, DAY, place="某镇"), event("区农牧局", 260, DAY, place="某镇"))
    assert "合计560人次，去重后260人次" in told[0]["message"]


def test_a_group_across_indicators_takes_nothing_off_the_only_row_of_one():
    events, _ = marked(
        event("区科协", 48, DAY, place="某镇", indicator="Q08"),
        event("区农牧局", 48, DAY, place="某镇", indicator=""),
    )
    assert events["group"].tolist() == ["#1", "#1"]
    assert twice(events) == {}


def test_an_event_has_one_counterpart_in_each_other_unit():
    events = frame_of(
        event("区农牧局", 48, DAY, place="某镇"),
        event("区科协", 48, DAY, place="某镇"),
        event("区科协", 47, DAY, place="某镇"),
    )
    found = groups(events, PLAN)
    assert [len(rows) for rows in found] == [2]


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_the_rows_does_not_matter(order):
    rows = [
        event("区农牧局", 48, DAY, title="农牧民培训班", place="某镇"),
        event("区科协", 48, DAY, title="2023年农牧民培训班", place="某镇文化站"),
        event("区教育局", 120, DAY, title="科普讲座", place="友谊社区"),
        event("区妇联", 118, DAY, title="科普讲座活动", place="友谊社区"),
        event("团区委", 60, DAY, title="科普讲座", place="新光村"),
        event("区民政局", 75, DAY + dt.timedelta(days=1), title="养老知识宣传", place="新光村"),
    ]
    units = {frozenset(rows[n]["unit"] for n in group) for group in groups(frame_of(*rows), PLAN)}
    shuffled = [rows[n] for n in order]
    again = {frozenset(shuffled[n]["unit"] for n in group) for group in groups(frame_of(*shuffled), PLAN)}
    assert again == units
    assert len(units) == 2


def test_scores_lie_between_nothing_and_certainty():
    events = frame_of(event("区农牧局", 48, DAY, place="某镇"), event("区科协", 48, DAY, place="某镇"))
    [(one, other, score)] = candidates(events, PLAN)
    assert (one, other) == (0, 1)
    assert 0 < score <= 1


def test_precision_and_recall_on_a_labelled_set_stay_above_their_floors():
    found = measured(seed=7, size=300)
    assert found["本工具"]["precision"] > 0.85
    assert found["本工具"]["recall"] > 0.9
    assert found["本工具"]["f1"] > found["标题与日期完全相同"]["f1"] + 0.4
