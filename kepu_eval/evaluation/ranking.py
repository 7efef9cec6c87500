"""Ranks with their intervals: how far an order depends on the setting and on what is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

COVERED = 0.9
"""Share of the settings that the inner interval of ranks covers."""


def rank_intervals(low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    """Ranks by score, 1 the highest, of the columns of ``low`` and ``high`` (settings × members, row 0 the report's).

    ``low`` and ``high`` bound each score over what is missing; equal where nothing is. In one setting a member's
    best rank counts only those who are above it whatever the missing data say, its worst rank all those who could
    be; equal scores share the better rank. Members whose score is NaN take no part.

    Columns: best, worst (report's setting), lowest_rank and highest_rank (over all settings: the largest and the
    smallest number), inner_best and inner_worst (the inner 90 % of the settings, outwards to whole ranks).
    """
    lows, highs = np.round(low, 9), np.round(high, 9)
    best, worst = (np.full(lows.shape, np.nan) for _ in range(2))
    for member in range(lows.shape[1]):
        there = ~np.isnan(lows[:, member])
        best[there, member] = 1 + (lows[there] > highs[there, member, None]).sum(axis=1)
        above = highs[there] > lows[there, member, None]
        above[:, member] = False
        worst[there, member] = 1 + above.sum(axis=1)
    tail = (1 - COVERED) / 2
    rated = ~np.isnan(best).any(axis=0)
    columns = {
        "best": best[0],
        "worst": worst[0],
        "highest_rank": best.min(axis=0),
        "lowest_rank": worst.max(axis=0),
        "inner_best": np.quantile(best, tail, axis=0, method="lower"),
        "inner_worst": np.quantile(worst, 1 - tail, axis=0, method="higher"),
    }
    frame = pd.DataFrame({name: np.where(rated, values, np.nan) for name, values in columns.items()})
    return frame.astype("Int64")
