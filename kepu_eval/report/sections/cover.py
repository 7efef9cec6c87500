"""Cover of a report, and what it was computed from."""

from __future__ import annotations

from kepu_eval.plan import Stage
from kepu_eval.report.blocks import Blocks, Cover, Inputs
from kepu_eval.report.case import Case
from kepu_eval.report.inputs import inputs_of, lineage_of
from kepu_eval.report.results import results_of

_TITLES = {Stage.MIDTERM: "中期自查评估报告", Stage.FINAL: "总结评估报告"}


def cover(case: Case) -> Blocks:
    """Title block, and what machines read: the list of inputs, the results as tables, and what every figure was made of."""
    meta = case.plan.meta
    title = Cover(
        title=f"{meta.district}{meta.about}{_TITLES[case.stage]}",
        contents=False,
        signed=True,
        organisation=case.organisation or meta.office,
        date=case.report_date,
        notice=case.notice,
    )
    inputs: Inputs = inputs_of(case)
    return Blocks([title, inputs, results_of(case), *lineage_of(case)])
