"""What remains to the horizon, and material for the next plan."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Blocks, Fact, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.sections.wording import UNKNOWN, listed, rating_cell

_COUNTED = (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON)


def outlook(case: Case) -> Blocks:
    """For each counted indicator: what is left, and how much a year that makes."""
    facts, years_left = case.facts, case.plan.meta.last_year - case.as_of.year
    until = {indicator.id: indicator.horizon.year - case.as_of.year for indicator in case.plan.indicators}
    rows = []
    for row in case.evaluation.indicators[case.evaluation.indicators["kind"].isin(_COUNTED)].itertuples():
        left = facts.indicator(row.indicator, "remaining")
        rows.append([row.name, facts.indicator(row.indicator, "target"), facts.indicator(row.indicator), left,
                     _per_year(row.indicator, row.name, left, until[row.indicator])])  # fmt: skip
    listing = table(
        "outlook",
        "到规划期末的剩余任务",
        "指标<2.4 | 目标> | 现值> | 尚差> | 今后年均需>1.2",
        rows,
        note="尚差=目标−现值；今后年均需=尚差÷剩余年数，向上取整。逐年、逐校类指标须每期达标，不列入本表。",
    )
    return Blocks(
        [
            prose(
                "距规划期末还有{years}。按现有数据，累计类和存量类指标的剩余任务如下。",
                years=Fact(
                    id="剩余年数",
                    value=years_left,
                    unit="年",
                    label="剩余年数",
                    formula="规划末年−基准日所在年",
                    sources=facts.planned("规划期"),
                ),
            ),
            listing,
        ]
    )


def _per_year(indicator: str, name: str, left: Fact, years: int) -> Fact:
    value = None if left.value is None or years <= 0 else -(-left.value // years)
    return left.model_copy(
        update={
            "id": f"{indicator}.per_year",
            "value": value,
            "missing": "已到期" if years <= 0 and left.value is not None else left.missing,
            "label": f"{name}·今后年均需",
            "formula": f"（{left.formula}）÷{years}年",
        }
    )


def next_plan(case: Case) -> Blocks:
    """What was not achieved and what the next period inherits."""
    indicators, tasks = case.evaluation.indicators, case.evaluation.tasks
    open_items = indicators[indicators["rating"].isin([*FALLING_SHORT, UNKNOWN])]
    open_tasks = tasks[tasks["rating"].isin([*FALLING_SHORT, UNKNOWN])]
    facts = case.facts
    topics = [a.topic for a in case.plan.ambiguities if a.severity == "A"]
    blocks = [
        prose(
            "需转入下一规划期研究的量化指标{indicators}、任务{tasks}"
            + ("；另有原文歧义{ambiguities}需在编制下一规划时明确。" if topics else "。"),
            indicators=facts.count(
                "结转.指标", len(open_items), "未完成或数据不足的指标", parts=facts.indicators(open_items)
            ),
            tasks=facts.count(
                "结转.任务", len(open_tasks), "未完成或数据不足的任务", parts=facts.tasks(open_tasks)
            ),
            ambiguities=facts.count(
                "结转.歧义", len(topics), "影响判定的原文歧义", "处", sources=facts.planned("原文歧义")
            ),
        )
    ]
    if len(open_items):
        blocks.append(
            table(
                "next-plan",
                "未完成或无法判定的量化指标",
                "指标<2.2 | 目标> | 结果> | 评级^ | 判定<2.8",
                [
                    [
                        row.name,
                        "逐年增长" if pd.isna(row.target) else facts.indicator(row.indicator, "target"),
                        facts.indicator(row.indicator),
                        rating_cell(row.rating),
                        row.verdict,
                    ]
                    for row in open_items.itertuples()
                ],
            )
        )
    if topics:
        blocks.append(prose("建议下一规划明确的事项：{topics}。", topics=listed(topics)))
    return Blocks(blocks)
