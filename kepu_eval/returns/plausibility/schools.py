"""A school's figures against its own other terms and years, and against the other schools'."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

import numpy as np

from kepu_eval.plan import STOCK
from kepu_eval.returns.checks import COUNTED, ask_figures, span
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import OUTLYING, Seen, robust_scores

HEAD_COUNT, SPIKE, PEERS, LEAST, FEW, MANY, RATE, FEWEST = 1.8, 1.2, 3.0, 20, 10, 50, 3.0, 5
"""A school's pupils change by less than ×1.8 from year to year, and a year between two alike by less than ×1.2; what is
counted by term is at most three times what nine schools of ten report, or asked about from 20 on (from 10, where these
report three and fewer); a share is at least a third of what nine schools of ten have."""
HALF, TERMS = 0.5, 4
"""Share of the pupils that do not take part in what a school never held; terms that it takes to say so."""
WHOLE, TENFOLD = 100, 10
"""Pupils from which on not everybody takes part year after year; times by which a school is beyond any other."""


def check_schools(seen: Seen, findings: Findings) -> None:
    """Ask about a school's figure that is far from its own other periods and from other schools (X17)."""
    for rows in seen.series(entities=True):
        if seen.roles.get(_measured(rows[0])) == "denominator":
            _ask(_far_from_itself(rows), findings)
    usual, rates = _usual(seen), _rates(seen)  # without what was asked about: one cause, one question
    low = float(np.quantile(list(rates.values()), 0.1)) / RATE if len(rates) >= FEWEST else 0.0
    for rows in seen.series(entities=True):
        role = seen.roles.get(_measured(rows[0]))
        if role == "numerator":
            _ask([(r, f"只占该校学生的{rates[id(r)]:.0%}，其他学校远高于此") for r in rows if rates.get(id(r), low) < low],
                 findings)  # fmt: skip
        elif not role:
            _ask(_far_from_others(rows, usual.get(_measured(rows[0]))), findings)
    _ask_everybody(seen, findings)
    _ask_idle(seen, findings)
    _ask_unlike_others(seen, findings)


def _measured(row: dict) -> tuple[str, str]:
    return row["indicator"], row["measure"]


def _ask(found: list[tuple[dict, str]], findings: Findings) -> None:
    for row, told in found:
        ask_figures(
            findings, "X17", [row], f"{row['cell']}={as_found(row['value'])}，{told}", "请核实是否填错"
        )


def _ask_everybody(seen: Seen, findings: Findings) -> None:
    """Ask once about schools all of whose pupils took part in every year, to the last one: enrolment told again."""
    by_school: dict[tuple[str, str], list[dict]] = defaultdict(list)
    rates = _rates(seen)
    for row in seen.parts["observations"]:
        if id(row) in rates:
            by_school[row["unit"], row["entity"]].append(row)
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for (unit, _), rows in by_school.items():
        if len(rows) >= 2 and all(rates[id(row)] == 1 and row["value"] >= WHOLE for row in rows):
            by_unit[unit] += rows
    for rows in by_unit.values():
        schools = list(dict.fromkeys(row["entity"] for row in rows))
        shown = "、".join(schools[:3]) + (f"等{len(schools)}所" if len(schools) > 3 else "")
        cells = "、".join(row["cell"] for row in rows[:8])
        told = f"{shown}各学年参与学生数都恰为在校生数（{cells}{'等' if len(rows) > 8 else ''}），是否照抄了在校生数？"
        ask_figures(findings, "X17", rows, told, "请填实际参与的人数（按人去重）；确为全体参加的请附名册")


def _ask_idle(seen: Seen, findings: Findings) -> None:
    """Ask about a school that held nothing in any term, and in which half of the pupils and more took part."""
    held: dict[tuple[str, str], list[float]] = defaultdict(list)
    rates, busy = _rates(seen), defaultdict(list)
    for row in seen.parts["observations"]:
        if id(row) in rates and rates[id(row)] >= HALF:
            busy[row["unit"], row["entity"]].append(row)
        elif row["entity"] and row["period"] != STOCK and not seen.roles.get(_measured(row)):
            held[row["unit"], row["entity"]].append(row["value"] if row["state"] in COUNTED else float("nan"))
    for school, rows in busy.items():
        if len(held[school]) >= TERMS and all(value == 0 for value in held[school]):
            told = f"{rows[0]['entity']}各期都填0，而参与学生数为{span(rows)}"
            ask_figures(findings, "X17", rows, told, "请核对：没有举办的，参与学生从何而来")


def _ask_unlike_others(seen: Seen, findings: Findings) -> None:
    """Ask about a school whose usual count of a term is many times that of schools at large: columns changed over."""
    typical: dict[tuple[str, str], list[tuple[list[dict], float]]] = defaultdict(list)
    for rows in seen.series(entities=True):
        if not seen.roles.get(_measured(rows[0])) and rows[0]["period"] != STOCK and len(rows) >= 3:
            typical[_measured(rows[0])].append((rows, median(row["value"] for row in rows)))
    for known in typical.values():
        levels = [level for _, level in known]
        for (rows, level), score in zip(known, robust_scores(levels), strict=True):
            usual = median(levels)
            if score > OUTLYING and level >= PEERS * max(usual, 1.0):
                told = f"{rows[0]['entity']}各期为{span(rows)}，其他学校一般为{as_found(usual)}"
                ask_figures(findings, "X17", rows, told, "请核实是否与相邻的列填反，或填成了人数、全年数")


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
    found = found or _spike(rows)
    return sorted(found, key=lambda pair: -abs(np.log((pair[0]["value"] + 1) / (usual + 1))))[:1]


def _spike(rows: list[dict]) -> list[tuple[dict, str]]:
    """A year that leaves its two neighbours, which are alike, by a fifth and more: two digits changed over."""
    for before, row, after in zip(rows, rows[1:], rows[2:], strict=False):
        low, high = sorted((before["value"], after["value"]))
        off = row["value"] >= SPIKE * high or row["value"] * SPIKE <= low
        if off and low > 0 and high <= (1 + (SPIKE - 1) / 2) * low and abs(row["value"] - low) >= MANY:
            return [(row, f"该校前后学年为{span([before, after])}")]
    return []


def _usual(seen: Seen) -> dict[tuple[str, str], float]:
    """What nine schools of ten do not exceed, by indicator and measure, over all periods."""
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in seen.parts["observations"]:
        if row["entity"] and row["state"] in COUNTED:
            known[row["indicator"], row["measure"]].append(row["value"])
    return {key: float(np.quantile(values, 0.9)) for key, values in known.items() if len(values) >= FEWEST}


def _rates(seen: Seen) -> dict[int, float]:
    """Share of a whole that each figure of a school is, by the row of the figure; of periods that are over."""
    wholes: dict[tuple, dict] = {}
    parts: dict[tuple, dict] = {}
    for row in seen.parts["observations"]:
        role = seen.roles.get(_measured(row))
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
        least = FEW if most <= FEW / PEERS else LEAST
        if row["value"] >= max(least, PEERS * max(most, 1.0)) and row["value"] >= 2 * own:
            told = f"其他学校绝大多数不超过{as_found(most)}"
            found.append((row, f"{told}，该校其他各期为{span(others)}" if others else told))
    return found


def check_tenfold(seen: Seen, findings: Findings) -> None:
    """Ask about a school's figure more than ten times that of any other of the same time (X14: 9,999 lectures a term)."""
    peers: dict[tuple, list[dict]] = defaultdict(list)
    for row in seen.parts["observations"]:
        if row["entity"] and row["state"] in COUNTED:
            peers[row["indicator"], row["measure"], row["period"]].append(row)
    for rows in peers.values():
        if len(rows) < FEWEST:
            continue
        *_, second, first = sorted(rows, key=lambda row: row["value"])
        if first["value"] > TENFOLD * max(second["value"], TENFOLD):
            told = f"{first['cell']}={as_found(first['value'])}，其他学校最多{as_found(second['value'])}"
            ask_figures(findings, "X14", [first], told, "请核实是否填错")
