"""Thousands of figures of R: compared one by one, in one test for each sample and function."""

import math
from itertools import groupby
from operator import attrgetter

import pytest


def by_columns(rows, *columns):
    """Arguments of ``parametrize``: rows that are alike in these columns, and that for a name."""
    key = attrgetter(*columns)
    together = {k: list(found) for k, found in groupby(sorted(rows, key=key), key)}
    return {"argvalues": list(together.values()), "ids": ["-".join(k) for k in together]}


def differing(compared, tolerance):
    """Of (row, figure, known) those whose figure is not the known one within the row's relative tolerance."""
    return [
        (tuple(row), figure)
        for row, figure, known in compared
        if figure != pytest.approx(known, rel=tolerance(row), abs=1e-11, nan_ok=math.isnan(known))
    ]
