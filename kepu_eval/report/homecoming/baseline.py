"""What a run printed, paragraph by paragraph, with the place of every piece in its text cell: what an edit is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kepu_eval.report.blocks import Chart, Fact, Heading, Prose, Span, Table
from kepu_eval.report.document import Bound, Document
from kepu_eval.report.table_layout import cell_text
from kepu_eval.report.word.body import closing_lines, opening_lines

_SOURCES = 3

Kind = Literal["body", "item", "note", "heading", "fixed", "table"]


class Paragraph(BaseModel):
    """One printed paragraph; ``fixed`` and ``table`` (its cells' texts): made by the program, in no text cell.

    ``anchor``: its bookmark in Word; ``volume``: in which of the report's documents; ``level``: of a heading or an item.
    """

    model_config = ConfigDict(frozen=True)

    anchor: str
    kind: Kind
    cell: str
    volume: int
    level: int = 0
    spans: tuple[Span, ...]

    @cached_property
    def text(self) -> str:
        """Its words as printed."""
        return "".join(span.text for span in self.spans)


class Origin(BaseModel):
    """A figure as printed, what it is called, and where it comes from in Chinese."""

    text: str
    label: str
    places: tuple[str, ...]


class Baseline(BaseModel):
    """A run: its notebook, parameters, sources of cells by id and paragraphs in order.

    Also the Facts and pictures (SHA-256) that they show, and comments (author, date, text) that the report carried.
    """

    notebook: str = ""
    parameters: dict[str, str | int | float | bool | None] = {}
    cells: dict[str, str]
    paragraphs: tuple[Paragraph, ...]
    facts: dict[str, Origin]
    pictures: tuple[str, ...] = ()
    remarks: tuple[tuple[str, str, str], ...] = ()

    @property
    def run(self) -> str:
        """Names what was printed: the same paragraphs from the same sources have the same name."""
        printed = self.model_dump_json(include={"cells", "paragraphs"})
        return hashlib.sha256(printed.encode("utf-8")).hexdigest()[:16]


def baseline(document: Document, notebook: str = "") -> Baseline:
    """The baseline of a document that was read from an executed notebook."""
    paragraphs = tuple(
        paragraph for number, bound in enumerate(document.volumes) for paragraph in _paragraphs(bound, number)
    )
    shown = {span.fact for paragraph in paragraphs for span in paragraph.spans if span.fact}
    charts = (block for block in document.blocks if isinstance(block, Chart))
    return Baseline(
        notebook=notebook,
        parameters=document.inputs.parameters if document.inputs else {},
        cells={cell: document.cells[cell] for cell in dict.fromkeys(p.cell for p in paragraphs) if cell},
        paragraphs=paragraphs,
        facts={name: _origin(fact) for name, fact in document.facts.items() if name in shown},
        remarks=tuple((remark.author, remark.date, remark.text) for remark in document.remarks),
        pictures=tuple(hashlib.sha256(chart.image).hexdigest() for chart in charts),
    )


def _paragraphs(bound: Bound, volume: int) -> Iterator[Paragraph]:
    def fixed(text: str, anchor: str = "", cell: str = "") -> Paragraph:
        return Paragraph(anchor=anchor, kind="fixed", cell=cell, volume=volume, spans=(Span(text=text),))

    yield from map(fixed, opening_lines(bound))
    for item in bound.items:
        block = item.block
        if isinstance(block, Heading | Prose):
            kind: Kind = "heading" if isinstance(block, Heading) else block.role
            spans = block.spans or (Span(text=block.text),)
            if isinstance(block, Heading):
                spans = (Span(text=item.label.removesuffix(block.text)), *spans)
            kind = kind if any(span.at is not None for span in spans) else "fixed"
            yield Paragraph(
                anchor=item.anchor, kind=kind, cell=block.cell, volume=volume, level=block.level, spans=spans
            )
        elif isinstance(block, Table | Chart):
            note = f"注：{block.note}" if block.note and isinstance(block, Table) else block.note
            label, under = (fixed(text, item.anchor, block.cell) for text in (item.label, note))
            cells = (
                [cell_text(cell) for row in block.rows for cell in row] if isinstance(block, Table) else []
            )
            texts = (*(column.title for column in getattr(block, "columns", ())), *cells)
            grid = fixed("\t".join(texts), item.anchor, block.cell).model_copy(update={"kind": "table"})
            order = (label, grid, under) if isinstance(block, Table) else (label, under)
            yield from (paragraph for paragraph in order if paragraph.text)
    yield from map(fixed, closing_lines(bound))


def _origin(fact: Fact) -> Origin:
    places = [" › ".join(filter(None, (s.file, s.sheet, s.cell))) for s in fact.sources[:_SOURCES]]
    more = [f"等{len(fact.sources)}处"] if len(fact.sources) > _SOURCES else []
    return Origin(text=fact.text, label=fact.label, places=(*places, *more))
