"""The final beside the mid-term: how each task and indicator moved, and what became of the items to put right."""

from __future__ import annotations

from kepu_eval.evaluation import Evaluation
from kepu_eval.report.blocks import Blocks, Column, Prose, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import midterm_final
from kepu_eval.report.sections.supervision import rectification_ledger
from kepu_eval.report.sections.wording import FALLING_SHORT, UNKNOWN, rating_cell


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
        [
            Column(title="指标", width=2.4),
            Column(title="中期值", align="right"),
            Column(title="中期评级", align="center", width=1.2),
            Column(title="期末值", align="right"),
            Column(title="期末评级", align="center", width=1.2),
        ],
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
    earlier, later = _open(midterm.evaluation), final.evaluation.tasks.set_index("number")
    rows, closed = [], []
    for row in earlier.itertuples():
        now = later.loc[row.number]
        done = now["rating"] in ("完成", "基本完成")
        closed += [row.number] * done
        state = "已达到销号条件，待复核人签注" if done else "未达到销号条件"
        rows.append([row.number, row.title, row.lead, rating_cell(row.rating, row.display),
                     rating_cell(now["rating"], now["display"]), state])  # fmt: skip
    facts = final.facts
    sentence = prose(
        "中期列入整改的任务{total}，期末达到销号条件的{closed}。销号须复核人签注，系统不代为销号。",
        total=facts.count("整改.中期", len(rows), "中期列入整改的任务", parts=midterm.facts.tasks(earlier)),
        closed=facts.count(
            "整改.达到条件",
            len(closed),
            "达到销号条件的任务",
            parts=(*midterm.facts.tasks(earlier), *facts.tasks(later.loc[earlier["number"]].reset_index())),
        ),  # fmt: skip,
    )
    listing = table(
        "what-became",
        "中期整改任务销号情况",
        [
            Column(title="任务", align="center", width=0.6),
            Column(title="主要任务", width=2.4),
            Column(title="牵头部门", width=1.2),
            Column(title="中期评级", align="center", width=1.4),
            Column(title="期末评级", align="center", width=1.4),
            Column(title="销号情况", width=2),
        ],
        rows,
    )
    return Blocks([sentence, listing] if rows else [sentence])


def _without_midterm() -> Prose:
    return prose("未提供中期自查评估的填报数据，不作对照。")


def _open(evaluation: Evaluation):  # noqa: ANN202
    tasks = evaluation.tasks
    return tasks[tasks["rating"].isin([*FALLING_SHORT, UNKNOWN])]
