"""Quantiles of domains with Woodruff's intervals. The same as R's ``svyquantile`` (survey 4.5, interval "mean")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import whole_numbers
from kepu_eval.survey.intervals import t_quantile, wald

if TYPE_CHECKING:
    from kepu_eval.survey.estimator import Estimator
    from kepu_eval.survey.replicates import Replicates

# Cumulated weights that differ by less than rounding are the same: no rule may depend on the order of summation.
_TIE = 1e-12


def quantile(
    sample: Estimator,
    y: str,
    q: float | Sequence[float],
    by: str | Sequence[str] | None,
    confidence: float,
    rule: str,
    interval: str,
) -> pd.DataFrame:
    """See :meth:`Estimator.quantile`."""
    probabilities = _levels(sample, q, rule, interval)
    values, domains = sample.values(y, by)
    columns, weight = [], sample.weights
    inside = [np.flatnonzero(domains.code == k) for k in range(len(domains))]
    for p in probabilities:
        at = np.array([RULES[rule](values[i], weight[i], p) if len(i) else np.nan for i in inside])
        below = values <= np.append(at, np.nan)[domains.code]
        share = sample.estimated(below, None, domains)
        if interval == "replicates":
            se = _scattered(sample, values, inside, at, p, rule)  # type: ignore[arg-type]  # refused above without replicates
            low, high = wald(at, se, share.df, confidence)
        else:
            limits = [
                [
                    RULES[rule](values[i], weight[i], s) if 0 <= s <= 1 else np.nan
                    for i, s in zip(inside, side, strict=True)
                ]
                for side in wald(share.estimate, share.se, share.df, confidence)
            ]
            low, high = np.array(limits)
            se = (high - low) / 2 / t_quantile(share.df, confidence)
        columns.append(
            pd.DataFrame(
                {
                    "group": domains.names,
                    "q": p,
                    "estimate": at,
                    "se": se,
                    "ci_low": low,
                    "ci_high": high,
                    "n": share.n.astype(int),
                    "df": whole_numbers(share.df),
                }
            )
        )
    by_group = np.arange(len(domains) * len(columns)).reshape(len(columns), -1).T.ravel()
    return pd.concat(columns).iloc[by_group].reset_index(drop=True)


def _levels(sample: Estimator, q: float | Sequence[float], rule: str, interval: str) -> np.ndarray:
    """The levels that are asked for; refuses what there is no rule or interval of."""
    if interval not in INTERVALS:
        raise SurveyError(f"没有分位数区间“{interval}”", hint=f"可用：{'、'.join(INTERVALS)}")
    if interval == "replicates" and not hasattr(sample, "each"):
        raise SurveyError("interval='replicates' 须用重复权数", hint="请先用 replicates 或 with_replicates")
    if rule not in RULES:
        raise SurveyError(f"没有分位数规则“{rule}”", hint=f"可用：{'、'.join(RULES)}")
    probabilities = np.atleast_1d(np.asarray(q, dtype=float))
    if not ((probabilities > 0) & (probabilities < 1)).all():
        raise SurveyError("分位数的水平应在0与1之间（不含）")
    return probabilities


def _scattered(
    sample: Replicates, values: NDArray, inside: list[NDArray], at: NDArray, p: float, rule: str
) -> NDArray[np.float64]:
    """Standard errors from the quantile of every replicate, domain by domain."""
    errors = []
    for rows, centre in zip(inside, at, strict=True):
        x, kept = values[rows], []
        for weight in sample.each(rows):
            use = weight > 0
            kept.append(RULES[rule](x[use], weight[use], p) if use.any() else np.nan)
        scattered = sample.scatter(np.array(kept)[:, None], np.array([centre]))
        errors.append(np.linalg.norm(scattered) if len(rows) else np.nan)
    return np.array(errors)


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


INTERVALS = ("woodruff", "replicates")
RULES: dict[str, Callable[[NDArray, NDArray, float], float]] = {
    "math": _math,
    "school": _school,
    "hf7": _hf7,
    "shahvaish": _shahvaish,
}
