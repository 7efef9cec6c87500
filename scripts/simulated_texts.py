"""What clerks might have written: sentences for the example returns, drawn from a seed out of ``simulated_texts.yaml``.

Most say when, where, how many and with what result; some say nothing, some are copied from the lead, some
boast. Words have a stream of their own: they never change a figure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kepu_eval.plan import Commitment, Plan, Round, Task, Unit
from kepu_eval.yaml_files import read_yaml

WORDS = read_yaml(Path(__file__).with_suffix(".yaml"))
SEED, STREAM = 20231128, 18
# Tasks whose figures the units report, and by which indicator.
COUNTED = {4: "Q06", 6: "Q08", 11: "Q09", 23: "Q10"}
_ALTERNATIVE = " / "
_COUNTS = {
    "n": (60, 420), "m": (18, 140), "k": (3, 9), "many": (200, 2600), "p": (71, 96), "low": (35, 60), "area": (30, 260),
    "c": (1, 35), "v": (1, 30), "school": (1, 22), "high": (1, 10), "one": (1, 5), "few": (1, 3),
}  # fmt: skip
# How a statement is made, by role and by how far the commitment was kept, with weights.
_MANNERS = {
    "牵头": {"specific": 0.5, "experience": 0.14, "vague": 0.14, "empty": 0.1, "boast": 0.12},
    "责任": {"specific": 0.44, "vague": 0.22, "empty": 0.14, "copied": 0.12, "boast": 0.08},
    "begun": {"begun": 0.7, "vague": 0.18, "boast": 0.12},
    "nothing": {"nothing": 0.8, "vague": 0.14, "boast": 0.06},
}  # fmt: skip
_WRITTEN = ("mech", "policy")  # kept by a document
_SPOKEN = ("act", "train", "res")  # of which a unit's figures tell
_OWN_FIGURE = 0.6


def thing(commitment: str, rng: np.random.Generator | None = None) -> str:
    """What was done for a commitment, in a clerk's words; without ``rng`` as an activity is called."""
    names = WORDS["things"][commitment].split(_ALTERNATIVE)
    return str(rng.choice(names)) if rng else names[-1]


def training_theme(indicator: str, rng: np.random.Generator) -> str:
    """What a counted training was about."""
    return str(rng.choice(WORDS["trainings"][indicator]))


def exact_place(place: str, rng: np.random.Generator) -> str:
    """One place of its kind."""
    return str(rng.choice(WORDS["places"][place])).format_map(_Slots(rng, {}))


class Writer:
    """A unit's clerk in one round; ``figures``: what each unit reports so far, by unit and indicator."""

    def __init__(self, plan: Plan, unit: Unit, rnd: Round, figures: Mapping[str, Mapping[str, int]]) -> None:
        self.plan, self.unit, self.round, self.figures = plan, unit, rnd, figures
        self._own = WORDS["units"][unit.name]

    def progress(self, commitment: Commitment, role: str, done: float, years: Sequence[int]) -> str:
        """进展说明 of one row: ``done`` from 0 to 1, ``years`` those in which the unit kept the commitment."""
        rng = self._stream(commitment.id, 1)
        weights = _MANNERS[role if done == 1 else "begun" if done > 0 else "nothing"]
        manner = str(rng.choice(list(weights), p=list(weights.values())))
        if manner == "copied":
            lead = Writer(
                self.plan, self.plan.lead(commitment.task), self.round, {}
            )  # its words, not its figures
            return lead.progress(commitment, "牵头", done, years)
        slots = self._slots(commitment, role, rng, years)
        return self._sentence(manner, commitment, role, rng, slots)

    def planned(self, commitment: Commitment, role: str) -> str:
        """What a clerk says before this year's turn has come."""
        rng = self._stream(commitment.id, 2)
        return _one(WORDS["planned"], rng).format_map(self._slots(commitment, role, rng, ()))

    def problem(self, commitment: Commitment, role: str, obstacle: int) -> str:
        """What falls short, and the unit's own reason of one of the four kinds."""
        rng = self._stream(commitment.id, 3)
        slots = self._slots(commitment, role, rng, ())
        gap, because = _one(WORDS["gap"][commitment.type], rng), _one(WORDS["because"], rng)
        return f"{gap}{because}{self._own['why'][obstacle]}".format_map(slots)

    def next_step(self, commitment: Commitment, role: str, kind: int) -> str:
        """What the unit will do, with a date."""
        rng = self._stream(commitment.id, 4)
        year, month = self.round.as_of.year, self.round.as_of.month + int(rng.choice([3, 6, 9]))
        by = f"{year + (month - 1) // 12}年{(month - 1) % 12 + 1}月底前"
        return by + WORDS["measure"][kind].format_map(self._slots(commitment, role, rng, ()))

    def short(self, commitment: Commitment) -> tuple[str, str] | None:
        """Problem and step where a task falls short for another reason than its commitments; ``None`` where it doesn't."""
        told = WORDS["short"].get(self.round.stage, {}).get(commitment.task)
        if told is None:
            return None
        slots = self._slots(commitment, "牵头", self._stream(commitment.id, 7), ())
        problem, step = (text.format_map(slots) for text in told)
        return problem, step

    def measure(self, task: Task, indicator: str | None, kind: int) -> str:
        """What the lead promises to do about a task or an indicator of it, one of the four kinds."""
        rng = self._stream(indicator or task.commitments[0].id, 6)
        about = next(c for c in task.commitments if c.id in WORDS["things"])
        slots = self._slots(about, "牵头", rng, ())
        if indicator:
            slots["w"] = self._counted(indicator)
        return WORDS["measure"][kind].format_map(slots)

    def evidence(self, number: str, order: int, kind: str, claimed: str) -> dict[str, str | None]:
        """Title, number or date, file and note of one piece of evidence for a commitment or an indicator."""
        rng = self._stream(claimed, 5)
        commitment = self.plan.commitment(claimed) if claimed.startswith("T") else None
        slots = self._slots(commitment, "牵头", rng, ())
        if commitment is None:
            slots["w"] = self._counted(claimed)
        listed = kind == "签到或名册"  # holds names, so it is not sent
        verb = WORDS["verbs"][commitment.type if commitment else "train"]
        title = WORDS["evidence"][kind].replace("{verb}", verb).format_map(slots)
        numbered = f"{self._own['code']}〔{slots['y']}〕{10 + order}号（示例）"
        return {
            "title": f"{title}（示例）",
            "reference": numbered if kind in ("文件", "通知或方案") else slots["day"],
            "filename": None if listed else f"{number}{title}.pdf",
            "note": "名册留存备查" if listed else None,
        }

    def _counted(self, indicator: str) -> str:
        """What an indicator counts."""
        return re.sub("人次$|次数$|人数$", "", self.plan.indicator(indicator).name)

    def _sentence(
        self, manner: str, commitment: Commitment, role: str, rng: np.random.Generator, slots: _Slots
    ) -> str:
        written = commitment.type in _WRITTEN
        if manner == "begun":
            return _one(WORDS[manner][:2] if written else WORDS[manner][2:], rng).format_map(slots)
        if manner != "specific" and not (manner == "experience" and written):
            return _one(WORDS[manner], rng).format_map(slots)
        figure = self.figures.get(self.unit.name, {}).get(COUNTED.get(commitment.task, ""), 0)
        if figure and commitment.type in _SPOKEN and rng.random() < _OWN_FIGURE:
            slots["total"] = figure
            return _one(WORDS["own_level" if commitment.task == 23 else "own_figure"], rng).format_map(slots)
        says = WORDS["says"][commitment.type]["lead" if role == "牵头" else "help"]
        return _one(says, rng).format_map(slots)

    def _slots(
        self, commitment: Commitment | None, role: str, rng: np.random.Generator, years: Sequence[int]
    ) -> _Slots:
        """Everything that a sentence of this unit may fill in."""
        plan, own, as_of = self.plan, self._own, self.round.as_of
        day = _day(rng, as_of, years, WORDS["days"].get(commitment.id if commitment else ""))
        slots = _Slots(rng, {
            "unit": self.unit.name, "media": own["media"], "own": _one(own["own"], rng), "mate": _one(own["mate"], rng),
            "y": day.year, "ym": f"{day.year}年{day.month}月", "day": f"{day.year}年{day.month}月{day.day}日",
            "until": f"{as_of.year}年{as_of.month}月底", "all": f"{plan.meta.first_year}—{as_of.year}年",
            "later": min(12, as_of.month + 1 + int(rng.integers(0, 4))), "next": as_of.year + 1,
        })  # fmt: skip
        if commitment is not None:
            programme = WORDS["programmes"][plan.task(commitment.task).programme]
            slots |= {"lead": plan.lead(commitment.task).name if role != "牵头" else "领导小组办公室", "w": thing(commitment.id, rng),
                      "aud": programme["aud"], "body": programme["body"]}  # fmt: skip
            slots |= {
                name: _one(programme[key], rng).format_map(slots)
                for name, key in (("place", "places"), ("res", "res"), ("how", "how"))
            }
        return slots

    def _stream(self, about: str, what: int) -> np.random.Generator:
        """A stream of its own for each cell: the order in which cells are written does not matter."""
        name = [ord(c) for c in about]
        return np.random.default_rng(
            [SEED, STREAM, self.round.as_of.year, self.plan.units.index(self.unit), what, *name]
        )


class _Slots(dict):
    """Slots of a sentence; a count is drawn when it is first asked for and stays, ``j`` is below ``k``."""

    def __init__(self, rng: np.random.Generator, known: Mapping[str, object]) -> None:
        super().__init__(known)
        self._rng = rng

    def __missing__(self, name: str) -> object:
        if name == "wan":
            value: object = f"{self._rng.uniform(0.3, 6.5):.1f}"
        elif name == "j":
            value = int(self._rng.integers(2, min(self["k"], 7)))
        else:
            low, high = _COUNTS[name]
            value = int(self._rng.integers(low, high + 1))
            value = f"{value:02d}" if name in ("c", "v", "school", "high") else value
        self[name] = value
        return value


def _one(among: Sequence[str], rng: np.random.Generator) -> str:
    return str(among[int(rng.integers(len(among)))])


def _day(rng: np.random.Generator, as_of: dt.date, years: Sequence[int], fixed: str | None) -> dt.date:
    """A day before the as-of date in one of the years, the later the likelier; some commitments have their day."""
    among = sorted(years)[-2:] or [as_of.year]
    year = int(among[-1] if rng.random() < 0.7 else among[0])
    last = min(as_of, dt.date(year, 12, 20))  # schools and villages are shut in the weeks around the new year
    first = dt.date(year, 2, 20)
    day = first + dt.timedelta(days=int(rng.integers(0, max((last - first).days, 1))))
    if fixed:
        kept = dt.date.fromisoformat(f"{year}-{fixed}") + dt.timedelta(days=int(rng.integers(0, 4)))
        day = kept if kept <= as_of else day
    return day
