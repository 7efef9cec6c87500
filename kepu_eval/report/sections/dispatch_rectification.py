"""Quarterly dispatch: what was to be put right, and by when."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Cell, Fact, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_sources import of_ledger
from kepu_eval.report.dispatch_words import TOLD
from kepu_eval.rows import Row
from kepu_eval.supervision.deadlines import Deadline
from kepu_eval.supervision.rectification import item_name


def dispatch_rectification(case: DispatchCase) -> Blocks:
    """Items of the supervision ledger that are overdue, fall due, or have no time limit: by unit, the longest overdue first."""
    items = case.deadlines
    if items is None or not items["deadline"].isin(TOLD).any():
        return Blocks([])
    told = items[items["deadline"].isin(TOLD)]
    order = told["due"].mask(told["due"].eq(""))  # a missing time limit comes last
    told = told.assign(due_order=order, first=order.groupby(told["unit"]).transform("min"))
    listing = table(
        "dispatch-rectification",
        "逾期、到期和未定时限的整改事项",
        "牵头单位<1.1 | 整改事项<2.1 | 措施<2.4 | 时限^1.7 | 到期情况^1.1 | 逾期天数>0.9 | 状态^0.9",
        [
            [row.unit_name, item_name(case.plan, row), row.measure or None, row.due or None, _standing(row), _days(case, row), row.state]
            for row in told.sort_values(["first", "unit", "due_order"]).itertuples()
        ],
    )  # fmt: skip
    return Blocks([listing])


def _standing(row: Row) -> Cell:
    return Cell(text=row.deadline, tone="late" if row.deadline == Deadline.OVERDUE else "")


def _days(case: DispatchCase, row: Row) -> Fact | None:
    if row.deadline != Deadline.OVERDUE:
        return None
    return Fact(id=f"整改.{row.item}.逾期天数", value=row.days, unit="天", label=f"{row.item}逾期天数",
                formula="季末−时限", sources=of_ledger(case, row.item))  # fmt: skip
