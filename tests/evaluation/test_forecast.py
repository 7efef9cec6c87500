"""Forecasts: hand-computed lines and intervals, and what counts as a point."""

import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.evaluation.forecast import (
    ABOVE,
    BELOW,
    INSIDE,
    NOT_KEPT,
    against,
    bounded,
    linear_forecast,
    survey_forecast,
    yearly_points,
)
from kepu_eval.evaluation.kinds.goal import Goal
from kepu_eval.plan import TargetKind
from kepu_eval.plan.periods import years
from tests.evaluation.builders import PLAN, event, judged, observation, plan_of, yearly

DUE = years(PLAN)[:3]


def points(kind, *values, more=(), **parts):
    name = "Q08" if kind is TargetKind.CUMULATIVE else "Q10"
    rows = judged([*yearly(name, *values), *more], plan=plan_of(name), **parts).indicator_periods
    found = yearly_points(rows.query("indicator == @name"), DUE, kind)
    return list(zip(found["year"], found["value"], strict=True))


def test_a_line_through_three_years_and_its_prediction_interval():
    # x̄ = 2022, Sxx = 2; ȳ = 20/3, slope = (−1·2 + 0·6 + 1·12)/2 = 5. Fitted 5/3, 20/3, 35/3; residuals 1/3, −2/3, 1/3,
    # their squares sum to 6/9, so s = √(2/3 ÷ 1) = 0.816497. At 2025: 20/3 + 3·5 = 21.6667;
    # root √(1 + 1/3 + 9/2) = √5.83333 = 2.415229; t(0.975, 1) = tan(0.475π) = 12.7062; half = 25.0570.
    row = linear_forecast([2021, 2022, 2023], [2, 6, 12], [2025]).iloc[0]
    half = math.tan(0.475 * math.pi) * math.sqrt(2 / 3) * math.sqrt(1 + 1 / 3 + 9 / 2)
    assert half == pytest.approx(25.0570, abs=1e-4)
    assert row["value"] == pytest.approx(65 / 3)
    assert (row["low"], row["high"]) == pytest.approx((65 / 3 - half, 65 / 3 + half))


def test_a_survey_line_carries_the_sampling_errors_of_its_rounds():
    # Rounds 2019, 2021, 2023 with se 1, 1, 0.5: weights 1, 1, 4. Weighted mean year (2019+2021+4·2023)/6 = 2022,
    # of the level (8 + 9 + 4·10.6)/6 = 59.4/6 = 9.9. Spread 9 + 1 + 4·1 = 14; slope (−3·8 − 1·9 + 4·1·10.6)/14 = 9.4/14.
    # χ²: fitted 7.885714, 9.228571, 10.571429; residuals 0.114286, −0.228571, 0.028571: small, no inflation.
    # At 2025: 9.9 + 3·9.4/14 = 11.914286; variance 1/6 + 9/14 = 0.809524; half = 1.959964·0.899735 = 1.763449.
    row = survey_forecast([2019, 2021, 2023], [8, 9, 10.6], [1, 1, 0.5], [2025]).iloc[0]
    assert row["value"] == pytest.approx(9.9 + 28.2 / 14)
    assert row["high"] - row["value"] == pytest.approx(1.763449, abs=1e-5)


def test_rounds_that_scatter_beyond_their_errors_widen_the_interval():
    # Equal errors 0.1 and values 8, 12, 10 at 2021–2023: slope 1, residuals −1, 2, −1; χ² = 6/0.01 = 600 on 1 degree.
    # Variance at 2025 (1/3 + 9/2)·0.01 · 600 = 29; half = 1.959964·√29 = 10.5547.
    row = survey_forecast([2021, 2022, 2023], [8, 12, 10], [0.1] * 3, [2025]).iloc[0]
    assert row["value"] == pytest.approx(13)
    assert row["high"] - row["value"] == pytest.approx(10.5547, abs=1e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: linear_forecast([2021, 2022], [1, 2], [2025]),
        lambda: linear_forecast([2021, 2021, 2022], [1, 1, 2], [2025]),
        lambda: survey_forecast([2021, 2023], [9, 10], [1, 1], [2025]),
    ],
)
def test_two_years_are_no_line(make):
    with pytest.raises(ValueError, match="至少需要3个年份的数据，现有2个"):
        make()


def test_a_survey_without_sampling_error_is_refused():
    with pytest.raises(ValueError, match="标准误"):
        survey_forecast([2019, 2021, 2023], [8, 9, 10], [1, 0, 1], [2025])


@given(
    st.lists(st.floats(0, 1e5), min_size=3, max_size=6),
    st.floats(0.1, 10),
    st.floats(-1e3, 1e3),
)
def test_units_do_not_matter_and_farther_is_less_certain(values, factor, shift):
    known = 2018 + np.arange(len(values))
    at = [known[-1] + 1, known[-1] + 3]
    plain, other = (linear_forecast(known, y, at) for y in (values, [v * factor + shift for v in values]))
    for name in ("value", "low", "high"):
        assert other[name].to_numpy() == pytest.approx(
            plain[name].to_numpy() * factor + shift, rel=1e-6, abs=1e-3
        )
    width = (plain["high"] - plain["low"]).to_numpy()
    assert width[1] >= width[0] >= 0


def test_cumulative_points_are_running_totals_less_what_was_reported_twice():
    # 380; 380 + (310 + 10 − 10) = 690; 690 + 520 = 1210: a training of 10 that 区科协 reported as well
    day = dt.date(2022, 5, 4)
    twice = [event("区农牧局", 10, day, group="#1"), event("区科协", 10, day, group="#1", main=False)]
    more = [observation("Q08", "2022", 10, unit="区科协")]
    assert points(TargetKind.CUMULATIVE, 380, 310, 520, more=more, events=twice) == [
        (2021, 380), (2022, 690), (2023, 1210),
    ]  # fmt: skip


def test_a_total_ends_where_a_year_is_missing_and_a_level_does_not():
    assert points(TargetKind.CUMULATIVE, 380, None, 520) == [(2021, 380)]
    assert points(TargetKind.STOCK_AT_HORIZON, 8000, None, 14800) == [(2021, 8000), (2023, 14800)]


def test_a_year_that_is_not_over_is_no_point():
    assert [year for year, _ in points(TargetKind.CUMULATIVE, 1, 2, 3, 4, 5)] == [2021, 2022, 2023]


def test_the_possible_bounds_the_line():
    line = pd.DataFrame({"year": [2025], "value": [90.0], "low": [-20.0], "high": [130.0]})
    assert bounded(line, 40, 100).iloc[0].tolist() == [2025, 90, 40, 100]


def test_a_target_at_the_bound_is_reached():
    def stands(operator, target):
        return against(10, 20, Goal(operator, Fraction(str(target))))

    assert [stands(">=", t) for t in (10, 10.1, 20, 20.1)] == [ABOVE, INSIDE, INSIDE, BELOW]
    assert [stands("<=", t) for t in (20, 19.9, 10, 9.9)] == [ABOVE, INSIDE, INSIDE, NOT_KEPT]
