"""Run the rules once for many settings: a run tells, by what it asked, for which other settings its answer holds.

The rules ask a setting two things only: the option of a switch, and whether a ratio reaches a threshold. Both are
noted while they run (as in concolic execution: King 1976, CACM 19(7)). Every setting that would answer the same
questions alike gets the same result, so the rules run once for each distinct way through them and never for each
setting. No rule is written a second time, so nothing can disagree with :func:`kepu_eval.evaluation.evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

import numpy as np

from kepu_eval.evaluation.settings import MILLION, Settings
from kepu_eval.plan import RatingRules

Result = TypeVar("Result")


@dataclass
class Trail:
    """What one run asked of its setting: options taken, and thresholds compared with ratios."""

    options: dict[str, str] = field(default_factory=dict)
    comparisons: dict[tuple[int, int], bool] = field(default_factory=dict)

    def shared_by(self, settings: Settings, among: np.ndarray) -> np.ndarray:
        """Those of ``among`` (numbers of settings) that answer every question of the trail alike."""
        for switch, option in self.options.items():
            among = among[settings.options[switch][among] == option]
        for (column, limit), reached in self.comparisons.items():
            among = among[(settings.thresholds[among, column] <= limit) == reached]
        return among


@dataclass(frozen=True)
class Threshold:
    """A threshold that notes what it is compared with. ``ratio >= threshold`` is all that it can do."""

    millionths: int
    column: int
    trail: Trail

    def __le__(self, ratio: Fraction | int) -> bool:
        """Python's reflection of ``ratio >= threshold``.

        Whole millionths do not exceed a ratio exactly when they do not exceed its whole millionths.
        """
        limit = int(ratio * MILLION // 1)
        reached = self.millionths <= limit
        self.trail.comparisons[self.column, limit] = reached
        return reached


class Options(Mapping[str, str]):
    """Switches of one setting that note which of them are asked for."""

    def __init__(self, options: Mapping[str, str], trail: Trail) -> None:
        self._options, self._trail = options, trail

    def __getitem__(self, switch: str) -> str:
        """The switch's option."""
        option = self._options[switch]
        self._trail.options[switch] = option
        return option

    def __iter__(self) -> Iterator[str]:
        """Ids of the switches."""
        return iter(self._options)

    def __len__(self) -> int:
        """Number of switches."""
        return len(self._options)


def explore(
    settings: Settings, run: Callable[[RatingRules, Options], Result]
) -> tuple[list[Result], np.ndarray]:
    """The distinct results of ``run`` over the settings, and for each setting the place of its own among them."""
    results: list[Result] = []
    which = np.full(len(settings), -1)
    while (left := np.flatnonzero(which < 0)).size:
        trail, first = Trail(), int(left[0])
        rules = settings.rules(first, lambda column, value: Threshold(value, column, trail))  # noqa: B023 - used at once
        result = run(rules, Options(settings.switches(first), trail))
        which[trail.shared_by(settings, left)] = len(results)
        results.append(result)
    return results, which
