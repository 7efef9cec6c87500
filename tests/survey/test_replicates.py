"""Replicates: their variances, their seeds, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign, SurveyError
from tests.survey.answers import HERE, design

MADE = [("civic", "JKn"), ("strat", "JKn"), ("clus1", "JK1")]


def shuffled(of, seed=3):
    return SurveyDesign(of.data.sample(frac=1, random_state=seed), of.weight, of.strata, of.psu, of.fpc)


@pytest.mark.parametrize(("name", "kind"), MADE)
def test_jackknife_weights_are_those_of_r(name, kind):
    file = {"civic": "civic", "strat": "apistratfpc", "clus1": "apiclus1"}[name]
    known = pd.read_csv(HERE / "data" / f"rep_{file}_{kind}.csv").to_numpy()
    found = design(name).replicates(kind).weights_frame().to_numpy()
    order = [np.lexsort(np.round(table, 6)) for table in (known, found)]  # R numbers PSUs as they first occur
    np.testing.assert_allclose(found[:, order[1]], known[:, order[0]], rtol=1e-12)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_replicates_do_not_depend_on_the_order_of_rows(kind):
    options = {"n": 40, "seed": 5} if kind == "bootstrap" else {}
    civic = design("civic")
    known, found = (
        s.replicates(kind, **options).proportion("literate", by="sex") for s in (civic, shuffled(civic))
    )
    pd.testing.assert_frame_equal(found, known, rtol=1e-12)
    alone = SurveyDesign(civic.data, "w", "stratum")
    known, found = (s.replicates(kind, **options).mean("score") for s in (alone, shuffled(alone)))
    pd.testing.assert_frame_equal(found, known, rtol=1e-12)


def test_a_seed_makes_the_bootstrap_reproducible():
    one, again, other = (
        design("civic").replicates("bootstrap", 30, seed).mean("score")["se"].item() for seed in (1, 1, 2)
    )
    assert one == again != other


@pytest.mark.parametrize("name", ["civic", "strat", "clus1"])
def test_the_bootstrap_agrees_with_linearisation_with_finite_populations(name):
    """4,000 replicates leave a relative error of the variance of about 2–3 %; three of those are allowed."""
    y = "score" if name == "civic" else "api00"
    for kind in ("total", "mean"):
        known = getattr(design(name), kind)(y)["se"].item()
        found = getattr(design(name).replicates("bootstrap", 4000, 7), kind)(y)["se"].item()
        assert found == pytest.approx(known, rel=0.05)


def test_degrees_of_freedom_are_the_designs():
    civic = design("civic")
    assert civic.replicates("bootstrap", 200, 1).df == civic.df
    found = civic.replicates("bootstrap", 200, 1).mean("score", by="sex")
    assert found["df"].tolist() == civic.mean("score", by="sex")["df"].tolist()


def test_the_jackknife_of_a_total_has_the_linear_variance():
    known = design("civic").total("score", by="sex")["se"].to_numpy()
    np.testing.assert_allclose(
        design("civic").replicates("JKn").total("score", by="sex")["se"], known, rtol=1e-10
    )


def test_replicates_of_a_calibrated_design_take_the_calibration_into_account():
    civic = design("civic")
    sizes = (civic.data.groupby("sex")["w"].sum() * [1.1, 0.9]).to_dict()
    sizes = {k: v * 200000 / sum(sizes.values()) for k, v in sizes.items()}
    raked = civic.rake({"sex": sizes})
    known = raked.mean("score", by="urban")["se"].to_numpy()
    np.testing.assert_allclose(raked.replicates("JKn").mean("score", by="urban")["se"], known, rtol=0.05)
    fixed = SurveyDesign(civic.data.assign(one=1), "w", "stratum", "psu").rake({"sex": sizes})
    assert fixed.replicates("JKn").total("one", by="sex")["se"].to_numpy() == pytest.approx([0, 0], abs=1e-6)


def test_contrasts_ratios_and_quantiles_come_from_replicates_too():
    civic, made = design("civic"), design("civic").replicates("JKn")
    for of in (
        lambda s: s.contrast("literate", "sex"),
        lambda s: s.ratio("literate", "score"),
        lambda s: s.quantile("score", (0.25, 0.5), by="sex"),
    ):
        known, found = of(civic), of(made)
        np.testing.assert_allclose(found["estimate"], known["estimate"], rtol=1e-12)
        np.testing.assert_allclose(found["se"], known["se"], rtol=0.1)


def test_exported_weights_give_the_same_standard_errors():
    made = design("civic").replicates("bootstrap", 50, 4)
    table = made.weights_frame()
    assert table.shape == (len(design("civic").data), 50)
    again = design("civic").with_replicates(table, made.scale, made.rscales)
    pd.testing.assert_frame_equal(again.mean("score", by="sex"), made.mean("score", by="sex"), rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("civic", {"kind": "JK1"}, "JK1 用于不分层的设计"),
        ("clus1", {"kind": "JKn"}, "JKn 用于分层设计"),
        ("civic", {"kind": "BRR"}, "BRR 要求每层恰有2个"),
        ("civic", {"kind": "JKn", "seed": 1}, "没有随机性"),
        ("civic", {"kind": "JKn", "fay": 0.3}, "fay 只用于 BRR"),
        ("civic", {"kind": "rao"}, "没有重复权数方法“rao”"),
        ("civic", {"kind": "bootstrap", "n": 1}, "至少重复2次"),
    ],
)
def test_replicates_that_do_not_fit_the_design_are_refused(name, options, message):
    with pytest.raises(SurveyError, match=message):
        design(name).replicates(**options)


def test_single_psu_strata_need_a_rule_that_replicates_can_follow():
    with pytest.raises(SurveyError, match="重复权数只支持"):
        design("lonely", lonely="adjust").replicates("JKn")
    lonely = design("lonely", lonely="remove")
    known = lonely.total("score")["se"].item()
    assert lonely.replicates("JKn").total("score")["se"].item() == pytest.approx(known, rel=1e-10)


@pytest.mark.parametrize(
    ("weights", "message"),
    [(np.ones((3, 2)), "行"), (np.full((2, 2), -1.0), "负数"), (np.full((2, 2), np.nan), "缺失值")],
)
def test_given_replicate_weights_are_checked(weights, message):
    two = SurveyDesign(pd.DataFrame({"w": [1.0, 1.0]}), "w")
    with pytest.raises(SurveyError, match=message):
        two.with_replicates(weights, 1.0)
    with pytest.raises(SurveyError, match="rscales"):
        two.with_replicates(np.ones((2, 2)), 1.0, [1, 1, 1])


@pytest.mark.parametrize(("strata", "psus", "cells"), [(3, 4, 2), (5, 2, 1), (2, 30, 3)])
def test_the_rank_is_that_of_all_rows_however_many(strata, psus, cells):
    """JKn replicates of many respondents, by numpy's rank of the whole matrix; a domain of one stratum as well."""
    units = strata * psus
    data = pd.DataFrame({"unit": np.repeat(np.arange(units), 40)})
    data = data.assign(
        stratum=data["unit"] // psus, cell=np.arange(len(data)) % cells, w=1.0 + data["unit"] % 7
    )
    design = SurveyDesign(data, "w", "stratum", "unit")
    margins = {"cell": 1.1 * data.groupby("cell")["w"].sum()}
    again = design.replicates("JKn").rake(margins)
    weights = again.weights_frame().to_numpy()
    assert again.df == np.linalg.matrix_rank(weights) - 1
    found = again.mean("unit", by="stratum").set_index("group")["df"]
    for stratum, df in found.items():
        assert df == np.linalg.matrix_rank(weights[data["stratum"] == int(stratum)]) - 1
