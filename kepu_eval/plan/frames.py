"""The plan as tables."""

from __future__ import annotations

import pandas as pd

from kepu_eval.plan.models import Plan


def tasks_frame(plan: Plan) -> pd.DataFrame:
    """One row a task, in the list's order.

    Columns: number, programme (name), title, lead, responsible (joined names, as the list has them),
    commitments (how many), indicators (joined ids).
    """
    return pd.DataFrame(
        {
            "number": task.number,
            "programme": plan.programme(task.programme).name,
            "title": task.title,
            "lead": task.lead.unit,
            "responsible": "、".join(task.responsible),
            "commitments": len(task.commitments),
            "indicators": "、".join(c.indicator for c in task.commitments if c.indicator),
        }
        for task in plan.tasks
    )


def matrix(plan: Plan) -> pd.DataFrame:
    """Unit (rows, by name) × task (columns, by number): ``牵头``, ``责任`` or ``""``."""
    frame = pd.DataFrame("", index=[u.name for u in plan.units], columns=[t.number for t in plan.tasks])
    for unit in plan.units:
        for task, role in plan.duties(unit):
            frame.loc[unit.name, task.number] = role
    return frame.rename_axis(index="unit", columns="task")
