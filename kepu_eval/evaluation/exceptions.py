"""Accepted exceptions (已批准例外): who may fall short for how long, and which of them have run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from kepu_eval.evaluation.model import Rating

Rated = tuple[Rating, Rating, Rating]  # rating, at worst, at best


def in_force(exceptions: pd.DataFrame | None, as_of: dt.date) -> frozenset[str]:
    """Targets (``Q06``, ``T06``) of the exceptions that hold on ``as_of``; both end dates belong to them.

    ``exceptions``: frame with target, valid_from and valid_until (ISO dates), or ``None``.
    """
    if exceptions is None or exceptions.empty:
        return frozenset()
    day = as_of.isoformat()
    holds = exceptions["valid_from"].le(day) & exceptions["valid_until"].ge(day)
    return frozenset(exceptions.loc[holds, "target"])


def expired(exceptions: pd.DataFrame | None, as_of: dt.date) -> pd.DataFrame:
    """Exceptions that ended before ``as_of`` and that no other one of the same target replaces."""
    if exceptions is None or exceptions.empty:
        return pd.DataFrame(columns=["target"])
    over = exceptions["valid_until"].lt(as_of.isoformat())
    return exceptions[over & ~exceptions["target"].isin(in_force(exceptions, as_of))]


def excepted(rated: Mapping[str, Rated], targets: frozenset[str]) -> dict[str, Rated]:
    """Ratings by id, with those of ``targets`` replaced: an exception leaves no worst and no best case."""
    return {name: (Rating.EXCEPTED,) * 3 if name in targets else three for name, three in rated.items()}
