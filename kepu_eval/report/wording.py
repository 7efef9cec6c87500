"""Words and cells that several sections share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from kepu_eval.plan import Stage
from kepu_eval.report.blocks import Cell
from kepu_eval.report.palette import tone_of

EXCEPTED = "已批准例外"
BANDS = {
    Stage.MIDTERM: ("完成", "正在推进", "滞后", "未启动", EXCEPTED, "数据不足"),
    Stage.FINAL: ("完成", "基本完成", "未完成", "未启动", EXCEPTED, "数据不足"),
}
UNKNOWN = "数据不足"


def rating_cell(rating: str, display: str = "") -> Cell:
    """A rating as a table cell: its words, with the tone that goes with them."""
    return Cell(text=display or rating or "—", tone=tone_of(rating) if rating else "")


def bounds(low: str, high: str) -> str:
    """Worst and best rating over what is missing; empty when they agree."""
    return "" if low == high else f"{low} ~ {high}"


def chinese_date(date: dt.date) -> str:
    """``2023年12月31日``."""
    return f"{date.year}年{date.month}月{date.day}日"


def listed(names: Iterable[str], at_most: int | None = None) -> str:
    """Names joined by 、; beyond ``at_most``, the first ones and 等."""
    names = list(names)
    if at_most is not None and len(names) > at_most:
        return "、".join(names[:at_most]) + "等"
    return "、".join(names)


def agreement(agrees: object) -> str:
    """Whether self-rating and rule rating agree, in a table cell."""
    if agrees is True:
        return "一致"
    return "不一致" if agrees is False else "—"


def first_texts(texts: Sequence[str]) -> str:
    """Distinct non-empty texts, joined by semicolons."""
    return "；".join(dict.fromkeys(text.strip() for text in texts if text and text.strip()))


_LINES = re.compile(r"L\d+(?:[/–—-]L?\d+)*[ 　]?")


def without_lines(text: str) -> str:
    """A reading of the plan without the numbers of its source's lines; 有 where these were all that stood there."""
    left = _LINES.sub("", text).strip("、；， ")
    return left or ("有" if text.strip("— ") else text)
