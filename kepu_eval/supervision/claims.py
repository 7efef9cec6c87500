"""What units claim and a spot check can verify on site: statements, figures and activities, one row a claim. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.plan import BASELINE, Plan
from kepu_eval.returns import Returns
from kepu_eval.rows import Row

STATEMENT, FIGURE, ACTIVITY = "承诺落实", "数据", "活动"
OTHER = "其他"
CLAIM_COLUMNS = (
    "claim", "programme", "series", "kind", "unit", "task", "text", "value", "value_unit", "size", "file", "sheet", "cell",
)  # fmt: skip
_DONE = ("完成", "基本完成")
_COUNTED = ("accepted", "note")


def claims(plan: Plan, returns: Returns) -> pd.DataFrame:
    """The population of claims: columns :data:`CLAIM_COLUMNS`, one row a claim that something was achieved.

    Statements: a commitment said to be done (a year 有, 已运行, or self-rated 完成 or 基本完成). Figures: a counted number
    above zero of an indicator, neither a baseline nor a denominator. Activities: each once, however many units tell it.
    ``claim`` is stable: kind, unit, sheet and cell. ``series`` is what can be added up (an indicator's measure, the
    activities of a programme); ``size`` is the claim's share of its series; an activity without
    participants has the mean size. Statements have no size (NaN).
    """
    rows = [*_statements(plan, returns), *_figures(plan, returns), *_activities(plan, returns)]
    frame = pd.DataFrame(rows, columns=list(CLAIM_COLUMNS))
    measured = frame["kind"].ne(STATEMENT)
    by_series = frame[measured].groupby("series")["value"]
    value = frame.loc[measured, "value"].fillna(by_series.transform("mean")).fillna(1.0)
    total = value.groupby(frame.loc[measured, "series"]).transform("sum")
    frame.loc[measured, "size"] = value / total
    return frame


def _statements(plan: Plan, returns: Returns) -> Iterator[dict]:
    for row in returns.statuses.itertuples():
        years = [year for year, answer in row.done_by_year.items() if answer == "有"]
        said = [f"{'、'.join(years)}年有"] if years else []
        said += [row.operating] if row.operating == "已运行" else []
        said += [f"自评{row.self_rating}"] if row.self_rating in _DONE else []
        if not said:
            continue
        text = f"{plan.commitment(row.commitment).text}：{'，'.join(said)}"
        yield _claim(plan, row, STATEMENT, row.task, f"第{row.row}行", "", text)


def _figures(plan: Plan, returns: Returns) -> Iterator[dict]:
    rows = returns.observations
    rows = rows[rows["state"].isin(_COUNTED) & rows["value"].gt(0) & rows["period"].ne(BASELINE)]
    indicators = {i.id: i for i in plan.indicators}
    for row in rows.itertuples():
        indicator = indicators[row.indicator]
        measure = next((m for m in indicator.measures if m.id == row.measure), None)
        if indicator.task is None or (measure and measure.role == "denominator"):
            continue
        name, unit = (measure.name, measure.unit) if measure else (indicator.name, indicator.unit)
        where = "　".join(filter(None, (row.entity, "" if row.period == "stock" else row.period)))
        series = f"{indicator.id} {name}"
        yield _claim(plan, row, FIGURE, indicator.task, row.cell, series, f"{name}：{where}",
                     value=row.value, value_unit=unit)  # fmt: skip


def _activities(plan: Plan, returns: Returns) -> Iterator[dict]:
    events = returns.events
    for row in events[events["main"].astype(bool) & events["state"].isin(_COUNTED)].itertuples():
        task = None if pd.isna(row.task) else int(row.task)
        programme = (
            plan.programme(plan.task(task).programme).name if task and task <= len(plan.tasks) else OTHER
        )
        text = f"{row.date}　{row.title}　{row.place}".strip()
        yield _claim(plan, row, ACTIVITY, task, f"第{row.row}行", f"{programme} 活动人次", text,
                     value=row.participants, value_unit="人次")  # fmt: skip


def _claim(plan: Plan, row: Row, kind: str, task: int | None, cell: str, series: str, text: str, *,
           value: float = float("nan"), value_unit: str = "") -> dict:  # fmt: skip
    known = {t.number for t in plan.tasks}
    return {
        "claim": f"{kind}-{row.unit}-{row.sheet}-{cell}",
        "programme": plan.task(task).programme if task in known else "",
        "series": series, "kind": kind, "unit": row.unit, "task": task, "text": text, "value": value,
        "value_unit": value_unit, "size": float("nan"), "file": row.file, "sheet": row.sheet, "cell": cell,
    }  # fmt: skip
