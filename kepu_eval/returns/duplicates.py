"""One event reported by several units, or under several tasks: suspected, grouped, counted once.

A head-count in a sum over units is wrong as soon as two units held an event together. Titles are typed by
different people, so they are compared with rapidfuzz; a similar title alone proves nothing (every unit holds a
科普讲座), so place, head-count or naming the other unit as organiser must corroborate it. Rates are measured by
``benchmarks/duplicates.py``. Nothing is deleted: the group and its main reporter are marked, and both sums stay
available.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kepu_eval.plan import Plan

if TYPE_CHECKING:
    from kepu_eval.returns.decisions import Decisions

NOT_THE_SAME = "不是同一活动"

# Similarities are rapidfuzz's 0–100. Chosen on the training seed of benchmarks/duplicates.py, reported on another.
TITLE_ALIKE = 80
TITLE_RELATED = 55
PLACE_ALIKE = 75
PLACE_DIFFERS = 50
HEADCOUNT_ALIKE = 0.1
SHORT_TITLE = 5

_NOISE = re.compile(r"(?:19|20)\d\d年度?|开展|举办|组织|举行|活动|主题|系列|[\W_]+")
_NUMERAL = r"[\d一二三四五六七八九十百]+"
_SERIAL = re.compile(rf"第({_NUMERAL})|[(（]({_NUMERAL})[)）]")
_NUMERALS = re.compile(_NUMERAL)
_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))


@dataclass(frozen=True)
class _Event:
    """What of an event is compared."""

    row: int
    unit: str
    task: int | None
    day: int
    title: str
    serial: tuple[str, ...]
    place: str
    participants: float
    organisers: str


def mark_duplicates(
    events: pd.DataFrame, plan: Plan, decisions: Decisions | None = None
) -> tuple[pd.DataFrame, list[dict]]:
    """Events with ``group`` and ``main`` filled, and rows for ``Returns.findings`` (without their numbers).

    Rejected events and events without a date stay alone. The main reporter is the lead of the event's task,
    else the first unit in the plan's order; ``decisions`` may name another or separate the group. Findings: C54
    (question) when head-counts differ, C55 (note) when one event serves several tasks.
    """
    marked = events.copy()
    marked["group"], marked["main"] = "", True
    groups = [sorted(group) for group in _groups(list(_comparable(events, plan)))]
    numbered = sorted(groups, key=lambda rows: (events["date"].iloc[rows[0]], rows))
    group, main = [""] * len(events), [True] * len(events)
    for number, rows in enumerate(numbered, start=1):
        chosen = min(rows, key=lambda row: _rank(events.iloc[row], plan))
        for row in rows:
            group[row], main[row] = f"D{number:03d}", row == chosen
    marked["group"], marked["main"] = group, main
    if decisions is not None:
        marked = decisions.settle_groups(marked)
    return marked, list(_findings(marked, plan))


def group_key(members: pd.DataFrame) -> str:
    """Fingerprint of what a group's rows say; it changes when a unit changes one of them, not when rows move."""
    content = sorted(
        [
            str(row.unit),
            str(row.date),
            str(row.title),
            str(row.place),
            _count(row.participants),
            str(row.task),
        ]
        for row in members.itertuples()
    )
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:16]


def duplicate_groups(events: pd.DataFrame) -> pd.DataFrame:
    """One row a group: group, key, date, title, units (ids), participants, main (unit), summed, deduplicated.

    ``summed`` adds every known head-count, ``deduplicated`` is the main reporter's (NaN when it is missing).
    """
    columns = ("group", "key", "date", "title", "units", "participants", "main", "summed", "deduplicated")
    rows = []
    for group, members in events[events["group"] != ""].groupby("group", sort=True):
        main = members[members["main"].astype(bool)].iloc[0]
        counts = tuple(float(value) for value in members["participants"])
        rows.append(
            (group, group_key(members), main["date"], main["title"], tuple(members["unit"]), counts, main["unit"],
             float(np.nansum(counts)), float(main["participants"]))
        )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def duplicate_participants(
    events: pd.DataFrame, indicator: str, year: int | None = None, units: Iterable[str] | None = None
) -> float:
    """Head-count to take off the sum over units so that each event counts once for ``indicator``.

    ``units`` are those whose figures are in that sum (all by default). Of each group's rows for the indicator
    one is kept, the main reporter's where it is among them. A row without a head-count takes nothing off.
    """
    counted = events[
        (events["indicator"] == indicator) & (events["group"] != "") & (events["state"] != "rejected")
    ]
    if year is not None:
        counted = counted[[date.year == year for date in counted["date"]]]
    if units is not None:
        counted = counted[counted["unit"].isin(list(units))]
    kept_first = counted.sort_values("main", ascending=False, kind="stable")
    return float(kept_first.loc[kept_first.duplicated("group"), "participants"].sum())


def _comparable(events: pd.DataFrame, plan: Plan) -> Iterator[_Event]:
    names = sorted(
        {name for unit in plan.units for name in (unit.name, *unit.aliases)}, key=len, reverse=True
    )
    # A title that opens with its unit's or the district's name must not look different for that.
    strip = re.compile("|".join(map(re.escape, [plan.meta.district, *names])))
    for row, event in enumerate(events.itertuples()):
        if event.state == "rejected" or not isinstance(event.date, dt.date) or event.date is pd.NaT:
            continue
        title = unicodedata.normalize("NFKC", _text(event.title)).casefold()
        yield _Event(
            row=row,
            unit=event.unit,
            task=None if pd.isna(event.task) else int(event.task),
            day=event.date.toordinal(),
            title=_NOISE.sub("", strip.sub("", title)),
            serial=tuple(_numeral(a or b) for a, b in _SERIAL.findall(title)),
            place=_NOISE.sub("", strip.sub("", unicodedata.normalize("NFKC", _text(event.place)).casefold())),
            participants=float(event.participants) if pd.notna(event.participants) else math.nan,
            organisers=f"{_text(event.organiser)} {_text(event.co_organisers)}",
        )


def _groups(events: list[_Event], plan_names: dict[str, tuple[str, ...]] | None = None) -> list[set[int]]:
    """Rows of each suspected group. One event has at most one counterpart in each other unit."""
    scored = sorted(_scored_pairs(events), key=lambda item: (-item[0], item[1].row, item[2].row))
    component: dict[int, set[int]] = {event.row: {event.row} for event in events}
    unit_of = {event.row: event.unit for event in events}
    same_unit = {(a.row, b.row) for _, a, b in scored if a.unit == b.unit}
    same_unit |= {(b, a) for a, b in same_unit}
    for _, a, b in scored:
        left, right = component[a.row], component[b.row]
        # Two sessions of one unit must not end in one group through a third row that resembles both.
        clash = any(unit_of[x] == unit_of[y] and (x, y) not in same_unit for x in left for y in right)
        if left is right or clash:
            continue
        left |= right
        for row in right:
            component[row] = left
    return [rows for rows in {id(rows): rows for rows in component.values()}.values() if len(rows) > 1]
