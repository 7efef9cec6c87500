"""Confidence intervals of proportions; arrays in, arrays out. Method and names as R's ``survey::svyciprop``.

``p``, ``se``, ``n`` (respondents) and ``df`` are one a domain. A standard error of zero supports no interval: where
``p`` is 0 or 1, or nothing varies, the limits are missing, never [p, p]; only ``beta`` has an answer there.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from kepu_eval.survey.errors import SurveyError

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def wald(estimate: ArrayLike, se: ArrayLike, df: ArrayLike, confidence: float = 0.95) -> Limits:
    """Limits estimate ± t(df)·se; ``df`` may be infinite (normal). Neither df ≤ 0 nor se = 0 supports an interval."""
    estimate, se = np.asarray(estimate, dtype=float), np.asarray(se, dtype=float)
    half = np.where(se > 0, t_quantile(df, confidence) * se, np.nan)
    return estimate - half, estimate + half


def proportion_interval(
    method: str,
    p: ArrayLike,
    se: ArrayLike,
    n: ArrayLike,
    df: ArrayLike,
    confidence: float = 0.95,
    *,
    effective: ArrayLike = np.nan,
    se_logit: ArrayLike | None = None,
) -> Limits:
    """Limits by ``method``: logit, xlogit, beta, wilson, mean, asin or likelihood.

    ``effective`` is Kish's effective sample size, used by ``beta`` where p is 0 or 1; ``se_logit`` the standard
    error of logit(p) where it was estimated on that scale (replicates), else linearised from ``se``.
    Raises :class:`SurveyError` for an unknown method.
    """
    refuse_level(confidence)
    if method not in _METHODS:
        raise SurveyError(f"没有置信区间方法“{method}”", hint=f"可用：{'、'.join(_METHODS)}")
    columns = np.broadcast_arrays(*map(np.atleast_1d, (p, se, n, df)))
    p, se, n, df = (np.asarray(column, dtype=float) for column in columns)
    error: NDArray[np.float64] = se
    if se_logit is not None:
        # R's likelihood takes the dispersion over n − 1 from a linearised model, over n from replicates
        dispersion = np.sqrt(1 - 1 / n) if method == "likelihood" else 1.0
        error = np.asarray(se_logit) * p * (1 - p) * dispersion
    inner = (p > 0) & (p < 1) & (error > 0) & (df > 0)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    if inner.any():
        args = p[inner], error[inner], n[inner], df[inner], confidence
        low[inner], high[inner] = _METHODS[method](*args)
    edge = ((p == 0) | (p == 1)) & (method == "beta")
    if edge.any():
        low[edge], high[edge] = _clopper(p[edge], np.broadcast_to(effective, p.shape)[edge], confidence)
    return low, high


def refuse_level(confidence: object) -> None:
    """:class:`SurveyError` for a confidence level that is none: 95 is no level, 0.95 is."""
    if not (isinstance(confidence, Real) and 0 < float(confidence) < 1):
        raise SurveyError(f"置信水平应在0与1之间，现为{confidence}", hint="95%请写成0.95")


def t_quantile(df: ArrayLike, confidence: float) -> NDArray[np.float64]:
    """Quantile of Student's t; of the normal for infinite degrees of freedom, missing without any."""
    refuse_level(confidence)
    df, p = np.asarray(df, dtype=float), (1 + confidence) / 2
    return np.where(
        df > 0, np.where(np.isinf(df), special.ndtri(p), special.stdtrit(np.clip(df, 1, 1e10), p)), np.nan
    )


def _mean(p, se, n, df, confidence) -> Limits:  # noqa: ANN001, ARG001 - arrays; one signature for all methods
    return wald(p, se, df, confidence)


def _logit(p, se, n, df, confidence) -> Limits:  # noqa: ANN001, ARG001
    low, high = wald(special.logit(p), se / (p * (1 - p)), df, confidence)
    return special.expit(low), special.expit(high)


def _asin(p, se, n, df, confidence) -> Limits:  # noqa: ANN001, ARG001
    low, high = wald(np.arcsin(np.sqrt(p)), se / (2 * np.sqrt(p * (1 - p))), df, confidence)
    return np.sin(low) ** 2, np.sin(high) ** 2


def _beta(p, se, n, df, confidence) -> Limits:  # noqa: ANN001
    """Korn & Graubard (1998): Clopper–Pearson on the effective n, adjusted for the degrees of freedom once."""
    effective = p * (1 - p) / se**2 * (t_quantile(n - 1, confidence) / t_quantile(df, confidence)) ** 2
    return _clopper(p, effective, confidence)


def _clopper(p, effective, confidence) -> Limits:  # noqa: ANN001
    tail = (1 - confidence) / 2
    low = np.where(p > 0, special.betaincinv(effective * p, effective * (1 - p) + 1, tail), 0.0)
    high = np.where(p < 1, special.betaincinv(effective * p + 1, effective * (1 - p), 1 - tail), 1.0)
    return np.where(np.isnan(effective), np.nan, low), np.where(np.isnan(effective), np.nan, high)


def _wilson(p, se, n, df, confidence) -> Limits:  # noqa: ANN001, ARG001
    effective = p * (1 - p) / se**2
    square = t_quantile(df, confidence) ** 2
    centre = p + square / (2 * effective)
    half = np.sqrt(square) / (2 * effective) * np.sqrt(4 * effective * p * (1 - p) + square)
    return tuple((centre + side * half) / (1 + square / effective) for side in (-1, 1))


def _likelihood(p, se, n, df, confidence) -> Limits:  # noqa: ANN001
    """Where the binomial log-likelihood has fallen by the quantile scaled with the design effect (Rao–Scott)."""
    from scipy import optimize

    cut = t_quantile(df, confidence) ** 2 * (se**2 * n / (p * (1 - p))) * n / (n - 1)

    def root(share: float, size: float, fall: float, end: float) -> float:
        def excess(logit: float) -> float:
            at = special.expit(logit)
            return 2 * size * (special.rel_entr(share, at) + special.rel_entr(1 - share, 1 - at)) - fall

        return special.expit(optimize.brentq(excess, *sorted((special.logit(share), end)), xtol=1e-13))

    ends = [[root(*row, end) for row in zip(p, n, cut, strict=True)] for end in (-40.0, 36.0)]
    return np.array(ends[0]), np.array(ends[1])


_METHODS: dict[str, Callable[..., Limits]] = {
    "logit": _logit,
    "xlogit": _logit,
    "beta": _beta,
    "wilson": _wilson,
    "mean": _mean,
    "asin": _asin,
    "likelihood": _likelihood,
}
