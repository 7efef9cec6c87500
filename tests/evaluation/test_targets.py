"""Every kind of target with every requirement that plans write: figures worked by hand, in the smallest plan there is."""

import datetime as dt

import pytest

from kepu_eval.evaluation import SurveyResult, evaluate
from kepu_eval.evaluation.dispatch import indicator_positions
from kepu_eval.plan import Indicator
from kepu_eval.returns import unit_sheets
from kepu_eval.supervision.rectification import condition_text, raise_items
from tests.evaluation.builders import (
    END,
    MIDTERM,
    PLAN,
    indicator,
    observation,
    plan_of,
    returns,
    school,
    yearly,
)

SMALL = plan_of("Q10")
TASK = SMALL.tasks[0].model_copy(update={"responsible": ("区卫健委",)})
SAID = {"id": "Q10", "name": "指标", "short_name": "指标", "kind": "stock_at_horizon", "task": TASK.number, "unit": "个",
        "target": 10, "operator": ">=", "period": "year", "horizon": "2025-12-31"}  # fmt: skip
LEAD, OTHER = "区科协", "区卫健委"


def rated(rows, stage="midterm", day=None, survey=None, schools=(), **said):
    """Row of the one indicator of a plan whose one task 区科协 leads and 区卫健委 is responsible for."""
    plan = SMALL.model_copy(update={"indicators": (Indicator.model_validate(SAID | said),), "tasks": (TASK,)})
    units = tuple(unit for unit in PLAN.units if unit.name in (LEAD, OTHER))
    plan = plan.model_copy(update={"units": units, "groups": ()})
    told = returns(rows, schools=list(schools))
    day = day or (END if stage == "final" else MIDTERM)
    return indicator(evaluate(plan, told, day, stage, survey), "Q10")


def of(unit, *values, **more):
    return yearly("Q10", *values, unit=unit, **more)


def periods(labels, values, unit=LEAD):
    return [observation("Q10", label, value, unit=unit) for label, value in zip(labels, values, strict=True)]


@pytest.mark.parametrize(
    ("operator", "target", "values", "mid", "final"),
    [
        (
            "<=",
            100,
            [20, 20, 20],
            "达到序时",
            None,
        ),  # 60 of 100 in three of five years: just what may be used up
        ("<=", 100, [20, 20, 23], "基本达到序时", None),  # 60 ÷ 63 = 0.952
        ("<=", 100, [40, 40, 40], "严重滞后", None),  # 60 ÷ 120 = 0.5
        ("<=", 100, [20, 20, 20, 20, 20], None, "完成"),
        ("<=", 100, [20, 20, 20, 20, 25], None, "基本完成"),  # 100 ÷ 105 = 0.952
        ("<", 100, [20, 20, 20, 20, 20], None, "基本完成"),  # nearly, and never met
        (">", 100, [20, 20, 20, 20, 20], None, "基本完成"),
        (">", 100, [20, 20, 20, 20, 21], None, "完成"),
        ("range", 30, [10, 10, 10, 5, 5], None, "完成"),  # 40 of 30 to 50
        ("range", 30, [10, 10, 10, 15, 15], None, "未完成"),  # 50 ÷ 60 = 0.83
    ],
)
def test_a_sum_over_the_years_against_any_bound(operator, target, values, mid, final):
    said = {"kind": "cumulative", "operator": operator, "target": target}
    said |= {"target_high": 50} if operator == "range" else {}
    rows = [*of(LEAD, *values), *of(OTHER, *[0] * len(values))]
    assert rated(rows, "final" if final else "midterm", **said)["rating"] == (final or mid)


def test_an_unknown_year_can_pass_a_ceiling_and_cannot_lower_a_sum():
    said = {"kind": "cumulative", "operator": "<=", "target": 100}
    row = rated([*of(LEAD, 20, 20, None), *of(OTHER, 0, 0, 0)], **said)
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "严重滞后", "达到序时")
    row = rated([*of(LEAD, 200, 200, None), *of(OTHER, 0, 0, 0)], **said)
    assert row["rating"] == "严重滞后"  # whatever the third year holds


@pytest.mark.parametrize(
    ("operator", "high", "values", "rating", "share"),
    [("<=", None, [9, 10, 8, 7, 6], "完成", 1), ("<=", None, [9, 11, 8, 7, 6], "基本完成", 0.8), ("<=", None, [30, 30, 30, 9, 9], "未完成", 0.4),
     (">", None, [11, 12, 11, 10, 11], "基本完成", 0.8), ("range", 12, [10, 11, 12, 10, 11], "完成", 1)],
)  # fmt: skip
def test_every_year_against_any_bound(operator, high, values, rating, share):
    said = {"kind": "annual", "operator": operator, "target_high": high}
    row = rated([*of(LEAD, *values), *of(OTHER, *[0] * 5)], "final", **said)
    assert (row["rating"], row["share"]) == (rating, share)
    if operator == "<=":
        assert row["value"] == max(values)  # the year that is furthest off


def test_one_year_unknown_of_a_yearly_ceiling_leaves_the_final_open():
    said = {"kind": "annual", "operator": "<="}
    row = rated([*of(LEAD, 9, 10, 8, 7, None), *of(OTHER, *[0] * 5)], "final", **said)
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "未完成", "完成")
    row = rated([*of(LEAD, 9, 10, 11, 7, None), *of(OTHER, *[0] * 5)], "final", **said)
    assert (row["rating_low"], row["rating_high"]) == ("未完成", "基本完成")  # 4 of 5 years, 50 ÷ 37 at best


@pytest.mark.parametrize(
    ("period", "labels", "due"),
    [
        ("month", [f"{y}年{m}月" for y in (2021, 2022, 2023) for m in range(1, 13)], 36),
        ("quarter", [f"{y}年{q}季度" for y in (2021, 2022, 2023) for q in "一二三四"], 12),
        ("half_year", [f"{y}年{h}半年" for y in (2021, 2022, 2023) for h in "上下"], 6),
        ("two_years", ["2021—2022年"], 1),
    ],
)
def test_periods_other_than_years(period, labels, due):
    said = {"kind": "annual", "period": period, "target": 1}
    quiet = periods(labels, [0] * due, unit=OTHER)
    row = rated([*periods(labels, [1] * due), *quiet], **said)
    assert (row["rating"], row["verdict"]) == ("达到序时", f"每期达标（{due}/{due}期）")
    row = rated([*periods(labels, [1] * (due - 1) + [0]), *quiet], **said)
    assert row["share"] == pytest.approx((due - 1) / due)


def test_a_rank_has_no_nearly():
    """Third wanted: fourth is not nearly third; on the way from ninth, three of six places gone in 3/5 of the time."""
    said = {"operator": "rank", "target": 3, "unit": "位"}
    assert rated(of(LEAD, 9, 8, 7, 5, 3), "final", **said)["rating"] == "完成"
    assert rated(of(LEAD, 9, 8, 7, 5, 4), "final", **said)["rating"] == "未完成"
    base = {"baseline": {"year": 2020, "value": 9}}
    assert rated(of(LEAD, 8, 7, 6), **said, **base)["rating"] == "滞后"  # 0.5 ÷ 0.6 = 0.83
    assert rated(of(LEAD, 8, 7, 6), **said)["rating"] == "正在推进"
    row = rated(of(LEAD, 8, 7, 2), **said)
    assert (row["rating"], row["verdict"]) == ("达到序时", "2023年末数对照要求：进入前3位，已达到要求")


def test_a_level_above_that_of_others():
    """The average of the country was 14 in 2023: two points above it is 16."""
    said = {
        "operator": ">=",
        "target": 2,
        "unit": "%",
        "reference": {"name": "全国平均", "values": {2023: 14}},
    }
    row = rated(of(LEAD, 12, 14, 16), **said)
    assert (row["goal"], row["rating"]) == (16, "达到序时")
    assert row["verdict"] == "2023年末数对照要求：不低于16%（全国平均14%），已达到要求"
    assert rated(of(LEAD, 12, 14, 15.2), **said)["rating"] == "基本达到序时"  # 15.2 ÷ 16 = 0.95
    row = rated(of(LEAD, 12, 14, 16, 17, 18), "final", **said)
    assert (row["rating"], row["verdict"]) == ("数据不足", "缺全国平均2025年的数，无法比较")
    above = {
        "operator": ">",
        "target": None,
        "unit": "%",
        "reference": {"name": "全国平均", "values": {2023: 14}},
    }
    assert rated(of(LEAD, 12, 14, 14), **above)["rating"] == "基本达到序时"


def test_a_ratio_of_two_units_figures():
    """30 of 区科协's 600 is 5 %; the other unit's figure is its own to tell."""
    parts = [{"id": "a", "name": "参加人数", "unit": "人", "role": "numerator"},
             {"id": "b", "name": "总人数", "unit": "人", "role": "denominator", "by": OTHER}]  # fmt: skip
    said = {"unit": "%", "target": 5, "measures": parts}
    rows = [*of(LEAD, 10, 20, 30, measure="a"), *of(OTHER, 500, 600, 600, measure="b")]
    row = rated(rows, **said)
    assert (row["value"], row["rating"], row["formula"]) == (5, "达到序时", "2023年末数之比")
    row = rated(rows[:5], **said)
    assert row["rating"] == "数据不足"
    assert any(OTHER in gap for gap in row["missing"])


def test_a_target_shared_out_among_units():
    """60 and 40: what one does beyond its share makes up for nobody."""
    shares = [{"unit": LEAD, "target": 60}, {"unit": OTHER, "target": 40}]
    said = {"kind": "cumulative", "target": 100, "shares": shares}
    met = [*of(LEAD, 12, 12, 12, 12, 12), *of(OTHER, 8, 8, 8, 8, 8)]
    assert rated(met, "final", **said)["rating"] == "完成"
    other = [*of(LEAD, 30, 30, 30, 0, 0), *of(OTHER, 10, 5, 5, 5, 5)]  # 120 in all, and 60 + 30 of 100
    row = rated(other, "final", **said)
    assert (row["value"], row["rating"]) == (120, "基本完成")
    assert "区卫健委30（分担40）" in row["verdict"]
    assert rated([*of(LEAD, 30, 30, 30), *of(OTHER, 4, 4, 4)], **said)["rating"] == "滞后"  # 36 + 12 of 60
    row = rated(of(LEAD, 12, 12, 12, 12, 12), "final", **said)
    assert row["rating"] == "数据不足"
    yearly_said = {"kind": "annual", "target": 20, "shares": [{"unit": LEAD, "target": 12}, {"unit": OTHER, "target": 8}]}  # fmt: skip
    assert rated([*of(LEAD, 12, 20, 12), *of(OTHER, 8, 5, 9)], **yearly_said)["share"] == pytest.approx(2 / 3)


def test_a_horizon_beyond_the_plan_is_judged_by_the_pace_or_by_the_milestone_at_its_end():
    """From 0 to 30 in 2021 to 2035: five of fifteen years are a third."""
    said = {"target": 30, "horizon": "2035-12-31"}
    row = rated(of(LEAD, 2, 4, 6, 8, 10), "final", **said)
    assert (row["rating"], row["time_share"]) == ("达到序时", pytest.approx(1 / 3))
    steps = {"milestones": [{"year": 2025, "target": 12}]}
    assert rated(of(LEAD, 2, 4, 6, 8, 12), "final", **said, **steps)["rating"] == "完成"
    assert rated(of(LEAD, 2, 4, 6, 8, 10), "final", **said, **steps)["rating"] == "未完成"  # 10 ÷ 12
    assert rated(of(LEAD, 2, 4, 6), "midterm", **said, **steps)["rating"] == "严重滞后"


def survey(estimate):
    return SurveyResult(estimate=estimate, se=0.5, ci_low=estimate - 1, ci_high=estimate + 1, n=1000, deff=1.5,
                        published=dt.date(2023, 10, 1), label="调查", source="调查.csv", outcome="指标")  # fmt: skip


@pytest.mark.parametrize(
    ("estimate", "said", "stage", "rating"),
    [
        (15.0, {"operator": ">", "target": 15}, "final", "数据不足"),  # 14 to 16: not above 15, by less than its error
        (16.0, {"operator": ">", "target": 15}, "final", "基本完成"),  # the lower limit touches and does not pass
        (16.1, {"operator": ">", "target": 15}, "final", "完成"),
        (20.0, {"operator": "<=", "target": 21}, "final", "完成"),  # 吸烟率, 19 to 21
        (20.5, {"operator": "<=", "target": 21}, "final", "基本完成"),
        (23.0, {"operator": "<=", "target": 21}, "final", "未完成"),
        (20.0, {"operator": "<=", "target": 21}, "midterm", "达到序时"),
        (16.0, {"operator": ">=", "target": 25, "horizon": "2035-12-31", "milestones": [{"year": 2025, "target": 15}]}, "final", "完成"),
        (16.0, {"operator": ">", "target": None, "reference": {"name": "全国平均", "values": {2025: 14.9}}}, "final", "完成"),
    ],
)  # fmt: skip
def test_a_surveys_level_against_any_bound(estimate, said, stage, rating):
    row = rated([], stage, None, survey(estimate), kind="level_at_horizon", unit="%", **said)
    assert row["rating"] == rating


STREETS = {
    "entities": "街道",
    "entity_types": (),
    "measures": [{"id": "n", "name": "站点数", "unit": "个"}],
    "target": 1,
}


def street(name, value, period="stock"):
    return observation("Q10", period, value, unit=LEAD, measure="n", entity=name)


def test_nothing_at_all_may_be_wanted():
    """零事故: none is kept, one is not, in a sum and in every year."""
    for kind in ("cumulative", "annual"):
        said = {"kind": kind, "operator": "<=", "target": 0}
        quiet = of(OTHER, 0, 0, 0)
        assert rated([*of(LEAD, 0, 0, 0), *quiet], **said)["rating"] == "达到序时"
        assert rated([*of(LEAD, 0, 1, 0), *quiet], **said)["rating"] in ("严重滞后", "滞后")


def test_every_street_of_a_roster():
    names = [school("甲街道", ""), school("乙街道", "")]
    said = STREETS | {"kind": "every_entity", "period": None}
    row = rated([street("甲街道", 2), street("乙街道", 1)], schools=names, **said)
    assert (row["rating"], row["verdict"]) == ("完成", "2个街道中2个达标")
    row = rated([street("甲街道", 2), street("乙街道", 0)], "final", schools=names, **said)
    assert (row["rating"], row["value_label"]) == ("未完成", "达标街道占比")
    row = rated([street("甲街道", 2)], schools=names, **said)
    assert row["rating"] == "数据不足"
    assert "区科协未报街道明细" in rated([], **said)["verdict"]


def test_every_street_in_every_quarter():
    names, quarters = (
        [school("甲街道", "")],
        [f"{y}年{q}季度" for y in (2021, 2022, 2023) for q in "一二三四"],
    )
    said = STREETS | {"kind": "per_entity_per_period", "period": "quarter"}
    row = rated([street("甲街道", 1, label) for label in quarters], schools=names, **said)
    assert (row["rating"], row["verdict"]) == ("达到序时", "12个街道季度中12个达标")


def test_a_ceiling_for_every_entry():
    names = [school("甲街道", ""), school("乙街道", "")]
    said = STREETS | {"kind": "every_entity", "period": None, "operator": "<=", "target": 3}
    assert (
        rated([street("甲街道", 3), street("乙街道", 0)], "final", schools=names, **said)["rating"] == "完成"
    )
    assert (
        rated([street("甲街道", 4), street("乙街道", 0)], "final", schools=names, **said)["rating"]
        == "未完成"
    )


def small(**said):
    return SMALL.model_copy(
        update={"indicators": (Indicator.model_validate(SAID | said),), "tasks": (TASK,), "groups": (),
                "units": tuple(unit for unit in PLAN.units if unit.name in (LEAD, OTHER))}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "rows", "condition", "words"),
    [
        ({"kind": "stock_at_horizon", "operator": "<=", "target": 10}, of(LEAD, 20, 20, 20), "value_at_most", "现值不高于10个"),
        ({"kind": "annual", "operator": "<", "target": 10}, of(LEAD, 20, 20, 21), "later_at_most", "此后到期的各期均不高于10个"),
        ({"kind": "trend", "operator": "decreasing", "target": None}, [observation("Q10", "baseline", 5, unit=LEAD), *of(LEAD, 6, 7, 8)],
         "fall", "此后到期的各期均比上一期下降"),
    ],
)  # fmt: skip
def test_rectification_asks_for_less_where_less_is_better(said, rows, condition, words):
    plan = small(**said)
    promised = TASK.commitments[0].model_copy(update={"indicator": "Q10", "type": "quant"})
    plan = plan.model_copy(update={"tasks": (TASK.model_copy(update={"commitments": (promised,)}),)})
    told = evaluate(
        plan, returns([*rows, *of(OTHER, 0, 0, 0)] if said["kind"] == "annual" else rows), MIDTERM, "midterm"
    )
    item = raise_items(told, plan, "test")[0]
    assert item.condition == condition
    assert condition_text(item).startswith(words)


def test_the_dispatch_tells_a_levels_direction_at_the_years_end_and_of_a_ceiling_at_each_quarter():
    level = small(operator="<=", target=10)
    rows, _ = indicator_positions(level, returns(of(LEAD, 20, 20, 9)), MIDTERM)
    assert (rows.loc[0, "position"], rows.loc[0, "expected"]) == ("达到序时", 10)
    rows, _ = indicator_positions(level, returns(of(LEAD, 20, 20, 9)), dt.date(2023, 9, 30))
    assert rows.loc[0, "position"] == "未到期"
    ceiling = small(kind="annual", operator="<=", target=100)
    for used, position in (
        (75, "达到序时"),
        (80, "基本达到序时"),
        (150, "严重滞后"),
    ):  # 75 by the third quarter
        told = returns([*of(LEAD, 20, 20, used), *of(OTHER, 0, 0, 0)])
        rows, _ = indicator_positions(ceiling, told, dt.date(2023, 9, 30))
        assert rows.loc[0, "position"] == position


def test_a_joint_lead_is_asked_all_that_a_lead_is_asked():
    joint = TASK.model_copy(
        update={"lead": TASK.lead.model_copy(update={"joint": (OTHER,)}), "responsible": ()}
    )
    plan = small(kind="annual").model_copy(update={"tasks": (joint,), "rounds": PLAN.rounds})
    assert plan.duties(OTHER) == ((joint, "牵头"),)
    rows = unit_sheets.sheets(plan, plan.unit(OTHER), "2023-midterm")[0].rows
    assert [(row.labels["duty"], len(row.required)) for row in rows] == [("必报", 3)]
    of_both = small(kind="annual", target=30).model_copy(update={"tasks": (joint,)})
    row = indicator(evaluate(of_both, returns(of(LEAD, 20, 20, 20)), MIDTERM, "midterm"), "Q10")
    assert row["rating"] == "数据不足"
    assert row["missing"]
    assert all(gap.startswith(OTHER) and "选报" not in gap for gap in row["missing"])
