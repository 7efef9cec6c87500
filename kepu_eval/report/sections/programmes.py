"""Progress of each action and project, task by task."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.plan import Programme
from kepu_eval.report.blocks import Block, Blocks, Heading, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import unit_task_matrix
from kepu_eval.report.ratings import task_id
from kepu_eval.report.sections.wording import agreement, listed, rating_cell


def programmes(case: Case) -> Blocks:
    """A heading, a sentence and a task table for every programme, then the unit × task matrix."""
    blocks: list[Block] = []
    for programme in case.plan.programmes:
        blocks += [Heading(level=2, text=programme.name), *_programme(case, programme)]
    matrix = unit_task_matrix(case.plan, case.evaluation.tasks, case.evaluation.units, notice=case.notice)
    return Blocks([*blocks, matrix])


def _programme(case: Case, programme: Programme) -> Iterator[Block]:
    tasks = case.evaluation.tasks.query("programme == @programme.id")
    facts = case.facts
    by_band = tasks["band"].value_counts()
    words = {f"c{i}": facts.count(f"{programme.id}.{name}", n, f"{programme.name}评为“{name}”的任务",
                                  parts=facts.tasks(tasks[tasks["band"].eq(name)]))
             for i, (name, n) in enumerate(by_band.items())}  # fmt: skip
    counted = "，".join(f"{name}{{c{i}}}" for i, name in enumerate(by_band.index))
    yield prose(
        "共{total}任务：" + counted + "。{differ}",
        total=facts.count(
            f"{programme.id}.任务", len(tasks), f"{programme.name}的任务", parts=facts.tasks(tasks)
        ),
        differ=_differences(tasks),
        **words,
    )
    yield table(
        f"{programme.id}-tasks",
        f"{programme.name}任务进展",
        "任务^0.6 | 主要任务<2.8 | 牵头部门<1.2 | 评级^1.6 | 自评^ | 佐证>0.7 | 报送^0.9",
        [
            [
                row.number,
                row.title,
                row.lead,
                rating_cell(row.rating, row.display),
                row.self_rating or None,
                facts.count(
                    f"T{row.number:02d}.佐证",
                    row.evidence,
                    f"任务{row.number}的佐证",
                    "件",
                    parts=facts.named(task_id(row.number)),
                ),
                f"{row.reporters}/{row.expected_reporters}",
            ]
            for row in tasks.itertuples()
        ],
    )


def _differences(tasks: pd.DataFrame) -> str:
    differing = tasks[tasks["agrees"].map(lambda agrees: agrees is False)]
    if differing.empty:
        return ""
    pairs = "；".join(
        f"任务{r.number}自评“{r.self_rating}”，判定“{r.display}”" for r in differing.itertuples()
    )
    return f"自评与规则判定不一致的有：{pairs}。"


def task_row(case: Case, row: pd.Series) -> list:
    """Cells shared by the 31-row master table and its workbook form."""
    task = case.plan.task(int(row["number"]))
    return [
        task.number,
        case.plan.programme(task.programme).name,
        task.title,
        task.lead.unit,
        listed(task.responsible),
        rating_cell(row["rating"], row["display"]),
        row["self_rating"] or None,
        agreement(row["agrees"]),
    ]
