"""Replicate files, subpopulations, tests and models, against R 4.2.2 with survey 4.1.1; see reference/README.md."""

import math

import pandas as pd
import pytest

from tests.survey.answers import HERE
from tests.survey.answers_third import answer

ROWS = pd.read_csv(HERE / "third_reference.csv", keep_default_na=False)


def name_of(row):
    return "-".join((row.sample, row.what, row.variable, row.domain, row.stat))


@pytest.mark.parametrize("row", list(ROWS.itertuples()), ids=name_of)
def test_the_figure_is_that_of_r(row):
    figure, known = float(answer(row)), float(row.value)
    iterated = "quasi" in row.what  # R's standard errors are those of the step before its last
    if math.isnan(known):
        assert math.isnan(figure)
    else:
        assert figure == pytest.approx(known, rel=1e-7 if iterated else 1e-8, abs=1e-11)
