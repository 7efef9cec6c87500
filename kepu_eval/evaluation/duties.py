"""Duties of the plan's phases: what the returns and the evaluation show of each, and what the office's record adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from kepu_eval.errors import UnknownError
from kepu_eval.evaluation.mechanisms import NO, PARTLY, UNKNOWN, YES
from kepu_eval.evaluation.model import NOT_RATED, Rating
from kepu_eval.plan import Duty, KnownFrom, Phase, Plan, Stage
from kepu_eval.returns import Returns

COLUMNS = ("phase", "duty", "text", "who", "by", "due", "known_from", "state", "state_low", "state_high", "done",
           "open", "total", "basis", "note", "statuses", "units", "file", "sheet", "cell")  # fmt: skip
_NONE = (
    r"(暂?无|没有|无问题)[。.]?"  # says that there is nothing, which is no problem found and no step taken
)
_KEPT = (Rating.DONE, Rating.NEARLY_DONE)


class DutyState(StrEnum):
    """How far a duty was done, the least first; ``未到期`` before its phase begins, ``数据不足`` when it is not known."""

    NOT_DONE = "未落实"
    PARTLY = "部分落实"
    DONE = "已落实"
    NOT_DUE = "未到期"
    UNKNOWN = "数据不足"


_ORDER = [DutyState.NOT_DONE, DutyState.PARTLY, DutyState.DONE]
_TOLD = {YES: DutyState.DONE, NO: DutyState.NOT_DONE}


@dataclass(frozen=True)
class Given:
    """What duties are judged on.

    ``as_of``: what was reported until then counts; ``day``: what is due by then is asked for (see
    :func:`~kepu_eval.evaluation.evaluate.judged_on`). ``held``: what the office itself carried out and keeps, in words,
    by where it is known.
    """

    plan: Plan
    returns: Returns
    as_of: dt.date
    day: dt.date
    stage: Stage
    mechanisms: pd.DataFrame
    tasks: pd.DataFrame
    units: pd.DataFrame
    towns: bool = False
    held: Mapping[KnownFrom, str] = field(default_factory=dict)

    def asked(self, duty: Duty) -> list[str]:
        """Ids of the units that have the duty: those that ``who`` stands for, else all."""
        try:
            units = self.plan.members(duty.who, self.towns)
        except UnknownError:
            units = self.plan.units
        return [unit.id for unit in units]


@dataclass(frozen=True)
class _Found:
    """What was found of a duty: of ``total`` things, ``done`` ones, ``open`` ones that may be, some done in part.

    ``statuses``: a statement of each unit that shows it.
    """

    done: int
    open: int
    total: int
    basis: str = ""
    statuses: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    partly: bool = False

    @property
    def bounds(self) -> tuple[DutyState, DutyState]:
        if not self.total:
            return DutyState.NOT_DONE, DutyState.DONE
        return self._extent(self.done), self._extent(self.done + self.open)

    def _extent(self, done: int) -> DutyState:
        if done >= self.total:
            return DutyState.DONE
        return DutyState.PARTLY if done or self.partly else DutyState.NOT_DONE


def judge_duties(given: Given, record: pd.DataFrame | None) -> pd.DataFrame:
    """One row a duty of a phase.

    ``done``, ``open``, ``total``: things (units, mechanisms, tasks, or the duty itself) that were found done, may be, and
    all. ``state`` is firm only where the worst and the best they can come to agree; otherwise 数据不足, unless the
    office's ``record`` (item, state 有 or 无, basis, note, file, sheet, cell) settles it. The record never overrules what
    is known: where they contradict, ``note`` says so.
    """
    told = (
        {} if record is None else {row["item"]: row for row in record.to_dict("records") if not row["unit"]}
    )
    return pd.DataFrame(_rows(given, told), columns=COLUMNS)


def _rows(given: Given, told: dict[str, dict]) -> Iterator[dict]:
    for phase in given.plan.phases:
        for duty in phase.duties:
            by = duty.by or phase.ends
            head = {"phase": phase.id, "duty": duty.id, "text": duty.text, "who": duty.who, "by": by,
                    "due": by <= given.day, "known_from": str(duty.known_from)}  # fmt: skip
            early = given.day < phase.begins
            finder = (
                _office if early else _FINDERS[duty.known_from]
            )  # what is reported before is not about this phase
            found, said = finder(given, phase, duty), told.get(duty.id, {})
            row = head | _shown(found, said) | _settled(found, said)
            yield row | _not_due(phase) if early and not said.get("state") else row


def _not_due(phase: Phase) -> dict:
    states = dict.fromkeys(("state", "state_low", "state_high"), str(DutyState.NOT_DUE))
    return states | {"open": 0, "basis": f"本阶段{phase.start}年开始"}


def _shown(found: _Found, told: dict) -> dict:
    place = {name: told.get(name, "") for name in ("file", "sheet", "cell")}
    counts = {name: getattr(found, name) for name in ("done", "open", "total", "basis", "statuses", "units")}
    return counts | {"note": told.get("note", "")} | place


def _settled(found: _Found, told: dict) -> dict:
    low, high = found.bounds
    said = _TOLD.get(told.get("state", ""))
    office = (
        f"办公室记录“{told['state']}”" + (f"（{told['basis']}）" if told["basis"] else "") if said else ""
    )
    if said and _ORDER.index(low) <= _ORDER.index(said) <= _ORDER.index(high):
        low = high = said
    elif said:
        office += "，与已知情况不符，未采用"
    state = low if low is high else DutyState.UNKNOWN
    basis = "；".join(filter(None, (found.basis, office))) or "没有记录"
    return {"state": str(state), "state_low": str(low), "state_high": str(high), "basis": basis}


def _office(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001 - the finders have one form
    return _Found(0, 1, 1)


def _carried_out(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    """Done when there is a record of it; without one it may have been done all the same."""
    basis = given.held.get(duty.known_from)
    return _Found(0, 1, 1) if basis is None else _Found(1, 0, 1, basis)


def _issued(given: Given, phase: Phase, duty: Duty) -> _Found:
    issued, by = given.plan.meta.issued, duty.by or phase.ends
    day = f"{issued.year}年{issued.month}月{issued.day}日印发"
    late = f"，晚于期限{by.isoformat()}" if issued > by else ""
    done = int(issued <= given.as_of)
    return _Found(done, 0, 1, f"{day}{late}")


def _begun(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    """Begun when any commitment was kept in one of the phase's years; that nobody says so proves nothing."""
    years = [str(year) for year in range(phase.start, min(phase.end, given.as_of.year) + 1)]
    rows = given.returns.statuses
    kept = rows[rows["done_by_year"].map(lambda told: any(told.get(y) == YES for y in years)).astype(bool)]
    first = kept.drop_duplicates("unit")
    if first.empty:
        return _Found(0, 1, 1, f"没有单位填报{phase.start}—{phase.end}年已开展的承诺")
    basis = f"{len(first)}个单位填报本阶段已开展{len(kept)}条承诺"
    return _Found(1, 0, 1, basis, tuple(first["status"]), tuple(first["unit"]))


def _written(column: str, what: str):  # noqa: ANN202 - a finder
    """Units that wrote something in a column of 任务自查. A blank says neither that there was nothing nor something."""

    def find(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
        rows, asked = given.returns.statuses, given.asked(duty)
        told = rows[column].str.strip()
        filled = rows[told.ne("") & ~told.str.fullmatch(_NONE) & rows["unit"].isin(asked)]
        first, total = filled.drop_duplicates("unit"), len(asked)
        lacking = total - len(first)
        basis = f"{total}个单位中{len(first)}个填报{what}{len(filled)}条，{lacking}个未报送或未填"
        return _Found(len(first), lacking, total, basis, tuple(first["status"]), tuple(first["unit"]))

    return find


def _of_mechanisms(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    states = given.mechanisms["state"]
    done, open_, total = int(states.eq(YES).sum()), int(states.eq(UNKNOWN).sum()), len(states)
    if not total:
        return _Found(0, 1, 1, "方案没有规定工作机制")
    basis = f"{total}项机制中已建立{done}项、数据不足{open_}项"
    return _Found(done, open_, total, basis, partly=bool(states.eq(PARTLY).any()))


def _of_tasks(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    tasks = given.tasks
    done = int(tasks["rating_low"].isin(_KEPT).sum())
    best = int((tasks["rating_high"].isin(_KEPT) | _without_bound(tasks["rating_high"])).sum())
    total = len(tasks)
    basis = f"{total}项任务中完成或基本完成{done}项" + (f"（最有利{best}项）" if best > done else "")
    return _Found(done, best - done, total, basis)


def _without_bound(ratings: pd.Series) -> pd.Series:
    return ratings.isin(NOT_RATED - {Rating.EXCEPTED})


def _of_returns(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    units = given.units[given.units["unit"].isin(given.asked(duty))]
    sent, total = tuple(units.loc[units["submitted"], "unit"]), len(units)
    lacking = f"，{total - len(sent)}个未报送或无法读取" if len(sent) < total else ""
    basis = f"{total}个单位中{len(sent)}个报送自查表{lacking}"
    return _Found(len(sent), total - len(sent), total, basis, units=sent)


def _of_evaluation(given: Given, phase: Phase, duty: Duty) -> _Found:  # noqa: ARG001
    """A final evaluation is under way while its report is being made; that it was adopted, only the office can tell."""
    if given.stage is Stage.FINAL:
        return _Found(0, 1, 1, "本报告为总结评估稿，审定后落实", partly=True)
    return _Found(0, 1, 1, "总结评估尚未进行")


_FINDERS = {
    KnownFrom.OFFICE: _office,
    KnownFrom.ISSUE: _issued,
    KnownFrom.BEGUN: _begun,
    KnownFrom.PROBLEMS: _written("problem", "存在问题"),
    KnownFrom.NEXT_STEPS: _written("next_step", "下一步措施"),
    KnownFrom.MECHANISMS: _of_mechanisms,
    KnownFrom.TASKS: _of_tasks,
    KnownFrom.RETURNS: _of_returns,
    KnownFrom.SPOT_CHECKS: _carried_out,
    KnownFrom.INQUIRIES: _carried_out,
    KnownFrom.EVALUATION: _of_evaluation,
}
