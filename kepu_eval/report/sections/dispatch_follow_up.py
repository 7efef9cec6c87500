"""Quarterly dispatch: what is behind how many times in a row, what units are asked to do, what has to be decided."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation.dispatch import MISSED, escalation, made_up, misses, outcome, reporting_outcome
from kepu_eval.report.blocks import Blocks, Cell, Fact, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_words import streak
from kepu_eval.report.follow_up import reminders, to_decide
from kepu_eval.report.narrative import reported
from kepu_eval.report.statements import CAUSE
from kepu_eval.report.wording import UNKNOWN, rating_cell
from kepu_eval.rows import Row

_BRIEF = 24  # letters of a cause's first clauses


def dispatch_escalation(case: DispatchCase) -> Blocks:
    """Indicators and tasks behind: what is there of what is due, how often in a row, what follows, and the lead's cause."""
    rows = [
        [row.name, row.lead, rating_cell(row.position), row.reason, streak(case, row.item, case.positions[row.item]),
         _follows(case, case.positions[row.item]), _cause(case, row) or "未说明"]
        for row in case.behind
    ]  # fmt: skip
    columns = (
        "指标或任务<2.2 | 牵头部门<1.1 | 本季^1.2 | 情况<2.2 | 连续^0.7 | 处理^0.9 | 原因（单位自报）<2.2"
    )
    return Blocks([table("dispatch-escalation", "滞后和连续滞后的事项", columns, rows)] if rows else [])


def _cause(case: DispatchCase, row: Row) -> Fact | None:
    if pd.isna(row.task):
        return None
    indicator = row.item if row.item in {item.id for item in case.plan.indicators} else ""
    return reported(case, int(row.task), CAUSE, indicator, _BRIEF)


def _follows(case: DispatchCase, history: tuple[str, ...]) -> str:
    return escalation(case.plan, misses(history)) or "—"


def dispatch_reminders(case: DispatchCase) -> Blocks:
    """Whom to remind of what, by when, and when it is done: unit by unit."""
    rows = [list(row) for row in reminders(case)]
    columns = "单位<1.2 | 请办理<3.1 | 时限（拟定）^1.7 | 办结条件<2.3"
    return Blocks([table("dispatch-reminders", "催办清单", columns, rows)] if rows else [])


def dispatch_decisions(case: DispatchCase) -> Blocks:
    """What the office or the leading group has to decide."""
    rows = [list(row) for row in to_decide(case)]
    columns = "单位、指标或任务<1.8 | 事项<4 | 需决定<1.8"
    return Blocks([table("dispatch-decisions", "需研究决定的事项", columns, rows)] if rows else [])


def dispatch_reporting(case: DispatchCase) -> Blocks:
    """Units that are late or missing, or made up a quarter that they had missed, quarter by quarter."""
    rows = []
    for row in case.now.roster.itertuples():
        history = case.reporting[row.unit]
        if MISSED in history:
            follows = "本季已按时" if made_up(history) else _follows(case, history)
            rows.append([row.unit_name, *_reported(case, row.unit), streak(case, row.unit, history), follows])
    columns = _by_quarter(case, "单位<1.3", 1.5)
    note = "迟报的数据已计入，仍记一次迟报；未报送而下一季报来的，当季仍记未报送。未列出的单位没有迟报、未报的记录。"
    return Blocks([table("dispatch-reporting", "迟报、未报送单位", columns, rows, note=note)] if rows else [])


def _reported(case: DispatchCase, unit: str) -> Iterator[Cell]:
    for quarter in case.quarters:
        row = quarter.roster.set_index("unit").loc[unit]
        status, late = row["status"], reporting_outcome(row["status"]) == MISSED
        text = f"迟报，{row['received'][5:]}补报" if status == "迟报" else status
        yield Cell(text=text, tone="late" if late else "done" if status == "按时" else "unknown")


def dispatch_history(case: DispatchCase) -> Blocks:
    """The same indicators and tasks, quarter by quarter."""
    rows = [
        [_called(case, row.item), row.name, row.lead, *_past(case, row.item),
         streak(case, row.item, case.positions[row.item]), _follows(case, case.positions[row.item])]
        for row in case.behind
    ]  # fmt: skip
    columns = _by_quarter(case, "编号^0.8 | 指标或任务<2.2 | 牵头部门<1.1", 1.3)
    return Blocks([table("dispatch-history", "滞后事项的各季情况", columns, rows)] if rows else [])


def _by_quarter(case: DispatchCase, first: str, width: float) -> str:
    quarters = [f"{quarter.round.name}^{width}" for quarter in case.quarters]
    return " | ".join([first, *quarters, "连续次数^0.9", "处理^1.1"])


def _called(case: DispatchCase, item: str) -> str:
    """``任务7`` for T07, as every other page says; an indicator goes by its number."""
    return {task.id: f"任务{task.number}" for task in case.plan.tasks}.get(item, item)


def _past(case: DispatchCase, item: str) -> Iterator[Cell]:
    part = "tasks" if item in {task.id for task in case.plan.tasks} else "indicators"
    for quarter in case.quarters:
        position = getattr(quarter, part).set_index("item").loc[item, "position"]
        tone = "late" if outcome(position) == MISSED else "unknown" if position == UNKNOWN else ""
        yield Cell(text=position, tone=tone)
