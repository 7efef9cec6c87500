"""Figures that the first reference lacks, against R 4.2.2 with survey 4.1.1; see reference/README.md."""

from functools import cache

import pandas as pd
import pytest

from kepu_eval.survey import SurveyDesign
from kepu_eval.survey.chisquare import independence
from kepu_eval.survey.regression import regression
from tests.survey.answers import HERE, design, estimate, pick, table
from tests.survey.answers_tests import term
from tests.survey.rows import by_columns, differing

ROWS = pd.read_csv(HERE / "second_reference.csv", keep_default_na=False)
POPULATION = 220033  # of the citizens' survey, as the R script rounds it


@cache
def people():
    return pd.read_csv(HERE / "data" / "two_stage.csv").assign(F=200)


def two_stage(**columns):
    return SurveyDesign(people(), "w", **{"psu": "psu", **columns})


def pairs():
    first = people()[people()["psu"].str.endswith(("-P1", "-P2"))]
    return SurveyDesign(first, "w", "stratum", "psu")


def stored(kind, fay):
    weights = pd.read_csv(HERE / "data" / f"rep_pairs_{kind}.csv").set_index("id")
    return pairs().with_replicates(weights.loc[pairs().data["id"]], 1 / (weights.shape[1] * (1 - fay) ** 2))


def margins(name):
    total = people()["w"].sum()
    return {
        "two_stage": {"sex": {"F": 0.55 * total, "M": 0.5 * total}},
        "rake": {"sex": {"F": 0.56, "M": 0.44}, "urban": dict(zip(("rural", "urban"), (0.44, 0.56), strict=True))},
        "cells": {"sex|urban": {"F|rural": 20000, "M|rural": 15000, "F|urban": 28000, "M|urban": 37000}},
    }[name]  # fmt: skip


@cache
def sample(func):
    full = {"strata": "stratum", "fpc": "N1"}
    civic = design("civic")
    return {
        "two stages": lambda: two_stage(**full, ssu="ssu", fpc2="N2"),
        "one stage": lambda: two_stage(**full),
        "two stages raked": lambda: two_stage(**full, ssu="ssu", fpc2="N2").rake(margins("two_stage")),
        "two stages unstratified": lambda: two_stage(fpc="F", ssu="ssu", fpc2="N2"),
        "BRR": lambda: stored("BRR", 0.0),
        "Fay": lambda: stored("Fay", 0.3),
        "JKn": lambda: pairs().replicates("JKn"),
        "rake sex+urban": lambda: civic.rake(
            {k: {c: POPULATION * share for c, share in m.items()} for k, m in margins("rake").items()}
        ),
        "postStratify sex|urban": lambda: civic.poststratify(margins("cells")),
    }[func]()


def answer(row):
    if row.func == "svychisq":
        found = independence(design("civic"), *row.variable.split("x"), row.args)
        return {"stat": found.statistic, "p": found.p_value}[row.stat]
    if row.func.startswith("svyglm"):
        y, on = row.args.replace(" ", "").split("~")
        family = "gaussian" if y == "score" else "quasibinomial"
        found = regression(design(row.design), y, on.split("+"), family).set_index("term")
        return found.loc[term(row.variable), {"est": "estimate"}.get(row.stat, row.stat)]
    found = sample(row.func)
    if row.args in ("degf", "scale"):
        return found.df if row.args == "degf" else found.scale
    if row.args == "svyratio":
        return estimate(found.ratio(*row.variable.split("/")).iloc[0], row.stat)
    kind = "total" if row.args == "svytotal" else "mean"
    by = row.args.split(" ")[1] if row.args.startswith("svyby") else None
    return estimate(pick(table(found, kind, row.variable, by), row.domain), row.stat)


@pytest.mark.parametrize("rows", **by_columns(list(ROWS.itertuples()), "design", "func"))
def test_the_figures_are_those_of_r(rows):
    compared = [
        (row, float(answer(row._replace(args="degf") if row.func == "degf" else row)), float(row.value))
        for row in rows
    ]
    # R's standard errors of a model are those of the step before its last
    assert differing(compared, lambda row: 1e-7 if row.func == "svyglm" else 1e-8) == []


@pytest.mark.parametrize(("kind", "fay"), [("BRR", 0.0), ("BRR", 0.3)])
def test_balanced_half_samples_have_the_linear_variance_of_a_total(kind, fay):
    """McCarthy's theorem: full orthogonal balance reproduces it exactly, whichever Hadamard matrix is used."""
    known = pairs().total("score")["se"].item()
    assert pairs().replicates(kind, fay=fay).total("score")["se"].item() == pytest.approx(known, rel=1e-10)
