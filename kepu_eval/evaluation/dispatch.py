"""Quarterly dispatch (季度调度): where things stand against their expected path, misses in a row, what was made up.

The path is linear and in whole quarters, compared in exact fractions. Cumulative targets and stocks: target ×
quarters passed ÷ quarters of the plan window. Yearly targets: target × quarters of this year ÷ 4. Schools and
terms: what ended in this quarter, all of it. What is not due has no expected value and is 未到期.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from kepu_eval.evaluation.evaluate import evaluate
from kepu_eval.evaluation.kinds.goal import Goal, final_goal
from kepu_eval.evaluation.model import Evaluation, Rating, worst
from kepu_eval.evaluation.rating import banded, exact
from kepu_eval.plan import Indicator, Plan, Stage, TargetKind, Task, periods, quarter_of, quarter_share
from kepu_eval.returns import Returns

_FLOOR = Goal(">=", Fraction())
NOT_DUE = "未到期"
MET, MISSED, OPEN = "met", "missed", "open"
_BEHIND = {Rating.BEHIND, Rating.FAR_BEHIND, Rating.NOT_STARTED}
_NO_OUTCOME = {NOT_DUE, str(Rating.UNKNOWN), str(Rating.UNRATED)}
_BY_PLAN_WINDOW = (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON)
_BY_PERIOD = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.POOLED_RATIO, TargetKind.ANNUAL)
_DIRECTED = (TargetKind.LIMIT_AT_HORIZON, TargetKind.RATE_OF_CHANGE)
_COUNTED = (TargetKind.TREND, TargetKind.ANNUAL)
"""Kinds whose periods comply or do not, each by itself."""
COLUMNS = (
    "item",
    "name",
    "task",
    "lead",
    "value",
    "expected",
    "target",
    "unit",
    "share",
    "position",
    "reason",
    "sources",
)


@dataclass(frozen=True)
class _Position:
    value: Fraction | None
    expected: Fraction | None
    position: str
    reason: str
    sources: tuple[int, ...] = ()
    unit: str = ""


def outcome(position: str) -> str:
    """Whether a position is met, missed, or open: not due and not known are neither a pass nor a miss."""
    if position in _NO_OUTCOME:
        return OPEN
    return MISSED if position in _BEHIND else MET


def reporting_outcome(status: str) -> str:
    """A return in time is met; a late one was made up and stays a miss; one without a date, or two that compete, open."""
    return {"按时": MET, "未注明日期": OPEN, "重复待确认": OPEN}.get(status, MISSED)


def misses(outcomes: Sequence[str]) -> int:
    """Misses in a row up to the last quarter; open quarters neither add to them nor end them."""
    count = 0
    for found in reversed(outcomes):
        if found == MET:
            break
        count += found == MISSED
    return count


def made_up(outcomes: Sequence[str]) -> int:
    """Misses in a row that the last quarter made up; 0 when it did not meet its path, or nothing was missed."""
    return misses(outcomes[:-1]) if outcomes and outcomes[-1] == MET else 0


def escalation(plan: Plan, count: int) -> str:
    """What the plan file says follows from ``count`` misses in a row; empty for none."""
    steps = [item.label for item in plan.rating.escalation if item.misses <= count]
    return steps[-1] if steps else ""


def indicator_positions(
    plan: Plan, returns: Returns, as_of: dt.date, **switches: Any
) -> tuple[pd.DataFrame, Evaluation]:
    """Every indicator against its path at a quarter's end, and the evaluation its values come from.

    Values are those of the mid-term's kinds (duplicates taken out, ratios pooled), so a dispatch and an evaluation
    never disagree on a figure; only what is expected by now differs. ``share`` is value ÷ expected.
    """
    evaluation = evaluate(plan, returns, as_of, Stage.DISPATCH, **switches)
    rows = [_row(plan, item, _indicator(plan, item, evaluation)) for item in plan.indicators]
    return pd.DataFrame(rows, columns=list(COLUMNS)), evaluation


def _row(plan: Plan, indicator: Indicator, found: _Position) -> dict:
    share = found.value / found.expected if found.value is not None and found.expected else None
    yearly = indicator.kind is TargetKind.ANNUAL and indicator.period in (None, "year")
    percent = not yearly and indicator.kind not in (*_BY_PLAN_WINDOW, *_DIRECTED)
    return {
        "item": indicator.id, "name": indicator.name, "task": indicator.task,
        "lead": plan.lead(indicator.task).name if indicator.task else indicator.owner or "",
        "value": _number(found.value), "expected": _number(found.expected),
        "target": float("nan") if indicator.target is None else float(indicator.target),
        "unit": "%" if percent else found.unit or indicator.unit, "share": _number(share),
        "position": found.position, "reason": found.reason, "sources": found.sources,
    }  # fmt: skip


def _number(value: Fraction | None) -> float:
    return float("nan") if value is None else float(value)


def _indicator(plan: Plan, indicator: Indicator, evaluation: Evaluation) -> _Position:
    kind, as_of = indicator.kind, evaluation.as_of
    if as_of.year > indicator.horizon.year:
        return _Position(None, None, NOT_DUE, f"已于{indicator.horizon.year}年到期")
    if kind in _BY_PLAN_WINDOW:
        return _on_window(plan, indicator, evaluation)
    if kind is TargetKind.ANNUAL and indicator.period in (None, "year"):
        return _in_year(plan, indicator, evaluation)
    if kind in _BY_PERIOD:
        of = indicator.period or "year"
        ended = [p.label for p in periods(plan, of) if _in_quarter(p.end, as_of)]
        what = {"semester": "学期", "school_year": "学年"}.get(of, "期间")
        return _shares(plan, indicator, evaluation, ended, f"本季没有{what}结束")
    if kind is TargetKind.EVERY_ENTITY:
        return _shares(plan, indicator, evaluation, [as_of.isoformat()], "")
    if kind is TargetKind.TREND and quarter_of(as_of) == 4:
        return _shares(plan, indicator, evaluation, [str(as_of.year)], "")
    if kind in _DIRECTED and quarter_of(as_of) == 4:
        return _as_judged(indicator, evaluation)
    yearly = kind in (TargetKind.TREND, *_DIRECTED)
    why = "年末比较" if yearly else "以调查判定，期末到期"
    return _Position(None, None, NOT_DUE, why)


def _in_quarter(day: dt.date, as_of: dt.date) -> bool:
    """Whether a day lies in the quarter that ends on ``as_of``."""
    return day <= as_of and (day.year, (day.month - 1) // 3) == (as_of.year, (as_of.month - 1) // 3)


def _unknown(expected: Fraction, why: str) -> _Position:
    return _Position(None, expected, str(Rating.UNKNOWN), why)


def _as_judged(indicator: Indicator, evaluation: Evaluation) -> _Position:
    """A level with a direction of its own at the year's end: as the evaluation judges it."""
    row = evaluation.indicators.set_index("indicator").loc[indicator.id]
    value, goal = (None if pd.isna(row[name]) else exact(float(row[name])) for name in ("value", "goal"))
    return _Position(value, goal, row["rating"], row["verdict"], tuple(row["sources"]), row["value_unit"])


def _placed(plan: Plan, row: Mapping[str, Any], expected: Fraction, target: Fraction | None, why: str,
            gap: str, goal: Goal = _FLOOR) -> _Position:  # fmt: skip
    """The position of a figure with bounds (value, low, high, sources): firm only where both ends agree."""
    low, high = (None if pd.isna(row[side]) else exact(float(row[side])) for side in ("low", "high"))
    ends = [_graded(plan, end, expected, target, goal) for end in (low or Fraction(), high)]
    told = str(Rating.UNKNOWN) if pd.isna(row["value"]) else ""
    if ends[0] != ends[1] or told:
        span = "" if (low or 0) == 0 and high is None else f"（最差{ends[0]}，最好{ends[1]}）"
        return _unknown(expected, gap + span)
    value = exact(float(row["value"]))
    if goal.floor and target is not None and value >= target:
        why = "已达期末目标" if why.startswith("按规划期") or why.startswith("按到") else "已达本年目标"
    return _Position(value, expected, ends[0], why, tuple(row["sources"]))


def _graded(
    plan: Plan, value: Fraction | None, expected: Fraction, target: Fraction | None, goal: Goal
) -> str:
    if not goal.floor:  # what may have been used up by now
        near = Goal(goal.operator, expected, goal.high).nearness(value)
        return str(banded(near, plan.rating.midterm_pace))
    if value is None or (target is not None and value >= target):
        return str(Rating.DONE)
    return _banded(plan, value, expected)


def _on_window(plan: Plan, indicator: Indicator, evaluation: Evaluation) -> _Position:
    """Cumulative sums and stocks on the straight line from the plan's start to its horizon."""
    target = exact(indicator.aim)
    expected = target * quarter_share(plan, evaluation.as_of, indicator.horizon)
    early = indicator.horizon.year < plan.meta.last_year
    why = f"按到{indicator.horizon.year}年匀速" if early else "按规划期匀速"
    gap = "牵头单位未报本年至今的数，或另有未报、待核"
    goal = final_goal(indicator)
    if indicator.kind is TargetKind.STOCK_AT_HORIZON:
        return _placed(plan, _this_year(indicator, evaluation), expected, target, why, gap)
    row = evaluation.indicators.set_index("indicator").loc[indicator.id]
    return _placed(plan, row.to_dict(), expected, target, why, gap, goal)


def _this_year(indicator: Indicator, evaluation: Evaluation) -> dict:
    rows = evaluation.indicator_periods
    mine = rows["indicator"].eq(indicator.id) & rows["period"].eq(str(evaluation.as_of.year))
    return rows[mine].iloc[0].to_dict()


def _in_year(plan: Plan, indicator: Indicator, evaluation: Evaluation) -> _Position:
    """This year's figure so far against this year's share of the yearly target; earlier years do not help."""
    target = exact(indicator.aim)
    expected = target * Fraction(quarter_of(evaluation.as_of), 4)
    gap = "牵头单位未报本年至今的数，或另有未报、待核"
    goal = final_goal(indicator)
    return _placed(plan, _this_year(indicator, evaluation), expected, target, "按本年匀速", gap, goal)


def _shares(
    plan: Plan, indicator: Indicator, evaluation: Evaluation, labels: Iterable[str], why: str
) -> _Position:
    """A share of schools (or series) in the period that ended: all of it is expected; unknown ones leave it open."""
    rows = evaluation.indicator_periods
    rows = rows[rows["indicator"].eq(indicator.id) & rows["period"].isin(list(labels))]
    if why and not list(labels):
        return _Position(None, None, NOT_DUE, why)
    if rows.empty:
        return _unknown(Fraction(100), "牵头单位未报")
    ended = "、".join(rows["period"].unique())
    if indicator.kind not in _COUNTED:
        row = rows.iloc[0].to_dict()
        return _placed(plan, row, exact(float(row["target"])), None, ended, "部分学校缺报或待核")
    met = int(rows["status"].eq("达标").sum())
    unknown = len(rows) - met - int(rows["status"].eq("未达标").sum())
    low, high = met / len(rows) * 100, (met + unknown) / len(rows) * 100
    sources = tuple(obs for found in rows["sources"] for obs in found)
    share = {"value": float("nan") if unknown else low, "low": low, "high": high, "sources": sources}
    return _placed(plan, share, Fraction(100), None, ended, "缺本年或上年的数")


def _banded(plan: Plan, value: Fraction, expected: Fraction) -> str:
    """The mid-term's pace bands on value ÷ expected; nothing at all where something is expected is 未启动."""
    if not expected:
        return NOT_DUE
    return str(banded(value / expected, plan.rating.midterm_pace)) if value else str(Rating.NOT_STARTED)


def task_positions(plan: Plan, returns: Returns, as_of: dt.date, indicators: pd.DataFrame) -> pd.DataFrame:
    """Every task at a quarter's end: its worst indicator, else its yearly commitments against the year's share.

    Columns as for indicators. A task without indicators is expected to have kept ``quarters ÷ 4`` of its yearly
    commitments by now, as any unit says 有 for this year; without yearly commitments nothing is due by quarters.
    """
    silent = {unit.name for unit in plan.units if unit.id in returns.silent}
    rows = []
    for task in plan.tasks:
        mine = indicators[indicators["task"].eq(task.number)]
        found = _by_indicators(mine) if len(mine) else _by_commitments(plan, task, returns, as_of, silent)
        share = found.value / found.expected if found.value is not None and found.expected else None
        rows.append(
            {"item": task.id, "name": task.title, "task": task.number, "lead": task.lead.unit,
             "value": _number(found.value), "expected": _number(found.expected), "target": 100.0, "unit": "%",
             "share": _number(share), "position": found.position, "reason": found.reason, "sources": ()}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_indicators(rows: pd.DataFrame) -> _Position:
    known = rows[~rows["position"].isin(_NO_OUTCOME)]
    if known.empty:
        unknown = rows["position"].eq(str(Rating.UNKNOWN)).any()
        return _Position(None, None, str(Rating.UNKNOWN) if unknown else NOT_DUE, "见所属指标")
    weakest = str(worst([Rating(p) for p in known["position"]]))
    return _Position(
        None, None, weakest, f"取决于{'、'.join(known.loc[known['position'].eq(weakest), 'item'])}"
    )


def _by_commitments(plan: Plan, task: Task, returns: Returns, as_of: dt.date, silent: set[str]) -> _Position:
    yearly = [c.id for c in task.commitments if plan.commitment_types[c.type].rule == "each_year"]
    if not yearly:
        return _Position(None, None, NOT_DUE, "没有逐年开展的承诺，年末评估")
    said = returns.statuses[returns.statuses["commitment"].isin(yearly)]
    kept = {r.commitment for r in said.itertuples() if r.done_by_year.get(str(as_of.year)) == "有"}
    value, expected = Fraction(len(kept) * 100, len(yearly)), Fraction(quarter_of(as_of) * 100, 4)
    reason = f"本年已开展{len(kept)}/{len(yearly)}项承诺"
    position = _banded(plan, value, expected)
    awaited = [name for name in (task.lead.unit, *(u.name for u in plan.responsible(task))) if name in silent]
    if awaited and position != _banded(plan, Fraction(100), expected):
        return _Position(
            None,
            expected,
            str(Rating.UNKNOWN),
            f"{reason}，{'、'.join(awaited[:3])}{'等' if len(awaited) > 3 else ''}未报",
        )
    return _Position(value, expected, position, reason)
