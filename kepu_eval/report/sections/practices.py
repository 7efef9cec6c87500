"""What units report to have done well: their own words, for completed tasks."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.sections.wording import first_texts

_GOOD = ("完成", "基本完成", "达到序时")


def practices(case: Case) -> Blocks:
    """Progress as the lead departments report it, for tasks rated completed or on schedule."""
    statuses = case.returns.statuses
    rows = []
    for task in case.tasks(*_GOOD).itertuples():
        told = statuses[statuses["task"].eq(task.number) & statuses["role"].eq("牵头")]
        words = first_texts(list(told["progress"]))
        if words:
            rows.append([task.number, task.title, task.lead, words])
    if not rows:
        return Blocks([prose("完成较好的任务没有单位填报进展说明。")])
    listing = table(
        "practices",
        "完成较好的任务及主要做法（单位自报）",
        "任务^0.6 | 主要任务<2 | 牵头部门<1.2 | 主要做法<4",
        rows,
    )
    return Blocks([prose("以下做法摘自牵头部门填报的进展说明，未作改动。"), listing])
