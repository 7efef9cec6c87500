"""Numbers of headings, tables and figures, worked out once for every format.

Headings follow GB/T 9704–2012: 一、 （一） 1. （1）. Tables and figures are counted through the document; tables that
stand in the workbook only are counted apart, so that a reader on paper misses no number. In the volumes after the first,
chapters are annexes of it: 附件1, 附件2…
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kepu_eval.report.blocks import Block, Chart, Heading, Table, Volume

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Numbered:
    """A block with its printed label: ``一、概况``, ``表3　任务总表``; empty for blocks without one.

    ``anchor`` is a stable id for links.
    """

    block: Block
    label: str
    anchor: str


def han(number: int) -> str:
    """A number from 1 to 99 in Chinese: 10 → 十, 21 → 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


_FORMS: tuple[Callable[[int], str], ...] = (
    lambda n: f"{han(n)}、",
    lambda n: f"（{han(n)}）",
    lambda n: f"{n}.",
    lambda n: f"（{n}）",
)


def _annex(number: int) -> str:
    return f"附件{number}　"


def numbered(blocks: Iterable[Block]) -> Iterator[Numbered]:
    """Blocks with labels. An unnumbered heading restarts nothing and keeps its bare words."""
    counts = [0, 0, 0, 0]
    tables = places = annexes = charts = headings = volumes = words = 0
    forms = _FORMS
    for block in blocks:
        if isinstance(block, Volume):
            volumes, counts, forms = volumes + 1, [0, 0, 0, 0], (_annex, *_FORMS)
            yield Numbered(block, block.title, f"v{volumes}")
        elif isinstance(block, Heading):
            headings += 1
            label = block.text
            if block.numbered:
                counts[block.level - 1] += 1
                counts[block.level :] = [0] * (4 - block.level)
                label = forms[block.level - 1](counts[block.level - 1]) + block.text
            yield Numbered(block, label, f"h{headings}")
        elif isinstance(block, Table) and block.annex:
            annexes += 1
            yield Numbered(block, f"附表{annexes}　{block.title}" if block.title else "", f"a{annexes}")
        elif isinstance(block, Table):
            places, tables = places + 1, tables + bool(block.title)
            yield Numbered(block, f"表{tables}　{block.title}" if block.title else "", f"t{places}")
        elif isinstance(block, Chart):
            charts += 1
            yield Numbered(block, f"图{charts}　{block.title}" if block.title else "", f"c{charts}")
        else:
            words += 1
            yield Numbered(block, "", f"p{words}")


def first_places(items: Iterable[Numbered]) -> dict[str, str]:
    """Where each Fact stands first: its table, or the heading above."""
    heading = ""
    places: dict[str, str] = {}
    for item in items:
        if isinstance(item.block, Heading):
            heading = item.label
        for fact in getattr(item.block, "facts", ()):
            places.setdefault(fact.id, item.label or heading)
    return places
