"""What the package says to the rows of third_reference.csv: replicate files, subpopulations, tests and models."""

from functools import cache

import numpy as np
import pandas as pd

from kepu_eval.survey import SurveyDesign, correlation, fitted, independence, tabulate
from tests.survey.answers import HERE, design, table

SCHOOLS = {"stype": {"E": 4421, "H": 755, "M": 1018}}
AIMS = {"sch.wide": {"No": 1072, "Yes": 5122}}
SCORES = {"api99": 3914069}
PEOPLE = {"sex": {"F": 220033 * 0.56, "M": 220033 * 0.44}, "urban": {"rural": 220033 * 0.44, "urban": 220033 * 0.56}}  # fmt: skip
PARTS = {
    "not H": lambda data: data["stype"] != "H",
    "answered": lambda data: data["z"].notna(),
    "few meals": lambda data: data["meals"] < 60,
    "strata": lambda data: data["stratum"].isin(["S01", "S02", "S05"]),
    "psus": lambda data: data["psu"].isin(["S1-P1", "S1-P2", "S2-P1", "S3-P1", "S3-P2", "S3-P3"]),
}
PAIRS = ["S1-P1", "S1-P2", "S2-P1", "S2-P2", "S3-P2"]
NEW = pd.DataFrame({"ell": [5, 40], "stype": ["E", "H"], "meals": [10, 70], "grade": [1, 3]})
PERSONS = pd.DataFrame({"sex": ["F", "M"], "urban": ["rural", "urban"]})


def stored(name, full=None, **how):
    scales = pd.read_csv(HERE / "data" / f"rep_{name}_scales.csv")
    weights = pd.read_csv(HERE / "data" / f"rep_{name}.csv")
    full = full or design(name.split("_")[0].removeprefix("api"))
    if how.get("combined") is False:
        weights = weights.div(full.weights, axis=0)
    return full.with_replicates(weights, scales["scale"][0], scales["rscales"], **how)


def replicates_of_pairs():
    people = two_stage_people()
    people = people[people["psu"].str.endswith(("-P1", "-P2"))].reset_index(drop=True)
    weights = pd.read_csv(HERE / "data" / "rep_pairs_BRR.csv").set_index("id").loc[people["id"]]
    return SurveyDesign(people, "w").with_replicates(weights, kind="BRR")


def two_stage_people():
    return pd.read_csv(HERE / "data" / "two_stage.csv")


def with_more(full, **columns):
    """The same design on data with more columns."""
    return SurveyDesign(
        full.data.assign(**columns), full.weight, full.strata, full.psu, full.fpc, full.ssu, full.fpc2
    )


@cache
def sample(name):
    clus1 = design("clus1")
    jk = clus1.replicates("JK1")
    civic = design("civic")
    z = civic.data["score"].where(civic.data["stratum"].isin(["S01", "S02"]))
    answered = with_more(civic, z=z, zl=(z >= 50).where(z.notna()).astype(float))
    return {
        "clus1": lambda: with_more(clus1, grade=clus1.data["stype"].map({"E": 1, "M": 2, "H": 3})),
        "strat": lambda: design("strat"),
        "civic": lambda: with_more(civic, z=z),
        "two_stage": lambda: SurveyDesign(two_stage_people(), "w", "stratum", "psu", "N1", "ssu", "N2"),
        "clus1|post": lambda: clus1.poststratify(SCHOOLS),
        "clus1|JK1": lambda: jk,
        "civic|z": lambda: answered,
        "civic|JKn|z": lambda: stored("civic_JKn", answered),
        "civic|JKn|rake|z": lambda: stored("civic_JKn", answered).rake(PEOPLE),
        "clus1|JK1|post": lambda: clus1.poststratify(SCHOOLS).replicates("JK1", recalibrate=True),
        "clus1|JK1|rake": lambda: clus1.rake(SCHOOLS | AIMS).replicates("JK1", recalibrate=True),
        "clus1|JK1|linear": lambda: jk.calibrate(SCHOOLS, SCORES),
        "clus1|JK1|raking": lambda: jk.calibrate(SCHOOLS, SCORES, method="raking"),
        "clus1|JK1|logit": lambda: jk.calibrate(SCHOOLS, SCORES, method="logit", bounds=(0.3, 2.5)),
        "clus1|file": lambda: stored("apiclus1_JK1", kind="JK1"),
        "clus1|boot|rake": lambda: stored("apiclus1_subbootstrap").rake(SCHOOLS),
        "civic|JKn": lambda: stored("civic_JKn"),
        "civic|boot": lambda: stored("civic_subbootstrap"),
        "civic|JKn|rake": lambda: stored("civic_JKn").rake(PEOPLE),
        "civic|boot|rake": lambda: stored("civic_subbootstrap").rake(PEOPLE),
        "civic|boot|post": lambda: stored("civic_subbootstrap").poststratify({"sex": PEOPLE["sex"]}),
        "civic|factors": lambda: stored("civic_JKn", combined=False),
        "civic|SDR": lambda: civic.with_replicates(
            pd.read_csv(HERE / "data" / "rep_civic_bootstrap.csv"), kind="SDR"
        ),
        "pairs|BRR": replicates_of_pairs,
    }[name]()


@cache
def part(name, domain):
    whole = sample(name)
    if domain not in PARTS:
        return whole
    inside = whole.data["psu"].isin(PAIRS) if name.startswith("pairs") else PARTS[domain](whole.data)
    return whole.where(inside)


@cache
def model(name, domain, key):
    formula, family = key.rsplit(" ", 1)
    y, on = formula.replace(" ", "").split("~")
    return fitted(part(name, domain), y, on.split("+"), family)


def term(name, found):
    """A coefficient as the package names it: R's stypeH:meals is stype=H:meals."""
    spelled = {k.replace("=", ""): k for k in found}
    return spelled[name.replace("factor(grade)", "grade")]


def of_model(row):
    kind, key = row.what.split(" ", 1) if row.what.startswith(("test ", "predict ")) else ("", row.what)
    found = model(row.sample, row.domain, key)
    if kind == "test":
        return found.tests().set_index("term").loc[row.variable, row.stat]
    if kind == "predict":
        people = PERSONS if row.sample == "civic" else NEW
        return found.predict(people).iloc[int(row.variable) - 1][row.stat]
    frame = found.table().set_index("term")
    return frame.loc[term(row.variable, frame.index), row.stat]


def of_table(row):
    """Rows of tabulate: category, or category@group."""
    y, _, by = row.variable.partition("~")
    found = tabulate(sample(row.sample), y, by or None)
    category, _, group = row.domain.partition("@")
    return found[(found["category"] == category) & (found["group"] == group)].iloc[0][row.stat]


def answer(row):
    domain, _, q = row.domain.partition("@")
    found = part(row.sample, domain) if row.what != "tabulate" else None
    if row.what == "tabulate":
        return of_table(row)
    if row.what in ("mean", "total"):
        return found.df if row.stat == "df" else table(found, row.what, row.variable).iloc[0][row.stat]
    if row.what.startswith("proportion"):
        method = row.what.removeprefix("proportion").strip() or "xlogit"
        return table(found, "proportion", row.variable, method=method).iloc[0][row.stat]
    if row.what == "ratio":
        return found.ratio(*row.variable.split("/")).iloc[0][row.stat]
    if row.what == "contrast":
        return found.contrast(*row.variable.split("~")).iloc[0][row.stat]
    if row.what == "ttest":
        return found.ttest(row.variable, 50).iloc[0][row.stat]
    if row.what.startswith("independence"):
        return getattr(independence(found, *row.variable.split("x", 1), row.what.split()[1]), row.stat)
    if row.what.startswith("quantile"):
        interval = "replicates" if row.what.endswith("replicates") else "woodruff"
        return found.quantile(row.variable, float(q), rule="school", interval=interval).iloc[0][row.stat]
    if row.what == "correlation":
        return correlation(found, *row.variable.split("x", 1)).iloc[0][row.stat]
    return np.float64(found.scale) if row.what == "scale" else of_model(row)
