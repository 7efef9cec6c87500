"""A made-up district: five years of schools, trainings and activities, drawn from a seed.

Nothing here is observed. The same district is reported twice, at the mid-term and at the end
(``simulate_rounds.py``), so the final round continues the mid-term's story.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from simulated_texts import COUNTED, STREAM, exact_place, thing, training_theme

from kepu_eval.plan import Commitment, Period, Plan, Round, periods

SCHOOL_COUNTS = {"小学": 22, "初中": 10, "高中": 5, "中职": 3, "幼儿园": 5}
RURAL_SCHOOLS = 6
PLACES = (
    "区科技馆",
    "某街道文化站",
    "某社区服务中心",
    "某镇文化站",
    "区职教中心",
    "某村党群服务中心",
    "市民广场",
    "某产业园区",
)

# Who holds the trainings behind a counted indicator: events a year and participants an event (low, high).
TRAININGS = {
    "Q06": {"区教育局": (6, 46, 66), "区科协": (1, 20, 40)},
    "Q08": {"区农牧局": (5, 52, 82), "区妇联": (2, 25, 45), "区科协": (1, 30, 50)},
    "Q09": {"区总工会": (3, 16, 26)},
}
# A lean year: the share of that year's trainings that took place.
LEAN = {
    ("Q06", 2022): 0.55,
    ("Q08", 2022): 0.7,
    ("Q09", 2021): 0.5,
    ("Q09", 2022): 0.6,
    ("Q09", 2024): 1.6,
    ("Q09", 2025): 1.8,
}
TITLES = {"Q06": "科技教师培训班", "Q08": "高素质农牧民培训班", "Q09": "创新人才研修班"}
SHARED_EVENTS = (
    0.25  # share of a contributor's trainings that are held jointly with the lead and reported by both
)


@dataclass(frozen=True)
class School:
    """A school and what it did in each period."""

    name: str
    type: str
    rural: bool
    teachers: int
    lectures: dict[str, int]
    study_trips: dict[str, int]
    enrolment: dict[str, int]
    participants: dict[str, int]


@dataclass(frozen=True)
class Event:
    """An activity as one unit reports it; it stands for an indicator or for a commitment."""

    date: dt.date
    title: str
    place: str
    participants: int
    task: int
    indicator: str
    co_organisers: tuple[str, ...] = ()
    commitment: str = ""


@dataclass
class District:
    """The truth behind both rounds."""

    schools: list[School]
    events: dict[str, list[Event]]
    rural_training: dict[int, int]
    informants: dict[int, int]
    registered: dict[int, int]
    spread: dict[int, int]
    years_done: dict[str, dict[int, bool]]
    operating_since: dict[str, int | None]
    team_sizes: dict[str, dict[int, int]]
    without_evidence: dict[str, set[str]] = field(default_factory=dict)


def simulate(plan: Plan, seed: int) -> District:
    """Draw a district; the same seed gives the same district."""
    rng = np.random.default_rng(seed)
    schools = _schools(plan, rng)
    events = _events(plan, rng, np.random.default_rng([seed, STREAM]))
    years = list(plan.meta.years)
    return District(
        schools=schools,
        events=events,
        rural_training=dict(zip(years, (23, 17, 26, 31, 28), strict=True)),
        informants=_growth(rng, 5_900, (2_100, 3_000, 3_700, 5_200, 5_600), years),
        registered=_growth(rng, 9_000, (3_100, 2_700, 4_400, 3_900, 4_100), years),
        spread=_growth(rng, 210_000, (84_000, -21_000, 120_000, 95_000, 102_000), years),
        **_commitments(plan, rng),
    )


def figures(district: District, rnd: Round) -> dict[str, dict[str, int]]:
    """What each unit reports by the as-of date for the indicators that clerks like to write about."""
    told = {unit: dict.fromkeys(COUNTED.values(), 0) for unit in district.events}
    for unit, events in district.events.items():
        for event in events:
            if event.indicator in told[unit] and event.date <= rnd.as_of:
                told[unit][event.indicator] += event.participants
    told["区科协"]["Q10"] = district.informants[rnd.as_of.year]
    return told


def _growth(rng: np.random.Generator, start: int, steps: tuple[int, ...], years: list[int]) -> dict[int, int]:
    values, level = {years[0] - 1: start}, start
    for year, step in zip(years, steps, strict=True):
        level += int(step * rng.uniform(0.95, 1.05))
        values[year] = level
    return values


def _schools(plan: Plan, rng: np.random.Generator) -> list[School]:
    names = [
        (f"示例{kind}{n:02d}", kind) for kind, count in SCHOOL_COUNTS.items() for n in range(1, count + 1)
    ]
    rural = {f"示例小学{n:02d}" for n in range(1, RURAL_SCHOOLS + 1)}
    terms, school_years = periods(plan, "semester"), periods(plan, "school_year")
    return [_school(rng, name, kind, name in rural, terms, school_years) for name, kind in names]


def _school(
    rng: np.random.Generator,
    name: str,
    kind: str,
    rural: bool,
    terms: list[Period],
    school_years: list[Period],
) -> School:
    eagerness = rng.uniform(0.9, 1.25) * (0.9 if rural else 1.0)
    lectures, trips = {}, {}
    for order, term in enumerate(terms):
        lean = 0.75 if term.label in ("2021春", "2022春") else 1.0
        lectures[term.label] = round((5.3 + 0.12 * order) * eagerness * lean + rng.normal(0, 0.5))
        trips[term.label] = int(rng.random() < (0.93 + 0.01 * order) * lean * min(eagerness, 1.1))
    size = int(rng.integers(180, 420) if rural else rng.integers(450, 1900))
    enrolment = {y.label: int(size * rng.uniform(0.97, 1.03)) for y in school_years}
    shares = {
        y.label: min(0.995, rng.normal(0.915 + 0.012 * order, 0.03)) for order, y in enumerate(school_years)
    }
    return School(
        name=name,
        type=kind,
        rural=rural,
        teachers=0 if rng.random() < 0.06 else int(rng.integers(1, 4)),
        lectures={label: max(0, n) for label, n in lectures.items()},
        study_trips=trips,
        enrolment=enrolment,
        participants={label: int(enrolment[label] * share) for label, share in shares.items()},
    )


def _events(plan: Plan, rng: np.random.Generator, words: np.random.Generator) -> dict[str, list[Event]]:
    """Every unit's activities; ``words`` are drawn apart, so that they change no figure."""
    events: dict[str, list[Event]] = {unit.name: [] for unit in plan.units}
    for indicator, holders in TRAININGS.items():
        task = plan.indicator(indicator).task
        lead = plan.lead(task).name
        for unit, (a_year, low, high) in holders.items():
            for year in plan.meta.years:
                held = max(1, round(a_year * LEAN.get((indicator, year), 1.0)))
                for number in range(1, held + 1):
                    title = (
                        f"{year}年{training_theme(indicator, words)}{TITLES[indicator]}（{unit}第{number}期）"
                    )
                    event = _training(rng, words, indicator, task, year, title, int(rng.integers(low, high)))
                    joint = unit != lead and rng.random() < SHARED_EVENTS
                    events[unit].append(event if not joint else _with(event, (lead,)))
                    if joint:
                        events[lead].append(_retold(rng, event, unit))
    for task in plan.tasks:
        for commitment in task.commitments:
            if commitment.type == "act" and rng.random() < 0.5:
                year = int(rng.integers(plan.meta.first_year, plan.meta.last_year + 1))
                events[task.lead.unit].append(_activity(rng, words, task.number, commitment, year))
    return {unit: sorted(rows, key=lambda e: (e.date, e.participants)) for unit, rows in events.items()}


def _training(
    rng: np.random.Generator,
    words: np.random.Generator,
    indicator: str,
    task: int,
    year: int,
    title: str,
    people: int,
) -> Event:
    day = _day(rng, year)
    return Event(day, title, exact_place(str(rng.choice(PLACES)), words), people, task, indicator)


def _with(event: Event, partners: tuple[str, ...]) -> Event:
    return Event(**{**event.__dict__, "co_organisers": partners})


def _retold(rng: np.random.Generator, event: Event, partner: str) -> Event:
    """The same training as the partner tells it: a day off, the name a little different."""
    day = event.date + dt.timedelta(days=int(rng.integers(0, 2)))
    return Event(day, event.title.replace("培训班", "专题培训班"), event.place, event.participants, event.task,
                 event.indicator, (partner,))  # fmt: skip


def _activity(
    rng: np.random.Generator, words: np.random.Generator, task: int, commitment: Commitment, year: int
) -> Event:
    day, place = _day(rng, year), exact_place(str(rng.choice(PLACES)), words)
    return Event(day, f"{year}年{thing(commitment.id)}", place, int(rng.integers(40, 400)), task, "",
                 commitment=commitment.id)  # fmt: skip


def _day(rng: np.random.Generator, year: int) -> dt.date:
    return dt.date(year, 3, 1) + dt.timedelta(days=int(rng.integers(0, 270)))


def _commitments(plan: Plan, rng: np.random.Generator) -> dict:
    """When each promise was kept. Some tasks are pushed harder than others; most improve after the plan's issue."""
    drive = {
        task.number: rng.beta(60, 0.7) if rng.random() < 0.8 else rng.uniform(0.5, 0.85)
        for task in plan.tasks
    }
    years_done, since, sizes, bare = {}, {}, {}, set()
    for commitment in plan.commitments:
        push = drive[commitment.task]
        later = min(0.995, push + 0.08)
        years_done[commitment.id] = {
            year: bool(rng.random() < (later if year > plan.meta.issued.year else push))
            for year in plan.meta.years
        }
        begun = rng.random() < push
        years = (
            (plan.meta.first_year, plan.meta.issued.year)
            if begun
            else (plan.meta.issued.year + 1, plan.meta.last_year + 1)
        )
        start = int(rng.integers(years[0], years[1] + 1))
        since[commitment.id] = start if start <= plan.meta.last_year else None
        size = int(rng.integers(10, 120))
        sizes[commitment.id] = {plan.meta.first_year - 1: size}
        for year in plan.meta.years:
            size += int(rng.integers(-1, 12))
            sizes[commitment.id][year] = size
        if rng.random() < 0.06:
            bare.add(commitment.id)
    return {
        "years_done": years_done,
        "operating_since": since,
        "team_sizes": sizes,
        "without_evidence": {"midterm": bare, "final": {c for c in sorted(bare) if rng.random() < 0.35}},
    }
