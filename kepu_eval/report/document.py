"""The document in an executed notebook: what exporters read instead of cells and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import mistune
from nbformat import NotebookNode

from kepu_eval.report.blocks import (
    MIME,
    Block,
    Calculation,
    Chart,
    Column,
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
    table,
    with_lineage,
)
from kepu_eval.report.completeness import DRAFT, faults, refuse_unfinished
from kepu_eval.report.numbering import Numbered, numbered

SIMULATED = "示例数据"
EXAMPLES = "data/example/"
_CAPTION, _WIDEST = "表：", 200
# Markdown's own rule for ** looks at spaces and punctuation around it, which Chinese text does not have.
_STRONG, _BOLD, _PLAIN = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), "\uf8f0", "\uf8f1"
_MARKDOWN = mistune.create_markdown(renderer=None, plugins=["table"])


@dataclass(frozen=True)
class Document:
    """A report: its cover, its blocks in reading order (what is for machines taken out), and its Facts by id."""

    cover: Cover
    blocks: tuple[Block, ...]
    inputs: Inputs | None
    facts: Mapping[str, Fact]
    calculation: Calculation | None = None
    results: Results | None = None

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
            Bound(self.cover, tuple(first), tuple(chapters)),
            *(Bound(cover, tuple(other[1:])) for cover, other in zip(covers, others, strict=True)),
        ]


@dataclass(frozen=True)
class Bound:
    """One of a report's documents: its cover, its blocks with their labels, and titles of the annexes in the others."""

    cover: Cover
    items: tuple[Numbered, ...]
    annexes: tuple[str, ...] = ()

    def landscape(self, place: int) -> bool:
        """Whether the block at ``place`` stands on a landscape page: a wide table, or headings that introduce one."""
        for item in self.items[place:]:
            if not isinstance(item.block, Heading):
                return isinstance(item.block, Table) and item.block.landscape
        return False


def read_document(notebook: NotebookNode, *, draft: bool = False) -> Document:
    """Read an executed notebook: Markdown cells and kepu blocks become blocks, pictures become charts.

    Code, streams and other outputs are left out. A cell tagged ``skip-export`` is left out whole. A ``# `` heading
    begins another volume; without a cover block the first is the title. Raises :class:`UnfinishedError` for a notebook that
    is no finished report; as a ``draft`` it is stamped 未完成稿, and what is amiss stands in its place.
    """
    if not draft:
        refuse_unfinished(notebook)
    return stamped(notebook) if any(faults(notebook)) else _read(notebook, {})


def stamped(notebook: NotebookNode) -> Document:
    """An unfinished notebook's document: 未完成稿 on every page, and what is amiss with a cell where it stands."""
    gaps = {}
    for place, problem in faults(notebook):
        gaps.setdefault(place, problem)
    document = _read(notebook, gaps)
    cover = document.cover
    told = "".join(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    notice = cover.notice or (SIMULATED if EXAMPLES in told else "")
    whole = cover.model_copy(update={"notice": "　".join(filter(None, (DRAFT, notice)))})
    return replace(document, cover=whole)


def _read(notebook: NotebookNode, gaps: Mapping[int, str]) -> Document:
    cover, inputs, calculation, results, blocks, hidden = None, None, None, None, [], []
    for block in _blocks(notebook, gaps):
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
    return Document(cover, tuple(blocks), inputs, facts, calculation, results)


def _first_heading(notebook: NotebookNode) -> str:
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = (block.title for text in texts for block in markdown_blocks(text) if isinstance(block, Volume))
    return next(found, "报告")


def _blocks(notebook: NotebookNode, gaps: Mapping[int, str]) -> Iterator[Block]:
    pictures = 0
    for place, cell in enumerate(notebook.cells):
        if place in gaps:
            yield Prose(spans=(Span(text=f"【{DRAFT}：{gaps[place]}】", bold=True),))
        if "skip-export" in cell.metadata.get("tags", []):
            continue
        if cell.cell_type == "markdown":
            yield from markdown_blocks(cell.source)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                picture = {"png": data["image/png"].strip()} if "image/png" in data else {}
                yield block_from_json({**data[MIME], **picture})
            elif "image/png" in data:
                pictures += 1
                yield Chart(id=f"picture-{pictures}", title="", png=data["image/png"].strip(), alt="插图")


def markdown_blocks(source: str) -> Iterator[Block]:
    """Headings, paragraphs, list items and tables of a Markdown text.

    ``#`` begins another volume, so ``##`` is level 1. A paragraph 表：… before a table is its title. Raw HTML is
    taken as text.
    """
    caption = ""
    for token in _MARKDOWN(_STRONG.sub(f"{_BOLD}\\1{_PLAIN}", source)):
        kind = token["type"]
        if kind == "heading":
            level = token["attrs"]["level"]
            yield (
                Volume(title=_plain(token))
                if level == 1
                else Heading(level=min(level - 1, 4), text=_plain(token))
            )
        elif kind in ("paragraph", "block_text"):
            if _plain(token).startswith(_CAPTION):
                caption = _plain(token).removeprefix(_CAPTION)
            else:
                yield Prose(spans=tuple(_spans(token)))
        elif kind == "list":
            for item in token["children"]:
                yield Prose(spans=tuple(s for part in item["children"] for s in _spans(part)), role="item")
        elif kind == "block_quote":
            for part in token["children"]:
                yield Prose(spans=tuple(_spans(part)), role="note")
        elif kind == "table":
            yield _table(token, caption)
        elif kind in ("block_code", "block_html"):
            yield Prose(spans=(Span(text=token["raw"].strip()),), role="note")


def _spans(token: Mapping) -> Iterator[Span]:
    """A paragraph's runs of text; what stands between the marks of ``**`` is bold."""
    bold = False
    for piece in re.split(f"([{_BOLD}{_PLAIN}])", "".join(_texts(token))):
        if piece in (_BOLD, _PLAIN):
            bold = piece == _BOLD
        elif piece:
            yield Span(text=piece, bold=bold)


def _texts(token: Mapping) -> Iterator[str]:
    if token["type"] in ("softbreak", "linebreak"):
        return
    if "raw" in token:
        yield token["raw"]
    for child in token.get("children", []):
        yield from _texts(child)


def _plain(token: Mapping) -> str:
    return "".join(span.text for span in _spans(token))


def _table(token: Mapping, title: str) -> Table:
    """A table whose columns are as wide as the longest of their texts asks, within bounds."""
    head, *body = token["children"]
    titles = [_plain(cell) for cell in head["children"]]
    rows = [[_plain(cell) for cell in row["children"]] for part in body for row in part["children"]]
    columns = [
        Column(title=text, align=cell["attrs"].get("align") or "left",
               width=min(max(len(row[place]) for row in [titles, *rows]), _WIDEST) ** 0.5)
        for place, (text, cell) in enumerate(zip(titles, head["children"], strict=True))
    ]  # fmt: skip
    return table(f"markdown-{title or titles[0]}", title, columns, rows)
