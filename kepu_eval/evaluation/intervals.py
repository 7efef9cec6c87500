"""What a figure may be: exact bounds instead of a number, so that what is not known stays unknown.

Interval arithmetic (Moore, Kearfott & Cloud, Introduction to Interval Analysis, 2009, ch. 2) on counts, which are
never negative and may have no known upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple


class Interval(NamedTuple):
    """All values from ``low`` to ``high``; ``high`` is ``None`` where nothing bounds it from above."""

    low: Fraction
    high: Fraction | None

    @property
    def known(self) -> bool:
        """Whether it holds one value only."""
        return self.low == self.high

    @property
    def floats(self) -> tuple[float, float]:
        """Both ends as floats; an open upper end is NaN, as no figure may stand for it."""
        return float(self.low), float("nan") if self.high is None else float(self.high)

    def times(self, factor: int) -> Interval:
        """It in another unit."""
        return Interval(self.low * factor, None if self.high is None else self.high * factor)

    def less(self, part: Interval) -> Interval:
        """What is left when ``part`` (never more than it) comes off."""
        high = None if self.high is None else max(self.high - part.low, Fraction())
        return Interval(max(self.low - (self.low if part.high is None else part.high), Fraction()), high)


ZERO = Interval(Fraction(), Fraction())
ANYTHING = Interval(Fraction(), None)


def exactly(value: Fraction) -> Interval:
    """The interval of one known value."""
    return Interval(value, value)


def added(parts: Iterable[Interval]) -> Interval:
    """Sum of independent figures: of their low ends, and of their high ends where all have one."""
    parts = tuple(parts)
    highs = [part.high for part in parts]
    high = None if None in highs else sum((high for high in highs if high is not None), Fraction())
    return Interval(sum((part.low for part in parts), Fraction()), high)


def weakest(parts: Iterable[Interval]) -> Interval:
    """The smallest of several figures; ``ValueError`` when there are none."""
    parts = tuple(parts)
    return Interval(
        min(p.low for p in parts), min((p.high for p in parts if p.high is not None), default=None)
    )


def strongest(parts: Iterable[Interval]) -> Interval:
    """The largest of several figures; ``ValueError`` when there are none."""
    parts = tuple(parts)
    highs = [part.high for part in parts]
    return Interval(
        max(p.low for p in parts), None if None in highs else max(h for h in highs if h is not None)
    )
