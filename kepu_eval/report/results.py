"""What an evaluation found, as tables for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.plan import BASELINE, Indicator, Stage
from kepu_eval.plan.superior import own_demand
from kepu_eval.report.blocks import Frame, Number, Results
from kepu_eval.report.package_schema import IDENTITY, OWN, SCHEMA
from kepu_eval.report.ratings import period_id
from kepu_eval.returns import Ledger

if TYPE_CHECKING:
    from kepu_eval.report.case import Case


def results_of(case: Case) -> Results:
    """The tables of one evaluation, without facts and sources, which a document has itself."""
    meta = case.plan.meta
    identity = dict(zip(IDENTITY, (
        meta.title, meta.doc_no, case.plan.sha256, meta.district, meta.office, meta.first_year, meta.last_year, case.round.id,
        case.round.name, case.stage.value, case.as_of.isoformat()), strict=True))  # fmt: skip
    makers: dict[str, Callable[[Case], Iterator[dict]]] = {
        "indicators": _indicators, "periods": _periods, "targets": _targets, "tasks": _tasks, "units": _units, "questions": _questions,
    }  # fmt: skip
    frames = tuple(frame(name, list(make(case))) for name, make in makers.items())
    return Results(identity=identity, frames=frames, ledger=_ledger(case))


def indicator_rows(case: Case) -> list[dict]:
    """The rows of the indicators alone, as :func:`results_of` has them."""
    found = frame("indicators", list(_indicators(case)))
    return [dict(zip(SCHEMA["indicators"], row, strict=True)) for row in found.rows]


def frame(name: str, rows: list[dict]) -> Frame:
    """Rows as a frame, its columns in the schema's order; what is missing, or no number, is ``None``."""
    return Frame(
        name=name, rows=tuple(tuple(_plain(row.get(field)) for field in SCHEMA[name]) for row in rows)
    )


def _plain(value: object) -> Number | str | bool | None:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return None
    if hasattr(value, "item"):
        return _plain(value.item())
    if isinstance(value, float):
        return int(value) if value.is_integer() else float(f"{value:.10g}")
    return value if isinstance(value, bool | int) else str(value)


def _ledger(case: Case) -> dict[str, str | int]:
    path = next((path for role, path in case.files if role == "台账"), None)
    if path is None:
        return {}
    with Ledger(path) as ledger:
        return ledger.head()


def _indicators(case: Case) -> Iterator[dict]:
    earlier = (
        {} if case.midterm is None else case.midterm.evaluation.indicators.set_index("indicator")["rating"]
    )
    for row in case.evaluation.indicators.to_dict("records"):
        indicator = case.plan.indicator(row["indicator"])
        part, whole = row["operands"] or (None, None)
        yield {
            **row, "id": indicator.id, "key": indicator.key, "operator": indicator.operator, "horizon": indicator.horizon,
            **_definition(indicator, case.as_of), "part": part, "whole": whole, "baseline": row["baseline"],
            "earlier_rating": earlier.get(indicator.id, ""), "unstable": _unstable(case, indicator.id), **_baseline(indicator),
        }  # fmt: skip


def _definition(indicator: Indicator, day: dt.date) -> dict[str, str]:
    """The definition in force on a day; empty where there has only been one."""
    last = indicator.definition(day)
    return {"since": last.since.isoformat() if last else "", "definition": last.text if last else ""}


def _baseline(indicator: Indicator) -> dict[str, Any]:
    return (
        {}
        if indicator.baseline is None
        else {"baseline_year": indicator.baseline.year, "baseline": indicator.baseline.value}
    )


def _unstable(case: Case, indicator: str) -> bool | None:
    """Whether another reading or threshold gives another rating; only the final asks."""
    return (
        len(set(case.outcomes.indicators[indicator].rating.tolist())) > 1
        if case.stage is Stage.FINAL
        else None
    )


def _periods(case: Case) -> Iterator[dict]:
    for row in case.evaluation.indicator_periods.to_dict("records"):
        indicator = case.plan.indicator(row["indicator"])
        year = next((int(word) for word in [row["period"][:4]] if word.isdigit()), None)
        if row["period"] == BASELINE:
            year = case.plan.meta.first_year - 1
        yield {**row, "id": indicator.id, "key": indicator.key, "year": year, "fact": period_id(row)}


def _targets(case: Case) -> Iterator[dict]:
    for item in case.plan.indicators:
        if item.key and (own := own_demand(item, item.horizon.year)):
            yield {**own._asdict(), "key": item.key, "level": OWN, "year": item.horizon.year}
    for level in case.plan.meta.superior:
        for target in level.targets:
            yield {**target.model_dump(), "level": level.level}


def _tasks(case: Case) -> Iterator[dict]:
    for row in case.evaluation.tasks.to_dict("records"):
        yield {**row, "key": case.plan.task(row["number"]).key}


def _units(case: Case) -> Iterator[dict]:
    yield from case.evaluation.units.to_dict("records")


def _questions(case: Case) -> Iterator[dict]:
    still = (case.returns.open_questions, case.returns.open_rejections)
    for row in pd.concat(still).sort_values("finding").to_dict("records"):
        yield {**row, "affects": " ".join(row["affects"])}
