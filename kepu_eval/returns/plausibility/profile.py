"""A figure against the same figure's other years, and a school's against its own other terms and the other schools'."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from statistics import median

import numpy as np

from kepu_eval.plan import BASELINE
from kepu_eval.returns.checks import COUNTED, hold, span, tell
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import Seen

OFF = 4.0
"""Times by which a year may differ from every other year before it is asked about (chosen on the training half)."""
GREW, STEADY = 2.2, 1.6
"""A level that more than doubles after years in which it never grew by more than this."""
HEAD_COUNT, PEERS, LEAST, MANY, RATE, FEWEST = 1.8, 3.0, 20, 50, 3.0, 5
"""A school's pupils change by less than ×1.8 from year to year; what is counted by term is at most three times what nine
schools of ten report, or asked about from 20 on; a share is at least a third of what nine schools of ten have."""


def check_years(seen: Seen, findings: Findings) -> None:
    """Ask about a year that is a multiple, or a fraction, of all other years (X16): a digit too many or too few.

    Of levels also about one that suddenly more than doubles: most often levels that were added up.
    """
    kinds = {i.id: i.kind for i in seen.plan.indicators}
    for rows in seen.series(entities=False):
        level = not kinds[rows[0]["indicator"]].summed
        years = [row for row in rows if row["period"].isdigit() or (level and row["period"] == BASELINE)]
        row = _far_year(years) or (_leap(years) if level else None)
        if row is None:
            continue
        others = [other for other in years if other is not row]
        told = f"{row['cell']}={as_found(row['value'])}，其余各年为{span(others)}，相差悬殊"
        tell(findings, "X16", "question", [row], told, "请核实是否多一位、少一位、单位不同，或把各年数相加了")
        hold([row], "question", "X16")


def _far_year(rows: list[dict]) -> dict | None:
    for row in rows:
        others = [other["value"] for other in rows if other is not row and other["value"] > 0]
        if len(others) < 2 or row["value"] <= 0:
            continue
        far = row["value"] >= OFF * max(others) or row["value"] * OFF <= min(others)
        if far and abs(row["value"] - median(others)) >= MANY:
            return row
    return None


def _leap(rows: list[dict]) -> dict | None:
    values = [row["value"] for row in rows]
    for place in range(2, len(rows)):
        earlier = [b / a for a, b in pairwise(values[:place]) if a > 0]
        grew = values[place - 1] > 0 and values[place] >= GREW * values[place - 1]
        if grew and earlier and max(earlier) <= STEADY:
            return rows[place]
    return None


def check_schools(seen: Seen, findings: Findings) -> None:
    """Ask about a school's figure that is far from its own other periods and from other schools (X17)."""
    wholes = {(i.id, m.id) for i in seen.plan.indicators for m in i.measures if m.role == "denominator"}
    parts = {(i.id, m.id) for i in seen.plan.indicators for m in i.measures if m.role == "numerator"}
    usual, rates = _usual(seen), _rates(seen)
    low = float(np.quantile(list(rates.values()), 0.1)) / RATE if len(rates) >= FEWEST else 0.0
    for rows in seen.series(entities=True):
        measured = (rows[0]["indicator"], rows[0]["measure"])
        if measured in wholes:
            found = _far_from_itself(rows)
        elif measured in parts:
            found = [
                (r, f"只占该校学生的{rates[id(r)]:.0%}，其他学校远高于此")
                for r in rows
                if rates.get(id(r), low) < low
            ]
        else:
            found = _far_from_others(rows, usual.get(measured))
        for row, told in found:
            tell(
                findings,
                "X17",
                "question",
                [row],
                f"{row['cell']}={as_found(row['value'])}，{told}",
                "请核实是否填错",
            )
            hold([row], "question", "X17")


def _far_from_itself(rows: list[dict]) -> list[tuple[dict, str]]:
    """The year that is far from the others; of several the one that is farthest off."""
    found, usual = [], median(row["value"] for row in rows)
    for row in rows:
        others = [other for other in rows if other is not row]
        if len(others) < 2:
            continue
        low, high = sorted((row["value"], median(other["value"] for other in others)))
        if high - low >= MANY and high >= HEAD_COUNT * low:
            found.append((row, f"该校其他学年为{span(others)}"))
    return sorted(found, key=lambda pair: -abs(np.log((pair[0]["value"] + 1) / (usual + 1))))[:1]


def _usual(seen: Seen) -> dict[tuple[str, str], float]:
    """What nine schools of ten do not exceed, by indicator and measure, over all periods."""
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in seen.parts["observations"]:
        if row["entity"] and row["state"] in COUNTED:
            known[row["indicator"], row["measure"]].append(row["value"])
    return {key: float(np.quantile(values, 0.9)) for key, values in known.items() if len(values) >= FEWEST}


def _rates(seen: Seen) -> dict[int, float]:
    """Share of a whole that each figure of a school is, by the row of the figure; of periods that are over."""
    roles = {(i.id, m.id): m.role for i in seen.plan.indicators for m in i.measures if m.role}
    wholes: dict = {}
    parts: dict = {}
    for row in seen.parts["observations"]:
        role = roles.get((row["indicator"], row["measure"]))
        if role and row["entity"] and row["state"] in COUNTED and row["period"] in seen.over:
            (wholes if role == "denominator" else parts)[
                row["unit"], row["indicator"], row["entity"], row["period"]
            ] = row
    shared = parts.keys() & {key for key, row in wholes.items() if row["value"] > 0}
    return {id(parts[key]): parts[key]["value"] / wholes[key]["value"] for key in shared}


def _far_from_others(rows: list[dict], most: float | None) -> list[tuple[dict, str]]:
    found: list[tuple[dict, str]] = []
    if most is None:
        return found
    for row in rows:
        others = [other for other in rows if other is not row]
        own = median(other["value"] for other in others) if others else 0.0
        if row["value"] >= max(LEAST, PEERS * max(most, 1.0)) and row["value"] >= 2 * own:
            told = f"其他学校绝大多数不超过{as_found(most)}"
            found.append((row, f"{told}，该校其他各期为{span(others)}" if others else told))
    return found
