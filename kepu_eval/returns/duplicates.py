"""The same activity reported by several units: groups, one main reporter, both sums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from kepu_eval.plan import Plan
from kepu_eval.returns.decisions import SEPARATE, Decisions
from kepu_eval.returns.findings import Findings, as_found, row_place
from kepu_eval.returns.matching import groups
from kepu_eval.returns.model import Returns


def mark_duplicates(
    events: pd.DataFrame, plan: Plan, findings: Findings, decisions: Decisions
) -> pd.DataFrame:
    """Fill ``group`` and ``main`` of events that seem to be one and the same.

    Of a group the lead of the event's task reports, else the unit first in the plan. That several units mean one
    event is a question (C54) which says both sums; until it is answered the main reporter's number counts, never
    the larger. One unit's event under two tasks is noted (C55).
    """
    order = {unit.id: place for place, unit in enumerate(plan.units)}
    rows = events.to_dict("records")
    for number, places in enumerate(groups(events, plan), 1):
        members = [rows[place] for place in places]
        main = min(members, key=lambda row: (not _leads(plan, row), order[row["unit"]], row["event"]))
        group = f"#{number}"
        tell = _tell_tasks if len({row["unit"] for row in members}) == 1 else _tell_units
        told = Findings()
        tell(told, plan, members, main, group)
        decision = decisions.about(told.rows[0])
        if decision and decision.answer == SEPARATE:
            continue
        findings.rows += told.rows
        for row in members:
            row["group"], row["main"] = group, row is main
    return pd.DataFrame(rows, columns=list(events.columns))


def _tell_units(findings: Findings, plan: Plan, members: list[dict], main: dict, group: str) -> None:
    names = {unit.id: unit.name for unit in plan.units}
    told = "、".join(f"{names[row['unit']]}“{row['title']}”" for row in members)
    message = f"疑似同一活动（第{group.removeprefix('#')}组）：{told}"
    people = [row["participants"] for row in members]
    if len({as_found(number) for number in people}) > 1:
        message += f"，人数不一致：{'/'.join(_people(number) for number in people)}"
    known = [number for number in people if not pd.isna(number)]
    message += f"；合计{as_found(float(sum(known)))}人次，去重后{_people(main['participants'])}人次"
    findings.add("C54", "question", message, f"请确认是否同一活动；确认前按主报单位{names[main['unit']]}计一次",
                 **row_place(main, "title"), affects=(main["indicator"],) if main["indicator"] else ())  # fmt: skip


def _tell_tasks(findings: Findings, plan: Plan, members: list[dict], main: dict, group: str) -> None:  # noqa: ARG001 - as above
    tasks = "、".join(as_found(row["task"]) for row in sorted(members, key=lambda row: row["task"]))
    message = f"活动{main['number']}引用于任务{tasks}，次数和人次只计一次"
    findings.add("C55", "note", message, **row_place(main, "title"))


def _people(number: float) -> str:
    return "未填" if pd.isna(number) else as_found(number)


def _leads(plan: Plan, row: dict) -> bool:
    return not pd.isna(row["task"]) and plan.lead(int(row["task"])).id == row["unit"]


@dataclass(frozen=True)
class Overlap:
    """Reports of one activity for one indicator: (unit, year, participants or None), the main reporter first.

    ``decided``: the evaluator said that they are the same, or one unit reported it twice. An activity that nobody else
    reported stands alone: a unit that has not reported yet may still turn out to have held it, too.
    """

    members: tuple[tuple[str, str, float | None], ...]
    decided: bool = False


def overlaps(returns: Returns, indicator: str) -> tuple[Overlap, ...]:
    """Activities of one indicator, each with all who reported it; rejected rows and rows without a day are left out."""
    events = returns.events
    mine = events[events["indicator"].eq(indicator) & events["state"].ne("rejected") & events["date"].notna()]
    told = returns.findings[returns.findings["code"].eq("C54")]
    answered = {(r.unit, r.sheet, r.cell) for r in told.itertuples() if r.answer}
    asked = {(r.unit, r.sheet, r.cell) for r in told.itertuples()}
    groups: dict[str, list] = defaultdict(list)
    for row in mine.sort_values("main", ascending=False, kind="stable").itertuples():
        groups[row.group or f"alone {row.event}"].append(row)
    open_groups = {
        row.group
        for row in events[events["group"].ne("")].itertuples()
        if (row.unit, row.sheet, f"第{row.row}行") in asked - answered
    }
    return tuple(
        Overlap(
            tuple(
                (r.unit, str(r.date.year), None if pd.isna(r.participants) else float(r.participants))
                for r in rows
            ),
            decided=name not in open_groups,
        )
        for name, rows in groups.items()
    )
