"""A figure against what the same unit had reported for the same period in the round before; patterns worth a note."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from kepu_eval.plan import TargetKind
from kepu_eval.returns.checks import COUNTED, ask_figures, item_of
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import LONG, Seen, ask_status, cells_of, choices_of
from kepu_eval.returns.plausibility.words import CORRECTED, DONE, NOT_RUNNING, RUNNING, YES, reasoned

HUG, ROUND = 1.02, 50
AGAIN = 3
"""Rows in which a long text with a number stands as before: not what somebody writes anew."""
MANY, SEVERAL, ALL, MOST = 20, 5, 0.9, 0.6
_FELL = {(low, high) for low in ("未启动", "滞后") for high in DONE}


def check_before(seen: Seen, findings: Findings) -> None:
    """Ask about figures of periods that were over in the last round and had another figure then (X29)."""
    changed: dict[tuple[str, str, str], list[tuple[dict, float]]] = defaultdict(list)
    for row in seen.parts["observations"]:
        series = (row["unit"], row["indicator"], row["measure"], row["entity"])
        known = seen.before.get(series, {}).get(row["period"])
        if known is not None and row["state"] in COUNTED and row["value"] != known:
            changed[row["unit"], row["indicator"], row["measure"]].append((row, known))
    for pairs in changed.values():
        rows = [row for row, _ in pairs]
        shown = "、".join(
            f"{r['cell']}={as_found(r['value'])}（上一轮{as_found(known)}）" for r, known in pairs[:5]
        )
        told = f"{shown}{'等' if len(pairs) > 5 else ''}，与上一轮已报数不一致"
        ask_figures(findings, "X29", rows, told, "请核对；确有更正的请说明原因", rows[-1]["raw"])


def check_stated_before(seen: Seen, findings: Findings) -> None:
    """Ask about statements that deny what the last round said of the same time, and fell since (X29)."""
    for row in seen.parts["statuses"]:
        last = seen.stated.get((row["unit"], row["commitment"]))
        for key, told in _against_last(row, last) if last else ():
            ask_status(seen, findings, "X29", row, key, f"{told}，进展说明没有写原因", "请核对；确有更正、变化的请说明原因",
                       choices_of(key))  # fmt: skip


def _against_last(row: Mapping, last: Mapping) -> Iterator[tuple[str, str]]:
    said = row["progress"] + row["problem"]
    if CORRECTED.search(said):
        return
    for year, answer in row["done_by_year"].items():
        before = last["done_by_year"].get(year)
        if answer and before and answer != before:
            yield f"year:{year}", f"{year}年填“{answer}”，上一轮填“{before}”"
    if row["baseline_size"] != last["baseline_size"] and not _unknown(
        row["baseline_size"], last["baseline_size"]
    ):
        yield (
            "baseline_size",
            f"基期规模{as_found(row['baseline_size'])}，上一轮填{as_found(last['baseline_size'])}",
        )
    if reasoned(said):
        return
    if (row["operating"], last["operating"]) == (NOT_RUNNING, RUNNING):
        yield "operating", f"填“{NOT_RUNNING}”，上一轮已是“{RUNNING}”"
    if row["current_size"] < last["current_size"]:
        yield (
            "current_size",
            f"现有规模{as_found(row['current_size'])}，少于上一轮的{as_found(last['current_size'])}",
        )
    if (row["self_rating"], last["self_rating"]) in _FELL:
        yield "self_rating", f"自评“{row['self_rating']}”，上一轮自评“{last['self_rating']}”"


def _unknown(*sizes: float) -> bool:
    return any(size != size for size in sizes)


def check_sent_again(seen: Seen, findings: Findings) -> None:
    """Ask a unit once about statements with numbers that are the last round's word for word (X29).

    Three rows and more, or one that says more was done since.
    """
    same: dict[str, list[dict]] = defaultdict(list)
    since: set[str] = set()
    for row in seen.parts["statuses"]:
        last = seen.stated.get((row["unit"], row["commitment"]))
        text = row["progress"]
        if last and len(text) >= LONG and re.search(r"\d", text) and text == last["progress"]:
            same[row["unit"]].append(row)
            new = row["done_by_year"].keys() - last["done_by_year"].keys()
            since |= {row["unit"]} if any(row["done_by_year"][year] == YES for year in new) else set()
    for unit, rows in same.items():
        if len(rows) >= AGAIN or unit in since:
            told = f"等{len(rows)}行（{cells_of(rows, 'progress')}）进展说明与上一轮一字不差，是否没有更新？"
            ask_status(seen, findings, "X29", rows[0], "progress", told, "请写到本轮截止日的进展")


def check_patterns(seen: Seen, findings: Findings) -> None:
    """Note figures that are all round, or that just meet the target year after year (X30): nothing wrong by itself."""
    for rows in seen.series(entities=False):
        indicator = seen.plan.indicator(rows[0]["indicator"])
        values = [row["value"] for row in rows if row["value"] > 0]
        target = float(indicator.target or 0)
        told = ""
        if len(values) >= 3 and all(value % ROUND == 0 for value in values) and len(set(values)) > 1:
            told = f"各年均为整{ROUND}的倍数（{'、'.join(map(as_found, values))}）"
        near = [value for value in values if target <= value <= HUG * target]
        if indicator.kind is TargetKind.ANNUAL and target and len(near) >= 2:
            told = f"{len(near)}年恰好达到目标{as_found(target)}（{'、'.join(map(as_found, values))}）"
        if told:
            last = rows[-1]
            _note(
                findings,
                last,
                f"{indicator.id}{told}，抽查时优先核对名册",
                last["raw"],
                (indicator.id,),
                item_of(last),
            )


def check_uniform(seen: Seen, findings: Findings) -> None:
    """Note schools that all just meet a target, and activities that are all of one size or all on one day (X30)."""
    for (_, indicator), rows in _of_schools(seen).items():
        target = float(seen.plan.indicator(indicator).target or 0)
        exact = [row for row in rows if row["value"] == target]
        if target > 1 and len(rows) >= MANY and len(exact) >= ALL * len(rows):
            told = f"{indicator}{len(rows)}个数中{len(exact)}个恰为目标{as_found(target)}（{exact[0]['cell']}—{exact[-1]['cell']}）"
            _note(findings, exact[0], f"{told}，抽查时优先核对", exact[0]["raw"], (indicator,))
    by_unit: dict[str, list[dict]] = defaultdict(list)
    for row in seen.parts["events"]:
        if row["state"] == "accepted":
            by_unit[row["unit"]].append(row)
    for rows in by_unit.values():
        for key, what in (("participants", "参与人次都是"), ("date", "日期都是")):
            value, same = _commonest(rows, key)
            beside = (
                [r for r in rows if key != "date" or r["date"].year == same[0]["date"].year] if same else []
            )
            if len(same) >= SEVERAL and len(same) >= MOST * len(beside):
                told = f"第{'、'.join(str(row['row']) for row in same)}行{len(same)}次活动{what}{as_found(value)}，抽查时优先核对签到"
                _note(findings, same[0] | {"cell": f"第{same[0]['row']}行"}, told, value, ())


def _of_schools(seen: Seen) -> dict[tuple[str, str], list[dict]]:
    roles = {indicator for (indicator, _), role in seen.roles.items() if role}
    found: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in seen.parts["observations"]:
        if (
            row["entity"]
            and row["state"] in COUNTED
            and row["indicator"] not in roles
            and row["period"] in seen.over
        ):
            found[row["unit"], row["indicator"]].append(row)
    return found


def _commonest(rows: list[dict], key: str) -> tuple[object, list[dict]]:
    counts = Counter(row[key] for row in rows if row[key] == row[key] and row[key])
    value = counts.most_common(1)[0][0] if counts else None
    return value, [row for row in rows if value is not None and row[key] == value]


def _note(
    findings: Findings, row: dict, told: str, value: object, affects: tuple[str, ...], item: str = ""
) -> None:
    findings.add("X30", "note", told, unit=row["unit"], file=row["file"], sheet=row["sheet"], cell=row["cell"], item=item,
                 value=value, affects=affects)  # fmt: skip
