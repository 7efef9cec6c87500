"""Replicate weights: the sample drawn again, or all but a part of it, to see how far its estimates move.

A replicate multiplies the weights of whole PSUs, so that it is a factor per PSU (PSUs × replicates) and an estimate
from it a product of that matrix with PSU totals: weights per respondent exist only when asked for. Where the design
was calibrated, the totals are those of the residuals, which is a replicate calibrated anew to first order.
Methods: Wolter, Introduction to Variance Estimation, 2nd ed., ch. 3–5; Rao & Wu (1988), JASA 83: 231–241.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import Estimated
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.linearisation import sums
from kepu_eval.survey.structure import Stage, unit_totals

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from kepu_eval.survey.design import SurveyDesign

Kind = Literal["JK1", "JKn", "BRR", "bootstrap"]
_LARGEST = 10**9  # bytes of a factor matrix
_NONE = 1e-12  # a replicate with less than this share of a domain's weight has none of it


@dataclass(frozen=True, eq=False)
class Replicates(Estimator):
    """Replicates of a design; the estimates are the design's, their standard errors come from the replicates.

    ``change`` (PSUs × replicates, sparse for JKn) is the factor of each PSU's weights less 1; ``unit`` (n,) tells the
    respondent's row of it. The covariance is ``scale`` · Σ ``rscales`` · (θ_r − θ̄)(θ_r − θ̄)'; ``mse``: around the
    full sample's estimate. Degrees of freedom are the design's (PSUs less strata), never replicates less 1.
    A replicate without respondents of a domain says nothing of it and is left out there, as in R.
    """

    design: SurveyDesign
    kind: str
    change: NDArray[np.float64] | csr_array
    unit: NDArray[np.intp]
    scale: float
    rscales: NDArray[np.float64]
    mse: bool = False

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weights of the full sample, one a respondent."""
        return self.design.weights

    @property
    def df(self) -> int:
        """Degrees of freedom of the design: PSUs less strata."""
        return self.design.df

    def domains(self, by: str | Sequence[str] | None) -> Domains:
        """See :meth:`Estimator.domains`."""
        return self.design.domains(by)

    def values(
        self, y: str, by: str | Sequence[str] | None = None, *, share: bool = False
    ) -> tuple[NDArray, Domains]:
        """See :meth:`Estimator.values`."""
        return self.design.values(y, by, share=share)

    def estimated(
        self,
        numerator: NDArray,
        denominator: NDArray[np.float64] | None,
        domains: Domains,
        *,
        total: bool = False,
    ) -> Estimated:
        """See :meth:`Estimator.estimated`: replicate by replicate."""
        found = sums(self.design, numerator, denominator, domains, total=total)
        whole = self.unit is self.design.stages[0].unit
        above, below = found.units if whole else (self._units(v, domains) for v in (numerator, denominator))
        thetas = found.y + self.change.T @ above
        if not total:
            under = found.x + self.change.T @ below
            with np.errstate(divide="ignore", invalid="ignore"):
                thetas = np.where(np.abs(under) > _NONE * np.abs(found.x), thetas / under, np.nan)
        return replace(
            found.estimated,
            deviations=[self._scatter(thetas, found.estimated.estimate)],
            replicates=thetas,
            scatter=self._scatter,
        )

    def _units(self, values: NDArray | None, domains: Domains) -> NDArray[np.float64]:
        return unit_totals(self.unit, self.change.shape[0], domains.code, len(domains), self.weights, values)[
            0
        ]

    def _scatter(self, thetas: NDArray, centre: NDArray) -> NDArray[np.float64]:
        """Scaled deviations Q (replicates × domains) of replicate estimates."""
        known = np.isfinite(thetas)
        if not self.mse:
            used = known & (self.rscales > 0)[:, None]
            centre = np.where(used, thetas, 0.0).sum(axis=0) / np.maximum(used.sum(axis=0), 1)
        return np.where(known, thetas - centre, 0.0) * np.sqrt(self.scale * self.rscales)[:, None]

    def weights_frame(self) -> pd.DataFrame:
        """The replicate weights (respondents × replicates, columns rep1 …), for other programs.

        Of a calibrated design they are not calibrated anew. ``scale`` and ``rscales`` go with them.
        """
        change = self.change if isinstance(self.change, np.ndarray) else self.change.toarray()
        table = self.weights[:, None] * (1 + change)[self.unit]
        return pd.DataFrame(
            table, index=self.design.data.index, columns=[f"rep{r + 1}" for r in range(table.shape[1])]
        )


def given(
    design: SurveyDesign, weights: ArrayLike, scale: float, rscales: ArrayLike, mse: bool
) -> Replicates:
    """See :meth:`SurveyDesign.with_replicates`."""
    table = np.asarray(weights, dtype=float)
    if table.ndim != 2 or len(table) != len(design.data):
        raise SurveyError(f"重复权数应有{len(design.data)}行（每位受访者一行），现为{table.shape}")
    if not np.isfinite(table).all() or (table < 0).any():
        raise SurveyError("重复权数有缺失值或负数，请核对")
    r = table.shape[1]
    try:
        scales = np.broadcast_to(np.asarray(rscales, dtype=float), (r,))
    except ValueError as error:
        raise SurveyError(f"rscales 应为一个数或{r}个数（每组重复权数一个）") from error
    change = table / design.weights[:, None] - 1
    return Replicates(design, "given", change, np.arange(len(table)), float(scale), scales, mse)


def made(design: SurveyDesign, kind: Kind, n: int | None, seed: int | None, fay: float) -> Replicates:
    """See :meth:`SurveyDesign.replicates`."""
    if kind not in get_args(Kind):
        raise SurveyError(f"没有重复权数方法“{kind}”，可用：{'、'.join(get_args(Kind))}")
    if kind != "bootstrap" and (n is not None or seed is not None):
        raise SurveyError(f"{kind} 的重复次数由设计决定，没有随机性；n 与 seed 只用于 bootstrap")
    if kind != "BRR" and fay:
        raise SurveyError("fay 只用于 BRR")
    if len(design.stages) > 1:
        raise SurveyError("重复权数只含第一阶段的抽样误差，两阶段有限总体设计请用线性化方差，或去掉 ssu")
    stage = design.stages[0]
    if stage.lonely.any() and design.lonely not in ("remove", "certainty"):
        raise SurveyError("有层只有一个初级抽样单位，重复权数只支持 lonely 为 remove 或 certainty")
    if kind == "bootstrap":
        change, scale, rscales = _bootstrap(stage, n or 500, seed)
    elif kind == "BRR":
        change, scale, rscales = _brr(stage, fay)
    else:
        change, scale, rscales = _jackknife(stage, kind)
    return Replicates(design, kind, change, stage.unit, scale, rscales)


def _room(rows: int, columns: int) -> None:
    if rows * columns * 8 > _LARGEST:
        raise SurveyError(f"{rows}个单位×{columns}次重复超出内存预算，请减少重复次数或改用 bootstrap")


def _jackknife(stage: Stage, kind: Kind) -> tuple[NDArray | csr_array, float, NDArray]:
    """Each PSU left out in turn, the others of its stratum raised by n_h/(n_h − 1)."""
    from scipy import sparse

    size, units = stage.size, len(stage.group)
    if kind == "JK1" and len(size) > 1:
        raise SurveyError("JK1 用于不分层的设计，分层设计请用 JKn")
    if kind == "JKn" and len(size) == 1:
        raise SurveyError("JKn 用于分层设计，不分层请用 JK1")
    kept = size > 1
    pairs = int((size[kept] ** 2).sum())
    _room(pairs, 1)
    raised = 1 / np.maximum(size - 1, 1)
    left_out = np.flatnonzero(kept[stage.group])
    length = size[stage.group[left_out]]
    columns = np.repeat(np.arange(len(left_out)), length)
    rows = np.arange(pairs) - np.repeat(np.cumsum(length) - length, length)
    rows += np.repeat(stage.starts[stage.group[left_out]], length)
    values = np.where(rows == left_out[columns], -1.0, raised[stage.group[rows]])
    change = sparse.csr_array((values, (rows, columns)), shape=(units, len(left_out)))
    scales = ((1 - stage.fraction) * (size - 1) / size)[stage.group[left_out]]
    return (change, float(scales[0]), np.ones(len(scales))) if kind == "JK1" else (change, 1.0, scales)


def _bootstrap(stage: Stage, n: int, seed: int | None) -> tuple[NDArray, float, NDArray]:
    """Rao & Wu's rescaling bootstrap: n_h − 1 of a stratum's n_h PSUs drawn with replacement, n times.

    With r the times a PSU is drawn, its factor is 1 − λ + λ·r·n_h/(n_h − 1) with λ² = 1 − f_h: the variance of a total
    is that of the design, finite populations included. PSUs are numbered by stratum and label, never by row.
    """
    if n < 2:
        raise SurveyError(f"bootstrap 至少重复2次，现为{n}")
    units, size = len(stage.group), stage.size
    _room(units, n)
    draws = np.repeat(np.arange(len(size)), np.maximum(size - 1, 0))
    rng = np.random.default_rng(seed)
    change = np.empty((units, n))
    block = max(1, 2**20 // max(len(draws), 1))
    for first in range(0, n, block):
        width = min(block, n - first)
        drawn = stage.starts[draws] + (rng.random((width, len(draws))) * size[draws]).astype(np.intp)
        drawn += np.arange(width)[:, None] * units
        change[:, first : first + width] = (
            np.bincount(drawn.ravel(), minlength=width * units).reshape(width, -1).T
        )
    raised = size / np.maximum(size - 1, 1)
    shrink = np.where(size > 1, np.sqrt(1 - stage.fraction), 0.0)
    change *= raised[stage.group][:, None]
    change -= 1
    change *= shrink[stage.group][:, None]
    return change, 1 / (n - 1), np.ones(n)


def _brr(stage: Stage, fay: float) -> tuple[NDArray, float, NDArray]:
    """Balanced half-samples: in each stratum one PSU up and one down, by the columns of a Hadamard matrix.

    Fay's ρ moves the weights by 1 − ρ only; a finite population by √(1 − f_h) of that.
    """
    from scipy.linalg import hadamard

    if not 0 <= fay < 1:
        raise SurveyError(f"fay={fay} 应在0与1之间（不含1）")
    odd = np.flatnonzero(stage.size != 2)
    if len(odd):
        raise SurveyError(f"BRR 要求每层恰有2个初级抽样单位，有{len(odd)}层不是，请用 JKn 或 bootstrap")
    strata = len(stage.size)
    order = 1 << strata.bit_length()
    _room(2 * strata, order)
    signs = np.repeat(hadamard(order)[1 : strata + 1].astype(float), 2, axis=0)
    signs[1::2] *= -1
    change = signs * ((1 - fay) * np.sqrt(1 - stage.fraction))[stage.group][:, None]
    return change, 1 / (order * (1 - fay) ** 2), np.ones(order)
