"""Which paragraph in Word is which of those printed: by its bookmark, else by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import LCSseq
from rapidfuzz.fuzz import partial_ratio, ratio
from rapidfuzz.process import cdist

from kepu_eval.report.homecoming.baseline import Paragraph
from kepu_eval.report.homecoming.word_reading import WordParagraph

_ALIKE, _FAINT, _MARKED, _PART, _GAIN, _HEAVY = 0.55, 0.25, 0.3, 80.0, 5.0, 1000
_SHORT, _LEFT = 8, 0.9
_DIGITS = re.compile(r"\d+")
_NUMBER_BEFORE = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|附件\d+\s*|\d+[.．、]\s*|（\d+）|[•·▪●■◆➢✓]\s*)"
)


@dataclass
class Matches:
    """Numbers of paragraphs: ``home`` leads from Word's to the printed one; ``moved``: those of Word out of order.

    ``parted``: a paragraph of Word that is the second half of the one before it; ``joined``: a printed paragraph that
    has become part of the one before it.
    """

    home: dict[int, int] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    parted: dict[int, int] = field(default_factory=dict)
    joined: dict[int, int] = field(default_factory=dict)


def matches(printed: Sequence[Paragraph], words: Sequence[WordParagraph]) -> Matches:
    """Match a volume's printed paragraphs with those of the Word file that came back."""
    found = Matches()
    texts = [squeezed(paragraph.text) for paragraph in printed], [squeezed(word.text) for word in words]
    pairs = [*_same(printed, words, texts), *_alike(printed, words, texts)]
    _take(pairs, found)
    _take(list(_marked(printed, words)), found)
    _take(list(_remnants(printed, texts, found)), found)
    _halves(texts, found)
    found.moved = _out_of_order(found.home, printed)
    return found


def squeezed(text: str) -> str:
    """A text without spaces and line breaks, which programs change on saving."""
    return "".join(text.split())


def without_number(text: str) -> str:
    """A heading's or item's words without the number before them."""
    return _NUMBER_BEFORE.sub("", text.lstrip())


_Pair = tuple[float, int, int]


def _take(pairs: list[_Pair], found: Matches) -> None:
    """Pairs, the best first, as long as both are free."""
    taken = set(found.home.values())
    for _, word, home in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if word not in found.home and home not in taken:
            found.home[word] = home
            taken.add(home)


def _same(printed: Sequence[Paragraph], words: Sequence[WordParagraph], texts: tuple) -> Iterator[_Pair]:
    """Paragraphs whose words have not changed; the bookmark, then the order decides between equal ones."""
    places: dict[str, list[int]] = {}
    for number, text in enumerate(texts[0]):
        places.setdefault(text, []).append(number)
    for number, text in enumerate(texts[1]):
        for home in places.get(text, ()) if text else ():
            marked = printed[home].anchor in words[number].anchors
            yield 3.0 + marked - abs(number - home) / 1e5, number, home


def _alike(printed: Sequence[Paragraph], words: Sequence[WordParagraph], texts: tuple) -> Iterator[_Pair]:
    known = set(texts[0])
    changed = [n for n, text in enumerate(texts[1]) if text and text not in known]
    if not changed:
        return
    ours = texts[0]
    theirs = [texts[1][n] for n in changed]
    plain = cdist(theirs, ours, scorer=ratio)
    masked = cdist([_DIGITS.sub("0", t) for t in theirs], [_DIGITS.sub("0", t) for t in ours], scorer=ratio)
    for row, number in enumerate(changed):
        for home, paragraph in enumerate(printed):
            if (paragraph.kind == "table") != (words[number].role == "table"):
                continue
            score = max(plain[row][home], masked[row][home]) / 100
            marked = paragraph.anchor in words[number].anchors and paragraph.kind not in ("fixed", "table")
            if score >= _ALIKE or (marked and score >= _FAINT):
                yield score + _MARKED * marked, number, home


def _marked(printed: Sequence[Paragraph], words: Sequence[WordParagraph]) -> Iterator[_Pair]:
    """Paragraphs written quite anew under their old bookmark."""
    homes = {p.anchor: n for n, p in enumerate(printed) if p.kind not in ("fixed", "table")}
    for number, word in enumerate(words):
        for anchor in word.anchors if word.text.strip() else ():
            if anchor in homes:
                yield 0.0, number, homes[anchor]


def _remnants(printed: Sequence[Paragraph], texts: tuple, found: Matches) -> Iterator[_Pair]:
    """What is left of paragraphs of which a person took out the greater part: their words stand in one order in both."""
    taken = set(found.home.values())
    free = [n for n, p in enumerate(printed) if n not in taken and p.kind not in ("fixed", "table")]
    for number, text in enumerate(texts[1]):
        if number not in found.home and len(text) >= _SHORT:
            for home in free:
                share = LCSseq.similarity(text, texts[0][home]) / len(text)
                if share >= _LEFT:
                    yield share, number, home


def _halves(texts: tuple, found: Matches) -> None:
    """Paragraphs that a person parted in two or joined to the one before."""
    ours, theirs = texts
    back = {home: word for word, home in found.home.items()}
    for word, text in enumerate(theirs):
        first = word - 1
        while first in found.parted:
            first = found.parted[first]
        home = found.home.get(first)
        if word in found.home or word in found.parted or not text:
            continue
        so_far = "".join(theirs[first:word])
        if (
            home is not None
            and ratio(ours[home], so_far + text) - ratio(ours[home], so_far) > _GAIN
            and partial_ratio(text, ours[home]) >= _PART
            and len(text) <= len(ours[home])
        ):
            found.parted[word] = first
        else:
            _first_half(word, texts, found)
    for home, text in enumerate(ours):
        there = back.get(home - 1)
        if home in back or not text or there is None:
            continue
        grown = ratio(ours[home - 1] + text, theirs[there]) - ratio(ours[home - 1], theirs[there])
        if grown > _GAIN and partial_ratio(text, theirs[there]) >= _PART:
            found.joined[home] = home - 1


def _first_half(word: int, texts: tuple, found: Matches) -> None:
    """Let a paragraph that is the first half of the next one's stand for both."""
    ours, theirs = texts
    home = found.home.get(word + 1)
    if home is None or not theirs[word]:
        return
    grown = ratio(ours[home], theirs[word] + theirs[word + 1]) - ratio(ours[home], theirs[word + 1])
    if grown > _GAIN and partial_ratio(theirs[word], ours[home]) >= _PART:
        del found.home[word + 1]
        found.home[word], found.parted[word + 1] = home, word


def _out_of_order(home: Mapping[int, int], printed: Sequence[Paragraph]) -> set[int]:
    """Those that are not in the heaviest run of pairs in one order; what the program makes does not move."""
    order = sorted(home)
    if all(home[a] < home[b] for a, b in pairwise(order)):
        return set()
    best: list[tuple[int, int]] = []  # weight of the run that ends here, and the place before
    for place, word in enumerate(order):
        own = _HEAVY if printed[home[word]].kind in ("fixed", "table") else 1
        runs = [(best[n][0], n) for n in range(place) if home[order[n]] < home[word]]
        weight, before = max(runs, default=(0, -1))
        best.append((weight + own, before))
    kept, place = set(), max(range(len(best)), key=lambda n: best[n][0])
    while place >= 0:
        kept.add(order[place])
        place = best[place][1]
    return set(order) - kept
