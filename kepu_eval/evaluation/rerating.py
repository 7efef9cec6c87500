"""Tasks rated for many settings at once: the roll-up of :mod:`kepu_eval.evaluation.rollup` on arrays of classes.

Classes are small whole numbers, 0 the best; what is unknown or not rated is below 0 and takes no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from kepu_eval.evaluation.model import NOT_RATED, Rating, band, best_first
from kepu_eval.evaluation.rollup import ON_COURSE
from kepu_eval.evaluation.settings import MILLION, Settings
from kepu_eval.plan import Band, Stage

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


def spared(settings: Settings) -> Ratings:
    """已批准例外 in every setting."""
    return Ratings(*(np.full(len(settings), EXCEPTED, dtype=np.int8) for _ in Ratings._fields))


def roll_up(items: Sequence[Ratings], stage: Stage, settings: Settings, *, quantitative: bool) -> Ratings:
    """A task by setting, from its items: the worst of its indicators, or a share of commitments.

    What is on course as far as known, and need not be, is unknown; none is below its worst case; a task of excepted items only is excepted.
    """
    if not items:
        return Ratings(*(np.full(len(settings), UNKNOWN, dtype=np.int8) for _ in Ratings._fields))
    sides = [np.stack(side, axis=1) for side in zip(*items, strict=True)]
    of_known, low, high = (
        _worst_of(columns) if quantitative else _share_of(columns, stage, settings) for columns in sides
    )
    unknown = (sides[0] == UNKNOWN).any(axis=1)
    of_known = np.where(unknown & (low >= 0) & (low < of_known), low, of_known)
    doubtful = unknown & in_classes(of_known, ON_COURSE) & (of_known < low)
    found = Ratings(np.where(doubtful, np.int8(UNKNOWN), of_known), low, high)
    excepted = (sides[0] == EXCEPTED).all(axis=1)
    return Ratings(*(np.where(excepted, np.int8(EXCEPTED), side) for side in found))


def _worst_of(columns: np.ndarray) -> np.ndarray:
    worst = columns.max(axis=1)
    return np.where(worst < 0, UNKNOWN, worst).astype(np.int8)


def _share_of(columns: np.ndarray, stage: Stage, settings: Settings) -> np.ndarray:
    known = (columns >= 0).sum(axis=1)

    def having(*ratings: Rating) -> np.ndarray:
        return in_classes(columns, ratings).sum(axis=1)

    if stage is Stage.FINAL:
        good = having(Rating.DONE, Rating.NEARLY_DONE)
        result = _banded(good, known, settings.base.final_attainment, settings, "final_attainment")
        result[(result == code(Rating.DONE)) & (having(Rating.NEARLY_DONE) > 0)] = code(Rating.NEARLY_DONE)
    else:
        result = _banded(having(*ON_COURSE), known, settings.base.midterm_pace, settings, "midterm_pace")
        going = np.isin(result, [code(r) for r in CLASSES if band(r) == "正在推进"])
        result[going & (having(Rating.UNDER_WAY) > 0)] = code(Rating.UNDER_WAY)
        result[having(Rating.DONE) == known] = code(Rating.DONE)
    result[having(Rating.NOT_STARTED) == known] = code(Rating.NOT_STARTED)
    result[known == 0] = UNKNOWN
    return result


def _banded(
    part: np.ndarray, whole: np.ndarray, bands: tuple[Band, ...], settings: Settings, name: str
) -> np.ndarray:
    """Class of the highest band that ``part/whole`` reaches, in whole numbers throughout."""
    floors = settings.thresholds[:, settings.columns[name]]
    reached = (part * MILLION)[:, None] >= floors * whole[:, None]
    return codes(band.label for band in bands)[reached.argmax(axis=1)]
