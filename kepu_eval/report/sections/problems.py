"""Problems and reasons, to the task and the unit."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT
from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.case import Case
from kepu_eval.report.narrative import reported
from kepu_eval.report.statements import CAUSE
from kepu_eval.report.wording import listed, rating_cell

_SHOWN = 4


def problems(case: Case) -> Blocks:
    """Tasks that fall short, with what stands behind it and the whole reason as reported; nothing without any."""
    behind = case.tasks(*FALLING_SHORT)
    if behind.empty:
        return Blocks([])
    listing = table(
        "problems",
        "问题与原因",
        "任务^0.6 | 主要任务<2.2 | 牵头部门<1.2 | 评级^1.4 | 问题<2.8 | 原因（单位自报）<2.4",
        [
            [row["number"], row["title"], row["lead"], rating_cell(row["rating"], row["display"]), _what(case, row),
             reported(case, row["number"], CAUSE) or "未说明"]
            for row in behind.to_dict("records")
        ],
    )  # fmt: skip
    return Blocks([listing])


def _what(case: Case, task: dict) -> str:
    """What decides the task's rating: its indicators' verdicts, else its commitments that fall short."""
    indicators, commitments = case.evaluation.indicators, case.evaluation.commitments
    short = indicators[indicators["indicator"].isin(task["quantitative"]) & _weak(indicators)]
    weak = commitments[
        commitments["task"].eq(task["number"]) & commitments["indicator"].isna() & _weak(commitments)
    ]
    parts = [f"{item.name}：{item.verdict}" for item in short.itertuples()]
    parts += [listed((f"{item.text}（{item.rating}）" for item in weak.itertuples()), at_most=_SHOWN)]
    return "；".join(filter(None, parts))


def _weak(rows: pd.DataFrame) -> pd.Series:
    return rows["rating"].isin(FALLING_SHORT)
