"""The document in an executed notebook: what exporters read instead of cells and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kepu_eval.report.blocks import (
    MIME,
    SIMULATED,
    Block,
    Calculation,
    Chart,
    Cover,
    Fact,
    Heading,
    Inputs,
    Lineage,
    Prose,
    Results,
    Span,
    Table,
    Volume,
    block_from_json,
    merged_facts,
)
from kepu_eval.report.completeness import DRAFT, faults, refuse_unfinished
from kepu_eval.report.lineage import with_lineage
from kepu_eval.report.markdown import markdown_blocks, placed
from kepu_eval.report.numbering import Numbered, numbered
from kepu_eval.report.pictures import pictures
from kepu_eval.resources import EXAMPLES

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN = "kepu_eval"
"""Under this name the metadata of an own copy and of its cells keep what belongs to it."""
MEETING = "meeting"
"""Tags a cell that stands in slides and brief, and not in the report."""


@dataclass(frozen=True)
class Remark:
    """A colleague's comment from Word, with the cell and the words of the paragraph that it stands at."""

    cell: str
    words: str
    author: str
    date: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """A paragraph that was edited in Word, and the figures (Fact → text) for which it was written."""

    cell: str
    text: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """A report: its cover, its blocks in reading order (what is for machines taken out), and its Facts by id.

    ``spoken``: the blocks with those of cells tagged ``meeting``, which only the meeting's files show; ``tags``: of the
    cells by id. ``cells``: the sources of the notebook's cells by id. ``remarks`` and ``sentences`` came back from Word; ``own``: whether
    the words are an evaluator's own copy.
    """

    cover: Cover
    blocks: tuple[Block, ...]
    inputs: Inputs | None
    facts: Mapping[str, Fact]
    calculation: Calculation | None = None
    results: Results | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    own: bool = False
    spoken: tuple[Block, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def volumes(self) -> list[Bound]:
        """What is bound apart, in order: the report itself first. Tables for the workbook alone are left out."""
        items = [item for item in numbered(self.blocks) if not getattr(item.block, "annex", False)]
        starts = [place for place, item in enumerate(items) if isinstance(item.block, Volume)]
        first, *others = (items[a:b] for a, b in pairwise([0, *starts, len(items)]))
        chapters = [
            i.block.text
            for other in others
            for i in other
            if isinstance(i.block, Heading) and i.block.level == 1 and i.block.numbered
        ]
        covers = (
            self.cover.model_copy(update={"subtitle": other[0].label, "contents": True, "signed": False})
            for other in others
        )
        return [
            Bound(self.cover, tuple(first), tuple(chapters), self.remarks),
            *(
                Bound(cover, tuple(other[1:]), remarks=self.remarks)
                for cover, other in zip(covers, others, strict=True)
            ),
        ]


@dataclass(frozen=True)
class Bound:
    """One of a report's documents: its cover, its blocks with their labels, and titles of the annexes in the others.

    ``remarks``: comments on the report; those on cells of other documents among them.
    """

    cover: Cover
    items: tuple[Numbered, ...]
    annexes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def landscape(self, place: int) -> bool:
        """Whether the block at ``place`` stands on a landscape page: a wide table, or headings that introduce one."""
        for item in self.items[place:]:
            if not isinstance(item.block, Heading):
                return isinstance(item.block, Table) and item.block.landscape
        return False


def read_document(notebook: NotebookNode, folder: Path | None = None, *, draft: bool = False) -> Document:
    """Read an executed notebook: Markdown cells and kepu blocks become blocks, pictures become charts.

    ``folder``: where it lies, and with it the pictures that its Markdown names.

    Code, streams and other outputs are left out. A cell tagged ``skip-export`` is left out whole. A ``# `` heading
    begins another volume; without a cover block the first is the title. Raises :class:`UnfinishedError` for a notebook that
    is no finished report; as a ``draft`` it is stamped 未完成稿, and what is amiss stands in its place.
    """
    if not draft:
        refuse_unfinished(notebook)
    return stamped(notebook, folder) if any(faults(notebook)) else _read(notebook, folder, {})


def stamped(notebook: NotebookNode, folder: Path | None = None) -> Document:
    """An unfinished notebook's document: 未完成稿 on every page, and what is amiss with a cell where it stands."""
    gaps: dict = {}
    for place, problem in faults(notebook):
        gaps.setdefault(place, problem)
    document = _read(notebook, folder, gaps)
    cover = document.cover
    told = "".join(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    notice = cover.notice or (SIMULATED if EXAMPLES in told else "")
    whole = cover.model_copy(update={"notice": "　".join(filter(None, (DRAFT, notice)))})
    return replace(document, cover=whole)


def _read(notebook: NotebookNode, folder: Path | None, gaps: Mapping[int, str]) -> Document:
    cover, inputs, calculation, results, blocks, hidden = None, None, None, None, [], []
    for block in _blocks(notebook, folder, gaps):
        if isinstance(block, Cover):
            cover = block
        elif isinstance(block, Inputs):
            inputs = block
        elif isinstance(block, Calculation):
            calculation = block
        elif isinstance(block, Results):
            results = block
        elif isinstance(block, Lineage):
            hidden.append(block)
        else:
            blocks.append(block)
    if cover is None and gaps:
        cover = Cover(title=_first_heading(notebook), signed=True, contents=False)
    if cover is None:
        title = next((block for block in blocks if isinstance(block, Volume)), Volume(title="报告"))
        cover, blocks = Cover(title=title.title), [block for block in blocks if block is not title]
    facts = with_lineage(merged_facts(blocks), hidden)
    tags = {cell.get("id", ""): tuple(cell.metadata.get("tags", [])) for cell in notebook.cells}
    spoken, blocks = tuple(blocks), [block for block in blocks if MEETING not in tags.get(block.cell, ())]
    cells = {cell.get("id", ""): cell.source for cell in notebook.cells}
    remarks = tuple(Remark(cell, **said) for cell, said in _kept(notebook, "remarks"))
    sentences = tuple(Sentence(cell, **said) for cell, said in _kept(notebook, "edited"))
    own = OWN in notebook.metadata
    return Document(
        cover,
        tuple(blocks),
        inputs,
        facts,
        calculation,
        results,
        cells,
        remarks,
        sentences,
        own,
        spoken,
        tags,
    )


def _first_heading(notebook: NotebookNode) -> str:
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = (block.title for text in texts for block in markdown_blocks(text) if isinstance(block, Volume))
    return next(found, "报告")


def _kept(notebook: NotebookNode, name: str) -> Iterator[tuple[str, dict]]:
    """What the own copy's cells remember under a name."""
    for cell in notebook.cells:
        for said in cell.metadata.get(OWN, {}).get(name, []):
            yield cell.get("id", ""), dict(said)


def _blocks(notebook: NotebookNode, folder: Path | None, gaps: Mapping[int, str]) -> Iterator[Block]:
    for place, cell in enumerate(notebook.cells):
        if place in gaps:
            yield Prose(spans=(Span(text=f"【{DRAFT}：{gaps[place]}】", bold=True),))
        if "skip-export" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            found = pictures(*([folder] if folder else []), attachments=cell.get("attachments"))
            blocks = markdown_blocks(placed(cell.source), found)
        else:
            blocks = _outputs(cell)
        yield from (block.model_copy(update={"cell": cell.get("id", "")}) for block in blocks)


def _outputs(cell: NotebookNode) -> Iterator[Block]:
    for number, output in enumerate(cell.get("outputs", []), 1):
        data = output.get("data", {})
        if MIME in data:
            picture = {"png": data["image/png"].strip()} if "image/png" in data else {}
            yield block_from_json({**data[MIME], **picture})
        elif "image/png" in data:
            name = f"picture-{cell.get('id', '')}-{number}"
            yield Chart(id=name, title="", png=data["image/png"].strip(), alt="插图")
