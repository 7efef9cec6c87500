"""Classes as small whole numbers, so that many settings can be rated at once: 0 the best, below 0 what takes no part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kepu_eval.evaluation.model import NOT_RATED, Rating, best_first

CLASSES = tuple(best_first([r for r in Rating if r not in NOT_RATED]))
"""Rated classes, the best first: a class's code is its place."""
UNKNOWN, UNRATED, EXCEPTED = -1, -2, -3
_CODES = {rating: code for code, rating in enumerate(CLASSES)} | {
    Rating.UNKNOWN: UNKNOWN,
    Rating.UNRATED: UNRATED,
    Rating.EXCEPTED: EXCEPTED,
}
_LABELS = np.array([str(rating) for rating in (*CLASSES, Rating.EXCEPTED, Rating.UNRATED, Rating.UNKNOWN)])


class Ratings(NamedTuple):
    """Codes of the rating, and of it at the worst and the best of what is missing: one of each a setting."""

    rating: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, which: np.ndarray | slice) -> Ratings:
        """The ratings at those places."""
        return Ratings(*(side[which] for side in self))


def code(rating: str) -> int:
    """A class as a number."""
    return _CODES[Rating(rating)]


def codes(ratings: Iterable[str]) -> np.ndarray:
    """Classes as numbers."""
    return np.array([code(rating) for rating in ratings], dtype=np.int8)


def labels(numbers: np.ndarray) -> np.ndarray:
    """Numbers as the classes' words."""
    return _LABELS[numbers]


def in_classes(numbers: np.ndarray, wanted: Iterable[Rating]) -> np.ndarray:
    """Whether each code is one of the classes."""
    return np.isin(numbers, codes(wanted))
