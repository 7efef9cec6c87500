"""How the organisational mechanisms work, as the office recorded it."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Cell, Column, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.sections.wording import UNKNOWN

_TONES = {"有": "完成", "无": "未启动", UNKNOWN: UNKNOWN}


def mechanisms(case: Case) -> Blocks:
    """One sentence and a table of the plan's mechanisms with state, basis and remarks."""
    rows, facts = case.evaluation.mechanisms, case.facts
    if rows.empty:
        return Blocks([prose("《方案》没有规定工作机制。")])
    working, absent, unknown = (rows[rows["state"].eq(state)] for state in ("有", "无", UNKNOWN))
    parts = ["已建立并有依据的{working}"] + ["没有建立的{absent}"] * bool(len(absent))
    parts += ["缺少记录、列为数据不足的{unknown}"] * bool(len(unknown))
    sentence = prose(
        f"《方案》要求的{{total}}工作机制中，{'，'.join(parts)}。",
        total=facts.count("机制.合计", len(rows), "工作机制", sources=facts.planned("工作机制")),
        working=facts.count("机制.已建立", len(working), "已建立的机制", parts=facts.mechanisms(working)),
        absent=facts.count("机制.没有建立", len(absent), "没有建立的机制", parts=facts.mechanisms(absent)),
        unknown=facts.count("机制.数据不足", len(unknown), "缺少记录的机制", parts=facts.mechanisms(unknown)),
    )
    listing = table(
        "mechanisms",
        "工作机制运行情况",
        [
            Column(title="编号", align="center", width=0.7),
            Column(title="机制", width=2.6),
            Column(title="状态", align="center"),
            Column(title="依据", width=2),
            Column(title="说明", width=2.4),
        ],
        [
            [
                row.mechanism,
                row.text,
                Cell(text=row.state, tone=tone_of(_TONES.get(row.state, UNKNOWN))),
                row.basis or None,
                row.note or None,
            ]
            for row in rows.itertuples()
        ],
    )
    return Blocks([sentence, listing])
