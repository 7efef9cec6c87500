"""From the document's blocks to a PDF: the blocks as JSON beside a fixed layout that typst sets."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typst

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Block, Chart, Heading, Prose, Table
from kepu_eval.report.document import Bound
from kepu_eval.report.fonts import SANS, SERIF, fallback_paths, families, font_paths
from kepu_eval.report.glyphs import drawn
from kepu_eval.report.numbering import Numbered
from kepu_eval.report.palette import TONES
from kepu_eval.report.table_layout import cell_text, table_layout
from kepu_eval.report.word.signature import NO_DATE, attached
from kepu_eval.report.word.styles import profile, text_width
from kepu_eval.report.word.titles import broken_title
from kepu_eval.safe_text import plain_text

_LAYOUT = Path(__file__).with_name("report.typ")


class PdfError(KepuError):
    """The PDF could not be made; the message says what to do, in Chinese."""


def pdf_file(bound: Bound, remark: str = "") -> bytes:
    """One of a report's documents as a tagged PDF file (PDF/UA-1), fonts embedded and subset; the same gives the same bytes.

    Raises :class:`PdfError` when typst refuses it, for instance because a chart has no alternative text.
    """
    with _compiler(bound, remark) as compiler:
        made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    assert isinstance(made, bytes)  # several only of a format of single pages
    return made


def heading_pages(bound: Bound, remark: str = "") -> dict[str, int]:
    """On which page of the PDF each heading stands, by its anchor; raises :class:`PdfError` as above."""
    headings = [item.anchor for item in bound.items if isinstance(item.block, Heading)]
    with _compiler(bound, remark) as compiler:
        (found,) = json.loads(compiler.query("<pages>", field="value"))
        return dict(zip(headings, found, strict=True))


@contextmanager
def _compiler(bound: Bound, remark: str) -> Iterator[typst.Compiler]:
    with tempfile.TemporaryDirectory(prefix="kepu-") as name:
        folder = Path(name)
        (folder / "report.typ").write_bytes(_LAYOUT.read_bytes())
        data = _drawable(_data(bound, remark, folder))
        (folder / "document.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        fonts = sorted({str(path.parent) for path in (font_paths() | fallback_paths()).values()})
        try:
            yield typst.Compiler(
                str(folder / "report.typ"), root=str(folder), font_paths=fonts, ignore_system_fonts=True
            )
        except typst.TypstError as error:
            raise PdfError(f"无法生成PDF：{error}。请先导出Word，再另存为PDF") from error


def _drawable(value: object) -> object:
    """Data with all texts such as the fonts can draw."""
    if isinstance(value, dict):
        return {name: _drawable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_drawable(item) for item in value]
    return drawn(value) if isinstance(value, str) else value


def _data(bound: Bound, remark: str, folder: Path) -> dict:
    """What the layout reads; pictures are written beside it."""
    items = list(bound.items)
    parts: list[dict] = []
    for place, item in enumerate(items):
        landscape = bound.landscape(place)
        if not parts or parts[-1]["landscape"] != landscape:
            parts.append({"landscape": landscape, "blocks": []})
        chapter = bool(parts[-1]["blocks"]) and bound.cover.contents  # a part begins a page anyway
        parts[-1]["blocks"].append(_block(item, folder, chapter=chapter))
    if remark:
        words = {"kind": "prose", "role": "note", "spans": [{"text": remark, "bold": False, "link": ""}]}
        parts.append({"landscape": False, "blocks": [words]})
    cover = bound.cover
    return {
        "cover": {
            name: plain_text(getattr(cover, name))
            for name in ("title", "subtitle", "organisation", "date", "notice")
        },
        "title": plain_text(broken_title(cover.title)),
        "contents": cover.contents and any(isinstance(item.block, Heading) for item in items),
        "profile": profile(),
        "fonts": {"sans": families(SANS), "serif": families(SERIF)},
        "parts": parts,
        "annexes": [plain_text(line) for line in attached(bound.annexes)],
        "signature": [
            line for line in (plain_text(cover.organisation), plain_text(cover.date) or NO_DATE) if line
        ]
        if cover.signed
        else [],
    }


def _block(item: Numbered, folder: Path, *, chapter: bool) -> dict:
    block: Block = item.block
    label = plain_text(item.label)
    if isinstance(block, Heading):
        return {
            "kind": "heading",
            "level": block.level,
            "label": label,
            "chapter": chapter and block.level == 1,
        }
    if isinstance(block, Prose):
        spans = [
            {"text": plain_text(span.text), "bold": span.bold, "link": span.link} for span in block.spans
        ]
        return {"kind": "prose", "role": block.role, "level": block.level, "spans": spans}
    if isinstance(block, Chart):
        file = folder / f"{item.anchor}.png"
        file.write_bytes(block.image)
        return {"kind": "chart", "label": label, "file": file.name, "alt": plain_text(block.alt) or label,
                "width": block.width_mm, "note": plain_text(block.note)}  # fmt: skip
    assert isinstance(block, Table)  # what else there is prints nothing, or is a page of its own
    layout = table_layout(block, text_width(landscape=block.landscape) / profile()["table"]["size"])
    columns = zip(block.columns, layout.widths, strict=True)
    return {
        "kind": "table",
        "label": label,
        "columns": [{"title": plain_text(c.title), "align": c.align, "width": width} for c, width in columns],
        "rows": [[_cell(cell) for cell in row] for row in block.rows],
        "note": f"注：{plain_text(block.note)}" if block.note else "",
        "whole": layout.whole,
    }


def _cell(cell) -> dict:  # noqa: ANN001 - blocks.Cell
    return {"text": cell_text(cell), "fill": TONES[cell.tone].light if cell.tone else ""}
