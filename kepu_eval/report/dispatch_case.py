"""A quarter's dispatch: its round and the quarters before it, opened once from the notebook's parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.evaluation import Evaluation
from kepu_eval.evaluation.dispatch import (
    NOT_DUE,
    indicator_positions,
    made_up,
    misses,
    outcome,
    reporting_outcome,
    task_positions,
)
from kepu_eval.parameters import Dispatch, ParameterError, as_given, read_parameters
from kepu_eval.parameters.basis import basis, existing
from kepu_eval.plan import Plan, Round, Stage
from kepu_eval.report.blocks import SIMULATED
from kepu_eval.report.case import names_with_digits, supervision_ledger
from kepu_eval.report.factbook import FactBook
from kepu_eval.report.wording import chinese_date
from kepu_eval.returns import Decisions, Ledger, Returns, open_returns, roster
from kepu_eval.rows import Row
from kepu_eval.supervision import read_rectification, simulated
from kepu_eval.supervision.deadlines import deadlines

if TYPE_CHECKING:
    from kepu_eval.report.vocabulary import Vocabulary


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

    ``deadlines``: what was to be put right, as the supervision ledger had it at the quarter's end;
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
    parameters: Mapping[str, Any] = field(default_factory=dict)

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

    @property
    def as_of(self) -> dt.date:
        """The quarter's last day."""
        return self.now.round.as_of

    @cached_property
    def words(self) -> Vocabulary:
        """What the dispatch's text may name: figures, names, lists."""
        from kepu_eval.report.dispatch_words import dispatch_vocabulary

        return dispatch_vocabulary(self)

    @property
    def proper_names(self) -> set[str]:
        """Names with digits in them, which a text may hold though they are no figures."""
        return names_with_digits(self.plan)

    @property
    def returns(self) -> Returns:
        """What was sent for the quarter."""
        return self.now.returns

    def recovered(self, row: Row) -> str:
        """What an item that missed quarters and misses no more is called: 已补齐 only where all that is due is there."""
        count = made_up(self.positions[row.item])
        return f"{'已补齐' if self._whole(row) else '基本达到'}（曾滞后{count}季）" if count else ""

    def _whole(self, row: Row) -> bool:
        mine = self.now.indicators
        mine = mine[mine["task"].eq(row.task) & mine["position"].ne(NOT_DUE)]
        shares = mine["share"] if pd.isna(row.share) else pd.Series([row.share])
        return bool(shares.ge(1).all())

    @cached_property
    def judged(self) -> list[Row]:
        """Rows of all indicators, and of the tasks without indicators."""
        own = {int(task) for task in self.now.indicators["task"].dropna()}
        tasks = self.now.tasks[~self.now.tasks["task"].isin(own)]
        return [*self.now.indicators.itertuples(), *tasks.itertuples()]

    @cached_property
    def behind(self) -> list[Row]:
        """Of these, what missed its path now or had before an open quarter; most often first."""
        found = [row for row in self.judged if misses(self.positions[row.item])]
        return sorted(found, key=lambda row: -misses(self.positions[row.item]))

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


def open_dispatch(parameters: Mapping[str, Any]) -> DispatchCase:
    """Read a quarter and those before it, from a ledger or from a folder with one folder a round.

    Raises :class:`ParameterError` for unknown or unusable parameters. A quarter before the one asked for of which
    nothing was collected stands in ``gaps``: it is neither a pass nor a miss.
    """
    given = read_parameters(Dispatch, parameters)
    return replace(_open(given), parameters=as_given(given, parameters))


def _open(given: Dispatch) -> DispatchCase:
    found = basis(given)
    the_plan, asked = found.plan, found.round
    source = existing(given.returns, "returns")
    wanted = [r for r in the_plan.rounds if r.stage is Stage.DISPATCH and r.as_of <= asked.as_of]
    wanted.sort(key=lambda item: item.as_of)
    there = [r for r in wanted if _has(source, r)]
    if asked not in there:
        raise ParameterError(
            f"“{given.returns}”中没有“{asked.id}”的填报表",
            place="参数returns",
            hint="请放入该季文件夹，或先收表",
        )
    files = [("台账", source)] if source.is_file() else []
    kept_in = supervision_ledger(given.supervision, source, files)
    due, simulated_beside = (None, False) if kept_in is None else _deadlines(the_plan, asked, kept_in)
    return DispatchCase(
        plan=the_plan.in_round(asked.id),
        quarters=tuple(_quarter(the_plan, r, source, given.switches) for r in there),
        gaps=tuple(r for r in wanted if r not in there),
        organisation=given.organisation,
        report_date=chinese_date(given.report_date) if given.report_date else "",
        files=tuple(files),
        deadlines=due,
        simulated_beside=simulated_beside,
    )


def _deadlines(plan: Plan, rnd: Round, ledger_file: Path) -> tuple[pd.DataFrame, bool]:
    """As recorded by the quarter's end, so that what a ledger learns later leaves a past quarter as it was."""
    with Ledger(ledger_file) as ledger:
        items = read_rectification(ledger, plan, rnd.id, until=rnd.as_of)
        return deadlines(items, rnd.as_of), simulated(ledger)


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
