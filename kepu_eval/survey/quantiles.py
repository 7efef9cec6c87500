"""Quantiles of domains with Woodruff's intervals. The same as R's ``svyquantile`` (survey 4.5, interval "mean")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import linearised
from kepu_eval.survey.intervals import wald

if TYPE_CHECKING:
    from kepu_eval.survey.design import SurveyDesign

# Cumulated weights that differ by less than rounding are the same: no rule may depend on the order of summation.
_TIE = 1e-12


def quantile(
    design: SurveyDesign,
    y: str,
    q: float | Sequence[float],
    by: str | Sequence[str] | None,
    confidence: float,
    rule: str,
) -> pd.DataFrame:
    """See :meth:`SurveyDesign.quantile`."""
    if rule not in RULES:
        raise SurveyError(f"没有分位数规则“{rule}”，可用：{'、'.join(RULES)}")
    probabilities = np.atleast_1d(np.asarray(q, dtype=float))
    if not ((probabilities > 0) & (probabilities < 1)).all():
        raise SurveyError("分位数的水平应在0与1之间（不含）")
    values, domains = design.values(y, by)
    rows = []
    for k, name in enumerate(domains.names):
        inside = domains.code == k
        x, w = values[inside], design.weights[inside]
        rows += [
            {"group": name, "q": p} | _one(design, values, domains, k, x, w, p, confidence, rule)
            for p in probabilities
        ]
    return pd.DataFrame(rows)


def _one(design, values, domains, k, x, w, p, confidence, rule) -> dict:  # noqa: ANN001 - one cell of quantile()
    if not len(x):
        return dict.fromkeys(("estimate", "se", "ci_low", "ci_high"), np.nan) | {"n": 0, "df": 0}
    at = RULES[rule](x, w, p)
    only = domains.where(domains.code == k)
    below = linearised(design, (values <= at).astype(float), None, only)
    share, se, df = below.estimate[k], below.se[k], below.df[k]
    limits = [RULES[rule](x, w, s) if 0 <= s <= 1 else np.nan for s in wald(share, se, df, confidence)]
    half = (limits[1] - limits[0]) / 2
    return {"estimate": at, "se": half / stats.t.ppf((1 + confidence) / 2, df), "ci_low": limits[0],
            "ci_high": limits[1], "n": len(x), "df": int(df)}  # fmt: skip


def _sorted(x: NDArray, w: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    order = np.argsort(x, kind="stable")
    return x[order], w[order], np.cumsum(w[order])


def _step(x: NDArray, w: NDArray, p: float, at_tie: Callable[[float, float], float]) -> float:
    """The first value whose cumulated weight exceeds p; where one meets p exactly, ``at_tie`` of it and the next."""
    x, w, cumulated = _sorted(x, w)
    share = cumulated / cumulated[-1]
    k = int(np.searchsorted(share, p + _TIE, side="right"))
    after = x[min(k, len(x) - 1)]
    return float(at_tie(x[k - 1], after) if k and abs(share[k - 1] - p) <= _TIE else after)


def _math(x: NDArray, w: NDArray, p: float) -> float:
    """Inverse of the weighted distribution function (Hyndman & Fan 1)."""
    return _step(x, w, p, lambda low, _: low)


def _school(x: NDArray, w: NDArray, p: float) -> float:
    """As ``math``, but the mean of two neighbours where the distribution meets p exactly (Hyndman & Fan 2)."""
    return _step(x, w, p, lambda low, high: (low + high) / 2)


def _hf7(x: NDArray, w: NDArray, p: float) -> float:
    """Linear interpolation with the first value at 0 and the last at 1 (Hyndman & Fan 7)."""
    x, w, cumulated = _sorted(x, w)
    if len(x) == 1:
        return float(x[0])
    return float(np.interp(p, np.append(0.0, cumulated[:-1]) / cumulated[-2], x))


def _shahvaish(x: NDArray, w: NDArray, p: float) -> float:
    """Shah & Vaish (2006) as R computes it: half of the weight as given, not scaled to mean 1, is taken off."""
    x, w, cumulated = _sorted(x, w)
    position = (cumulated / w.mean() + 0.5 - w / 2) / (len(x) + 1)
    order = np.argsort(position, kind="stable")
    k = int(np.searchsorted(position[order], p + _TIE, side="right"))
    return float(x[order][max(k - 1, 0)])


RULES: dict[str, Callable[[NDArray, NDArray, float], float]] = {
    "math": _math,
    "school": _school,
    "hf7": _hf7,
    "shahvaish": _shahvaish,
}
