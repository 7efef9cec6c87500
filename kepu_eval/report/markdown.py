"""Markdown as blocks: headings, paragraphs, lists, tables, pictures and links, the same for every format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import mistune

from kepu_eval.errors import KepuError
from kepu_eval.report.blocks import Block, Chart, Column, Heading, Prose, Role, Span, Table, Volume, table

_CAPTION, _WIDEST, _DEEPEST = "表：", 200, 3
# Markdown's own rule for ** looks at spaces and punctuation around it, which Chinese text does not have.
_STRONG, _BOLD, _PLAIN = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), "\uf8f0", "\uf8f1"
_PLACE = re.compile("\ue003([\ue010-\ue019]+)\ue004")
_PIECES = re.compile(f"([{_BOLD}{_PLAIN}]|\ue003[\ue010-\ue019]+\ue004)")
_LINE = re.compile(
    r"(?m)^([ \t]*(?:(?:#{1,6}|[-*+]|\d{1,9}[.)])[ \t]+|>[ \t]?)*)(?=[^\s|])(?!表：|[-=*_ ]+$)"
)
_NO_TEXT = re.compile(r"(?m)^[ \t]*(?:\||表：).*$")
_ADDRESS = re.compile(r"!\[[^\]]*\]\(<?([^)>\s]+)")
_SAFE = re.compile(r"(?:https?://|mailto:)\S+")
_MARKDOWN = mistune.create_markdown(renderer=None, plugins=["table"])

Picture = Callable[[str], str]
"""From a picture's address to its content (PNG in base64); ``KepuError`` with a Chinese message when there is none."""


def no_picture(address: str) -> str:
    """A text that stands in no folder has no pictures."""
    raise KepuError(f"找不到图片“{address}”")


def place_mark(at: int) -> str:
    """A mark, invisible to Markdown, for the place where the text that follows was written."""
    return "\ue003" + "".join(chr(0xE010 + int(digit)) for digit in str(at)) + "\ue004"


def placed(text: str, at: int = 0) -> str:
    """A text with a mark where the words of each line begin; the text itself was written at ``at``."""
    return _LINE.sub(lambda found: found[0] + place_mark(at + found.end()), text)


def picture_addresses(source: str) -> list[str]:
    """Addresses of all pictures in a Markdown text."""
    return _ADDRESS.findall(source)


def unplaced(text: str) -> str:
    """A text without such marks."""
    return _PLACE.sub("", text)


def markdown_blocks(source: str, picture: Picture = no_picture) -> Iterator[Block]:
    """Headings, paragraphs, list items, tables and pictures of a Markdown text.

    ``#`` begins another volume, so ``##`` is level 1. A paragraph 表：… before a table is its title; the text of a picture
    that stands alone is its caption. An ordered list keeps its numbers. Raw HTML is taken as text.
    """
    text = _NO_TEXT.sub(lambda found: unplaced(found[0]), source)
    caption = ""
    tokens: Iterable[Any] = _MARKDOWN(_STRONG.sub(f"{_BOLD}\\1{_PLAIN}", text))
    for token in tokens:
        if token["type"] == "paragraph" and _plain(token).startswith(_CAPTION):
            caption = _plain(token).removeprefix(_CAPTION)
        elif token["type"] == "table":
            yield _table(token, caption)
        else:
            yield from _block(token, picture)


def _block(token: Mapping, picture: Picture) -> Iterator[Block]:
    kind = token["type"]
    if kind == "heading":
        level = token["attrs"]["level"]
        spans = tuple(span for span in _spans(token) if isinstance(span, Span))
        yield (
            Volume(title=_plain(token))
            if level == 1
            else Heading(level=min(level - 1, 4), text="".join(span.text for span in spans), spans=spans)
        )
    elif kind in ("paragraph", "block_text"):
        yield from _paragraph(token, "body", picture)
    elif kind == "list":
        yield from _items(token, picture)
    elif kind == "block_quote":
        for part in token["children"]:
            yield from _paragraph(part, "note", picture)
    elif kind in ("block_code", "block_html"):
        yield Prose(spans=(Span(text=unplaced(token["raw"]).strip()),), role="note")


def _items(token: Mapping, picture: Picture) -> Iterator[Block]:
    """The items of a list, those of lists inside it deeper; a number is part of the text."""
    attrs = token["attrs"]
    for number, item in enumerate(token["children"], attrs.get("start", 1)):
        mark = f"{number}." if attrs["ordered"] else ""
        for part in item["children"]:
            if part["type"] == "list":
                yield from _items(part, picture)
                continue
            for block in _paragraph(part, "item", picture):
                if isinstance(block, Prose):
                    spans = (Span(text=mark), *block.spans) if mark else block.spans
                    block = block.model_copy(update={"level": min(attrs["depth"], _DEEPEST), "spans": spans})
                    mark = ""
                yield block


def _paragraph(token: Mapping, role: Role, picture: Picture) -> Iterator[Block]:
    """A paragraph and the pictures in it, each picture a block of its own after it."""
    spans: list[Span] = []
    charts: list[Chart] = []
    for span in _spans(token):
        shown = _chart(span, picture) if isinstance(span, _Picture) else span
        if isinstance(shown, Chart):
            charts.append(shown)
        else:
            spans.append(shown)
    if any(span.text.strip() for span in spans):
        yield Prose(spans=tuple(spans), role=role)
    yield from charts


class _Picture(NamedTuple):
    address: str
    text: str


def _chart(found: _Picture, picture: Picture) -> Chart | Span:
    """A picture as a figure, or in its place the reason why it is missing: it must not take the report along."""
    try:
        png = picture(found.address)
    except KepuError as error:
        return Span(text=f"〔{error}〕")
    return Chart(id=f"picture-{found.address}", title=found.text, png=png, alt=found.text or "插图")


def _spans(token: Mapping) -> Iterator[Span | _Picture]:
    """A paragraph's runs of text; what stands between the marks of ``**`` is bold."""
    bold, at = False, None
    for text, link in _texts(token):
        if isinstance(text, _Picture):
            yield text
            continue
        at = at + 1 if link and at is not None else at
        for piece in _PIECES.split(text):
            if piece in (_BOLD, _PLAIN):
                bold, at = piece == _BOLD, at if at is None else at + 2
            elif found := _PLACE.fullmatch(piece):
                at = int("".join(str(ord(digit) - 0xE010) for digit in found[1]))
            elif piece:
                yield Span(text=piece, bold=bold, link=link, at=at)
                at = at if at is None else at + len(piece)
        at = None if link else at


def _texts(token: Mapping, link: str = "") -> Iterator[tuple[str | _Picture, str]]:
    if token["type"] in ("softbreak", "linebreak"):
        return
    if token["type"] == "image":
        yield _Picture(mistune.util.unescape(token["attrs"]["url"]), _plain(token)), ""
        return
    if token["type"] == "link" and _SAFE.fullmatch(token["attrs"]["url"]):
        link = token["attrs"]["url"]
    if "raw" in token:
        yield token["raw"], link
    for child in token.get("children", []):
        yield from _texts(child, link)


def _plain(token: Mapping) -> str:
    children = token.get("children", [])
    return "".join(span.text for child in children for span in _spans(child) if isinstance(span, Span))


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
