"""Amounts as a clerk writes them: how many, of what, behind which words, of which year. One reading for every check of a text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from kepu_eval.returns.cells import SCALES, counted, han_number

SENTENCE, CLAUSE = re.compile(r"[。;；\n]+"), re.compile(r"[,，。;；\n]+")
HEADS = frozenset({"人", "名", "人次"})
"""What persons and attendances are counted in."""
_UNITS = (
    "人次|人天|平方米|公里|课时|学时|场次|班次|个?百分点|个?小时|分钟|个?月|%|％|学期|个季度"
    "|人|名|位|场|期|次|班|届|讲|件|个|所|家|篇|条|项|户|份|支|幅|处|间|块|台|套|册|部|张|本|天|周|元|亩|辆|例|座|组|轮|门|堂|批|头|只|棵|对"
)
_AMOUNT = re.compile(
    rf"(?<![\d.])(\d+(?:\.\d+)?|[一二两三四五六七八九十百千]{{1,6}})\s*([百千万亿]?)[余多]?\s*({_UNITS})(?![级员际届])([余多]?)"
)
_NAME = re.compile(r"《[^》]*》|“[^”]*”|〔\d+〕\s*第?\d+\s*号")
"""What is a name: numbers inside count nothing."""
_DATE = re.compile(
    r"20\d\d\s*年?\s*[-—–~至到]+\s*20\d\d\s*年|(20\d\d)\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*[日号])?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|(?<!个)\d{1,2}\s*月(?!课)"
    r"|\d{1,2}\s*[日号](?!线)|(?:星期|礼拜)[一二三四五六日天]|周[一二三四五六日末](?=[^一-龥]|[上下至到、和及]|$)|(?<!\d)\d{1,3}\s*周?岁|第\s*[\d一二三四五六七八九十]+\s*[一-龥]|[一二三四]季度|[一二三四]等奖|一[般些定样起同批致]|三下乡"
)
"""What is a day, a year, an age, an ordinal: a place, not an amount."""
_NOUNS = re.compile(
    r"社区|嘎查村|村|学校|中小学|小学|中学|初中|高中|幼儿园|企业|单位|街道|镇|家庭|医院|机构|场馆|基地|站点|农户|住户|商户|项目|任务|问题|隐患|主题|区域|部门"
)
_SAME = {"名": "人", "位": "人", "场次": "场", "班次": "班", "％": "%"}
_YEARS, _SPOKEN = (
    re.compile(r"(20\d\d)\s*年?\s*[-—–~至到]+\s*(20\d\d)\s*年"),
    re.compile(r"([二两三四五])年(?![级底末])"),
)
_DAYS = re.compile(
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日?(?:至|到|[-—–~]+)(?:20\d\d年)?(?:(\d{1,2})月)?(\d{1,2})日"
)
_WORKS = frozenset("条篇幅部件")
_STOP = ",，。;；、:：(（)）"

TOTAL = re.compile(r"(?:共计?|合计|总[人数量次共计]{1,3}|累计|一共|全年|年内|全学年)[^\d]{0,9}$")
"""What stands before the whole of something."""
MOST = 40
"""Amounts that are read of a sentence: a clerk's has fewer, and each is held against each."""
FAR = 3
"""Percentage points that rounding explains."""


class Amount(NamedTuple):
    """An amount: ``before`` are the words of its clause up to it, ``after`` those behind it up to the next stop or number.

    ``unit``: with one name for one thing (名 is 人), ``written`` as it stands; ``noun``: what is counted in 个, 所, 家; ``year``: of which it is (0: not told).
    """

    number: float
    unit: str
    written: str
    noun: str
    before: str
    after: str
    start: int
    end: int
    year: int

    @property
    def kind(self) -> str:
        """What it counts: persons and attendances alike, pieces of work alike."""
        return "人" if self.unit in HEADS else "件" if self.unit in _WORKS else self.unit

    @property
    def shown(self) -> str:
        """The amount as a message writes it."""
        return f"{self.number:.10g}{self.written}"

    def like(self, other: Amount) -> bool:
        """Whether both count the same, as far as they say."""
        alike = (
            not self.noun or not other.noun or self.noun[-2:] in other.noun or other.noun[-2:] in self.noun
        )
        return self.kind == other.kind and alike


class Told(NamedTuple):
    """A sentence with its amounts, in their order; names, days and ordinals are blanked in ``plain``.

    ``days``, ``years``: how long something lasted by its first and last day or year, or as told; 0 where neither is told.
    """

    text: str
    plain: str
    amounts: tuple[Amount, ...]
    days: int
    years: int

    def gap(self, one: Amount, other: Amount) -> str:
        """The words between two amounts."""
        return self.plain[one.end : other.start]


def _blank(found: re.Match[str]) -> str:
    return "〇" * len(found[0])


@lru_cache(maxsize=4096)
def read(sentence: str) -> Told:
    """The amounts of one sentence; a year holds on until the next is named."""
    text = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "", sentence)
    named = _NAME.sub(_blank, text)
    years = [(found.start(), int(found[1] or 0)) for found in _DATE.finditer(named) if found[0][:2] == "20"]
    plain = _DATE.sub(_blank, named)
    span, spoken = _YEARS.search(named), _SPOKEN.search(named)
    lasted = int(span[2]) - int(span[1]) + 1 if span else counted(spoken[1]) if spoken else 0
    return Told(text, plain, tuple(islice(_amounts(plain, years), MOST)), _days(named), lasted)


def _days(text: str) -> int:
    found = _DAYS.search(text)
    if not found:
        return 0
    year, month, day, last_month, last = found.groups()
    try:
        start = dt.date(int(year or 2023), int(month), int(day))
        return (dt.date(int(year or 2023), int(last_month or month), int(last)) - start).days + 1
    except ValueError:
        return 0


def _amounts(plain: str, years: list[tuple[int, int]]) -> Iterator[Amount]:
    last = 0
    for found in _AMOUNT.finditer(plain):
        digits, scale, unit, _ = found.groups()
        number = float(digits) if digits[0].isdigit() else float(han_number(digits))
        start = max([last, *(plain.rfind(stop, 0, found.start()) + 1 for stop in _STOP)])
        behind = re.match(rf"[^\d{_STOP}]*", plain[found.end() :])
        after = behind[0] if behind else ""
        noun = _NOUNS.match(after) if unit in "个所家户处项" else None
        year = next((of for place, of in reversed(years) if place < found.start()), 0)
        same = _SAME.get(unit, unit).removeprefix("个") or "个"
        yield Amount(number * SCALES.get(scale, 1), same, unit, noun[0] if noun else "", plain[start : found.start()], after, found.start(), found.end(), year)  # fmt: skip
        last = found.end()
