"""What a design refuses, what it leaves missing, and what no estimate may depend on."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.survey import SurveyDesign, SurveyError

PEOPLE = pd.DataFrame(
    {
        "y": [1, 0, 1, 1, 0, 0, 1, 0],
        "w": [1.0, 2, 3, 4, 5, 6, 7, 8],
        "s": list("aaaabbbb"),
        "p": [1, 1, 2, 2, 1, 1, 2, 2],
        "N": [20] * 4 + [10] * 4,
        "g": list("xyxyxyxx"),
    }
)


def design(frame=PEOPLE, **options):
    return SurveyDesign(frame, "w", "s", "p", **options)


@pytest.mark.parametrize("weight", [0, -1])
def test_zero_and_negative_weights_are_refused(weight):
    with pytest.raises(SurveyError, match="有1个权重为零或负数，请核对权重列“w”"):
        design(PEOPLE.assign(w=[weight, 2, 3, 4, 5, 6, 7, 8]))


@pytest.mark.parametrize("column", ["w", "s", "p"])
def test_missing_weights_strata_and_psus_are_refused(column):
    with pytest.raises(SurveyError, match=f"列“{column}”有1个缺失值"):
        design(PEOPLE.astype(object).assign(**{column: [None, *PEOPLE[column][1:]]}))


def test_a_stratum_with_one_psu_is_refused_unless_a_rule_is_named():
    lonely = PEOPLE.assign(p=[1, 1, 1, 1, 1, 1, 2, 2])
    with pytest.raises(SurveyError, match="层a只有一个初级抽样单位"):
        design(lonely)
    removed = design(lonely, lonely="remove").mean("y")["se"].item()
    adjusted = design(lonely, lonely="adjust").mean("y")["se"].item()
    assert 0 < removed < adjusted


def test_a_psu_in_two_strata_is_refused_when_psus_are_not_nested():
    with pytest.raises(SurveyError, match="跨层"):
        design(nest=False).mean("y")


@pytest.mark.parametrize(
    ("population", "message"),
    [
        ([20, 21, 20, 20] + [10] * 4, "同层内不一致"),
        ([1] * 8, None),
        ([1.5] * 8, "小于样本单位数"),
        ([0] * 8, "应全部是"),
    ],
)
def test_populations_of_psus_are_checked(population, message):
    frame = PEOPLE.assign(N=population)
    if message is None:  # a fraction of 1 is a census: no sampling error
        assert design(frame, fpc="N").mean("y")["se"].item() == 0
    else:
        with pytest.raises(SurveyError, match=message):
            design(frame, fpc="N").mean("y")


def test_a_finite_population_shrinks_the_variance_of_each_stratum():
    """By hand: with N = 20 and 10 PSUs and 2 drawn in each, the strata's variances shrink by 0.9 and 0.8."""
    totals = {"a": (1.0, 7.0), "b": (0.0, 7.0)}  # weighted y of the two PSUs
    without = sum(2 * ((x - z) / 2) ** 2 * 2 for x, z in totals.values())
    corrected = 0.9 * 4 * 3.0**2 + 0.8 * 4 * 3.5**2
    assert design().total("y")["se"].item() == pytest.approx(math.sqrt(without))
    assert design(fpc="N").total("y")["se"].item() == pytest.approx(math.sqrt(corrected))


def test_an_empty_domain_is_missing_and_not_zero():
    groups = pd.Categorical(PEOPLE["g"], categories=["x", "y", "z"])
    empty = design(PEOPLE.assign(g=groups)).total("y", by="g").set_index("group").loc["z"]
    assert empty["n"] == 0
    assert empty[["estimate", "se", "ci_low", "ci_high"]].isna().all()


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("method", ["logit", "wilson", "mean", "asin", "xlogit"])
def test_a_share_of_0_or_1_has_no_interval(share, method):
    row = design(PEOPLE.assign(y=share)).proportion("y", method=method).iloc[0]
    assert row["estimate"] == share
    assert math.isnan(row["ci_low"])
    assert math.isnan(row["ci_high"])


def test_beta_bounds_a_share_of_0_on_the_effective_sample_size():
    """By hand: Kish n = 36² / 204 = 6.35; Clopper–Pearson's upper limit at 0 is 1 − 0.025^(1/n)."""
    row = design(PEOPLE.assign(y=0)).proportion("y", method="beta").iloc[0]
    assert row["ci_low"] == 0
    assert row["ci_high"] == pytest.approx(1 - 0.025 ** (204 / 36**2))


def test_a_domain_absent_from_a_stratum_keeps_the_design():
    frame = PEOPLE.assign(g=["x"] * 4 + ["y"] * 4)
    found = design(frame).mean("y", by="g").set_index("group")
    assert found["df"].tolist() == [1, 1]
    assert found["n"].tolist() == [4, 4]


def test_missing_answers_leave_the_estimate_but_not_the_design():
    holes = PEOPLE.assign(y=[1, None, 1, 1, 0, None, 1, 0])
    assert design(holes).mean("y")["n"].item() == 6
    assert design(holes).df == 2


@pytest.mark.parametrize("values", [[2, 0, 1, 1, 0, 0, 1, 0], [0.5] * 8])
def test_a_share_needs_zeros_and_ones(values):
    with pytest.raises(SurveyError, match="0、1以外的值"):
        design(PEOPLE.assign(y=values)).proportion("y")


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(8)), scale=st.floats(0.01, 1000))
def test_neither_the_order_of_rows_nor_the_scale_of_weights_matters(order, scale):
    moved = PEOPLE.iloc[list(order)].assign(w=lambda f: f["w"] * scale)
    columns = ["estimate", "se", "ci_low", "ci_high", "deff"]
    known, found = (design(frame).proportion("y", by="g")[columns] for frame in (PEOPLE, moved))
    np.testing.assert_allclose(found, known, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.integers(-50, 50), min_size=8, max_size=8))
def test_totals_of_domains_add_up_to_the_total(values):
    frame = PEOPLE.assign(y=values)
    assert design(frame).total("y", by="g")["estimate"].sum() == pytest.approx(
        design(frame).total("y")["estimate"].item(), abs=1e-9
    )
