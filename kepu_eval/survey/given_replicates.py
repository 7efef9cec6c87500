"""Replicate weights as an agency hands them over with its file: checked against the full weights before they are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.replicates import Replicates

if TYPE_CHECKING:
    from kepu_eval.survey.design import SurveyDesign

GivenKind = Literal["JK1", "JK2", "JKn", "BRR", "Fay", "bootstrap", "SDR", "other"]
_APART = 0.1  # a respondent's mean replicate weight over the full one, or the error of its mean where that is larger


def given(
    design: SurveyDesign,
    weights: ArrayLike | Sequence[str],
    kind: GivenKind,
    scale: float | None,
    rscales: ArrayLike,
    fay: float,
    mse: bool,
    combined: bool,
    df: float | None,
) -> Replicates:
    """See :meth:`SurveyDesign.with_replicates`."""
    if kind not in get_args(GivenKind):
        raise SurveyError(f"没有重复权数类型“{kind}”", hint=f"可用：{'、'.join(get_args(GivenKind))}")
    table = _table(design, weights)
    r = table.shape[1]
    scale = _default_scale(kind, r, fay) if scale is None else float(scale)
    if not (np.isfinite(scale) and scale > 0):
        raise SurveyError(f"scale 应为大于0的数，现为{scale}")
    scales = _rscales(rscales, r)
    if kind == "JKn" and np.ndim(rscales) == 0:
        raise SurveyError("JKn 须给出 rscales（每组重复权数一个，通常为 (n_h − 1)/n_h），见随数据的说明")
    if df is not None and not df > 0:
        raise SurveyError(f"自由度 df 应大于0，现为{df}")
    factors = table / design.weights[:, None] if combined else table
    _refuse_misfit(design.weights, table, combined)
    return Replicates(
        design, "given", factors - 1, np.arange(len(table)), scale, scales, mse,
        stated_df=df, contained=len(design.calibrations),
    )  # fmt: skip


def _table(design: SurveyDesign, weights: ArrayLike | Sequence[str]) -> NDArray[np.float64]:
    if isinstance(weights, Sequence) and len(weights) and all(isinstance(name, str) for name in weights):
        lost = [str(name) for name in weights if name not in design.data]
        if lost:
            raise SurveyError(f"调查数据缺少重复权数列“{'、'.join(lost[:5])}”", hint="请检查")
        weights = design.data[list(weights)]
    try:
        table = np.asarray(weights, dtype=float)
    except (TypeError, ValueError) as error:
        raise SurveyError("重复权数含非数字内容", hint="请核对") from error
    if table.ndim != 2 or len(table) != len(design.data):
        raise SurveyError(f"重复权数应有{len(design.data)}行（每位受访者一行），现为{table.shape}")
    if table.shape[1] < 2:
        raise SurveyError(f"重复权数至少要有两组，现为{table.shape[1]}组")
    if not np.isfinite(table).all() or (table < 0).any():
        raise SurveyError("重复权数有缺失值、无穷大或负数", hint="请核对")
    return table


def _default_scale(kind: GivenKind, r: int, fay: float) -> float:
    if kind == "other":
        raise SurveyError("请写明 scale，或用 kind 写明重复权数的类型（见随数据的说明）")
    if not 0 <= fay < 1:
        raise SurveyError(f"fay={fay} 应在0与1之间（不含1）")
    return {"JK1": (r - 1) / r, "BRR": 1 / r, "Fay": 1 / (r * (1 - fay) ** 2),
            "bootstrap": 1 / (r - 1), "SDR": 4 / r}.get(kind, 1.0)  # fmt: skip


def _rscales(rscales: ArrayLike, r: int) -> NDArray[np.float64]:
    try:
        scales = np.broadcast_to(np.asarray(rscales, dtype=float), (r,))
    except (TypeError, ValueError) as error:
        raise SurveyError(f"rscales 应为一个数或{r}个数（每组重复权数一个）") from error
    if not np.isfinite(scales).all() or (scales < 0).any() or not scales.any():
        raise SurveyError("rscales 应为不小于0的数，不能全为0")
    return scales


def _refuse_misfit(full: NDArray[np.float64], table: NDArray[np.float64], combined: bool) -> None:
    """Over all replicates a respondent's weight averages the full one and a factor 1: the nearer of the two it is."""
    mean = table.mean(axis=1)
    as_weights, as_factors = (float(np.median(np.abs(mean / part - 1))) for part in (full, 1.0))
    limit = max(_APART, 2 / np.sqrt(table.shape[1]))
    if combined and as_factors < as_weights and as_weights > _APART:
        raise SurveyError(
            f"重复权数看来是倍数（平均{mean.mean():.3g}，全样本权数平均{full.mean():.4g}），不是权数",
            hint="若是倍数请用 combined=False",
        )
    if not combined and as_weights < as_factors and as_factors > _APART:
        raise SurveyError(
            f"重复权数看来是权数（平均{mean.mean():.4g}，全样本权数平均{full.mean():.4g}），不是倍数",
            hint="请去掉 combined=False",
        )
    apart = as_weights if combined else as_factors
    if apart > limit:
        raise SurveyError(
            f"重复权数与全样本权数对不上：受访者的平均重复权数与其权数相差{apart:.0%}（中位数）",
            hint="请核对行的顺序、人数和权数列",
        )
