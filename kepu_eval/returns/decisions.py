"""The evaluator's answers to the intake's questions, and the checks that were switched off with a reason.

An answer is about one cell with one value. It survives collecting again, goes with its row where that moved, and
lapses with a notice when what it was about has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kepu_eval.returns.cells import NOTHING_HERE, parse_number, tidy
from kepu_eval.returns.days import parse_date

SAME, SEPARATE = "是同一活动", "不是同一活动"
YES, NO = "是", "否"
COUNT, LEAVE_OUT, AS_REPORTED, NOT_APPLICABLE = "计入", "不计入", "按原数", "不适用"
NO_DATA = "暂无数据"
WITHDRAWN, ACCEPT = "撤回", "采纳单位更正"
INSIDE = "以表内为准"
GONE = "已撤并"
VERIFIED, KNOWN = "认可", "已核实"
SWITCHED_OFF = "核对已关闭："
MECHANISM_COLUMNS = ["mechanism", "state", "basis", "note", "file", "sheet", "cell"]
RECORD_COLUMNS = ["item", "unit", "state", "basis", "note", "file", "sheet", "cell"]
EXCEPTION_COLUMNS = [
    "target",
    "reason",
    "approver",
    "document",
    "valid_from",
    "valid_until",
    "file",
    "sheet",
    "cell",
]

WORDS: dict[str, tuple[str, ...]] = {
    "C08": (),
    "C09": (INSIDE,),
    "C12": (YES, NO),
    "C14": (YES, NO),
    "C15": (COUNT, LEAVE_OUT),
    "C16": (KNOWN,),
    "C17": (KNOWN,),
    "C48": (),
    "C49": ("移送", LEAVE_OUT),
    "C52": (YES, NO),
    "C54": (SAME, SEPARATE),
    "C57": (VERIFIED, "不认可"),
    "C58": ("是同一材料", "不是同一材料"),
    "C62": (),
    "X03": (LEAVE_OUT,),
    "X10": (NOTHING_HERE,),
    "X12": (),
    "X13": (GONE,),
    "X18": (COUNT, LEAVE_OUT),
    "X19": (),
    "X20": (KNOWN,),
    "X24": (KNOWN,),
    "X25": (KNOWN,),
    "X27": (SAME, SEPARATE),
    "X28": (KNOWN,),
    "X33": (KNOWN,),
    "X34": (KNOWN,),
    "X35": (KNOWN,),
    "X36": (KNOWN,),
    "X37": (KNOWN,),
    "X41": (COUNT, LEAVE_OUT),
    "X42": (KNOWN,),
    "X43": (KNOWN,),
}
NUMBER_WORDS = (AS_REPORTED, LEAVE_OUT, NOT_APPLICABLE, NO_DATA)
DATES = ("C42", "C43", "C45", "X32")
_HAVE_A_READING = (
    "C20",
    "C21",
    "C22",
    "C26",
    "C27",
    "C28",
    "C29",
    "C38",
)  # as written only when a candidate says what
_NEVER_READ = ("C60",)  # personal data: the row was not read, so there is nothing to settle
FORMS = ("数字", "具体日期")

SWITCHABLE = {
    "C17": "合计与各行之和",
    "C34": "百分数口径一致",
    "C35": "参与人数不大于总人数",
    "C36": "其中数不大于总数",
    "C40": "较上年突增10倍",
    "C41": "各年填同一数",
    "C46": "存量较上期减少",
    "C49": "填报了其他单位的任务",
    "C51": "牵头单位未报而责任单位已报",
    "C53": "各成员单位任务的报送率",
    "C54": "不同单位的同一活动",
    "C55": "同一活动引用于几项任务",
    "C58": "同一附件用作两份佐证",
    "X05": "当年数疑为累计数",
    "X06": "存量疑为各年相加",
    "X11": "指标数据各行有佐证",
    "X14": "与其他学校相差十倍以上",
    "X16": "一年的数与其他各年相差悬殊",
    "X17": "学校的数与本校其他期、与其他学校相差悬殊",
    "X18": "同一学校列了两行",
    "X19": "有无、运行情况与进展说明不一致",
    "X20": "自评与所填内容不一致",
    "X21": "活动参与人次为0或未填",
    "X22": "指标数与说明中的数不一致",
    "X23": "指标数与活动台账不一致",
    "X24": "与其他单位所报雷同",
    "X25": "佐证编号重复或引用不一致",
    "X26": "活动没有任务号，列在其他单位的任务下，或名称、佐证是另一任务的",
    "X27": "同一活动列报两次",
    "X29": "与上一轮已报数不一致",
    "X30": "凑整、贴近目标的数",
    "X31": "活动人次远多于同类活动，或与名称中的人数不同",
    "X32": "活动日期未填，或与名称中的年份、月份不一致",
    "X28": "校名与学校类型、名册不符",
    "X33": "进展说明中的数与指标数、活动台账不一致",
    "X34": "文字中的日期不在本轮期间内",
    "X35": "文字自相矛盾，或数大得不合常理",
    "X36": "同一段文字用于多行",
    "X37": "文字写的是其他单位",
    "X38": "规模数与文字不一致",
    "X39": "与另一行、以前年份的数完全相同",
    "X40": "与其他单位同一事项的数相差悬殊",
    "X41": "活动由其他单位主办、在其他地区、没有举办或没有名称",
    "X42": "进展说明与承诺错行",
    "X43": "封面日期与本轮不符",
    "X44": "范围较小的一行多于范围较大的一行",
}

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Decision:
    """One answer: about which value, what, by whom and when; ``item``: of what (empty: exported before that was told).

    ``source``: the slip and its cell where a unit's own correction was accepted.
    """

    value: str
    answer: str
    by: str = ""
    on: str = ""
    item: str = ""
    source: str = ""

    def about(self, field: Mapping[str, object]) -> bool:
        """Whether an answer field is still the one that was answered, or says by now what was answered."""
        value = tidy(field["value"])
        known = value == self.value or tidy(field.get("span", "")) == self.value != "" or self._says(value)
        return known and self.item in ("", str(field["item"]))

    def _says(self, value: str) -> bool:
        told, answer = parse_number(value, integer=False), parse_number(self.answer, integer=False)
        return told.counted and answer.counted and told.value == answer.value

    @property
    def shown(self) -> str:
        """The answer with where it came from."""
        return f"{self.answer}（单位更正：{self.source}）" if self.source else self.answer


@dataclass(frozen=True)
class Decisions:
    """Answers by :func:`key_of`, the office's record of the mechanisms, checks switched off with their reasons.

    ``exceptions``: one row an accepted exception; ``target`` is an indicator's id or a task's (``T06``), the two dates
    are ISO and both belong to its validity. ``record``: what else the office knows, one row a duty of a phase (``unit``
    empty) or a mechanism of a unit; ``state`` is 有 or 无. ``sha256``: of the workbook they were read from, if from one.
    """

    answers: Mapping[Key, Decision] = field(default_factory=dict)
    mechanisms: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MECHANISM_COLUMNS))
    off: Mapping[str, str] = field(default_factory=dict)
    exceptions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EXCEPTION_COLUMNS))
    record: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=RECORD_COLUMNS))
    sha256: str = ""

    @staticmethod
    def none() -> Decisions:
        """No answers at all."""
        return Decisions()

    def about(self, field: Mapping[str, object]) -> Decision | None:
        """The decision on an answer field, if it is still about the value that is there.

        A word that once answered for several cells at a time still answers for each of them; a number never did.
        """
        found = self.answers.get(key_of(field))
        if found and found.answer != WITHDRAWN and found.about(field):
            return found
        whole = self.answers.get(key_of({**field, "cell": field.get("first", "")}))
        words = whole and whole.value == tidy(field["span"]) and whole.answer in NUMBER_WORDS
        return whole if words else None

    def lapsed(self, field: Mapping[str, object]) -> Decision | None:
        """The decision on a cell that says something else since."""
        found = self.answers.get(key_of(field))
        return found if found and found.answer != WITHDRAWN and not found.about(field) else None


def fields_of(finding: Mapping[str, object]) -> list[dict]:
    """The answer fields of a question: itself, or one for each cell that it asks about, with that cell's own value."""
    several = finding.get("fields")
    if not isinstance(several, tuple) or not several:
        return [dict(finding)]
    return [
        {
            **finding,
            "cell": cell,
            "item": item,
            "value": value,
            "span": finding["value"],
            "first": finding["cell"],
        }
        for cell, item, value in several
    ]


def answerable(finding: Mapping[str, object]) -> bool:
    """Whether the evaluator can settle a finding: every question, and a rejection of something that was read."""
    if finding["severity"] == "rejected":
        return bool(finding["cell"]) and finding["code"] not in _NEVER_READ
    return finding["severity"] == "question"


def key_of(finding: Mapping[str, object]) -> Key:
    """What a question is told by: unit (a file without a known unit: its name), sheet, cell and rule."""
    return (
        str(finding["unit"] or finding["file"]),
        str(finding["sheet"]),
        str(finding["cell"]),
        str(finding["code"]),
    )


def choices(finding: Mapping[str, Any]) -> tuple[str, ...]:
    """Answers that offer themselves for a question: its candidates, then the words of its rule.

    What was sent back as impossible, or has no reading (“/”), can't be taken as reported.
    """
    code = str(finding["code"])
    words = WORDS.get(code, () if code in DATES else NUMBER_WORDS)
    if finding["severity"] == "rejected" or (code in _HAVE_A_READING and not finding["candidates"]):
        words = tuple(word for word in words if word != AS_REPORTED)
    return tuple(dict.fromkeys((*finding["candidates"], *words)))


def acceptable(answer: str, finding: Mapping[str, object]) -> bool:
    """Whether an answer can be used for a question: one of its choices, or a number or day where that is asked."""
    if answer == WITHDRAWN or answer in choices(finding):
        return True
    form = _form(finding)
    if form == FORMS[1]:
        return parse_date(answer).counted
    return form == FORMS[0] and parse_number(answer, integer=False).counted


def _form(finding: Mapping[str, object]) -> str:
    """What is asked for: a number, a day, or one of the choices."""
    code = str(finding["code"])
    if code in DATES:
        return FORMS[1]
    chosen = code in WORDS or (code == "C30" and finding["candidates"])
    return "" if chosen else FORMS[0]


def expected(finding: Mapping[str, object]) -> str:
    """What may be answered, in words."""
    return "、".join(filter(None, (_form(finding), *choices(finding))))
