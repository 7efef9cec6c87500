"""Numbers that a clerk wrote in words: how many, of what, of which year, and whether that is all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kepu_eval.returns.text_grammar import read

_YEAR = re.compile(r"(20\d\d)\s*年(?!级)")
_SPAN_OF_YEARS = re.compile(r"20\d\d\s*年?\s*[-—–~至到]+\s*(?:20)?\d\d\s*年|[三五]年来?|历年")
_PART = re.compile(r"其中|\d{1,2}\s*月|\d{1,2}\s*日|季度|[上下]半年|一[期场次班]|每[期场次班]|首[期场次批]")
_ASIDE = re.compile(r"含|包括|均|[比较]|增加|减少|计划|目标|预计|线[上下]|妇女|女性|男性|补[训办]")
_WHOLE = re.compile(r"累计|合计|总计|总共|一共|截至|共")
_CLAUSE = re.compile(r"(?:(?<!\d),|,(?!\d{3})|[，。;；\n]|(?<=[人次名期场班])、(?=20\d\d\s*年))+")
_SESSIONS = ("次", "期", "场", "班", "班次")
WHOLE = re.compile(
    r"(累计|合计|总计|截至[\d年月日底末]*[,，]?|共)[^\d,，。;；]{0,8}(\d[\d,]*(?:\.\d+)?)(万?)[余多]?(人次|人|名|次|场)"
)
FAR = 1.25
"""A number that is a quarter off is no rounding."""


class TextFigure(NamedTuple):
    """A number in a text.

    ``year`` that it is about (0: not told); ``whole``: said to be all (累计); ``part``: of a month, a session, 其中, a mean, a change, a plan.
    """

    number: float
    unit: str
    year: int
    whole: bool
    part: bool
    clause: str

    @property
    def persons(self) -> bool:
        """Whether persons or attendances are counted, not sessions."""
        return self.unit not in _SESSIONS


def text_figures(text: str) -> Iterator[TextFigure]:
    """Numbers with their units, clause by clause; a year holds on until another is named."""
    year, spans = 0, False
    for clause in _CLAUSE.split(text):
        if _SPAN_OF_YEARS.search(clause):
            year, spans = 0, True
        elif named := _YEAR.findall(clause):
            year, spans = (int(named[0]) if len(set(named)) == 1 else 0), False
        part = bool(_PART.search(clause))
        told = read(clause)
        for amount in told.amounts:
            if amount.kind == "人" or amount.unit in _SESSIONS:
                whole = spans or bool(_WHOLE.search(told.text[: amount.end]))
                aside = part or bool(_ASIDE.search(amount.before))
                yield TextFigure(amount.number, amount.unit, year, whole, aside, clause)


def whole_claims(text: str) -> Iterator[tuple[bool, float]]:
    """Numbers that a text states as a whole, and whether it must be all of it (累计) or may be a part (共)."""
    for word, number, ten_thousand, _ in WHOLE.findall(text):
        yield word[0] != "共", float(number.replace(",", "")) * (10_000 if ten_thousand else 1)
