"""What follows from a quarter: who is asked to do what by when, and what has to be decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kepu_eval.evaluation.dispatch import misses
from kepu_eval.report.open_items import open_items
from kepu_eval.returns import NOTHING_READABLE
from kepu_eval.rows import Row
from kepu_eval.supervision.deadlines import Deadline
from kepu_eval.supervision.rectification import item_name, month_end

if TYPE_CHECKING:
    from kepu_eval.report.dispatch_case import DispatchCase

_QUARTER = 3  # months
_DECIDE_AFTER = -1  # the plan's last step of escalation goes to those who decide
_DUPLICATE = "C54"


def data_due(case: DispatchCase) -> dt.date:
    """By when the plan's terms would have data completed."""
    return month_end(case.as_of, case.plan.rating.rectification.data)


def next_quarter(case: DispatchCase) -> dt.date:
    """The last day of the next quarter."""
    return month_end(case.as_of, _QUARTER)


def reminders(case: DispatchCase) -> list[tuple[str, str, str, str]]:
    """Unit, what it is asked to do, by when, and when it is done: unit by unit in the plan's order."""
    return [
        (person.unit_name, *thing)
        for person in case.now.roster.itertuples()
        for thing in _things(case, person)
    ]


def _things(case: DispatchCase, person: Row) -> Iterator[tuple[str, str, str]]:
    findings, data = case.returns.findings, f"{data_due(case)}前"
    if person.status in NOTHING_READABLE:
        yield "补报本季填报表", data, "收到可读取的填报表"
    if items := open_items(findings[findings["unit"].eq(person.unit)]):
        yield f"更正或答复退回单所列{len(items)}处数据", data, "各处均已更正或答复"
    for row in case.behind:
        if row.lead == person.unit_name:
            times = misses(case.positions[row.item])
            yield (
                f"{row.name}：{row.position}，连续{times}次",
                f"{next_quarter(case)}前",
                "达到下季末应达进度",
            )
    if case.deadlines is not None:
        late = case.deadlines["deadline"].eq(Deadline.OVERDUE) & case.deadlines["unit"].eq(person.unit)
        for row in case.deadlines[late].itertuples():
            yield (
                f"整改：{item_name(case.plan, row)}，逾期{row.days}天",
                f"{row.due}\n（已过）",
                row.condition.partition("；")[0],
            )


def to_decide(case: DispatchCase) -> list[tuple[str, str, str]]:
    """Whom it is about, what the matter is, what has to be decided: repeated misses, competing files, open questions."""
    names = {unit.id: unit.name for unit in case.plan.units}
    rows = list(_repeated(case))
    competing = case.now.roster.loc[case.now.roster["status"].eq("重复待确认"), "unit_name"]
    rows += [(name, "报来多份互有出入的填报表", "确定以哪一份为准") for name in competing]
    findings = case.returns.findings
    asked = findings[findings["severity"].eq("question") & findings["answer"].eq("")]
    for doubled, what, wanted in (
        (True, "疑似重复上报的活动", "确定是否同一活动"),
        (False, "待核数据", "答复后计入或退回"),
    ):
        for unit, part in asked[asked["code"].eq(_DUPLICATE) == doubled].groupby("unit", sort=False):
            told = f"{what}{len(part)}处：{part['message'].iloc[0]}"
            rows.append((names.get(unit, "未识别文件"), told, wanted))
    return rows


def _repeated(case: DispatchCase) -> Iterator[tuple[str, str, str]]:
    """Units and items that missed as often in a row as the plan's last step says."""
    if not case.plan.rating.escalation:
        return
    last = case.plan.rating.escalation[_DECIDE_AFTER]
    units = [(case.reporting[unit.id], unit.name) for unit in case.plan.units if unit.id in case.reporting]
    items = [(case.positions[row.item], f"{row.name}（{row.lead}）") for row in case.behind]
    for history, name in (*units, *items):
        if misses(history) >= last.misses:
            yield name, f"到本季连续{misses(history)}次未按期", f"{last.label}，确定处理办法"
