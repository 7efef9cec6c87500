"""A unit's own report: its tasks one by one, what it says is wrong and comes next, and what it has to put right."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.plan import Task
from kepu_eval.report.blocks import Blocks, Cover, table
from kepu_eval.report.inputs import inputs_of, lineage_of
from kepu_eval.report.sections.wording import agreement, chinese_date, first_texts, rating_cell
from kepu_eval.report.unit_case import UnitCase

_LETTERS = 32  # of a cell's text; what units write has no limit


def unit_cover(own: UnitCase) -> Blocks:
    """Title block without a table of contents, and the machine-readable list of inputs."""
    case = own.case
    title = Cover(
        title=f"{own.unit.name}{case.plan.meta.about.removesuffix('行动')}工作自查报告",
        subtitle=f"（{case.round.name}，截至{chinese_date(case.as_of)}）",
        organisation=case.organisation,
        date=case.report_date,
        notice=case.notice,
        contents=False,
    )
    return Blocks([title, inputs_of(case), *lineage_of(case)])


def unit_progress(own: UnitCase) -> Blocks:
    """Every task of the unit: how much of it the unit answered, its self-rating beside the rule's rating."""
    rows = [
        _task_row(own, own.case.plan.task(number), role)
        for number, role in sorted(own.tasks.items(), key=lambda item: item[1] != "牵头")
    ]
    columns = "任务^0.85 | 主要任务<3.8 | 身份^0.85 | 已填^0.95 | 自评^1.4 | 任务评级^2.1 | 对照^1.1"
    note = "已填：本单位已填和应自查的承诺数；自评：各项承诺的中间一档。"
    return Blocks([table("unit-tasks", "任务进展", columns, rows, note=note)])


def _task_row(own: UnitCase, task: Task, role: str) -> list:
    said: pd.DataFrame = own.answered[own.answered["task"].eq(task.number)]
    found = own.case.evaluation.tasks.set_index("number").loc[task.number]
    asked = [c for c in task.commitments if own.case.plan.commitment_types[c.type].rule != "indicator"]
    own_rating = middle_self_rating(list(said["self_rating"]))
    same = agrees(Rating(found["rating"]), own_rating) if role == "牵头" else None
    return [
        task.number,
        task.title,
        role,
        f"{len(said)}/{len(asked)}" if own.submitted else "未报",
        own_rating or None,
        rating_cell(
            found["rating"], found["rating"] + ("" if found["rating"] == Rating.UNKNOWN else found["note"])
        ),
        agreement(same),
    ]


def short(rows: list[list]) -> list[list]:
    """Rows whose long texts are cut for the pages; the workbook has them whole."""
    return [
        [f"{v[:_LETTERS]}……" if isinstance(v, str) and len(v) > _LETTERS else v for v in row] for row in rows
    ]


NEXT_COLUMNS = "任务^0.6 | 身份^0.7 | 存在问题（本单位填报）<3.4 | 下一步措施（本单位填报）<3.4"


def problems_told(own: UnitCase) -> list[list]:
    """Task, role, problems and next steps in the unit's own words; the tasks it leads come first."""
    said, rows = own.own("statuses"), []
    for number, role in own.tasks.items():
        told = said[said["task"].eq(number)]
        problem, step = (first_texts(list(told[key])) for key in ("problem", "next_step"))
        if problem or step:
            rows.append([number, role, problem or None, step or None])
    return sorted(rows, key=lambda row: row[1] != "牵头")


def unit_next_steps(own: UnitCase) -> Blocks:
    """Problems and next steps in the unit's own words."""
    rows = problems_told(own)
    rest = "（其余见工作簿）" if len(rows) > own.shown else ""
    listing = table("unit-next", f"存在问题和下一步措施{rest}", NEXT_COLUMNS, short(rows[: own.shown]))
    return Blocks([listing] if rows else [])


def unit_rectification(own: UnitCase) -> Blocks:
    """The unit's items in the rectification ledger that are not settled."""
    still = own.recorded[~own.recorded["settled"].astype(bool)]
    columns = "任务^0.6 | 问题<3.4 | 时限^1.2 | 状态^"
    rows = [[row.task, row.problem, row.due or None, row.state] for row in still.itertuples()]
    listing = table("unit-rectification", "未销号的整改事项", columns, short(rows[: own.shown]))
    return Blocks([listing] if rows else [])
