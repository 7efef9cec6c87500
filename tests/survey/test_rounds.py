"""Two rounds: their difference and both together, against figures worked out by hand."""

import numpy as np
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError, difference, pooled
from tests.survey.answers import design

SAME = ("百分制，≥70", "百分制，≥70")


def later():
    civic = design("civic")
    half = civic.data[civic.data["stratum"].isin(sorted(civic.data["stratum"].unique())[:5])]
    return SurveyDesign(half, "w", "stratum", "psu")


def test_a_difference_adds_the_variances_of_independent_rounds():
    one, other = design("civic").mean("literate").iloc[0], later().mean("literate").iloc[0]
    found = difference(design("civic"), later(), "literate", instruments=SAME).iloc[0]
    a, b = one["se"] ** 2, other["se"] ** 2
    assert found["estimate"] == pytest.approx(other["estimate"] - one["estimate"])
    assert found["se"] == pytest.approx(np.sqrt(a + b))
    assert found["df"] == pytest.approx((a + b) ** 2 / (a**2 / one["df"] + b**2 / other["df"]))
    assert found["ci_low"] < found["estimate"] < found["ci_high"]


def test_domains_of_two_rounds_are_matched_by_name():
    found = difference(design("civic"), later(), "literate", by="stratum", instruments=SAME).set_index(
        "group"
    )
    present = later().data["stratum"].unique()
    assert found.loc[present, "estimate"].to_numpy() == pytest.approx(0)
    assert found.drop(present)["estimate"].isna().all()


@pytest.mark.parametrize("what", [difference, pooled])
def test_different_instruments_are_never_compared(what):
    with pytest.raises(SurveyError, match="不可比"):
        what(design("civic"), later(), "literate", instruments=("百分制，≥70", "基准50题，≥60"))


def test_pooling_weighs_by_the_effective_sample_size():
    civic, half = design("civic"), later()
    n = [s.weights.sum() ** 2 / (s.weights**2).sum() for s in (civic, half)]
    p = [s.mean("literate")["estimate"].item() for s in (civic, half)]
    found = pooled(civic, half, "literate", instruments=SAME).iloc[0]
    assert found["estimate"] == pytest.approx(np.average(p, weights=n))
    assert found["se"] < max(s.mean("literate")["se"].item() for s in (civic, half))
