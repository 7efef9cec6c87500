"""Columns as integer codes: everything below the respondent is numbered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SPARSE = 16  # integers spread wider than this many times their number are sorted


def named(value: object) -> str:
    """A category as text; a whole number that missing values beside it made a float is itself: 1, not 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def distinct(column: pd.Series, told: Callable[[Any], Any]) -> tuple[NDArray[np.intp], list]:
    """Code of each value (-1: missing) and what is told of each: respondents are many, different answers few.

    A column of mixed kinds is gone through one by one, as 1 and True count as equal there.
    """
    if column.dtype == object:
        code, values = pd.factorize(column.map(told, na_action="ignore"))
        return code, list(values)
    code, values = pd.factorize(column)
    return code, [told(value) for value in values]


def by_value(column: pd.Series, told: Callable[[Any], Any]) -> pd.Series:
    """What is told of each value; missing values stay missing."""
    code, values = distinct(column, told)
    return pd.Series(np.array([*values, np.nan], dtype=object)[code], index=column.index, dtype=object)


def coded(column: pd.Series | NDArray) -> tuple[NDArray[np.intp], NDArray | pd.Index]:
    """Code of each value (-1: missing) and the values in order.

    Integers close together need no sorting, and where they number 0, 1, … without a gap they are their own codes: the
    array may be the column's own.
    """
    numbers = np.asarray(column) if isinstance(column.dtype, np.dtype) else None
    if numbers is None or numbers.dtype.kind not in "iu" or not len(numbers):
        try:
            code, labels = pd.factorize(column, sort=True)
        except TypeError:  # numbers and words mixed have no order: every one is taken as text
            code, labels = pd.factorize(by_value(pd.Series(column), named), sort=True)
        return code.astype(np.intp), labels
    low, high = int(numbers.min()), int(numbers.max())
    if high - low > _SPARSE * len(numbers):
        code, labels = pd.factorize(numbers, sort=True)
        return code.astype(np.intp), labels
    offset = numbers if low == 0 else numbers - low
    seen = np.zeros(high - low + 1, dtype=bool)
    seen[offset] = True
    code = offset if seen.all() else (np.cumsum(seen) - 1)[offset]
    return code.astype(np.intp, copy=False), np.flatnonzero(seen) + low
