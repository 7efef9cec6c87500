"""Settings under which a round can be evaluated: an option of every switch and a value of every threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kepu_eval.plan import Band, Plan, RatingRules

MILLION = 1_000_000
STEP = 0.05
"""How far a threshold is moved either way."""


@dataclass(frozen=True)
class Settings:
    """Settings of one plan, number 0 being the report's own.

    ``options``: by switch, an array of option ids. ``thresholds``: settings × thresholds in whole millionths, the
    columns being mid-term bands, final bands and the two of ``annual_near`` in the plan's order. Whole numbers,
    because a ratio such as 9/10 must meet a threshold of 0.9 exactly.
    """

    base: RatingRules
    options: Mapping[str, np.ndarray]
    thresholds: np.ndarray

    def __len__(self) -> int:
        """Number of settings."""
        return len(self.thresholds)

    def switches(self, number: int) -> dict[str, str]:
        """Option of every switch in one setting."""
        return {switch: str(values[number]) for switch, values in self.options.items()}

    def rules(
        self, number: int, make: Callable[[int, int], object] = lambda _, value: value / MILLION
    ) -> RatingRules:
        """Rating rules of one setting; ``make`` turns column and millionths into the threshold put in."""
        values = [make(column, int(value)) for column, value in enumerate(self.thresholds[number])]
        first, second = self.columns["midterm_pace"].stop, self.columns["final_attainment"].stop
        near = {"share_of_periods": values[second], "total_of_target": values[second + 1]}
        return self.base.model_copy(
            update={
                "midterm_pace": _bands(self.base.midterm_pace, values[:first]),
                "final_attainment": _bands(self.base.final_attainment, values[first:second]),
                "annual_near": self.base.annual_near.model_copy(update=near),
            }
        )

    @property
    def columns(self) -> dict[str, slice]:
        """Where the thresholds of the two kinds of bands stand."""
        first = len(self.base.midterm_pace)
        return {
            "midterm_pace": slice(0, first),
            "final_attainment": slice(first, first + len(self.base.final_attainment)),
        }

    def take(self, numbers: np.ndarray | Sequence[int]) -> Settings:
        """The settings with those numbers, in that order."""
        chosen = np.asarray(numbers)
        return Settings(self.base, {k: v[chosen] for k, v in self.options.items()}, self.thresholds[chosen])


def _bands(bands: tuple[Band, ...], floors: list) -> tuple[Band, ...]:
    return tuple(
        band.model_copy(update={"at_least": floor}) for band, floor in zip(bands, floors, strict=True)
    )


def own_setting(plan: Plan, switches: Mapping[str, str]) -> Settings:
    """The one setting of a report: its switches, the plan's thresholds."""
    rules = plan.rating
    floors = [band.at_least for band in (*rules.midterm_pace, *rules.final_attainment)]
    floors += [rules.annual_near.share_of_periods, rules.annual_near.total_of_target]
    thresholds = np.array([[round(floor * MILLION) for floor in floors]], dtype=np.int64)
    return Settings(rules, {name: np.array([option]) for name, option in switches.items()}, thresholds)


def joint_settings(
    plan: Plan, switches: Mapping[str, str], n: int, seed: int, step: float = STEP
) -> Settings:
    """``n`` settings, all switches and thresholds varied at once; the report's own first.

    Every combination of options comes equally often (up to one), in turn. A threshold between 0 and 1 is drawn
    uniformly within ``step`` of the plan's, each by itself, kept inside (0, 1] and in the plan's order; 0 and 1,
    nothing at all and the target itself, are no matter of judgment and stay.
    """
    own, rng = own_setting(plan, switches), np.random.default_rng(seed)
    place = np.arange(n)
    place[1:] = rng.permutation(place[1:])
    options = {name: np.full(n, option) for name, option in switches.items()}
    for switch in plan.switches:
        known = np.array(list(switch.options))
        options[switch.id] = known[place % len(known)]
        options[switch.id][0] = switches[switch.id]
        place = place // len(known)
    thresholds = np.repeat(own.thresholds, n, axis=0)
    movable = (own.thresholds[0] > 0) & (own.thresholds[0] < MILLION)
    reach = round(step * MILLION)
    moved = thresholds[1:, movable] + rng.integers(-reach, reach + 1, (n - 1, int(movable.sum())))
    thresholds[1:, movable] = np.clip(moved, 1, MILLION)
    for part in own.columns.values():
        thresholds[:, part] = -np.sort(-thresholds[:, part], axis=1)
    return Settings(plan.rating, options, thresholds)


def single_settings(
    plan: Plan, switches: Mapping[str, str], step: float = STEP
) -> tuple[Settings, tuple[str, ...]]:
    """The report's own setting and each single change of it, with their names (the first is empty).

    A change is another option of one switch, or all thresholds between 0 and 1 moved by ``step``.
    """
    own = own_setting(plan, switches)
    names, options, shifts = [""], [dict(switches)], [0]
    for switch in plan.switches:
        for option, words in switch.options.items():
            if option != switches[switch.id]:
                names.append(f"{switch.label}：{words}")
                options.append({**switches, switch.id: option})
                shifts.append(0)
    for sign in (-1, 1):
        names.append(f"评级阈值{sign * step:+.2f}")
        options.append(dict(switches))
        shifts.append(sign * round(step * MILLION))
    movable = (own.thresholds > 0) & (own.thresholds < MILLION)
    thresholds = np.where(
        movable, np.clip(own.thresholds + np.array(shifts)[:, None], 1, MILLION), own.thresholds
    )
    columns = {name: np.array([choice[name] for choice in options]) for name in switches}
    return Settings(plan.rating, columns, thresholds), tuple(names)
