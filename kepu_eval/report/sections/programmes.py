"""All tasks in one table, and who has to do with which."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import unit_task_matrix
from kepu_eval.report.ratings import task_id
from kepu_eval.report.wording import agreement, bounds, listed, rating_cell


def programmes(case: Case) -> Blocks:
    """The master table, a row a task, and the matrix of units and tasks."""
    rows = []
    for row in case.evaluation.tasks.to_dict("records"):
        task = case.plan.task(row["number"])
        evidence = case.facts.count(f"{task.id}.佐证", row["evidence"], f"任务{task.number}的佐证", "件",
                                    parts=case.facts.named(task_id(task.number)))  # fmt: skip
        rows.append([
            task.number, case.plan.programme(task.programme).name, task.title, task.lead.unit, listed(task.responsible),
            rating_cell(row["rating"], row["display"]), row["self_rating"] or None, agreement(row["agrees"]),
            bounds(row["rating_low"], row["rating_high"]) or None, evidence, f"{row['reporters']}/{row['expected_reporters']}",
        ])  # fmt: skip
    master = table(
        "master",
        f"{len(case.plan.tasks)}项任务总表",
        "任务^0.5 | 行动或工程<1.6 | 主要任务<2.2 | 牵头部门 | 责任单位<2.6 | 评级^1.4 | 自评^0.9 | 自评与评定^0.9 | 最不利 ~ 最有利^1.5 | 佐证>0.6 | 报送^0.7",
        rows,
        note="评级由评估人员按同一办法评定；自评为牵头部门自报。报送栏为已报单位数/应报单位数。",
        landscape=True,
    )
    return Blocks(
        [
            master,
            unit_task_matrix(case.plan, case.evaluation.tasks, case.evaluation.units, notice=case.notice),
        ]
    )
