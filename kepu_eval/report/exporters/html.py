"""One offline HTML file: contents at the side, each figure's lineage on pointing and by keyboard, no request."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kepu_eval.report.document import Document
from kepu_eval.report.exporters.base import DocumentExporter
from kepu_eval.report.numbering import Numbered, first_places, numbered
from kepu_eval.report.palette import TONES
from kepu_eval.report.render_html import lineage

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
        return (
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


def _contents(items: list[Numbered]) -> list[tuple[int, str, str]]:
    """Entries (level, label, anchor) of the two upper levels."""
    return [
        (i.block.level, i.label, i.anchor) for i in items if i.block.kind == "heading" and i.block.level <= 2
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
    environment.globals.update(tones=TONES, lineage=lineage)
    return environment


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
