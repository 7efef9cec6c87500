"""Means, totals, ratios, shares and contrasts of domains as tidy frames, from an estimate and its deviations.

Every estimator here is a ratio of two weighted totals (a total has no denominator), so that all domains cost a few
passes over the respondents. How far the estimate would move, unit by unit (linearised) or replicate by replicate, is
one matrix Q of deviations; the covariance is QᵀQ. The same as R's ``svymean``, ``svytotal``, ``svyratio``, ``svyby``
and ``svyttest`` (package survey 4.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.intervals import proportion_interval, wald

if TYPE_CHECKING:
    from kepu_eval.survey.estimator import Estimator

Columns = str | Sequence[str] | None


@dataclass(frozen=True, eq=False)
class Estimated:
    """Estimates of all domains (arrays of that length) and what their uncertainty is found from.

    ``population``: sums of weights; ``spread``: the weighted mean square of the linearised values times the squared
    population; ``deviations``: matrices Q, a stage each (units × domains) or one (replicates × domains).
    ``replicates``: the estimate by replicate (replicates × domains) and ``scatter``, which makes such a matrix and
    its centre a Q; ``replicates`` is ``None`` when linearised.
    """

    domains: Domains
    estimate: NDArray[np.float64]
    n: NDArray[np.float64]
    df: NDArray[np.float64]
    population: NDArray[np.float64]
    spread: NDArray[np.float64]
    deviations: Sequence[NDArray[np.float64]] = ()
    replicates: NDArray[np.float64] | None = None
    scatter: Callable[[NDArray, NDArray], NDArray] = np.subtract

    @cached_property
    def se(self) -> NDArray[np.float64]:
        """Standard errors; missing for an empty domain."""
        variance = sum(np.einsum("ud,ud->d", q, q) for q in self.deviations)
        return np.where(np.isnan(self.estimate), np.nan, np.sqrt(variance))

    def se_of(self, transform: Callable[[NDArray], NDArray]) -> NDArray[np.float64] | None:
        """Standard errors of the transformed estimates, found on that scale; ``None`` without replicates."""
        if self.replicates is None:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.linalg.norm(self.scatter(transform(self.replicates), transform(self.estimate)), axis=0)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the domains' estimates (domains × domains)."""
        return sum((q.T @ q for q in self.deviations), np.zeros(1))

    @cached_property
    def deff(self) -> NDArray[np.float64]:
        """Against a simple random sample of n drawn with replacement (R: ``deff = "replace"``)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = self.spread / (self.n - 1)
            return np.where(simple > 0, self.se**2 / simple, np.nan)

    @property
    def deff_fpc(self) -> NDArray[np.float64]:
        """Against a simple random sample without replacement (R: ``deff = TRUE``); needs weights that expand."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = 1 - self.n / self.population
            return np.where(share > 0, self.deff / share, np.nan)


def table(sample: Estimator, by: Columns, result: Estimated, low: NDArray, high: NDArray) -> pd.DataFrame:
    """The tidy frame of estimates; see :meth:`Estimator.mean` for its columns."""
    groups = sample.domains(by)
    frame = pd.DataFrame(
        {
            "group": result.domains.names,
            "estimate": result.estimate,
            "se": result.se,
            "ci_low": low,
            "ci_high": high,
            "deff": result.deff,
            "deff_fpc": result.deff_fpc,
            "n": result.n.astype(int),
            "df": whole_numbers(result.df),
            "missing": groups.sizes - result.n.astype(int),
        }
    )
    if by is not None:
        frame["no_group"] = int(sample.domains(None).sizes[0] - groups.sizes.sum())
    return (
        frame if result.domains.columns.shape[1] < 2 else pd.concat([result.domains.columns, frame], axis=1)
    )


def whole_numbers(df: NDArray[np.float64]) -> NDArray:
    """Degrees of freedom as whole numbers, unless an agency states others."""
    return df.astype(int) if (df == np.round(df)).all() else df


def mean(sample: Estimator, y: str, by: Columns, confidence: float) -> pd.DataFrame:
    """See :meth:`Estimator.mean`."""
    values, domains = sample.values(y, by)
    result = sample.estimated(values, None, domains)
    return table(sample, by, result, *wald(result.estimate, result.se, result.df, confidence))


def proportion(sample: Estimator, y: str, by: Columns, confidence: float, method: str) -> pd.DataFrame:
    """See :meth:`Estimator.proportion`."""
    values, domains = sample.values(y, by, share=True)
    return shares(sample, values, domains, by, confidence, method)


def shares(
    sample: Estimator,
    values: NDArray[np.bool_],
    domains: Domains,
    by: Columns,
    confidence: float,
    method: str,
) -> pd.DataFrame:
    """Shares of the true among ``values`` in ``domains``, those of ``by`` who answered; see :meth:`Estimator.proportion`."""
    result = sample.estimated(values, None, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = result.population**2 / domains.sums(sample.weights**2) if method == "beta" else np.nan
    limits = proportion_interval(
        method, result.estimate, result.se, result.n, result.df, confidence,
        effective=effective, se_logit=result.se_of(special.logit) if method in ("logit", "likelihood") else None,
    )  # fmt: skip
    return table(sample, by, result, *limits)


def total(sample: Estimator, y: str, by: Columns, confidence: float) -> pd.DataFrame:
    """See :meth:`Estimator.total`."""
    values, domains = sample.values(y, by)
    result = sample.estimated(values, None, domains, total=True)
    return table(sample, by, result, *wald(result.estimate, result.se, result.df, confidence))


def ratio(
    sample: Estimator, numerator: str, denominator: str, by: Columns, confidence: float
) -> pd.DataFrame:
    """See :meth:`Estimator.ratio`."""
    above, domains = sample.values(numerator, by)
    below, known = sample.values(denominator, by)
    domains = domains.where(known.code < len(known))
    result = sample.estimated(above, below, domains)
    return table(sample, by, result, *wald(result.estimate, result.se, result.df, confidence))


def contrast(
    sample: Estimator, y: str, by: str | Sequence[str], against: str | None, confidence: float
) -> pd.DataFrame:
    """See :meth:`Estimator.contrast`."""
    values, domains = sample.values(y, by)
    result = sample.estimated(values, None, domains)
    names = list(domains.names)
    if against is not None and against not in names:
        raise SurveyError(f"分组“{by}”中没有“{against}”", hint=f"可选：{'、'.join(names)}")
    base = names.index(against) if against is not None else 0
    covariance = result.covariance
    others = [k for k in range(len(names)) if k != base]
    present = sample.present(domains)
    df = whole_numbers(np.maximum(sample.df_of(present[:, others] | present[:, [base]]) - 1, 0))
    gap = result.estimate[others] - result.estimate[base]
    variance = np.diag(covariance)[others] + covariance[base, base] - 2 * covariance[others, base]
    se = np.where(np.isnan(gap), np.nan, np.sqrt(np.maximum(variance, 0)))
    low, high = wald(gap, se, df, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = gap / se
    return pd.DataFrame(
        {
            "group": [f"{names[k]} - {names[base]}" for k in others],
            "estimate": gap, "se": se, "ci_low": low, "ci_high": high, "t": t,
            "p_value": 2 * special.stdtr(df, -np.abs(t)), "n": (result.n[others] + result.n[base]).astype(int), "df": df,
        }
    )  # fmt: skip


def one_sample(sample: Estimator, y: str, value: float, by: Columns, confidence: float) -> pd.DataFrame:
    """See :meth:`Estimator.ttest`."""
    if not np.isfinite(value):
        raise SurveyError(f"比较的定值应为一个数，现为{value}")
    values, domains = sample.values(y, by)
    result = sample.estimated(values, None, domains)
    gap, df = result.estimate - value, whole_numbers(np.maximum(result.df - 1, 0))
    low, high = wald(gap, result.se, df, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = gap / result.se
    return pd.DataFrame(
        {
            "group": domains.names, "mean": result.estimate, "estimate": gap, "se": result.se, "ci_low": low, "ci_high": high,
            "t": t, "p_value": 2 * special.stdtr(df, -np.abs(t)), "n": result.n.astype(int), "df": df,
        }
    )  # fmt: skip
