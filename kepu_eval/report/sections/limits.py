"""What cannot be said yet, because of whom: a report must not be silent about its gaps."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.case import Case
from kepu_eval.report.wording import UNKNOWN, listed, rating_cell

_SHOWN, _FEW = 6, 3


def limits(case: Case) -> Blocks:
    """Indicators and tasks that wait, who has to supply what, the fewest answers that settle them, and how they could be rated."""
    indicators = case.evaluation.indicators
    told = dict(zip(indicators["indicator"], indicators["name"], strict=True)) | {
        commitment.id: commitment.text for task in case.plan.tasks for commitment in task.commitments
    }
    lead = {task.number: case.plan.lead(task.number).name for task in case.plan.tasks}
    rows = [
        [row.name, lead.get(row.task, "—"), row.verdict, listed(row.missing, _SHOWN) or "—", listed(row.settled_by, _FEW) or "—",
         rating_cell(row.rating_low), rating_cell(row.rating_high)]
        for row in indicators[indicators["rating"].eq(UNKNOWN)].itertuples()
    ] + [
        [row.title, row.lead, row.display, listed(_silent(case, row.number), _SHOWN) or "—",
         listed([told[item] for item in row.settled_by], _FEW) or "—",
         rating_cell(row.rating_low), rating_cell(row.rating_high)]
        for row in case.tasks(UNKNOWN).itertuples()
    ]  # fmt: skip
    listing = table(
        "limits",
        "尚不能判定的指标和任务",
        "指标或任务<2 | 牵头部门<1.2 | 情况<2 | 缺什么<2.4 | 最少补哪几项<2.2 | 最不利^1.1 | 最有利^1.1",
        rows,
        note="最少补哪几项：补齐这几项就可能定级，宜先催报或核实。最不利、最有利：缺失数据分别按最坏、最好取值后的评级；两者不同即不能判定。",
    )
    return Blocks([listing] if rows else [])


def _silent(case: Case, number: int) -> list[str]:
    """What a task lacks: units with duties in it that sent nothing, then commitments nobody can judge."""
    units = case.evaluation.units
    absent = set(units.loc[~units["submitted"], "name"])
    task = case.plan.task(number)
    concerned = [case.plan.lead(task).name, *(unit.name for unit in case.plan.responsible(task))]
    commitments = case.evaluation.commitments
    mine = commitments[commitments["task"].eq(number) & commitments["rating"].eq(UNKNOWN)]
    return [f"{name}未报送" for name in dict.fromkeys(concerned) if name in absent] + list(mine["text"])
