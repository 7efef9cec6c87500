"""A figure against the same figure's other years: too much, too little, or the year before told again."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from statistics import median

from kepu_eval.plan import BASELINE, TargetKind
from kepu_eval.returns.checks import COUNTED, ask_figures, span
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.figures import listed_of
from kepu_eval.returns.plausibility.seen import Seen

OFF = 4.0
"""Times by which a year may differ from every other year before it is asked about (chosen on the training half)."""
GREW, STEADY = 2.2, 1.6
"""A level that more than doubles after years in which it never grew by more than this."""
MANY, TWICE = 50, 20
"""Below these, figures are far apart, or alike, by chance."""
FELL, KEPT = 2.0, 100
"""A level of a hundred and more does not halve in a year, nor stay as it is to the last digit."""
_PERSONS = ("人", "名")


def check_years(seen: Seen, findings: Findings) -> None:
    """Ask about a year that is a multiple, or a fraction, of all other years (X16): a digit too many or too few.

    Of levels also about one that suddenly more than doubles: most often levels that were added up.
    """
    kinds = {i.id: i.kind for i in seen.plan.indicators}
    for rows in seen.series(entities=False):
        level = not kinds[rows[0]["indicator"]].summed
        years = [row for row in rows if row["period"].isdigit() or (level and row["period"] == BASELINE)]
        row = _far_year(years) or ((_leap(years) or _halved(years)) if level else None)
        if row is None:
            continue
        others = [other for other in years if other is not row]
        told = f"{row['cell']}={as_found(row['value'])}，其余各年为{span(others)}，相差悬殊"
        ask_figures(findings, "X16", [row], told, "请核实是否多一位、少一位、单位不同，或把各年数相加了")


def check_levels(seen: Seen, findings: Findings) -> None:
    """Ask about a stock, or a number of persons at a date, that is less than it was, the baseline included (C46)."""
    stocks = {(i.id, "value") for i in seen.plan.indicators if i.kind is TargetKind.STOCK_AT_HORIZON}
    stocks |= {
        (i.id, m.id)
        for i in seen.plan.indicators
        for m in i.measures
        if m.unit in _PERSONS and not i.kind.summed
    }
    for rows in seen.series(entities=False):
        if (rows[0]["indicator"], rows[0]["measure"]) not in stocks:
            continue
        for before, row in pairwise(rows):
            if row["value"] < before["value"]:
                based = before["period"] == BASELINE
                asked, less = before if based else row, as_found(before["value"] - row["value"])
                told = (
                    f"{before['cell']}比{row['cell']}多{less}，基期多于{row['period']}年"
                    if based
                    else f"{row['cell']}较上期减少{less}"
                )
                ask_figures(findings, "C46", [asked], told, "存量可以下降，请说明原因")
                break


def check_told_again(seen: Seen, findings: Findings) -> None:
    """Ask about a year that is the year before to the last digit, or two years that are the two before (X39).

    Not where the unit's own list of activities adds up to just that.
    """
    of = {i.id: i for i in seen.plan.indicators}
    for rows in seen.series(entities=False):
        summed = of[rows[0]["indicator"]].kind.summed
        years = [row for row in rows if row["period"].isdigit() or (row["period"] == BASELINE and not summed)]
        values = [row["value"] for row in years]
        again = [years[n] for n in range(1, len(years)) if values[n] == values[n - 1] >= KEPT]
        if not again and summed:
            again = next((years[n : n + 2] for n in range(2, len(years) - 1)
                          if values[n : n + 2] == values[n - 2 : n] and min(values[n : n + 2]) > TWICE), [])  # fmt: skip
        listed = listed_of(seen, of[rows[0]["indicator"]], rows[0]["unit"])[0] if again else {}
        again = [
            row for row in again if row["measure"] != "value" or listed.get(row["period"]) != row["value"]
        ]
        if again and all(row["state"] == "accepted" for row in again):  # not what an answer put in
            cells = "、".join(row["cell"] for row in again)
            told = f"{cells}与以前年份的数完全相同（{span(years)}），是否照抄？"
            ask_figures(findings, "X39", again, told, "请核对，按当年实际填")


def check_rows(seen: Seen, findings: Findings) -> None:
    """Ask about two rows of one unit with the same figures in every year (X39): one was copied into the other."""
    by_unit: dict[str, list[list[dict]]] = defaultdict(list)
    for rows in seen.series(entities=False):
        years = [row for row in rows if row["period"].isdigit()]
        if len(years) >= 2 and max(row["value"] for row in years) >= TWICE:
            by_unit[years[0]["unit"]].append(years)
    for known in by_unit.values():
        for one, other in combinations(known, 2):
            first, second = ([(row["period"], row["value"]) for row in rows] for rows in (one, other))
            if first == second and all(row["state"] in COUNTED for row in other):
                told = f"{other[0]['cell']}等各年（{span(other)}）与{one[0]['cell']}等各年完全相同，是否照抄了另一行？"
                ask_figures(findings, "X39", other, told, "请核对，按本行的指标填")


def check_narrower(seen: Seen, findings: Findings) -> None:
    """Ask about a figure above that of a row whose name is the same but for a word less (X44).

    科技教师培训人次 holds all that 农村牧区科技教师培训人次 holds; what the plan declares a part (其中) is C36's.
    """
    declared = {(i.id, i.of_which) for i in seen.plan.indicators if i.of_which}
    labels = {
        (i.id, "value"): (i.name, i.unit, i.kind.summed) for i in seen.plan.indicators if not i.measures
    }
    labels |= {(i.id, m.id): (m.name, m.unit, i.kind.summed) for i in seen.plan.indicators for m in i.measures
               if not i.entities}  # fmt: skip
    pairs = [(part, whole) for part, (name, *kind) in labels.items() for whole, (wider, *other) in labels.items()
             if kind == other and _qualifies(name, wider) and (part[0], whole[0]) not in declared]  # fmt: skip
    known: dict[tuple, dict] = {
        (row["unit"], row["indicator"], row["measure"], row["period"]): row
        for row in seen.parts["observations"]
        if row["state"] in COUNTED and not row["entity"]
    }
    for part, whole in pairs:
        for row in [row for key, row in known.items() if key[1:3] == part]:
            above = known.get((row["unit"], *whole, row["period"]))
            if above is not None and row["state"] in COUNTED and row["value"] > above["value"]:
                told = f"{row['cell']}={as_found(row['value'])}，多于{above['cell']}“{labels[whole][0]}”的{as_found(above['value'])}"
                ask_figures(findings, "X44", [row], told, "请核对两行是否填反，或其中一处多一位、少一位")


def _qualifies(name: str, wider: str) -> bool:
    """Whether a name is another's with words put in at one place."""
    more = len(name) - len(wider)
    return more > 0 and any(name[:n] + name[n + more :] == wider for n in range(len(wider) + 1))


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


def _halved(rows: list[dict]) -> dict | None:
    """The last year, where a level fell to a half and less of the year before: a digit lost, or another unit."""
    if len(rows) < 2:
        return None
    before, last = rows[-2:]
    if before["value"] < KEPT or not 0 < last["value"] * FELL <= before["value"]:
        return None
    return last
