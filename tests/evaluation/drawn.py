"""Whole rounds drawn from a seed: every kind of figure and statement, and all the ways in which they can be missing."""

from __future__ import annotations

import datetime as dt
import random

import pandas as pd

from kepu_eval.evaluation import SurveyResult
from kepu_eval.plan import Commitment, Indicator, TargetKind
from kepu_eval.plan.periods import BASELINE, STOCK, begun
from kepu_eval.returns import Returns
from tests.evaluation.builders import PLAN, event, observation, proof, returns, school, status

_STATES = ["accepted"] * 27 + ["missing", "question", "rejected"]
_TYPES = ("小学", "小学", "初中", "高中", "幼儿园")


def drawn_round(seed: int, day: dt.date) -> Returns:
    """A round of the example plan as it may stand on a day; one seed gives one round.

    A quarter of the seeds draw a district that does well, a quarter one that does badly, the others anything.
    """
    rng = random.Random(seed)
    pace = (1.15, 0.6, None, None)[seed % 4]
    schools = [
        school(f"校{n}", rng.choice(_TYPES), rng.choice([True, False, None]))
        for n in range(rng.randint(2, 5))
    ]
    absent = {unit.name for unit in PLAN.units if rng.random() < (0.0, 0.1, 0.3)[seed % 3]}
    rows = [
        row for indicator in PLAN.indicators for row in _figures(rng, indicator, schools, absent, pace, day)
    ]
    statuses = [row for item in PLAN.commitments for row in _statements(rng, item, absent, pace)]
    told = [unit for unit in PLAN.units if unit.name not in absent]
    proofs = [proof(unit.id, name) for unit in told for name in ("P00", "P0", "P1") if rng.random() < 0.9]
    return returns(
        rows,
        absent,
        "2023-midterm" if day.year < 2025 else "2025-final",
        statuses=statuses,
        evidence=proofs,
        schools=schools,
        events=_same_events(rng, absent),
        findings=[_finding(n, row) for n, row in enumerate(rows) if row["state"] in ("question", "rejected")],
    )


def drawn_record(seed: int) -> pd.DataFrame:
    """What an office may have recorded of phases' duties, and of mechanisms unit by unit."""
    rng = random.Random(seed)
    places = [(m.id, unit.id) for m in PLAN.mechanisms for unit in PLAN.units]
    places += [(f"{phase.id}.{n}", "") for phase in PLAN.phases for n in range(1, len(phase.duties) + 1)]
    rows = [
        {"item": item, "unit": unit, "state": rng.choice(["有", "无"]), "basis": "文件", "note": "", "file": "f.xlsx",
         "sheet": "s", "cell": "A1"}
        for item, unit in places if rng.random() < 0.5
    ]  # fmt: skip
    return pd.DataFrame(rows)


def drawn_exceptions(seed: int) -> pd.DataFrame:
    """Accepted exceptions, some of them run out."""
    rng = random.Random(seed)
    targets = [i.id for i in PLAN.indicators] + [f"T{task.number:02}" for task in PLAN.tasks]
    rows = [
        {"target": target, "valid_from": "2021-01-01", "valid_until": rng.choice(["2022-12-31", "2026-12-31"]),
         "document": "批复", "approver": "区政府", "file": "f.xlsx", "sheet": "s", "cell": "A1"}
        for target in rng.sample(targets, 4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def drawn_survey(seed: int, day: dt.date) -> SurveyResult:
    """An estimate of the share that is the plan's level, with its error."""
    rng = random.Random(seed)
    share, se = rng.uniform(8, 18), rng.uniform(0.2, 1.5)
    published = dt.date(day.year, 9, 30)
    return SurveyResult(
        share, se, share - 2 * se, share + 2 * se, 1200, 1.8, published, "调查", "s.csv", df=40
    )


def _figures(
    rng: random.Random,
    indicator: Indicator,
    schools: list[dict],
    absent: set[str],
    pace: float | None,
    day: dt.date,
) -> list[dict]:
    if indicator.kind is TargetKind.LEVEL_AT_HORIZON:
        return []
    lead = PLAN.lead(indicator.task)
    measures = [m.id for m in indicator.measures] or ["value"]
    entities = [row["entity"] for row in schools] if indicator.entities else [""]
    known, states = _periods(indicator, day), rng.choice([["accepted"], _STATES])
    found = [
        _cell(rng, indicator, measure, period, entity, pace, states)
        for entity in entities
        for measure in measures
        for period in known
        if lead.name not in absent
    ]
    if indicator.kind not in (TargetKind.CUMULATIVE, TargetKind.ANNUAL):
        return found
    others = [
        unit for unit in PLAN.responsible(indicator.task) if unit.id != lead.id and unit.name not in absent
    ]
    return found + [
        _cell(rng, indicator, "value", period, "", 0.1, states, unit=unit.name)
        for unit in others
        for period in known
        if rng.random() < 0.95
    ]


def _periods(indicator: Indicator, day: dt.date) -> list[str]:
    if indicator.kind is TargetKind.EVERY_ENTITY:
        return [STOCK]
    labels = [period.label for period in begun(PLAN, indicator.period or "year", day)]
    return (
        [BASELINE, *labels] if indicator.kind in (TargetKind.STOCK_AT_HORIZON, TargetKind.TREND) else labels
    )


def _cell(
    rng: random.Random, indicator: Indicator, measure: str, period: str, entity: str, pace: float | None,
    states: list[str], **more: str,
) -> dict:  # fmt: skip
    goal = float(indicator.target or 100)
    goal /= 5 if indicator.kind is TargetKind.CUMULATIVE else 1
    value = round(
        goal * (rng.choice([0, 0.5, 0.9, 1, 1.2, 2]) if pace is None else pace * rng.uniform(0.85, 1.15))
    )
    state = rng.choice(states)
    row = observation(
        indicator.id, period, None if state == "missing" else value, measure=measure, entity=entity, **more
    )
    named = rng.choice([("P00",), ("P00",), ("P0",), ("P1",), ()]) if len(states) > 1 else ("P00",)
    if state in ("question", "rejected"):
        row |= {"value": float("nan"), "candidate": float(value) if rng.random() < 0.5 else float("nan")}
        row |= {"asked": (value, value * 10) if state == "question" else ()}
    return row | {"state": state, "evidence": named, "cell": f"C{rng.randint(5, 400)}"}


def _statements(rng: random.Random, item: Commitment, absent: set[str], pace: float | None) -> list[dict]:
    """What lead and responsible units say of a commitment; the others mostly say what the lead says."""
    good = 0.9 if pace and pace > 1 else 0.5
    lead, first, found = PLAN.lead(item.task).id, _said(rng, good), []
    for unit in dict.fromkeys((PLAN.lead(item.task), *PLAN.responsible(item.task))):
        if unit.name in absent or rng.random() < 0.01:
            continue
        said = first if unit.id == lead or rng.random() < 0.95 else _said(rng, good)
        named = rng.choice([("P0",), ("P0", "P1"), ("P0",), ()])
        found.append(status(item.id, "" if unit.id == lead else unit.name, **said, evidence=named))
    return found


def _said(rng: random.Random, good: float) -> dict[str, object]:
    done = {
        year: "有" if rng.random() < good else rng.choice(["无", "无", "无", ""])
        for year in map(str, PLAN.meta.years)
    }
    return {
        "done_by_year": {year: word for year, word in done.items() if word},
        "operating": rng.choice(["已运行", "已运行", "未运行", None]),
        "baseline_size": float(rng.randint(0, 9)) if rng.random() < 0.95 else float("nan"),
        "current_size": float(rng.randint(0, 12)) if rng.random() < 0.95 else float("nan"),
        "quantity": float(rng.randint(0, 900)),
        "self_rating": rng.choice(["完成", "正在推进", "未启动", ""]),
    }


def _same_events(rng: random.Random, absent: set[str]) -> list[dict]:
    if absent & {"区农牧局", "区妇联"}:
        return []
    state, day = rng.choice(["note", "question"]), dt.date(2022, 5, 4)
    people = float(rng.randint(20, 300))
    return [
        event("区农牧局", people, day, group="G1", state=state),
        event("区妇联", people, day, group="G1", state=state, main=False),
    ]


def _finding(number: int, row: dict) -> dict:
    return {"finding": number, "code": "C01", "severity": row["state"], "unit": row["unit"], "file": row["file"],
            "sheet": row["sheet"], "cell": row["cell"], "item": row["indicator"], "value": row["raw"], "message": "",
            "remedy": "", "affects": (row["indicator"],), "candidates": (), "answer": "", "fields": ()}  # fmt: skip
