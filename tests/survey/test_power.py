"""Sample sizes against the worked examples of the evaluation (E8), and against drawing samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.survey import SurveyError, chance_to_confirm, half_width, power_curve, size_to_confirm


def test_a_national_sample_says_little_about_a_prefecture():
    assert half_width(0.15, 690, deff=2) == pytest.approx(0.038, abs=5e-4)


def test_confirming_15_6_against_15_percent_needs_22480():
    assert size_to_confirm(0.156, 0.15, deff=1.6) == 22480


def test_the_interval_of_e8():
    low, high = power_curve(0.156, 0.15, [1000], deff=1.6).loc[0, ["ci_low", "ci_high"]]
    assert (round(low, 4), round(high, 4)) == (0.1276, 0.1844)


def test_the_chance_is_that_of_drawing_samples():
    n, truth, goal = 4000, 0.17, 0.15
    p = np.random.default_rng(7).binomial(n, truth, size=20000) / n
    confirmed = (p - 1.959964 * np.sqrt(p * (1 - p) / n) >= goal).mean()
    assert chance_to_confirm(truth, goal, n) == pytest.approx(confirmed, abs=0.015)


@given(
    goal=st.floats(0.02, 0.5), more=st.floats(0.005, 0.3), deff=st.floats(0.5, 5), power=st.floats(0.1, 0.95)
)
def test_the_size_has_the_chance_asked_for_and_one_less_has_not(goal, more, deff, power):
    n = size_to_confirm(goal + more, goal, deff, power=power)
    assert chance_to_confirm(goal + more, goal, n, deff) >= power - 1e-9
    if n > 1:
        assert chance_to_confirm(goal + more, goal, n - 1, deff) < power + 1e-9


def test_the_curve_says_the_verdict_class():
    curve = power_curve(0.156, 0.15, [1000, 22480], deff=1.6)
    assert curve["verdict"].tolist() == ["点估计达到·统计未确认", "达到·统计确认"]
    assert curve["power"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: size_to_confirm(0.15, 0.15), "不高于目标"),
        (lambda: size_to_confirm(0.16, 0.15, power=1), "把握度应在0与1之间"),
        (lambda: half_width(15, 690), "百分数请除以100"),
        (lambda: half_width(0.15, 0), "样本量应大于0"),
        (lambda: half_width(0.15, 100, deff=0), "设计效应应大于0"),
        (lambda: half_width(0.15, 100, confidence=1), "置信水平应在0与1之间"),
    ],
)
def test_impossible_questions_are_refused(call, message):
    with pytest.raises(SurveyError, match=message):
        call()
