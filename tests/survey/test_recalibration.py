"""Replicates calibrated anew; figures against R are in test_third_reference.py."""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError
from tests.survey.answers import data, design

CIVIC = data("civic")
MARGINS = {"sex": {"F": 123218, "M": 96815}, "urban": {"rural": 96815, "urban": 123218}}


def raked(**how):
    return design("civic").rake(MARGINS, **how)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap", "SDR"])
def test_every_replicate_meets_the_margins(kind):
    replicates = raked().replicates(kind, *((40, 1) if kind == "bootstrap" else ()), recalibrate=True)
    weights = replicates.weights_frame()
    for column, margin in MARGINS.items():
        sums = weights.groupby(CIVIC[column].to_numpy()).sum()
        for category, population in margin.items():
            assert sums.loc[category].to_numpy() == pytest.approx(population, rel=1e-9)
    assert replicates.total("one", by="sex")["se"].max() == pytest.approx(0, abs=1e-5)


def test_estimates_from_classes_are_those_of_the_weights():
    replicates = raked(trim=3).replicates("bootstrap", 30, 1, recalibrate=True)
    weights = replicates.weights_frame().to_numpy()
    means = (weights * CIVIC["score"].to_numpy()[:, None]).sum(axis=0) / weights.sum(axis=0)
    spread = np.sqrt(((means - means.mean()) ** 2).sum() / 29)
    assert replicates.mean("score")["se"].item() == pytest.approx(spread, rel=1e-9)


def test_without_it_errors_are_the_linearised_ones_again():
    plain, again = (
        raked().replicates("JKn", recalibrate=r).mean("score")["se"].item() for r in (False, True)
    )
    linear = raked().mean("score")["se"].item()
    assert plain == pytest.approx(linear, rel=0.02)
    assert abs(again - linear) > abs(plain - linear)


def test_a_replicate_without_a_category_is_named():
    frame = CIVIC.assign(g=np.where(CIVIC["psu"] == CIVIC["psu"].iloc[0], "few", "many"))
    sample = SurveyDesign(frame, "w", "stratum", "psu").poststratify({"g": {"few": 5000, "many": 215033}})
    with pytest.raises(SurveyError, match=r"组重复权数不能重新校准.*few"):
        sample.replicates("JKn", recalibrate=True)


def test_successive_differences_are_half_the_squares_around_the_stratum():
    frame = pd.DataFrame({"w": 2.0, "psu": [1, 2, 3, 4], "y": [1.0, 4.0, 2.0, 7.0]})
    total = SurveyDesign(frame, "w", psu="psu").replicates("SDR").total("y")
    steps = 2 * np.diff([1.0, 4.0, 2.0, 7.0, 1.0])
    assert total["se"].item() == pytest.approx(np.sqrt((steps**2).sum() / 2), rel=1e-12)


def test_stated_degrees_of_freedom_hold():
    found = design("civic").with_replicates(design("civic").replicates("JKn").weights_frame(), 1.0, df=12)
    assert found.mean("score")["df"].item() == 12
    assert found.where(CIVIC["stratum"].isin(["S01", "S02"])).df <= 12
    assert found.rake(MARGINS).df == 12


def test_degrees_of_freedom_are_counted_anew_after_raking_and_not_after_calibrating():
    """R: degf of the raked design is the rank of its weights less 1; its calibrate leaves degf as it was."""
    plain = design("civic").replicates("bootstrap", 60, 1)
    weights = plain.rake(MARGINS).weights_frame()
    assert plain.df == 35
    assert plain.rake(MARGINS).df == np.linalg.matrix_rank(weights) - 1 == 59
    assert plain.calibrate(MARGINS, method="raking").df == 35
    assert plain.calibrate(MARGINS, method="raking").where(CIVIC["w"] > 0).df == 59
