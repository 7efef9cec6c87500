"""Text that came from outside: tidied for comparing, made safe for a spreadsheet cell or an XML document."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

# Characters that XML 1.0 forbids, those that turn the direction of text and so make it read as something else, and
# those without width, which part a name that looks whole.
_FORBIDDEN = re.compile(
    "[\u200b\u2060-\u2064\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]"
)


def plain_text(value: Any) -> Any:
    """A string without characters that XML forbids, that turn its direction or have no width; other values unchanged.

    Whoever writes it into a workbook must also store it as text, so that ``=HYPERLINK(…)`` stays text.
    """
    return _FORBIDDEN.sub("", value) if isinstance(value, str) else value


INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8 with or without its mark, else what Chinese Excel saves (GB18030); ``UnicodeDecodeError`` for neither."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def as_written(raw: object) -> str:
    """Text as a person wrote it, with its full-width punctuation, without invisible characters and outer spaces."""
    return "" if raw is None else INVISIBLE.sub("", str(raw)).strip()


_SPACE = re.compile(r"\s+")


def tidy(raw: object) -> str:
    """Text without invisible characters, full-width forms and superfluous spaces."""
    return "" if raw is None else _tidied(str(raw))


@lru_cache(maxsize=8192)  # labels and units repeat in every workbook of a round
def _tidied(text: str) -> str:
    return _SPACE.sub(" ", INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).strip()


_MARKS = re.compile(r"[(\[][^)\]]*[)\]]|[*★●※:·\s]")
_PERIOD_BEHIND = re.compile(r"^(\D+)[(\[](20\d{2}.*(?:春|秋|学期|学年度?|年))[)\]]$")
_PERIOD_BEFORE = re.compile(r"^(20\d{2}.{0,12}(?:春|秋|学期|学年度?))[(\[](\D{2,})[)\]]$")
_LONGEST_TITLE = 100
_YEAR = re.compile(
    r"(20\d{2}|\d{2}(?=年)|二[〇零○0][〇零○0一二三四五六七八九]{2}(?=年))(?:\.0)?年?度?"
    r"(?:全年|当年|本年)?(?:实际)?(?:完成|实绩|实现)?(?:数据?|值|量)?(?:/\D{1,4})?"
)
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


_TERMS = (
    (re.compile(r"(20\d{2})年?(?:度)?(春|秋)季?(?:学期)?"), r"\1\2"),
    (re.compile(r"(20\d{2})年?[-—–~至](20\d{2})(?:学年度?|(?=[^\d年]))"), r"\1—\2学年"),
    (re.compile(r"^下一?步(?:工作)?(?:措施|打算|计划|安排|举措|思路)?$"), "下一步措施"),
    (re.compile(r"^(?:对应|相关|所属)(?=[\u4e00-\u9fff]{2})"), ""),
    (re.compile(r"(?<=[\u4e00-\u9fff])[编序]号"), "号"),
    (re.compile(r"学生|类别|状况"), lambda found: {"学生": "生", "类别": "类型", "状况": "情况"}[found[0]]),
    (re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:次数|人数|数)$"), ""),
)


@lru_cache(maxsize=4096)
def plain_title(title: str) -> str:
    """A tidied title as one of several ways to say the same: without remarks in brackets, marks, spaces and line breaks.

    A year however it is written; 2021年春季学期讲座（次） and 讲座次数（2021春） are 2021春 讲座次数, 对应任务编号 is 任务号.
    """
    if len(title) > _LONGEST_TITLE:
        return title
    text = _MARKS.sub("", _PERIOD_BEFORE.sub(r"\1\2", _PERIOD_BEHIND.sub(r"\2\1", title)))
    year = _YEAR.fullmatch(text)
    if year:
        return f"20{year[1].translate(_DIGITS)[-2:]}年"
    for pattern, plain in _TERMS:
        text = pattern.sub(plain, text)
    return text


def half_widths(text: str) -> int:
    """Width in half-width characters: Chinese ones count double."""
    return len(text) if text.isascii() else sum(2 if ord(c) > 0x2E80 else 1 for c in text)


_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)}


def name_written(raw: object) -> str:
    """A name as it was written, each character kept (①, Ⅲ, ㎡, full width), without what is invisible."""
    return _SPACE.sub(" ", as_written(raw))


def name_key(raw: object) -> str:
    """By which a name is the same: width does not matter, but 第①小学 is not 第1小学."""
    return name_written(raw).translate(_WIDTH)


_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]) *(?:\..*)?", re.IGNORECASE)
_LONGEST_NAME = 60


def is_device(name: str) -> bool:
    """Whether a file of this name would be a device on Windows, such as ``con``, ``AUX.xlsx`` or ``nul .tar.gz``."""
    return bool(_DEVICES.fullmatch(name))


def file_name_problem(name: str) -> str:
    """Why a name must not become a file's name, on any system, in Chinese; empty when it may."""
    if found := _NOT_IN_FILE_NAMES.search(name):
        return f"含有“{found[0]}”" if found[0].isprintable() else "含有控制字符"
    if not name or name.strip(" .~") != name or name != plain_text(name):
        return "为空，或首尾有空格、点、波浪号，或有不可见的字符"
    if is_device(name) or len(name) > _LONGEST_NAME:
        return f"是系统保留的名称，或超过{_LONGEST_NAME}字"
    return ""
