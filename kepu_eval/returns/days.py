"""A day as it was written in one cell. Pure functions, no I/O."""

from __future__ import annotations

import datetime as dt
import re

from kepu_eval.returns.cells import Parsed
from kepu_eval.safe_text import tidy

_CLOCK = r"\d{1,2}(?::\d{2}(?::\d{2})?|[时点](?:\d{1,2}分|半)?)"
_DATE = re.compile(
    r"(\d{4})\s*(?:-|/|\.|、|年)\s*(\d{1,2})\s*(?:-|/|\.|、|月)\s*(\d{1,2})\s*[日号]?\.?"
    r"(?:\s*[(\[]?(?:周|星期)[一二三四五六日天][)\]]?)?(?:\s*(?:上午|下午|晚上?))?"
    rf"(?:\s*{_CLOCK}(?:\s*(?:至|到|-|—+|–|~)\s*{_CLOCK})?)?"
)
# 2023-05-08至10日, 2023.5.8-5.10: a few days in a row, of which the first counts.
_DAYS = re.compile(
    r"(?P<first>(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*\d{1,2})\s*[日号]?\s*(?:至|到|-|—+|–|~)\s*"
    r"(?:(\d{4})\s*[-/.年]\s*)?(?:(\d{1,2})\s*[-/.月]\s*)?(\d{1,2})\s*[日号]?"
)
_IN_A_ROW = dt.timedelta(days=31)
_DATE_RUN = re.compile(r"(\d{4})(\d{2})(\d{2})")


def parse_date(raw: object) -> Parsed:
    """A day. Half-years, school years and months are questions: they cannot be put on a day."""
    if isinstance(raw, dt.datetime):
        return Parsed("accepted", raw.date())
    if isinstance(raw, dt.date):
        return Parsed("accepted", raw)
    text = f"{raw:.0f}" if isinstance(raw, float) and raw.is_integer() else tidy(raw)
    if not text:
        return Parsed("missing", None, "C31", "未填日期", "请填具体日期")
    found = _DATE.fullmatch(text) or _DATE_RUN.fullmatch(text)
    if found:
        try:
            return Parsed("note", dt.date(*map(int, found.groups()[:3])), "C42", "文本日期已转换")
        except ValueError:
            return Parsed("rejected", None, "C42", "不是存在的日期", "请核实后填写，如2023-06-30")
    days = _DAYS.fullmatch(text)
    if days and (first := _first_of(days)):
        return Parsed("note", first, "C42", "连续几天，按第一天计")
    if "学年" in text or re.fullmatch(r"\d{4}\s*[-—–~]\s*\d{4}", text):
        return Parsed("question", None, "C43", "是学年，本项按日期", "请填具体日期")
    return Parsed("question", None, "C42", "不能确定到某一天", "请填具体日期，如2023-05-20")


def _first_of(days: re.Match[str]) -> dt.date | None:
    """The first of a few days in a row; ``None`` where they are no such row. 12月30日至1月2日 ends in the next year."""
    first, (_, year, month, *last) = parse_date(days["first"]), days.groups()
    turns = not last[0] and month == "12" and (last[1] or "").lstrip("0") == "1"
    year = str(int(year) + turns)
    later = parse_date("-".join(a or b for a, b in zip(last, (year, month, ""), strict=True)))
    in_a_row = first.counted and later.counted and dt.timedelta() <= later.value - first.value <= _IN_A_ROW
    return first.value if in_a_row else None
