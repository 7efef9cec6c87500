"""Which column of a list holds what: header words as offices write them, each with how surely it says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kepu_eval.plan.importing.sources import Cell

_WORDS: dict[str, dict[str, int]] = {
    "number": {"序号": 10, "编号": 8, "任务编号": 9, "项目编号": 8, "任务序号": 9, "No": 7, "号": 5},
    "programme": {
        "五大行动五大工程": 10, "行动": 6, "工程": 6, "行动或工程": 10, "重点行动": 9, "重点工程": 9, "专项行动": 8, "行动名称": 8,
        "工程名称": 8, "领域": 8, "重点领域": 8, "类别": 7, "任务类别": 8, "指标类别": 8, "板块": 7, "方面": 6, "分类": 7, "一级指标": 8,
        "工作类别": 8, "任务分类": 8, "目标类别": 8, "章节": 5, "维度": 6, "大类": 7,
    },
    "title": {
        "主要任务": 10, "重点任务": 10, "工作任务": 10, "任务名称": 10, "任务": 8, "任务事项": 9, "指标名称": 10, "主要指标": 9, "指标": 7,
        "主要目标": 9, "目标任务": 9, "重点工作": 8, "工作事项": 9, "项目名称": 8, "重点项目": 7, "事项": 6, "任务项目": 8, "二级指标": 8,
        "工作目标": 7, "具体指标": 8, "监测指标": 8, "目标": 4, "重点事项": 8, "主要工作": 7, "项目": 5, "任务内容": 7, "工作内容": 6,
        "任务清单": 7, "任务分解": 7, "任务措施": 6, "分工任务": 8, "主要工作任务": 9, "重点工作任务": 9, "主要任务和措施": 7,
    },
    "measure": {
        "具体措施": 10, "主要措施": 10, "工作措施": 10, "工作举措": 10, "主要举措": 10, "具体举措": 10, "重点举措": 9, "措施": 9, "举措": 9,
        "具体内容": 9, "主要内容": 9, "工作内容": 8, "具体任务": 8, "任务内容": 8, "工作要求": 8, "目标要求": 8, "任务要求": 8, "具体要求": 8,
        "内容": 6, "策略措施": 9, "具体工作": 8, "细化措施": 9, "具体目标": 7, "任务分解": 6, "工作目标": 6, "目标任务": 5, "完成目标": 6,
        "落实措施": 9, "重点措施": 9, "推进措施": 9,
    },
    "lead": {
        "牵头部门": 10, "牵头单位": 10, "牵头责任单位": 10, "主要责任单位": 10, "主责单位": 10, "主责部门": 10, "第一责任单位": 9, "牵头": 9,
        "主办单位": 8, "负责单位": 8, "负责部门": 8, "主要负责单位": 9, "主管部门": 6, "牵头科室": 7, "组织单位": 6, "牵头地区和部门": 9,
    },
    "responsible": {
        "责任单位": 9, "责任部门": 9, "配合单位": 10, "配合部门": 10, "协同单位": 9, "协办单位": 9, "参加单位": 9, "参与单位": 9,
        "参加部门": 9, "参与部门": 9, "落实单位": 8, "相关单位": 7, "支持单位": 7, "成员单位": 6, "协同部门": 9, "协作单位": 9, "实施单位": 8,
        "承办单位": 8, "责任主体": 8, "分工单位": 8, "联合单位": 7, "配合责任单位": 10, "其他责任单位": 9, "部门分工": 7, "任务分工": 6,
        "责任分工": 8, "职责分工": 7, "分工": 6, "分工安排": 7, "责任落实": 6, "责任科室": 7, "责任股室": 7, "落实部门": 8, "主体责任单位": 8,
    },
    "person": {
        "责任人": 10, "联系人": 10, "责任领导": 10, "分管领导": 10, "牵头领导": 10, "负责人": 10, "电话": 10, "联系电话": 10, "联系方式": 10,
        "联络员": 10, "包联领导": 10, "具体责任人": 10, "牵头县领导": 10, "牵头区领导": 10, "牵头市领导": 10, "县级领导": 10,
    },
    "unit": {"单位": 9, "计量单位": 10, "指标单位": 10, "数据单位": 9, "单位（计量）": 9},
    "baseline": {
        "基期": 9, "基期值": 10, "基准值": 10, "基线": 9, "基线值": 10, "基础值": 9, "现状": 8, "现状值": 10, "现值": 9, "基数": 8, "起始值": 8,
        "当前值": 8, "完成值": 6, "实绩": 7, "基准年": 8,
    },
    "target": {"目标值": 10, "规划目标": 9, "预期目标": 9, "指标值": 8, "目标数": 9, "任务数": 8, "规划值": 9, "终期目标": 9, "期末目标": 9,
               "规划目标值": 10, "数量": 4, "量化指标": 6, "指标目标": 8},
    "nature": {"属性": 9, "指标属性": 10, "指标性质": 10, "性质": 8, "指标类型": 8},
    "deadline": {"完成时限": 10, "时限": 9, "完成时间": 10, "时间进度": 8, "进度安排": 8, "时间节点": 8, "完成期限": 10, "推进时限": 8, "时间": 5,
                 "进度要求": 8, "实施时间": 8, "时间安排": 8, "起止时间": 8, "起止年限": 8},
    "remark": {"备注": 10, "说明": 8, "数据来源": 10, "来源": 7, "进展": 8, "进展情况": 9, "完成情况": 9, "依据": 7, "文件依据": 8, "数据来源部门": 9},
}  # fmt: skip
_YEAR = re.compile(r"^(?:到)?(20\d\d)年?(?:底|末|度)?[（(]?(.*?)[)）]?$")
_BASE = re.compile("基|现状|实际|实绩|完成|现值|已")
_SURE, _FAR = 6, 3


@dataclass
class Columns:
    """Columns of a table by role; ``years``: (column, year, whether it is a baseline). ``doubts``: Chinese questions."""

    roles: dict[str, list[int]] = field(default_factory=dict)
    years: list[tuple[int, int, bool]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    height: int = 1

    def first(self, role: str) -> int | None:
        """The column of a role; ``None`` when the table has none."""
        return self.roles[role][0] if self.roles.get(role) else None

    @property
    def usable(self) -> bool:
        """Whether the table says what is to be done and by whom, or what is to be reached."""
        by_whom = "lead" in self.roles or "responsible" in self.roles
        return "title" in self.roles and (by_whom or bool(self.years) or "target" in self.roles)


def plain(text: str) -> str:
    """A header without what layout puts into it: spaces, line breaks, colons."""
    return re.sub(r"[\s：:*＊]", "", text)


def score(text: str, role: str) -> int:
    """How surely a header names a role (0: it does not): its whole text, or else the longest word that it ends in or holds."""
    words, name = _WORDS[role], plain(text)
    short = re.sub(r"[（(].*?[)）]", "", name)
    if name in words or short in words:
        return words.get(name, 0) or words[short]
    if len(short) > 12:
        return 0
    held = [(len(word), value) for word, value in words.items() if len(word) > 1 and word in short]
    if not held:
        return 0
    length, value = max(held)
    return value - 1 if short.endswith(max((w for w in words if w in short), key=len)) else value - _FAR if length > 2 else 0  # fmt: skip


def read_header(rows: Sequence[Sequence[Cell]], at: int) -> Columns | None:
    """Columns of the header that begins in row ``at``, which may be two rows high; ``None`` when there is none."""
    texts = [cell.text if cell.origin != "left" else "" for cell in rows[at]]
    if sum(bool(text) for text in texts) < 2 or any(len(plain(text)) > 24 for text in texts):
        return None
    found = _assigned([cell.text for cell in rows[at]], rows[at])
    below = rows[at + 1] if at + 1 < len(rows) else ()
    joined = sum(cell.origin == "above" for cell in below)
    if below and joined >= max(2, len(below) // 3) and any(c.origin == "left" and c.text for c in rows[at]):
        both = [
            cell.text if cell.origin == "above" or not cell.text else head.text + cell.text
            for head, cell in zip(rows[at], below, strict=True)
        ]
        sub = [cell.text or head.text for head, cell in zip(rows[at], below, strict=True)]
        found = _assigned(sub, below, both)
        found.height = 2
    return found if found.usable else None


def _assigned(texts: Sequence[str], cells: Sequence[Cell], whole: Sequence[str] = ()) -> Columns:
    columns = Columns()
    ranked = []
    for index, text in enumerate(texts):
        if not text or (cells[index].origin == "left" and not whole):
            continue
        year = _YEAR.match(plain(text))
        if year and len(plain(text)) <= 14:
            said = (whole[index] if whole else text) + year[2]
            columns.years.append((index, int(year[1]), bool(_BASE.search(said)) and "目标" not in said))
            continue
        both = whole[index] if whole else ""
        options = sorted(
            ((max(score(text, role), score(both, role) - 1), role) for role in _WORDS), reverse=True
        )
        if options[0][0] >= 4:
            ranked.append((options[0][0], -index, index, options))
    for _, _, index, options in sorted(ranked, reverse=True):
        _take(columns, index, texts[index], options)
    for role in columns.roles:
        columns.roles[role].sort()
    _balanced(columns)
    return columns


def _take(columns: Columns, index: int, text: str, options: list[tuple[int, str]]) -> None:
    """Give a column its best role that is still free; what several columns may share is shared."""
    shared = ("responsible", "measure", "person", "remark", "baseline", "target")
    for value, role in options:
        if value < 4:
            break
        if role not in columns.roles or role in shared:
            columns.roles.setdefault(role, []).append(index)
            if value < _SURE:
                columns.doubts.append(f"表头“{plain(text)}”按“{_NAMES[role]}”读取，请核对")
            return
    columns.doubts.append(f"表头“{plain(text)}”与另一列同义，没有读取，请核对")


_NAMES = {
    "number": "序号", "programme": "行动或工程", "title": "任务", "measure": "措施", "lead": "牵头单位", "responsible": "责任单位",
    "person": "人员", "unit": "计量单位", "baseline": "基期值", "target": "目标值", "nature": "指标属性", "deadline": "时限", "remark": "备注",
}  # fmt: skip


def _balanced(columns: Columns) -> None:
    """Fill roles that follow from the others: a measure where there is no task, years that come first."""
    roles = columns.roles
    if "title" not in roles and "measure" in roles:
        roles["title"] = [roles["measure"].pop(0)]
        if not roles["measure"]:
            del roles["measure"]
    if len(columns.years) > 1 and not any(base for *_, base in columns.years) and "baseline" not in roles:
        first = min(columns.years, key=lambda item: item[1])
        columns.years[columns.years.index(first)] = (first[0], first[1], True)
