"""Every figure of reference/ that the package covers, against R 4.2.2 with its package survey 4.5.

Rows of the functions in ``ANSWERS`` (tests/survey/answers*.py) are compared, save those in ``SKIPPED`` for the reason
given there. Rows of item response (ltm) have a test of their own.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from tests.survey import answers, answers_calibration, answers_tests, as_r_stops
from tests.survey.answers import HERE, by_of, design, of, table
from tests.survey.answers_calibration import replicated
from tests.survey.answers_tests import term
from tests.survey.rows import by_columns, differing

ANSWERS = answers.ANSWERS | answers_calibration.ANSWERS | answers_tests.ANSWERS

ROWS = pd.read_csv(HERE / "reference.csv", keep_default_na=False)

# reason: which rows (a pandas query)
SKIPPED = {
    "R stops with an error; test_design.py says what this package does": 'stat == "error"',
    "R has [p, p], or its iteration's remainder, as the interval of a share of 0 or 1; here it is missing, but for "
    "beta":
        'variable in ["zero", "one"] and stat.str.contains("cl") and value != "NaN" '
        'or variable in ["zero", "one"] and args == "method=beta" and stat.str.contains("cl")',
    "R answers NA unless told to drop missing values; here they are always dropped and n says so":
        'args == "na.rm=FALSE"',
    "R has 0 ± 0 for an empty domain; here it is missing": 'args == "subset empty"',
}  # fmt: skip


def reason(row):
    return next((why for why, skipped in _SKIPPED.items() if row.Index in skipped), None)


_SKIPPED = {why: set(ROWS.query(query).index) for why, query in SKIPPED.items()}
COVERED = [row for row in ROWS.itertuples() if row.func in ANSWERS and not reason(row)]


def stops_short(row):
    """R interpolates the limits of a likelihood, and its svyglm stops at 1e-8 of the deviance."""
    return row.func == "svyglm" or ("likelihood" in row.args and row.stat in ("lcl", "ucl"))


def tolerance(row):
    if stops_short(row):
        return 1e-4  # how far R stops; that nothing else parts the two is the last test's
    if row.args in ("method=logit", "svyciprop logit") or row.func == "svychisq":
        return 1e-6  # R iterates
    return 1e-8


@pytest.mark.parametrize("rows", **by_columns(COVERED, "design", "func"))
def test_the_figures_are_those_of_r(rows):
    compared = [(row, float(ANSWERS[row.func](row)), float(row.value.replace("NA", "nan"))) for row in rows]
    assert differing(compared, tolerance) == []


SHORT = [row for row in COVERED if stops_short(row) and row.value != "NaN"]


@pytest.mark.parametrize("rows", **by_columns(SHORT, "design", "func"))
def test_where_r_stops_short_its_own_steps_end_at_its_figures(rows):
    steps_end = [
        (row, coefficient(row) if row.func == "svyglm" else limit(row), float(row.value)) for row in rows
    ]
    assert differing(steps_end, lambda _: 1e-7) == []


def coefficient(row):
    """From the package's sample alone: its model matrix, weights and variances, and R's iteration."""
    y, on = row.args.split("~")
    sample = design(row.design)
    columns, terms = [np.ones(len(sample.data))], ["(Intercept)"]
    for name in on.split("+"):
        if sample.data[name].dtype.kind in "if":
            columns.append(sample.data[name].to_numpy(float))
            terms.append(name)
            continue
        domains = sample.domains(name)
        columns += [(domains.code == k).astype(float) for k in range(1, len(domains))]
        terms += [f"{name}={category}" for category in domains.names[1:]]
    beta, se = as_r_stops.regression(sample, np.column_stack(columns), sample.values(y)[0])
    return (beta if row.stat == "est" else se)[terms.index(term(row.variable))]


def limit(row):
    """From the package's standard error on the logit scale, which its own logit interval holds."""
    replicates = row.func.startswith("rep ")
    sample, by = (replicated(row.design, row.func), None) if replicates else (of(row), by_of(row))
    y, domains = sample.values(row.variable, by, share=True)
    k = domains.names.index(row.domain.split("=")[1]) if by else 0
    found = table(sample, "proportion", row.variable, by).iloc[k]
    width = special.logit(found["ci_high"]) - special.logit(found["ci_low"])
    inside, n = domains.code == k, found["n"]
    limits = as_r_stops.likelihood_limits(
        y[inside].astype(float), sample.weights[inside], found["df"],
        se=width / 2 / stats.t.isf(0.025, found["df"]), dispersion=1 if replicates else n / (n - 1),
    )  # fmt: skip
    return limits[int(row.stat == "ucl")]
