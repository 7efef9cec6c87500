"""The overall judgement: one sentence, counts by class, worst and best case."""

from __future__ import annotations

from kepu_eval.evaluation import FALLING_SHORT, band
from kepu_eval.report.blocks import Blocks, Fact, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import programme_ratings, rating_bounds
from kepu_eval.report.sections.wording import BANDS, EXCEPTED, UNKNOWN, listed, rating_cell


def judgement(case: Case) -> Blocks:
    """How many tasks and indicators stand in which class, with bounds over what is missing."""
    tasks, facts = case.evaluation.tasks, case.facts
    used = {*tasks["band"], *case.evaluation.indicators["rating"]}
    bands = [name for name in BANDS[case.stage] if name != EXCEPTED or name in used]
    counts = {name: int(tasks["band"].eq(name).sum()) for name in bands}
    behind = tasks[tasks["rating"].isin(FALLING_SHORT)]
    sentence = prose(
        "总体判断：{total}任务中，"
        + "，".join(f"{name}{{c{i}}}" for i, name in enumerate(bands))
        + "。{behind}",
        total=facts.count("任务.合计", len(tasks), "任务数", parts=facts.tasks(tasks)),
        behind=f"需重点推动的任务：{_by_rating(behind)}。" if len(behind) else "没有滞后或未启动的任务。",
        **{f"c{i}": _count(case, name, counts[name]) for i, name in enumerate(bands)},
    )
    return Blocks(
        [
            sentence,
            _completion(case),
            _table(case, bands, counts),
            programme_ratings(case.evaluation.programmes, notice=case.notice),
            rating_bounds(tasks, notice=case.notice),
        ]
    )


def _by_rating(tasks) -> str:  # noqa: ANN001 - a tasks frame
    """All of them, the worst first."""
    groups = ((rating, tasks[tasks["rating"].eq(rating)]) for rating in reversed(FALLING_SHORT))
    return "；".join(
        f"{rating}的有" + listed(f"任务{row.number}（{row.lead}）" for row in group.itertuples())
        for rating, group in groups
        if len(group)
    )


def _count(case: Case, name: str, value: int) -> Fact:
    tasks = case.evaluation.tasks
    mine = tasks[tasks["band"].eq(name)]
    return case.facts.count(
        f"任务.{name}", value, f"评为“{name}”的任务",
        formula=f"任务{listed(map(str, mine['number']))}" if value else "无", parts=case.facts.tasks(mine),
    )  # fmt: skip


def _completion(case: Case):  # noqa: ANN202
    """The rate with unknown tasks in the denominator first, the other beside it (worked example E12)."""
    tasks, facts = case.evaluation.tasks, case.facts
    on_course = int(tasks["band"].isin(["完成", "基本完成", "正在推进"]).sum())
    known = int(tasks["band"].ne(UNKNOWN).sum())
    every = facts.tasks(tasks)
    words = {"midterm": "达到或基本达到进度要求", "final": "完成或基本完成"}[case.stage]
    sentence = "{words}的任务{count}，占全部任务的{share}。"
    if known < len(tasks):
        sentence = "{words}的任务{count}，占全部任务的{share}（数据不足的任务留在分母中）；剔除数据不足的任务后为{other}，两者并列，以前者为准。"
    return prose(
        sentence,
        words=words,
        count=facts.count("任务.达到要求", on_course, f"{words}的任务", formula="按评级计数", parts=every),
        share=facts.share("任务.达到要求占比", on_course, len(tasks), f"{words}的任务占比", every),
        other=facts.share(
            "任务.达到要求占比.剔除", on_course, known, f"{words}的任务占比（剔除数据不足）", every
        ),
    )


def _table(case: Case, bands: list[str], counts: dict[str, int]):  # noqa: ANN202
    tasks, indicators, facts = case.evaluation.tasks, case.evaluation.indicators, case.facts
    worst, best = (tasks[column].map(band).value_counts() for column in ("rating_low", "rating_high"))
    of_indicators = indicators["rating"].map(band).value_counts()
    every = facts.tasks(tasks)
    rows = [
        [
            rating_cell(name),
            _count(case, name, counts[name]),
            facts.count(
                f"任务.{name}.最不利", worst.get(name, 0), f"最不利时评为“{name}”的任务", parts=every
            ),
            facts.count(f"任务.{name}.最有利", best.get(name, 0), f"最有利时评为“{name}”的任务", parts=every),
            facts.count(
                f"指标.{name}",
                of_indicators.get(name, 0),
                f"评为“{name}”的指标",
                parts=facts.indicators(indicators[indicators["rating"].map(band).eq(name)]),
            ),
        ]
        for name in bands
    ]
    return table(
        "judgement",
        "任务和指标按评级计数",
        "评级^ | 任务> | 最不利情形> | 最有利情形> | 量化指标>",
        rows,
        note="最不利、最有利情形：缺报和待核的数据分别按最坏、最好取值后重新评级。",
    )
