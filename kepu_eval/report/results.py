"""What an evaluation found, as tables for programs: the columns of a result package, each with its type and meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from kepu_eval.plan import BASELINE, Indicator, Stage
from kepu_eval.plan.superior import own_demand
from kepu_eval.report.blocks import Frame, Number, Results
from kepu_eval.report.ratings import period_id
from kepu_eval.returns import Ledger

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

S, N, I, B = "string", "number", "integer", "boolean"  # noqa: E741 - types of Frictionless table schemas
OWN = "本级"
IDENTITY = ("plan", "doc_no", "plan_sha256", "district", "office", "first_year", "last_year", "round", "round_name",
            "stage", "as_of")  # fmt: skip
"""Whose results these are; all texts but the two years."""

SCHEMA: dict[str, dict[str, tuple[str, str]]] = {
    "indicators": {
        "id": (S, "本方案内的编号"), "key": (S, "各级、各期方案共用的指标名"), "name": (S, "名称"), "kind": (S, "类型"),
        "unit": (S, "目标的单位"), "value_unit": (S, "现值的单位"), "operator": (S, "比较方式"), "target": (N, "目标"),
        "horizon": (S, "到期日"), "since": (S, "现行口径的起始日（空：自始未变）"), "definition": (S, "现行口径"),
        "value_label": (S, "现值是什么"), "value": (N, "现值（空：数据不足）"), "low": (N, "下界"), "high": (N, "上界（空：无上界）"), "part": (N, "算式的分子"),
        "whole": (N, "算式的分母"), "rating": (S, "评级"), "rating_low": (S, "最不利"), "rating_high": (S, "最有利"),
        "earlier_rating": (S, "中期评级（总结评估）"), "unstable": (B, "换一种口径或界限，评级会变（总结评估）"),
        "baseline_year": (I, "基期年份"), "baseline": (N, "基期值"), "questions": (I, "待核、退回数"),
    },
    "periods": {
        "id": (S, "指标编号"), "key": (S, "共用指标名"), "measure": (S, "项目"), "period": (S, "期间"), "year": (I, "年份"),
        "value": (N, "数值"), "low": (N, "下界"), "high": (N, "上界"), "status": (S, "状态"), "fact": (S, "数据项"),
    },
    "targets": {
        "key": (S, "共用指标名"), "level": (S, "层级（本级、市、国家等）"), "year": (I, "年份"), "operator": (S, "比较方式"), "value": (N, "目标（空：未取得原文）"),
        "unit": (S, "单位"), "wording": (S, "措辞"),
    },
    "tasks": {
        "number": (I, "任务号"), "key": (S, "各级、各期方案共用的任务名"), "title": (S, "任务"), "programme": (S, "行动或工程"),
        "lead": (S, "牵头单位"), "rating": (S, "评级"), "rating_low": (S, "最不利"), "rating_high": (S, "最有利"),
    },
    "units": {
        "unit": (S, "单位编号"), "name": (S, "单位"), "status": (S, "报送情况"), "submitted": (B, "已报送"),
        "questions": (I, "待核"), "rejected": (I, "退回"),
    },
    "questions": {
        "finding": (I, "序号"), "unit": (S, "单位编号"), "severity": (S, "类别"), "code": (S, "规则"), "file": (S, "文件"),
        "sheet": (S, "工作表"), "cell": (S, "单元格"), "affects": (S, "涉及的指标、任务"),
    },
    "facts": {
        "id": (S, "数据项"), "label": (S, "名称"), "value": (N, "数值（空：数据不足，或为文字）"), "text": (S, "印出的样子"),
        "unit": (S, "单位"), "formula": (S, "算法"), "parts": (S, "组成（数据项，以“|”分隔）"),
    },
    "sources": {
        "fact": (S, "数据项"), "file": (S, "文件"), "round": (S, "轮次"), "sheet": (S, "工作表"), "cell": (S, "单元格"),
        "what": (S, "所填内容"), "decision": (S, "复核意见"), "sha256": (S, "文件指纹"),
    },
}  # fmt: skip
"""Tables of a package: field, Frictionless type, meaning. ``questions`` has places, never what stands there."""


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


def _baseline(indicator: Indicator) -> dict[str, object]:
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
