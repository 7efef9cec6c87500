"""From a ratio to a class, by the thresholds of the plan file. Comparison comes before rounding, in exact fractions."""

from __future__ import annotations

from fractions import Fraction

from kepu_eval.evaluation.model import Rating, better
from kepu_eval.plan import Band, RatingRules, Stage


def exact(number: float | str | Fraction) -> Fraction:
    """The number as written: ``0.9`` is nine tenths, not its binary neighbour.

    What is exact already stays as it is, a threshold that notes its comparisons included
    (:mod:`kepu_eval.evaluation.exploring`).
    """
    if isinstance(number, float):
        return Fraction(repr(number))
    return Fraction(number) if isinstance(number, str | int) else number


def banded(ratio: Fraction, bands: tuple[Band, ...]) -> Rating:
    """Class of the highest band that ``ratio`` reaches."""
    return next(Rating(item.label) for item in bands if ratio >= exact(item.at_least))


def attainment(share: Fraction, time_share: Fraction, stage: Stage, rules: RatingRules) -> Rating:
    """Class of something that accumulates towards the horizon.

    ``share`` is value ÷ target. Mid-term: pace = share ÷ time share; reaching the target early is 完成.
    Final: the share itself. Nothing at all is 未启动.
    """
    if share <= 0:
        return Rating.NOT_STARTED
    if stage is Stage.FINAL:
        return banded(share, rules.final_attainment)
    if share >= 1:
        return Rating.DONE
    return banded(share / time_share, rules.midterm_pace) if time_share else Rating.UNDER_WAY


def compliance(share: Fraction, stage: Stage, rules: RatingRules, *, every: bool = False) -> Rating:
    """Class of something due in every period or of every entity, so that no time share enters.

    ``share`` is that of due periods (or entities) that comply. Mid-term: the pace bands on the share itself.
    Final: all is 完成; ``every`` (普惠类, each school) allows nothing less, otherwise the final bands apply.
    Whether anything was done at all is the caller's to say: none complying is not the same as nothing begun.
    """
    if stage is not Stage.FINAL:
        return banded(share, rules.midterm_pace)
    if every:
        return Rating.DONE if share >= 1 else Rating.NOT_DONE
    return banded(share, rules.final_attainment)


def capped(rating: Rating, stage: Stage) -> Rating:
    """A class without evidence: at most 正在推进, at the final, which has no such class, 未完成."""
    cap = Rating.NOT_DONE if stage is Stage.FINAL else Rating.UNDER_WAY
    return cap if better(rating, cap) else rating
