"""The evaluator's answers to the intake's questions, and the checks that were switched off with a reason.

An answer is about one cell with one value. It survives collecting again, and lapses with a notice when the cell
it was about has changed, or now belongs to another row or column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from kepu_eval.returns.cells import NOTHING_HERE, parse_date, parse_number, tidy

SAME, SEPARATE = "是同一活动", "不是同一活动"
YES, NO = "是", "否"
COUNT, LEAVE_OUT, AS_REPORTED, NOT_APPLICABLE = "计入", "不计入", "按原数", "不适用"
GONE = "已撤并"
WITHDRAWN = "撤回"
VERIFIED, KNOWN = "认可", "已核实"
SWITCHED_OFF = "核对已关闭："
MECHANISM_COLUMNS = ["mechanism", "state", "basis", "note", "file", "sheet", "cell"]
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
    "C09": ("以表内为准",),
    "C12": (YES, NO),
    "C14": (YES, NO),
    "C15": (COUNT, LEAVE_OUT),
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
}
NUMBER_WORDS = (AS_REPORTED, LEAVE_OUT, NOT_APPLICABLE)
_DATES = ("C42", "C43")
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
}

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Decision:
    """One answer: about which value, what, by whom and when; ``item``: of what (empty: exported before that was told)."""

    value: str
    answer: str
    by: str = ""
    on: str = ""
    item: str = ""

    def about(self, finding: Mapping[str, object]) -> bool:
        """Whether the finding is still the one that was answered."""
        return self.value == tidy(finding["value"]) and self.item in ("", str(finding["item"]))


@dataclass(frozen=True)
class Decisions:
    """Answers by :func:`key_of`, the office's record of the mechanisms, checks switched off with their reasons.

    ``exceptions``: one row an accepted exception; ``target`` is an indicator's id or a task's (``T06``), the two dates
    are ISO and both belong to its validity.
    """

    answers: Mapping[Key, Decision] = field(default_factory=dict)
    mechanisms: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MECHANISM_COLUMNS))
    off: Mapping[str, str] = field(default_factory=dict)
    exceptions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EXCEPTION_COLUMNS))

    @staticmethod
    def none() -> Decisions:
        """No answers at all."""
        return Decisions()

    def answer(self, unit: str, sheet: str, cell: str, code: str) -> str:
        """The answer to one question, whatever the value; empty when there is none."""
        found = self.answers.get((unit, sheet, cell, code))
        return found.answer if found else ""

    def about(self, finding: Mapping[str, object]) -> Decision | None:
        """The decision on a finding, if it is still about the value that is there."""
        found = self.answers.get(key_of(finding))
        return found if found and found.answer != WITHDRAWN and found.about(finding) else None

    def lapsed(self, finding: Mapping[str, object]) -> Decision | None:
        """The decision on a cell that says something else since."""
        found = self.answers.get(key_of(finding))
        return found if found and not found.about(finding) else None


def key_of(finding: Mapping[str, object]) -> Key:
    """What a question is told by: unit (a file without a known unit: its name), sheet, cell and rule."""
    return (
        str(finding["unit"] or finding["file"]),
        str(finding["sheet"]),
        str(finding["cell"]),
        str(finding["code"]),
    )


def choices(finding: Mapping[str, object]) -> tuple[str, ...]:
    """Answers that offer themselves for a question: its candidates, then the words of its rule."""
    words = WORDS.get(str(finding["code"]), () if finding["code"] in _DATES else NUMBER_WORDS)
    return tuple(dict.fromkeys((*finding["candidates"], *words)))


def acceptable(answer: str, finding: Mapping[str, object]) -> bool:
    """Whether an answer can be used for a question: one of its choices, or a number or day where that is asked."""
    code = str(finding["code"])
    if answer == WITHDRAWN or answer in choices(finding):
        return True
    if code in _DATES:
        return parse_date(answer).counted
    return code not in WORDS and parse_number(answer, integer=False).state == "accepted"


def expected(finding: Mapping[str, object]) -> str:
    """What may be answered, in words."""
    code = str(finding["code"])
    form = [FORMS[1]] if code in _DATES else [] if code in WORDS else [FORMS[0]]
    return "、".join([*form, *choices(finding)])
