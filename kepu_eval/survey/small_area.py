"""Small areas: the Fay–Herriot model, which lends a district with few respondents the strength of its covariates.

Fay & Herriot (1979): direct estimate = x'β + v + e, v ~ (0, A) between areas, e ~ (0, ψ) with known sampling
variance ψ. EBLUP and its MSE after Prasad & Rao (1990) and Datta & Lahiri (2000), as in Rao & Molina (2015, §6.1–6.2)
and R's package sae. How little a larger survey says of a district by itself is :func:`kepu_eval.survey.half_width`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.errors import SurveyError

Method = Literal["REML", "ML"]
_GRID = 200  # starting points over the range of A, so that the highest of several maxima is found


@dataclass(frozen=True, eq=False)
class FayHerriot:
    """A fitted model.

    ``areas``: area, direct, se (of direct), eblup, mse, rmse, gamma (weight of the direct estimate, 0 … 1),
    synthetic (x'β), gain (share of the direct variance that the model saves). ``coefficients``: term, estimate, se.
    ``variance``: A, between areas beyond the covariates; 0 means that the covariates alone are believed.
    """

    areas: pd.DataFrame
    coefficients: pd.DataFrame
    variance: float
    method: Method


def fay_herriot(
    data: pd.DataFrame,
    estimate: str,
    se: str,
    covariates: Sequence[str] = (),
    area: str = "group",
    method: Method = "REML",
) -> FayHerriot:
    """Fit the model to one row an area: direct ``estimate`` and its ``se`` (columns), and ``covariates``.

    An intercept is added. Estimates, se and the answer share one unit. Raises :class:`SurveyError` for columns that
    are missing or incomplete, a ``se`` that is not positive, fewer areas than coefficients + 2, covariates that
    depend on each other.
    """
    if method not in ("REML", "ML"):
        raise SurveyError(f"没有方差估计方法“{method}”", hint="可用：REML、ML")
    _refuse(data, (area, estimate, se, *covariates))
    y, psi = data[estimate].to_numpy(dtype=float), data[se].to_numpy(dtype=float) ** 2
    if not (psi > 0).all():
        names = "、".join(data.loc[~(psi > 0), area].astype(str))
        raise SurveyError(f"地区{names}的标准误不大于0，不能用于小区域估计", hint="请补充标准误，或不列入")
    x = np.column_stack([np.ones(len(y)), *(data[name].to_numpy(dtype=float) for name in covariates)])
    if len(y) < x.shape[1] + 2:
        raise SurveyError(
            f"只有{len(y)}个地区，{x.shape[1]}个系数至少需要{x.shape[1] + 2}个地区", hint="请减少协变量"
        )
    if np.linalg.matrix_rank(x / np.abs(x).max(axis=0).clip(min=1e-300)) < x.shape[1]:
        raise SurveyError("协变量之间线性相关，或在各地区取值相同", hint="请去掉多余的协变量")
    a = _variance(y, x, psi, method)
    beta, spread = _regression(y, x, psi, a)
    synthetic, gamma = x @ beta, a / (a + psi)
    eblup = gamma * y + (1 - gamma) * synthetic
    mse = _mse(x, psi, a, spread, method)
    areas = pd.DataFrame(
        {
            "area": data[area].to_numpy(), "direct": y, "se": np.sqrt(psi), "eblup": eblup, "mse": mse,
            "rmse": np.sqrt(mse), "gamma": gamma, "synthetic": synthetic, "gain": 1 - mse / psi,
        }
    )  # fmt: skip
    terms = pd.DataFrame({"term": ["常数", *covariates], "estimate": beta, "se": np.sqrt(np.diag(spread))})
    return FayHerriot(areas, terms, a, method)


def _refuse(data: pd.DataFrame, columns: Sequence[str]) -> None:
    lost = [name for name in columns if name not in data]
    if lost:
        raise SurveyError(f"地区数据缺少列：{'、'.join(lost)}", hint="请检查列名")
    for name in columns:
        missing = int(data[name].isna().sum())
        if missing:
            raise SurveyError(f"列“{name}”有{missing}个地区缺失", hint="请补齐或不列入这些地区")


def _regression(y: NDArray, x: NDArray, psi: NDArray, a: float) -> tuple[NDArray, NDArray]:
    """Weighted least squares with weights 1/(A + ψ): coefficients and their covariance."""
    weighted = x / (a + psi)[:, None]
    spread = np.linalg.inv(weighted.T @ x)
    return spread @ (weighted.T @ y), spread


def _log_likelihood(y: NDArray, x: NDArray, psi: NDArray, a: float, method: Method) -> float:
    beta, spread = _regression(y, x, psi, a)
    value = -(np.log(a + psi).sum() + ((y - x @ beta) ** 2 / (a + psi)).sum()) / 2
    return value + np.linalg.slogdet(spread)[1] / 2 if method == "REML" else value


def _score(y: NDArray, x: NDArray, psi: NDArray, a: float, method: Method) -> float:
    """Derivative of the (restricted) log-likelihood with respect to A."""
    beta, spread = _regression(y, x, psi, a)
    inverse = 1 / (a + psi)
    fit = (((y - x @ beta) * inverse) ** 2).sum()
    trace = inverse.sum()
    if method == "REML":
        trace -= np.einsum("ij,jk,ik,i->", x, spread, x, inverse**2)
    return (fit - trace) / 2


def _variance(y: NDArray, x: NDArray, psi: NDArray, method: Method) -> float:
    """A that maximises the likelihood, 0 where it falls from there on."""
    from scipy.optimize import brentq

    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    largest = 10 * (residual @ residual + psi.max())
    grid = np.concatenate([[0.0], np.geomspace(psi.min() * 1e-4, largest, _GRID)])
    scores = [_score(y, x, psi, a, method) for a in grid]
    maxima = [0.0] if scores[0] <= 0 else []
    for low, high, before, after in zip(grid, grid[1:], scores, scores[1:], strict=False):
        if before > 0 >= after:
            maxima.append(brentq(lambda a: _score(y, x, psi, a, method), low, high, xtol=1e-16, rtol=1e-14))
    return float(max(maxima, key=lambda a: _log_likelihood(y, x, psi, a, method)))


def _mse(x: NDArray, psi: NDArray, a: float, spread: NDArray, method: Method) -> NDArray[np.float64]:
    """g1 + g2 + 2·g3; with ML less the bias of A (negative) times the slope of g1."""
    rest = psi / (a + psi)
    of_variance = 2 / ((a + psi) ** -2.0).sum()
    g1, g2 = psi * (1 - rest), rest**2 * np.einsum("ij,jk,ik->i", x, spread, x)
    g3 = rest**2 * of_variance / (a + psi)
    mse = g1 + g2 + 2 * g3
    if method == "REML":
        return mse
    bias = -np.einsum("ij,jk,ik,i->", x, spread, x, (a + psi) ** -2.0) / ((a + psi) ** -2.0).sum()
    return mse - bias * rest**2
