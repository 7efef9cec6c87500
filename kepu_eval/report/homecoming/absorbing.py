"""A Word file that came back, held against what was printed: new sources of text cells, and the list of what happened."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kepu_eval.report.document import Sentence
from kepu_eval.report.homecoming.baseline import Baseline, Paragraph
from kepu_eval.report.homecoming.editing import PARTED, Edit, as_source, is_figure, line_start, returned
from kepu_eval.report.homecoming.matching import Matches, matches, squeezed, without_number
from kepu_eval.report.homecoming.pieces import pieces_of
from kepu_eval.report.homecoming.rewriting import NoNameError, Printed, carried, changes_of, spliced, tidied
from kepu_eval.report.homecoming.template import Template, loops
from kepu_eval.report.homecoming.word_reading import Comment, Run, WordParagraph, WordText

MAGIC = "%%正文"
_SHOWN = 60
_MARKERS = {"item": "- ", "note": "> "}


@dataclass(frozen=True)
class Entry:
    """One thing that happened: what kind (改动, 新增, 删除, 移动, 未收回, 改数, 原话, 无出处, 批注), and in what words."""

    kind: str
    words: str
    detail: str = ""


@dataclass
class Absorbed:
    """New sources by cell; new cells (the cell after which, ``""`` for the beginning, and its source); what happened.

    ``remarks``: comments with the cell and the words of the paragraph that they stand at; ``pictures`` by file name.
    """

    sources: dict[str, str] = field(default_factory=dict)
    new_cells: list[tuple[str, str]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    edited: list[Sentence] = field(default_factory=list)
    remarks: list[tuple[str, str, Comment]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)


def absorbed(base: Baseline, word: WordText) -> Absorbed:
    """What a person's changes in a Word file mean for the text cells that printed it."""
    return _Absorbing(base, word).result


class _Absorbing:
    def __init__(self, base: Baseline, word: WordText) -> None:
        self.base, self.result = base, Absorbed()
        self.printed = [p for p in base.paragraphs if p.volume == word.volume]
        self.words = [w for w in word.paragraphs if w.text.strip() or self._new_pictures(w)]
        self.found: Matches = matches(self.printed, self.words)
        self.templates = {cell: Template(body_of(source)) for cell, source in base.cells.items()}
        self.units = {n: unit for n, p in enumerate(self.printed) if (unit := self._unit(p))}
        self.groups: dict[tuple, list[Printed]] = defaultdict(list)
        for number, unit in self.units.items():
            self.groups[self.printed[number].cell, unit.lines].append(unit)
        self.inserted: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        self._edit()
        self._take_out()
        self._put_in()
        self._rewrite()
        self._comments(word)
        for text in word.lost:
            self._note("未收回", text, "笔记本的正文里放不下，请改写成文字")

    def _note(self, kind: str, words: str, detail: str = "") -> None:
        self.result.entries.append(Entry(kind, words.replace(PARTED, "").strip(), detail))

    def _new_pictures(self, word: WordParagraph) -> list[bytes]:
        known = self.base.pictures
        return (
            []
            if word.role == "fixed"
            else [p for p in word.pictures if hashlib.sha256(p).hexdigest() not in known]
        )

    def _unit(self, paragraph: Paragraph) -> Printed | None:
        if paragraph.kind in ("fixed", "table"):
            return None
        template = self.templates[paragraph.cell]
        return Printed(template, pieces_of(paragraph.spans, template))

    def _edit(self) -> None:
        """Changed paragraphs, those parted in two and those joined included."""
        for number, home in sorted(self.found.home.items()):
            paragraph, word, unit = self.printed[home], self.words[number], self.units.get(home)
            tails = [tail for tail, first in self.found.parted.items() if first == number]
            joined = [other for other, into in self.found.joined.items() if into == home]
            same = squeezed(paragraph.text) == squeezed(word.text) and not tails
            if unit is None:
                if not same:
                    self._fixed(paragraph, word)
                continue
            runs = _without_number(word.runs, paragraph)
            for tail in tails:
                runs = (*runs, Run(PARTED + self._marker(self.words[tail])), *self.words[tail].runs)
            self._compare(paragraph, unit, runs, same, joined)

    def _fixed(self, paragraph: Paragraph, word: WordParagraph) -> None:
        kind = "表格" if paragraph.kind == "table" else "程序生成的文字"
        before, after = _difference(paragraph.text, word.text)
        self._note("未收回", f"{before} → {after}", f"{kind}由数据和参数生成，请改数据、参数或程序给出的名称")

    def _compare(
        self, paragraph: Paragraph, unit: Printed, runs: tuple, same: bool, joined: list[int]
    ) -> None:
        joints = [joint for other in joined for joint in self._join(unit, other)]
        pieces = [piece for piece in unit.pieces if piece.start >= 0]
        got = returned(pieces, [(run.text, run.bold) for run in runs], unit.template)
        if paragraph.kind == "heading":
            got.edits = [edit for edit in got.edits if edit.text != "**"]
        text = "".join(run.text for run in runs)
        for figure in got.refused:
            origin = self.base.facts[figure.fact]
            places = "；".join(origin.places) or "由其他数据项算出，见 kepu-eval trace"
            if not is_figure(figure.printed):
                self._note("原话", f"{figure.printed} → {figure.typed}", f"{origin.label or figure.fact}，来自 {places}；评语请写在引号外")  # fmt: skip
                continue
            self._note("改数", f"{origin.label or figure.fact}：{figure.printed} → {figure.typed}", f"来自 {places}；请更正来源或答复核查，报告里的数随之改变")  # fmt: skip
        for number in got.without_source:
            self._note(
                "无出处",
                number,
                f"写在“{text[:30]}…”中；请换成占位符（%数据项 可查），换好前印作“〔{number}，待补出处〕”",
            )
        if not got.edits and not joints:
            return
        unit.edits = [*got.edits, *joints]
        detail = f"删去了数据项：{'、'.join(got.removed)}" if got.removed else ""
        self._note("改动" if not same else "格式", text, detail)
        self._keep(paragraph, text)

    def _join(self, unit: Printed, other: int) -> Iterator[Edit]:
        """Let a paragraph go on with the next one; outside loops alone can both be one in the source."""
        more = self.units.get(other)
        if more is None or more.template is not unit.template or more.context != unit.context:
            return
        if loops(unit.context) or more.lines == unit.lines:
            return
        start = min(piece.start for piece in more.pieces if piece.start >= 0)
        yield Edit(unit.lines[1], start, "")
        del self.groups[self.printed[other].cell, more.lines]
        del self.units[other]
        old = unit.lines
        unit.pieces, unit.lines = [*unit.pieces, *more.pieces], (old[0], more.lines[1])
        cell = self.printed[other].cell
        self.groups[cell, unit.lines] = self.groups.pop((cell, old))

    def _keep(self, paragraph: Paragraph, text: str) -> None:
        facts = {s.fact: s.text for s in paragraph.spans if s.fact}
        self.result.edited.append(Sentence(paragraph.cell, text.replace(PARTED, ""), facts))

    def _take_out(self) -> None:
        there = set(self.found.home.values())
        for number, paragraph in enumerate(self.printed):
            if number in there:
                continue
            unit = self.units.get(number)
            if number in self.found.joined:
                if unit is not None:
                    unit.gone = True
            elif unit is not None:
                unit.gone = True
                self._note("删除", paragraph.text)
            elif paragraph.kind == "table" or (paragraph.cell and paragraph.text.strip()):
                self._note(
                    "未收回",
                    f"删去了“{paragraph.text[:30]}”",
                    "表和图由程序生成；不要时请在笔记本中删去那一格",
                )

    def _put_in(self) -> None:
        """New and moved paragraphs beside their neighbours."""
        order = [n for n in range(len(self.words)) if n not in self.found.parted]
        for place, number in enumerate(order):
            moved = number in self.found.moved
            if number in self.found.home and not moved:
                continue
            home = self.found.home.get(number)
            if moved and home not in self.units:
                continue
            left = next((n for n in reversed(order[:place]) if self._stays(n)), None)
            right = next((n for n in order[place + 1 :] if self._stays(n)), None)
            self._put(number, left, right)

    def _stays(self, number: int) -> bool:
        return number in self.found.home and number not in self.found.moved

    def _put(self, number: int, left: int | None, right: int | None) -> None:
        word, home = self.words[number], self.found.home.get(number)
        before = self.found.home[left] if left is not None else None
        behind = self.found.home[right] if right is not None else None
        if home is None:
            numbers: list[str] = []
            text = self._new_text(word, numbers)
            self._note("新增", word.text or "图片")
            for typed in numbers:
                self._note(
                    "无出处",
                    typed,
                    f"写在“{word.text[:30]}…”中；请换成占位符（%数据项 可查），换好前印作“〔{typed}，待补出处〕”",
                )
        else:
            unit = self.units[home]
            group = self.groups[self.printed[home].cell, unit.lines]
            try:
                text = carried(unit, group)
            except NoNameError as error:
                self._note("未收回", word.text, f"移动：{error}")
                return
            unit.gone = True
            self._note("移动", word.text)
        cell = self._insert(text, before, behind)
        if home is None:
            self.result.edited.append(Sentence(cell, word.text, {}))

    def _insert(self, text: str, before: int | None, behind: int | None) -> str:
        """Put a paragraph's source after the printed one ``before``, or before the one ``behind``; the cell it came to."""
        after, ahead = (None if place is None else self.units.get(place) for place in (before, behind))
        here, there = ("" if place is None else self.printed[place].cell for place in (before, behind))
        if after and ahead and after.template is ahead.template and after.lines != ahead.lines:
            own = [section for section, _ in after.context if (section, _) not in ahead.context]
            if own:
                self._between(here, own[0].span[1], text)
                return here
            new = [section for section, _ in ahead.context if (section, _) not in after.context]
            if new:
                self._between(here, new[0].span[0], text)
                return here
        if after:
            outer = (
                after.context[0][0]
                if after.context and not (ahead and ahead.template is after.template)
                else None
            )
            if outer:
                self._between(here, outer.span[1], text)
            else:
                after.after.append(text)
            return here
        if ahead:
            if ahead.context:
                self._between(there, ahead.context[0][0].span[0], text)
            else:
                ahead.before.append(text)
            return there
        cell = next((p.cell for p in reversed(self.printed[: (before or -1) + 1]) if p.cell), "")
        self.result.new_cells.append((cell, f"{MAGIC}\n\n{text}\n"))
        return cell

    def _between(self, cell: str, at: int, text: str) -> None:
        self.inserted[cell].append((at, at, f"\n\n{text}\n\n"))

    def _new_text(self, word: WordParagraph, numbers: list[str]) -> str:
        parts: list[str] = []
        runs = _unnumbered(word.runs) if word.ordered or word.role in ("item", "heading") else word.runs
        for run in runs:
            text = as_source(run.text.replace("\n", " "), numbers, begins=not parts)
            strong = run.bold and word.role != "heading" and text.strip()
            text = f"**{text}**" if strong else text
            parts.append(f"[{text}]({run.link})" if run.link else text)
        made = self._marker(word) + (line_start("".join(parts)) if "".join(parts).strip() else "")
        for picture in self._new_pictures(word):
            name = f"图片/{hashlib.sha256(picture).hexdigest()[:12]}.png"
            self.result.pictures[name] = picture
            made = f"{made}\n\n![]({name})" if made.strip() else f"![]({name})"
        return made

    def _marker(self, word: WordParagraph) -> str:
        if word.role == "heading":
            return "#" * (word.level + 1) + " "
        if word.ordered:
            return "   " * word.level + "1. "
        return "   " * word.level + _MARKERS.get(word.role, "")

    def _rewrite(self) -> None:
        changes: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for (cell, _), group in self.groups.items():
            try:
                changes[cell] += changes_of(group)
            except NoNameError as error:
                for printed in (one for one in group if one.touched):
                    self._note("未收回", "".join(piece.text for piece in printed.pieces), str(error))
        for cell, new in self.inserted.items():
            changes[cell] += new
        for cell, made in changes.items():
            if made:
                source = self.base.cells[cell]
                head = source[: len(source) - len(body_of(source))]
                body = self.templates[cell].source
                self.result.sources[cell] = head + tidied(spliced(body, (0, len(body)), made))

    def _comments(self, word: WordText) -> None:
        numbers = {id(w): n for n, w in enumerate(self.words)}
        for comment in word.comments:
            place = word.paragraphs[comment.paragraph] if comment.paragraph < len(word.paragraphs) else None
            number = numbers.get(id(place))
            home = self.found.home.get(number) if number is not None else None
            near = home if home is not None else self._near(number)
            cell = self.printed[near].cell if near is not None else ""
            text = place.text if place else ""
            self.result.remarks.append((cell, text, comment))
            self._note("批注", f"{comment.author}：{comment.text}", f"在“{(comment.quote or text)[:30]}”")

    def _near(self, number: int | None) -> int | None:
        before = [n for n in self.found.home if number is not None and n < number]
        return self.found.home[max(before)] if before else None


def body_of(source: str) -> str:
    """The text in a cell: all of a Markdown cell, what follows the first line of a text cell."""
    return source.partition("\n")[2] if source.startswith(MAGIC) else source


def _without_number(runs: tuple[Run, ...], paragraph: Paragraph) -> tuple[Run, ...]:
    """Runs without the number that the program set before a heading or an item."""
    own = paragraph.spans[0].at is None
    return _unnumbered(runs) if own and paragraph.kind in ("heading", "item") else runs


def _unnumbered(runs: Sequence[Run]) -> tuple[Run, ...]:
    text = "".join(run.text for run in runs)
    skip, kept = len(text) - len(without_number(text)), []
    for run in runs:
        cut = min(skip, len(run.text))
        skip -= cut
        if run.text[cut:]:
            kept.append(Run(run.text[cut:], run.bold, run.link))
    return tuple(kept)


def _difference(before: str, after: str) -> tuple[str, str]:
    """The parts of two texts that differ."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    end = next(
        (
            n
            for n, (a, b) in enumerate(zip(reversed(before[start:]), reversed(after[start:]), strict=False))
            if a != b
        ),
        min(len(before), len(after)) - start,
    )
    return before[start : len(before) - end][:_SHOWN] or "（无）", after[start : len(after) - end][
        :_SHOWN
    ] or "（无）"
