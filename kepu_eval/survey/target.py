"""An estimate with its interval against a target: the four classes that a statistician would sign."""

from __future__ import annotations

CONFIRMED, REACHED, WITHIN_ERROR, BELOW = (
    "达到·统计确认", "点估计达到·统计未确认", "点估计未达·差距在误差内", "未达到·统计确认",
)  # fmt: skip


def verdict(estimate: float, ci_low: float, ci_high: float, target: float) -> str:
    """One of four classes (worked example E8): where estimate and interval lie against the target, all in one unit.

    The target is inclusive: a lower limit equal to it confirms.
    """
    if ci_low >= target:
        return CONFIRMED
    if estimate >= target:
        return REACHED
    return WITHIN_ERROR if ci_high >= target else BELOW
