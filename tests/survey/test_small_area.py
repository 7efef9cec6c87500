"""Fay–Herriot against R's package sae 1.3, by hand where variances are equal, and by simulation.

small_area_sae.csv: mseFH(y ~ x1 + x2, v, method, MAXITER=1000, PRECISION=1e-14) of sae 1.3 in R 4.2.2 on the
simulated areas of data/small_areas.csv.
"""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyError, fay_herriot
from tests.survey.answers import HERE

AREAS = pd.read_csv(HERE / "data" / "small_areas.csv").assign(se=lambda frame: np.sqrt(frame["v"]))
SAE = pd.read_csv(HERE / "small_area_sae.csv")


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_every_figure_is_that_of_sae(method):
    found = fay_herriot(AREAS, "y", "se", ["x1", "x2"], "area", method)
    known = {stat: rows["value"].to_numpy() for stat, rows in SAE[SAE["method"] == method].groupby("stat")}
    assert found.variance == pytest.approx(known["A"][0], rel=1e-8)
    np.testing.assert_allclose(found.coefficients["estimate"], known["coef"], rtol=1e-8)
    np.testing.assert_allclose(found.coefficients["se"], known["se"], rtol=1e-8)
    np.testing.assert_allclose(found.areas["eblup"], known["eblup"], rtol=1e-8)
    np.testing.assert_allclose(found.areas["mse"], known["mse"], rtol=1e-8)


def test_with_equal_variances_and_no_covariates_it_is_stein_by_hand():
    """ψ = 1, y = 1 … 7: mean 4, Σ(y − 4)² = 28, so REML has A + 1 = 28/6 and γ = 1 − 6/28 = 11/14."""
    data = pd.DataFrame({"group": list("abcdefg"), "y": np.arange(1.0, 8), "se": 1.0})
    found = fay_herriot(data, "y", "se")
    assert found.variance == pytest.approx(28 / 6 - 1)
    assert found.areas["gamma"].tolist() == pytest.approx([11 / 14] * 7)
    assert found.areas["eblup"].tolist() == pytest.approx((4 + 11 / 14 * (np.arange(1, 8) - 4)).tolist())
    # g1 = 11/14; g2 = (3/14)²·(28/6)/7; g3 = (3/14)²·[2·(28/6)²/7]/(28/6)
    rest = 3 / 14
    expected = 11 / 14 + rest**2 * (28 / 6) / 7 + 2 * rest**2 * 2 * (28 / 6) / 7
    assert found.areas["mse"].tolist() == pytest.approx([expected] * 7)


def test_areas_that_do_not_differ_are_all_given_the_synthetic_estimate():
    data = pd.DataFrame({"group": list("abcde"), "y": [10.1, 9.9, 10.0, 10.2, 9.8], "se": 3.0})
    found = fay_herriot(data, "y", "se")
    assert found.variance == 0
    assert found.areas["gamma"].eq(0).all()
    assert found.areas["eblup"].tolist() == pytest.approx([10.0] * 5)


def test_precise_areas_keep_their_direct_estimate():
    data = pd.DataFrame({"group": list("abcde"), "y": [2.0, 9, 14, 21, 30], "se": 1e-4})
    found = fay_herriot(data, "y", "se")
    assert (found.areas["gamma"] > 0.9999999).all()
    assert found.areas["eblup"].tolist() == pytest.approx(data["y"].tolist(), abs=1e-6)


def test_the_mse_is_about_the_mean_square_of_the_errors_made():
    random = np.random.default_rng(20251231)
    m, a, runs = 30, 4.0, 300
    x, psi = np.linspace(0, 10, m), np.tile([1.0, 4.0, 9.0], m // 3)
    errors, claimed = [], []
    for _ in range(runs):
        truth = 5 + 0.8 * x + random.normal(scale=np.sqrt(a), size=m)
        data = pd.DataFrame(
            {"group": range(m), "y": truth + random.normal(scale=np.sqrt(psi)), "se": np.sqrt(psi), "x": x}
        )
        areas = fay_herriot(data, "y", "se", ["x"]).areas
        errors.append((areas["eblup"] - truth) ** 2)
        claimed.append(areas["mse"])
    for variance in (1.0, 4.0, 9.0):
        made, said = (
            np.mean(errors, axis=0)[psi == variance].mean(),
            np.mean(claimed, axis=0)[psi == variance].mean(),
        )
        assert said == pytest.approx(made, rel=0.1)  # 3,000 squared errors each: standard error about 2.6 %
        assert made < variance


@pytest.mark.parametrize(
    ("data", "covariates", "message"),
    [
        (AREAS[:4], ["x1", "x2"], "只有4个地区，3个系数至少需要5个地区"),
        (AREAS.assign(se=[0.0, *AREAS["se"][1:]]), [], "地区A01的标准误不大于0"),
        (AREAS.assign(se=[np.nan, *AREAS["se"][1:]]), [], "列“se”有1个地区缺失"),
        (AREAS.assign(x3=2 * AREAS["x1"]), ["x1", "x3"], "协变量之间线性相关"),
        (AREAS, ["x9"], "缺少列：x9"),
    ],
)
def test_what_cannot_be_fitted_is_refused(data, covariates, message):
    with pytest.raises(SurveyError, match=message):
        fay_herriot(data, "y", "se", covariates, "area")
