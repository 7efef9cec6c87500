"""A survey answers only the indicators that name what it estimates, and of whom (figures: cases/plan, twolevels)."""

import datetime as dt

import pytest

from kepu_eval.evaluation import SurveyResult
from kepu_eval.plan import SurveyEstimate
from tests.evaluation.builders import PLAN, indicator
from tests.evaluation.builders import judged as evaluated


def result(estimate, **more):
    return SurveyResult(estimate=estimate, se=0.5, ci_low=estimate - 1, ci_high=estimate + 1, n=1000, deff=1.5,
                        published=dt.date(2023, 10, 1), label="区级调查", source="调查.csv", **more)  # fmt: skip


def judged(name, target, survey, estimate=None):
    """Row of a second level indicator of that name beside the plan's own."""
    own = PLAN.indicator("Q01")
    other = own.model_copy(update={"id": "Q91", "name": name, "target": target, "survey": estimate})
    plan = PLAN.model_copy(update={"indicators": (*PLAN.indicators, other)})
    found = evaluated(plan=plan, survey=survey)
    return indicator(found, "Q01"), indicator(found, "Q91")


@pytest.mark.parametrize(
    ("name", "target"),
    [("农村居民具备科学素质的比例", 7), ("居民健康素养水平", 33), ("公民具备健康素养比例", 15)],
)
def test_what_the_survey_does_not_measure_is_unknown(name, target):
    own, other = judged(name, target, result(18.0))
    assert (own["value"], own["rating"]) == (18.0, "完成")
    assert other["rating"] == "数据不足"
    assert other["value"] != other["value"]
    assert "没有估计" in other["verdict"]
    assert name in other["missing"][0]


def test_a_group_that_the_plan_names_has_its_own_estimate():
    rural = SurveyEstimate(outcome="公民具备科学素质的比例", group="城乡", value="农村")
    survey = result(18.0, groups={("城乡", "农村"): result(5.0)})
    _, other = judged("农村居民具备科学素质的比例", 7, survey, rural)
    assert (other["value"], other["verdict"]) == (5.0, "未达到·统计确认")
    _, other = judged("农村居民具备科学素质的比例", 7, result(18.0), rural)
    assert other["rating"] == "数据不足"
