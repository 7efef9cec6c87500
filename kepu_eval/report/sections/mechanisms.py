"""How the organisational mechanisms work, as the office recorded it: in all, and unit by unit."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation.mechanisms import NO, PARTLY, YES
from kepu_eval.plan import Mechanism
from kepu_eval.report.blocks import Block, Blocks, Cell, Fact, Source, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.sections.wording import UNKNOWN

_TONES = {YES: "完成", PARTLY: "正在推进", NO: "未启动", UNKNOWN: UNKNOWN}


def mechanisms(case: Case) -> Blocks:
    """One sentence and a table of the plan's mechanisms with state, basis and remarks."""
    rows, facts = case.evaluation.mechanisms, case.facts
    if rows.empty:
        return Blocks([prose("《方案》没有规定工作机制。")])
    working, absent, unknown = (rows[rows["state"].eq(state)] for state in (YES, NO, UNKNOWN))
    partly = rows[rows["state"].eq(PARTLY)]
    parts = ["已建立并有依据的{working}"] + ["部分单位建立的{partly}"] * bool(len(partly))
    parts += ["没有建立的{absent}"] * bool(len(absent))
    parts += ["缺少记录、列为数据不足的{unknown}"] * bool(len(unknown))
    sentence = prose(
        f"《方案》要求的{{total}}工作机制中，{'，'.join(parts)}。",
        total=facts.count("机制.合计", len(rows), "工作机制", sources=facts.planned("工作机制")),
        working=facts.count("机制.已建立", len(working), "已建立的机制", parts=facts.mechanisms(working)),
        partly=facts.count(
            "机制.部分建立", len(partly), "部分单位建立的机制", parts=facts.mechanisms(partly)
        ),
        absent=facts.count("机制.没有建立", len(absent), "没有建立的机制", parts=facts.mechanisms(absent)),
        unknown=facts.count("机制.数据不足", len(unknown), "缺少记录的机制", parts=facts.mechanisms(unknown)),
    )
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
    return Blocks([sentence, listing, *each])


def _by_unit(case: Case, mechanism: Mechanism) -> Iterator[Block]:
    """Who has a mechanism that each unit has to have; the table leaves out those that have it."""
    every = case.evaluation.mechanism_units
    rows = every[every["mechanism"].eq(mechanism.id)]
    if rows.empty:
        yield prose(
            "“{text}”由“{owner}”各自建立：方案未列其成员，不作评价。",
            text=mechanism.text, owner=mechanism.owner,
        )  # fmt: skip
        return
    counts = {
        key: rows[rows["state"].eq(state)] for key, state in (("yes", YES), ("no", NO), ("open", UNKNOWN))
    }
    yield prose(
        "“{text}”由各单位分别建立：{total}中有记录为“有”的{yes}、“无”的{no}，没有记录、列为数据不足的{open}。",
        text=mechanism.text,
        total=_units(case, mechanism, "应建立", rows),
        yes=_units(case, mechanism, YES, counts["yes"]),
        no=_units(case, mechanism, NO, counts["no"]),
        open=_units(case, mechanism, UNKNOWN, counts["open"]),
    )
    columns = "单位<1.6 | 状态^ | 依据<2 | 说明<2.4"
    lacking = rows[~rows["state"].eq(YES)]
    if len(lacking):
        yield table(f"mechanism-{mechanism.id}-open", f"{mechanism.text}：没有或不清楚的单位", columns,
                    map(_unit_row, lacking.itertuples()), note="未列出的单位均有记录为“有”，见工作簿。")  # fmt: skip
    yield table(f"mechanism-{mechanism.id}", f"{mechanism.text}：各单位", columns,
                map(_unit_row, rows.itertuples()), annex=True)  # fmt: skip


def _units(case: Case, mechanism: Mechanism, what: str, rows: pd.DataFrame) -> Fact:
    sources = tuple(
        case.facts.placed(Source(file=row.file, sheet=row.sheet, cell=row.cell, raw=row.state, what=row.unit))
        for row in rows.itertuples()
        if row.cell
    )
    asked = (case.facts.placed(Source(file=case.plan.source, what=f"{mechanism.id} {mechanism.owner}")),)
    return Fact(id=f"机制.{mechanism.id}.{what}", value=len(rows), unit="个单位", label=f"{mechanism.text}·{what}",
                formula="计数", sources=sources or asked)  # fmt: skip


def _unit_row(row: tuple) -> list:
    note = "；".join(filter(None, (row.reason, row.note)))
    return [row.name, Cell(text=row.state, tone=tone_of(_TONES[row.state])), row.basis or None, note or None]
