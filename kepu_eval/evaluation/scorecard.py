"""Target management (目标管理考核): points of each unit by a scheme, with bounds over missing data and rank intervals.

Internal: no report shows it unless asked. Points only restate what the evaluation found; they judge nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.kinds.base import FAILED, MET, NOT_DUE
from kepu_eval.evaluation.kinds.goal import final_goal
from kepu_eval.evaluation.mechanisms import NO, UNKNOWN, YES
from kepu_eval.evaluation.model import Evaluation, Rating
from kepu_eval.evaluation.ranking import rank_intervals
from kepu_eval.evaluation.rating import exact
from kepu_eval.evaluation.scheme import FULL, Part, Scheme
from kepu_eval.plan import LEAD, Indicator, Plan, TargetKind, Unit
from kepu_eval.returns import Returns
from kepu_eval.returns.attachments import NOT_PRESENT

_LEFT_OUT = (str(Rating.UNRATED), str(Rating.EXCEPTED))
_SHARES = (TargetKind.PER_ENTITY_PER_PERIOD, TargetKind.EVERY_ENTITY, TargetKind.TREND)
_NOTHING_CLAIMED = ("", str(Rating.NOT_STARTED))
_ITEMS = ["unit", "part", "item", "name", "low", "high", "basis", "observations", "statuses"]


@dataclass(frozen=True)
class Scorecard:
    """Points of all units.

    ``units``: one row a unit: unit, name, ``<part>_low`` and ``<part>_high`` (points; NaN where a part does not
    concern the unit), concerns (names of the parts that do), full (their points), low and high (of 100, rescaled),
    best and worst (rank among all), peer_best and peer_worst (among those with the same parts), in order of display.
    ``items``: what the points come from, one row an item: unit, part, item, name, low and high (share earned,
    0 … 1), basis, observations and statuses (ids in the returns).
    """

    scheme: Scheme
    units: pd.DataFrame
    items: pd.DataFrame


@dataclass(frozen=True)
class _Inputs:
    plan: Plan
    returns: Returns
    evaluation: Evaluation
    scheme: Scheme


def score(plan: Plan, returns: Returns, evaluation: Evaluation, scheme: Scheme) -> Scorecard:
    """Points of every unit under ``scheme``.

    A part is the mean share of its items times its points. What is missing counts from nothing to all, so it
    widens the interval and is never zero; a part without items does not concern the unit and is left out, the
    others rescaled to 100. Ranks: :func:`~kepu_eval.evaluation.ranking.rank_intervals`; a unit that leads no task is
    held to less, so each is also ranked among its peers, the units that the same parts concern.
    """
    given = _Inputs(plan, returns, evaluation, scheme)
    rows = [
        {"unit": unit.id, "part": part.id, **item}
        for unit in plan.units
        for part in scheme.parts
        if part.id in _MAKERS
        for item in _MAKERS[part.id](given, unit)
    ]
    items = pd.DataFrame(rows, columns=_ITEMS)
    units = pd.DataFrame([_points(unit, items, scheme.parts) for unit in plan.units])
    units = units.join(_ranks(units))
    for _, peers in units.groupby("concerns"):
        units.loc[peers.index, ["peer_best", "peer_worst"]] = _ranks(peers).to_numpy()
    whole = units.astype({"peer_best": "Int64", "peer_worst": "Int64"})
    ordered = whole.sort_values(
        ["full", "concerns", "peer_best", "peer_worst", "unit"], ascending=[False, True, True, True, True]
    )
    return Scorecard(scheme, ordered.reset_index(drop=True), items)


def _ranks(units: pd.DataFrame) -> pd.DataFrame:
    ranks = rank_intervals(*(units[side].to_numpy()[np.newaxis] for side in ("low", "high")))
    return ranks[["best", "worst"]].set_index(units.index)


def _points(unit: Unit, items: pd.DataFrame, parts: tuple[Part, ...]) -> dict:
    row: dict = {"unit": unit.id, "name": unit.name}
    full, low, high, concerned = 0.0, 0.0, 0.0, []
    for part in parts:
        mine = items[items["unit"].eq(unit.id) & items["part"].eq(part.id)]
        row[f"{part.id}_low"], row[f"{part.id}_high"] = (
            part.points * mine[s].mean() for s in ("low", "high")
        )
        if len(mine):
            concerned.append(part.name)
            full += part.points
            low, high = low + row[f"{part.id}_low"], high + row[f"{part.id}_high"]
    scale = FULL / full if full else np.nan
    return row | {"concerns": "、".join(concerned), "full": full, "low": low * scale, "high": high * scale}


def _indicators(given: _Inputs, unit: Unit) -> Iterator[dict]:
    """Indicators of the tasks that the unit leads: what was reached of what is due by now, at most all of it."""
    led = {task.number for task, role in given.plan.duties(unit) if role == LEAD}
    for row in given.evaluation.indicators.itertuples():
        if row.task not in led or row.rating in _LEFT_OUT or not row.time_share:
            continue
        low, high = _attainment(row, given.plan.indicator(row.indicator), given.evaluation.indicator_periods)
        basis = f"达成率：{row.verdict}" + (f"；缺：{'、'.join(row.missing)}" if row.missing else "")
        yield _item(row.indicator, row.name, low, high, basis, observations=row.sources)


def _attainment(row, indicator: Indicator, periods: pd.DataFrame) -> tuple[float, float]:  # noqa: ANN001 - a row of evaluation.indicators
    """Least and most of the share reached, 0 … 1, from the bounds that the evaluation gives.

    Accumulating targets are held against what is due by now, shares against all of it, yearly targets by the years
    that comply for sure and those that still may.
    """
    if row.kind == TargetKind.CUMULATIVE and indicator.less_may_be_better:
        goal = final_goal(indicator).less(exact(float(row.time_share)))
        ends = goal.ends(
            Interval(exact(float(row.low)), None if pd.isna(row.high) else exact(float(row.high)))
        )
        near = sorted(float(goal.nearness(end)) for end in ends)
        return near[0], near[-1]
    if row.kind in _SHARES:
        return _capped(row.low / 100, 0), _capped(row.high / 100, 1)
    if row.kind in (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON, TargetKind.POOLED_RATIO):
        due = row.goal if row.kind == TargetKind.POOLED_RATIO else row.expected
        return _capped(row.low / due, 0), _capped(row.high / due, 1)
    if row.kind == TargetKind.ANNUAL:
        asked = periods.loc[periods["indicator"].eq(row.indicator) & periods["status"].ne(NOT_DUE), "status"]
        if (
            row.rating == Rating.UNKNOWN and asked.isin([MET, FAILED]).all()
        ):  # open for another reason than its years
            return 0.0, 1.0
        return float(asked.eq(MET).mean()), float(asked.ne(FAILED).mean())
    return (0.0, 1.0) if pd.isna(row.share) else (_capped(row.share, 0), _capped(row.share, 1))


def _capped(share: float, unknown: float) -> float:
    return float(unknown) if pd.isna(share) else min(max(float(share), 0.0), 1.0)


def _tasks(given: _Inputs, unit: Unit) -> Iterator[dict]:
    """Tasks that the unit leads, by the worst and the best class that the missing data leave open."""
    led = given.evaluation.tasks[given.evaluation.tasks["lead"].eq(unit.name)]
    sources = given.evaluation.indicators.set_index("indicator")["sources"]
    for row in led.itertuples():
        sides = (row.rating_low, row.rating_high)
        if row.rating in _LEFT_OUT or any(side in _LEFT_OUT for side in sides):
            continue
        low, high = sorted(
            given.scheme.rating_shares.get(side, unknown)
            for side, unknown in zip(sides, (0.0, 1.0), strict=True)
        )
        told = (
            row.display
            if row.rating_low == row.rating_high
            else f"{row.display}（{row.rating_low}至{row.rating_high}）"
        )
        mine = given.evaluation.commitments[given.evaluation.commitments["task"].eq(row.number)]
        yield _item(f"T{row.number:02d}", row.title, low, high, f"任务评级：{told}",
                    observations=_joined(sources[list(row.quantitative)]),
                    statuses=() if row.quantitative else _joined(mine["statuses"]))  # fmt: skip


def _evidence(given: _Inputs, unit: Unit) -> Iterator[dict]:
    """The share of the unit's claims with evidence in its catalogue that is there; with no claims it is unknown."""
    said = given.returns.statuses[given.returns.statuses["unit"].eq(unit.id)].to_dict("records")
    claims = [row for row in said if _claims(row) and _needs_proof(given.plan, row["commitment"])]
    if not claims:
        yield _item("佐证", "陈述的佐证", 0.0, 1.0, "没有收到可核对佐证的陈述，按缺失计")
        return
    catalogue = given.returns.evidence[
        given.returns.evidence["unit"].eq(unit.id) & ~given.returns.evidence["attachment"].isin(NOT_PRESENT)
    ]
    known = set(catalogue["evidence"])
    bare = [row["commitment"] for row in claims if not known & set(row["evidence"])]
    share = 1 - len(bare) / len(claims)
    basis = f"{len(claims)}项陈述中{len(claims) - len(bare)}项有可用佐证" + (
        f"；没有的：{'、'.join(bare)}" if bare else ""
    )
    yield _item("佐证", "陈述的佐证", share, share, basis, statuses=tuple(row["status"] for row in claims))


def _claims(row: dict) -> bool:
    """Whether a statement says that something was done."""
    return (
        "有" in row["done_by_year"].values()
        or row["operating"] == "已运行"
        or row["self_rating"] not in _NOTHING_CLAIMED
    )


def _needs_proof(plan: Plan, commitment: str) -> bool:
    """Figures have cells and outcomes are only told; every other commitment passes the evidence gate."""
    found = plan.commitment(commitment)
    return found.indicator is None and plan.commitment_types[found.type].rule != "narrative"


def _timeliness(given: _Inputs, unit: Unit) -> Iterator[dict]:
    """In time: all; late: the scheme's share; without a date: late at worst; nothing yet: late at best."""
    status = given.returns.standing.get(unit.id, "未报送")
    sent = given.returns.submissions.query("unit == @unit.id and status == @status")
    received, file = ("", "") if sent.empty else sent.iloc[-1][["received", "file"]]
    late = given.scheme.late_share
    known = {"按时": (1.0, 1.0), "迟报": (late, late), "未注明日期": (late, 1.0), "未报送": (0.0, late)}
    low, high = known.get(status, (0.0, 1.0))
    basis = status + (f"，{received}收到" if received else "") + (f"（{file}）" if file else "")
    yield _item("报送", "填报表报送", low, high, basis)


def _item(item: str, name: str, low: float, high: float, basis: str, observations: tuple[int, ...] = (),
          statuses: tuple[int, ...] = ()) -> dict:  # fmt: skip
    return {"item": item, "name": name, "low": low, "high": high, "basis": basis, "observations": tuple(observations),
            "statuses": tuple(statuses)}  # fmt: skip


def _joined(many: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for part in many for number in part))


def _mechanisms(given: _Inputs, unit: Unit) -> Iterator[dict]:
    """Mechanisms that each unit has to have. One of which no unit is recorded concerns nobody yet."""
    rows = given.evaluation.mechanism_units
    recorded = set(rows.loc[rows["state"].ne(UNKNOWN), "mechanism"])
    texts = {item.id: item.text for item in given.plan.mechanisms}
    for row in rows[rows["unit"].eq(unit.id) & rows["mechanism"].isin(recorded)].itertuples():
        low, high = {YES: (1.0, 1.0), NO: (0.0, 0.0)}.get(row.state, (0.0, 1.0))
        basis = "；".join(filter(None, (row.state, row.basis, row.reason)))
        yield _item(row.mechanism, texts[row.mechanism], low, high, basis)


_MAKERS = {"indicators": _indicators, "tasks": _tasks, "mechanisms": _mechanisms, "evidence": _evidence,
           "timeliness": _timeliness}  # fmt: skip
