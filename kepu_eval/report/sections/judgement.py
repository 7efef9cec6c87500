"""How the ratings are distributed: counts by class with their worst and best case."""

from __future__ import annotations

from kepu_eval.evaluation import band
from kepu_eval.report.blocks import Blocks, CellValue, Fact, Table, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import programme_ratings, rating_bounds
from kepu_eval.report.wording import BANDS, EXCEPTED, listed, rating_cell


def judgement(case: Case) -> Blocks:
    """How many tasks and indicators stand in which class, with bounds over what is missing."""
    tasks = case.evaluation.tasks
    used = {*tasks["band"], *case.evaluation.indicators["rating"]}
    bands = [name for name in BANDS[case.stage] if name != EXCEPTED or name in used]
    charts = (
        programme_ratings(case.evaluation.programmes, notice=case.notice),
        rating_bounds(tasks, notice=case.notice),
    )
    return Blocks([_table(case, bands), *charts])


def _table(case: Case, bands: list[str]) -> Table:
    tasks, indicators, facts = case.evaluation.tasks, case.evaluation.indicators, case.facts
    every, of_indicators = facts.tasks(tasks), indicators["rating"].map(band)

    def at(side: str, label: str, name: str) -> Fact:
        count = int(tasks[f"rating_{side}"].map(band).eq(name).sum())
        return facts.count(f"任务.{name}.{label}", count, f"{label}时评为“{name}”的任务", parts=every)

    rows: list[list[CellValue]] = []
    for name in bands:
        mine, own = tasks[tasks["band"].eq(name)], indicators[of_indicators.eq(name)]
        rows.append([
            rating_cell(name),
            facts.count(f"任务.{name}", len(mine), f"评为“{name}”的任务",
                        formula=f"任务{listed(map(str, mine['number']))}" if len(mine) else "无", parts=facts.tasks(mine)),
            at("low", "最不利", name), at("high", "最有利", name),
            facts.count(f"指标.{name}", len(own), f"评为“{name}”的指标", parts=facts.indicators(own)),
        ])  # fmt: skip
    return table(
        "judgement",
        "任务和指标按评级计数",
        "评级^ | 任务> | 最不利情形> | 最有利情形> | 量化指标>",
        rows,
        note="最不利、最有利情形：缺报和待核的数据分别按最坏、最好取值后重新评级。",
        bars=("评级", "任务"),
    )
