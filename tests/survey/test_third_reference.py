"""Replicate files, subpopulations, tests and models, against R 4.2.2 with survey 4.1.1; see reference/README.md."""

import math

import pandas as pd
import pytest

from kepu_eval.survey.intervals import wald
from kepu_eval.survey.replicates import rank
from tests.survey.answers import HERE
from tests.survey.answers_third import answer, part

ROWS = pd.read_csv(HERE / "third_reference.csv", keep_default_na=False)

RAKED = "civic|JKn|rake", "civic|boot|rake", "civic|boot|post", "clus1|boot|rake"
"""R's rake and postStratify count degrees of freedom anew, from weights that differ within a PSU; its calibrate doesn't.

Here they stay the replicates' own. That nothing else parts the two is shown with R's.
"""


def of_raked_degrees(row):
    """Whether a row of the figures rests on R's degrees of freedom of raked replicates."""
    rests = row.stat in ("df", "df2", "ci_low", "ci_high") or (
        row.what.startswith("test") and row.stat == "p_value"
    )
    return row.sample in RAKED and rests


def name_of(row):
    return "-".join((row.sample, row.what, row.variable, row.domain, row.stat))


@pytest.mark.parametrize("row", [row for row in ROWS.itertuples() if not of_raked_degrees(row)], ids=name_of)
def test_the_figure_is_that_of_r(row):
    figure, known = float(answer(row)), float(row.value)
    iterated = "quasi" in row.what  # R's standard errors are those of the step before its last
    if math.isnan(known):
        assert math.isnan(figure)
    else:
        assert figure == pytest.approx(known, rel=1e-7 if iterated else 1e-8, abs=1e-11)


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in ROWS.itertuples()
        if row.sample in RAKED and row.what == "mean" and row.stat in ("df", "ci_low", "ci_high")
    ],
    ids=name_of,
)
def test_raked_replicates_part_from_r_by_its_degrees_of_freedom_alone(row):
    found = part(row.sample, row.domain)
    inside = found.domains(None).code == 0
    counted = rank(found.weights_frame().to_numpy()[inside]) - 1
    if row.stat == "df":
        assert counted == float(row.value)
    else:
        mean = found.mean(row.variable).iloc[0]
        low, high = wald(mean["estimate"], mean["se"], counted)
        assert (low if row.stat == "ci_low" else high) == pytest.approx(float(row.value), rel=1e-8)
