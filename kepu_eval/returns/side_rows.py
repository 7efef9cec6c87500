"""What stands among a table's rows and is none of them: totals, notes, signatures, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kepu_eval.returns.days import parse_date

_TOTAL = re.compile(
    r"(?:.{0,12}(?:合计|小计|总计)|共\d+(?:[场次个项期所份人条件家]|人次)|(?:以上.{0,6}|全[区县旗市]|各校|本页)?(?:共计|累计|总数))(?:\d.{0,20}|[:(].*)?"
)
_REMARK = re.compile(
    r"[(\[*※]*(?:[备附]?注(?:意|释)?\d*(?=[:：、.)\]]|$)|(?:填[表报]|统计|补充)?说明\d*(?=[:：、.)\]]|$)"
    r"|(?:填[表报]|制表|审核|复核|经办|联系|负责|分管|主管|单位负责)(?:人员?|领导)?(?:签[字名])?(?=[:：(]|$)"
    r"|(?:报送|填[报表])(?:日期|时间|单位)(?:[(]章[)])?(?=[:：(]|$)|(?:单位)?[(]?(?:盖章|公章)|以下(?:空白|无)|以上(?:数据|情况|内容|均|.{0,8}共)"
    r"|[一二三四五六七八九十]{1,3}[、.．]|[(][一二三四五六七八九十]{1,3}[)])"
    r"|[^\d()\[\]]{1,12}[(\[](?:共|计|合计)?\d+[所个家场期项次名人][)\]]$"
)
_SEALED = re.compile(r".{2,20}[(](?:盖章|公章|章|加盖公章)[)]|.{0,12}第\d+页.{0,8}")
_ASIDE = re.compile(r"平均(?:数|值)?|均值|其中[:].{0,20}|占比|比例|增长率?|同比")
_TOTAL_WORDS = ("计", "总", "共")


def may_be_total(text: str) -> bool:
    """A quick look, since every row is looked at."""
    return any(word in text for word in _TOTAL_WORDS)


def is_total(text: str) -> bool:
    """Whether a tidied text calls its row a total of the rows above."""
    return bool(_TOTAL.fullmatch(text.replace(" ", "")))


def is_remark(text: str) -> bool:
    """Whether a row that begins with a tidied text, and holds little else, is a note, a signature or a heading."""
    return bool(_REMARK.match(text) or _SEALED.fullmatch(text))


def is_aside(text: str) -> bool:
    """Whether a row that begins with a tidied text says something about the rows above, whatever numbers it holds."""
    return bool(_ASIDE.fullmatch(text))


def all_signed(texts: Sequence[str]) -> bool:
    """Whether everything in a row is a note, a signature or the day of one."""
    return any(map(is_remark, texts)) and all(is_remark(text) or parse_date(text).counted for text in texts)
