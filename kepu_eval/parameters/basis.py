"""What parameters say together with the plan: its round, its dates, files that are there. Light enough to ask before a run."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kepu_eval.errors import UnknownError
from kepu_eval.parameters.models import (
    City,
    Dispatch,
    Evaluation,
    Explorer,
    Final,
    Midterm,
    ParameterError,
    Parameters,
    Unit,
    places,
)
from kepu_eval.plan import READINGS, Plan, Round, Stage, load_plan
from kepu_eval.plan.load import DEFAULT_PLAN
from kepu_eval.resources import project_path, resource

_QUARTER = re.compile(r"(\d{4})\s*-?\s*[Qq第]?([1-4])")
_STAGES = {Midterm: (Stage.MIDTERM,), Final: (Stage.FINAL,), Unit: (Stage.MIDTERM, Stage.FINAL)}
_LATEST_DATE = dt.timedelta(days=366)  # a report may be dated ahead, by not more than a year
_EARLIEST = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class Basis:
    """A report's plan, its round in it, and the date as of which it speaks."""

    plan: Plan
    round: Round
    as_of: dt.date


def basis(given: Evaluation | Dispatch, today: dt.date | None = None) -> Basis:
    """Plan, round and date of a report; :class:`ParameterError` for what cannot be used, in one line.

    A date of the round itself, as the plan has it, may lie ahead of ``today``; others may not.
    """
    _refuse(_absent(given))
    plan = read_plan(given.plan)
    rnd = _quarter(plan, given.quarter) if isinstance(given, Dispatch) else _round(plan, given)
    as_of = getattr(given, "as_of", None) or rnd.as_of
    if isinstance(given, Unit):
        _unit(plan.in_round(rnd.id), given.unit)
    today = today or dt.date.today()
    _refuse(
        [*_switches(given), *_implausible(plan, rnd, as_of, today), *_dated(given.report_date, as_of, today)]
    )
    return Basis(plan, rnd, as_of)


def read_plan(path: str) -> Plan:
    """The plan that a parameter names, the shipped one for none; read once, as long as its file stays as it is."""
    file = project_path(path) if path else resource(DEFAULT_PLAN)
    found = file.stat()
    return _plan(file.resolve(), found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _plan(file: Path, _changed: int, _size: int) -> Plan:
    return load_plan(file)


def check(given: Parameters, today: dt.date | None = None) -> None:
    """Refuse what a notebook would refuse on opening, without opening anything: :class:`ParameterError`."""
    if isinstance(given, Evaluation | Dispatch):
        basis(given, today)
    elif isinstance(given, Explorer | City):
        study_dates(given, today)


def study_dates(given: Explorer | City, today: dt.date | None = None) -> None:
    """Refuse files that are not there and dates that cannot be meant; :class:`ParameterError`."""
    today = today or dt.date.today()
    problems = [*_absent(given), *_dated(given.report_date, given.as_of, today)]
    if given.as_of and not _EARLIEST <= given.as_of <= today:
        problems.append(f"参数as_of：{given.as_of}不在{_EARLIEST}与今天（{today}）之间，请检查年份")
    _refuse(problems)


def existing(path: str, parameter: str) -> Path:
    """The file or folder a parameter names; :class:`ParameterError` when there is none."""
    found = _found(path)
    if found is None:
        raise ParameterError(_not_found(path, parameter))
    return found


def _absent(given: Parameters) -> Iterator[str]:
    for name in places(type(given)):
        if (path := getattr(given, name)) and _found(path) is None:
            yield _not_found(path, name)


def _found(path: str) -> Path | None:
    try:
        found = project_path(path)
        return found if found.exists() else None
    except (OSError, ValueError):  # a text that could not be a path
        return None


def _not_found(path: str, parameter: str) -> str:
    return f"参数{parameter}：找不到“{path}”，请检查路径（相对路径从当前文件夹或工作文件夹算起）"


def _refuse(problems) -> None:  # noqa: ANN001 - an iterable of lines
    if listed := list(problems):
        raise ParameterError("；".join(listed))


def _round(plan: Plan, given: Evaluation) -> Round:
    """The round, by default the only one of its stage."""
    stages = _STAGES[type(given)]
    fitting = [item for item in plan.rounds if item.stage in stages]
    if not given.round_id and len(fitting) == 1:
        return fitting[0]
    known = "、".join(item.id for item in fitting)
    if not given.round_id:
        raise ParameterError("没有给出", place="参数round_id", hint=f"请写明填报轮次（可用：{known}）")
    try:
        found = plan.round(given.round_id)
    except UnknownError as error:
        raise ParameterError(str(error), place="参数round_id") from None
    if found.stage not in stages:
        raise ParameterError(
            f"轮次“{found.id}”（{found.name}）不适用于本报告",
            place="参数round_id",
            hint=f"请改选轮次（可用：{known}）",
        )
    return found


def _quarter(plan: Plan, quarter: str) -> Round:
    """The dispatch round that ``2024-Q3``, ``2024Q3`` or ``2024第3`` names."""
    rounds = {r.id: r for r in plan.rounds if r.stage is Stage.DISPATCH}
    found = None if quarter in rounds else _QUARTER.match(quarter)
    name = f"{found[1]}-Q{found[2]}" if found else quarter
    if name not in rounds:
        raise ParameterError(
            f"方案中没有季度“{quarter}”（可用：{'、'.join(rounds)}）",
            place="参数quarter",
            hint="请改写，或在方案文件 rounds 中增加一行",
        )
    return rounds[name]


def _unit(plan: Plan, name: str) -> None:
    try:
        plan.unit(name)
    except UnknownError as error:
        known = "、".join(item.name for item in plan.units)
        raise ParameterError(str(error), place="参数unit", hint=f"可用：{known}") from None


def _switches(given: Evaluation | Dispatch) -> Iterator[str]:
    for name, option in given.switches.items():
        if name not in READINGS:
            yield f"参数switches：没有口径开关“{name}”（可用：{'、'.join(READINGS)}）"
        elif option not in READINGS[name]:
            yield f"参数switches：口径开关“{name}”没有选项“{option}”（可用：{'、'.join(READINGS[name])}）"


def _implausible(plan: Plan, rnd: Round, as_of: dt.date, today: dt.date) -> Iterator[str]:
    """A date outside the plan's time, or one that is yet to come. Before the plan's issue is possible, and said in the report."""
    first = dt.date(plan.meta.first_year, 1, 1)
    ends = [dt.date(plan.meta.last_year, 12, 31), rnd.as_of, *(item.horizon for item in plan.indicators)]
    last = max(ends)
    if as_of < first:
        yield f"参数as_of：{as_of}早于规划期开始（{first}），请检查年份"
    elif as_of > last:
        yield f"参数as_of：{as_of}晚于规划期末（{last}），请写规划期内的日期"
    elif as_of > max(today, rnd.as_of):
        yield f"参数as_of：{as_of}还没有到（今天是{today}），请写今天或以前的日期"


def _dated(report_date: dt.date | None, as_of: dt.date | None, today: dt.date) -> Iterator[str]:
    """A report is signed after the date that it speaks of, and not years from now."""
    if report_date is None:
        return
    latest = max(today, as_of or today) + _LATEST_DATE
    if report_date < (as_of or _EARLIEST):
        yield f"参数report_date：落款日期{report_date}早于评估基准日（{as_of or _EARLIEST}），请检查年份"
    elif report_date > latest:
        yield f"参数report_date：落款日期{report_date}离现在太远，请检查年份"
