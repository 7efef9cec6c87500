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
    earlier, later = _rounds(one, other, y, by, instruments)
    found = _combined(earlier, later, -1.0, 1.0, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(found["se"] > 0, found["estimate"] / found["se"], np.nan)
        p = 2 * special.stdtr(found["df"], -np.abs(t))
    found = found.assign(
        earlier=earlier["estimate"].to_numpy(), later=later["estimate"].to_numpy(), t=t, p_value=p
    )
    return found[
        ["group", "earlier", "later", "estimate", "se", "ci_low", "ci_high", "t", "p_value", "n", "df"]
    ]


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
    earlier, later = _rounds(one, other, y, by, instruments)
    share = earlier["effective"] / (earlier["effective"] + later["effective"])
    return _combined(earlier, later, share, 1 - share, confidence)


def _rounds(
    one: Estimator,
    other: Estimator,
    y: str,
    by: str | Sequence[str] | None,
    instruments: tuple[str, str],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both rounds' estimates by domain, with the same domains in the same order; missing where a round has none."""
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
    names = tables[0].index.union(tables[1].index, sort=False)
    return tables[0].reindex(names), tables[1].reindex(names)


def _combined(
    earlier: pd.DataFrame, later: pd.DataFrame, a: pd.Series | float, b: pd.Series | float, confidence: float
) -> pd.DataFrame:
    """``a`` × earlier + ``b`` × later: the rounds are independent, so their variances add up, and df are Satterthwaite's."""
    estimate = a * earlier["estimate"] + b * later["estimate"]
    variances = (a * earlier["se"]) ** 2, (b * later["se"]) ** 2
    se = np.sqrt(sum(variances))
    df = sum(variances) ** 2 / (variances[0] ** 2 / earlier["df"] + variances[1] ** 2 / later["df"])
    low, high = wald(estimate, se, df, confidence)
    found = {
        "estimate": estimate,
        "se": se,
        "ci_low": low,
        "ci_high": high,
        "n": earlier["n"] + later["n"],
        "df": df,
    }
    return pd.DataFrame(found).rename_axis("group").reset_index()
