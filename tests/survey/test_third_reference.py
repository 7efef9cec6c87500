"""Replicate files, subpopulations, tests and models, against R 4.2.2 with survey 4.1.1; see reference/README.md."""

import pandas as pd
import pytest

from tests.survey.answers import HERE
from tests.survey.answers_third import answer
from tests.survey.rows import by_columns, differing

ROWS = list(pd.read_csv(HERE / "third_reference.csv", keep_default_na=False).itertuples())


def tolerance(row):
    return 1e-7 if "quasi" in row.what else 1e-8  # R's standard errors are those of the step before its last


@pytest.mark.parametrize("rows", **by_columns(ROWS, "sample", "what"))
def test_the_figures_are_those_of_r(rows):
    compared = [(row, float(answer(row)), float(row.value)) for row in rows]
    assert differing(compared, tolerance) == []
