"""One cell: what it says, and which of the four outcomes that makes it. Pure functions, no I/O.

Rules: never guess a number; missing is not zero; one sensible reading is accepted (with a note when the cell was
tidied), two are a question, none is a rejection. Codes are those of the intake's list of bad inputs.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from kepu_eval.number_text import number_text
from kepu_eval.returns.wording import MEASURES, bare_figure, worked_out
from kepu_eval.safe_text import INVISIBLE, tidy

State = Literal["accepted", "note", "question", "rejected", "missing"]


@dataclass(frozen=True)
class Parsed:
    """Outcome of one cell. ``message`` completes “D8“约300人””; ``remedy`` says what to do.

    ``value`` is a number, a day or text, by what was read, or ``None``. ``candidate`` is what a question's value would
    be if it were taken as written; it counts only once a person says so.
    """

    state: State
    value: Any = None
    code: str = ""
    message: str = ""
    remedy: str = ""
    candidate: float | None = None

    @property
    def counted(self) -> bool:
        """Whether the value may be used."""
        return self.state in ("accepted", "note")


_NUMBER = r"\d+(?:\.\d+)?"
_PLAIN = re.compile(_NUMBER)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SUM = re.compile(rf"{_NUMBER}(?:[+＋]{_NUMBER})+")
_RANGE = re.compile(rf"{_NUMBER}\s*(?:-|—|–|~|～|至|到)\s*{_NUMBER}\D*")
_VAGUE = re.compile(r"约|大约|近|左右|上下|不足|不到|超过|余|多|来|几|数十|数百|数千|以上|若干|±|>|<|≥|≤")
_SCALED = re.compile(rf"({_NUMBER})\s*([百千万亿])(\D*)")
_MIXED = re.compile(r"^(\d+)万零?(\d{3,4})(?!\d)")  # 1万856; 1万8 would be 18000
_WITH_UNIT = re.compile(rf"({_NUMBER}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?)([^\d.,]+)")
_HAN = re.compile(r"([零〇一二两三四五六七八九十百千万亿]+)(\D*)")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬", "一二三四五六七八九十百千万")
_ONE, _ZERO = "[一二两三四五六七八九]", "[零〇]?"
_BELOW_TEN_THOUSAND = rf"(?=[^万亿])(?:{_ONE}千)?(?:{_ZERO}{_ONE}百)?(?:{_ZERO}{_ONE}?十)?(?:{_ZERO}{_ONE})?"
# Neither 两三百 (two or three hundred) nor 一五〇 (digits in a row): in both each digit does not have its scale.
_WELL_FORMED = re.compile(
    rf"[零〇]|(?:{_BELOW_TEN_THOUSAND}亿)?(?:{_BELOW_TEN_THOUSAND}万)?(?:{_BELOW_TEN_THOUSAND})?"
)
SCALES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_COLLOQUIAL = re.compile(
    r".*[百千万亿][一二两三四五六七八九](?![十百千万亿]).*"
)  # 三百五 is 350 to some and 305 to others
_UNIT_WORDS = re.compile(r"[^A-Za-z十百千万亿]*")  # 2.5W and 30O do not mean 2.5 and 30
_LONGEST = 40
_ONE_BY_ONE = re.compile(r"\d(?: \d)+")  # 1 2 5 7 is a number; 300 320 may be two
_SAME_UNIT = {"名": "人", "位": "人", "场": "次", "场次": "次"}
_IN_BRACKETS = re.compile(r"[(\[](\D*)[)\]]")
NOTHING_HERE = "无此项"
"""The template's word for a contributor that has nothing to report of an indicator: a true zero, unlike a blank."""
_NOTHING = re.compile(
    r"(?:本单位|我单位|我局|本局)?(?:无|没有|不涉及|未涉及|不承担)(?:(?:[此该这]项?)(?:工作|业务|内容|指标|任务|职能)?|相关(?:工作|业务|职能|任务))"
)
_NONE = {"无", "没有", "暂无", "不适用", "N/A", "NA", "n/a", "/", "\\"}
_NO_DATA = {
    "暂无数据",
    "无数据",
    "没有数据",
    "无此数据",
    "暂无统计",
    "未统计",
    "数据缺失",
    "缺失",
    "无统计数据",
    "数据不详",
}
_DASHES = {"-", "—", "–", "--", "——", "－"}


def parse_number(
    raw: Any, *, unit: str = "", integer: bool = True, required: bool = False, target: float | None = None,
    title: str = "", labels: str = "",
) -> Parsed:  # fmt: skip
    """A count or a percentage.

    ``unit`` is what the template asks for, ``integer`` whether fractions are impossible, ``target`` a value on
    which a rounded figure such as 2.5万 must not decide; ``title`` of the column and ``labels`` of the row, see
    :func:`~kepu_eval.returns.wording.bare_figure`.
    """
    if (
        raw is None
        or (isinstance(raw, float) and math.isnan(raw))
        or (isinstance(raw, str) and not tidy(raw))
    ):
        if required:
            return Parsed(
                "rejected", None, "C30", "必填未填", "请填写；确实为零填0，没有数据请在说明栏写明原因"
            )
        return Parsed("missing", None, "C31", "未填，按缺失处理，不作零", "")
    if isinstance(raw, bool):
        return Parsed("rejected", None, "X01", "不是数字", "请填数字")
    if isinstance(raw, dt.date | dt.time | dt.timedelta):
        return Parsed("rejected", None, "C39", "显示为日期，疑为次数或区间", "请把单元格改为数字格式后重填")
    if isinstance(raw, int | float):
        return _bounded(float(raw), unit, integer, Parsed("accepted", float(raw)))
    return _parse_text(raw, unit, integer, target, title, labels)


def _parse_text(raw: str, unit: str, integer: bool, target: float | None, title: str, labels: str) -> Parsed:
    text = _MIXED.sub(lambda found: str(int(found[1]) * SCALES["万"] + int(found[2])), tidy(raw))
    if len(text) <= _LONGEST and not _PLAIN.fullmatch(text):
        text = bare_figure(worked_out(text), title, labels)
    refused = _unanswerable(text)
    if refused:
        return refused
    if len(text) > _LONGEST or any(unicodedata.category(char) == "No" for char in raw):
        return Parsed("rejected", None, "X01", "无法读作数字", "请只填数字")  # 300① is not 3001
    if _ONE_BY_ONE.fullmatch(text):
        value = float(text.replace(" ", ""))
        return _bounded(value, unit, integer, Parsed("note", value, "C24", "已去除数字间的空格"))
    if _PLAIN.fullmatch(text):
        note = Parsed("accepted", float(text)) if text == raw else _noted(float(text), raw)
        return _bounded(float(text), unit, integer, note)
    if _THOUSANDS.fullmatch(text):
        value = float(text.replace(",", ""))
        return _bounded(value, unit, integer, Parsed("note", value, "C24", "已去除千分位"))
    if text.endswith("%") and _PLAIN.fullmatch(text[:-1]):
        if unit != "%":
            return Parsed(
                "question", None, "C26", f"为百分数，本项按“{unit or '个数'}”填", "请填个数，不填百分数"
            )
        return _bounded(
            float(text[:-1]), unit, integer, Parsed("note", float(text[:-1]), "C34", "已去百分号")
        )
    if _SUM.fullmatch(text):
        total = sum(float(part) for part in re.split("[+＋]", text))
        return Parsed(
            "question", None, "C38", "是算式，系统不代为求和", "请填合计数，并在说明栏写明构成", total
        )
    if _RANGE.fullmatch(text):
        return Parsed("question", None, "C20", "是区间", "请填实际数")
    if _VAGUE.search(text):
        code = "C27" if _HAN.match(text) else "C21" if re.search("[余多来]", text) else "C20"
        plain = (
            _parse_text(_VAGUE.sub("", text), unit, integer, None, "", "")
            if code != "C27"
            else Parsed("missing")
        )
        candidate = plain.value if plain.counted else plain.candidate
        return Parsed("question", None, code, "是概数", "请填实际数", candidate)
    return _with_words(text, unit, integer, target)


def _unanswerable(text: str) -> Parsed | None:
    """Error values and the marks that mean either none or not applicable."""
    if text.startswith("#") or text in ("Err:502", "#N/A"):
        return Parsed("rejected", None, "C18", "是公式错误值", "请修正公式或改填数值")
    if text in _NONE:
        return Parsed("question", None, "C28", "含义不明", "请选：0（没有开展）、不适用、暂无数据")
    if without_data(text):
        return Parsed("question", None, "C28", "没有写明原因", "请在“说明”栏写明没有数据的原因；没有开展填0")
    if text in _DASHES:
        return Parsed(
            "question", None, "C29", "含义不明，按惯例是“不适用”", "请确认：0（没有开展）、不适用、暂无数据"
        )
    return None


def nothing_here(text: str) -> bool:
    """Whether a cell says, in the template's word or another, that the unit has nothing to report of an indicator."""
    return bool(_NOTHING.fullmatch(tidy(text).strip('“”"。.')))


def without_data(text: str) -> bool:
    """Whether a cell says in words that there are no data."""
    return text.removeprefix("本单位").removesuffix("。") in _NO_DATA


def _with_words(text: str, unit: str, integer: bool, target: float | None) -> Parsed:
    """Numbers with 万 or a unit behind them, and numbers written in words."""
    scaled = _SCALED.fullmatch(text)
    if scaled:
        number, scale, words = scaled.groups()
        value = round(float(number) * SCALES[scale], 6)
        digits = len(number.partition(".")[2])
        half = SCALES[scale] / 10**digits / 2
        if target is not None and value - half <= target < value + half:
            return Parsed(
                "question",
                None,
                "C22",
                f"按{number_text(value)}计恰在目标值上下，舍入前可能未达",
                "请报精确数",
                value,
            )
        return _in_unit(
            value, words, unit, integer, Parsed("note", value, "C22", f"已按{number_text(value)}读取")
        )
    with_unit = _WITH_UNIT.fullmatch(text)
    if with_unit:
        value = float(with_unit[1].replace(",", ""))
        return _in_unit(value, with_unit[2], unit, integer, Parsed("note", value, "C25", "已去除单位文字"))
    han = _HAN.fullmatch(text.translate(_FORMAL))
    if han and (_COLLOQUIAL.fullmatch(text) or not _WELL_FORMED.fullmatch(han[1])):
        return Parsed("question", None, "C27", "有两种读法", "请用阿拉伯数字填实际数")
    if han:
        value = float(han_number(han[1]))
        return _in_unit(
            value,
            han[2],
            unit,
            integer,
            Parsed("note", value, "C25", f"中文数字已按{number_text(value)}读取"),
        )
    return Parsed("rejected", None, "X01", "无法读作数字", "请只填数字")


def _in_unit(value: float, words: str, unit: str, integer: bool, note: Parsed) -> Parsed:
    words = words.strip()
    words = bare[1] if (bare := _IN_BRACKETS.fullmatch(words)) else words
    same = words == f"个{unit}" or _SAME_UNIT.get(words) == unit or (not unit and words in MEASURES)
    words = unit if same or (not value and words in MEASURES | {"人次"}) else words
    if words and words != unit:
        return Parsed(
            "question",
            None,
            "C26",
            f"单位为“{words}”，本项按“{unit or '无单位'}”",
            f"请按“{unit or '个数'}”填数",
            value if _UNIT_WORDS.fullmatch(words) else None,
        )
    return _bounded(value, unit, integer, note)


def _noted(value: float, raw: str) -> Parsed:
    if any(unicodedata.east_asian_width(c) == "F" and c.isdigit() for c in raw):
        return Parsed("note", value, "C23", "全角数字已转换")
    return (
        Parsed("note", value, "C37", "已清除空白、不可见字符、多余的符号或说明文字")
        if raw != raw.strip() or INVISIBLE.search(raw) or not _PLAIN.fullmatch(tidy(raw))
        else Parsed("accepted", value)
    )


def _bounded(value: float, unit: str, integer: bool, parsed: Parsed) -> Parsed:
    if value < 0 or not math.isfinite(value):
        return Parsed("rejected", None, "X02", "是负数" if value < 0 else "不是有限的数", "请核实后填写")
    if unit == "%" and value > 100:
        return Parsed("rejected", None, "C35", "大于100%，疑按人次计", "参与人数应去重且不大于总数")
    if integer and unit != "%" and not value.is_integer():
        return Parsed("rejected", None, "C33", f"不是整数，{unit or '个数'}须为整数", "请核实后填整数")
    return parsed


def han_number(text: str) -> int:
    """``三百二十`` → 320, ``两千`` → 2000, ``一万零五`` → 10005."""
    digits = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    whole = section = digit = 0
    for char in text:
        if char in digits:
            digit = digits[char]
        elif char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            whole = (whole + section + digit) * SCALES[char]
            section = digit = 0
    return whole + section + digit


def counted(written: str) -> int:
    """A whole number in digits or in Chinese characters."""
    return int(written) if written.isdigit() else han_number(written)


_TRADITIONAL = str.maketrans(
    "團區委黨組織傳統戰網財務農業衛發環應聯會婦協體廣電視遊館場監質總離幹療醫殘計劃門開關鎮鄉辦處園氣國資規設災審教機構員職廠礦鐵車產業畜獸種糧證書報紙",
    "团区委党组织传统战网财务农业卫发环应联会妇协体广电视游馆场监质总离干疗医残计划门开关镇乡办处园气国资规设灾审教机构员职厂矿铁车产业畜兽种粮证书报纸",
)


def simplified(text: str) -> str:
    """Traditional characters that occur in names of offices, in their simplified form."""
    return text.translate(_TRADITIONAL)
