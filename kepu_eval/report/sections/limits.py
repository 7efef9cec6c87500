"""What cannot be said yet, because of whom, and what it would change: a report must not be silent about its gaps."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.report.blocks import Block, Blocks, Prose, Table, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.factbook import ALL_TASKS
from kepu_eval.report.sections.wording import UNKNOWN, listed, rating_cell

_HALF = 50  # below this return rate (percent) no statement about the district as a whole is made


def limits(case: Case) -> Blocks:
    """Conclusions that the data do not support, indicators and tasks that wait, and who has to supply what."""
    indicators, tasks, mechanisms, duties, goals = (
        getattr(case.evaluation, part) for part in ("indicators", "tasks", "mechanisms", "duties", "goals")
    )
    waiting = indicators[indicators["rating"].eq(UNKNOWN)]
    open_tasks = tasks[tasks["rating"].eq(UNKNOWN)]
    unrecorded = mechanisms[mechanisms["state"].eq(UNKNOWN)]
    unclear = int(duties["state"].eq(UNKNOWN).sum())
    untold = int((goals["rating"].eq(UNKNOWN) | ~goals["evaluable"].astype(bool)).sum())
    if not any((len(waiting), len(open_tasks), len(unrecorded), unclear, untold)):
        return Blocks([prose("各项指标、任务、机制、阶段任务和定性目标的数据均足以判定。")])
    facts = case.facts
    blocks: list[Block] = [
        prose(
            "下列事项现有数据不足以下结论：量化指标{indicators}、任务{tasks}、工作机制{mechanisms}、阶段任务{duties}、定性目标{goals}。"
            "本报告对它们既不作达标判断，也不作未达标判断。",
            indicators=facts.count(
                "不能判定.指标", len(waiting), "数据不足的指标", parts=facts.indicators(waiting)
            ),
            tasks=facts.count(
                "不能判定.任务", len(open_tasks), "数据不足的任务", parts=facts.tasks(open_tasks)
            ),
            mechanisms=facts.count(
                "不能判定.机制", len(unrecorded), "缺少记录的机制", parts=facts.mechanisms(unrecorded)
            ),
            duties=facts.count(
                "不能判定.阶段任务", unclear, "数据不足的阶段任务", parts=facts.submissions(())
            ),
            goals=facts.count(
                "不能判定.目标", untold, "数据不足或不能评价的定性目标", parts=facts.named(ALL_TASKS)
            ),
        ),
        *_whole_district(case),
    ]
    if len(waiting) or len(open_tasks):
        blocks.append(_table(case, waiting, open_tasks))
    return Blocks(blocks)


def _whole_district(case: Case) -> Iterator[Prose]:
    """How far the share of tasks on course is open, and that half a district's returns do not speak for all of it."""
    on_course = case.evaluation.coverage.set_index("item").loc["on_course"]
    facts = case.facts
    low = facts.share(
        "达标任务占比.最不利",
        int(on_course["low"]),
        int(on_course["total"]),
        "达到要求的任务占比·最不利",
        facts.tasks(case.evaluation.tasks),
    )
    high = facts.share(
        "达标任务占比.最有利",
        int(on_course["high"]),
        int(on_course["total"]),
        "达到要求的任务占比·最有利",
        facts.tasks(case.evaluation.tasks),
    )
    if low.value != high.value:
        yield prose("缺失的数据补齐后，达到要求的任务占比可能在{low}至{high}之间。", low=low, high=high)
    units = case.evaluation.units
    rate = facts.share("报送.报送率", int(units["submitted"].sum()), len(units), "报送率",
                       facts.submissions(units.loc[units["submitted"], "unit"]))  # fmt: skip
    if rate.value is not None and rate.value <= _HALF:
        yield prose(
            "报送率为{rate}，未报单位牵头或参与的任务占多数，不宜据此作总体评价；已报单位的情况不代表未报单位。",
            rate=rate,
        )


def _table(case: Case, waiting, open_tasks) -> Table:  # noqa: ANN001 - frames of the evaluation
    lead = {task.number: case.plan.lead(task.number).name for task in case.plan.tasks}
    rows = [
        [
            f"{row.indicator} {row.name}",
            lead.get(row.task, "—"),
            row.verdict,
            listed(row.missing, at_most=6) or "—",
            rating_cell(row.rating_low),
            rating_cell(row.rating_high),
        ]
        for row in waiting.itertuples()
    ]
    for row in open_tasks.itertuples():
        silent = _silent(case, row.number)
        rows.append([f"任务{row.number} {row.title}", row.lead, row.display, listed(silent, at_most=6) or "—",
                     rating_cell(row.rating_low), rating_cell(row.rating_high)])  # fmt: skip
    return table(
        "limits",
        "尚不能判定的指标和任务",
        "指标或任务<2.4 | 牵头部门<1.2 | 情况<2.4 | 缺什么<2.4 | 最不利^1.1 | 最有利^1.1",
        rows,
        note="最不利、最有利：缺失数据分别按最坏、最好取值后的评级；两者不同即不能判定。",
    )


def _silent(case: Case, number: int) -> list[str]:
    """What a task lacks: units with duties in it that sent nothing, then commitments nobody can judge."""
    units = case.evaluation.units
    absent = set(units.loc[~units["submitted"], "name"])
    task = case.plan.task(number)
    concerned = [case.plan.lead(task).name, *(unit.name for unit in case.plan.responsible(task))]
    commitments = case.evaluation.commitments
    mine = commitments[commitments["task"].eq(number) & commitments["rating"].eq(UNKNOWN)]
    return [f"{name}未报送" for name in dict.fromkeys(concerned) if name in absent] + list(mine["text"])
