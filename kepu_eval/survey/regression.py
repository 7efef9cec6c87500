"""Regression on a complex sample: which differences between groups remain when others are held equal.

Weighted estimating equations with sandwich variances from PSU totals; Binder (1983). The same as R's ``svyglm``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.intervals import wald

if TYPE_CHECKING:
    from kepu_eval.survey.design import SurveyDesign

Family = Literal["gaussian", "quasibinomial"]
_STEPS = 50
_STILL = 1e-11


def regression(
    design: SurveyDesign,
    y: str,
    on: Sequence[str],
    family: Family = "gaussian",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Coefficients of ``y`` on the columns ``on``: numbers as they are, anything else by categories.

    A category is told from the first in order, whose term is left out. ``family``: gaussian (linear) or quasibinomial
    (logistic; ``y`` in 0 … 1, coefficients are log odds ratios). Columns: term ("(Intercept)", "ell", "stype=H"),
    estimate, se, ci_low, ci_high, t, p_value, n, df (the design's plus 1 less terms). Respondents with a missing
    value are left out but stay in the design. Raises :class:`SurveyError` for terms that depend on each other, and
    when the iteration does not converge.
    """
    if family not in get_args(Family):
        raise SurveyError(f"没有回归类型“{family}”，可用：{'、'.join(get_args(Family))}")
    numbers, answered = design.values(y)
    model, terms, known = _model(design, on, answered.code == 0)
    if family == "quasibinomial" and not ((numbers[known] >= 0) & (numbers[known] <= 1)).all():
        raise SurveyError(f"列“{y}”有0至1以外的值，不能做逻辑回归")
    weight = np.where(known, design.weights, 0.0)
    if np.linalg.matrix_rank(model[known]) < len(terms):
        raise SurveyError(f"自变量{'、'.join(on)}之间完全相关，请去掉重复的变量或没有样本的类别")
    estimate, information, residual = _fitted(model, numbers, weight, family)
    inside = Domains(np.where(known, 0, 1), ("",), pd.DataFrame(index=range(1)))
    variance = np.zeros((len(terms), len(terms)))
    for level, stage in enumerate(design.stages):
        scores = np.hstack([design.totals(x * residual, inside, level) for x in model.T])
        seen = None if level else design.stages[0].totals(inside.code, 1, weight, None)[0] > 0
        q = design.deviations(stage, np.linalg.solve(information, scores.T).T, seen)
        variance += q.T @ q
    se = np.sqrt(np.diag(variance))
    df = max(design.df + 1 - len(terms), 0)
    low, high = wald(estimate, se, df, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = estimate / se
    p_value = 2 * special.stdtr(df, -np.abs(t)) if df else np.nan
    return pd.DataFrame({"term": terms, "estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "t": t,
                         "p_value": p_value, "n": int(known.sum()), "df": df})  # fmt: skip


def _model(
    design: SurveyDesign, on: Sequence[str], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], list[str], NDArray[np.bool_]]:
    """Model matrix (n × terms), names of the terms, and who has all values."""
    columns, terms = [np.ones(len(known))], ["(Intercept)"]
    for name in on:
        if name in design.data and pd.api.types.is_numeric_dtype(design.data[name]):
            values, domains = design.values(name)
            columns.append(values)
            terms.append(name)
        else:
            domains = design.domains(name)
            columns += [(domains.code == k).astype(float) for k in range(1, len(domains))]
            terms += [f"{name}={category}" for category in domains.names[1:]]
        known = known & (domains.code < len(domains))
    return np.column_stack(columns), terms, known


def _fitted(
    model: NDArray, y: NDArray, weight: NDArray, family: Family
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients, weighted information and residuals, by iterated least squares."""
    beta = np.zeros(model.shape[1])
    for _ in range(_STEPS):
        fitted = model @ beta
        if family == "quasibinomial":
            fitted = special.expit(fitted)
        slope = fitted * (1 - fitted) if family == "quasibinomial" else np.ones(len(y))
        information = model.T @ (model * (weight * slope)[:, None])
        try:
            step = np.linalg.solve(information, model.T @ (weight * (y - fitted)))
        except np.linalg.LinAlgError:
            break
        beta = beta + step
        if np.max(np.abs(step)) <= _STILL * (1 + np.max(np.abs(beta))):
            return beta, information, y - fitted
    raise SurveyError("逻辑回归没有收敛：可能有类别全为0或全为1，请合并类别或去掉该变量")
