"""Evaluations of drawn rounds give what they gave; a change that is meant is written down by ``python -m tests.evaluation.recorded``."""

import itertools

from tests.evaluation.recorded import FILE, recorded


def test_every_rating_and_figure_is_as_it_was():
    known = FILE.read_text(encoding="utf-8").splitlines()
    place = ""
    for told, was in itertools.zip_longest(recorded(), known):
        place = was if was and was.startswith("#") else place
        assert told == was, place
