"""From what a person made of a printed paragraph to edits of its source: words return, figures stay placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from kepu_eval.report.homecoming.pieces import NUMBER, Piece, Token, split, token_pattern, tokens_of
from kepu_eval.report.homecoming.template import Template, loops
from kepu_eval.report.literals import allowed_places
from kepu_eval.report.words import WITHOUT_SOURCE

PARTED = "\u2029"
"""Stands in a paragraph's text where a person parted it in two."""
_SPECIAL = re.compile(r"([\\`*<\[\]|])|\{(?=[{%#])")
_FIGURE = re.compile(rf"{NUMBER.pattern}\D{{0,6}}")
_LEADING = re.compile(r"^(\s*)([#>+-])")


@dataclass(frozen=True)
class Edit:
    """Replace the source from ``start`` to ``end``; ``piece``: by whose turn of a loop it was asked for."""

    start: int
    end: int
    text: str
    piece: Piece | None = None


@dataclass(frozen=True)
class HandFigure:
    """A figure that a person changed in Word: it is not taken over."""

    fact: str
    printed: str
    typed: str


@dataclass
class Returned:
    """What became of one paragraph: edits of the source, figures changed by hand, numbers typed anew, figures taken out."""

    edits: list[Edit] = field(default_factory=list)
    refused: list[HandFigure] = field(default_factory=list)
    without_source: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Anchor:
    """Tokens of the print (``first`` to ``last``) that stand in Word at ``low`` to ``high``."""

    first: int
    last: int
    low: int
    high: int


def is_figure(printed: str) -> bool:
    """Whether a placeholder's print is a figure with its unit, and not a name or a unit's own words."""
    return bool(_FIGURE.fullmatch(printed))


def returned(pieces: Sequence[Piece], words: Sequence[tuple[str, bool]], template: Template) -> Returned:
    """Hold a printed paragraph against Word's runs (text, bold)."""
    pattern = token_pattern(pieces)
    printed, typed = tokens_of(pieces, pattern), _typed(words, pattern)
    result = Returned()
    anchors = _anchors(printed, [token for token, _ in typed], result)
    free = _moved(printed, anchors)
    ends = [_Anchor(-1, 0, -1, 0), *anchors, _Anchor(len(printed), len(printed), len(typed), len(typed))]
    for left, right in pairwise(ends):
        gone = printed[left.last : right.first]
        new = typed[left.high : right.low]
        if gone or new:
            _gap(result, printed, (left, right), gone, new, template, free)
    result.edits += _emboldened(printed, typed, anchors)
    return result


def _typed(words: Sequence[tuple[str, bool]], pattern: re.Pattern) -> list[tuple[str, bool]]:
    """Tokens of Word's text with their look; a token may begin in one run and end in the next."""
    text, looks = "".join(text for text, _ in words), [bold for text, bold in words for _ in text]
    return [(found[0], looks[found.start()]) for found in pattern.finditer(text)]


def _anchors(printed: list[Token], typed: list[str], result: Returned) -> list[_Anchor]:
    """What of the print still stands in Word, in order; a figure changed by hand stands where its new value does."""
    place: list[int | None] = [None] * len(printed)
    for block in SequenceMatcher(
        None, [t.text for t in printed], typed, autojunk=False
    ).get_matching_blocks():
        for step in range(block.size):
            place[block.a + step] = block.b + step
    at, anchors = 0, list[_Anchor]()
    while at < len(printed):
        piece, end = printed[at].piece, at + 1
        if piece.placeholder:
            while end < len(printed) and printed[end].piece is piece:
                end += 1
            kept = _placeholder(piece, place, at, end, typed, result)
            if kept and (not anchors or kept[0] >= anchors[-1].high):
                anchors.append(_Anchor(at, end, *kept))
            else:
                place[at:end] = [None] * (end - at)
        elif (there := place[at]) is not None and (not anchors or there >= anchors[-1].high):
            anchors.append(_Anchor(at, end, there, there + 1))
        at = end
    return anchors


def _placeholder(
    piece: Piece, place: list[int | None], at: int, end: int, typed: list[str], result: Returned
) -> tuple[int, int] | None:
    """Where a placeholder's print stands in Word; ``None`` when it was taken out or, being no figure, rewritten."""
    own = [p for p in place[at:end] if p is not None]
    if len(own) == end - at and own[-1] - own[0] == len(own) - 1:
        return own[0], own[-1] + 1
    low = max((p for p in place[:at] if p is not None), default=-1) + 1
    high = min((p for p in place[end:] if p is not None), default=len(typed))
    region = typed[low:high]
    if not piece.facts or not "".join(region).strip():
        if piece.facts:
            result.removed.append(piece.facts[0])
        return None
    found = _new_figure(
        piece, region, at == 0 or place[at - 1] is not None, end == len(place) or place[end] is not None
    )
    if found is None:
        result.removed.append(piece.facts[0])
        return None
    ends = list(accumulate((len(token) for token in region), initial=0))
    start = low + next(n for n, end in enumerate(ends[1:]) if end > found[0])
    stop = low + next(n for n, end in enumerate(ends) if end >= found[1])
    result.refused.append(HandFigure(piece.facts[0], piece.text, "".join(typed[start:stop])))
    return start, stop


def _new_figure(piece: Piece, region: list[str], left: bool, right: bool) -> tuple[int, int] | None:
    """From which to which character of a region stands what a person made of the figure that was there."""
    text = "".join(region)
    region = split(text)
    numbers = [n for n, token in enumerate(region) if NUMBER.fullmatch(token)]
    if is_figure(piece.text):
        if not numbers:
            return None
        unit = split(piece.text)[1:]
        first = next((n for n in numbers if unit and region[n + 1 : n + 1 + len(unit)] == unit), numbers[0])
        rest = region[first + 1 :]
        tail = len(unit) if rest[: len(unit)] == unit else len(rest) if len(rest) <= len(unit) else 0
        start = len("".join(region[:first]))
        return start, start + len("".join(region[first : first + 1 + tail]))
    short = len(text) <= 2 * len(piece.text) + 6
    alike = SequenceMatcher(None, piece.text, text, autojunk=False).ratio() > 0.5
    return (0, len(text)) if (left and right and short) or alike else None


def _moved(printed: list[Token], anchors: list[_Anchor]) -> dict[str, Token]:
    """Figures that stand no longer where they stood, by their print: they may stand elsewhere in the paragraph."""
    kept = {n for anchor in anchors for n in range(anchor.first, anchor.last)}
    return {t.piece.text: t for n, t in enumerate(printed) if n not in kept and t.piece.facts}


def _gap(
    result: Returned,
    printed: list[Token],
    between: tuple[_Anchor, _Anchor],
    gone: list[Token],
    new: list[tuple[str, bool]],
    template: Template,
    free: dict[str, Token],
) -> None:
    """Edits for what stands between two anchors: take out what is gone, put in what is new."""
    taken: list[Edit] = []
    for token in gone:
        if token.start >= 0 and not (
            taken and taken[-1].start == token.start and taken[-1].piece is token.piece
        ):
            taken.append(Edit(token.start, token.end, "", token.piece))
    if new:
        at, piece = _place(printed, between, gone, template)
        if at < 0:
            return
        around = loops(template.context(at))
        text = _written("".join(t for t, _ in new), result, free, around, template)
        solid = [b for t, b in new if t.strip()]
        bold = bool(solid) and all(solid) and not (piece and piece.bold)
        text = f"**{text}**" if bold and text.strip() else text
        same = next((n for n, edit in enumerate(taken) if edit.start == at and edit.piece is piece), None)
        if same is None:
            result.edits.append(Edit(at, at, text, piece))
        else:
            taken[same] = Edit(at, taken[same].end, text, piece)
    result.edits += taken


def _place(
    printed: list[Token], between: tuple[_Anchor, _Anchor], gone: list[Token], template: Template
) -> tuple[int, Piece | None]:
    """Where in the source new words go: for what they replace, else beside the neighbour under fewer conditions."""
    replaced = next((t for t in gone if t.start >= 0 and not t.piece.placeholder), None)
    replaced = replaced or next((t for t in gone if t.start >= 0), None)
    if replaced:
        return replaced.start, replaced.piece
    left = printed[between[0].last - 1] if between[0].last > 0 else None
    right = printed[between[1].first] if between[1].first < len(printed) else None
    left = left if left and left.start >= 0 else None
    if left and right and right.start >= 0:
        deeper = len(template.context(left.start)) > len(template.context(right.start))
        return (right.start, right.piece) if deeper else (left.end, left.piece)
    if left:
        return left.end, left.piece
    return (right.start, right.piece) if right else (-1, None)


def _written(text: str, result: Returned, free: dict[str, Token], around: list, template: Template) -> str:
    """New words as source: a figure that moved is its placeholder, a number typed anew says that it has no source."""
    for shown in sorted(free, key=len, reverse=True):
        token = free[shown]
        if (
            len(shown) > 1
            and shown in text
            and all(s in around for s in loops(template.context(token.start)))
        ):
            before, _, after = text.partition(shown)
            if token.piece.facts[0] in result.removed:
                result.removed.remove(token.piece.facts[0])
            source = template.source[token.start : token.end]
            others = {k: v for k, v in free.items() if k != shown}
            return (
                _written(before, result, others, around, template)
                + source
                + _written(after, result, others, around, template)
            )
    return as_source(text, result.without_source)


def as_source(text: str, numbers: list[str], *, begins: bool = False) -> str:
    """Words as they are written in a text cell; every number among them is marked as without source and listed.

    ``begins``: they begin a line, where a number with a full stop counts items.
    """
    made, end = [], 0
    allowed = allowed_places(text) if begins else [(a - 1, b - 1) for a, b in allowed_places(f"\0{text}")]
    for found in NUMBER.finditer(text):
        made.append(_SPECIAL.sub(_escaped, text[end : found.start()]))
        if any(start <= found.start() < stop for start, stop in allowed):
            made.append(found[0])
        else:
            numbers.append(found[0])
            made.append(f'{{{{ {WITHOUT_SOURCE}("{found[0]}") }}}}')
        end = found.end()
    made.append(_SPECIAL.sub(_escaped, text[end:]))
    return "".join(made).replace(PARTED, "\n\n")


def _escaped(found: re.Match) -> str:
    return f"\\{found[1]}" if found[1] else '{{ "{" }}'


def line_start(text: str) -> str:
    """Words that begin a paragraph, so that Markdown takes them for no heading, list or quotation."""
    return _LEADING.sub(r"\1\\\2", text)


def _emboldened(printed: list[Token], typed: list[tuple[str, bool]], anchors: list[_Anchor]) -> list[Edit]:
    """Marks around words that a person made bold."""
    edits: list[Edit] = []
    run: list[Token] = []

    def close() -> None:
        if run and any(token.text.strip() for token in run):
            edits.append(Edit(run[0].start, run[0].start, "**", run[0].piece))
            edits.append(Edit(run[-1].end, run[-1].end, "**", run[-1].piece))
        run.clear()

    for anchor in anchors:
        token = printed[anchor.first]
        wanted = token.start >= 0 and typed[anchor.low][1] and not token.piece.bold
        if not wanted or (run and token.piece.turns != run[-1].piece.turns):
            close()
        if wanted:
            run.append(token)
    close()
    return edits
