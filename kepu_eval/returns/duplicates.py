"""The same activity reported by several units: candidates, groups, one main reporter, both sums."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
from rapidfuzz import fuzz

from kepu_eval.plan import Plan
from kepu_eval.returns.cells import tidy
from kepu_eval.returns.decisions import SEPARATE, Decisions
from kepu_eval.returns.findings import Findings, as_found

_TITLE_ALIKE = 80


def mark_duplicates(
    events: pd.DataFrame, plan: Plan, findings: Findings, decisions: Decisions
) -> pd.DataFrame:
    """Fill ``group`` and ``main`` of events that seem to be one and the same.

    Two events of different units are candidates when their dates differ by at most a day, their titles are alike
    (rapidfuzz token ratio ≥ 80 without digits of the year) and their places do not contradict each other. Of a
    group, the lead of the event's task reports, else the unit first in the plan. Differing numbers of participants
    are a question (C54); the larger is never taken by itself.
    """
    order = {unit.id: place for place, unit in enumerate(plan.units)}
    rows = events.to_dict("records")
    groups = _groups(rows)
    for number, members in enumerate(groups, 1):
        name = f"#{number}"
        main = min(members, key=lambda row: (not _leads(plan, row), order[row["unit"]], row["event"]))
        titles = [f"{plan.units[order[row['unit']]].name}“{row['title']}”" for row in members]
        answer = decisions.answer(main["unit"], main["sheet"], f"第{main['row']}行", "C54")
        if answer == SEPARATE:
            continue
        for row in members:
            row["group"], row["main"] = name, row is main
        people = [row["participants"] for row in members]
        message = f"疑重复活动组{name}：{'、'.join(titles)}"
        if len({as_found(p) for p in people}) > 1:
            message += f"，人数不一致：{'/'.join(as_found(p) for p in people)}"
        findings.add("C54", "question", message, f"请确认是否同一活动；确认前按主报单位{plan.units[order[main['unit']]].name}计一次",
                     unit=main["unit"], file=main["file"], sheet=main["sheet"], cell=f"第{main['row']}行",
                     value=main["title"], affects=(main["indicator"],) if main["indicator"] else ())  # fmt: skip
    return pd.DataFrame(rows, columns=list(events.columns))


def _leads(plan: Plan, row: dict) -> bool:
    return (
        row["task"] is not None and not pd.isna(row["task"]) and plan.lead(int(row["task"])).id == row["unit"]
    )


def _groups(rows: list[dict]) -> list[list[dict]]:
    """Connected candidates, found among events of neighbouring days."""
    by_day: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row["date"] is not None and row["state"] == "accepted":
            by_day[row["date"].toordinal()].append(place)
    parent = list(range(len(rows)))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for day, places in by_day.items():
        near = [*places, *by_day.get(day + 1, [])]
        for position, one in enumerate(places):
            for other in near[position + 1 :]:
                if _alike(rows[one], rows[other]):
                    parent[root(other)] = root(one)
    members: dict[int, list[dict]] = defaultdict(list)
    for place in range(len(rows)):
        members[root(place)].append(rows[place])
    return [group for group in members.values() if len(group) > 1]


def _alike(one: dict, other: dict) -> bool:
    if one["unit"] == other["unit"] or one["indicator"] != other["indicator"]:
        return False
    places = tidy(one["place"]), tidy(other["place"])
    if all(places) and fuzz.partial_ratio(*places) < _TITLE_ALIKE:
        return False
    return fuzz.ratio(tidy(one["title"]), tidy(other["title"])) >= _TITLE_ALIKE


def duplicated_participants(events: pd.DataFrame, indicator: str) -> dict[str, float]:
    """Participants that were reported once more than they took part, by year label.

    They are what has to come off the units' sum: those of every member of a group but the main reporter.
    """
    extra = events[events["indicator"].eq(indicator) & events["group"].ne("") & ~events["main"].astype(bool)]
    extra = extra[extra["participants"].notna()]
    by_year: dict[str, float] = defaultdict(float)
    for row in extra.itertuples():
        by_year[str(row.date.year)] += row.participants
    return dict(by_year)
