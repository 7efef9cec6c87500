"""Whether the conclusion changes: switches and thresholds varied, one at a time and all at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kepu_eval.evaluation.classes import Ratings, codes, labels
from kepu_eval.evaluation.commitments import Case, rate_commitment, statements, years_due
from kepu_eval.evaluation.evaluate import evidence_for, judged_on, options_of
from kepu_eval.evaluation.exceptions import in_force
from kepu_eval.evaluation.exploring import explore
from kepu_eval.evaluation.kinds import Judgement, judge
from kepu_eval.evaluation.model import SurveyResult
from kepu_eval.evaluation.rollup import spared, task_ratings
from kepu_eval.evaluation.settings import STEP, Settings, single_settings
from kepu_eval.plan import Commitment, Plan, RatingRules, Stage
from kepu_eval.returns import Returns


@dataclass(frozen=True)
class Outcomes:
    """What each of many settings leads to.

    ``excepted``: targets of the exceptions in force. ``judgements``: by indicator, its distinct judgements and, for each setting, the place of its own among them.
    ``indicators``, ``commitments``, ``tasks``: ratings by setting, as codes of :mod:`~kepu_eval.evaluation.classes`.
    """

    settings: Settings
    stage: Stage
    excepted: frozenset[str]
    judgements: Mapping[str, tuple[list[Judgement], np.ndarray]]
    indicators: Mapping[str, Ratings]
    commitments: Mapping[str, Ratings]
    tasks: Mapping[int, Ratings]


def outcomes(
    plan: Plan,
    returns: Returns,
    as_of: dt.date,
    stage: Stage | str,
    survey: SurveyResult | None,
    settings: Settings,
    exceptions: pd.DataFrame | None = None,
) -> Outcomes:
    """Rate indicators, commitments and tasks under every setting, exactly as ``evaluate`` with each of them would."""
    stage, excepted = Stage(stage), in_force(exceptions, as_of)
    judgements = {
        i.id: _judgements(plan, i, returns, as_of, stage, survey, settings) for i in plan.indicators
    }
    indicators = {
        name: _ratings([j.rated for j in found], which) for name, (found, which) in judgements.items()
    }
    indicators |= {name: spared(settings) for name in indicators if name in excepted}
    commitments = {}
    told = statements(plan, returns)
    day = judged_on(plan, returns.round_id, as_of, stage)
    for item in plan.commitments:
        if item.indicator is not None:
            commitments[item.id] = indicators[item.indicator]
            continue

        def rated(rules: RatingRules, options: Mapping[str, str], item: Commitment = item) -> Case:
            due = years_due(plan, day, options)
            return rate_commitment(_with(plan, rules), item, told[item.id], due, as_of, stage)

        found, which = explore(settings, rated)
        commitments[item.id] = _ratings([(case.settled, case.low, case.high) for case in found], which)
    return Outcomes(
        settings,
        stage,
        excepted,
        judgements,
        indicators,
        commitments,
        task_ratings(plan, stage, settings, indicators, commitments, excepted),
    )


def _judgements(plan, indicator, returns, as_of, stage, survey, settings):  # noqa: ANN001, ANN202 - as in outcomes
    evidence = evidence_for(plan, indicator, returns, as_of, stage, survey, {})
    return explore(
        settings,
        lambda rules, options: judge(replace(evidence, plan=_with(plan, rules), switches=options)),
    )


def _with(plan: Plan, rules: object) -> Plan:
    return plan.model_copy(update={"rating": rules})


def _ratings(found: list[tuple[str, str, str]], which: np.ndarray) -> Ratings:
    return Ratings(*(codes(side) for side in zip(*found, strict=True))).at(which)


def robustness(
    plan: Plan,
    returns: Returns,
    as_of: dt.date,
    stage: Stage | str = Stage.MIDTERM,
    survey: SurveyResult | None = None,
    exceptions: pd.DataFrame | None = None,
    **switches: str,
) -> pd.DataFrame:
    """Ratings under each other option of each switch and with the thresholds ±0.05, one change at a time.

    Columns: setting, item (indicator or task), name, baseline_rating, rating, changes.
    """
    settings, names = single_settings(plan, options_of(plan, switches), STEP)
    found = outcomes(plan, returns, as_of, stage, survey, settings, exceptions)
    items = [(i.id, i.name, found.indicators[i.id].rating) for i in plan.indicators]
    items += [(f"任务{t.number}", t.title, found.tasks[t.number].rating) for t in plan.tasks]
    rows = [
        {"setting": setting, "item": item, "name": name, "baseline_rating": words[0], "rating": words[place]}
        for place, setting in enumerate(names[1:], 1)
        for item, name, words in ((item, name, labels(numbers).tolist()) for item, name, numbers in items)
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(changes=frame["rating"].ne(frame["baseline_rating"]))
