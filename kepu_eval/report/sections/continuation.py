"""The final beside the mid-term: how each task and indicator moved, and what became of the items to put right."""

from __future__ import annotations

from kepu_eval.evaluation import Evaluation, Rating
from kepu_eval.report.blocks import Blocks, Prose, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.factbook import ALL_TASKS
from kepu_eval.report.figures import midterm_final
from kepu_eval.report.ratings import task_id
from kepu_eval.report.sections.supervision import rectification_ledger
from kepu_eval.report.sections.wording import rating_cell
from kepu_eval.supervision import Item


def midterm_and_final(midterm: Case | None, final: Case) -> Blocks:
    """Indicators and tasks at the mid-term and at the end, side by side."""
    if midterm is None:
        return Blocks([_without_midterm()])
    before = midterm.evaluation.indicators.set_index("indicator")
    rows = [
        [
            row.name,
            midterm.facts.indicator(row.indicator),
            rating_cell(before.loc[row.indicator, "rating"]),
            final.facts.indicator(row.indicator),
            rating_cell(row.rating),
        ]
        for row in final.evaluation.indicators.itertuples()
    ]
    listing = table(
        "midterm-final",
        "量化指标中期与期末对照",
        "指标<2.4 | 中期值> | 中期评级^1.2 | 期末值> | 期末评级^1.2",
        rows,
        note="中期与期末评级规则不同：中期按序时进度，期末按目标完成情况。",
    )
    return Blocks(
        [listing, midterm_final(midterm.evaluation.tasks, final.evaluation.tasks, notice=final.notice)]
    )


def what_became_of(midterm: Case | None, final: Case) -> Blocks:
    """The mid-term's items to put right and how they stand at the end: as the ledger has it, else by their ratings."""
    if final.rectification["carried"].any():
        return rectification_ledger(final)
    if midterm is None:
        return Blocks([_without_midterm()])
    rows, closed = [], 0
    for item in midterm.to_rectify:
        now = _rating(final.evaluation, item)
        done = now in (Rating.DONE, Rating.NEARLY_DONE)
        closed += done
        state = "已达到销号条件，待复核人签注" if done else "未达到销号条件"
        rows.append([item.task, item.problem, midterm.plan.unit(item.unit).name, rating_cell(item.rating),
                     rating_cell(now), state])  # fmt: skip
    facts, tasks = final.facts, [task_id(item.task) for item in midterm.to_rectify]
    before = midterm.facts.named(*dict.fromkeys(tasks)) or midterm.facts.named(ALL_TASKS)
    sentence = prose(
        "中期列入整改的事项{total}，期末达到销号条件的{closed}。销号须复核人签注，系统不代为销号。",
        total=facts.count("整改.中期", len(rows), "中期列入整改的事项", parts=before),
        closed=facts.count(
            "整改.达到条件",
            closed,
            "达到销号条件的事项",
            parts=(*before, *facts.named(*dict.fromkeys(tasks))),
        ),
    )
    listing = table(
        "what-became",
        "中期整改事项销号情况",
        "任务^0.6 | 问题<2.8 | 责任单位<1.2 | 中期评级^1.4 | 期末评级^1.4 | 销号情况<2",
        rows,
    )
    return Blocks([sentence, listing] if rows else [sentence])


def _without_midterm() -> Prose:
    return prose("未提供中期自查评估的填报数据，不作对照。")


def _rating(evaluation: Evaluation, item: Item) -> str:
    """How an item's indicator, or its task, stands in another evaluation."""
    if item.indicator:
        return evaluation.indicators.set_index("indicator").loc[item.indicator, "rating"]
    return evaluation.tasks.set_index("number").loc[item.task, "rating"]
