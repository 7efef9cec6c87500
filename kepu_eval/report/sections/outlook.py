"""What remains to the horizon."""

from __future__ import annotations

from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Blocks, Fact, table
from kepu_eval.report.case import Case

_COUNTED = (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON)


def outlook(case: Case) -> Blocks:
    """For each counted indicator: what is left, and how much a year that makes; nothing without any."""
    facts, rows = case.facts, []
    for row in case.evaluation.indicators[case.evaluation.indicators["kind"].isin(_COUNTED)].itertuples():
        left, years = (
            facts.indicator(row.indicator, "remaining"),
            case.plan.indicator(row.indicator).horizon.year - case.as_of.year,
        )
        rows.append([row.name, facts.indicator(row.indicator, "target"), facts.indicator(row.indicator), left,
                     _per_year(row.indicator, row.name, left, years)])  # fmt: skip
    listing = table(
        "outlook",
        "到规划期末的剩余任务",
        "指标<2.4 | 目标> | 现值> | 尚差> | 今后年均需>1.2",
        rows,
        note="尚差=目标−现值；今后年均需=尚差÷剩余年数，向上取整。逐年、逐校类指标须每期达标，不列入本表。",
    )
    return Blocks([listing] if rows else [])


def _per_year(indicator: str, name: str, left: Fact, years: int) -> Fact:
    value = None if not isinstance(left.value, int | float) or years <= 0 else -(-left.value // years)
    return left.model_copy(
        update={
            "id": f"{indicator}.per_year",
            "value": value,
            "missing": "已到期" if years <= 0 and left.value is not None else left.missing,
            "label": f"{name}·今后年均需",
            "formula": f"（{left.formula}）÷{years}年",
        }
    )
