"""Shares of all categories of an outcome, of several outcomes at once: the table that reports print."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kepu_eval.survey.estimates import shares
from kepu_eval.survey.estimator import Estimator


def tabulate(
    sample: Estimator,
    outcomes: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    method: str = "logit",
) -> pd.DataFrame:
    """Shares (0 … 1) of the categories of ``outcomes``, a column or several, overall or in each domain of ``by``.

    One row an outcome × category × group; columns: outcome, category, then those of :meth:`Estimator.proportion`,
    interval by ``method``, and ``count``: respondents with the category in the group. Shares of a group add up to 1:
    those without an answer stand in ``missing``.
    """
    parts = []
    for y in [outcomes] if isinstance(outcomes, str) else outcomes:
        answers = sample.domains(y)
        groups = sample.domains(by).where(answers.code < len(answers))
        for k, category in enumerate(answers.names):
            chosen = answers.code == k
            found = shares(sample, chosen, groups, by, confidence, method)
            count = groups.where(chosen).sizes
            found.insert(0, "outcome", y)
            found.insert(1, "category", category)
            parts.append(found.assign(count=count))
    return pd.concat(parts, ignore_index=True)
