"""Qualitative goals: what the plan does for them, and no more than that can be said."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from kepu_eval.evaluation.model import NOT_RATED, Rating, settled, worst
from kepu_eval.plan import Goal, Plan

COLUMNS = ("goal", "text", "proxy", "evaluable", "rating", "rating_low", "rating_high", "supports", "unknown", "weakest",
           "indicators", "tasks", "commitments")  # fmt: skip


class _Support(NamedTuple):
    """Something rated that a goal rests on; without bounds it may be anything."""

    name: str
    rating: Rating
    low: Rating
    high: Rating


def judge_goals(
    plan: Plan, indicators: pd.DataFrame, tasks: pd.DataFrame, commitments: pd.DataFrame
) -> pd.DataFrame:
    """One row a goal: as good as the weakest of the indicators, tasks and commitments that support it.

    ``supports``: how many of them are rated or could be, ``unknown``: of them, those whose rating is not known; what is
    not rated at all, or excepted, does not count. ``rating`` is firm only where the worst and the best that the
    supports can be agree; ``weakest`` tells the titles of the supports that decide in the worst case. A goal without supports is
    not ``evaluable`` and stays 不定级. ``indicators``, ``tasks``, ``commitments``: what the plan names for it.
    """
    known = {
        "indicators": _supports("指标", "indicator", "name", indicators),
        "tasks": _supports("任务", "number", "title", tasks),
        "commitments": _supports("承诺", "commitment", "text", commitments),
    }
    rows = [
        _goal(goal, [known[part][name] for part in known for name in getattr(goal, part)])
        for goal in plan.goals
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _supports(kind: str, key: str, title: str, frame: pd.DataFrame) -> dict[str | int, _Support]:
    columns = (frame[name] for name in (key, title, "rating", "rating_low", "rating_high"))
    return {
        name: _Support(
            f"{kind}“{told}”", Rating(rating), _bound(low, Rating.NOT_STARTED), _bound(high, Rating.DONE)
        )
        for name, told, rating, low, high in zip(*columns, strict=True)
    }


def _bound(rating: str, open_: Rating) -> Rating:
    return open_ if Rating(rating) in NOT_RATED else Rating(rating)


def _goal(goal: Goal, named: list[_Support]) -> dict:
    supports = [s for s in named if s.rating not in (Rating.UNRATED, Rating.EXCEPTED)]
    low, high = (
        (worst([s.low for s in supports]), worst([s.high for s in supports]))
        if supports
        else (Rating.UNRATED, Rating.UNRATED)
    )
    return {
        "goal": goal.id,
        "text": goal.text,
        "proxy": goal.proxy,
        "evaluable": bool(supports),
        "rating": str(settled(low, high)),
        "rating_low": str(low),
        "rating_high": str(high),
        "supports": len(supports),
        "unknown": sum(s.rating is Rating.UNKNOWN for s in supports),
        "weakest": "、".join(s.name for s in supports if s.low is low),
        "indicators": goal.indicators,
        "tasks": goal.tasks,
        "commitments": goal.commitments,
    }
