"""Who reported on a task and who did not: lead silent (C51), share of the member units (C53)."""

from __future__ import annotations

from collections import defaultdict

from kepu_eval.plan import Plan
from kepu_eval.returns.findings import Findings


def check_reporting(plan: Plan, statuses: list[dict], findings: Findings) -> None:
    """Note for every task who of those concerned has reported; nobody is blamed for a task nobody reported on."""
    told: dict[int, set[str]] = defaultdict(set)
    for row in statuses:
        told[row["task"]].add(row["unit"])
    concerned: dict[int, set[str]] = defaultdict(set)
    for unit in plan.units:
        for task, _ in plan.duties(unit):
            concerned[task.number].add(unit.id)
    for task in plan.tasks:
        units, lead = told[task.number], plan.lead(task.number)
        if units and lead.id not in units:
            findings.add(
                "C51",
                "note",
                f"任务{task.number}牵头{lead.name}未报，按责任单位已报部分汇总",
                "请催报",
                unit=lead.id,
            )
        if len(concerned[task.number]) == len(plan.units) and len(units) < len(plan.units):
            findings.add(
                "C53", "note", f"任务{task.number}报送{len(units)}/{len(plan.units)}", "未报单位见催报单"
            )
