"""Quarterly dispatch: basis, and where indicators and tasks stand against their expected path."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT
from kepu_eval.evaluation.dispatch import NOT_DUE, made_up
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Blocks, Cell, Cover, Fact, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_sources import of_items
from kepu_eval.report.figures import position_paths
from kepu_eval.report.inputs import inputs, other_inputs, plan_input, round_inputs
from kepu_eval.report.wording import UNKNOWN, chinese_date, rating_cell

_EXACT = 1e-6  # of a percentage


def dispatch_cover(case: DispatchCase) -> Blocks:
    """Title block, and every quarter's files."""
    title = Cover(
        title=f"{case.plan.meta.district}{case.plan.meta.about}季度调度通报",
        subtitle=f"（{case.now.round.name}，截至{chinese_date(case.now.round.as_of)}）",
        organisation=case.organisation or case.plan.meta.office,
        date=case.report_date,
        notice=case.notice,
        contents=False,
        signed=True,
    )
    sent = [file for quarter in case.quarters for file in round_inputs(quarter.returns)]
    files = [plan_input(case.plan), *sent, *other_inputs(case.files)]
    return Blocks([title, inputs(case.parameters, files)])


def position_cell(case: DispatchCase, row: Any) -> Cell:
    """A position as a cell: what is not due has no tone; what was made up says so, and is not on time."""
    if row.position == NOT_DUE:
        return Cell(text=NOT_DUE)
    if told := case.recovered(row):
        return Cell(text=told, tone="near")
    return rating_cell(row.position)


def dispatch_indicators(case: DispatchCase) -> Blocks:
    """Chart and table of every indicator: value, expected by now, their ratio, position."""
    rows = [
        [row.item, row.name, *_figures(case, row), position_cell(case, row), row.reason]
        for row in case.now.indicators.itertuples()
    ]
    listing = table(
        "dispatch-indicators",
        "量化指标与应达进度",
        "编号^0.9 | 指标<2 | 现值>1 | 现值的算式>1.5 | 本季末应达>1 | 现值÷应达>1 | 进度^1.9 | 说明<1.6",
        rows,
        note="累计和存量指标按规划期逐季匀速，年度指标按本年逐季匀速；学校类指标看本季结束的学期、学年，须全部达标。"
        "“已补齐”指此前滞后、本季达到应达的全部，“基本达到”指接近而未达到，都不等于按期。",
    )
    chart = position_paths(case.now.indicators, case.plan, notice=case.notice)
    return Blocks([chart, listing])


def _figures(case: DispatchCase, row: Any) -> list[Fact | str | None]:
    """Value, expected by now, and their ratio, as Facts."""
    if row.position == NOT_DUE:
        return [None, None, None, None]
    sources = of_items(case.now, [row.item])
    known = {
        "value": ("现值", row.value, "按评估口径汇总"),
        "expected": ("本季末应达", row.expected, "目标×时间进度"),
    }
    facts = [
        Fact(id=f"{row.item}.{key}", value=None if value != value else value, unit=row.unit,
             digits=0 if float(value).is_integer() else 1, label=f"{row.name}·{label}", formula=formula,
             sources=sources if key == "value" else case.facts.planned(f"{row.item}目标"))
        for key, (label, value, formula) in known.items()
    ]  # fmt: skip
    share = None if row.share != row.share else row.share * 100
    ratio = Fact(id=f"{row.item}.share", value=share, unit="%", digits=1, label=f"{row.name}·现值÷应达",
                 formula="现值÷本季末应达", sources=sources)  # fmt: skip
    value, expected = facts
    return [value, _quotient(case, row), expected, ratio]


def _quotient(case: DispatchCase, row: Any) -> str | None:
    """The two numbers that a percentage is of: schools that met their target and all, or the sums of a pooled ratio."""
    kind = case.plan.indicator(row.item).kind
    if row.unit != "%" or pd.isna(row.value):
        return None
    if kind is TargetKind.POOLED_RATIO:
        rows = case.returns.observations
        sums = rows[rows["obs"].isin(row.sources)].groupby("measure")["value"].sum()
        part, whole = sums.min(), sums.max()
    else:
        rows = case.now.evaluation.entity_periods
        rows = rows[rows["indicator"].eq(row.item)]
        if kind is TargetKind.PER_ENTITY_PER_PERIOD:
            rows = rows[rows["period"].eq(row.reason)]
        part, whole = rows["status"].eq("达标").sum(), len(rows)
    return f"{part:.0f}÷{whole:.0f}" if whole and abs(part / whole * 100 - row.value) < _EXACT else None


def dispatch_tasks(case: DispatchCase) -> Blocks:
    """Tasks that are behind, unknown or made up; all of them stand in the workbook."""
    tasks = case.now.tasks
    told = tasks[
        tasks["position"].isin([*FALLING_SHORT, UNKNOWN])
        | tasks["item"].map(lambda item: made_up(case.positions[item]) > 0)
    ]
    if told.empty:
        return Blocks([])
    listing = table(
        "dispatch-tasks",
        "滞后、数据不足和已补齐的任务",
        _TASK_COLUMNS,
        _task_rows(case, told),
        note="有量化指标的任务取最差的指标；其余任务看逐年开展的承诺本年已开展的比例，与本年已过季数比较。其他任务见工作簿。",
    )
    return Blocks([listing])


_TASK_COLUMNS = "任务^0.6 | 主要任务<2.6 | 牵头部门<1.2 | 进度^2.2 | 说明<2.2"


def _task_rows(case: DispatchCase, tasks: pd.DataFrame) -> list[list]:
    return [[r.task, r.name, r.lead, position_cell(case, r), r.reason] for r in tasks.itertuples()]


def dispatch_annex(case: DispatchCase) -> Blocks:
    """All tasks (workbook only)."""
    rows = _task_rows(case, case.now.tasks)
    return Blocks([table("dispatch-tasks-all", "全部任务进度", _TASK_COLUMNS, rows, annex=True)])
