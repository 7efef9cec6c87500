"""What whole evaluations gave when they were last looked at, as text: one line a rating, one figure for all beside it.

``python -m tests.evaluation.recorded`` writes the text anew after a change that was meant; its difference in git shows
which ratings the change moved. The numbers of the worked examples come from outside the code; these only tell that
something changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.evaluation import Evaluation, evaluate, robustness
from kepu_eval.evaluation.dispatch import indicator_positions, task_positions
from kepu_eval.evaluation.districts import roll_up
from kepu_eval.evaluation.forecast import (
    FEWEST,
    against,
    bounded,
    linear_forecast,
    survey_forecast,
    yearly_points,
)
from kepu_eval.evaluation.kinds.goal import goal_of
from kepu_eval.evaluation.questions import next_calls, rank_questions
from kepu_eval.evaluation.robustness import outcomes
from kepu_eval.evaluation.scheme import load_scheme
from kepu_eval.evaluation.scorecard import score
from kepu_eval.evaluation.settings import own_setting
from kepu_eval.evaluation.stability import band_counts, class_shares, unit_order, with_missing
from kepu_eval.plan import load_plan
from kepu_eval.plan.periods import years
from kepu_eval.report.districts import gather, read_table
from kepu_eval.returns import Returns, read_decisions, read_round
from tests.evaluation.builders import END, MIDTERM, PLAN
from tests.evaluation.drawn import drawn_exceptions, drawn_record, drawn_round, drawn_survey

FILE = Path(__file__).with_suffix(".txt")
SEEDS = range(12)
QUARTERS = (dt.date(2024, 3, 31), dt.date(2024, 9, 30), dt.date(2025, 6, 30))
_KEYS = {"indicators": "indicator", "tasks": "number", "goals": "goal"}
_RATING = ("rating", "rating_low", "rating_high")


def recorded() -> Iterator[str]:
    """The lines of every drawn round: evaluated, scored, disturbed, asked about, and dispatched."""
    for seed in SEEDS:
        final = bool(seed % 2)
        day, stage = (END, "final") if final else (MIDTERM, "midterm")
        sent = drawn_round(seed, day)
        yield f"# {seed} {stage} {day}"
        yield from _evaluated(seed, sent, day, stage)
    for seed, day in enumerate(QUARTERS):
        yield f"# {seed} dispatch {day}"
        yield from _dispatched(drawn_round(seed, day), day)
    yield "# districts"
    yield from _joined()
    for name in ("2023-midterm", "2025-final"):
        yield f"# read {name}"
        yield from _read(name)


def _joined() -> Iterator[str]:
    """The example city's districts in one view, once with a district that sent nothing."""
    folder = Path("data/example/city-2023")
    plan, listed = load_plan(folder / "plan.yaml"), read_table(folder / "districts.csv")
    known = {item.key: item.definition(MIDTERM) for item in plan.indicators if item.key}
    definitions = {key: definition.text for key, definition in known.items() if definition}
    for sent in (listed, [replace(listed[0], package=""), *listed[1:]]):
        found = gather(sent, folder, None)
        tables = (found.tables[name] for name in ("indicators", "periods", "tasks"))
        joined = roll_up(plan, found.districts, *tables, definitions)
        yield from (digest(name, frame.reset_index()) for name, frame in vars(joined).items())


def _read(name: str) -> Iterator[str]:
    """What checks and answers make of an example round."""
    decided = read_decisions(f"data/example/{name}-decisions.xlsx", PLAN)
    for answers in (None, decided):
        sent = read_round(f"data/example/{name}", PLAN, name, decisions=answers)
        for part in ("observations", "statuses", "events", "schools", "evidence"):
            yield digest(part, getattr(sent, part).drop(columns=["sha256"], errors="ignore"))
        for code, rows in sent.findings.groupby("code", sort=True):
            yield digest(f"findings {code}", rows.drop(columns=["finding"]))


def _evaluated(seed: int, sent: Returns, day: dt.date, stage: str) -> Iterator[str]:
    survey = drawn_survey(seed, day) if seed % 3 else None
    spared = drawn_exceptions(seed) if seed % 5 == 0 else None
    record = drawn_record(seed) if seed % 2 else None
    options = _switches(seed)
    found = evaluate(PLAN, sent, day, stage, survey, exceptions=spared, record=record, **options)
    yield from _frames(found)
    yield digest("待核排序", rank_questions(PLAN, found))
    yield digest("下一个电话", next_calls(PLAN, sent, found))
    card = score(PLAN, sent, found, load_scheme())
    yield from (
        digest(f"评分{name}", frame) for name, frame in vars(card).items() if isinstance(frame, pd.DataFrame)
    )
    yield digest("推算", _forecasts(found))
    if seed % 4 == 0:
        yield digest("口径", robustness(PLAN, sent, day, stage, survey, spared, **options))
        own = outcomes(
            PLAN, sent, day, stage, survey, own_setting(PLAN, PLAN.switch_defaults() | options), spared
        )
        varied = with_missing(PLAN, own, 200, seed)
        yield digest("稳健性指标", class_shares(varied.indicators, own.indicators))
        yield digest("稳健性任务", class_shares(varied.tasks, own.tasks))
        yield digest("稳健性分布", band_counts(varied.tasks, own.tasks))
        yield digest("稳健性名次", unit_order(PLAN, varied))


def _switches(seed: int) -> dict[str, str]:
    """The plan's defaults, or another option of one switch."""
    others = [(s.id, option) for s in PLAN.switches for option in s.options if option != s.default]
    return dict([others[seed % len(others)]]) if seed % 3 == 1 else {}


def _dispatched(sent: Returns, day: dt.date) -> Iterator[str]:
    positions, found = indicator_positions(PLAN, sent, day)
    yield from (f"{row.item} {row.position} {_mark(tuple(row))}" for row in positions.itertuples(index=False))
    yield digest("任务位置", task_positions(PLAN, sent, day, positions))
    yield from _frames(found)


def _frames(found: Evaluation) -> Iterator[str]:
    """Each frame of an evaluation: items with a rating one by one, the others together."""
    for name, frame in vars(found).items():
        if not isinstance(frame, pd.DataFrame):
            continue
        if name not in _KEYS:
            yield digest(name, frame)
            continue
        for row in frame.to_dict("records"):
            rating, low, high = (row[column] for column in _RATING)
            yield f"{name} {row[_KEYS[name]]} {rating} {low}..{high} {_mark(row)}"


def _forecasts(found: Evaluation) -> pd.DataFrame:
    """Lines through the yearly figures of every indicator, to the plan's last year, and where they stand to the target."""
    rows = []
    for indicator in PLAN.indicators:
        periods = found.indicator_periods.query("indicator == @indicator.id")
        over = [year for year in years(PLAN) if year.over(found.as_of)]
        points = yearly_points(periods, over, indicator.kind)
        if len(points) < FEWEST or indicator.target is None:
            continue
        at, values = points["year"].tolist(), points["value"].tolist()
        for line in (
            linear_forecast(at, values, [2025]),
            survey_forecast(at, values, [30.0] * len(at), [2025]),
        ):
            end = bounded(line, 0.0).iloc[0].to_dict()
            told = against(end["low"], end["high"], goal_of(indicator, indicator.horizon.year))
            rows.append({"indicator": indicator.id, **end, "against": told})
    return pd.DataFrame(rows)


def digest(name: str, frame: pd.DataFrame) -> str:
    """A frame as one line: name, rows, and a figure that changes with any cell, column or order."""
    return f"{name} {len(frame)} {_mark([list(frame.columns), *frame.to_dict('records')])}"


def _mark(value: object) -> str:
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:10]


def _plain(value: object) -> str:
    """As text that no release of a library and no machine writes differently: six significant digits of a float."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, set | frozenset):
        return _plain(sorted(value, key=str))
    if isinstance(value, list | tuple | np.ndarray):
        return "[" + ",".join(map(_plain, value)) + "]"
    if isinstance(value, float | np.floating):
        return f"{float(value) + 0.0:.6g}"
    return "nan" if value is pd.NA or value is pd.NaT else str(value)


if __name__ == "__main__":
    FILE.write_text("\n".join(recorded()) + "\n", encoding="utf-8")
