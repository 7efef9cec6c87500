"""A text cell as source: where its placeholders, conditions and loops stand, and which lines print one paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from jinja2 import Environment

_OPEN, _BETWEEN = ("if", "for", "filter", "macro", "call", "with"), ("else", "elif")
_WORD = re.compile(r"\{%[-+]?\s*(\w+)")
_TARGET = re.compile(r"\{%[-+]?\s*for\s+(\w+)\s+in\s")
_NAME = re.compile(r"\{\{[-+]?\s*((\w+)(?:\.\w+|\[\"[^\"]*\"\])*)\s*[-+]?\}\}")
_MARKER = re.compile(r"[ \t]*(?:#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|>|\||表：)")


@dataclass(eq=False)
class Section:
    """A condition or loop: ``tags`` are the places of its opening tag, of those between, and of its end.

    ``outer``: the sections around it, outermost first, each with the number of the branch that holds it.
    """

    kind: str
    tags: list[tuple[int, int]]
    outer: tuple[tuple[Section, int], ...] = ()
    inner: list[Section] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int]:
        """Start and end in the source, tags included."""
        return self.tags[0][0], self.tags[-1][1]

    def branch(self, number: int) -> tuple[int, int]:
        """Start and end of what stands between two tags."""
        return self.tags[number][1], self.tags[number + 1][0]


Context = tuple[tuple[Section, int], ...]


class Template:
    """The structure of a text; ``jinja2.TemplateSyntaxError`` when Jinja2 cannot read it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.placeholders: dict[int, int] = {}  # start → end
        self.sections: list[Section] = []
        self._read()

    def _read(self) -> None:
        at, begun = 0, 0
        around: list[Section] = []
        for _, kind, text in Environment(autoescape=False).lex(self.source):
            at = self.source.find(text, at)
            if kind in ("variable_begin", "block_begin"):
                begun = at
            elif kind == "variable_end":
                self.placeholders[begun] = at + len(text)
            elif kind == "block_end":
                self._tag(begun, at + len(text), around)
            at += len(text)

    def _tag(self, start: int, end: int, around: list[Section]) -> None:
        told = _WORD.match(self.source, start)
        word = told[1] if told else ""
        block_set = word == "set" and "=" not in self.source[start:end]
        if word in _OPEN or block_set:
            outer = tuple((section, len(section.tags) - 1) for section in around)
            section = Section(word, [(start, end)], outer)
            self.sections.append(section)
            if around:
                around[-1].inner.append(section)
            around.append(section)
        elif around and (word in _BETWEEN or word.startswith("end")):
            around[-1].tags.append((start, end))
            if word.startswith("end"):
                around.pop()

    def context(self, at: int) -> Context:
        """The sections around a place, outermost first."""
        found = []
        for section in self.sections:
            for number in range(len(section.tags) - 1):
                start, end = section.branch(number)
                if start <= at < end or start == at == end:
                    found.append((section, number))
        return tuple(found)

    def shared(self, places: Sequence[int]) -> Context:
        """The sections around all of these places."""
        contexts = [self.context(place) for place in places]
        common = []
        for level in zip(*contexts, strict=False):
            if any(other != level[0] for other in level):
                break
            common.append(level[0])
        return tuple(common)

    def paragraph(self, places: Sequence[int]) -> tuple[int, int]:
        """Start and end of the lines that print one paragraph, given the places of its pieces."""
        context = self.shared(places)
        low, high = context[-1][0].branch(context[-1][1]) if context else (0, len(self.source))
        beside = [s for s in self.sections if s.outer == context]
        start, end = min(places), max(self.placeholders.get(place, place + 1) for place in places)
        start, end = self._start(start, low, beside), self._end(end, high, beside)
        return start, end

    def _start(self, at: int, low: int, beside: list[Section]) -> int:
        while True:
            at = next((s.span[0] for s in beside if s.span[0] < at < s.span[1]), at)
            line = max(self.source.rfind("\n", 0, at) + 1, low)
            across = next((s for s in beside if s.span[0] < line < s.span[1]), None)
            if across:
                if self._parts_paragraphs(across):
                    return across.span[1]
                at = across.span[0]
                continue
            before = max(self.source.rfind("\n", 0, max(line - 1, 0)) + 1, low)
            if line <= low or _MARKER.match(self.source, line) or self._ends_paragraph(before, line - 1):
                return line
            section = next((s for s in beside if s.span[0] < line and s.span[1] > before), None)
            if section and self._parts_paragraphs(section):
                return line
            at = min(before, section.span[0]) if section else before

    def _end(self, at: int, high: int, beside: list[Section]) -> int:
        while True:
            at = next((s.span[1] for s in beside if s.span[0] < at < s.span[1]), at)
            line = self._line_end(at, high)
            across = next((s for s in beside if s.span[0] < line < s.span[1]), None)
            if across:
                if self._parts_paragraphs(across):
                    return across.span[0]
                at = across.span[1]
                continue
            if line >= high:
                return high
            after = self._line_end(line + 1, high)
            if not self.source[line + 1 : after].strip() or _MARKER.match(self.source, line + 1):
                return line
            section = next((s for s in beside if s.span[0] < after and s.span[1] > line + 1), None)
            if section and self._parts_paragraphs(section):
                return line
            at = max(after, section.span[1]) if section else after

    def _line_end(self, at: int, high: int) -> int:
        found = self.source.find("\n", at, high)
        return high if found < 0 else found

    def _ends_paragraph(self, start: int, end: int) -> bool:
        return not self.source[start:end].strip() or bool(_MARKER.match(self.source, start))

    def _parts_paragraphs(self, section: Section) -> bool:
        """Whether what a section prints stands in paragraphs of its own."""
        inside = self.source[slice(*section.span)]
        lines = inside.split("\n")[1:]
        return bool(re.search(r"\n[ \t]*\n", inside)) or any(_MARKER.match(line) for line in lines)

    def names(self, loop: Section, pieces: Iterable[tuple[int, str]]) -> Iterator[tuple[str, str]]:
        """Placeholders of a loop's item, with what they printed, among pieces (place, text) that one turn printed."""
        target = _TARGET.match(self.source, loop.tags[0][0])
        for place, text in pieces:
            found = _NAME.match(self.source, place)
            if target and found and found[2] == target[1] and text:
                yield found[1], text


def loops(context: Context) -> list[Section]:
    """The loops of a context, outermost first."""
    return [section for section, _ in context if section.kind == "for"]
