"""Which events of the units' lists are one and the same: scored pairs, and the groups they form.

Titles are typed by different people, so they are compared with rapidfuzz; but every unit holds a 科普讲座, so a
similar title alone proves nothing. Place, head-count, day and a unit named among the other's organisers have to
corroborate it: the score is the product of both, never their sum. The threshold was chosen on the training seed of
``benchmarks/duplicates.py``; docs/重复活动识别.md gives what it reaches on another.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from kepu_eval.plan import Plan
from kepu_eval.returns.cells import tidy

THRESHOLD = 0.35

# Titles less alike than this are not looked at, whatever else agrees.
_TITLE_FLOOR = 0.55
# How much each kind of corroboration is worth; a place that is rather unlike counts against.
_PLACE, _PEOPLE, _NAMED, _SAME_DAY = 0.5, 0.5, 0.3, 0.1
# Similarity at which a place, or the ratio of two head-counts, speaks neither for nor against.
_PLACE_NEUTRAL, _PEOPLE_NEUTRAL = 0.75, 0.8
# Places less alike than this are two places.
_PLACE_FLOOR = 0.5
# Two equal head-counts that end in zero may both be estimates; they say no more than a ratio of 0.9 does.
_ROUND = 0.9
# Shorter than this, a title found inside another is no abbreviation of it.
_SHORT = 4
# More of a text is not compared: the time for two texts grows with the product of their lengths.
_LONGEST = 200
# An event is listed under a few tasks; whoever repeats a row thousands of times must not hold up the others.
_OFTEN = 200

_YEAR = re.compile(r"(?:19|20)\d\d年?度?")
FILLER = re.compile(r"开展|举办|组织|举行|召开|承办|主办|联合|活动|主题|系列|专题|关于|[的暨]|[\W_]+")
_NUMERAL = r"(\d+|[一二三四五六七八九十]+)"
_SERIAL = re.compile(rf"第{_NUMERAL}([期届场次讲批轮班])|\({_NUMERAL}()\)|(?<![\d一-十]){_NUMERAL}(期)")
_DIGITS = {han: number for number, han in enumerate("一二三四五六七八九", 1)}
_VENUE = re.compile(
    r"街道|社区|党群|服务|中心|办事处|文化|广场|会议室|报告厅|活动室|小学|中学|学校|公园|[区镇村苏木嘎查站厅室楼馆]|[\W_]+"
)
_COMPARED = ["title", "place", "organiser", "co_organisers", "unit", "task", "date", "participants", "state"]
_NO_PLACE = re.compile(r"线上|线下|相?结合|辖区内?|全[区县旗市]|各地?|多地|[\W_]+")


@dataclass(frozen=True)
class _Event:
    """What of an event is compared; ``row`` is its position in the frame."""

    row: int
    unit: str
    task: int | None
    day: int
    title: str
    letters: str
    serial: dict[str, int]
    place: str
    core: str
    people: float
    named: frozenset[str]

    @property
    def content(self) -> tuple:
        """Everything but the position: ties are settled by it, so that the order of rows does not matter."""
        serial = tuple(sorted(self.serial.items()))
        return (self.day, self.unit, self.title, serial, self.place, str(self.people), self.task or 0,
                sorted(self.named))  # fmt: skip


def candidates(
    events: pd.DataFrame, plan: Plan, threshold: float = THRESHOLD
) -> list[tuple[int, int, float]]:
    """Pairs of row positions that seem to be one event, with a score from 0 to 1, the surest first.

    Pairs are of different units, at most a day apart; or of one unit that lists the same day, title and place
    under two tasks. Rejected events and events without a date are not compared. Only pairs that score
    ``threshold`` or more are given.
    """
    return [(one.row, other.row, score) for score, one, other in _pairs(_comparable(events, plan), threshold)]


def groups(events: pd.DataFrame, plan: Plan, threshold: float = THRESHOLD) -> list[list[int]]:
    """Row positions of each set of reports of one event, in the order of the frame.

    Pairs are joined from the surest on. Two sets are not joined when any of one contradicts any of the other, so
    an event has at most one counterpart in each other unit, however often that unit lists it under other tasks.
    """
    joined: dict[int, list[_Event]] = {}
    for _, one, other in _pairs(_comparable(events, plan), threshold):
        left, right = joined.get(one.row, [one]), joined.get(other.row, [other])
        if left is right or any(_contradict(a, b) for a in left for b in right):
            continue
        both = [*left, *right]
        joined.update((event.row, both) for event in both)
    distinct = {id(members): members for members in joined.values()}.values()
    return sorted(sorted(event.row for event in members) for members in distinct)


def _comparable(events: pd.DataFrame, plan: Plan) -> list[_Event]:
    unit_of = {tidy(name): unit.id for unit in plan.units for name in (unit.name, *unit.aliases)}
    # The longest first: 区卫健委 stands inside 昆区卫健委.
    names = re.compile("|".join(map(re.escape, sorted(unit_of, key=len, reverse=True))))
    district = re.compile("|".join(map(re.escape, _district_names(plan))))

    @cache  # events are many, places few
    def where(told: str) -> tuple[str, str]:
        place = _NO_PLACE.sub("", district.sub("", tidy(told)[:_LONGEST].casefold()))
        return place, _VENUE.sub("", place)

    def compared(row: int, event: dict) -> _Event:
        title = _YEAR.sub("", tidy(event["title"])[:_LONGEST].casefold())
        title = district.sub("", names.sub("", title))
        bare = FILLER.sub("", _SERIAL.sub("", title)) or title
        place, core = where(event["place"])
        told = f"{tidy(event['organiser'])[:_LONGEST]} {tidy(event['co_organisers'])[:_LONGEST]}"
        return _Event(
            row=row,
            unit=event["unit"],
            task=None if pd.isna(event["task"]) else int(event["task"]),
            day=event["date"].toordinal(),
            title=bare,
            letters="".join(sorted(bare)),
            serial=_serial(title),
            place=place,
            core=core,
            people=float(event["participants"]),
            named=frozenset(unit_of[name] for name in names.findall(told)) - {event["unit"]},
        )

    return [
        compared(row, event)
        for row, event in enumerate(events[_COMPARED].to_dict("records"))
        if event["state"] != "rejected" and isinstance(event["date"], dt.date) and not pd.isna(event["date"])
    ]


def _district_names(plan: Plan) -> Iterable[str]:
    """昆都仑区 and, because its units write it so in their aliases, 昆区."""
    full = tidy(plan.meta.district)
    return (full, full[0] + full[-1])


def _serial(title: str) -> dict[str, int]:
    """第三期, (3) or 三期 as {"期": 3}: the numbers by which a series tells its sessions apart."""
    found: dict[str, int] = {}
    for match in _SERIAL.finditer(title):
        number, counter = [part for part in match.groups() if part is not None]
        found[counter or "期"] = _number(number)
    return found


def _number(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _pairs(events: list[_Event], threshold: float) -> list[tuple[float, _Event, _Event]]:
    scored = ((_score(one, other), one, other) for one, other in _neighbours(events))
    kept = [
        (score, one, other) if one.row <= other.row else (score, other, one)
        for score, one, other in scored
        if score >= threshold
    ]
    return sorted(kept, key=lambda pair: (-pair[0], *sorted((pair[1].content, pair[2].content))))


def _neighbours(events: list[_Event]) -> Iterator[tuple[_Event, _Event]]:
    """Pairs of neighbouring days whose titles share enough characters to be worth a closer look.

    No order of characters makes two titles more alike than their sorted characters are; comparing those of a day
    all at once keeps a busy day, such as 全国科普日, from costing minutes.
    """
    by_day: dict[int, list[int]] = defaultdict(list)
    twice: dict[tuple, list[_Event]] = defaultdict(list)
    for place, event in enumerate(events):
        by_day[event.day].append(place)
        twice[event.unit, event.day, event.title, event.place].append(event)
    for alike in twice.values():  # of one unit, only the same under another task may be one event
        yield from combinations(alike[:_OFTEN], 2)
    unit, series, session = _codes(event.unit for event in events), *_sessions(events)
    for day, ones in by_day.items():
        others = [*ones, *by_day.get(day + 1, [])]
        if len(set(unit[others])) == 1:
            continue
        near: np.ndarray = process.cdist([events[n].letters for n in ones], [events[n].letters for n in others],
                              scorer=fuzz.ratio, score_cutoff=100 * _TITLE_FLOOR, dtype=np.uint8) > 0  # fmt: skip
        near &= np.arange(len(ones))[:, None] < np.arange(len(others))
        near &= unit[ones][:, None] != unit[others]
        near &= (series[ones][:, None] != series[others]) | (session[ones][:, None] == session[others])
        for one, other in zip(*map(np.ndarray.tolist, np.nonzero(near)), strict=True):
            yield events[ones[one]], events[others[other]]


def _sessions(events: list[_Event]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What each event's title counts and the number it has there: two of one series and different numbers are two events.

    A title that counts nothing, or several things, is of a series of its own; those are told apart one by one.
    """
    alone = [next(iter(event.serial.items())) if len(event.serial) == 1 else None for event in events]
    series = _codes(counted[0] if counted else -place for place, counted in enumerate(alone))
    return series, np.array([counted[1] if counted else 0 for counted in alone], dtype=np.int64)


def _codes(values: Iterable[object]) -> NDArray[np.int64]:
    """A number for each value, equal where these are."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)


def _contradict(one: _Event, other: _Event) -> bool:
    """Whether the two cannot be one event, whatever else is alike."""
    if abs(one.day - other.day) > 1:
        return True
    if any(other.serial.get(counter, number) != number for counter, number in one.serial.items()):
        return True
    place = _place(one, other)
    if place is not None and place < _PLACE_FLOOR:
        return True
    return one.unit == other.unit and not _listed_twice(one, other)


def _listed_twice(one: _Event, other: _Event) -> bool:
    """One unit's event under two tasks; without places, the head-count must say that it is the same."""
    same = (one.day, one.title, one.serial, one.place) == (other.day, other.title, other.serial, other.place)
    tasks = None not in (one.task, other.task) and one.task != other.task
    return same and tasks and (bool(one.place) or one.people == other.people)


def _score(one: _Event, other: _Event) -> float:
    """0 when they contradict each other, else likeness of titles × what corroborates it, each 0 to 1."""
    if _contradict(one, other):
        return 0.0
    if one.unit == other.unit:
        return 1.0
    title = _title(one.title, other.title)
    if title < _TITLE_FLOOR:
        return 0.0
    support = (
        _PLACE * _leaning(_place(one, other), _PLACE_NEUTRAL)
        + _PEOPLE * max(_leaning(_people(one, other), _PEOPLE_NEUTRAL), 0)
        + _NAMED * (one.unit in other.named or other.unit in one.named)
        + _SAME_DAY * (one.day == other.day)
    )
    return title * min(max(support, 0.0), 1.0)


def _leaning(similarity: float | None, neutral: float) -> float:
    """−1 (speaks against) to 1 (speaks for); 0 at ``neutral`` and when nothing is known."""
    return 0.0 if similarity is None else max((similarity - neutral) / (1 - neutral), -1.0)


def _title(one: str, other: str) -> float:
    alike = max(fuzz.ratio(one, other), 0.9 * fuzz.ratio("".join(sorted(one)), "".join(sorted(other))))
    if min(len(one), len(other)) >= _SHORT:
        alike = max(alike, 0.9 * fuzz.partial_ratio(one, other))
    return alike / 100


def _place(one: _Event, other: _Event) -> float | None:
    """Likeness of whole and of distinguishing part: 东亚社区 and 西亚社区 share three characters of four."""
    if min(len(one.place), len(other.place)) < 2:
        return None
    whole = _within(one.place, other.place)
    if min(len(one.core), len(other.core)) < 2:
        return whole
    return (whole + _within(one.core, other.core)) / 2


def _within(one: str, other: str) -> float:
    """Likeness where naming only the street or only the hall of the same place does not count against it."""
    return 1.0 if one in other or other in one else fuzz.ratio(one, other) / 100


def _people(one: _Event, other: _Event) -> float | None:
    """Smaller head-count over the larger; ``None`` when one is missing."""
    low, high = sorted((one.people, other.people))
    if np.isnan(one.people + other.people) or high == 0:
        return None
    return min(low / high, _ROUND) if low % 10 == high % 10 == 0 else low / high
