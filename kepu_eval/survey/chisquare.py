"""Is one category independent of another? Pearson's chi-square for complex samples, and Wald's.

Rao & Scott (1984), Annals of Statistics 12: 46–60. The same as R's ``svychisq`` (survey 4.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import Estimated
from kepu_eval.survey.estimator import Estimator

_CENTRE = 1e-4  # of the saddlepoint: closer to the mean than this
Method = Literal["F", "Chisq", "saddlepoint", "Wald", "adjWald"]


@dataclass(frozen=True)
class Independence:
    """``statistic`` with ``df1`` and ``df2`` degrees of freedom and its p-value; ``n``: respondents in the table.

    ``df2`` is infinite for a chi-square, and both are missing for ``saddlepoint``. ``effects``: the generalised
    design effects of the Rao–Scott tests, largest first; empty for Wald's.
    """

    method: Method
    statistic: float
    df1: float
    df2: float
    p_value: float
    n: int
    effects: tuple[float, ...] = ()


def independence(sample: Estimator, row: str, column: str, method: Method = "F") -> Independence:
    """Test that ``row`` and ``column``, two columns of categories, are independent in the population.

    ``method``: F (second-order Rao–Scott, the one to use), Chisq (first-order), saddlepoint (Pearson's statistic
    against its distribution, approximated), Wald and adjWald (unstable with few PSUs). Rows with a missing category
    are left out. Raises :class:`SurveyError` when either has fewer than two categories.
    """
    if method not in get_args(Method):
        raise SurveyError(f"没有检验方法“{method}”", hint=f"可用：{'、'.join(get_args(Method))}")
    rows, columns = sample.domains(row), sample.domains(column)
    rows, columns = (d.where(o.code < len(o)).occurring() for d, o in ((rows, columns), (columns, rows)))
    r, c = len(rows), len(columns)
    if min(r, c) < 2:
        raise SurveyError(f"“{row}”与“{column}”各须至少有两个类别才能检验独立性")
    code = np.where(rows.code < r, rows.code * c + columns.code, r * c)
    cells = Domains(code, tuple(str(k) for k in range(r * c)), rows.columns)
    found = sample.estimated(np.ones(len(code)), None, cells, total=True)
    counts = np.nan_to_num(found.estimate)
    n = int(found.n.sum())
    if method not in ("Wald", "adjWald"):
        everyone = int(sample.domains(None).sizes[0])
        return _pearson(method, counts.reshape(r, c), _of_shares(found, counts), sample.df, n, everyone)
    covariance = np.nan_to_num(found.covariance)
    return _wald(method, counts.reshape(r, c), covariance, sample.df, n)


def _of_shares(found: Estimated, counts: NDArray) -> NDArray[np.float64]:
    """Covariance of the cells' shares of the whole table: by Taylor's series, or over the replicates' shares."""
    share, total = counts / counts.sum(), counts.sum()
    if found.replicates is not None:
        cells = np.nan_to_num(found.replicates)
        with np.errstate(divide="ignore", invalid="ignore"):
            q = found.scatter(cells / cells.sum(axis=1, keepdims=True), share)
        return q.T @ q
    jacobian = (np.eye(len(share)) - share[:, None]) / total
    return jacobian @ np.nan_to_num(found.covariance) @ jacobian.T


def _pearson(
    method: Method, counts: NDArray, variance: NDArray, df: float, n: int, respondents: int
) -> Independence:
    """Pearson's statistic and the eigenvalues of its generalised design effects.

    ``variance``: of the cells' shares; ``respondents``: all of the sample, those without an answer too, which is what R scales the table to.
    """
    share = counts / counts.sum()
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    statistic = respondents * ((share - expected) ** 2 / expected).sum()
    p = share.ravel()
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1), 0.0)
    contrast = np.kron(_contrasts(counts.shape[0]), _contrasts(counts.shape[1]))
    srs = contrast.T @ (inverse[:, None] * contrast) / respondents
    real = contrast.T @ (inverse[:, None] * variance * inverse) @ contrast
    effects = np.sort(np.linalg.eigvals(np.linalg.solve(srs, real)).real)[::-1]
    first, df1 = effects.sum(), effects.sum() ** 2 / (effects**2).sum()
    if method == "Chisq":
        df1, df2 = float(len(effects)), np.inf
        p_value = special.chdtrc(df1, statistic / effects.mean())
    elif method == "saddlepoint":
        p_value = saddlepoint(statistic, effects, df1 * df)
        df1 = df2 = np.nan
    else:
        statistic, df2 = statistic / first, df1 * df
        p_value = special.fdtrc(df1, df2, statistic)
    return Independence(method, float(statistic), float(df1), float(df2), float(p_value), n, tuple(effects))


def _contrasts(levels: int) -> NDArray[np.float64]:
    """Columns that sum to zero and span all differences between ``levels`` categories."""
    return np.eye(levels)[:, 1:] - 1 / levels


def saddlepoint(statistic: float, effects: NDArray, df: float) -> float:
    """Chance that Σ effects·χ²₁ exceeds statistic·χ²(df)/df (Kuonen 1999, Biometrika 86: 929–935).

    Near the centre of the distribution the approximation has no value: Satterthwaite's is taken, as R does.
    """
    from scipy import optimize

    weight = np.append(effects, -statistic / df)
    count = np.append(np.ones(len(effects)), df)
    weight = weight / weight.max()

    def slope(z: float) -> float:
        return float((count * weight / (1 - 2 * z * weight)).sum())

    inside = 1 - 1e-9
    z = optimize.brentq(slope, inside / (2 * weight.min()), inside / 2, xtol=1e-14)
    if abs(z) < _CENTRE:
        df1 = effects.sum() ** 2 / (effects**2).sum()
        return float(special.fdtrc(df1, df, statistic / effects.sum()))
    height = float((count * np.log1p(-2 * z * weight)).sum())
    curvature = 2 * float((count * weight**2 / (1 - 2 * z * weight) ** 2).sum())
    root = np.sign(z) * np.sqrt(height)
    return float(special.ndtr(-(root + np.log(z * np.sqrt(curvature) / root) / root)))


def _wald(method: Method, counts: NDArray, covariance: NDArray, df: float, n: int) -> Independence:
    """Wald's statistic of the differences between counts and those expected from the margins."""
    r, c = counts.shape
    total, rows, columns = counts.sum(), counts.sum(axis=1), counts.sum(axis=0)
    gap = counts - np.outer(rows, columns) / total
    in_row, in_column = np.kron(np.eye(r), np.ones((1, c))), np.kron(np.ones((1, r)), np.eye(c))
    by_count = np.repeat(in_row, c, axis=0) * np.tile(columns, r)[:, None]
    by_count = (by_count + np.tile(in_column, (r, 1)) * np.repeat(rows, c)[:, None]) / total
    expected = by_count - (np.outer(rows, columns).ravel() / total**2)[:, None]
    jacobian = np.eye(r * c) - expected
    variance = jacobian @ covariance @ jacobian.T
    use = np.arange(r * c).reshape(r, c)[1:, 1:].ravel()
    value = float(gap.ravel()[use] @ np.linalg.solve(variance[np.ix_(use, use)], gap.ravel()[use]))
    df1 = len(use)
    df2 = df if method == "Wald" else df - df1 + 1
    statistic = value / df1 if method == "Wald" else value * df2 / (df1 * df)
    p_value = float(special.fdtrc(df1, df2, statistic)) if df2 > 0 else np.nan
    return Independence(method, statistic, df1, df2, p_value, n)
