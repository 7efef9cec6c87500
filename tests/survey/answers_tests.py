"""What the package says to the reference's rows of tests and regressions; see answers.py."""

import math
from functools import cache

import numpy as np
from scipy import special

from kepu_eval.survey.chisquare import independence, saddlepoint
from kepu_eval.survey.intervals import wald
from kepu_eval.survey.regression import regression
from tests.survey.answers import of

COLUMNS = {"sch.widexstype": ("sch.wide", "stype"), "literatexsex": ("literate", "sex")}


@cache
def tested(sample, row, column, method):
    return independence(sample, row, column, method)


def svychisq(row):
    columns = COLUMNS[row.variable]
    if row.args == "wls-score":
        return score_test(tested(of(row), *columns, "Wald"), of(row), columns)[row.stat]
    if row.args in ("lincom", "saddlepoint"):
        return on_whole_degrees(tested(of(row), *columns, "F"))[row.stat]
    found = tested(of(row), *columns, row.args)
    return {"stat": found.statistic, "p": found.p_value, "df1": found.df1, "df2": found.df2}[row.stat]


def on_whole_degrees(found):
    """R repeats the term of χ²(df) int(df) times, 397 of 397.999…; that figure from the package's function.

    Without R's package CompQuadForm "lincom" is answered by the saddlepoint approximation, too.
    """
    effects = np.array(found.effects)
    pearson = found.statistic * effects.sum()
    whole = math.floor(found.df2 - (1e-9 if len(effects) > 1 else 0))
    return {"stat": pearson, "p": saddlepoint(pearson * whole / found.df2, effects, whole)}


def score_test(wald_test, sample, columns):
    """R's wls-score is Wald's statistic over the squared number of rows, which has no meaning: met, not offered."""
    rows, cols = (len(sample.domains(name)) for name in columns)
    stat, df2 = wald_test.statistic * wald_test.df1 / rows**2, sample.df + 2 - rows - cols
    p = special.fdtrc(wald_test.df1, df2, stat)
    return {"stat": stat, "p": p, "df1": wald_test.df1, "df2": df2}


def svyglm(row):
    y, on = row.args.split("~")
    family = "quasibinomial" if row.note == "quasibinomial" or y in ("wide", "literate") else "gaussian"
    found = regression(of(row), y, on.split("+"), family).set_index("term")
    return found.loc[term(row.variable), {"est": "estimate"}.get(row.stat, row.stat)]


def term(name):
    """A term as the package names it: R's stypeH is stype=H."""
    for column in ("stype", "sex", "urban"):
        if name.startswith(column):
            return f"{column}={name.removeprefix(column)}"
    return name


def svyttest(row):
    y, group = row.args.split("~")
    if group == "0":
        known = of(row).mean(row.variable).iloc[0]
        gap, se, df = known["estimate"] - 0.15, known["se"], of(row).df - 1
        low, high = wald(gap, se, df)
        p = 2 * special.stdtr(df, -abs(gap / se))
        return {"t": gap / se, "df": df, "p": p, "est": gap, "lcl": float(low), "ucl": float(high)}[row.stat]
    found = of(row).contrast(y, group).iloc[0]
    return found[
        {"est": "estimate", "lcl": "ci_low", "ucl": "ci_high", "p": "p_value"}.get(row.stat, row.stat)
    ]


ANSWERS = {"svychisq": svychisq, "svyglm": svyglm, "svyttest": svyttest}
