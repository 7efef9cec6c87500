"""What the period's end says to the next plan, target by target."""

from __future__ import annotations

from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.case import Case


def next_period(case: Case) -> Blocks:
    """One row an indicator: what was wanted, what was found, on what evidence, and what that advises."""
    rows = [
        [
            item["名称"],
            item["目标"],
            f"{item['情况']}{'；界定不清' if item['不清'] else ''}",
            item["依据"],
            item["建议"],
        ]
        for item in case.words["下期项"]
    ]
    listing = table(
        "next-period", "各项目标的期末情况和下一期建议", "指标<1.8 | 本期目标<1.2 | 情况<1 | 依据<3 | 建议<1.8", rows,
        note="提前达到：中期、期末都评为完成。界定不清：换一种口径或评级界限，评级会变。建议供制定下一期方案时参考，由办公室核定。",
    )  # fmt: skip
    return Blocks([listing])
