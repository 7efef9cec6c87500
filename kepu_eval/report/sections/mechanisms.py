"""How the organisational mechanisms work, as the office recorded it: in all, and unit by unit."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.evaluation.mechanisms import NO, PARTLY, YES
from kepu_eval.plan import Mechanism
from kepu_eval.report.blocks import Block, Blocks, Cell, table
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.wording import UNKNOWN
from kepu_eval.rows import Row

_TONES = {YES: "完成", PARTLY: "正在推进", NO: "未启动", UNKNOWN: UNKNOWN}


def mechanisms(case: Case) -> Blocks:
    """The plan's mechanisms with state, basis and remarks; of those that each unit has to have, who lacks them."""
    rows = case.evaluation.mechanisms
    if rows.empty:
        return Blocks([])
    listing = table(
        "mechanisms",
        "工作机制运行情况",
        "编号^0.7 | 机制<2.6 | 状态^ | 依据<2 | 说明<2.4",
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
    each = [block for item in case.plan.mechanisms if item.by_unit for block in _by_unit(case, item)]
    return Blocks([listing, *each])


def _by_unit(case: Case, mechanism: Mechanism) -> Iterator[Block]:
    """Who has a mechanism that each unit has to have; the first table leaves out those that have it."""
    every = case.evaluation.mechanism_units
    rows = every[every["mechanism"].eq(mechanism.id)]
    if rows.empty:
        return
    columns = "单位<1.6 | 状态^ | 依据<2 | 说明<2.4"
    lacking = rows[~rows["state"].eq(YES)]
    if len(lacking):
        yield table(f"mechanism-{mechanism.id}-open", f"{mechanism.text}：没有或不清楚的单位", columns,
                    map(_unit_row, lacking.itertuples()), note="未列出的单位均有记录为“有”，见工作簿。")  # fmt: skip
    yield table(f"mechanism-{mechanism.id}", f"{mechanism.text}：各单位", columns,
                map(_unit_row, rows.itertuples()), annex=True)  # fmt: skip


def _unit_row(row: Row) -> list:
    note = "；".join(filter(None, (row.reason, row.note)))
    return [row.name, Cell(text=row.state, tone=tone_of(_TONES[row.state])), row.basis or None, note or None]
