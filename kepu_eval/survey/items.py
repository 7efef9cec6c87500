"""Item analysis: how hard a question is, how well it tells those who know more from those who know less.

Classical test theory (Lord & Novick 1968; Crocker & Algina 1986, ch. 14; Cronbach 1951), weighted where weights are
given. The total is the number of items right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.answer_key import AnswerKey
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.scoring import DONT_KNOW, MISSING, RIGHT, WRONG, marked

_TAIL = 0.27  # Kelley 1939: the share of either end that tells items apart best


def item_analysis(answers: pd.DataFrame, key: AnswerKey, weight: str | None = None) -> pd.DataFrame:
    """One row an item of ``key``, from item answers (respondents × columns) and a column of weights.

    Columns: item, dimension, n, difficulty (p: weighted share right, so a high one is an easy item), point_biserial
    (with the total), item_rest (with the total of the other items), upper_lower (share right among the upper 27 %
    by total less that among the lower; ties at the cut count in part), alpha_if_deleted, wrong, dont_know and
    missing (weighted shares). ``attrs["alpha"]`` is Cronbach's alpha. Respondents who answered nothing are left out, of a key
    with ``missing: incomplete`` all who left an item blank (save for ``missing``); else a blank is not right.
    A figure that nothing varies for is missing. Raises :class:`SurveyError` without respondents or two items.
    """
    marks = marked(answers, key)
    blank = (marks == MISSING).to_numpy()
    took_part = ~blank.all(axis=1)
    used = ~blank.any(axis=1) if key.missing == "incomplete" else took_part
    if used.sum() < 2 or len(key.items) < 2:
        raise SurveyError("题目分析至少需要两道题和两名作答者", hint="请核对数据和题目表")
    every = _weights(answers, weight)
    right, w = (marks == RIGHT).to_numpy(dtype=float)[used], every[used] / every[used].sum()
    total = right.sum(axis=1)
    covariance = _covariance(right, w)
    frame = pd.DataFrame(
        {
            "item": key.names,
            "dimension": [item.dimension for item in key.items],
            "n": int(used.sum()),
            "difficulty": w @ right,
            "point_biserial": _correlations(covariance, rest=False),
            "item_rest": _correlations(covariance, rest=True),
            "upper_lower": (_tail(-total, w) - _tail(total, w)) @ right,
            "alpha_if_deleted": _alpha_if_deleted(covariance),
            "wrong": w @ (marks == WRONG).to_numpy(dtype=float)[used],
            "dont_know": w @ (marks == DONT_KNOW).to_numpy(dtype=float)[used],
            "missing": every[took_part] @ blank[took_part] / every[took_part].sum(),
        }
    )
    frame.attrs["alpha"] = _alpha(covariance)
    return frame


def _weights(answers: pd.DataFrame, weight: str | None) -> NDArray[np.float64]:
    if weight is None:
        return np.ones(len(answers))
    if weight not in answers:
        raise SurveyError(f"调查数据缺少权重列“{weight}”", hint="请检查变量对照表")
    values = answers[weight].to_numpy(dtype=float)
    if not (values > 0).all():
        raise SurveyError(f"权重列“{weight}”有缺失、零或负数", hint="请核对")
    return values


def _covariance(right: NDArray, w: NDArray) -> NDArray[np.float64]:
    deviation = right - w @ right
    return (deviation * w[:, None]).T @ deviation


def _correlations(covariance: NDArray, *, rest: bool) -> NDArray[np.float64]:
    own = np.diag(covariance)
    shared = covariance.sum(axis=1) - own * rest
    spread = covariance.sum() - rest * (2 * covariance.sum(axis=1) - own)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(own * spread > 0, shared / np.sqrt(own * spread), np.nan)


def _alpha(covariance: NDArray) -> float:
    k, total = len(covariance), covariance.sum()
    return float(k / (k - 1) * (1 - np.trace(covariance) / total)) if k > 1 and total > 0 else float("nan")


def _alpha_if_deleted(covariance: NDArray) -> list[float]:
    others = [np.delete(np.arange(len(covariance)), k) for k in range(len(covariance))]
    return [_alpha(covariance[np.ix_(kept, kept)]) for kept in others]


def _tail(total: NDArray, w: NDArray) -> NDArray[np.float64]:
    """Weights (sum 1) of the lowest 27 % by ``total``; all those at the cut count with the same part of theirs."""
    level = np.unique(total, return_inverse=True)[1]
    mass = np.bincount(level, weights=w)
    before = np.cumsum(mass) - mass
    part = np.clip((_TAIL - before) / mass, 0, 1)
    return w * part[level] / _TAIL
