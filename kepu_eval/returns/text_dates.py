"""Days, months and years of a text: whether they exist, follow each other, last as long as told and lie in the round."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from kepu_eval.returns.cells import counted
from kepu_eval.returns.text_grammar import CLAUSE, SENTENCE

_DAY = re.compile(
    r"(?<!\d)(20\d\d)[./-](\d{1,2})[./-](\d{1,2})(?!\d)"
    r"|(?:(20\d\d)\s*年\s*)?(?:(?<![\d个])(\d{1,2})\s*月\s*)?(?<!\d)(\d{1,2})\s*[日号](?!线)"
    r"|(?<!\d)(20\d\d)\s*年(?!级)(?:\s*(\d{1,2})\s*月)?(?!\d)|(?<![\d个])(\d{1,2})\s*月(?=[\s至到—–~-]|[份底初末])"
)
_TO = re.compile(r"\s*(?:[-—–~]+|至|到)\s*")
_LASTED = re.compile(r"(?:历时|为期|连续|持续)([一二三四五六七八九十\d]+)个?(天|月|年)")
_BEGUN = re.compile(r"启动|报名|筹备|开工|动工|开始|开班|立项|建成|开馆|揭牌|挂牌|出台|印发")
_ENDED = re.compile(r"决赛|结束|闭幕|竣工|验收|完工|表彰|投入使用|结业|接待|开放|施行|执行")
_FINISHED, _WORKS = re.compile("完工|竣工|闭幕|结业"), re.compile("开工|动工|开始|启动|开幕|开班")
_AGAIN = re.compile("二期|再次|又|另|新|扩建|下一")
_FINISHED, _STARTED = re.compile("完工|竣工|闭幕|结业"), re.compile("开工|动工|开始|启动|开幕|开班")
_AGAIN = re.compile("二期|再次|又|另|新|扩建|下一")
_UNTIL = re.compile(r"截[至止]到?$")
_TO_COME = re.compile(
    r"(?<![模虚])拟|计划|将[在于]|将会|将[^,，。;；]{0,4}$|预计|打算|准备|争取|力争|推迟|延期|改[到为在]|规划|下一步|明年|展望|目标|其余|余下|剩余|有效期|尚未|尚有|正在|待|延长|列入|纳入"
)
_ACTED = re.compile(r"\d|了|已|举办|召开")
_COMPARED = re.compile("[较比由从自]$")
_ON = re.compile(r"[^,，。;；\d]{0,3}(?:起|以后|开始|后)")


class Day(NamedTuple):
    """A day, month or year of a text, 0 where it is not told; ``own``: its year was written with it."""

    year: int
    month: int
    day: int
    own: bool
    start: int
    end: int

    def first(self) -> dt.date:
        """Its first day, of a month or day that may not exist the nearest."""
        month = min(max(self.month, 1), 12)
        return dt.date(self.year, month, min(max(self.day, 1), monthrange(self.year, month)[1]))


def days_in(text: str) -> Iterator[Day]:
    """Days of a text in their order; what is not written is that of the day before it."""
    year = month = 0
    for found in _DAY.finditer(text):
        named, of = found[1] or found[4] or found[7], found[2] or found[5] or found[8] or found[9]
        day = int(found[3] or found[6] or 0)
        if day and not of and not month:
            continue  # a day of no month
        year = int(named) if named else year
        month = int(of) if of else month if day else 0
        yield Day(year, month, day, bool(named), found.start(), found.end())


def missing_day(text: str) -> str:
    """A day or month that no calendar has, in words; empty where all exist."""
    for day in days_in(text):
        last = monthrange(day.year or 2024, day.month)[1] if 1 <= day.month <= 12 else 0
        if (day.month and not last) or day.day > last:
            return f"没有“{text[day.start : day.end].strip()}”{'这一天' if day.day else ''}"
    return ""


def dates_apart(text: str) -> str:
    """What days of one text cannot be together: an end before its beginning, another length than told."""
    return missing_day(text) or next(
        (told for s in SENTENCE.split(text) if (told := _spans(s) or _order(s))), ""
    )


def _spans(sentence: str) -> str:
    lasted = _LASTED.search(sentence)
    for one, other in pairwise(days_in(sentence)):
        shown = sentence[one.start : other.end]
        joined = _TO.fullmatch(sentence, one.end, other.start)
        if not joined and lasted and lasted[2] != "天" and one.end <= lasted.start() <= other.start:
            joined = lasted
        if not joined or not (one.month and other.month) or bool(one.day) != bool(other.day):
            continue
        if other[:3] < one[:3] and (other.own or not one.year or one.month == other.month):
            return f"“{shown}”止{'日' if one.day else '月'}早于起{'日' if one.day else '月'}"
        if lasted and one.year and other[:3] >= one[:3] and (told := _other_length(one, other, lasted)):
            return f"“{shown}”是{told}，不是“{lasted[0]}”"
    return ""


def _other_length(one: Day, other: Day, lasted: re.Match[str]) -> str:
    number = counted(lasted[1])
    if lasted[2] == "天" and one.day:
        days = (other.first() - one.first()).days + 1
        return f"{days}天" if abs(days - number) > 1 else ""
    months = (other.year - one.year) * 12 + other.month - one.month + 1
    told = number * (12 if lasted[2] == "年" else 1)
    return f"{months}个月" if lasted[2] != "天" and abs(months - told) > 1 else ""


def _order(sentence: str) -> str:
    """An end (决赛, 验收) that is told of after its beginning (报名, 开工) and dated before it, or a beginning after the end."""
    known = [(day, _clause(sentence, day)) for day in days_in(sentence) if day.year]
    for n, (one, first) in enumerate(known):
        for other, then in known[n + 1 :]:
            level = 3 if one.day and other.day else 2 if one.month and other.month else 1
            if first == then or one[:level] == other[:level]:
                continue
            backwards = other[:level] < one[:level] and _BEGUN.search(first) and _ENDED.search(then)
            too_late = len(known) == 2 and other[:level] > one[:level] and _FINISHED.search(first)
            if backwards or (too_late and _STARTED.search(then) and not _AGAIN.search(sentence)):
                return f"“{then}”早于“{first}”" if backwards else f"“{first}”早于“{then}”"
    return ""


def _clause(sentence: str, day: Day) -> str:
    """The words from a day to the next stop or day."""
    rest = CLAUSE.split(sentence[day.start :])[0]
    following = next((d.start - day.start for d in days_in(sentence) if d.start > day.start), len(rest))
    return rest[: min(following, 24)]


def outside_round(text: str, as_of: dt.date, first: int, *, done: bool) -> str:
    """Days to come that are told of as past, a text up to an earlier year only, or of years before the plan, in words."""
    days = [day for day in days_in(text) if day.year]
    until = [day for day in days if _UNTIL.search(text[max(day.start - 3, 0) : day.start])]
    if until and max(day.year for day in days) < as_of.year:
        return f"只写到{max(day.year for day in until)}年，本轮到{as_of.isoformat()}"
    for sentence in SENTENCE.split(text):
        for day in days_in(sentence):
            if not day.year or day.first() <= as_of or (not day.own and day.year <= as_of.year):
                continue
            before, rest = sentence[: day.start], CLAUSE.split(sentence[day.end :])[0]
            own = CLAUSE.split(before)[-1] + rest
            meant = "实际" not in own and (
                _TO_COME.search(f"{before}{rest}")
                or _TO.search(before[-1:])
                or _ON.match(rest)
                or not _ACTED.search(sentence[day.end :])
            )
            if _UNTIL.search(before[-3:]) or not meant:
                return f"“{sentence[day.start : day.end]}”在数据截止日{as_of.isoformat()}之后"
    compared = any(_COMPARED.search(text[: day.start]) for day in days)
    if done and days and not compared and max(day.year for day in days) < first:
        return f"写的都是{first}年以前的事，方案自{first}年起"
    return ""
