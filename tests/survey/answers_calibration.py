"""What the package says to the reference's rows on calibrated samples and on replicates; see answers.py."""

from dataclasses import replace
from functools import cache

import pandas as pd

from tests.survey.answers import HERE, design, estimate, pick, table

SCHOOLS = {"stype": {"E": 4421, "H": 755, "M": 1018}}
AIMS = {"sch.wide": {"No": 1072, "Yes": 5122}}
SCORES = {"api99": 3914069}
REPLICATED = {"clus1": "apiclus1", "strat": "apistratfpc", "civic": "civic"}


@cache
def calibrated(func):
    plain = design("clus1")
    return {
        "postStratify stype": lambda: plain.poststratify(SCHOOLS),
        "rake stype+sch.wide": lambda: plain.rake(SCHOOLS | AIMS),
        "calibrate linear stype+api99": lambda: plain.calibrate(SCHOOLS, SCORES),
        "calibrate raking stype+api99": lambda: plain.calibrate(SCHOOLS, SCORES, method="raking"),
        "calibrate logit stype+api99": lambda: plain.calibrate(
            SCHOOLS, SCORES, method="logit", bounds=(0.5, 1.6)
        ),
        "calibrate linear bounds .45-1.6": lambda: plain.calibrate(SCHOOLS, SCORES, bounds=(0.45, 1.6)),
    }[func]()


def on_calibrated(row):
    return by_call(calibrated(row.func), row)


@cache
def replicated(name, func):
    kind, mse = func.removeprefix("rep ").removesuffix(";mse"), func.endswith("mse")
    if kind == "JK1":  # the stored scale is that of the design without fpc, the figures are with
        return replace(design(name).replicates("JK1"), mse=mse)
    file = HERE / "data" / f"rep_{REPLICATED[name]}_{kind}.csv"
    scales = pd.read_csv(file.with_name(file.stem + "_scales.csv"))
    return design(name).with_replicates(pd.read_csv(file), scales["scale"][0], scales["rscales"], mse=mse)


def on_replicates(row):
    return by_call(replicated(row.design, row.func), row)


def by_call(sample, row):
    call, _, option = row.args.partition(" ")
    if call == "degf":
        return sample.df
    if call == "svyciprop":
        return estimate(table(sample, "proportion", row.variable, method=option).iloc[0], row.stat)
    kind = "total" if call == "svytotal" else "mean"
    return estimate(pick(table(sample, kind, row.variable, option or None), row.domain), row.stat)


ANSWERS = {
    **dict.fromkeys(
        (
            "postStratify stype",
            "rake stype+sch.wide",
            "calibrate linear stype+api99",
            "calibrate raking stype+api99",
            "calibrate logit stype+api99",
            "calibrate linear bounds .45-1.6",
        ),
        on_calibrated,
    ),
    **dict.fromkeys(
        [f"rep {kind}" for kind in ("JK1", "JKn", "subbootstrap", "bootstrap")]
        + [f"rep {kind};mse" for kind in ("JK1", "JKn", "subbootstrap", "bootstrap")],
        on_replicates,
    ),
}
