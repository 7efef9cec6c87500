"""What a sample can tell before it is drawn: expected half-width, and the size that confirms a target.

Normal approximation with a design effect: se = √(deff·p(1−p)/n) (Kish 1965, §8.2; Cochran 1977, §3.2 and §4.4).
Shares, targets and widths are 0 … 1; sizes are respondents.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.intervals import refuse_level
from kepu_eval.survey.target import verdict


def half_width(share: float, n: float, deff: float = 1.0, confidence: float = 0.95) -> float:
    """Expected half-width of the confidence interval of ``share`` from ``n`` respondents.

    A national sample that leaves 690 respondents to a prefecture has, with deff 2 and a share of 15 %, ± 3.8 points
    there (worked example E8): too wide to tell 12 % from 15 %. Raises :class:`SurveyError` for impossible values.
    """
    return _two_sided(confidence) * _standard_error(share, n, deff)


def chance_to_confirm(
    expected: float, target: float, n: float, deff: float = 1.0, confidence: float = 0.95
) -> float:
    """Chance that the lower limit reaches ``target`` when the true share is ``expected``: the power, 0 … 1."""
    from scipy.special import ndtr

    _refuse_share(target, "目标")
    distance = (expected - target) / _standard_error(expected, n, deff)
    return float(ndtr(distance - _two_sided(confidence)))


def size_to_confirm(
    expected: float, target: float, deff: float = 1.0, confidence: float = 0.95, power: float = 0.5
) -> int:
    """Respondents with whom the lower limit reaches ``target`` with chance ``power``, were the share ``expected``.

    ``power=0.5`` is the size at which an estimate equal to ``expected`` just confirms (E8: 15.6 % against 15 % with
    deff 1.6 needs 22,480); one survey in two then falls short, so plan with 0.8. Raises :class:`SurveyError` when
    ``expected`` does not exceed ``target``: no size confirms that.
    """
    _refuse_share(target, "目标")
    if expected <= target:
        raise SurveyError(
            f"预期比例{expected:.2%}不高于目标{target:.2%}，再大的样本也不能确认达到", hint="请核对预期比例"
        )
    if not 0 < power < 1:
        raise SurveyError(f"把握度应在0与1之间，现为{power}")
    distance = _two_sided(confidence) + _normal_quantile(power)
    return math.ceil((distance * _standard_error(expected, 1, deff) / (expected - target)) ** 2)


def power_curve(
    expected: float, target: float, sizes: Sequence[int], deff: float = 1.0, confidence: float = 0.95
) -> pd.DataFrame:
    """For each of ``sizes``: n, half_width, ci_low, ci_high, power, verdict (were the estimate ``expected``)."""
    rows = []
    for n in sizes:
        half = half_width(expected, n, deff, confidence)
        low, high = expected - half, expected + half
        power = chance_to_confirm(expected, target, n, deff, confidence)
        rows.append((int(n), half, low, high, power, verdict(expected, low, high, target)))
    return pd.DataFrame(rows, columns=["n", "half_width", "ci_low", "ci_high", "power", "verdict"])


def _standard_error(share: float, n: float, deff: float) -> float:
    _refuse_share(share, "比例")
    if not n > 0:
        raise SurveyError(f"样本量应大于0，现为{n}")
    if not deff > 0:
        raise SurveyError(f"设计效应应大于0，现为{deff}")
    return math.sqrt(deff * share * (1 - share) / n)


def _refuse_share(share: float, what: str) -> None:
    if not 0 < share < 1:
        raise SurveyError(f"{what}应在0与1之间（不含），现为{share}", hint="百分数请除以100")


def _two_sided(confidence: float) -> float:
    refuse_level(confidence)
    return _normal_quantile((1 + confidence) / 2)


def _normal_quantile(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))
