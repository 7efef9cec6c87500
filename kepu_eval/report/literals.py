"""Numbers in prose that no Fact stands behind: nobody could trace or recompute them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kepu_eval.report.blocks import Block, Heading, Prose
from kepu_eval.report.document import Document

_YEAR, _TO = r"(?:19|20)\d\d", "[—–~～、－至到-]"
_ALLOWED = re.compile(
    "|".join(
        (
            rf"{_YEAR}[-/.]\d\d?[-/.]\d\d?(?!\d)",  # dates
            rf"{_YEAR}(?:{_TO}{_YEAR})*(?:年度|年|学年|春|秋)|{_YEAR}(?:[—–－-]{_YEAR})+",  # years, school years and terms
            rf"(?<!\d)\d\d?(?:{_TO}\d\d?)*月(?:份|\d\d?[日号])?|(?<!\d)[1-4]季度",
            r"[一-鿿]+〔\d{4}〕\s*\d+\s*号",  # document numbers
            r"(?:任务|表|图|附件|第)\s*\d+",  # places in the plan and in the report
            r"[A-Za-z]+-?\d[A-Za-z0-9]*(?:\.\d+)?(?![.\d%])|(?<![\d.])\d[A-Z](?![A-Za-z])",  # names: Q08, H1N1, PM2.5, 5G
            r"^\s*(?:\d\d?[.、．](?!\d)|[（(]\d\d?[)）])",  # numbering at the head of a line
            r"^\s*#+\s*\d\d?(?:\.\d\d?)*[.、．]?\s",  # and of a heading
        )
    ),
    re.MULTILINE,
)
_FACT = "\0"


def literal_numbers(document: Document, names: Iterable[str] = ()) -> list[str]:
    """Pieces of prose and headings that hold a number which is no Fact, date, document or section number.

    ``names`` are proper names with digits in them (schools, indicators, laws); they are no figures.
    """
    known = sorted(set(names), key=len, reverse=True)
    texts = [text for block in document.blocks for text in _texts(block)]
    return [
        piece
        for text in texts
        for piece, left in zip(text.split(_FACT), without_allowed(text, known).split(_FACT), strict=True)
        if re.search(r"\d", left)
    ]


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Prose):
        yield "".join(_FACT if span.fact else span.text for span in block.spans)
    elif isinstance(block, Heading):
        yield f"# {block.text}"


def allowed_places(text: str) -> list[tuple[int, int]]:
    """Where a text may hold digits: start and end of dates, document numbers, places in the report."""
    return [found.span() for found in _ALLOWED.finditer(text)]


def without_allowed(text: str, names: Iterable[str]) -> str:
    """A text without what may hold digits: dates, document numbers, places in the report, and ``names``, longest first."""
    for name in names:
        text = text.replace(name, "")
    return _ALLOWED.sub("", text)
