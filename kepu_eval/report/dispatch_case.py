"""A quarter's dispatch: its round and the quarters before it, opened once from the notebook's parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from kepu_eval.evaluation import Evaluation
from kepu_eval.evaluation.dispatch import (
    indicator_positions,
    outcome,
    reporting_outcome,
    task_positions,
)
from kepu_eval.plan import Plan, Round, Stage, load_plan
from kepu_eval.report.case import (
    SIMULATED,
    ParameterError,
    parameter_path,
    refuse_unknown,
    supervision_ledger,
)
from kepu_eval.report.factbook import FactBook
from kepu_eval.returns import Decisions, Ledger, Returns, open_returns, roster
from kepu_eval.supervision import read_rectification, simulated
from kepu_eval.supervision.deadlines import deadlines

_QUARTER = re.compile(r"(\d{4})\s*-?\s*[Qq第]?([1-4])")


@dataclass(frozen=True)
class Quarter:
    """One quarter: who reported, and where every indicator and task stood."""

    round: Round
    returns: Returns
    decisions: Decisions
    roster: pd.DataFrame
    indicators: pd.DataFrame
    tasks: pd.DataFrame
    evaluation: Evaluation
    plan: Plan

    @cached_property
    def facts(self) -> FactBook:
        """Figures of the quarter, each with its lineage."""
        return FactBook(self.evaluation, self.returns, self.plan, self.decisions)


@dataclass(frozen=True)
class DispatchCase:
    """The quarter in question and its history, the oldest first; the last of ``quarters`` is the one reported on.

    ``deadlines``: what was to be put right, as the supervision ledger had it when the quarter's returns were due;
    ``None`` without a ledger; ``simulated_beside``: it came from simulated returns. ``parameters`` are those that the notebook gave.
    """

    plan: Plan
    quarters: tuple[Quarter, ...]
    gaps: tuple[Round, ...]
    organisation: str
    report_date: str
    files: tuple[tuple[str, Path], ...]
    deadlines: pd.DataFrame | None = None
    simulated_beside: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def now(self) -> Quarter:
        """The quarter that the dispatch is about."""
        return self.quarters[-1]

    @property
    def notice(self) -> str:
        """``示例数据`` when any quarter, or what was to be put right, was simulated."""
        quarters = any(quarter.returns.simulated for quarter in self.quarters)
        return SIMULATED if quarters or self.simulated_beside else ""

    @property
    def facts(self) -> FactBook:
        """Figures of the quarter, each with its lineage."""
        return self.now.facts

    @cached_property
    def reporting(self) -> dict[str, tuple[str, ...]]:
        """Outcomes of reporting by unit id, the oldest quarter first."""
        return self._history("roster", "unit", "status", reporting_outcome)

    @cached_property
    def positions(self) -> dict[str, tuple[str, ...]]:
        """Outcomes by indicator or task id, the oldest quarter first."""
        return {
            **self._history("indicators", "item", "position", outcome),
            **self._history("tasks", "item", "position", outcome),
        }

    def _history(self, table: str, key: str, column: str, judge: Callable) -> dict[str, tuple[str, ...]]:
        frames = [getattr(quarter, table).set_index(key)[column] for quarter in self.quarters]
        return {item: tuple(judge(frame[item]) for frame in frames) for item in frames[-1].index}


def open_dispatch(parameters: Mapping[str, object]) -> DispatchCase:
    """Read a quarter and those before it, from a ledger or from a folder with one folder a round.

    Raises :class:`ParameterError` for unknown or unusable parameters. A quarter before the one asked for of which
    nothing was collected stands in ``gaps``: it is neither a pass nor a miss.
    """
    refuse_unknown(parameters, list(inspect.signature(_open).parameters))
    return replace(_open(**parameters), parameters=dict(parameters))


def _open(
    *,
    quarter: str,
    returns: str,
    supervision: str = "",
    plan: str = "",
    switches: Mapping[str, str] | None = None,
    organisation: str = "",
    report_date: str = "",
) -> DispatchCase:
    the_plan = load_plan(parameter_path(plan, "plan") if plan else None)
    asked = _round(the_plan, quarter)
    source = parameter_path(returns, "returns")
    wanted = [r for r in the_plan.rounds if r.stage is Stage.DISPATCH and r.as_of <= asked.as_of]
    wanted.sort(key=lambda item: item.as_of)
    there = [r for r in wanted if _has(source, r)]
    if asked not in there:
        raise ParameterError(f"returns：“{returns}”中没有“{asked.id}”的填报表，请放入该季文件夹，或先收表")
    files = [("台账", source)] if source.is_file() else []
    kept_in = supervision_ledger(supervision, source, files)
    due, made_up = (None, False) if kept_in is None else _deadlines(the_plan, asked, kept_in)
    return DispatchCase(
        plan=the_plan.in_round(asked.id),
        quarters=tuple(_quarter(the_plan, r, source, dict(switches or {})) for r in there),
        gaps=tuple(r for r in wanted if r not in there),
        organisation=organisation,
        report_date=report_date,
        files=tuple(files),
        deadlines=due,
        simulated_beside=made_up,
    )


def _deadlines(plan: Plan, rnd: Round, ledger_file: Path) -> tuple[pd.DataFrame, bool]:
    """As recorded by the day the returns were due, so that what a ledger learns later leaves a past quarter as it was."""
    with Ledger(ledger_file) as ledger:
        items = read_rectification(ledger, plan, rnd.id, until=rnd.due)
        return deadlines(items, rnd.as_of), simulated(ledger)


def _round(plan: Plan, quarter: str) -> Round:
    """The dispatch round that ``2024-Q3``, ``2024Q3`` or ``2024第3`` names."""
    rounds = {r.id: r for r in plan.rounds if r.stage is Stage.DISPATCH}
    found = None if quarter in rounds else _QUARTER.match(str(quarter))
    name = f"{found[1]}-Q{found[2]}" if found else str(quarter)
    if name not in rounds:
        raise ParameterError(
            f"quarter：方案中没有季度“{quarter}”（可用：{'、'.join(rounds)}），请改写，或在方案文件 rounds 中增加一行"
        )
    return rounds[name]


def _has(source: Path, rnd: Round) -> bool:
    if source.is_dir():
        return (source / rnd.id).is_dir()
    with Ledger(source) as ledger:
        return rnd.id in ledger.rounds()


def _quarter(plan: Plan, rnd: Round, source: Path, switches: dict[str, str]) -> Quarter:
    returns, decisions = open_returns(source / rnd.id if source.is_dir() else source, plan, rnd.id)
    people = roster(returns, plan)
    plan = plan.in_round(rnd.id)
    if source.is_file():
        people = _as_first_reported(people, source, rnd)
    indicators, evaluation = indicator_positions(plan, returns, rnd.as_of, **switches)
    tasks = task_positions(plan, returns, rnd.as_of, indicators)
    return Quarter(rnd, returns, decisions, people, indicators, tasks, evaluation, plan)


def _as_first_reported(people: pd.DataFrame, ledger_file: Path, rnd: Round) -> pd.DataFrame:
    """A unit that reported in time and corrected its return later was in time."""
    with Ledger(ledger_file) as ledger:
        log = ledger.log(rnd.id)
    timely = set(log.loc[log["状态"].eq("按时"), "单位"])
    status = people["status"].where(~(people["unit_name"].isin(timely) & people["status"].eq("迟报")), "按时")
    return people.assign(status=status)
