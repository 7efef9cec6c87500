"""Following a report's Facts to their parts and cells: one question for ``trace``, comparison and tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Fact, Lineage
from kepu_eval.report.cell_ranges import ranges
from kepu_eval.report.fact import Source

_WIDTHS = (4, 2, 1)
"""Parts that are told of a Fact, of each of these, and of each of those."""
_MOST_CELLS, _MOST_SHEETS, _MOST_FILES, _NAMED = 3, 2, 4, 4
_INDENT = "　"


@dataclass(frozen=True)
class LineageGraph:
    """A report's Facts by id; their ``parts`` lead from one to the other, never in a circle."""

    facts: Mapping[str, Fact]

    @staticmethod
    def of(manifest: Mapping) -> LineageGraph:
        """The graph in a manifest; what it holds beside Facts' own fields (their text) is left out."""
        known = Fact.model_fields
        return LineageGraph(
            {row["id"]: Fact(**{k: v for k, v in row.items() if k in known}) for row in manifest["facts"]}
        )

    def cells(self, wanted: str) -> tuple[Source, ...]:
        """Every cell that a Fact was made of, its own ones first; each once."""
        every = (source for name in self.reached([wanted]) for source in self.facts[name].sources)
        return tuple(dict.fromkeys(every))

    def reached(self, wanted: Iterable[str]) -> Iterator[str]:
        """Facts and all that they are made of, those first that are fewest steps away; each once."""
        seen: set[str] = set()
        waiting = deque(wanted)
        while waiting:
            name = waiting.popleft()
            if name not in seen and name in self.facts:
                seen.add(name)
                yield name
                waiting += self.facts[name].parts

    def explained(self, wanted: str) -> Iterator[str]:
        """A Fact in lines: what it is, how it was made, its own cells one by one, and its parts down to cells.

        Of parts and their cells the first few are told, those that decide; the rest is counted.
        """
        fact = self.facts[wanted]
        yield f"{fact.id}　{fact.label}：{fact.text}"
        yield f"算法：{fact.formula or '—'}"
        for source in fact.sources:
            place = "　".join(filter(None, (source.file, source.sheet, source.cell)))
            yield f"来源：{place}{_said(source)}"
        yield from self._parts(fact, 0, {wanted})
        files = dict.fromkeys((s.file, s.round, s.sha256) for s in self.cells(wanted) if s.sha256)
        for file, rnd, sha256 in list(files)[:_MOST_FILES]:
            yield f"文件：{file}{f'（{rnd}）' if rnd else ''}　SHA-256 {sha256}"
        if len(files) > _MOST_FILES:
            yield f"文件：共{len(files)}个，其余见清单 manifest.json"

    def _parts(self, fact: Fact, depth: int, told: set[str]) -> Iterator[str]:
        """Parts of a Fact that were not told before, indented."""
        fresh = [name for name in fact.parts if name in self.facts and name not in told]
        head, most = _INDENT * (depth + 1), _WIDTHS[depth]
        for name in fresh[:most]:
            told.add(name)
            part = self.facts[name]
            how = f"（{part.formula}）" if part.formula else ""
            yield f"{head}组成：{name}　{part.label}：{part.text}{how}"
            yield from (f"{head}{_INDENT}来源：{line}" for line in _grouped(part.sources))
            if depth + 1 < len(_WIDTHS):
                yield from self._parts(part, depth + 1, told)
        if rest := fresh[most:]:
            yield f"{head}另有{len(rest)}项：{'、'.join(rest[:_NAMED])}{'等' * (len(rest) > _NAMED)}"


def _grouped(sources: tuple[Source, ...]) -> Iterator[str]:
    """Cells by sheet, as ranges; the text of the first few."""
    sheets = [list(group) for _, group in groupby(sources, key=lambda s: (s.file, s.round, s.sheet))]
    for cells in sheets[:_MOST_SHEETS]:
        file, rnd, sheet = cells[0].file, cells[0].round, cells[0].sheet
        place = "　".join(
            filter(None, (f"{file}{f'（{rnd}）' if rnd else ''}", sheet, ranges(s.cell for s in cells)))
        )
        texts = [
            f"{s.cell}{f'原值“{s.raw}”' if s.raw else '为空'}{f'，复核：{s.decision}' if s.decision else ''}"
            for s in cells
            if s.cell
        ]
        shown = "；".join(texts[:_MOST_CELLS]) + f"等{len(texts)}格" * (len(texts) > _MOST_CELLS)
        yield f"{place}　{shown or cells[0].what}"
    if len(sheets) > _MOST_SHEETS:
        yield f"另有{len(sheets) - _MOST_SHEETS}张表"


def _said(source: Source) -> str:
    """What a cell holds, or what a file says as a whole, with the round and the decision."""
    told = f"　原值：{source.raw}" if source.cell else f"　{source.what}" if source.what else ""
    told += f"　轮次：{source.round}" if source.round else ""
    return told + (f"　复核：{source.decision}" if source.decision else "")


def with_lineage(facts: Mapping[str, Fact], hidden: Iterable[Lineage]) -> Mapping[str, Fact]:
    """A report's Facts followed by those that only lineage knows; a figure that is shown stands as it is shown.

    Raises ``ValueError`` when what is shown has another value.
    """
    every, blocks = dict(facts), list(hidden)
    for fact in (fact for block in blocks for fact in block.facts):
        shown = every.setdefault(fact.id, fact)
        if shown.value != fact.value:
            raise KepuError(f"数据项“{fact.id}”在报告中有两个不同的值：{shown.text}、{fact.text}")
    if not any(block.needed for block in blocks):
        return every
    needed = set(LineageGraph(every).reached(facts))
    return {name: fact for name, fact in every.items() if name in needed}
