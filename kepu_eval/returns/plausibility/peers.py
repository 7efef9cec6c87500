"""Units among units: sizes of the same commitment, shares in the same indicator, head-counts of the same kind of event.

Few units share an indicator, so a peer group is what several units were asked in the same words: one commitment, one
indicator, one activity. On the log scale, because figures of units differ by multiples; a unit is asked only where its
modified z-score is above 3.5 (Iglewicz and Hoaglin 1993) and it is also a multiple of its peers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import median

from kepu_eval.returns.checks import ask_figures, span
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.figures import listed_of
from kepu_eval.returns.plausibility.seen import OUTLYING, Seen, ask_event, ask_status, robust_scores
from kepu_eval.returns.text_grammar import CLAUSE

FEWEST, TIMES, APART = 4, 5.0, 50
"""Peers that it takes, the multiple of their median from which on a unit is asked, and by how much at least."""
LARGE = 1000
"""Square metres from which on no room is one."""
_AREA = re.compile(r"面积(?:约|为|达|共|近)*(\d+(?:\.\d+)?)\s*(万?)平方?米")
_GROUNDS = re.compile(r"馆|公园|广场|园区|草原|湿地|校园|农田|亩|林|牧场")
LEAD_TIMES, LEAST, EVENTS = 3.0, 100, 3


def check_sizes(seen: Seen, findings: Findings) -> None:
    """Ask a unit whose size of a commitment is a multiple of what other units report for the same one (X40)."""
    for key in ("current_size", "quantity"):
        sizes: dict[str, list[dict]] = defaultdict(list)
        for row in seen.parts["statuses"]:
            if row[key] > 0:
                sizes[row["commitment"]].append(row)
        for rows in sizes.values():
            values = [row[key] for row in rows]
            for row, score in zip(rows, robust_scores(values), strict=True):
                usual = (
                    median(value for other, value in zip(rows, values, strict=True) if other is not row)
                    if len(rows) > 1
                    else 0
                )
                if (
                    len(rows) > FEWEST
                    and score > OUTLYING
                    and row[key] >= TIMES * usual
                    and row[key] - usual >= APART
                ):
                    told = f"={as_found(row[key])}，另外{len(rows) - 1}个单位同一承诺一般为{as_found(usual)}"
                    ask_status(seen, findings, "X40", row, key, told, "请核实是否多一位，或填成了全区数")


def check_shares(seen: Seen, findings: Findings) -> None:
    """Ask a contributor that reports several times what the indicator's lead does, in most years (X40).

    Not one whose own list of activities bears the figures out: it may well hold what the other only leads.
    """
    for indicator in seen.plan.indicators:
        if not indicator.task or not indicator.kind.summed or indicator.measures:
            continue
        lead = seen.plan.lead(indicator.task).id
        of_lead = {
            row["period"]: row["value"] for row in seen.figures(lead, indicator.id) if row["value"] > 0
        }
        for unit in (name for name in seen.names if name != lead):
            rows = [row for row in seen.figures(unit, indicator.id) if row["period"] in of_lead]
            held, _ = listed_of(seen, indicator, unit)
            far = [
                row for row in rows
                if row["value"] >= max(LEAD_TIMES * of_lead[row["period"]], LEAST, 2 * held.get(row["period"], 0))
            ]  # fmt: skip
            if far and 2 * len(far) > len(rows):
                least = "、".join(as_found(of_lead[row["period"]]) for row in far)
                told = f"{far[0]['cell']}等={span(far)}，牵头的{seen.names[lead]}同年只有{least}"
                ask_figures(findings, "X40", far, told, "请核实是否多一位、单位不同，或填成了全区数")


def check_areas(seen: Seen, findings: Findings) -> None:
    """Ask about a room whose area in 进展说明 is a multiple of the largest of its peers' (X35): a digit or two too many.

    Peers are all rooms, corners and stations that the round's statements tell of; halls, parks and fields are none.
    """
    told = [
        (float(number) * (10_000 if scale else 1), row)
        for row in seen.parts["statuses"]
        for clause in CLAUSE.split(row["progress"])
        if not _GROUNDS.search(clause)
        for number, scale in _AREA.findall(clause)
    ]
    areas = sorted(area for area, _ in told)
    for area, row in told if len(told) > FEWEST else ():
        largest = areas[-1] if area < areas[-1] else areas[-2]
        if area >= max(TIMES * largest, LARGE) and not _GROUNDS.search(row["progress"]):
            why = f"写面积{as_found(area)}平方米，其他各处最大{as_found(largest)}平方米"
            ask_status(seen, findings, "X35", row, "progress", why, "请核实面积是否多一位")


def check_crowds(seen: Seen, findings: Findings) -> None:
    """Ask a unit all of whose activities are a multiple of other units' in head-count (X40)."""
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for row in seen.parts["events"]:
        if row["state"] == "accepted" and row["participants"] > 0:
            by_unit[row["unit"]].append(row)
    usual = {unit: median(row["participants"] for row in rows) for unit, rows in by_unit.items()}
    if len(usual) <= FEWEST:
        return
    for (unit, own), score in zip(usual.items(), robust_scores(list(usual.values())), strict=True):
        rows, others = by_unit[unit], [value for name, value in usual.items() if name != unit]
        if len(rows) >= EVENTS and score > OUTLYING and own >= TIMES * median(others):
            told = f"等{len(rows)}次活动一般{as_found(own)}人次，其他单位的活动一般{as_found(median(others))}人次"
            ask_event(findings, "X40", rows[0], "participants", told, "请核实各次活动的人次是否都多一位")
