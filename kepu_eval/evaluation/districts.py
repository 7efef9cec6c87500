"""Many districts in one view: their results joined by shared keys, with bounds wherever one is missing or has bounds itself.

Counts are added, percentages are averaged with named weights. A district that says nothing of an item (silent, not usable, no
such item, another definition) may have anything: it is never zero, and what it may have is in the bounds. Sources of the
method: bounds over unobserved parts as in Manski, *Partial Identification of Probability Distributions* (2003), ch. 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kepu_eval.evaluation.model import Rating
from kepu_eval.plan import Indicator, Plan, TargetKind
from kepu_eval.plan.superior import Demand, own_demand, relation

SUM, MEAN, NONE = "合计", "加权平均", "不汇总"
MET = (Rating.DONE, Rating.NEARLY_DONE, Rating.ON_SCHEDULE, Rating.NEARLY_ON_SCHEDULE)
REACHED, MISSED, OPEN = "已达到", "未达到", "不能判定"
_RATIOS = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY, TargetKind.POOLED_RATIO)
_ADDED = (TargetKind.CUMULATIVE, TargetKind.ANNUAL, TargetKind.STOCK_AT_HORIZON)
_SHARES = (*_RATIOS, TargetKind.LEVEL_AT_HORIZON)
"""Percentages of people or schools, which are never above 100; of a level that a unit states nobody knows."""
_OWN_WEIGHT = "各区县算式的分母"
_PERCENT = "%"
_AS_PLANNED = "方案原文口径"


@dataclass(frozen=True)
class Rollup:
    """Districts joined on a plan's items.

    ``indicators``: one row an indicator of the plan: how, weight, value (NaN unless known of every district), known (mean over
    those that tell), low, high (NaN: unbounded), told, missing (districts), worst, met_low, met_high, targets, standing,
    weaker (districts whose own target asks for less). ``matched``: one row a district and indicator, as in the packages.
    ``tasks``: rating by district (rows) and task key (columns). ``unmatched``: district, what, id, name, reason.
    """

    indicators: pd.DataFrame
    matched: pd.DataFrame
    tasks: pd.DataFrame
    unmatched: pd.DataFrame


def roll_up(
    plan: Plan, districts: pd.DataFrame, standing: pd.DataFrame, yearly: pd.DataFrame, tasks: pd.DataFrame,
    definitions: Mapping[str, str],
) -> Rollup:  # fmt: skip
    """Join what districts tell on the indicators and tasks of ``plan`` that have a key.

    ``districts``: one row a district, its name as index, weights as columns. ``standing``, ``yearly``, ``tasks``: rows of
    packages' indicators, periods and tasks with a column ``district``. ``definitions``: of the plan's keys, as in force.
    """
    keyed = [item for item in plan.indicators if item.key]
    reasons = {name: _reason(row, keyed, definitions) for name, row in standing.iterrows()}
    matched = standing[np.array([not reasons[name] for name in standing.index], dtype=bool)]
    rows = [
        _joined(item, districts, matched[matched["key"].eq(item.key)], yearly[yearly["key"].eq(item.key)])
        for item in keyed
    ]
    known = {task.key for task in plan.tasks if task.key}
    strange = tasks[~tasks["key"].isin(known)]
    unmatched = [
        *((standing.loc[name, "district"], "指标", standing.loc[name, "id"], standing.loc[name, "name"], why)
          for name, why in reasons.items() if why),
        *((row.district, "任务", row.number, row.title, "没有共用任务名" if not row.key else "本级方案没有这项任务")
          for row in strange.itertuples()),
    ]  # fmt: skip
    table = tasks[tasks["key"].isin(known)].pivot(index="district", columns="key", values="rating")
    return Rollup(
        pd.DataFrame(rows), matched,
        table.reindex(index=districts.index, columns=[task.key for task in plan.tasks if task.key]),
        pd.DataFrame(unmatched, columns=["district", "what", "id", "name", "reason"]),
    )  # fmt: skip


def _reason(row: pd.Series, keyed: list[Indicator], definitions: Mapping[str, str]) -> str:
    """Why a district's indicator is not one of the plan's; empty when it is."""
    if not row["key"]:
        return "没有共用指标名"
    ours = next((item for item in keyed if item.key == row["key"]), None)
    if ours is None:
        return "本级方案没有这项指标"
    if row["unit"] != ours.unit:
        return f"单位不同（{row['unit']}，本级为{ours.unit}）"
    if how(ours) != _how(row["kind"], row["value_unit"]):
        return f"类型不同（{row['kind']}，本级为{ours.kind}）"
    if row["definition"] != definitions.get(ours.key, ""):
        return f"口径不同（{row['definition'] or _AS_PLANNED}；本级：{definitions.get(ours.key) or _AS_PLANNED}）"
    return ""


def how(indicator: Indicator) -> str:
    """Whether districts' figures of an indicator are added or averaged."""
    return _how(indicator.kind, indicator.unit)


def _how(kind: str, unit: str) -> str:
    if kind in _RATIOS:
        return MEAN
    if kind in (TargetKind.TREND, TargetKind.RATE_OF_CHANGE):
        return NONE
    if unit == _PERCENT:
        return MEAN
    return SUM if kind in _ADDED else NONE


def _joined(
    item: Indicator, districts: pd.DataFrame, rows: pd.DataFrame, yearly: pd.DataFrame
) -> dict[str, object]:
    """One indicator over all districts."""
    rows = rows.set_index("district")
    missing = [name for name in districts.index if name not in rows.index]
    way, weight = how(item), ""
    if way == SUM:
        figures = (
            _lowest_year(rows, yearly, len(districts))
            if item.kind is TargetKind.ANNUAL
            else _added(rows, len(missing))
        )
    elif way == MEAN:
        figures, weight = _averaged(item, districts, rows)
    else:
        figures = dict.fromkeys(("value", "known", "low", "high"), np.nan)
    met = (
        rows["rating"].isin(MET).sum(),
        rows["rating_low"].isin(MET).sum(),
        rows["rating_high"].isin(MET).sum(),
    )
    return {
        "key": item.key, "name": item.name, "how": way, "weight": weight, "unit": _unit(item), "target": item.target,
        "operator": item.operator, **figures, "told": len(rows), "missing": missing, "worst": _worst(item, rows),
        "met": int(met[0]), "met_low": int(met[1]), "met_high": int(met[2]) + len(missing),
        **_targets(item, rows, way), "standing": _standing(item, figures, way),
    }  # fmt: skip


def _unit(item: Indicator) -> str:
    return _PERCENT if how(item) == MEAN else item.unit


def _added(rows: pd.DataFrame, missing: int) -> dict[str, float]:
    """Sums over districts; who says nothing adds at least nothing, and nobody knows how much at most."""
    value, low, high = (rows[side].astype(float) for side in ("value", "low", "high"))
    whole = missing == 0
    return {
        "value": value.sum() if whole and value.notna().all() and len(value) else np.nan,
        "known": np.nan,
        "low": low.fillna(0).sum(),
        "high": high.sum() if whole and high.notna().all() else np.nan,
    }


def _lowest_year(rows: pd.DataFrame, yearly: pd.DataFrame, districts: int) -> dict[str, float]:
    """What is asked for every year: the sums of each year that is due, of which the lowest decides."""
    due = yearly[yearly["district"].isin(rows.index) & yearly["status"].ne("未到期")]
    sums = [
        _added(mine, districts - mine["district"].nunique()) for _, mine in due.groupby("period", sort=True)
    ]
    if not sums:
        return dict.fromkeys(("value", "known", "low", "high"), np.nan) | {"low": 0.0}
    found = {name: [each[name] for each in sums] for name in sums[0]}
    bounded = [high for high in found["high"] if not np.isnan(high)]
    return {
        "value": np.min(found["value"]),  # NaN where one is
        "known": np.nan,
        "low": np.min(found["low"]),
        "high": min(bounded) if bounded else np.nan,
    }


def _averaged(item: Indicator, districts: pd.DataFrame, rows: pd.DataFrame) -> tuple[dict[str, float], str]:
    """Means over districts, and what they are weighted by; without weights of all, only what a share can be."""
    if item.kind in _RATIOS:
        weight, by = rows["whole"].astype(float).reindex(districts.index), _OWN_WEIGHT
    elif item.weight and item.weight in districts.columns:
        weight, by = districts[item.weight].astype(float), item.weight
    else:
        weight, by = pd.Series(np.nan, index=districts.index), ""
    told = {side: rows[side].astype(float).reindex(districts.index) for side in ("value", "low", "high")}
    top = 100.0 if item.kind in _SHARES else np.inf
    counted = weight.notna() & told["value"].notna()
    known = _mean(told["value"][counted], weight[counted])
    if weight.isna().any():
        return {"value": np.nan, "known": known, "low": 0.0, "high": _bounded(top)}, by
    return {
        "value": known if counted.all() else np.nan,
        "known": known,
        "low": _mean(told["low"].fillna(0.0), weight),
        "high": _bounded(_mean(told["high"].fillna(top), weight)),
    }, by


def _bounded(high: float) -> float:
    return high if np.isfinite(high) else np.nan


def _mean(values: pd.Series, weight: pd.Series) -> float:
    total = weight.sum()
    return float((values * weight).sum() / total) if total > 0 else np.nan


def _worst(item: Indicator, rows: pd.DataFrame) -> list[str]:
    """Districts whose known value is the worst."""
    value = rows["value"].astype(float).dropna()
    if value.empty:
        return []
    end = value.max() if item.operator in ("<=", "<", "decreasing", "rank") else value.min()
    return list(value.index[value.eq(end)])


def _targets(item: Indicator, rows: pd.DataFrame, way: str) -> dict[str, object]:
    """What districts set themselves: their sum where figures are added, else whose target asks for less than ours."""
    targets = rows["target"].astype(float)
    if way == SUM and item.kind in _ADDED:
        return {"targets": targets.sum() if targets.notna().any() else np.nan, "weaker": []}
    ours = own_demand(item, item.horizon.year)
    weaker = [name for name, row in rows.iterrows() if not pd.isna(row["target"])
              and relation(Demand(row["operator"], row["target"], row["unit"], ""), ours and ours._replace(wording="")) == "弱于"]  # fmt: skip
    return {"targets": np.nan, "weaker": weaker}


def _standing(item: Indicator, figures: Mapping[str, float], way: str) -> str:
    """Whether the bounds lie on one side of the plan's own target."""
    if way == NONE or item.target is None:
        return ""
    each = item.kind in (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY)
    target, low, high = 100.0 if each else item.target, figures["low"], figures["high"]
    low, high = (-np.inf if np.isnan(low) else low), (np.inf if np.isnan(high) else high)
    tests = {">=": (low >= target, high < target), ">": (low > target, high <= target),
             "<=": (high <= target, low > target), "<": (high < target, low >= target)}  # fmt: skip
    met, failed = tests.get(item.operator, (False, False))
    return REACHED if met else MISSED if failed else OPEN


def returned(districts: pd.DataFrame, units: pd.DataFrame, questions: Iterable[str]) -> pd.DataFrame:
    """One row a district, the worst first: units asked, units that returned, and what is open; NaN of one that is silent.

    ``units``: rows of packages' units with ``district``; ``questions``: the columns of it that count what is open.
    """
    grouped = units.groupby("district")
    rows = pd.DataFrame({
        "asked": grouped.size(), "returned": grouped["submitted"].sum(), **{name: grouped[name].sum() for name in questions},
    }).reindex(districts.index)  # fmt: skip
    rows["state"] = districts["state"]
    rows["share"] = rows["returned"] / rows["asked"]
    return rows.sort_values("share", na_position="first", kind="stable")
