"""Rounds of a survey as one series: only what one instrument measured with one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from kepu_eval.survey.errors import SurveyError


@dataclass(frozen=True)
class RoundResult:
    """The literate share that a round found, with what it was measured by."""

    year: int
    instrument: str
    threshold: float
    estimate: float
    ci_low: float
    ci_high: float


def join_rounds(rounds: Sequence[RoundResult]) -> pd.DataFrame:
    """Rounds in order of year, one row each, columns as :class:`RoundResult`.

    Raises :class:`SurveyError` where instruments or thresholds differ (a share at ≥ 60 of one question bank does not
    continue a share at ≥ 70 of another), for a year that comes twice, and for no round at all.
    """
    if not rounds:
        raise SurveyError("没有可以连成序列的调查轮次")
    first = rounds[0]
    for other in rounds[1:]:
        if (other.instrument, other.threshold) != (first.instrument, first.threshold):
            raise SurveyError(
                f"{first.year}年（{first.instrument}，{first.threshold:g}分）与{other.year}年"
                f"（{other.instrument}，{other.threshold:g}分）的工具或达标线不同，不能连成一个序列；请分别列示"
            )
    frame = pd.DataFrame([asdict(item) for item in rounds]).sort_values("year", ignore_index=True)
    repeated = frame.loc[frame["year"].duplicated(), "year"]
    if len(repeated):
        raise SurveyError(f"{repeated.iloc[0]}年有两个结果，请只保留一个")
    return frame
