"""Two rounds of a survey, drawn independently and each with a design of its own: their difference, and both together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import Estimated
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.intervals import wald


def difference(
    one: Estimator,
    other: Estimator,
    y: str,
    by: str | Sequence[str] | None = None,
    *,
    instruments: tuple[str, str],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Mean of ``y`` in the round ``other`` less that in ``one``, overall or in each domain of ``by``.

    ``instruments``: what each round measured with, questionnaire and threshold (``"百分制，≥70"``); two that differ
    are not comparable and raise :class:`SurveyError`. Columns: group, earlier, later, estimate (later − earlier), se,
    ci_low, ci_high, t, p_value, n (of both), df (Satterthwaite's, from the domains' own). Domains are matched by name;
    one that either round lacks is missing.
    """
    left, right, names = _pair(one, other, y, by, instruments)
    gap = right["estimate"] - left["estimate"]
    variance = left["se"] ** 2 + right["se"] ** 2
    se = np.sqrt(variance)
    df = _satterthwaite(left["se"] ** 2, left["df"], right["se"] ** 2, right["df"])
    low, high = wald(gap, se, df, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(se > 0, gap / se, np.nan)
        p = 2 * special.stdtr(df, -np.abs(t))
    return pd.DataFrame(
        {"group": names, "earlier": left["estimate"], "later": right["estimate"], "estimate": gap, "se": se,
         "ci_low": low, "ci_high": high, "t": t, "p_value": p, "n": left["n"] + right["n"], "df": df}
    )  # fmt: skip


def pooled(
    one: Estimator,
    other: Estimator,
    y: str,
    by: str | Sequence[str] | None = None,
    *,
    instruments: tuple[str, str],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Mean of ``y`` over both rounds, each weighing its effective sample size (Kish's), which does not depend on ``y``.

    Columns: group, estimate, se, ci_low, ci_high, n, df; ``instruments`` as for :func:`difference`. Describes the time
    between the rounds, for domains that one round alone leaves too small.
    """
    left, right, names = _pair(one, other, y, by, instruments)
    share = left["effective"] / (left["effective"] + right["effective"])
    variances = (share * left["se"]) ** 2, ((1 - share) * right["se"]) ** 2
    estimate = share * left["estimate"] + (1 - share) * right["estimate"]
    se = np.sqrt(sum(variances))
    df = _satterthwaite(variances[0], left["df"], variances[1], right["df"])
    low, high = wald(estimate, se, df, confidence)
    return pd.DataFrame({"group": names, "estimate": estimate, "se": se, "ci_low": low, "ci_high": high,
                         "n": left["n"] + right["n"], "df": df})  # fmt: skip


def _pair(
    one: Estimator,
    other: Estimator,
    y: str,
    by: str | Sequence[str] | None,
    instruments: tuple[str, str],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], list[str]]:
    if instruments[0] != instruments[1]:
        raise SurveyError(
            f"两轮调查的工具或达标线不同（“{instruments[0]}”与“{instruments[1]}”），结果不可比，不能相减或合并"
        )
    tables = []
    for sample in (one, other):
        values, domains = sample.values(y, by)
        found: Estimated = sample.estimated(values, None, domains)
        with np.errstate(divide="ignore", invalid="ignore"):
            effective = found.population**2 / domains.sums(sample.weights**2)
        tables.append(pd.DataFrame({"estimate": found.estimate, "se": found.se, "df": found.df, "n": found.n,
                                    "effective": effective}, index=list(domains.names)))  # fmt: skip
    names = list(tables[0].index.union(tables[1].index, sort=False))
    left, right = ({k: v.to_numpy() for k, v in t.reindex(names).items()} for t in tables)
    return left, right, names


def _satterthwaite(a: np.ndarray, df_a: np.ndarray, b: np.ndarray, df_b: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return (a + b) ** 2 / (a**2 / df_a + b**2 / df_b)
