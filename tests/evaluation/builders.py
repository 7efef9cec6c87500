"""Small rounds of returns, built by hand."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kepu_eval.evaluation import Evaluation, evaluate
from kepu_eval.plan import Plan, load_plan
from kepu_eval.returns import Returns, frame

PLAN = load_plan()
MIDTERM, END = dt.date(2023, 12, 31), dt.date(2025, 12, 31)
NAN = float("nan")


def plan_of(name: str) -> Plan:
    """The plan with one indicator (and the one it is part of) and its task only: what one figure needs, at its cost."""
    wanted = PLAN.indicator(name)
    kept = tuple(i for i in PLAN.indicators if i.id in (name, wanted.of_which))
    names = {indicator.id for indicator in kept}
    task = PLAN.task(wanted.task)
    promised = tuple(c for c in task.commitments if c.indicator is None or c.indicator in names)
    tasks = (task.model_copy(update={"commitments": promised}),)
    beside = dict.fromkeys(("goals", "phases", "mechanisms"), ())
    return PLAN.model_copy(update={"indicators": kept, "tasks": tasks, **beside})


def observation(indicator: str, period: str, value: float | None, unit: str = "", **more: object) -> dict:
    """One cell; ``value=None`` is a blank one."""
    lead = PLAN.lead(PLAN.indicator(indicator).task).name
    row = {
        "unit": PLAN.unit(unit or lead).id, "indicator": indicator, "measure": "value", "period": period, "entity": "",
        "value": NAN if value is None else float(value), "state": "missing" if value is None else "accepted",
        "required": not unit, "raw": "" if value is None else str(value), "candidate": NAN, "asked": (),
        "evidence": ("P00",), "file": "f.xlsx", "sheet": "s", "cell": "A1", "sha256": "",
    }  # fmt: skip
    return row | more


def yearly(indicator: str, *values: float | None, start: int = 2021, **more: object) -> list[dict]:
    """Consecutive years of one indicator."""
    return [observation(indicator, str(start + n), value, **more) for n, value in enumerate(values)]


def school(name: str, kind: str = "小学", rural: bool | None = False) -> dict:
    """A row of the school roster."""
    return {
        "entity": name,
        "type": kind,
        "rural": rural,
        "unit": "U01",
        "file": "f.xlsx",
        "sheet": "学校明细",
        "row": 6,
    }


def status(commitment: str, unit: str = "", **more: object) -> dict:
    """A unit's statement on a commitment; the lead's when no unit is named."""
    task = PLAN.commitment(commitment).task
    lead = PLAN.lead(task)
    row = {
        "commitment": commitment, "task": task, "unit": PLAN.unit(unit).id if unit else lead.id,
        "role": "责任" if unit else "牵头", "done_by_year": {}, "operating": None, "baseline_size": NAN,
        "current_size": NAN, "quantity": NAN, "progress": "", "self_rating": "", "evidence": (), "problem": "",
        "next_step": "", "file": "f.xlsx", "sheet": "任务自查", "row": 6, "cells": {},
    }  # fmt: skip
    return row | more


def proof(unit: str, evidence: str) -> dict:
    """A line of a unit's evidence catalogue."""
    return {"unit": unit, "evidence": evidence, "title": "材料", "type": "", "reference": "", "filename": "",
            "commitments": (), "note": "", "attachment": "", "file": "f.xlsx", "sheet": "佐证目录", "row": 6}  # fmt: skip


def event(unit: str, people: float, date: dt.date, **more: object) -> dict:
    """A line of a unit's list of activities."""
    row = {"number": "EV1", "date": date, "title": "培训班", "place": "", "participants": people, "task": 6,
           "indicator": "Q08", "organiser": unit, "co_organisers": "", "unit": PLAN.unit(unit).id, "evidence": (),
           "state": "accepted", "file": "f.xlsx", "sheet": "活动台账", "row": 6, "group": "", "main": True}  # fmt: skip
    return row | more


def nothing_here(observations: list[dict], absent: set[str]) -> list[dict]:
    """The other contributors' 无此项, beside what is told, for every year of the summed indicators."""
    told = {(row["indicator"], row["period"], row["unit"]) for row in observations}
    silent = {PLAN.unit(name).id for name in absent}
    return [
        observation(indicator.id, str(year), 0, unit=unit.name, raw="无此项")
        for indicator in PLAN.indicators
        if indicator.kind in ("cumulative", "annual")
        for unit in PLAN.responsible(indicator.task)
        for year in PLAN.meta.years
        if (indicator.id, str(year), unit.id) not in told and unit.id not in silent
    ]


def no_claims(statuses: list[dict], absent: set[str]) -> list[dict]:
    """Blank rows of the responsible units that claim nothing, for the commitments whose lead says something."""
    told = {(row["commitment"], row["unit"]) for row in statuses}
    silent = {PLAN.unit(name).id for name in absent}
    return [
        status(name, unit.name)
        for name in dict.fromkeys(row["commitment"] for row in statuses)
        for unit in PLAN.responsible(PLAN.commitment(name).task)
        if (name, unit.id) not in told and unit.id not in silent
    ]


def returns(
    observations: list[dict] = (),
    absent: set[str] = frozenset(),
    round_id: str = "test",
    **parts: list[dict],
) -> Returns:
    """A round from rows; every unit reported except ``absent`` ones, and has nothing to add to what is told.

    Every figure names evidence (``P00``).
    """
    submissions = [
        {"unit": u.id, "unit_name": u.name, "file": "" if u.name in absent else f"{u.name}.xlsx", "sha256": "",
         "received": "", "status": "未报送" if u.name in absent else "按时", "note": ""}
        for u in PLAN.units
    ]  # fmt: skip
    numbered = {"observations": "obs", "statuses": "status", "events": "event"}
    said = list(parts.pop("statuses", []))
    rows = {"observations": [*observations, *nothing_here(list(observations), absent)], **parts}
    rows["statuses"] = [*said, *no_claims(said, absent)]
    frames = {
        name: frame(
            name,
            [
                {numbered[name]: n, **row} if name in numbered else row
                for n, row in enumerate(rows.get(name, []))
            ],
        )
        for name in ("observations", "schools", "statuses", "events", "evidence", "findings")
    }
    return Returns(
        round_id=round_id, simulated=False, submissions=frame("submissions", submissions), **frames
    )


def judged(
    observations: list[dict] = (), *, as_of: dt.date = MIDTERM, stage: str = "midterm", plan: Plan = PLAN,
    survey: object = None, switches: dict | None = None, absent: set[str] = frozenset(), **parts: list[dict],
) -> Evaluation:  # fmt: skip
    """Evaluate a hand-made round."""
    return evaluate(plan, returns(observations, absent, **parts), as_of, stage, survey, **(switches or {}))


def indicator(evaluation: Evaluation, name: str) -> pd.Series:
    """One indicator's row."""
    return evaluation.indicators.set_index("indicator").loc[name]
