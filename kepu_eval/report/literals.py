"""Numbers in prose that no Fact stands behind: nobody could trace or recompute them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kepu_eval.report.blocks import Heading, Prose
from kepu_eval.report.document import Document

_YEAR = r"(?:19|20)\d\d"
_ALLOWED = re.compile(
    "|".join(
        (
            rf"{_YEAR}-\d\d-\d\d",  # dates
            rf"{_YEAR}年\d{{1,2}}月\d{{1,2}}日",
            rf"{_YEAR}(?:[—、－-]{_YEAR})*(?:年|学年|春|秋)",  # years, school years and terms
            r"[一-鿿]+〔\d{4}〕\s*\d+\s*号",  # document numbers
            r"(?:任务|表|图|附件|第)\s*\d+",  # places in the plan and in the report
            r"(?<![A-Za-z0-9])[QM]\d\d(?!\d)",
            r"\d(?=(?:\.\d+)*\s)",  # section numbers at the head of a line
        )
    )
)


def literal_numbers(document: Document, names: Iterable[str] = ()) -> list[str]:
    """Pieces of prose and headings that hold a number which is no Fact, date, document or section number.

    ``names`` are proper names with digits in them (schools, indicators, laws); they are no figures.
    """
    known = sorted(set(names), key=len, reverse=True)
    texts = []
    for block in document.blocks:
        if isinstance(block, Prose):
            whole = "".join("\0" if span.fact else span.text for span in block.spans)
            texts += filter(None, whole.split("\0"))
        elif isinstance(block, Heading):
            texts.append(block.text)
    return [text for text in texts if re.search(r"\d", without_allowed(text, known))]


def allowed_places(text: str) -> list[tuple[int, int]]:
    """Where a text may hold digits: start and end of dates, document numbers, places in the report."""
    return [found.span() for found in _ALLOWED.finditer(text)]


def without_allowed(text: str, names: Iterable[str]) -> str:
    """A text without what may hold digits: dates, document numbers, places in the report, and ``names``, longest first."""
    for name in names:
        text = text.replace(name, "")
    return _ALLOWED.sub("", text)
