"""The rectification ledger as a workbook: out for the evaluator to fill, back in row by row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kepu_eval.plan import Plan, answering
from kepu_eval.returns.attachments import FOLDER, attachment_state, attachments
from kepu_eval.returns.cells import parse_number
from kepu_eval.returns.days import parse_date
from kepu_eval.supervision.book import Entry, Field, Filled, Page, read_book, write_book
from kepu_eval.supervision.errors import SupervisionError
from kepu_eval.supervision.records import Event, Recorded
from kepu_eval.supervision.rectification import (
    FIELDS,
    FULFILLED,
    Standing,
    State,
    condition_text,
    next_states,
    objections,
)

SHEET, WHAT = "整改台账", "整改台账"
_NUMBER, _VERSION = "编号", "版本"
_FIELDS = (
    Field(_NUMBER, 21),
    Field("任务", 6),
    Field("主要任务", 16),
    Field("责任单位", 12),
    Field("问题", 34),
    Field("提出时评级", 10),
    Field("销号条件", 26),
    Field(FIELDS["state"], 10, fill=True),
    Field(FIELDS["measure"], 26, fill=True),
    Field(FIELDS["due"], 12, fill=True, kind="date"),
    Field(FIELDS["reached"], 11, fill=True),
    Field(FIELDS["evidence"], 18, fill=True),
    Field(FIELDS["reviewer"], 10, fill=True),
    Field(FIELDS["note"], 20, fill=True),
    Field(_VERSION, 6, hidden=True),
)
_LIST = re.compile(r"[、,，;；\n]+")
_GUIDANCE = (
    "一、只填浅黄色的格，其余各列已锁定。“状态”从下拉框选：待整改→整改中→已提交→已销号，不合格的退回“重新整改”；不能跳过或倒退的由系统拒绝并说明。",
    "二、“整改中”须填整改措施和时限；“已提交”还须写明佐证文件名，几个文件用顿号隔开。",
    "三、销号三个条件缺一不可：数值达标（“现值或落实”填现在的数；没有数值的填“已落实”）、佐证至少1件且可打开、复核人签注。",
    f"四、佐证附件放在本文件旁边的“{FOLDER}”文件夹，按单位分子文件夹，文件名与“佐证文件”一栏一致。",
    "五、“重新整改”“撤销”须在“说明”写明理由；每一步都留在台账里，不会删除。",
    "六、填好后读回：kepu-eval rectify import 本文件。重复读入不会改变台账；有问题的行不入账，其余照常。",
)


@dataclass
class Import:
    """What a workbook changes: events to be stored, and messages about what was refused."""

    events: list[Event] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def rectification_book(
    items: Sequence[Recorded], plan: Plan, exported: str, notice: str = "", day: dt.date = dt.date.max
) -> bytes:
    """The workbook's bytes, with who answers for each item on ``day``. ``exported`` (an ISO time) tells copies apart."""
    rows, choices, names = [], {}, answering(plan, day)
    for order, known in enumerate(items):
        item, now = known.item, known.standing
        rows.append([
            item.item, item.task, plan.task(item.task).title, names[item.unit], item.problem, item.rating,
            condition_text(item), str(now.state), now.measure, now.due, now.reached, "、".join(now.evidence),
            now.reviewer, now.note, known.event,
        ])  # fmt: skip
        choices[order, FIELDS["state"]] = tuple(map(str, next_states(now.state)))
        if item.threshold is None:
            choices[order, FIELDS["reached"]] = (FULFILLED, "未落实")
    page = Page(SHEET, f"{plan.meta.district}{plan.meta.about}整改台账", _FIELDS, rows, choices)
    return write_book("整改台账", _GUIDANCE, [page], {"kind": "rectification", "exported": exported}, notice)


def read_rectification_book(
    path: Path, known: Sequence[Recorded], plan: Plan, attachments_folder: Path | None = None
) -> Import:
    """Changes of a filled workbook against what is recorded; rows that say the same as the ledger change nothing.

    ``attachments_folder`` holds ``佐证/<单位>/`` (by default the workbook's own folder). Raises
    :class:`SupervisionError` only when the workbook as a whole cannot be used.
    """
    folder = path.parent if attachments_folder is None else attachments_folder
    filled = read_book(path, SHEET, [f.title for f in _FIELDS], WHAT)
    book = filled.hidden.get("exported", "")
    if filled.hidden.get("kind") != "rectification":
        raise SupervisionError(
            "不是导出的整改台账", place=f"“{filled.file}”", hint="请用 kepu-eval rectify export 导出后填写"
        )
    by_id, seen, done = {r.item.item: r for r in known}, set(), Import()
    for number, row in filled.rows:
        place, found = row[_NUMBER], by_id.get(row[_NUMBER].text)
        if found is None or place.text in seen:
            why = "在表中重复" if place.text in seen else "不在台账中"
            done.refused.append(
                f"{filled.at(place)}编号“{place.text}”{why}，请用导出的整改台账填写，不要改动编号"
            )
            continue
        seen.add(place.text)
        event, told = _change(filled, row, found, book, attachments(folder, plan.unit(found.item.unit).name))
        done.refused += told
        if event is not None:
            done.events.append(Event(found.item.item, *event, filled.file, filled.sheet, number, book))
    return done


def _change(
    filled: Filled, row: Mapping[str, Entry], found: Recorded, book: str, there: dict[str, Path] | None
) -> tuple[tuple[Standing, tuple[str, ...]] | None, list[str]]:
    """The new standing with its files' states; or messages; or neither when nothing changed."""
    after, told = _standing(filled, row, found)
    if told or after == found.standing:
        return None, told
    if row[_VERSION].text != str(found.event) and found.book != book:
        place = filled.at(row[_NUMBER])
        return None, [
            f"{place}“{row[_NUMBER].text}”在本文件导出之后台账已有更新，未采用本行，请重新导出后填写"
        ]
    files = None if there is None else {name: attachment_state(name, there) for name in after.evidence}
    told = [
        f"{filled.at(row[FIELDS[name]])}“{row[FIELDS[name]].text}”：{why}"
        for name, why in objections(found.item, found.standing, after, files)
    ]
    return (None if told else (after, tuple((files or {}).values()))), told


def _standing(filled: Filled, row: Mapping[str, Entry], found: Recorded) -> tuple[Standing, list[str]]:
    """What the row says, and what in it cannot be read."""
    cells = {name: row[title] for name, title in FIELDS.items()}
    told = []

    def refuse(name: str, why: str) -> None:
        told.append(f"{filled.at(cells[name])}“{cells[name].text}”：{why}")

    state = cells["state"].text
    if state not in set(State):
        refuse("state", f"不是可选项，请选：{'、'.join(map(str, next_states(found.standing.state)))}")
    due = parse_date(cells["due"].text)
    if cells["due"].text and not due.counted:
        refuse("due", "不是具体日期，请写成 2024-06-30 的形式")
    reached = cells["reached"].text
    if reached and found.item.threshold is not None and not parse_number(reached, integer=False).counted:
        refuse("reached", f"不是数字，请填现值（{found.item.threshold_unit}），只填数字")
    if reached and found.item.threshold is None and reached not in (FULFILLED, "未落实"):
        refuse("reached", f"不是可选项，请选：{FULFILLED}、未落实")
    if told:
        return found.standing, told
    number = parse_number(reached, integer=False).value if found.item.threshold is not None else None
    return Standing(
        state=State(state),
        measure=cells["measure"].prose,
        due=due.value.isoformat() if due.counted else "",
        reached=reached if number is None else f"{number:.12g}",
        evidence=tuple(part for part in map(str.strip, _LIST.split(cells["evidence"].text)) if part),
        reviewer=cells["reviewer"].prose,
        note=cells["note"].prose,
    ), told
