"""The document in an executed notebook: what exporters read instead of cells and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
    Span,
    Table,
    block_from_json,
    merged_facts,
    table,
    with_lineage,
)

_MARKDOWN = mistune.create_markdown(renderer=None, plugins=["table"])


@dataclass(frozen=True)
class Document:
    """A report: its cover, its blocks in reading order (what is for machines taken out), and its Facts by id."""

    cover: Cover
    blocks: tuple[Block, ...]
    inputs: Inputs | None
    facts: Mapping[str, Fact]
    calculation: Calculation | None = None


def read_document(notebook: NotebookNode) -> Document:
    """Read an executed notebook: Markdown cells and kepu blocks become blocks, pictures become charts.

    Code, streams and other outputs are left out. A cell tagged ``skip-export`` is left out whole. Without a
    cover block the first ``# `` heading is the title.
    """
    cover, inputs, calculation, blocks, hidden = None, None, None, [], []
    for block in _blocks(notebook):
        if isinstance(block, Cover):
            cover = block
        elif isinstance(block, Inputs):
            inputs = block
        elif isinstance(block, Calculation):
            calculation = block
        elif isinstance(block, Lineage):
            hidden.append(block)
        else:
            blocks.append(block)
    facts = with_lineage(merged_facts(blocks), hidden)
    return Document(cover or Cover(title=_title(notebook)), tuple(blocks), inputs, facts, calculation)


def _title(notebook: NotebookNode) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return cell.source.splitlines()[0].removeprefix("# ").strip()
    return "报告"


def _blocks(notebook: NotebookNode) -> Iterator[Block]:
    pictures = 0
    for cell in notebook.cells:
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

    ``#`` is the report's title, so ``##`` is level 1. Raw HTML is taken as text.
    """
    for token in _MARKDOWN(source):
        kind = token["type"]
        if kind == "heading":
            level = token["attrs"]["level"]
            if level > 1:
                yield Heading(level=min(level - 1, 4), text=_plain(token))
        elif kind in ("paragraph", "block_text"):
            yield Prose(spans=tuple(_spans(token)))
        elif kind == "list":
            for item in token["children"]:
                yield Prose(spans=tuple(s for part in item["children"] for s in _spans(part)), role="item")
        elif kind == "block_quote":
            for part in token["children"]:
                yield Prose(spans=tuple(_spans(part)), role="note")
        elif kind == "table":
            yield _table(token)
        elif kind in ("block_code", "block_html"):
            yield Prose(spans=(Span(text=token["raw"].strip()),), role="note")


def _spans(token: Mapping, bold: bool = False) -> Iterator[Span]:
    if token["type"] in ("softbreak", "linebreak"):
        return
    if "raw" in token:
        yield Span(text=token["raw"], bold=bold)
    for child in token.get("children", []):
        yield from _spans(child, bold or token["type"] == "strong")


def _plain(token: Mapping) -> str:
    return "".join(span.text for span in _spans(token))


def _table(token: Mapping) -> Table:
    head, body = token["children"]
    columns = [Column(title=_plain(cell)) for cell in head["children"]]
    rows = [[_plain(cell) for cell in row["children"]] for row in body["children"]]
    title = columns[0].title
    return table(f"markdown-{title}", "", columns, rows)
