"""A text cell's source with the edits of its paragraphs: conditions and loops stay.

What one turn of a loop is to say differently is said under a condition on that turn.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from kepu_eval.errors import KepuError
from kepu_eval.report.homecoming.editing import Edit
from kepu_eval.report.homecoming.pieces import Piece
from kepu_eval.report.homecoming.template import Section, Template, loops

_EMPTIED = re.compile(r"\{%-?\s*(?:if|for)\s[^%]*%\}\s*\{%-?\s*end(?:if|for)\s*-?%\}")


class NoNameError(KepuError):
    """A loop's turn that nothing in the text tells from the others; the message is Chinese."""


@dataclass
class Printed:
    """A printed paragraph in its cell: its pieces, its lines in the source, and what is to become of it.

    ``edits``: of its source; ``gone``: it is no longer printed here; ``before`` and ``after``: new paragraphs beside it.
    """

    template: Template
    pieces: list[Piece]
    edits: list[Edit] = field(default_factory=list)
    gone: bool = False
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        places = [piece.start for piece in self.pieces if piece.start >= 0]
        self.lines = self.template.paragraph(places)
        self.context = self.template.shared(places)

    @property
    def touched(self) -> bool:
        """Whether anything is to change."""
        return bool(self.edits or self.gone or self.before or self.after)

    def text(self) -> str:
        """Its lines with the edits."""
        return "" if self.gone else edited(self.template, self.lines, self.edits, self.pieces)

    def replacement(self) -> str:
        """What stands in place of its lines: new paragraphs before, itself, new ones after."""
        return "\n\n".join(text for text in (*self.before, self.text(), *self.after) if text)


def edited(template: Template, lines: tuple[int, int], edits: Sequence[Edit], pieces: Sequence[Piece]) -> str:
    """A stretch of the source with edits; what only some turns of a loop inside it ask for comes under a condition."""
    own, inner = [], defaultdict(list)
    for edit in edits:
        around = [s for s, _ in edit.piece.turns if _inside(s.span, lines)] if edit.piece else []
        if around and _inside((edit.start, edit.end), around[0].branch(0)):
            inner[around[0]].append(edit)
        else:
            own.append((edit.start, edit.end, edit.text))
    for loop, wanted in inner.items():
        body = loop.branch(0)
        own.append((*body, _turns(template, loop, body, wanted, pieces)))
    return spliced(template.source, lines, own)


def _inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _turns(
    template: Template, loop: Section, body: tuple[int, int], edits: list[Edit], pieces: Sequence[Piece]
) -> str:
    """A loop's body in which some of its turns say something else."""
    by_turn = defaultdict(list)
    for edit in edits:
        by_turn[dict(edit.piece.turns if edit.piece else ())[loop]].append(edit)
    printed = defaultdict(list)
    for piece in pieces:
        if loop in (turns := dict(piece.turns)):
            printed[turns[loop]].append(piece)
    texts = {turn: edited(template, body, own, printed[turn]) for turn, own in by_turn.items()}
    if len(texts) == len(printed) > 1 and len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    conditions = {turn: _condition(template, [loop], printed, turn) for turn in texts}
    return _chosen(template, body, [(conditions[turn], texts[turn]) for turn in texts], "")


def _condition(template: Template, around: Sequence[Section], printed: dict, turn: object) -> str:
    """What is true in one turn alone, by what its placeholders print; :class:`NoNameError` when nothing is."""

    def names(pieces: Iterable[Piece]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for loop in around:
            outer = loops(loop.outer)
            direct = [p for p in pieces if [s for s, _ in p.turns] in ([*outer, loop], list(around))]
            found += template.names(loop, ((p.start, p.text) for p in direct if p.placeholder))
        return list(dict.fromkeys(found))

    others = [set(names(pieces)) for other, pieces in printed.items() if other != turn]
    mine = names(printed[turn])
    for size in (1, 2):
        for chosen in combinations(mine, size):
            if not any(set(chosen) <= other for other in others):
                return " and ".join(f"{name} is 印作 {_quoted(text)}" for name, text in chosen)
    raise NoNameError("由循环逐项印出，各项之间没有可以区别的名称，不能只改其中一项")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _chosen(template: Template, lines: tuple[int, int], cases: list[tuple[str, str]], gap: str) -> str:
    """Texts under their conditions, and what stood there for all others."""
    original = template.source[slice(*lines)]
    if len(cases) == 1 and not cases[0][1]:
        return f"{{% if not ({cases[0][0]}) %}}{gap}{original}{gap}{{% endif %}}"
    words = ("if", *["elif"] * (len(cases) - 1))
    made = "".join(f"{{% {word} {condition} %}}{gap}{text}{gap}" for word, (condition, text) in zip(words, cases, strict=True))  # fmt: skip
    return f"{made}{{% else %}}{gap}{original}{gap}{{% endif %}}"


def spliced(source: str, lines: tuple[int, int], changes: Iterable[tuple[int, int, str]]) -> str:
    """A stretch of a text with changes (start, end, text); insertions at one place keep their order."""
    made, at = [], lines[0]
    for start, end, text in sorted(changes, key=lambda change: (change[0], change[1])):
        made += [source[at : max(start, at)], text]
        at = max(end, at)
    return "".join(made) + source[at : lines[1]]


def changes_of(group: Sequence[Printed]) -> list[tuple[int, int, str]]:
    """Changes of the source for all paragraphs that the same lines printed; :class:`NoNameError` as above."""
    touched = [printed for printed in group if printed.touched]
    if not touched:
        return []
    template, lines, around = group[0].template, group[0].lines, loops(group[0].context)
    texts = [printed.replacement() for printed in touched]
    if not around or (len(touched) == len(group) > 1 and len(set(texts)) == 1):
        return [(*lines, texts[0])]
    pieces = {number: printed.pieces for number, printed in enumerate(group)}
    cases = []
    for number, printed in enumerate(group):
        if printed.touched:
            cases.append((_condition(template, around, pieces, number), printed.replacement()))
    return [(*lines, _chosen(template, lines, cases, "\n"))]


def carried(printed: Printed, group: Sequence[Printed], at: tuple[Section, ...] = ()) -> str:
    """A paragraph's text as it can stand elsewhere: under the conditions it stood under, in the turn that printed it.

    ``at``: sections that stand around the new place as well and need not be said again.
    """
    text = edited(printed.template, printed.lines, printed.edits, printed.pieces)
    source, around = printed.template.source, loops(printed.context)
    if around:
        pieces = {number: other.pieces for number, other in enumerate(group)}
        text = f"{{% if {_condition(printed.template, around, pieces, list(group).index(printed))} %}}\n{text}\n{{% endif %}}"
    for section, number in reversed(printed.context):
        if section in at and section.kind != "for":
            continue
        opened = "".join(source[slice(*tag)] for tag in section.tags[: number + 1])
        text = f"{opened}\n{text}\n{source[slice(*section.tags[-1])]}"
    return text


def tidied(source: str) -> str:
    """A source without conditions, loops and marks of bold type that hold nothing any more."""
    while (shorter := _EMPTIED.sub("", source)) != source:
        source = shorter
    return re.sub(r"\n{3,}", "\n\n", source.replace("****", ""))
