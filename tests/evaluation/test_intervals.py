"""Bounds of figures: by hand, and by values drawn from inside them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.evaluation.intervals import ANYTHING, ZERO, Interval, added, exactly, strongest, weakest

COUNTS = st.integers(0, 50).map(Fraction)


def interval(low, high=None):
    return Interval(Fraction(low), None if high is None else Fraction(high))


def test_by_hand():
    parts = [interval(2, 5), interval(3, 4), interval(1, 9)]
    assert added(parts) == interval(6, 18)
    assert weakest(parts) == interval(1, 4)
    assert strongest(parts) == interval(3, 9)
    assert interval(2, 5).times(3) == interval(6, 15)
    assert interval(10, 12).less(interval(1, 4)) == interval(6, 11)
    assert interval(0, 5).less(interval(3, 9)) == ZERO._replace(high=Fraction(2))
    assert interval(0, 2).less(interval(3, 9)) == ZERO


def test_an_open_end_stays_open_where_it_can_matter():
    parts = [interval(2, 5), interval(3)]
    assert added(parts) == interval(5)
    assert weakest(parts) == interval(2, 5)  # the other may be more, the smaller one is not
    assert strongest(parts) == interval(3)
    assert weakest([interval(2), interval(3)]) == interval(2)
    assert interval(2).times(2) == interval(4)
    assert interval(7).less(interval(2, 3)) == interval(4)
    assert interval(7, 8).less(interval(2)) == interval(0, 6)


def test_one_value_is_known_and_an_open_end_is_no_number():
    assert exactly(Fraction(4)).known
    assert not interval(3, 4).known
    assert not ANYTHING.known
    assert interval(3, 4).floats == (3.0, 4.0)
    assert str(interval(3).floats[1]) == "nan"


def test_nothing_adds_up_to_nothing_and_has_no_smallest():
    assert added([]) == ZERO
    for of in (weakest, strongest):
        with pytest.raises(ValueError):  # noqa: PT011 - min and max say it in their own words
            of([])


@given(st.lists(st.tuples(COUNTS, COUNTS, st.booleans(), COUNTS), min_size=1, max_size=6))
def test_what_is_inside_the_parts_is_inside_the_whole(drawn):
    parts = [Interval(low, None if open_ else low + more) for low, more, open_, _ in drawn]
    truths = [low + (more_yet if open_ else min(more, more_yet)) for low, more, open_, more_yet in drawn]
    for found, truth in (
        (added(parts), sum(truths)),
        (weakest(parts), min(truths)),
        (strongest(parts), max(truths)),
    ):
        assert found.low <= truth
        assert found.high is None or truth <= found.high
