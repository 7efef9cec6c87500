"""What the package says to each row of reference.csv, so that a test can set it beside R's figure."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.survey import SurveyDesign
from kepu_eval.survey.intervals import wald

HERE = Path(__file__).parent / "reference"
FILES = {"srs": "apisrs", "strat": "apistrat", "clus1": "apiclus1", "civic": "civic", "lonely": "lonely"}
API = {"srs": {}, "strat": {"strata": "stype"}, "clus1": {"psu": "dnum"}}


@cache
def data(name):
    frame = pd.read_csv(HERE / "data" / f"{FILES[name]}.csv")
    if name in API:
        return frame.assign(all_missing=np.nan)
    in_domain = frame["psu"].isin(["S01-P1", "S02-P1", "S02-P2", "S03-P1"])
    return frame.assign(sub=np.where(in_domain, "sub", None))


@cache
def design(name, **options):
    if name in API:
        return SurveyDesign(data(name), "pw", fpc="fpc", **API[name], **options)
    return SurveyDesign(data(name), "w", "stratum", "psu", **options)


def pick(frame, group):
    """The row of a domain as the reference names it: all, E, stype=E, F|18-29, H - E."""
    if group == "all":
        return frame.iloc[0]
    return frame.set_index("group").loc[group.split("=")[-1]]


@cache
def table(design_of, kind, variable, by=None, **options):
    return getattr(design_of, kind)(variable, by=by, **options)


def by_of(row):
    return row.domain.split("=")[0] if "=" in row.domain else None


def estimate(found, stat):
    if stat[:4] in ("lcl_", "ucl_"):
        df = found["df"] if stat[4] == "t" else math.inf
        return float(wald(found["estimate"], found["se"], df)[stat[0] == "u"])
    return found[{"est": "estimate", "deff": "deff_fpc", "deff_replace": "deff", "lcl": "ci_low", "ucl": "ci_high"}
                 .get(stat, stat)]  # fmt: skip


def lonely_design(row):
    """The design under R's options; with ``fail`` R lets pass a domain that touches no single-PSU stratum.

    The package refuses the whole design then; the figure of such a domain is that of the rule that counts them nothing.
    """
    rule, adjust = row.args.split(";")[:2]
    rule = rule.split("=")[1].replace("fail", "remove")
    return design("lonely", lonely=rule, adjust_domain_lonely=adjust.endswith("TRUE"))


def of(row):
    return lonely_design(row) if row.design == "lonely" else design(row.design)


def svymean(row, kind="mean"):
    by = "sub" if row.domain == "sub" else by_of(row)
    return estimate(pick(table(of(row), kind, row.variable, by), row.domain), row.stat)


def svytotal(row):
    return svymean(row, "total")


def degf(row):
    variable = row.variable or {"srs": "wide", "strat": "wide", "clus1": "wide"}.get(row.design, "literate")
    return pick(table(of(row), "mean", variable, by_of(row)), row.domain)["df"]


def svyciprop(row):
    found = table(of(row), "proportion", row.variable, by_of(row), method=row.args.split("=")[1])
    return estimate(pick(found, row.domain), row.stat)


def svyby(row):
    by = tuple(row.args.split("*"))
    if row.design == "lonely":
        by = ("sex",) if row.domain in "FM" else ("urban",)
    found = pick(table(of(row), "mean", row.variable, by if len(by) > 1 else by[0]), row.domain)
    return estimate(found, row.stat)


def svyby_diff(row):
    against = row.domain.split(" - ")[1]
    found = of(row).contrast(row.variable, row.args, against).set_index("group").loc[row.domain]
    return estimate(found, row.stat)


def svyratio(row):
    found = of(row).ratio(*row.variable.split("/")).iloc[0]
    return estimate(found, row.stat)


def svyquantile(row):
    found = of(row).quantile(row.variable, float(row.domain[1:]), rule=row.args.split("=")[1]).iloc[0]
    return found[{"quantile": "estimate", "ci.2.5": "ci_low", "ci.97.5": "ci_high", "se": "se"}[row.stat]]


ANSWERS = {
    "svymean": svymean,
    "svytotal": svytotal,
    "degf": degf,
    "svyciprop": svyciprop,
    "svyby": svyby,
    "svyby_diff": svyby_diff,
    "svyratio": svyratio,
    "svyquantile": svyquantile,
}
