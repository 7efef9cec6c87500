"""What must hold whatever was reported."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.evaluation import robustness
from kepu_eval.evaluation.model import NOT_RATED, Rating, best_first
from tests.evaluation.builders import MIDTERM, PLAN, indicator, judged, observation, plan_of, returns, yearly

COUNTS = st.one_of(st.none(), st.integers(0, 3000))
RATED = [r for r in Rating if r not in NOT_RATED]


def rank(label: str) -> int:
    return best_first(RATED).index(Rating(label))


@settings(max_examples=25, deadline=None)
@given(st.lists(COUNTS, min_size=3, max_size=3))
def test_the_worst_case_is_never_better_than_the_best(values):
    for name in ("Q06", "Q08", "Q10"):
        row = indicator(judged(yearly(name, *values), plan=plan_of(name)), name)
        assert rank(row["rating_low"]) >= rank(row["rating_high"])


@settings(max_examples=25, deadline=None)
@given(st.lists(COUNTS, min_size=3, max_size=3), st.integers(0, 2), st.integers(0, 3000))
def test_learning_a_missing_figure_never_widens_the_bounds(values, place, learnt):
    before = indicator(judged(yearly("Q08", *values), plan=plan_of("Q08")), "Q08")
    if values[place] is not None:
        return
    values[place] = learnt
    after = indicator(judged(yearly("Q08", *values), plan=plan_of("Q08")), "Q08")
    assert rank(after["rating_low"]) <= rank(before["rating_low"])
    assert rank(after["rating_high"]) >= rank(before["rating_high"])


@settings(max_examples=10, deadline=None)
@given(st.permutations(yearly("Q08", 380, 310, 520) + yearly("Q06", 400, 210, 350)))
def test_the_order_of_rows_does_not_matter(rows):
    columns = ["indicator", "value", "rating", "verdict", "formula"]
    found = judged(rows).indicators[columns]
    assert found.equals(judged(sorted(rows, key=lambda r: (r["indicator"], r["period"]))).indicators[columns])


def test_nothing_reported_is_unknown_everywhere_and_zero_nowhere():
    evaluation = judged(absent={unit.name for unit in PLAN.units})
    assert set(evaluation.indicators["rating"]) == {"数据不足"}
    assert evaluation.indicators["value"].isna().all()
    assert set(evaluation.tasks["rating"]) == {"数据不足"}
    assert not evaluation.units["submitted"].any()


def test_a_confirmed_zero_is_not_started_and_a_blank_is_unknown():
    assert indicator(judged(yearly("Q08", 0, 0, 0)), "Q08")["rating"] == "未启动"
    assert indicator(judged(yearly("Q08", None, None, None)), "Q08")["rating"] == "数据不足"


def test_a_first_year_without_figures_is_unknown_and_not_zero():
    june = dt.date(PLAN.meta.first_year, 6, 30)
    row = indicator(judged(as_of=june), "Q08")
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "未启动", "完成")
    assert pd.isna(row["value"])
    assert indicator(judged(yearly("Q08", 0), as_of=june), "Q08")["rating"] == "未启动"


def test_a_silent_contributor_makes_the_figure_a_lower_bound():
    row = indicator(judged(yearly("Q08", 380, 310, 520), absent={"区妇联"}), "Q08")
    assert row["value"] == 1210
    assert row["rating_high"] == "完成"
    assert "区妇联未报送" in row["missing"]


def test_unknown_switches_and_options_are_refused_in_chinese():
    with pytest.raises(ValueError, match=r"没有口径开关“pre_issue”.*pre_issue_years"):
        judged(switches={"pre_issue": "count"})
    with pytest.raises(ValueError, match="没有选项“no”"):
        judged(switches={"pre_issue_years": "no"})


def test_robustness_tells_which_reading_changes_which_class():
    rows = [observation("Q10", "baseline", 6000), *yearly("Q10", 8000, 11000, 14800)]
    frame = robustness(PLAN, returns(rows), MIDTERM)
    changed = frame[frame["changes"]].set_index(["setting", "item"])
    assert changed.loc[("存量指标按水平法还是增量法判进度：增量法", "Q10"), "rating"] == "滞后"


def test_every_commitment_task_and_unit_has_its_row():
    evaluation = judged()
    assert [
        len(f) for f in (evaluation.commitments, evaluation.tasks, evaluation.programmes, evaluation.units)
    ] == [235, 31, 10, 24]
