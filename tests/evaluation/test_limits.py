"""Ceilings, ranges, strict bounds, milestones, changes against a baseline, decreasing trends: figures worked by hand."""

import datetime as dt

import pytest

from kepu_eval.plan import Indicator
from tests.evaluation.builders import END, MIDTERM, PLAN, indicator, judged, observation, yearly

SAID = {"id": "Q10", "name": "指标", "short_name": "指标", "kind": "stock_at_horizon", "task": 23, "unit": "‰", "target": 10,
        "operator": "<=", "period": "year", "horizon": "2025-12-31"}  # fmt: skip


def rated(values, stage="midterm", **said):
    """Row of Q10 replaced by an indicator of other wording, with year-end levels of the lead (区科协)."""
    other = Indicator.model_validate(SAID | said)
    plan = PLAN.model_copy(
        update={"indicators": tuple(other if i.id == "Q10" else i for i in PLAN.indicators)}
    )
    day = END if stage == "final" else MIDTERM
    return indicator(judged(yearly("Q10", *values, unit="U02"), plan=plan, as_of=day, stage=stage), "Q10")


@pytest.mark.parametrize(
    ("operator", "level", "mid", "final"),
    [
        ("<=", 10.0, "达到序时", "完成"),
        ("<", 10.0, "基本达到序时", "基本完成"),  # nearly, and never met
        ("<=", 12.0, "滞后", "未完成"),  # 10 ÷ 12 = 0.83
        ("<=", 10.5, "基本达到序时", "基本完成"),  # 10 ÷ 10.5 = 0.952
        (">", 10.0, "基本达到序时", "基本完成"),
        (">", 10.1, "达到序时", "完成"),
    ],
)
def test_a_level_is_judged_in_its_own_direction(operator, level, mid, final):
    assert rated([14, 13, level], operator=operator)["rating"] == mid
    row = rated([14, 13, 12, 11, level], "final", operator=operator)
    assert row["rating"] == final
    assert row["value"] == level


def test_a_mortality_above_its_ceiling_is_never_done():
    row = rated([5.0, 6.0, 12.0], target=11.4, unit="%")
    assert row["rating"] == "基本达到序时"  # 11.4 ÷ 12 = 0.95
    assert "要求：不超过11.4%，尚未达到要求" in row["verdict"]
    assert rated([5, 6, 6, 6, 30.0], "final", target=11.4, unit="%")["rating"] == "未完成"


@pytest.mark.parametrize(
    ("level", "rating"), [(3, "完成"), (5, "完成"), (2, "未完成"), (6, "未完成"), (4.0, "完成")]
)
def test_a_range_is_met_inside_only(level, rating):
    row = rated([1, 2, 2, 2, level], "final", operator="range", target=3, target_high=5, unit="个")
    assert row["rating"] == rating


def test_from_a_baseline_the_way_gone_is_held_against_the_time():
    """From 14 to 10 in five years: after three of them 2.4 of the 4 should be gone."""
    base = {"year": 2020, "value": 14}
    assert (
        rated([14, 13, 11.6], baseline=base)["rating"] == "达到序时"
    )  # (14 − 11.6) ÷ 4 = 0.6, 0.6 ÷ 0.6 = 1
    assert rated([14, 13, 12.0], baseline=base)["rating"] == "滞后"  # 0.5 ÷ 0.6 = 0.83
    assert rated([14, 14, 15.0], baseline=base)["rating"] == "严重滞后"


def test_a_milestone_that_is_due_is_what_counts():
    points = {"operator": ">=", "target": 63, "unit": "岁", "milestones": [{"year": 2023, "target": 62.3}]}
    assert rated([61, 62, 62.3], **points)["rating"] == "达到序时"
    row = rated([61, 62, 62.0], **points)
    assert row["rating"] == "基本达到序时"  # 62 ÷ 62.3 = 0.995
    assert row["goal"] == 62.3
    assert (
        rated([61, 62, 62.3, 62.5, 62.9], "final", **points)["rating"] == "基本完成"
    )  # the horizon's 63 by then


CHANGE = {
    "kind": "rate_of_change",
    "unit": "%",
    "period": None,
    "measures": [{"id": "n", "name": "年末数", "unit": "件"}],
}


def series(values, stage, **said):
    other = Indicator.model_validate(SAID | CHANGE | said)
    plan = PLAN.model_copy(
        update={"indicators": tuple(other if i.id == "Q10" else i for i in PLAN.indicators)}
    )
    rows = yearly("Q10", *values, unit="U02", measure="n")
    day = END if stage == "final" else MIDTERM
    return indicator(judged(rows, plan=plan, as_of=day, stage=stage), "Q10")


def test_a_change_against_a_baseline():
    """600 件 in 2020 less a sixth is 500; a little above is not enough."""
    fall = {"operator": "<=", "target": -16.6666, "baseline": {"year": 2020, "value": 600}}
    assert series([590, 570, 550, 520, 500], "final", **fall)["rating"] == "完成"
    assert series([590, 570, 550, 520, 501], "final", **fall)["rating"] == "基本完成"


def test_an_average_yearly_growth_is_not_a_trend():
    """5 % a year from 1000 in 2020 is 1000 × 1.05³ = 1157.625 by 2023: rising every year to 1003 is not it."""
    growth = {"operator": ">=", "target": 5, "period": "year", "baseline": {"year": 2020, "value": 1000}}
    row = series([1001, 1002, 1003], "midterm", **growth)
    assert row["goal"] == pytest.approx(1157.625)
    assert row["rating"] == "严重滞后"  # (1003 − 1000) ÷ 157.625 of the way
    assert series([1050, 1103, 1158], "midterm", **growth)["rating"] == "达到序时"


def test_what_is_not_known_may_be_anything():
    row = rated([14, 13])
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "严重滞后", "达到序时")


@pytest.mark.parametrize(
    ("values", "operator", "rating"),
    [((7.35, 7.0, 6.8, 6.5), "decreasing", "达到序时"), ((4.82, 6.2, 6.0, 5.9), "decreasing", "滞后"),
     ((4.82, 6.2, 6.3, 6.4), "decreasing", "严重滞后"), ((4.82, 6.2, 6.3, 6.4), "increasing", "达到序时")],
)  # fmt: skip
def test_where_less_is_better_a_rise_is_no_improvement(values, operator, rating):
    other = Indicator.model_validate(SAID | {"kind": "trend", "target": None, "operator": operator})
    plan = PLAN.model_copy(
        update={"indicators": tuple(other if i.id == "Q10" else i for i in PLAN.indicators)}
    )
    rows = [observation("Q10", "baseline", values[0], unit="U02"), *yearly("Q10", *values[1:], unit="U02")]
    row = indicator(judged(rows, plan=plan, as_of=dt.date(2023, 12, 31)), "Q10")
    assert row["rating"] == rating


def test_a_new_definition_breaks_the_line_and_says_so():
    said = SAID | {"kind": "trend", "target": None, "operator": "increasing",
                   "definitions": [{"since": "2022-06-01", "text": "只计本地注册"}]}  # fmt: skip
    other = Indicator.model_validate(said)
    plan = PLAN.model_copy(
        update={"indicators": tuple(other if i.id == "Q10" else i for i in PLAN.indicators)}
    )
    rows = [observation("Q10", "baseline", 100, unit="U02"), *yearly("Q10", 110, 60, 66, unit="U02")]
    row = indicator(judged(rows, plan=plan, as_of=MIDTERM), "Q10")
    assert (row["rating"], row["formula"]) == ("达到序时", "2÷2")  # 110 to 60 is no fall
    assert "2022年口径变更，与上年不可比" in row["verdict"]


def test_a_ceiling_kept_without_evidence_is_capped_and_not_taken_for_kept():
    other = Indicator.model_validate(SAID)
    plan = PLAN.model_copy(
        update={"indicators": tuple(other if i.id == "Q10" else i for i in PLAN.indicators)}
    )
    rows = yearly("Q10", 9, 8, 7, unit="U02", evidence=())
    assert indicator(judged(rows, plan=plan, as_of=MIDTERM), "Q10")["rating"] == "正在推进"
