"""Regression on a complex sample: which differences between groups remain when others are held equal.

Weighted estimating equations with sandwich variances from PSU totals (Binder 1983), or with the equations solved anew
in every replicate. The same as R's ``svyglm``, ``regTermTest`` and ``predict``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.domains import Domains, whole
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import whole_numbers
from kepu_eval.survey.intervals import wald
from kepu_eval.survey.replicates import Replicates
from kepu_eval.survey.terms import INTERCEPT, Terms, parsed

Family = Literal["gaussian", "quasibinomial", "quasipoisson"]
_STEPS = 50
_STILL = 1e-11
_OfFamily = dict[str, Callable[[NDArray], NDArray]]
_MEAN: _OfFamily = {"gaussian": lambda u: u, "quasibinomial": special.expit, "quasipoisson": np.exp}
_LINK: _OfFamily = {"gaussian": lambda m: m, "quasibinomial": special.logit, "quasipoisson": np.log}
_SLOPE: _OfFamily = {
    "gaussian": np.ones_like,
    "quasibinomial": lambda m: m * (1 - m),
    "quasipoisson": lambda m: m,
}


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted model: ``coefficients`` (p,) and their ``covariance`` (p × p), by ``names``; ``owners``: term of each.

    ``n``: respondents with all values, ``missing``: those without; ``df``: the degrees of freedom of those n, plus 1
    less coefficients.
    """

    family: Family
    terms: Terms
    names: tuple[str, ...]
    owners: tuple[str, ...]
    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    n: int
    missing: int
    df: int | float

    def table(self, confidence: float = 0.95) -> pd.DataFrame:
        """Columns: term ("(Intercept)", "ell", "stype=H", "stype=H:ell"), estimate, se, ci_low, ci_high, t, p_value, n, df."""
        se = np.sqrt(np.diag(self.covariance))
        low, high = wald(self.coefficients, se, self.df, confidence)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = self.coefficients / se
        p_value = 2 * special.stdtr(self.df, -np.abs(t)) if self.df else np.nan
        return pd.DataFrame({"term": self.names, "estimate": self.coefficients, "se": se, "ci_low": low, "ci_high": high,
                             "t": t, "p_value": p_value, "n": self.n, "df": self.df})  # fmt: skip

    def tests(self) -> pd.DataFrame:
        """Wald's F test of every term, all its coefficients at once (R: ``regTermTest``): term, statistic, df1, df2, p_value."""
        rows = []
        for term in dict.fromkeys(self.owners):
            use = np.array([owner == term for owner in self.owners])
            if term == INTERCEPT:
                continue
            beta, k = self.coefficients[use], int(use.sum())
            statistic = float(beta @ np.linalg.lstsq(self.covariance[np.ix_(use, use)], beta)[0]) / k
            p_value = float(special.fdtrc(k, self.df, statistic)) if self.df else np.nan
            rows.append((term, statistic, k, self.df, p_value))
        return pd.DataFrame(rows, columns=["term", "statistic", "df1", "df2", "p_value"])

    def predict(self, data: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
        """Expected outcome of people with the values that the rows of ``data`` have: estimate, se, ci_low, ci_high.

        Shares of a quasibinomial, counts of a quasipoisson model; limits are found on the scale of the link. A row
        with a missing value is missing; :class:`SurveyError` for a category that the model has not seen.
        """
        model, _, _, known = self.terms.matrix(data)
        at = np.where(known, model @ self.coefficients, np.nan)
        error = np.sqrt(np.einsum("ij,jk,ik->i", model, self.covariance, model))
        mean = _MEAN[self.family]
        low, high = (mean(limit) for limit in wald(at, error, self.df, confidence))
        fitted = mean(at)
        return pd.DataFrame({"estimate": fitted, "se": np.abs(_SLOPE[self.family](fitted)) * error,
                             "ci_low": low, "ci_high": high}, index=data.index)  # fmt: skip


def regression(
    sample: SurveyDesign | Replicates,
    y: str,
    on: Sequence[str],
    family: Family = "gaussian",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Coefficients of ``y`` on ``on``: the table of :func:`fitted`, which says how terms are written."""
    return fitted(sample, y, on, family).table(confidence)


def fitted(
    sample: SurveyDesign | Replicates, y: str, on: Sequence[str], family: Family = "gaussian"
) -> Regression:
    """Fit ``y`` on the terms ``on``: numbers as they are, anything else by categories.

    ``factor(x)``: codes that are numbers, by categories; ``a*b``: both and their interaction. A category is told from
    the first in order, whose term is left out; categories without respondents are. ``family``: gaussian (linear),
    quasibinomial (logistic; ``y`` in 0 … 1, coefficients are log odds ratios) or quasipoisson (log-linear, ``y`` ≥ 0).
    Respondents with a missing value are left out but stay in the design. Raises :class:`SurveyError` for terms that
    depend on each other, and when the iteration does not converge.
    """
    if family not in get_args(Family):
        raise SurveyError(f"没有回归类型“{family}”", hint=f"可用：{'、'.join(get_args(Family))}")
    numbers, answered = sample.values(y)
    asked = answered.code == 0
    terms = parsed(on, sample.data, asked)
    model, names, owners, complete = terms.matrix(sample.data)
    known = asked & complete
    _refuse_outcome(y, numbers[known], family)
    rows = np.flatnonzero(known)
    x, values, weight = model[rows], numbers[rows], sample.weights[rows]
    if np.linalg.matrix_rank(x) < len(names):
        raise SurveyError(f"自变量{'、'.join(on)}之间完全相关", hint="请去掉重复的变量或没有样本的类别")
    estimate, information, residual = _solved(x, values, weight, family)
    inside = whole(len(known)).where(known)
    if isinstance(sample, Replicates):
        again = np.array([_solved(x, values, w, family, estimate)[0] for w in sample.each(rows)])
        q = sample.scatter(again, estimate)
        covariance = q.T @ q
    else:
        every = np.zeros(len(known))
        every[rows] = residual
        covariance = _sandwich(sample, model * every[:, None], information, inside)
    (df,) = whole_numbers(np.maximum(sample.df_of(sample.present(inside)) + 1 - len(names), 0))
    return Regression(
        family, terms, tuple(names), tuple(owners), estimate, covariance, len(rows),
        int(sample.domains(None).sizes[0]) - len(rows), df,
    )  # fmt: skip


def _sandwich(
    design: SurveyDesign, scores: NDArray[np.float64], information: NDArray[np.float64], inside: Domains
) -> NDArray[np.float64]:
    """Covariance of the coefficients from each respondent's scores (n × p), stage by stage."""
    variance = np.zeros_like(information)
    present = design.present(inside)
    for level, stage in enumerate(design.stages):
        totals = np.hstack([design.totals(score, inside, level) for score in scores.T])
        q = design.deviations(stage, np.linalg.solve(information, totals.T).T, None if level else present)
        variance += q.T @ q
    return variance


def _refuse_outcome(y: str, values: NDArray[np.float64], family: Family) -> None:
    if not len(values):
        raise SurveyError(f"没有“{y}”和自变量都齐全的受访者，不能回归")
    if family == "quasibinomial" and not ((values >= 0) & (values <= 1)).all():
        raise SurveyError(f"列“{y}”有0至1以外的值，不能做逻辑回归")
    if family == "quasipoisson" and (values < 0).any():
        raise SurveyError(f"列“{y}”有负数，不能做泊松回归")


def _solved(
    model: NDArray,
    y: NDArray,
    weight: NDArray,
    family: Family,
    start: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients, weighted information and residuals, by iterated least squares from ``start``."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        beta = np.zeros(model.shape[1]) if start is None else start
        if start is None:
            beta[0] = _LINK[family](np.average(y, weights=weight))
        for _ in range(_STEPS):
            mean = _MEAN[family](model @ beta)
            residual = y - mean
            information = model.T @ (model * (weight * _SLOPE[family](mean))[:, None])
            try:
                step = np.linalg.solve(information, model.T @ (weight * residual))
            except np.linalg.LinAlgError:
                break
            beta = beta + step
            if not np.isfinite(beta).all():
                break
            if np.max(np.abs(step)) <= _STILL * (1 + np.max(np.abs(beta))):
                return beta, information, residual
    raise SurveyError("回归没有收敛：可能有类别全为0或全为1", hint="请合并类别或去掉该变量")
