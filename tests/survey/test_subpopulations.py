"""Looking at a part of the sample without leaving the rest out; figures against R are in test_third_reference.py."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.survey import SurveyDesign, fitted, independence, tabulate, weight_diagnostics
from tests.survey.answers import data, design

CIVIC = data("civic")


@pytest.mark.parametrize("sex", ["F", "M"])
def test_a_subpopulation_is_the_domain_of_that_name(sex):
    part = design("civic").where(CIVIC["sex"] == sex)
    by = design("civic").proportion("literate", by="sex").set_index("group").loc[sex]
    for name in ("estimate", "se", "ci_low", "ci_high", "n", "df"):
        assert part.proportion("literate")[name].item() == pytest.approx(by[name], rel=1e-12)


def test_narrowing_twice_is_narrowing_once():
    one, other = CIVIC["sex"] == "F", CIVIC["urban"] == "urban"
    twice = design("civic").where(one).where(other)
    assert twice.mean("score")["se"].item() == design("civic").where(one & other).mean("score")["se"].item()


def test_filtering_the_data_first_loses_units_that_where_keeps():
    inside = CIVIC["age"] == "18-29"
    kept = design("civic").where(inside).total("score")["se"].item()
    filtered = SurveyDesign(CIVIC[inside], "w", "stratum", "psu", lonely="remove").total("score")["se"].item()
    assert kept > filtered


def test_missing_counts_as_false_and_only_the_subpopulation_is_counted():
    age = pd.Series(np.where(CIVIC["sex"] == "F", 40.0, np.nan))
    part = design("civic").where((age >= 30).astype("boolean").where(age.notna()))
    assert part.mean("score")["n"].item() == (CIVIC["sex"] == "F").sum()
    assert list(part.mean("score", by="sex")["group"]) == ["F"]
    assert weight_diagnostics(part).n == (CIVIC["sex"] == "F").sum()


def test_a_share_may_be_no_share_outside_the_subpopulation():
    frame = CIVIC.assign(y=CIVIC["literate"].where(CIVIC["sex"] == "F", 7))
    part = SurveyDesign(frame, "w", "stratum", "psu").where(frame["sex"] == "F")
    assert part.proportion("y")["n"].item() == (CIVIC["sex"] == "F").sum()


def test_a_calibrated_sample_keeps_its_calibration():
    raked = design("civic").rake({"sex": {"F": 110000, "M": 100000}})
    assert raked.where(CIVIC["sex"] == "F").total("one")["se"].item() == pytest.approx(0, abs=1e-6)


@given(st.sets(st.sampled_from(sorted(CIVIC["stratum"].unique())), min_size=2))
def test_degrees_of_freedom_are_the_units_less_the_strata_touched(strata):
    inside = CIVIC["stratum"].isin(strata)
    part = design("civic").where(inside)
    expected = CIVIC.loc[inside, "psu"].nunique() - len(strata)
    assert part.df == expected
    assert part.contrast("score", "sex")["df"].item() == expected - 1
    assert part.ttest("score")["df"].item() == expected - 1
    assert fitted(part, "score", ["w"]).df == expected - 1
    assert independence(part, "literate", "sex").df2 == pytest.approx(expected)


def test_who_is_left_out_is_counted():
    frame = CIVIC.assign(
        y=CIVIC["score"].where(CIVIC.index % 10 > 0), sex=CIVIC["sex"].where(CIVIC.index % 7 > 0)
    )
    found = SurveyDesign(frame, "w", "stratum", "psu").mean("y", by="sex")
    assert found["no_group"].eq(frame["sex"].isna().sum()).all()
    known = frame[frame["sex"].notna()]
    assert found["missing"].sum() == known["y"].isna().sum()
    assert (found["n"] + found["missing"]).sum() == len(known)


def test_all_categories_at_once_add_up():
    found = tabulate(design("civic"), ["occ", "urban"], by="sex")
    assert found.groupby(["outcome", "group"])["estimate"].sum().to_numpy() == pytest.approx(1)
    assert set(found["outcome"]) == {"occ", "urban"}
    assert found.groupby(["outcome"])["count"].sum().eq(len(CIVIC)).all()
