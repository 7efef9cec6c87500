"""A unit's own report: its tasks one by one, what it says is wrong and comes next, and what it has to put right."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.plan import LEAD, Task
from kepu_eval.report.blocks import Blocks, Cover, Fact, table
from kepu_eval.report.inputs import inputs_of, lineage_of
from kepu_eval.report.narrative import reported
from kepu_eval.report.sections.summary import due_of
from kepu_eval.report.statements import CAUSE, MEASURE
from kepu_eval.report.unit_case import UnitCase
from kepu_eval.report.unit_words import gap
from kepu_eval.report.wording import agreement, chinese_date, first_texts, rating_cell
from kepu_eval.supervision.rectification import item_name, to_reach

_LETTERS, _BRIEF = 24, 20  # of a cell's text, and of a quote's first clauses; what units write has no limit


def unit_cover(own: UnitCase) -> Blocks:
    """Title, unit to sign and stamp at the end, and the machine-readable list of inputs."""
    case = own.case
    title = Cover(
        title=f"{own.unit.name}{case.plan.meta.about.removesuffix('行动')}工作自查报告",
        subtitle=f"（{case.round.name}，截至{chinese_date(case.as_of)}）",
        organisation=f"{case.organisation or own.unit.name}（盖章）",
        date=case.report_date,
        notice=case.notice,
        contents=False,
        signed=True,
    )
    return Blocks([title, inputs_of(case), *lineage_of(case, needed=True)])


def unit_progress(own: UnitCase) -> Blocks:
    """The tasks it leads (without any, those it takes part in) on the pages; all of them in the workbook."""
    led = _task_rows(own, own.led)
    every = _task_rows(own, sorted(own.tasks, key=lambda number: own.tasks[number] != LEAD))
    note = "已填：本单位已填和应自查的承诺数；自评：各项承诺的中间一档。"
    return Blocks(
        [
            table("unit-tasks", "牵头任务" if led else "承担的责任任务", _TASKS, [[row[1], *row[3:]] for row in led or every], note=note),
            table("unit-tasks-all", "全部任务进展", f"任务^0.85 | 主要任务<3.8 | 身份^0.9 | {_TASKS.partition(' | ')[2]}", every, annex=True, note=note),
        ]
    )  # fmt: skip


_TASKS = "主要任务<3.8 | 已填^0.9 | 自评^1.4 | 评定^2.1 | 对照^1.1"


def _task_rows(own: UnitCase, numbers: list[int]) -> list[list]:
    return [_task_row(own, own.case.plan.task(number), own.tasks[number]) for number in numbers]


def _task_row(own: UnitCase, task: Task, role: str) -> list:
    said: pd.DataFrame = own.answered[own.answered["task"].eq(task.number)]
    found = own.case.evaluation.tasks.set_index("number").loc[task.number]
    asked = [c for c in task.commitments if own.case.plan.commitment_types[c.type].rule != "indicator"]
    own_rating = middle_self_rating(list(said["self_rating"]))
    same = agrees(Rating(found["rating"]), own_rating) if role == LEAD else None
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
    return [[_cut(value, _LETTERS) for value in row] for row in rows]


def _cut(value: object, most: int) -> object:
    """A text of more than so many letters without its end, and no Fact any more; 0 leaves it as it is."""
    text = value.text if isinstance(value, Fact) else value
    return f"{text[:most]}……" if most and isinstance(text, str) and len(text) > most else value


def unit_measures(own: UnitCase) -> Blocks:
    """What falls short or is not known in the tasks it leads: state, cause and measure in its own words, who, by when, when it is done."""
    every = list(_measures(own, 0))
    if not every:
        return Blocks([])
    brief = list(_measures(own, _BRIEF))[: own.items_shown]
    return Blocks(
        [
            table("unit-measures", "问题、原因和措施", _MEASURES, brief),
            table("unit-measures-all", "问题、原因和措施全表", _MEASURES, every, annex=True),
        ]
    )


_MEASURES = "事项<1.7 | 差距<2.1 | 原因（自报）<2 | 措施（自报）<2 | 责任人、时限^1.5 | 销号条件<1.7"


def _measures(own: UnitCase, most: int) -> Iterator[list]:
    """Rows of this round's items, then of those that earlier rounds left; ``most``: letters of a quote."""
    case, who = own.case, "（　　　　）\n"
    for item in own.raised:
        told = gap(own, item)
        cause, step = (reported(case, item.task, what, item.indicator, most) for what in (CAUSE, MEASURE))
        yield [f"{told['名称']}（{told['评级']}）", _cut(told["情况"], most), cause or "未说明", step or "请提出措施",
               who + due_of(case, item), to_reach(item)]  # fmt: skip
    for row in own.carried.itertuples():
        yield [f"{item_name(case.plan, row)}（以前列入，{row.state}）", None, None, _cut(row.measure or "请提出措施", most),
               who + (row.due or "未定时限"), row.condition.partition("；")[0]]  # fmt: skip


NEXT_COLUMNS = "任务^0.6 | 主要任务<2 | 身份^0.7 | 存在问题（本单位填报）<3 | 下一步措施（本单位填报）<3"


def problems_told(own: UnitCase) -> list[list]:
    """Task, role, problems and next steps in the unit's own words; the tasks it leads come first."""
    said, rows = own.own("statuses"), []
    for number, role in own.tasks.items():
        told = said[said["task"].eq(number)]
        problem, step = (first_texts(list(told[key])) for key in ("problem", "next_step"))
        if problem or step:
            rows.append([number, own.case.plan.task(number).title, role, problem or None, step or None])
    return sorted(rows, key=lambda row: row[2] != LEAD)
