"""Does the conclusion change? Every other reading of the plan, and thresholds moved a little."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation.evaluate import evaluate
from kepu_eval.evaluation.model import Evaluation, SurveyResult
from kepu_eval.plan import Band, Plan, Stage
from kepu_eval.returns import Returns

THRESHOLD_STEP = 0.05


def robustness(
    plan: Plan,
    returns: Returns,
    as_of: dt.date,
    stage: Stage | str = Stage.MIDTERM,
    survey: SurveyResult | None = None,
    **switches: str,
) -> pd.DataFrame:
    """Re-evaluate under each other option of each switch and with the thresholds ±0.05, one change at a time.

    Columns: setting, item (indicator or task), name, baseline_rating, rating, changes.
    """
    base = _ratings(evaluate(plan, returns, as_of, stage, survey, **switches))
    frames = []
    for setting, other_plan, other_switches in _settings(plan, Stage(stage), switches):
        found = _ratings(evaluate(other_plan, returns, as_of, stage, survey, **other_switches))
        frames.append(
            found.assign(
                setting=setting, baseline_rating=base["rating"], changes=found["rating"] != base["rating"]
            )
        )
    columns = ["setting", "item", "name", "baseline_rating", "rating", "changes"]
    return pd.concat(frames, ignore_index=True)[columns]


def _settings(
    plan: Plan, stage: Stage, switches: dict[str, str]
) -> Iterator[tuple[str, Plan, dict[str, str]]]:
    current = plan.switch_defaults() | switches
    for switch in plan.switches:
        for option, words in switch.options.items():
            if option != current[switch.id]:
                yield f"{switch.label}：{words}", plan, {**switches, switch.id: option}
    name = "midterm_pace" if stage is Stage.MIDTERM else "final_attainment"
    for step in (-THRESHOLD_STEP, THRESHOLD_STEP):
        yield f"评级阈值{step:+.2f}", _moved(plan, name, step), switches


def _moved(plan: Plan, name: str, step: float) -> Plan:
    """The plan with the thresholds between 0 and 1 moved by ``step``; reaching the target itself is no threshold."""
    bands = tuple(
        Band(
            at_least=round(band.at_least + step, 6) if 0 < band.at_least < 1 else band.at_least,
            label=band.label,
        )
        for band in getattr(plan.rating, name)
    )
    return plan.model_copy(update={"rating": plan.rating.model_copy(update={name: bands})})


def _ratings(evaluation: Evaluation) -> pd.DataFrame:
    indicators = evaluation.indicators[["indicator", "name", "rating"]].rename(columns={"indicator": "item"})
    tasks = evaluation.tasks[["number", "title", "rating"]].rename(columns={"title": "name"})
    tasks = tasks.assign(item="任务" + tasks["number"].astype(str))[["item", "name", "rating"]]
    return pd.concat([indicators, tasks], ignore_index=True)
