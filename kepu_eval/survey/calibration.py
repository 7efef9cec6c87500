"""Calibration: weights moved as little as possible so that they reproduce what is known of the population.

One problem, min Σ d·G(w/d) with X'w = t, and one solver: Newton's method on its dual, for any distance and any bounds.
Post-stratification is the linear distance on one margin; raking (iterative proportional fitting) the exponential one.
Standard errors afterwards take from every estimate the part that the calibration holds fixed: residuals of a
regression fitted with the weights before. Deville & Särndal (1992), JASA 87: 376–382; R: ``survey::calibrate``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.margins import Margins, agreed, matched

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from kepu_eval.survey.design import SurveyDesign

Method = Literal["linear", "raking", "logit"]
Ratios = Callable[[NDArray], tuple[NDArray, NDArray]]
_EXACT = 1e-11  # greatest relative distance from a population total
_STEPS = 100
_HALVINGS = 30


@dataclass(frozen=True, eq=False)
class Calibration:
    """What one calibration did. It always converged: one that does not raises :class:`SurveyError`.

    ``fit``: a row a category or total, with variable, category, population, before and after (weighted counts).
    ``iterations``: Newton steps; ``bounded``: respondents at a bound or trimmed; ``ratio`` (n,): new weight over old.
    ``model`` (n × p, sparse), ``before`` (n,) and ``inverse`` (p × p, of X'WX) serve the standard errors; ``lowest`` and
    ``highest`` (n,), the bounds of the ratio, serve calibrating replicates anew. ``recounted``: R counts the degrees of
    freedom of the replicates anew (``rake``, ``postStratify``; not ``calibrate``).
    """

    method: Method
    fit: pd.DataFrame
    iterations: int
    bounded: int
    ratio: NDArray[np.float64]
    before: NDArray[np.float64]
    model: csr_array
    inverse: NDArray[np.float64]
    lowest: float
    highest: NDArray[np.float64]
    recounted: bool


def calibrated(
    design: SurveyDesign,
    margins: Margins,
    totals: Mapping[str, float],
    method: Method,
    bounds: tuple[float, float] | None,
    trim: float | None,
    *,
    recounted: bool = False,
) -> SurveyDesign:
    """See :meth:`SurveyDesign.calibrate`."""
    if method not in get_args(Method):
        raise SurveyError(f"没有校准方法“{method}”", hint=f"可用：{'、'.join(get_args(Method))}")
    if method == "logit" and bounds is None:
        raise SurveyError("logit 校准须给出权重比的上下限 bounds，例如 (0.5, 2)")
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1]:
        raise SurveyError(f"权重比的上下限 bounds={bounds} 应满足 0 ≤ 下限 < 1 < 上限")
    if trim is not None and not trim > 1:
        raise SurveyError(f"截断倍数 trim={trim} 应大于1（权重中位数的倍数）")
    if design.subpopulation is not None:
        raise SurveyError("子总体不能单独校准", hint="请先校准全部样本，再用 where 取子总体")
    if not margins and not totals:
        raise SurveyError("没有可校准的总体边际或总量")
    before = design.weights
    model, known, labels = _problem(design, margins, totals)
    low, high = bounds or (-np.inf, np.inf)
    upper = (
        np.full(len(before), float(high))
        if trim is None
        else np.minimum(high, trim * np.median(before) / before)
    )
    ratio, iterations = solved(model, before, known, labels, ratios_of(method, low, upper))
    weights = before * ratio
    if (weights <= 0).any():
        raise SurveyError(
            f"校准后有{int((weights <= 0).sum())}个权重为零或负数",
            hint="请用 bounds 限制权重比，或改用 raking",
        )
    fit = labels.assign(population=known, before=model.T @ before, after=model.T @ weights)
    at_bound = (np.abs(ratio - upper) <= _EXACT) | (np.abs(ratio - low) <= _EXACT)
    inverse = _pseudo_inverse(_gram(model, before))
    done = Calibration(
        method, fit, iterations, int(at_bound.sum()), ratio, before, model, inverse, low, upper, recounted
    )
    data = design.data.assign(**{design.weight: weights})
    return replace(design, data=data, calibrations=(*design.calibrations, done))


def _problem(
    design: SurveyDesign, margins: Margins, totals: Mapping[str, float]
) -> tuple[csr_array, NDArray, pd.DataFrame]:
    """Covariates (n × p), their population totals (p,) and what they are called."""
    from scipy import sparse

    n = len(design.data)
    blocks, labels = [], []
    known: list[ArrayLike] = []
    for name, margin in agreed(margins).items():
        domains = design.domains(name.split("|") if "|" in name else name)
        known.append(matched(name, domains, margin))
        blocks.append(sparse.csr_array((np.ones(n), (np.arange(n), domains.code)), shape=(n, len(domains))))
        labels += [(name, category) for category in domains.names]
    for name, total in totals.items():
        if not np.isfinite(total):
            raise SurveyError(f"“{name}”的总体总量为{total}，应为一个数")
        values, domains = design.values(name, None)
        missing = int((domains.code > 0).sum())
        if missing:
            raise SurveyError(f"有{missing}个缺失值", place=f"“{name}”", hint="请先补齐或插补再校准")
        blocks.append(sparse.csr_array(values[:, None]))
        known.append([total])
        labels.append((name, "合计"))
    table = pd.DataFrame(labels, columns=["variable", "category"])
    return sparse.hstack(blocks, format="csr"), np.concatenate(known).astype(float), table


def ratios_of(method: Method, low: float, upper: NDArray) -> Ratios:
    """The weight ratio g as a function of the linear predictor u, and its derivative; g(0) = 1 and g'(0) = 1."""

    def linear(u: NDArray) -> tuple[NDArray, NDArray]:
        g = 1 + u
        return np.clip(g, low, upper), ((g > low) & (g < upper)).astype(float)

    def raking(u: NDArray) -> tuple[NDArray, NDArray]:
        g = np.exp(np.minimum(u, 500))
        return np.clip(g, low, upper), np.where((g > low) & (g < upper), g, 0.0)

    def logit(u: NDArray) -> tuple[NDArray, NDArray]:
        slope = (upper - low) / ((1 - low) * (upper - 1))
        grown = np.exp(np.clip(slope * u, -500, 500))
        below = upper - 1 + (1 - low) * grown
        g = (low * (upper - 1) + upper * (1 - low) * grown) / below
        return g, (g - low) * (upper - g) * slope / (upper - low)

    return {"linear": linear, "raking": raking, "logit": logit}[method]


def solved(
    model: NDArray | csr_array, weight: NDArray, known: NDArray, labels: pd.DataFrame, ratios: Ratios
) -> tuple[NDArray[np.float64], int]:
    """Newton's method on X'(w g(Xλ)) = t, halving a step that does not come closer."""
    size = np.maximum(np.abs(known), np.abs(model).T @ weight)
    at = np.zeros(len(known))
    g, slope = ratios(model @ at)
    miss = known - model.T @ (weight * g)
    for step in range(_STEPS):
        if np.max(np.abs(miss) / size) <= _EXACT:
            return g, step
        move = _pseudo_inverse(_gram(model, weight * slope)) @ miss
        for _ in range(_HALVINGS):
            g, slope = ratios(model @ (at + move))
            left = known - model.T @ (weight * g)
            if np.linalg.norm(left / size) < np.linalg.norm(miss / size):
                break
            move = move / 2
        else:
            break
        at, miss = at + move, left
    worst = int(np.argmax(np.abs(miss) / size))
    raise SurveyError(
        f"校准没有收敛：“{labels['variable'][worst]}”的“{labels['category'][worst]}”"
        f"应为{known[worst]:,.6g}，只达到{known[worst] - miss[worst]:,.6g}",
        hint="请放宽 bounds 或 trim，或合并类别",
    )


def _gram(model: NDArray | csr_array, weight: NDArray) -> NDArray[np.float64]:
    if isinstance(model, np.ndarray):
        return model.T @ (model * weight[:, None])
    return (model.T @ model.multiply(weight[:, None])).toarray()


def _pseudo_inverse(gram: NDArray) -> NDArray[np.float64]:
    """Inverse of X'WX on the space its columns span: margins that overlap leave it singular."""
    size = np.sqrt(np.maximum(np.diag(gram), np.finfo(float).tiny))
    return np.linalg.pinv(gram / np.outer(size, size), rcond=1e-11, hermitian=True) / np.outer(size, size)


def explained(
    design: SurveyDesign, values: NDArray | None, domains: Domains, level: int
) -> NDArray[np.float64]:
    """What regressions on the calibrations' covariates explain of weighted unit totals (units × domains).

    The last calibration first, fitted with the weights before it; an earlier one to what that leaves: the order in
    which the estimator was built, undone. A total that the last calibration fixed has no sampling error.
    """
    from scipy import sparse

    n, width = len(design.data), len(domains) + 1
    inside = sparse.csr_array((np.ones(n), (np.arange(n), domains.code)), shape=(n, width))
    part: NDArray[np.float64] = np.zeros(1)
    later: list[tuple[csr_array, NDArray]] = []
    for number in reversed(range(len(design.calibrations))):
        done = design.calibrations[number]
        weighted = done.before if values is None else done.before * values
        cross = (done.model.T @ inside.multiply(weighted[:, None])).toarray()[:, :-1]
        for model, known in later:
            cross = cross - (done.model.T @ model.multiply(done.before[:, None])).toarray() @ known
        later.append((done.model, done.inverse @ cross))
        part = part + _unit_totals(design, number, level) @ later[-1][1]
    return part


def _unit_totals(design: SurveyDesign, number: int, level: int) -> NDArray[np.float64]:
    """Weighted totals of a calibration's covariates over the units of a stage (units × p), kept for the next estimate."""
    from scipy import sparse

    kept = design.__dict__.setdefault("_covariate_totals", {})
    if (number, level) not in kept:
        stage = design.stages[level]
        n = len(design.data)
        sums = sparse.csr_array((design.weights, (stage.unit, np.arange(n))), shape=(len(stage.group), n))
        kept[number, level] = (sums @ design.calibrations[number].model).toarray()
    return kept[number, level]
