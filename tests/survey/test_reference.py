"""Every figure of reference/ that the package covers, against R 4.2.2 with its package survey 4.5.

Rows of the functions in ``ANSWERS`` (tests/survey/answers*.py) are compared, save those in ``SKIPPED`` for the reason
given there. Rows of item response (ltm) have a test of their own.
"""

import math

import pandas as pd
import pytest

from tests.survey import answers, answers_calibration, answers_tests
from tests.survey.answers import HERE

ANSWERS = answers.ANSWERS | answers_calibration.ANSWERS | answers_tests.ANSWERS

ROWS = pd.read_csv(HERE / "reference.csv", keep_default_na=False)

# reason: which rows (a pandas query)
SKIPPED = {
    "R stops with an error; test_design.py says what this package does": 'stat == "error"',
    "R lets single-PSU strata pass while no domain touches them; the design is refused here":
        'design == "lonely" and args.str.startswith("lonely=fail")',
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


def tolerance(row):
    if "likelihood" in row.args + row.func and row.stat in ("lcl", "ucl"):
        return 1e-4  # R interpolates between some sixty points of the profile; here the root is found
    if row.func == "svyglm":
        return 1e-4  # R stops at 1e-8 of the deviance; test_second_reference.py has it run to the end
    if row.args in ("method=logit", "svyciprop logit") or row.func == "svychisq":
        return 1e-6  # R iterates
    return 1e-8


@pytest.mark.parametrize(
    "row",
    COVERED,
    ids=lambda row: "-".join((row.design, row.func, row.args, row.variable, row.domain, row.stat)),
)
def test_the_figure_is_that_of_r(row):
    figure, known = float(ANSWERS[row.func](row)), float(row.value.replace("NA", "nan"))
    if math.isnan(known):
        assert math.isnan(figure)
    else:
        assert figure == pytest.approx(known, rel=tolerance(row), abs=1e-11)
