"""A printed paragraph as the pieces of its text cell, and the words that a person made of it as tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kepu_eval.report.blocks import Span
from kepu_eval.report.homecoming.template import Section, Template, loops

NUMBER = re.compile(r"\d+(?:[.,]\d+)*[%‰]?")
_TOKEN = re.compile(rf"{NUMBER.pattern}|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """Text that one place of the source printed: ``start`` to ``end`` there (``start`` −1: the program's own).

    ``facts``: those that a placeholder showed; ``turns``: in which turn of the loops around it, innermost last.
    """

    text: str
    start: int
    end: int
    placeholder: bool = False
    facts: tuple[str, ...] = ()
    bold: bool = False
    turns: tuple[tuple[Section, int], ...] = ()


@dataclass(frozen=True)
class Token:
    """A number, a Latin word or one character, with the piece it belongs to and its place in the source."""

    text: str
    piece: Piece
    start: int
    end: int


def pieces_of(spans: Iterable[Span], template: Template) -> list[Piece]:
    """The pieces of a printed paragraph in order; a list that one placeholder printed is one piece."""
    found: list[Piece] = []
    at = 0
    for span in spans:
        facts = (span.fact,) if span.fact else ()
        last = found[-1] if found else None
        if span.at in template.placeholders:
            if last and last.placeholder and last.start == span.at and not last.text.endswith("\0"):
                joined = _begins_new_turn(span, last)
                if not joined:
                    found[-1] = replace(last, text=last.text + span.text, facts=(*last.facts, *facts))
                    continue
            at = template.placeholders[span.at]
            found.append(Piece(span.text, span.at, at, placeholder=True, facts=facts, bold=span.bold))
            continue
        start = _located(span, template.source, at)
        if start < 0 and last and last.placeholder and span.text.strip():
            found[-1] = replace(last, text=last.text + span.text)
            continue
        at = start + len(span.text) if start >= 0 else at
        found.append(Piece(span.text, start, at if start >= 0 else -1, bold=span.bold))
    return _with_turns(found, template)


def _begins_new_turn(span: Span, last: Piece) -> bool:
    """Whether a Fact printed at the same place is a loop's next turn and not the next of a list."""
    return bool(span.fact) and bool(last.facts) and not last.text.endswith("、")


def _located(span: Span, source: str, after: int) -> int:
    """Where a text stands in the source: at its mark, else (after a link or an escaped character) the next place."""
    if span.at is not None and source.startswith(span.text, span.at):
        return span.at
    return source.find(span.text, after) if span.at is not None else -1


def _with_turns(pieces: list[Piece], template: Template) -> list[Piece]:
    counts: dict[Section, int] = {}
    made, before = [], -1
    around_before: list[Section] = []
    for piece in pieces:
        around = loops(template.context(piece.start)) if piece.start >= 0 else []
        common = [section for section in around if section in around_before]
        if piece.start >= 0 and piece.start <= before and common:
            counts[common[-1]] += 1
        for section in around:
            counts.setdefault(section, 0)
        made.append(replace(piece, turns=tuple((section, counts[section]) for section in around)))
        if piece.start >= 0:
            before, around_before = piece.start, around
    return made


def tokens_of(pieces: Sequence[Piece], pattern: re.Pattern) -> list[Token]:
    """The pieces' tokens; one of a placeholder has the placeholder's whole place."""
    made = []
    for piece in pieces:
        for found in pattern.finditer(piece.text):
            whole = piece.placeholder or piece.start < 0
            start = piece.start if whole else piece.start + found.start()
            made.append(Token(found[0], piece, start, piece.end if whole else piece.start + found.end()))
    return made


def token_pattern(pieces: Sequence[Piece]) -> re.Pattern:
    """Tokens of a paragraph: what its placeholders printed is one each, so that no half of it is taken for another's."""
    whole = sorted({p.text for p in pieces if p.placeholder and len(p.text) > 1}, key=len, reverse=True)
    return re.compile(
        "|".join([*(rf"(?<![\d.]){re.escape(text)}" for text in whole), _TOKEN.pattern]), re.DOTALL
    )


def split(text: str) -> list[str]:
    """A text's tokens, apart from any paragraph."""
    return _TOKEN.findall(text)
