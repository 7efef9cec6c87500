"""Groups that the responsibility list names, such as 各街道办事处、镇: who they are, and who of them was asked."""

from __future__ import annotations

import pandas as pd

from kepu_eval.plan import Plan

COLUMNS = ("group", "name", "tasks", "members", "submitted", "silent", "evaluable")


def judge_groups(plan: Plan, units: pd.DataFrame) -> pd.DataFrame:
    """One row a group that a task names as responsible; ``units``: the evaluation's.

    ``tasks``: their numbers. ``members``, ``submitted``, ``silent``: ids of its units, of those that sent something
    readable, and of the others. A group without known members was not asked: it is not ``evaluable``.
    """
    sent = set(units.loc[units["submitted"], "unit"])
    rows = []
    for group in plan.groups:
        tasks = tuple(
            t.number for t in plan.tasks if {group.name, group.id, *group.aliases} & set(t.responsible)
        )
        if not tasks:
            continue
        members = tuple(unit.id for unit in plan.members(group.name))
        rows.append(
            {
                "group": group.id,
                "name": group.name,
                "tasks": tasks,
                "members": members,
                "submitted": tuple(unit for unit in members if unit in sent),
                "silent": tuple(unit for unit in members if unit not in sent),
                "evaluable": bool(members),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)
