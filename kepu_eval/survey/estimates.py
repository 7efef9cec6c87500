"""Means, totals, ratios and contrasts of domains, with Taylor-linearised standard errors.

Every estimator here is a ratio of two weighted totals (a total has no denominator), so that its linearised values sum
over a PSU to a combination of two PSU totals: two passes over the respondents give all domains at once. The same as
R's ``svymean``, ``svytotal``, ``svyratio``, ``svyby`` and ``svyttest`` (package survey 4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.intervals import proportion_interval, wald

if TYPE_CHECKING:
    from kepu_eval.survey.design import SurveyDesign

Columns = str | Sequence[str] | None
_ROUNDING = 1e-12  # a difference of two squares below this share of them is no variance


@dataclass(frozen=True, eq=False)
class Linearised:
    """Estimates of all domains (arrays of that length) and, stage by stage, their scaled unit deviations Q."""

    domains: Domains
    estimate: NDArray[np.float64]
    deviations: list[NDArray[np.float64]]
    n: NDArray[np.float64]
    df: NDArray[np.float64]
    population: NDArray[np.float64]
    spread: NDArray[np.float64]

    @property
    def se(self) -> NDArray[np.float64]:
        """Standard errors; missing for an empty domain."""
        variance = sum(np.einsum("ud,ud->d", q, q) for q in self.deviations)
        return np.where(np.isnan(self.estimate), np.nan, np.sqrt(variance))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the domains' estimates (domains × domains)."""
        return sum(q.T @ q for q in self.deviations)

    @property
    def deff(self) -> NDArray[np.float64]:
        """Against a simple random sample of n drawn with replacement (R: ``deff = "replace"``).

        ``spread`` is the weighted mean square of the linearised values times the squared population.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = self.spread / (self.n - 1)
            return np.where(simple > 0, self.se**2 / simple, np.nan)

    @property
    def deff_fpc(self) -> NDArray[np.float64]:
        """Against a simple random sample without replacement (R: ``deff = TRUE``); needs weights that expand."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = 1 - self.n / self.population
            return np.where(share > 0, self.deff / share, np.nan)


def linearised(
    design: SurveyDesign,
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64] | None,
    domains: Domains,
    *,
    total: bool = False,
) -> Linearised:
    """Ratio of the weighted totals of ``numerator`` and ``denominator`` (``None``: 1) in each domain.

    With ``total`` the weighted total of ``numerator`` itself. Values are one a respondent, finite inside the domains.
    """
    weight = design.weights
    above, below = weight * numerator, weight if denominator is None else weight * denominator
    raw_above, raw_below = (design.totals(v, domains) for v in (above, below))
    y, x = raw_above.sum(axis=0), raw_below.sum(axis=0)
    n = domains.sums().astype(float)
    population = x if denominator is None else domains.sums(weight)
    present = (raw_below if denominator is None else design.totals(weight, domains)) > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(n > 0, y if total else y / x, np.nan)
        scale, share = (1.0, 0.0) if total else (1 / x, estimate)
        if total or denominator is None:
            squares = domains.sums(above * numerator) * scale**2
        else:
            squares = (domains.sums(above * numerator) - 2 * share * domains.sums(above * denominator)
                       + share**2 * domains.sums(below * denominator)) * scale**2  # fmt: skip
        mean = y * scale / population if total or denominator is None else 0.0
        square = squares / population
        spread = np.where(square - mean**2 > _ROUNDING * square, square - mean**2, 0.0) * population**2
    deviations = []
    for level, stage in enumerate(design.stages):
        units = (
            (raw_above, raw_below)
            if level == 0
            else [design.totals(v, domains, level) for v in (above, below)]
        )
        seen = present if level == 0 else None
        scores = (
            units[0] if total else (units[0] - np.nan_to_num(share) * units[1]) * np.where(x == 0, 0, scale)
        )
        deviations.append(design.deviations(stage, scores, seen))
    return Linearised(domains, estimate, deviations, n, design.df_of(present), population, spread)


def table(result: Linearised, low: NDArray, high: NDArray) -> pd.DataFrame:
    """The tidy frame of estimates; see :meth:`SurveyDesign.mean` for its columns."""
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
            "df": result.df.astype(int),
        }
    )
    return (
        frame if result.domains.columns.shape[1] < 2 else pd.concat([result.domains.columns, frame], axis=1)
    )


def mean(design: SurveyDesign, y: str, by: Columns, confidence: float) -> pd.DataFrame:
    """See :meth:`SurveyDesign.mean`."""
    values, domains = design.values(y, by)
    result = linearised(design, values, None, domains)
    return table(result, *wald(result.estimate, result.se, result.df, confidence))


def proportion(design: SurveyDesign, y: str, by: Columns, confidence: float, method: str) -> pd.DataFrame:
    """See :meth:`SurveyDesign.proportion`."""
    values, domains = design.values(y, by, share=True)
    result = linearised(design, values, None, domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = result.population**2 / domains.sums(design.weights**2) if method == "beta" else np.nan
    limits = proportion_interval(
        method, result.estimate, result.se, result.n, result.df, confidence, effective=effective
    )
    return table(result, *limits)


def total(design: SurveyDesign, y: str, by: Columns, confidence: float) -> pd.DataFrame:
    """See :meth:`SurveyDesign.total`."""
    values, domains = design.values(y, by)
    result = linearised(design, values, None, domains, total=True)
    return table(result, *wald(result.estimate, result.se, result.df, confidence))


def ratio(
    design: SurveyDesign, numerator: str, denominator: str, by: Columns, confidence: float
) -> pd.DataFrame:
    """See :meth:`SurveyDesign.ratio`."""
    above, domains = design.values(numerator, by)
    below, known = design.values(denominator, by)
    domains = domains.where(known.code < len(known))
    result = linearised(design, above, below, domains)
    return table(result, *wald(result.estimate, result.se, result.df, confidence))


def contrast(
    design: SurveyDesign, y: str, by: str | Sequence[str], against: str | None, confidence: float
) -> pd.DataFrame:
    """See :meth:`SurveyDesign.contrast`."""
    values, domains = design.values(y, by)
    result = linearised(design, values, None, domains)
    names = list(domains.names)
    if against is not None and against not in names:
        raise SurveyError(f"分组“{by}”中没有“{against}”，可选：{'、'.join(names)}")
    base = names.index(against) if against is not None else 0
    covariance = result.covariance
    df = max(design.df - 1, 0)
    others = [k for k in range(len(names)) if k != base]
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
            "p_value": 2 * stats.t.sf(np.abs(t), df), "n": (result.n[others] + result.n[base]).astype(int), "df": df,
        }
    )  # fmt: skip
