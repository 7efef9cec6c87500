"""Quarterly dispatch: who is late, what follows from misses in a row, whom to remind, what has to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kepu_eval.evaluation.dispatch import MISSED, escalation, made_up, misses, outcome, reporting_outcome
from kepu_eval.report.blocks import Block, Blocks, Cell, Column, Fact, prose, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_sources import of_history
from kepu_eval.report.open_items import open_items
from kepu_eval.report.sections.wording import UNKNOWN, listed
from kepu_eval.returns import NOTHING_READABLE
from kepu_eval.supervision.deadlines import Deadline

_DECIDE_AFTER = -1  # the plan's last step of escalation goes to those who decide


def dispatch_reporting(case: DispatchCase) -> Blocks:
    """Units that are late or missing, or made up a quarter that they had missed, quarter by quarter."""
    rows = []
    for row in case.now.roster.itertuples():
        history = case.reporting[row.unit]
        if MISSED in history:
            rows.append(
                [
                    row.unit_name,
                    *_reported(case, row.unit),
                    _streak(case, row.unit, history),
                    _follows(case, history, "本季已按时"),
                ]
            )
    if not rows:
        return Blocks([prose("有数据以来，各单位没有迟报、未报的记录。")])
    columns = [
        Column(title="单位", width=1.3),
        *(Column(title=quarter.round.name, align="center", width=1.5) for quarter in case.quarters),
        Column(title="连续次数", align="center", width=0.9),
        Column(title="处理", align="center", width=1.2),
    ]
    note = "迟报的数据已计入，仍记一次迟报；未报送而下一季报来的，当季仍记未报送。未列出的单位没有迟报、未报的记录。"
    return Blocks([table("dispatch-reporting", "迟报、未报送单位", columns, rows, note=note)])  # fmt: skip


def _reported(case: DispatchCase, unit: str) -> Iterator[Cell]:
    for quarter in case.quarters:
        row = quarter.roster.set_index("unit").loc[unit]
        status, late = row["status"], reporting_outcome(row["status"]) == MISSED
        text = f"迟报，{row['received'][5:]}补报" if status == "迟报" else status
        yield Cell(text=text, tone="late" if late else "done" if status == "按时" else "unknown")


def _streak(case: DispatchCase, id: str, history: tuple[str, ...]) -> Fact:  # noqa: A002 - the Fact's own field name
    return case.facts.count(
        f"连续.{id}",
        misses(history),
        "到本季为止连续未按期的次数",
        "次",
        "由本季向前数，遇按期为止",
        sources=of_history(case, id),
    )


def _follows(case: DispatchCase, history: tuple[str, ...], caught_up: str = "已补齐") -> str:
    if made_up(history):
        return caught_up
    return escalation(case.plan, misses(history)) or "—"


def _behind(case: DispatchCase) -> list[Any]:
    """Indicators, and tasks without indicators, that missed their path now or had missed it before an open quarter."""
    own = {int(task) for task in case.now.indicators["task"].dropna()}
    tasks = case.now.tasks[~case.now.tasks["task"].isin(own)]
    rows = [*case.now.indicators.itertuples(), *tasks.itertuples()]
    found = [row for row in rows if misses(case.positions[row.item])]
    return sorted(found, key=lambda row: -misses(case.positions[row.item]))


def dispatch_escalation(case: DispatchCase) -> Blocks:
    """Indicators and tasks behind, with their history, how often in a row, and what follows by the plan file."""
    steps = "；".join(f"连续{{s{k}}}{item.label}" for k, item in enumerate(case.plan.rating.escalation))
    words = {
        f"s{k}": case.facts.count(
            f"处理.{item.label}",
            item.misses,
            f"{item.label}的连续次数",
            "次",
            "方案文件设定",
            sources=case.facts.planned("rating.escalation"),
        )
        for k, item in enumerate(case.plan.rating.escalation)
    }
    blocks: list[Block] = [
        prose(
            "同一指标、任务连续滞后，或同一单位连续未按时报送的，按次数处理："
            + steps
            + "。未到期和数据不足的季度不计次，也不清零。",
            **words,
        )
    ]
    rows = []
    for row in _behind(case):
        history = case.positions[row.item]
        rows.append(
            [
                _called(case, row.item),
                row.name,
                row.lead,
                *_past(case, row.item),
                _streak(case, row.item, history),
                _follows(case, history),
            ]
        )
    if rows:
        columns = [
            Column(title="编号", align="center", width=0.8),
            Column(title="指标或任务", width=2.2),
            Column(title="牵头部门", width=1.1),
            *(Column(title=quarter.round.name, align="center", width=1.3) for quarter in case.quarters),
            Column(title="连续次数", align="center", width=0.8),
            Column(title="处理", align="center", width=1.1),
        ]
        blocks.append(table("dispatch-escalation", "连续滞后的指标和任务", columns, rows))
    else:
        blocks.append(prose("本季没有滞后的指标和任务。"))
    again = [r for r in case.now.indicators.itertuples() if made_up(case.positions[r.item])]
    if again:
        names = listed(row.name for row in again)
        blocks.append(prose("此前滞后、本季已补齐的指标：{names}。记为“已补齐”，不记为按期。", names=names))
    return Blocks(blocks)  # fmt: skip


def _called(case: DispatchCase, item: str) -> str:
    """``任务7`` for T07, as every other page says; an indicator goes by its number."""
    return {task.id: f"任务{task.number}" for task in case.plan.tasks}.get(item, item)


def _past(case: DispatchCase, item: str) -> Iterator[Cell]:
    part = "tasks" if item in {task.id for task in case.plan.tasks} else "indicators"
    for quarter in case.quarters:
        position = getattr(quarter, part).set_index("item").loc[item, "position"]
        tone = "late" if outcome(position) == MISSED else "unknown" if position == UNKNOWN else ""
        yield Cell(text=position, tone=tone)


def dispatch_reminders(case: DispatchCase) -> Blocks:
    """Whom to remind of what, unit by unit."""
    behind, rows = _behind(case), []
    items = case.deadlines
    overdue = {} if items is None else items[items["deadline"].eq(Deadline.OVERDUE)]["unit"].value_counts()
    findings = case.now.returns.findings
    for person in case.now.roster.itertuples():
        todo = []
        if person.status in NOTHING_READABLE:
            todo.append("补报本季填报表")
        if items := open_items(findings[findings["unit"].eq(person.unit)]):
            todo.append(f"更正或答复{len(items)}处数据（见退回单）")
        todo += [
            f"{_called(case, row.item)}“{row.name}”：{row.position}"
            for row in behind
            if row.lead == person.unit_name
        ]
        if late := overdue.get(person.unit, 0):
            todo.append(f"逾期未销号的整改事项{late}项（见“整改事项到期情况”）")
        if todo:
            rows.append([len(rows) + 1, person.unit_name, "\n".join(todo)])
    if not rows:
        return Blocks([prose("本季没有需要催办的事项。")])
    columns = "序号^0.5 | 单位<1.2 | 请办理<5"
    due = "请于下一季报送前办理；期限另有规定的从其规定。"
    return Blocks([table("dispatch-reminders", "催办清单", columns, rows, note=due)])


def dispatch_decisions(case: DispatchCase) -> Blocks:
    """What the office or the leading group has to decide: repeated misses, competing files, open questions."""
    names = {unit.id: unit.name for unit in case.plan.units}
    rows: list[list] = []
    if case.plan.rating.escalation:
        last = case.plan.rating.escalation[_DECIDE_AFTER]
        for item, name in _all_items(case):
            history = case.reporting.get(item) or case.positions[item]
            if misses(history) >= last.misses:
                rows.append([name, f"到本季连续{misses(history)}次未按期", f"{last.label}，确定处理办法"])
    competing = case.now.roster.loc[case.now.roster["status"].eq("重复待确认"), "unit_name"]
    rows += [[name, "报来多份互有出入的填报表", "确定以哪一份为准"] for name in competing]
    findings = case.now.returns.findings
    for code, what, wanted in (
        ("C54", "疑似重复上报的活动", "确定是否同一活动"),
        ("", "待核数据", "答复后计入或退回"),
    ):
        asked = findings[findings["severity"].eq("question") & findings["answer"].eq("")]
        asked = asked[asked["code"].eq("C54") == bool(code)]
        for unit, part in asked.groupby("unit", sort=False):
            rows.append(
                [names.get(unit, "未识别文件"), f"{what}{len(part)}处：{part['message'].iloc[0]}", wanted]
            )
    if not rows:
        return Blocks([prose("本季没有需要研究决定的事项。")])
    columns = "单位、指标或任务<1.8 | 事项<4 | 需决定<1.8"
    return Blocks([table("dispatch-decisions", "需研究决定的事项", columns, rows)])


def _all_items(case: DispatchCase) -> list[tuple[str, str]]:
    units = [(unit.id, unit.name) for unit in case.plan.units]
    return [*units, *((row.item, f"{row.name}（{row.lead}）") for row in _behind(case))]
