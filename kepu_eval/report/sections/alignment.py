"""Our targets beside those of the plans above, item by item and year by year."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Column, table
from kepu_eval.report.case import Case


def alignment(case: Case) -> Blocks:
    """The table of targets at every level; nothing where the plan names no superior's target."""
    rows, levels = case.words["对照上级项"], [item.level for item in case.plan.meta.superior]
    if not rows:
        return Blocks([])
    columns = [
        Column(title="指标", width=1.6), Column(title="年份", align="center", width=1.0), Column(title="本级目标", width=1.1),
        *(Column(title=level, width=1.1) for level in levels),
        Column(title="关系", width=1.9), Column(title="基期", width=2.4), Column(title="最近估计（区间）", width=1.7),
        Column(title="年均需（区间）", width=1.7), Column(title="条款", width=1.8),
    ]  # fmt: skip
    listing = table(
        "alignment", "与上级规划目标对照", columns,
        [
            [row["名称"], row["年份"], row["本级"], *row["上级"].values(), row["关系"], row["基期"], row["最近估计"],
             row["年均需"], row["条款"]]
            for row in rows
        ],
        note="“未取得原文”是不知道上级怎样规定，不是没有规定。年均需=（目标−现值）÷剩余年数，本级没有目标的，按已知的最高一级上级目标计算。",
        landscape=True,
    )  # fmt: skip
    return Blocks([listing])
