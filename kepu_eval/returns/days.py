"""A day as it was written in one cell. Pure functions, no I/O."""

from __future__ import annotations

import datetime as dt
import re

from kepu_eval.returns.cells import Parsed, han_number
from kepu_eval.safe_text import tidy
from kepu_eval.spreadsheets.particulars import BY_MONTH

_APART, _TO = r"\s*(?:-+|—+|–|~|/|\.|·|,|、|。|\\|_|\s)\s*", r"\s*(?:至|到|-+|—+|–|~)\s*"
_DAY_NAME = r"(?:[(\[]?(?:周|星期|礼拜)[一二三四五六日天][)\]]?|[(\[][一二三四五六日][)\]])"
_CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2})?|[时点](?:\d{1,2}分?|半)?)"
_HOURS = rf"(?:上午|下午|中午|晚上?|早上?|全天)?\s*(?:{_CLOCK}(?:{_TO}(?:上午|下午|晚上?)?{_CLOCK})?)?"
# What may stand around a day and leaves it that day; 前, 后, 左右, 改期, 预计 do not.
_BEFORE = re.compile(
    rf"^(?:(?:['‘’“\"]|(?:活动|举办|开展|培训|报送|填报|上报)?(?:日期|时间)[:为]?|于|自|从|{_DAY_NAME})\s*)+"
)
_AFTER = re.compile(
    rf"\s*(?:{_DAY_NAME}|[(\[]?(?:农历|阴历)[^()\[\]]{{2,9}}[)\]]?|[(\[,]?(?:共|为期)?\d{{1,2}}天[)\]]?|[(\[]?(?:盖章|公章|签章)[)\]]?|起|开始|开班|开幕|启动|举办|开展|举行|召开|当天|当日|[.。;,]|T?{_HOURS})\s*"
)
_DATE = re.compile(
    r"(?P<year>\d{4}|\d{2}(?=\s*年))\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    rf"|(?P<y>\d{{4}})(?P<sign>{_APART})(?P<m>\d{{1,2}})(?P=sign)(?P<d>\d{{1,2}})(?!\d)\s*[日号]?"
    r"|(?P<run>\d{8})(?:\.0)?"
)
_MONTH_DOT_DAY = re.compile(
    r"^(\d{4})\s*[年/-]\s*(\d{1,2})\.(?=\d{1,2}(?!\d))"
)  # 2021年3.16; 2021.3-5 are months
_SERIAL = range(43_831, 46_753)  # days of 2020 to 2027 as Excel counts them, in a cell that lost its format
_SHORT = re.compile(r"(2\d)([-./])(\d{1,2})\2(\d{1,2})")  # 21.3.16
_TURNED = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")  # 16/3/2021, 3/16/2021
_HAN_YEAR = re.compile(r"([二][〇零○Oo0][一二三四五六七八九〇零○]{2})(?=年)")
_HAN_PART = re.compile(r"(?:元|[一二三四五六七八九十]{1,3})(?=[月日号])")
_DIGITS = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")
# 2023-05-08至10日, 2023.5.8-5.10, 2023年5月8、9日: a few days in a row, of which the first counts.
_LATER = re.compile(
    rf"(?P<sign>{_TO}|[、,和及])(?:(?P<year>\d{{4}})\s*[-/.年]\s*)?(?:(?P<month>\d{{1,2}})\s*[-/.月]\s*)?(?P<day>\d{{1,2}})\s*[日号]?"
)
_LONGEST = 60
_IN_A_ROW = dt.timedelta(days=31)


def parse_date(raw: object, shown: str = "") -> Parsed:
    """A day. Half-years, school years and months are questions: they cannot be put on a day.

    ``shown``: how the cell's format shows it; the first of a month that is shown as a month may be any day of it.
    """
    if isinstance(raw, dt.date) and raw.day == 1 and shown == BY_MONTH:
        return Parsed("question", None, "C42", "只显示到月", "请填具体日期，如2023-05-20")
    if isinstance(raw, dt.datetime):
        return Parsed("accepted", raw.date())
    if isinstance(raw, dt.date):
        return Parsed("accepted", raw)
    text = f"{raw:.0f}" if isinstance(raw, float) and raw.is_integer() else tidy(raw)
    if not text:
        return Parsed("missing", None, "C31", "未填日期", "请填具体日期")
    text = _in_digits(_BEFORE.sub("", text)) if len(text) <= _LONGEST else text
    found = _DATE.match(text) if len(text) <= _LONGEST else None
    rest = text[found.end() :] if found else ""
    day = _day(found) if found else None
    if day and (last := _last_day(day, rest)) and _says_nothing(rest[last.end() :]):
        return Parsed("note", day, "C42", "连续几天，按第一天计")
    if found and _says_nothing(rest):
        if day is None:
            return Parsed("rejected", None, "C42", "不是存在的日期", "请核实后填写，如2023-06-30")
        return Parsed("note", day, "C42", "文本日期已转换")
    if "学年" in text or re.fullmatch(r"\d{4}\s*[-—–~]\s*\d{4}", text):
        return Parsed("question", None, "C43", "是学年，本项按日期", "请填具体日期")
    return Parsed("question", None, "C42", "不能确定到某一天", "请填具体日期，如2023-05-20")


def _in_digits(text: str) -> str:
    """二〇二一年三月十六日, 21.3.16 and 16/3/2021 as 2021年3月16日, where there is one way to read them."""
    text = _MONTH_DOT_DAY.sub(r"\1-\2-", text)
    if text.isascii() and text.isdigit() and int(text) in _SERIAL:
        return f"{dt.date(1899, 12, 30) + dt.timedelta(int(text)):%Y-%m-%d}"
    text = _HAN_YEAR.sub(lambda found: found[0].translate(_DIGITS), text)
    text = _HAN_PART.sub(lambda found: "1" if found[0] == "元" else str(han_number(found[0])), text)
    if (short := _SHORT.fullmatch(text)) and not 20 <= int(short[4]) <= 29:  # which could be the year
        return f"20{short[1]}-{short[3]}-{short[4]}"
    if turned := _TURNED.fullmatch(text):
        one, other = int(turned[1]), int(turned[3])
        if max(one, other) > 12 or one == other:
            return f"{turned[4]}-{min(one, other)}-{max(one, other)}"
    return text


def _day(found: re.Match[str]) -> dt.date | None:
    """The day that a match of :data:`_DATE` names; ``None`` where there is no such day."""
    run = found["run"]
    year, month, day = (
        (run[:4], run[4:6], run[6:])
        if run
        else filter(None, found.group("year", "month", "day", "y", "m", "d"))
    )
    try:
        return dt.date(int(year) + 2000 * (len(year) == 2), int(month), int(day))
    except ValueError:
        return None


def _says_nothing(rest: str) -> bool:
    while rest and (found := _AFTER.match(rest)) and found.end():
        rest = rest[found.end() :]
    return not rest


def _last_day(day: dt.date, rest: str) -> re.Match[str] | None:
    """What names the last of a few days in a row: 至18日, 、17日、18日."""
    last, found = None, _LATER.match(rest)
    while found and (then := _in_a_row(day, found)):
        last, day = found, then
        found = _LATER.match(rest, found.end())
    return last


def _in_a_row(day: dt.date, later: re.Match[str]) -> dt.date | None:
    """The later day; ``None`` where they are no such row. 12月30日至1月2日 ends in the next year."""
    turns = not later["year"] and day.month == 12 and (later["month"] or "").lstrip("0") == "1"
    year, month = int(later["year"] or day.year + turns), int(later["month"] or day.month)
    try:
        last = dt.date(year, month, int(later["day"]))
    except ValueError:
        return None
    longest = dt.timedelta(days=1) if later["sign"].strip() in "、,和及" else _IN_A_ROW
    return last if dt.timedelta() <= last - day <= longest else None
