"""The final beside the mid-term: how each task and indicator moved, and what became of the items to put right."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Cell, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import midterm_final
from kepu_eval.report.sections.supervision import rectification_ledger
from kepu_eval.report.supervision_words import settled
from kepu_eval.report.wording import rating_cell


def midterm_and_final(midterm: Case | None, final: Case) -> Blocks:
    """Indicators and tasks at the mid-term and at the end, side by side; nothing without a mid-term."""
    if midterm is None:
        return Blocks([])
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
    ledger = rectification_ledger(final)
    if midterm is None:
        return Blocks([*ledger])
    rows: list[list[Cell | str | int]] = [
        [
            item.task,
            item.problem,
            midterm.plan.unit(item.unit).name,
            rating_cell(item.rating),
            rating_cell(now),
            state,
        ]
        for item, now, state in settled(midterm, final)
    ]
    listing = table(
        "what-became",
        "中期整改事项销号情况",
        "任务^0.6 | 问题<2.8 | 责任单位<1.2 | 中期评级^1.4 | 期末评级^1.4 | 销号情况<2",
        rows,
    )
    return Blocks([*[listing] * bool(rows), *ledger])
