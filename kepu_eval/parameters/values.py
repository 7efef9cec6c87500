"""Kinds of parameter: whatever form a value comes in, it is one value of the kind or one Chinese message.

A form is what an entrance has: text at a terminal, in a batch's table or a form; Python's own dates, paths and numbers
in a notebook. What is missing (``None``, ``NaN``, an empty text, the word None) is a parameter that was not given.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

_TRUTH = {"true", "false"}  # no text, but what an entrance of texts makes of a truth value
_MISSING = {"", "none", "null", "nan", "nat", "<na>"}
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d\d)(\d\d))"
    r"(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_CHINESE = {character: place for place, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_TENS = re.compile("([一二三])?十([一二三四五六七八九])?")
PARTS = re.compile("[、,，;；\n]")


def missing(value: object) -> bool:
    """Whether a value says that there is none."""
    if isinstance(value, str):
        return value.strip().lower() in _MISSING
    return value is None or (
        not isinstance(value, list | tuple | set | Mapping) and str(value).lower() in _MISSING
    )


def plain(value: Any) -> object:
    """A number or truth value of numpy's as Python's own; others as they are."""
    if (
        type(value).__module__ == "numpy"
        and not isinstance(value, str)
        and "datetime" not in type(value).__name__
    ):
        return value.item() if getattr(value, "ndim", 1) == 0 else value.tolist()
    return value


def _text(value: object) -> str:
    value = plain(value)
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if not isinstance(value, str | int | float | PurePath) or str(value).lower() in _TRUTH:
        raise ValueError(f'“{_shown(value)}”应写成 "…" 这样的文字')
    text = str(value).strip()
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError(f"{text!r}中有换行或看不见的控制字符，请删去")
    return text


def day(value: object) -> dt.date:
    """A date however it is written, as long as year, month and day cannot be mistaken for one another."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    written = str(plain(value)).strip()
    found = _DAY.fullmatch(_arabic(unicodedata.normalize("NFKC", written)))
    if found and not isinstance(value, bool | float):
        year, *rest = (part for part in found.groups() if part)
        try:
            return dt.date(int(year), *map(int, rest))
        except ValueError:
            raise ValueError(f"“{written}”不是日期：没有这一天，请检查年月日") from None
    raise ValueError(f"“{written}”不是日期，请写成 2023-12-31 的形式（在定时任务的参数表中要带引号）")


def _arabic(text: str) -> str:
    """``二〇二四年一月三十一日`` with figures and without spaces; other texts as they are."""
    if "年" not in text:
        return text
    tens = _TENS.sub(lambda m: str(_CHINESE[m[1] or "一"] * 10 + _CHINESE[m[2] or "〇"]), text)
    return "".join(str(_CHINESE.get(character, character)) for character in tens.replace(" ", ""))


def number(
    like: float, low: float, high: float, *, whole: bool = False, open_ends: bool = True
) -> Callable[[object], float]:
    """Reads a number between two bounds, which with ``open_ends`` do not count; ``like`` is shown where it is none."""

    def read(value: object) -> float:
        value = plain(value)
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise ValueError
            found = float(value)
        except ValueError:
            raise ValueError(f"“{value}”应写成 {like} 这样的值") from None
        if whole and not found.is_integer():
            raise ValueError(f"“{value}”应写成 {like} 这样的值，不带小数")
        if not (low < found < high if open_ends else low <= found <= high):
            raise ValueError(f"应在{low}与{high}之间，现为{value}")
        return int(found) if whole else found

    return read


def flag(value: object) -> bool:
    """A truth value, also as JSON writes it or in Chinese."""
    value = plain(value)
    told = {"是": True, "true": True, "否": False, "false": False}
    found = told.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError(f"“{value}”应写成 true 这样的值（或写是、否）")
    return found


def _unpacked(value: object, openings: str) -> object:
    """What a text holds that is written as a list or mapping, in JSON or as Python prints it; other values as they are."""
    value = plain(value)
    if isinstance(value, str) and value.strip().startswith(tuple(openings)):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(value.strip())
            except (ValueError, SyntaxError):
                continue
    return value


def _shown(value: object) -> str:
    """A value as a message shows it, the same whatever entrance it came through."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple | dict) else str(value)


def _names(value: object) -> tuple[str, ...]:
    value = _unpacked(value, "[({")
    if isinstance(value, str) and not value.strip().startswith(("[", "{")):
        value = [part.strip() for part in PARTS.split(value) if part.strip()]
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list | tuple | set | frozenset) or not all(
        isinstance(part, str | int) and not isinstance(part, bool) for part in value
    ):
        raise ValueError(f'“{_shown(value)}”不是编号的列表，应写成 ["甲", "乙"] 这样的值，或留空为 []')
    parts = (str(part).strip() for part in value)
    return tuple(dict.fromkeys(filter(None, sorted(parts) if isinstance(value, set | frozenset) else parts)))


def _mapping(value: object) -> dict[str, str]:
    value = _unpacked(value, "{[")
    if not isinstance(value, Mapping) or not all(
        isinstance(text, str) for pair in value.items() for text in pair
    ):
        raise ValueError(f'“{_shown(value)}”应写成 {{"名称": "选项"}} 这样的值，或留空为 {{}}')
    return dict(value)


class Place:
    """Marks a parameter that names a file or a folder."""


Text = Annotated[str, BeforeValidator(_text)]
Path = Annotated[str, BeforeValidator(_text), Place()]
Day = Annotated[
    dt.date | None, BeforeValidator(day), PlainSerializer(lambda day: day.isoformat() if day else "")
]
Flag = Annotated[bool, BeforeValidator(flag)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names), PlainSerializer(list)]
Mapped = Annotated[dict[str, str], BeforeValidator(_mapping)]
