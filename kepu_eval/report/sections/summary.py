"""Tables of the report to be signed: what falls short, all indicators, what is to be done about it."""

from __future__ import annotations

from itertools import pairwise

from kepu_eval.evaluation import FALLING_SHORT, Rating
from kepu_eval.plan import Stage
from kepu_eval.report.blocks import Table, table
from kepu_eval.report.case import Case
from kepu_eval.report.narrative import BRIEF, reported
from kepu_eval.report.statements import CAUSE, MEASURE
from kepu_eval.report.wording import listed, rating_cell
from kepu_eval.supervision import Item
from kepu_eval.supervision.rectification import item_name, proposed_due, to_reach

_UNSAID = "未说明"


def shortfalls(case: Case) -> Table:
    """What falls short, one row an indicator or a task without one, furthest behind first: state, gap, cause."""
    tasks = case.evaluation.tasks.set_index("number")
    rows = [
        [_item(words["名称"], words["评级"]), words["牵头"], _state(words), words["原因"] or _UNSAID]
        for words in case.words["指标"]["未达进度项"]
    ]
    without = tasks[tasks["rating"].isin(FALLING_SHORT) & ~tasks["quantitative"].map(bool)]
    for number, task in without.iterrows():
        cause = reported(case, number, CAUSE, most=BRIEF) or _UNSAID
        rows.append([_item(task["title"], task["rating"]), task["lead"], _weak(case, number), cause])
    for before, row in pairwise(list(rows)):
        if before[1] == row[1] and getattr(before[3], "value", "") == getattr(row[3], "value", None):
            row[3] = "同上"
    return table(
        "shortfalls", "未完成和未启动的事项" if case.stage is Stage.FINAL else "滞后和未启动的事项",
        "事项<2.1 | 牵头单位<0.8 | 要求；现状<2.5 | 原因（单位自报）<2.8", rows,
    )  # fmt: skip


def _item(name: str, rating: str) -> str:
    return name if rating in (Rating.BEHIND, Rating.NOT_DONE) else f"{name}（{rating}）"


def _state(words: dict) -> str:
    return f"{words['要求'].text}；{words['现值名称']}{words['现值'].text}"


def _weak(case: Case, task: int) -> str:
    rows = case.evaluation.commitments
    rows = rows[rows["task"].eq(task) & rows["rating"].isin(FALLING_SHORT)]
    return listed((f"{row.text}：{row.reason}" for row in rows.itertuples()), at_most=2)


def attainment(case: Case) -> Table:
    """All indicators, each with the two figures that its percentage is made of."""
    return table(
        "attainment", "目标指标完成情况",
        "指标<1.7 | 牵头单位<1.1 | 目标<1.3 | 现值>1.15 | 算式>1.85 | 完成比例>0.9 | 评级<1.3",
        [
            [words["名称"], words["牵头"], words["要求"], words["现值"], words["算式"], words["完成比例"],
             rating_cell(words["评级"], _range(words))]
            for words in case.words["指标"]["全部项"]
        ],
        note="逐年、逐校的要求按达到要求的期数、校学期数计算完成比例，不以平均数判定；抽样估计的现值见正文。",
    )  # fmt: skip


def _range(words: dict) -> str:
    low, high = words["最差"], words["最好"]
    return words["评级"] if low == high else f"{words['评级']}（{low}至{high}）"


def measures(case: Case) -> Table:
    """What is to be put right: by whom, how, by when, and when it is done."""
    return table(
        "rectification", "整改清单",
        "事项<2.2 | 责任单位<1.1 | 措施（单位自报）<2.4 | 时限^1.5 | 销号的数值条件<2.1",
        [
            [
                f"{item_name(case.plan, item)}（{item.rating}）", case.plan.unit(item.unit).name,
                reported(case, item.task, MEASURE, item.indicator, BRIEF) or "由责任单位提出",
                due_of(case, item), to_reach(item),
            ]
            for item in case.to_rectify
        ],
        note="销号除达到所列条件外，还须佐证可用、复核人签注；编号和办理过程见整改台账。",
    )  # fmt: skip


def by_whom(case: Case) -> Table:
    """Who has to reach what by when: the list of what is to be put right, one row a unit and date, the earliest first."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for item in case.to_rectify:
        due = due_of(case, item).replace("\n", "")
        row = found.setdefault((case.plan.unit(item.unit).name, due), {})
        row.setdefault(to_reach(item), []).append(item_name(case.plan, item))
    rows = [
        [unit, "；".join(f"{listed(names)}：{wanted}" for wanted, names in row.items()), due]
        for (unit, due), row in sorted(found.items(), key=lambda each: each[0][1])
    ]
    return table("by-whom", "谁在什么时候以前做到什么", "责任单位<1 | 事项和要求<4 | 时限^1.5", rows)


def due_of(case: Case, item: Item) -> str:
    """The date agreed in the ledger, else the one that the plan's terms propose."""
    kept = case.rectification
    agreed = kept.loc[kept["item"].eq(item.item) & kept["due"].fillna("").ne(""), "due"]
    return str(agreed.iloc[0]) if len(agreed) else f"{proposed_due(item, case.plan, case.as_of)}\n（拟定）"
