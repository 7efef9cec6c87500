"""Qualitative goals: what the plan does for them, and no more than that can be said."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation.model import NOT_RATED, Rating, settled, worst
from kepu_eval.plan import Goal, Plan

COLUMNS = ("goal", "text", "proxy", "evaluable", "rating", "rating_low", "rating_high", "supports", "unknown", "weakest",
           "indicators", "tasks", "commitments")  # fmt: skip
_SUPPORT_COLUMNS = ["kind", "id", "name", "rating", "rating_low", "rating_high"]


def judge_goals(
    plan: Plan, indicators: pd.DataFrame, tasks: pd.DataFrame, commitments: pd.DataFrame
) -> pd.DataFrame:
    """One row a goal: as good as the weakest of the indicators, tasks and commitments that support it.

    ``supports``: how many of them are rated or could be, ``unknown``: of them, those whose rating is not known; what is
    not rated at all, or excepted, does not count. ``rating`` is firm only where the worst and the best that the
    supports can be agree; ``weakest`` names the support that decides (in the worst case). A goal without supports is
    not ``evaluable`` and stays 不定级.
    """
    return pd.DataFrame(
        (_goal(goal, _supports(goal, indicators, tasks, commitments)) for goal in plan.goals), columns=COLUMNS
    )


def _supports(
    goal: Goal, indicators: pd.DataFrame, tasks: pd.DataFrame, commitments: pd.DataFrame
) -> pd.DataFrame:
    parts = (
        ("指标", goal.indicators, indicators, "indicator", "name"),
        ("任务", goal.tasks, tasks, "number", "title"),
        ("承诺", goal.commitments, commitments, "commitment", "text"),
    )
    rows = [row for part in parts for row in _rows(*part)]
    found = pd.DataFrame(rows, columns=_SUPPORT_COLUMNS)
    return found[~found["rating"].isin([Rating.UNRATED, Rating.EXCEPTED])]


def _rows(kind: str, wanted: tuple, frame: pd.DataFrame, key: str, name: str) -> Iterator[tuple]:
    for row in frame[frame[key].isin(wanted)].to_dict("records"):
        yield kind, row[key], row[name], row["rating"], row["rating_low"], row["rating_high"]


def _goal(goal: Goal, supports: pd.DataFrame) -> dict:
    sides = {
        "rating_low": Rating.NOT_STARTED,
        "rating_high": Rating.DONE,
    }  # what a support without bounds may be
    low, high = (
        worst([_bound(r, open_) for r in supports[side]]) if len(supports) else Rating.UNRATED
        for side, open_ in sides.items()
    )
    deciding = supports[[_bound(r, sides["rating_low"]) is low for r in supports["rating_low"]]]
    return {
        "goal": goal.id,
        "text": goal.text,
        "proxy": goal.proxy,
        "evaluable": bool(len(supports)),
        "rating": str(settled(low, high)),
        "rating_low": str(low),
        "rating_high": str(high),
        "supports": len(supports),
        "unknown": int(supports["rating"].eq(Rating.UNKNOWN).sum()),
        "weakest": "、".join(f"{r.kind}{r.id}" for r in deciding.itertuples()),
        "indicators": goal.indicators,
        "tasks": goal.tasks,
        "commitments": goal.commitments,
    }


def _bound(rating: str, open_: Rating) -> Rating:
    return open_ if Rating(rating) in NOT_RATED else Rating(rating)
