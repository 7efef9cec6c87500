"""The figures of 指标数据 against the list of activities and against what the unit wrote in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import accumulate

from kepu_eval.plan import Indicator
from kepu_eval.returns.checks import hold, tell
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.layout import NUMBERS
from kepu_eval.returns.plausibility.seen import Seen, ask_status
from kepu_eval.returns.text_figures import FAR, TextFigure, text_figures

LESS, MORE, SLACK = 0.05, 0.2, 5
"""A figure may be below its activities by a twentieth and above them by a fifth: not everybody lists the smallest."""
_PERSONS, _SESSIONS = {"人次", "人", "名"}, {"次", "场", "期", "班次"}


def check_activities(seen: Seen, findings: Findings) -> None:
    """Ask about figures that are not what the unit's own list of activities for that indicator adds up to (X23).

    Figures above it only where another year agrees: a unit that lists its main activities alone has no such year.
    """
    for indicator in seen.plan.indicators:
        if not indicator.kind.summed or indicator.measures:
            continue
        for unit in seen.names:
            _against_activities(seen, indicator, unit, findings)


def _against_activities(seen: Seen, indicator: Indicator, unit: str, findings: Findings) -> None:
    known, doubted = _listed(seen, indicator, unit)
    rows = [row for row in seen.figures(unit, indicator.id) if row["period"] in seen.over]
    if not known or not rows:
        return
    years = [row["period"] for row in rows]
    running = dict(zip(years, accumulate(known.get(year, 0.0) for year in years), strict=True))
    complete = any(known.get(row["period"]) and _agree(row["value"], known[row["period"]]) for row in rows)
    off, told = [], []
    for row in rows:
        year, listed = row["period"], known.get(row["period"], 0.0)
        below = row["value"] < listed * (1 - LESS) - SLACK
        above = row["value"] > listed * (1 + MORE) + SLACK and complete and not doubted
        if below or above:
            off.append(row)
            sums = f"（恰为台账{years[0]}年以来的累计数）" if row["value"] == running[year] else ""
            told.append(f"{row['cell']}={as_found(row['value'])}{sums}，台账中{year}年合计{as_found(listed)}")
    if off:
        message = f"{'；'.join(told)}，与活动台账中关联{indicator.id}的活动不一致"
        tell(findings, "X23", "question", off, message, "请核对：当年数应与活动台账一致，未列全的请补列")
        hold(off, "question", "X23")


def _listed(seen: Seen, indicator: Indicator, unit: str) -> tuple[dict[str, float], bool]:
    """What the unit's activities add up to by year, and whether some cannot be added."""
    known: dict[str, float] = defaultdict(float)
    doubted = False
    for row in seen.parts["events"]:
        doubted |= row["unit"] == unit and (unit, row["sheet"]) in seen.unread
        if row["unit"] != unit or row["indicator"] != indicator.id or row["state"] == "note":
            continue
        counted = 1.0 if indicator.unit in _SESSIONS else row["participants"]
        if row["state"] != "accepted" or not isinstance(row["date"], dt.date) or counted != counted:
            doubted = True
        else:
            known[str(row["date"].year)] += counted
    return known, doubted


def check_notes(seen: Seen, findings: Findings) -> None:
    """Ask about figures that 说明 beside them tells otherwise (X22): 0 beside 办6期, 320 beside 2023年培训230人次."""
    for indicator in seen.plan.indicators:
        if not indicator.kind.summed or indicator.measures:
            continue
        for unit in seen.names:
            rows = seen.figures(unit, indicator.id)
            cell, text = seen.note(rows[0]) if rows else ("", "")
            row = _against_note(rows, list(text_figures(text)), indicator) if text else None
            if row is not None:
                told = f"{row['cell']}={as_found(row['value'])}，{cell}说明写“{as_found(text)}”"
                tell(findings, "X22", "question", [row], told, "请核对，以哪个为准")
                hold([row], "question", "X22")


def _against_note(rows: list[dict], told: list[TextFigure], indicator: Indicator) -> dict | None:
    """The figure that a note contradicts, if any."""
    by_year = {int(row["period"]): row for row in rows}
    zero = [row for row in rows if row["value"] == 0]
    for figure in told:
        row = by_year.get(figure.year)
        if row is not None and figure.number > 0 and row["value"] == 0:
            return row
        if (
            not figure.year
            and figure.number > 0
            and zero
            and (len(zero) == len(rows) or zero[-1] is rows[-1])
        ):
            return zero[-1]
        same_unit = figure.persons == (indicator.unit in _PERSONS) and not figure.part
        if not same_unit:
            continue
        if row is not None and not _agree(figure.number, row["value"]):
            return row
    return _against_total(rows, told, indicator)


def _against_total(rows: list[dict], told: list[TextFigure], indicator: Indicator) -> dict | None:
    """The last figure, where a total named in the note is neither the sum nor any year's figure."""
    values = [row["value"] for row in rows]
    possible = [sum(values), *values, *accumulate(values)]
    for figure in told:
        fits = figure.persons == (indicator.unit in _PERSONS) and not figure.part and not figure.year
        if fits and figure.whole and not any(_agree(figure.number, value) for value in possible):
            return rows[-1]
    return None


def _agree(one: float, other: float) -> bool:
    return abs(one - other) <= max(LESS * max(one, other), 1)


def check_progress(seen: Seen, findings: Findings) -> None:
    """Ask about a total in 进展说明 that is more than the unit reports for its task's indicator (X33).

    Only a whole (累计, 共) of what the indicator counts (培训 of 培训人次): a part may be anything below it.
    """
    by_task: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in seen.plan.indicators:
        if (
            indicator.task
            and not indicator.measures
            and not indicator.entities
            and indicator.unit in _PERSONS
        ):
            by_task[indicator.task].append(indicator)
    for row in seen.parts["statuses"]:
        for indicator in by_task[row["task"]][:1]:
            stem = indicator.name.removesuffix("人次").removesuffix("人数")[-2:]
            claimed = _claimed(row["progress"], stem, level=not indicator.kind.summed)
            wholes = (
                [seen.whole(row["unit"], i.id, summed=i.kind.summed) for i in by_task[row["task"]]]
                if claimed
                else [None]
            )
            if all(whole is not None and claimed > FAR * whole for whole in wholes):
                told = f"写{stem}{as_found(claimed)}，{NUMBERS}中{indicator.id}{indicator.name}共报{as_found(wholes[0])}"
                ask_status(seen, findings, "X33", row, "progress", told, "请核对，数字不一致的更正其中一处")


def _claimed(text: str, stem: str, *, level: bool) -> float:
    found = [
        f.number for f in text_figures(text) if f.persons and f.whole and not f.part and stem in f.clause
    ]
    return 0.0 if not found else found[0] if level else max(found)
