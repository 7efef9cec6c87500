"""Pearson's correlation on a complex sample, by domains.

A function of means: its error is theirs by Taylor's series, or its scatter over replicates. R: ``svyvar`` and
``svycontrast``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.intervals import wald


def correlation(
    sample: Estimator, x: str, y: str, by: str | Sequence[str] | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """Correlation of ``x`` and ``y``, overall or in each domain of ``by``.

    Columns: group, estimate, se, ci_low, ci_high (Fisher's z with the domain's degrees of freedom), t, p_value, n, df.
    Respondents without both values are left out but stay in the design; where one does not vary, it is missing.
    """
    one, domains = sample.values(x, by)
    other, answered = sample.values(y, by)
    domains = domains.where(answered.code < len(answered))
    one, other = (_centred(sample, values, domains) for values in (one, other))
    products = one, other, one * one, other * other, one * other
    parts = [sample.estimated(values, None, domains) for values in products]
    _, _, xx, yy, xy = (part.estimate for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = xy / np.sqrt(xx * yy)
        if parts[0].replicates is None:
            stages = zip(*(part.deviations for part in parts[2:]), strict=True)
            q = [qxy / np.sqrt(xx * yy) - r / 2 * (qxx / xx + qyy / yy) for qxx, qyy, qxy in stages]
        else:
            q = [
                parts[0].scatter(
                    _from_means(*(part.replicates for part in parts if part.replicates is not None)), r
                )
            ]
        se = np.sqrt(sum((part**2).sum(axis=0) for part in q))
        low, high = wald(np.arctanh(r), se / (1 - r**2), parts[0].df, confidence)
        t = r / se
    p_value = 2 * special.stdtr(parts[0].df, -np.abs(t))
    return pd.DataFrame({"group": domains.names, "estimate": r, "se": se, "ci_low": np.tanh(low), "ci_high": np.tanh(high),
                         "t": t, "p_value": p_value, "n": parts[0].n.astype(int), "df": parts[0].df})  # fmt: skip


def _centred(sample: Estimator, values: NDArray, domains: Domains) -> NDArray[np.float64]:
    """Less the domain's mean, so that no digits are lost in squares."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = domains.sums(sample.weights * values) / domains.sums(sample.weights)
    return np.where(domains.code < len(domains), values - np.append(mean, 0.0)[domains.code], 0.0)


def _from_means(x: NDArray, y: NDArray, xx: NDArray, yy: NDArray, xy: NDArray) -> NDArray[np.float64]:
    return (xy - x * y) / np.sqrt((xx - x**2) * (yy - y**2))
