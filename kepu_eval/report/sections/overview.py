"""What is open in the data: the indicators that it could move; and where the as-of date stands in the plan."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, Chart, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import phase_timeline
from kepu_eval.report.wording import bounds


def open_data(case: Case) -> Blocks:
    """Indicators that open questions and rejections could move, with how far; nothing without any."""
    facts = case.facts
    touched = case.evaluation.indicators.query("questions > 0")
    if touched.empty:
        return Blocks([])
    listing = table(
        "questions",
        "待核、退回数据可能影响的指标",
        "指标<2.4 | 待核、退回>0.8 | 现值> | 按原填计入> | 最不利> | 最有利> | 评级范围^1.6",
        [
            [row.name, facts.indicator(row.indicator, "questions"), facts.indicator(row.indicator),
             facts.as_written(row.indicator, case.as_written), facts.indicator(row.indicator, "low"),
             facts.indicator(row.indicator, "high").model_copy(update={"missing": "无法确定"}),
             bounds(row.rating_low, row.rating_high) or row.rating_low]
            for row in touched.itertuples()
        ],
        note="一项数据可涉及几项指标。按原填计入：待核数据按其原填的数（如“约300”按300）重算，只供判断影响，不作结论。最不利、最有利：缺失数据按下界、上界计算；累计类指标无法事先确定上界。",
    )  # fmt: skip
    return Blocks([listing])


def timeline(case: Case) -> Chart | Blocks:
    """The plan's phases and the as-of date among them; nothing for a plan without phases."""
    return phase_timeline(case.plan, case.as_of, case.notice) if case.plan.phases else Blocks([])
