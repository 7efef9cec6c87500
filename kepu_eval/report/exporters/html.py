"""One offline HTML file: contents at the side, each figure's lineage on pointing and by keyboard, no request."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kepu_eval.report.blocks import Cell, Column, Fact
from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.glyphs import with_symbols
from kepu_eval.report.numbering import Numbered, first_places, numbered
from kepu_eval.report.palette import TONES
from kepu_eval.report.render_html import lineage
from kepu_eval.safe_text import plain_text

_WEB = Path(__file__).parent.parent / "web"


class HtmlExporter(DocumentExporter):
    """``jupyter nbconvert --to kepu_html``."""

    export_from_notebook = "评估报告（HTML）"
    output_mimetype = "text/html"
    file_extension = ".html"

    def render(self, document: Document) -> str:
        """The page: template, style and script in one file, the latter two named by hash in its policy."""
        style, script = (
            _asset("style.css") + _tone_rules() + _page_rule(document.cover.notice),
            _asset("script.js"),
        )
        items = list(numbered(document.blocks))
        page = (
            _environment()
            .get_template("report.html.j2")
            .render(
                cover=document.cover,
                body=[item for item in items if not getattr(item.block, "annex", False)],
                annexes=[item for item in items if getattr(item.block, "annex", False)],
                contents=_contents(items),
                facts=document.facts,
                first_use=first_places(items),
                inputs=document.inputs,
                style=style,
                script=script,
                policy=f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'",
            )
        )
        return with_symbols(plain_text(page))


def _contents(items: list[Numbered]) -> list[tuple[int, str, str]]:
    """Entries (level, label, anchor) of volumes and the two upper levels."""
    return [
        (getattr(i.block, "level", 1), i.label, i.anchor)
        for i in items
        if i.block.kind == "volume" or (i.block.kind == "heading" and i.block.level <= 2)
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_WEB),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(figure=_figure, cells=_cells)
    return environment


def _figure(text: str, id: str | None, facts: Mapping[str, Fact]) -> Markup:  # noqa: A002
    """A text; where a Fact stands behind it, with the lineage that pointing or the keyboard brings up."""
    if id is None or id not in facts:
        return Markup(escape(text))
    lines = "".join(f"{escape(line)}\n" for line in lineage(facts[id]))
    return Markup(
        f'<span class="fact" tabindex="0">{escape(text)}<span class="lineage" role="note">'
        f"{lines}数据项：{escape(id)}</span></span>"
    )


def _cells(row: Sequence[Cell], columns: Sequence[Column], facts: Mapping[str, Fact]) -> Markup:
    """A table row. In Python, because annexes have ten thousands of cells and a template macro takes thrice as long."""
    return Markup(
        "".join(_cell(cell, column.align, facts) for cell, column in zip(row, columns, strict=True))
    )


def _cell(cell: Cell, align: str, facts: Mapping[str, Fact]) -> str:
    tone, mark = "", ""
    if cell.tone:
        tone = f" tone-{cell.tone}"
        mark = f'<span class="mark" aria-hidden="true">{TONES[cell.tone].symbol}</span>'
    value = "" if cell.value is None else f' data-value="{cell.value}"'
    return f'<td class="{align}{tone}"{value}>{mark}{_figure(cell.text, cell.fact, facts)}</td>'


@cache
def _asset(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8")


def _tone_rules() -> str:
    return "".join(
        f".tone-{t.name} {{ background-color: {t.light}; color: {t.text}; }}\n" for t in TONES.values()
    )


def _page_rule(notice: str) -> str:
    """The notice in the margin of every printed page; as a string of CSS it cannot become anything else."""
    escaped = "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in notice)
    return (
        f'@media print {{ @page {{ @top-center {{ content: "{escaped}"; font-size: 9pt; }} }} }}\n'
        if notice
        else ""
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
