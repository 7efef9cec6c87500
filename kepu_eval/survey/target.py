"""An estimate with its interval against a target: the four classes that a statistician would sign."""

from __future__ import annotations

CONFIRMED, REACHED, WITHIN_ERROR, BELOW = (
    "达到·统计确认", "点估计达到·统计未确认", "点估计未达·差距在误差内", "未达到·统计确认",
)  # fmt: skip

MEANING = {
    CONFIRMED: "置信下限不低于目标，可以说达到",
    REACHED: "估计值达到目标，但置信下限低于目标，只能说可能达到",
    WITHIN_ERROR: "估计值低于目标，但差距在抽样误差之内，既不能说达到，也不能说没有达到",
    BELOW: "置信上限低于目标，可以说没有达到",
}
"""What may be said of each."""


def verdict(estimate: float, ci_low: float, ci_high: float, target: float) -> str:
    """One of four classes (worked example E8): where estimate and interval lie against the target, all in one unit.

    The target is inclusive: a lower limit equal to it confirms.
    """
    if ci_low >= target:
        return CONFIRMED
    if estimate >= target:
        return REACHED
    return WITHIN_ERROR if ci_high >= target else BELOW
