"""A unit's return that is another's, in whole or in part; a row of figures that is another row's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.checks import COUNTED
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import LONG, Seen, ask_status, cells_of

WORDS, PARTLY, SHARE = 4, 0.3, 0.5
"""Long statements that two units must have word for word, which share of the fewer, and which share of activities or figures."""
ROWS, SHOWN, NUMBERS, RETOUCHED = 3, 8, 4, 2
_DIGITS = re.compile(r"\d+")


def check_units(seen: Seen, findings: Findings) -> None:
    """Ask a unit whose statements, activities or figures are another's, in whole or in part (X24)."""
    told = {name: _by_unit(how(seen)) for name, how in _HOW.items()}
    order = {unit.id: place for place, unit in enumerate(seen.plan.units)}
    for one, other in combinations(seen.names, 2):
        parts = {}
        for name, of in told.items():
            both = of[one].keys() & of[other].keys() if one in of and other in of else set()
            least, share = (WORDS, PARTLY) if name == "进展说明" else (ROWS, SHARE)
            whole = _whole_rows(both) if name == "指标数据" else set()
            if both and len(both) >= max(least, share * min(len(of[one]), len(of[other]))):
                parts[name] = both
            elif whole:
                parts[name] = whole
        if parts:
            copier = _copier(seen, one, other, {what[0] for what in parts.get("指标数据", ())}, order)
            places = {name: [told[name][copier][what] for what in both] for name, both in parts.items()}
            _ask_copy(seen.names[one if copier == other else other], copier, places, findings)


def check_retouched(seen: Seen, findings: Findings) -> None:
    """Ask a unit once about statements, two at least, that are another's of the same commitment but for one number (X24)."""
    order = {unit.id: place for place, unit in enumerate(seen.plan.units)}
    alike: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in seen.parts["statuses"]:
        if len(_DIGITS.findall(row["progress"])) >= NUMBERS:
            alike[row["commitment"], _DIGITS.sub("0", row["progress"])].append(row)
    found: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for rows in alike.values():
        for one, other in combinations(sorted(rows, key=lambda row: order.get(row["unit"], 0)), 2):
            numbers = [_DIGITS.findall(row["progress"]) for row in (one, other)]
            if one["unit"] != other["unit"] and sum(a != b for a, b in zip(*numbers, strict=True)) == 1:
                found[one["unit"], other["unit"]].append(other)
    for (source, _), rows in found.items():
        if len(rows) < RETOUCHED:
            continue
        told = f"等{len(rows)}处（{cells_of(rows, 'progress')}）"
        ask_status(seen, findings, "X24", rows[0], "progress", f"{told}除一个数外与{seen.names[source]}的进展说明相同",
                   "请核对，按本单位实际填报；确为合办的请说明")  # fmt: skip


def _whole_rows(both: set[tuple]) -> set[tuple]:
    """Figures that two units share in three years and more of one row: no chance, whatever the other rows hold."""
    by_row: dict[tuple, set[tuple]] = defaultdict(set)
    for what in both:
        by_row[what[:2]].add(what)
    return {w for rows in by_row.values() if len(rows) >= ROWS for w in rows}


def _by_unit(rows: Iterator[tuple[dict, tuple, str]]) -> dict[str, dict[tuple, tuple[dict, str]]]:
    """What each unit says, with the row and the cell where it stands."""
    found: dict[str, dict[tuple, tuple[dict, str]]] = defaultdict(dict)
    for row, what, cell in rows:
        found[row["unit"]].setdefault(what, (row, cell))
    return found


def _texts(seen: Seen) -> Iterator[tuple[dict, tuple, str]]:
    for row in seen.parts["statuses"]:
        if len(row["progress"]) >= LONG and _DIGITS.search(row["progress"]):
            yield row, (row["commitment"], row["progress"]), row["cells"].get("progress", "")


def _events(seen: Seen) -> Iterator[tuple[dict, tuple, str]]:
    for row in seen.parts["events"]:
        if row["title"] and row["date"] and not row["co_organisers"]:
            yield row, (row["date"], tidy(row["title"]), as_found(row["participants"])), f"第{row['row']}行"


def _numbers(seen: Seen) -> Iterator[tuple[dict, tuple, str]]:
    for row in seen.parts["observations"]:
        if row["state"] in COUNTED and row["value"] > ROWS and not row["entity"]:
            yield row, (row["indicator"], row["measure"], row["period"], row["value"]), row["cell"]


_HOW = {"进展说明": _texts, "指标数据": _numbers, "活动": _events}


def _copier(seen: Seen, one: str, other: str, figures: set[str], order: dict[str, int]) -> str:
    """The one to ask: it names the other as organiser, or contributes to what the other leads, or comes later in the plan.

    What is a copy cannot be told from a source.
    """
    named = [row["unit"] for row in seen.parts["events"] if row["unit"] in (one, other)
             and row["organiser"] == seen.names[other if row["unit"] == one else one]]  # fmt: skip
    leads = [seen.plan.lead(i.task).id for i in seen.plan.indicators if i.task and i.id in figures]
    return max((one, other), key=lambda unit: (named.count(unit), -leads.count(unit), order[unit]))


def _ask_copy(
    source: str, copier: str, places: dict[str, list[tuple[dict, str]]], findings: Findings
) -> None:
    told, row = [], next(iter(places.values()))[0][0]
    for name, found in places.items():
        cells = sorted((cell for _, cell in found), key=lambda cell: (len(cell), cell))
        told.append(f"{name}{len(cells)}处（{'、'.join(cells[:SHOWN])}{'等' if len(cells) > SHOWN else ''}）")
    value = "、".join(f"{name}{len(found)}处" for name, found in places.items())
    findings.add("X24", "question", f"与{source}所报相同：{'、'.join(told)}，是否误用了对方的填报表？",
                 "请核对，按本单位实际填报；确为合办的请说明", unit=copier, file=row["file"], sheet=row["sheet"],
                 cell=source, item=f"与{source}雷同", value=value)  # fmt: skip
