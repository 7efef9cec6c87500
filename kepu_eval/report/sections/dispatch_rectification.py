"""Quarterly dispatch: what was to be put right, and by when."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Cell, Fact, prose, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_sources import of_ledger
from kepu_eval.report.sections.wording import chinese_date
from kepu_eval.supervision.deadlines import Deadline

_TOLD = (Deadline.OVERDUE, Deadline.THIS_QUARTER, Deadline.NEXT_QUARTER, Deadline.UNDATED)


def dispatch_rectification(case: DispatchCase) -> Blocks:
    """Items of the supervision ledger that are overdue, fall due, or have no time limit: by unit, the longest overdue first."""
    items = case.deadlines
    if items is None:
        return Blocks([prose("未提供督查台账，不列整改事项的时限。")])
    if items.empty:
        return Blocks([prose("督查台账中没有整改事项。")])
    found = items["deadline"].value_counts()
    sentence = prose(
        "督查台账共有整改事项{total}，其中已销号或撤销{settled}；"
        + "，".join(f"{deadline}{{c{n}}}" for n, deadline in enumerate(_TOLD))
        + "。逾期指时限已过而未销号，天数算至{as_of}；状态以截至{until}（报送期限）台账所记为准。",
        total=case.facts.count("整改.合计", len(items), "整改事项", sources=of_ledger(case, "整改事项")),
        settled=case.facts.count(
            "整改.了结", int(items["settled"].sum()), "已销号或撤销的整改事项", parts=("整改.合计",)
        ),
        as_of=chinese_date(case.now.round.as_of),
        until=chinese_date(case.now.round.due),
        **{
            f"c{n}": case.facts.count(
                f"整改.{deadline}", found.get(deadline, 0), f"{deadline}的整改事项", parts=("整改.合计",)
            )
            for n, deadline in enumerate(_TOLD)
        },
    )
    told = items[items["deadline"].isin(_TOLD)]
    if told.empty:
        return Blocks([sentence])
    order = told["due"].mask(told["due"].eq(""))  # a missing time limit comes last
    told = told.assign(due_order=order, first=order.groupby(told["unit"]).transform("min"))
    listing = table(
        "dispatch-rectification",
        "逾期、到期和未定时限的整改事项",
        "牵头单位<1.3 | 任务^0.7 | 整改事项<2.4 | 时限^1.5 | 到期情况^1.3 | 逾期天数>1.2 | 状态^",
        [
            [row.unit_name, row.task, case.plan.indicator(row.indicator).name if row.indicator else row.title,
             row.due or None, _standing(row), _days(case, row), row.state]
            for row in told.sort_values(["first", "unit", "due_order"]).itertuples()
        ],
    )  # fmt: skip
    return Blocks([sentence, listing])


def _standing(row: tuple) -> Cell:
    return Cell(text=row.deadline, tone="late" if row.deadline == Deadline.OVERDUE else "")


def _days(case: DispatchCase, row: tuple) -> Fact | None:
    if row.deadline != Deadline.OVERDUE:
        return None
    return Fact(id=f"整改.{row.item}.逾期天数", value=row.days, unit="天", label=f"{row.item}逾期天数",
                formula="季末−时限", sources=of_ledger(case, row.item))  # fmt: skip
