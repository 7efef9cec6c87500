"""Which conclusions hold in all, most or some of many settings, and over what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kepu_eval.evaluation.classes import CLASSES, Ratings, code, in_classes, labels
from kepu_eval.evaluation.model import BANDS, Rating, band
from kepu_eval.evaluation.ranking import rank_intervals
from kepu_eval.evaluation.robustness import Outcomes
from kepu_eval.evaluation.rollup import ON_COURSE, task_ratings
from kepu_eval.plan import Plan, Stage

MOST = 0.9
IN_ALL, IN_MOST, IN_SOME = "全部成立", "多数成立", "部分成立"


def standing(share: float) -> str:
    """Whether a conclusion holds in all settings, in most (at least 90 %) or only in some."""
    if share == 1:
        return IN_ALL
    return IN_MOST if share >= MOST else IN_SOME


def with_missing(plan: Plan, own: Outcomes, n: int, seed: int) -> Outcomes:
    """The report's own setting ``n`` times over, with everything unknown given a class.

    Number 0 takes every unknown at its worst, number 1 at its best; in the others each is drawn by itself,
    every class of the stage between its bounds as likely as the next. The draws say how far the missing data
    reach, not how likely a result is.
    """
    rng = np.random.default_rng(seed)
    settings = own.settings.take(np.zeros(n, dtype=int))
    indicators = {name: _drawn(item, own, n, rng) for name, item in own.indicators.items()}
    of_indicator = {c.id: indicators[c.indicator] for c in plan.commitments if c.indicator is not None}
    commitments = {
        name: of_indicator.get(name) or _drawn(item, own, n, rng) for name, item in own.commitments.items()
    }
    same = np.zeros(n, dtype=int)
    judgements = {name: (found, which[same]) for name, (found, which) in own.judgements.items()}
    tasks = task_ratings(plan, own.stage, settings, indicators, commitments, own.excepted)
    return replace(
        own,
        settings=settings,
        judgements=judgements,
        indicators=indicators,
        commitments=commitments,
        tasks=tasks,
    )


def _drawn(item: Ratings, own: Outcomes, n: int, rng: np.random.Generator) -> Ratings:
    rating, low, high = (int(side[0]) for side in item)
    if rating == code(Rating.UNRATED) or low == high:
        drawn = np.full(n, rating, dtype=np.int8)
    else:
        between = [c for c in _scale(own) if high < c < low]
        drawn = rng.choice(np.array([high, *between, low], dtype=np.int8), n)
        drawn[:2] = (low, high)[:n]
    return Ratings(drawn, drawn, drawn)


def _scale(own: Outcomes) -> list[int]:
    rules = own.settings.base
    bands = rules.midterm_pace if own.stage is Stage.MIDTERM else rules.final_attainment
    named = {Rating.DONE, Rating.NOT_STARTED, *(Rating(item.label) for item in bands)}
    return [place for place, rating in enumerate(CLASSES) if rating in named]


def class_shares(ratings: Mapping[Any, Ratings], own: Mapping[Any, Ratings]) -> pd.DataFrame:
    """One row an item: its rating in the report, the share of settings that agree, and the share of each class.

    Columns: item, rating, same, standing, then one for each class that occurs, in percent of one (0 … 1).
    """
    rows = []
    for item, found in ratings.items():
        mine = int(own[item].rating[0])
        values, counts = np.unique(found.rating, return_counts=True)
        shares = dict(zip(labels(values).tolist(), (counts / len(found.rating)).tolist(), strict=True))
        same = shares.get(labels(np.array([mine]))[0], 0.0)
        rows.append(
            {
                "item": item,
                "rating": str(labels(np.array([mine]))[0]),
                "same": same,
                "standing": standing(same),
            }
            | shares
        )
    order = [str(rating) for rating in (*CLASSES, Rating.EXCEPTED, Rating.UNKNOWN, Rating.UNRATED)]
    frame = pd.DataFrame(rows)
    used = [name for name in order if name in frame]
    return frame[["item", "rating", "same", "standing", *used]].fillna(dict.fromkeys(used, 0.0))


def band_counts(tasks: Mapping[int, Ratings], own: Mapping[int, Ratings]) -> pd.DataFrame:
    """Number of tasks in each band: in the report, and over the settings its smallest and largest and agreement.

    Columns: band, count, low, high, same, standing.
    """
    found, mine = (np.stack([item.rating for item in source.values()], axis=1) for source in (tasks, own))
    rows = []
    for name in BANDS:
        members = [rating for rating in (*CLASSES, Rating.EXCEPTED, Rating.UNKNOWN) if band(rating) == name]
        counts = in_classes(found, members).sum(axis=1)
        count = int(in_classes(mine[:1], members).sum())
        if counts.any() or count:
            same = float((counts == count).mean())
            rows.append({"band": name, "count": count, "low": int(counts.min()), "high": int(counts.max()),
                         "same": same, "standing": standing(same)})  # fmt: skip
    return pd.DataFrame(rows)


def unit_order(plan: Plan, outcome: Outcomes) -> pd.DataFrame:
    """Ranks of the lead departments by the share of their tasks that are on course, over the settings.

    Columns: unit (name), leads, on_course (in the report), and those of
    :func:`~kepu_eval.evaluation.ranking.rank_intervals`.
    """
    leads: dict[str, list[int]] = {}
    for task in plan.tasks:
        leads.setdefault(task.lead.unit, []).append(task.number)

    def share(side: str) -> np.ndarray:
        return np.stack(
            [
                np.mean([in_classes(getattr(outcome.tasks[n], side), ON_COURSE) for n in numbers], axis=0)
                for numbers in leads.values()
            ],
            axis=1,
        )

    low, high = share("low"), share("high")
    now = [
        sum(in_classes(outcome.tasks[n].rating[:1], ON_COURSE)[0] for n in numbers)
        for numbers in leads.values()
    ]
    frame = pd.DataFrame({"unit": list(leads), "leads": [len(v) for v in leads.values()], "on_course": now})
    return pd.concat([frame, rank_intervals(low, high)], axis=1)
