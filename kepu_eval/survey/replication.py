"""Replicate weights made of a design: jackknife, bootstrap, balanced half-samples, successive differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import numpy as np
from numpy.typing import NDArray

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.replicates import Kind, Replicates
from kepu_eval.survey.structure import Stage

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from kepu_eval.survey.design import SurveyDesign

_LARGEST = 10**9  # bytes of a factor matrix


def made(
    design: SurveyDesign, kind: Kind, n: int | None, seed: int | None, fay: float, recalibrate: bool
) -> Replicates:
    """See :meth:`SurveyDesign.replicates`."""
    if kind not in get_args(Kind):
        raise SurveyError(f"没有重复权数方法“{kind}”", hint=f"可用：{'、'.join(get_args(Kind))}")
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
    elif kind == "SDR":
        change, scale, rscales = _sdr(stage)
    else:
        change, scale, rscales = _jackknife(stage, kind)
    found = Replicates(design, kind, change, stage.unit, scale, rscales, recalibrate=recalibrate)
    found.recalibrated  # noqa: B018 - a replicate that cannot be calibrated is said now
    return found


def _room(rows: int, columns: int) -> None:
    if rows * columns * 8 > _LARGEST:
        raise SurveyError(f"{rows}个单位×{columns}次重复超出内存预算", hint="请减少重复次数或改用 bootstrap")


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
        raise SurveyError(
            f"BRR 要求每层恰有2个初级抽样单位，有{len(odd)}层不是", hint="请用 JKn 或 bootstrap"
        )
    strata = len(stage.size)
    order = 1 << strata.bit_length()
    _room(2 * strata, order)
    signs = np.repeat(hadamard(order)[1 : strata + 1].astype(float), 2, axis=0)
    signs[1::2] *= -1
    change = signs * ((1 - fay) * np.sqrt(1 - stage.fraction))[stage.group][:, None]
    return change, 1 / (order * (1 - fay) ** 2), np.ones(order)


def _sdr(stage: Stage) -> tuple[NDArray, float, NDArray]:
    """Successive differences: a PSU's factor is 1 + 2^(−3/2)(a − b), a its row of a Hadamard matrix and b the next one's.

    The last PSU of a stratum is followed by its first, so that the variance of a total is half the sum of squared
    differences around each stratum. Fay & Train (1995), Proc. ASA Section on Government Statistics: 154–159.
    """
    from scipy.linalg import hadamard

    units = len(stage.group)
    order = 1 << units.bit_length()
    _room(units, order)
    rows = hadamard(order)[1 : units + 1].astype(float)
    following = np.arange(1, units + 1)
    last = stage.starts + stage.size - 1
    following[last] = stage.starts
    change = (rows - rows[following]) * (2**-1.5 * np.sqrt(1 - stage.fraction))[stage.group][:, None]
    return change, 4 / order, np.ones(order)
