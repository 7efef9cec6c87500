"""What became more or less in one sentence: from how many to how many, by how much, and which way over the years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kepu_eval.returns.text_grammar import FAR, Amount, Told

_UP = "增升提高多扩翻涨发壮拓"
_CHANGED = re.compile(r"(净增|增长|增加|增幅|增|上升|提高|提升|扩大|多|翻|下降|减少|降低|降幅|减|少|缩短)了?[^,，。;；\d]{0,4}$")  # fmt: skip
_FROM = re.compile(r"(?:由|从)[^,，。;；\d]{0,10}$")
_TO = re.compile(r"(增|升|提高|提升|扩大|发展|壮大|拓展|减|降|缩)?[^,，。;；\d增升提扩发壮拓减降缩]{0,4}(?:到|至|为|成)[^,，。;；\d]{0,12}$")  # fmt: skip
_THAN = re.compile(r"(?:比|较|同比)[^,，。;；\d]{0,12}$")
_WAY = re.compile(
    r"^[^,，。;；\d]{0,8}?[,，]?[^,，。;；\d]{0,8}?(?:大幅|明显|有所|逐年|持续|稳步|较快|快速|显著)(增|减|上升|下降|提高)"
)
_EARLIER = re.compile(r"去年|上一?年(?!度)|原[有来为先]|基期")
_FOLLOWS = re.compile(r"[^,，、。;；\d]{0,4}[,，、]?[^,，。;；\d]{0,14}")
_GROWN = re.compile(
    r"[^,，。;；\d]{0,6}[,，](?![^,，]{0,6}年均)[^,，。;；\d]{0,6}(?:同比|比上年|较上年|两年)?(?:共|净)?(?:增|提高|上升|下降|减)"
)
_GROWING = re.compile(r"(?:逐年|持续|稳步|连年|不断)(增长|增加|上升|递增|提升|扩大|攀升|下降|减少|递减)")
_DOUBLE = re.compile(r"翻了?一?番")


def change(told: Told) -> str:
    """A change that is not that of the two amounts beside it, in its size or its direction."""
    for before, after, end, word in _changes(told):
        if before.number == after.number or not before.number:
            continue
        more, stated = after.number > before.number, _stated(told, before, after, end)
        ways = [
            word,
            *_WAY.findall(told.plain[end : end + 20])[:1],
            *(_CHANGED.findall(stated.before) if stated else ()),
        ]
        shown, way = f"由{before.number:.10g}到{after.shown}", next(filter(None, ways), "")
        if any((said[0] in _UP) is not more for said in ways if said):
            return f"{shown}，方向相反"
        change = 100 * (after.number / before.number - 1)
        if stated is None:
            double = _DOUBLE.search(told.plain[max(before.start - 16, 0) : end + 12])
            if double and abs(change - 100) > 20 and before.unit != "%":
                return f"{shown}是{change:+.0f}%，不是{double[0]}"
            continue
        size = _other_size(before, after, stated, change)
        if size:
            return f"{shown}是{size}，不是{way}{stated.shown}"
    return ""


def _stated(told: Told, before: Amount, after: Amount, end: int) -> Amount | None:
    """The change that the sentence states: behind the two amounts, or between them."""
    first, last = sorted((before, after), key=lambda amount: amount.start)
    for amount in told.amounts:
        near = told.plain[end : amount.start] if amount.start >= end else ""
        apart = re.search("[。;；]", near) or len(re.findall("[,，、]", near)) > 1
        between = first.end <= amount.start and amount.end <= last.start
        if _CHANGED.search(amount.before) and (between or amount.start >= end) and not apart:
            return amount
    return None


def series(told: Told) -> str:
    """Years that fall where the sentence says that they grow, or grow where it says that they fall."""
    way = _GROWING.search(told.plain)
    for unit in {amount.unit for amount in told.amounts} if way else ():
        known = {a.year: a.number for a in told.amounts if a.unit == unit and a.year}
        values = [known[year] for year in sorted(known)]
        if (
            way
            and len(values) > 1
            and ((way[1][0] in _UP + "递攀" and way[1] != "递减") is (values[-1] < values[0]))
        ):
            return f"写“{way[0]}”，而{'、'.join(f'{value:.10g}' for value in values)}{unit}"
    return ""


def _other_size(before: Amount, after: Amount, stated: Amount, change: float) -> str:
    """The right size of a change, where the one stated is another; empty where it is right."""
    gone = abs(after.number - before.number)
    if stated.unit == "%" and before.unit != "%":
        return f"{change:+.0f}%" if abs(abs(change) - stated.number) > max(FAR, stated.number / 10) else ""
    if stated.unit == "百分点" and before.unit == "%":
        return f"{gone:.10g}个百分点" if abs(gone - stated.number) > 1 else ""
    if stated.unit == before.unit and stated.number not in (before.number, after.number):
        return f"{gone:.10g}{stated.unit}" if abs(gone - stated.number) > max(1, 0.02 * gone) else ""
    return ""


def _changes(told: Told) -> Iterator[tuple[Amount, Amount, int, str]]:
    """Pairs of amounts that the sentence compares: before, after, where the second stands, the word of the change."""
    for n, one in enumerate(told.amounts):
        other = next((a for a in told.amounts[n + 1 : n + 3] if a.unit == one.unit and a.like(one)), None)
        gap = told.gap(one, other) if other else ""
        if other is None or re.search("[。;；]|其中|计划|目标", one.before + gap):
            continue
        if re.search(r"\d", gap):
            if (
                other.year
                and other.year < one.year
                and re.search(r"[比较同][^\d]{0,12}\d[\d.]*[^\d]*$", gap)
                and "%" in gap
            ):
                yield other, one, other.end, ""
        elif _FROM.search(one.before) and (to := _TO.search(gap)):
            yield one, other, other.end, to[1] or ""
        elif _THAN.search(gap) or _EARLIER.search(other.before):
            yield other, one, other.end, ""
        elif (_EARLIER.search(one.before) and re.search("现[有在已]|目前|今年", other.before)) or (
            0 < one.year < other.year and _FOLLOWS.fullmatch(gap) and _GROWN.match(told.plain[other.end :])
        ):
            yield one, other, other.end, ""
