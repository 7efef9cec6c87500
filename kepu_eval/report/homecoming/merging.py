"""An absorbed Word file put into the own copy: what the evaluator has changed there meanwhile is never written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from rapidfuzz.fuzz import ratio

from kepu_eval.report.document import OWN
from kepu_eval.report.homecoming.absorbing import Absorbed, Entry
from kepu_eval.report.homecoming.baseline import Baseline

_SAME = 70.0


@dataclass(frozen=True)
class _Hunk:
    """Lines ``start`` to ``end`` of the base became ``lines``."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(book: NotebookNode, base: Baseline, result: Absorbed) -> list[Entry]:
    """Put new sources, cells and comments into the own copy; what conflicts is left as it is and told."""
    told = []
    cells = {cell.get("id"): cell for cell in book.cells}
    for name, wanted in result.sources.items():
        cell = cells.get(name)
        if cell is None:
            told.append(Entry("冲突", wanted, "Word改了这一格，但文稿中已删去；没有收回"))
            continue
        source, conflicts = merged(base.cells[name], cell.source, wanted)
        told += [
            Entry("冲突", f"Word改为：{theirs}", f"文稿（或产品默认）已改为：{ours}；保留后者，请自己决定")
            for ours, theirs in conflicts
        ]
        if source != cell.source:
            cell.source = source
            _without_outputs(cell)
    for after, source in result.new_cells:
        place = next((n for n, cell in enumerate(book.cells, 1) if cell.get("id") == after), len(book.cells))
        book.cells.insert(place, new_code_cell(source))
    _remember(book, cells, base, result)
    return told


def _without_outputs(cell: NotebookNode) -> None:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None


def merged(base: str, own: str, word: str) -> tuple[str, list[tuple[str, str]]]:
    """The own text with what Word changed; conflicts as pairs (own, Word's), in which the own text stays."""
    if own in (base, word):
        return word, []
    lines = base.split("\n")
    ours, theirs = list(_hunks(lines, own.split("\n"))), list(_hunks(lines, word.split("\n")))
    taken, conflicts = list(ours), []
    for hunk in theirs:
        against = [other for other in ours if other.start < max(hunk.end, hunk.start + 1) and hunk.start < max(other.end, other.start + 1)]  # fmt: skip
        if not against:
            taken.append(hunk)
        elif against != [hunk]:
            conflicts.append(
                ("\n".join(line for other in against for line in other.lines), "\n".join(hunk.lines))
            )
    made, at = [], 0
    for hunk in sorted(taken, key=lambda hunk: (hunk.start, hunk.end)):
        made += [*lines[at : hunk.start], *hunk.lines]
        at = max(at, hunk.end)
    return "\n".join([*made, *lines[at:]]), conflicts


def _hunks(before: list[str], after: list[str]) -> Iterator[_Hunk]:
    for how, start, end, low, high in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how != "equal":
            yield _Hunk(start, end, tuple(after[low:high]))


def _remember(book: NotebookNode, cells: dict[str, NotebookNode], base: Baseline, result: Absorbed) -> None:
    """Keep, in the cells' metadata, comments and the figures that each edited sentence was written for."""
    first = next((cell for cell in book.cells if cell.cell_type == "code"), book.cells[0])
    here = {(r.author, r.date, r.text) for _, _, r in result.remarks}
    printed = {tuple(remark) for remark in base.remarks}
    for cell in book.cells:
        known = cell.metadata.get(OWN, {})
        kept = [r for r in known.get("remarks", []) if (key := (r["author"], r["date"], r["text"])) not in printed or key in here]  # fmt: skip
        if known.get("remarks", []) != kept:
            cell.metadata[OWN] = {**known, "remarks": kept}
    there = {
        (r["author"], r["date"], r["text"])
        for c in book.cells
        for r in c.metadata.get(OWN, {}).get("remarks", [])
    }
    for name, words, remark in result.remarks:
        if (remark.author, remark.date, remark.text) not in there:
            said = {"author": remark.author, "date": remark.date, "text": remark.text, "words": words}
            _append(cells.get(name, first), "remarks", said)
    for edited in result.edited:
        cell = cells.get(edited.cell)
        if cell is not None and edited.facts:
            known = cell.metadata.get(OWN, {})
            others = [e for e in known.get("edited", []) if ratio(e["text"], edited.text) < _SAME]
            cell.metadata[OWN] = {**known, "edited": others}
            _append(cell, "edited", {"text": edited.text, "facts": edited.facts})


def _append(cell: NotebookNode, name: str, value: dict) -> None:
    known = cell.metadata.get(OWN, {})
    cell.metadata[OWN] = {**known, name: [*known.get(name, []), value]}
