"""Checks across cells: what each cell alone cannot show. They ask; they never change a value unless it is impossible."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from kepu_eval.plan import Plan, TargetKind
from kepu_eval.returns.findings import Findings, as_found

COUNTED = ("accepted", "note")
_JUMP = 10
_FLOWS = (TargetKind.CUMULATIVE, TargetKind.ANNUAL)


def check(plan: Plan, parts: dict[str, list[dict]], findings: Findings) -> None:
    """Run every check on the rows of a round; rows that become questions or rejections are changed in place."""
    series = _series(parts["observations"])
    kinds = {indicator.id: indicator for indicator in plan.indicators}
    for (_, indicator, measure, _), rows in series.items():
        kind = kinds[indicator].kind
        if kind in _FLOWS:
            _looks_cumulative(rows, kinds[indicator].name, findings)
            _jump(rows, findings)
            _copied(rows, findings)
        elif kind is TargetKind.STOCK_AT_HORIZON and measure == "value":
            _shrinking(rows, findings)
    _parts_within_wholes(plan, parts["observations"], findings)


def _series(observations: list[dict]) -> dict[tuple, list[dict]]:
    """Counted yearly figures of one unit, indicator, measure and entity, in order of time."""
    grouped: dict[tuple, list[dict]] = defaultdict(list)
    for row in observations:
        if row["state"] in COUNTED and row["period"].isdigit():
            grouped[row["unit"], row["indicator"], row["measure"], row["entity"]].append(row)
    return {key: sorted(rows, key=lambda row: row["period"]) for key, rows in grouped.items()}


def _tell(findings: Findings, code: str, severity: str, row: dict, message: str, remedy: str) -> None:
    findings.add(code, severity, message, remedy, unit=row["unit"], file=row["file"], sheet=row["sheet"],
                 cell=row["cell"], value=row["raw"], affects=(row["indicator"],))  # fmt: skip


def _looks_cumulative(rows: list[dict], name: str, findings: Findings) -> None:
    """Growing, and each year at least the sum of all before it: running totals look like this (380/690/1210)."""
    values = [row["value"] for row in rows]
    if len(values) < 3 or values[0] <= 0:
        return
    if all(values[n] >= sum(values[:n]) and values[n] > values[n - 1] for n in range(1, len(values))):
        span = "、".join(as_found(value) for value in values)
        for row in rows:
            row["state"], row["value"] = "question", float("nan")
        _tell(
            findings,
            "X05",
            "question",
            rows[-1],
            f"{name}各年为{span}，疑为累计数",
            "请改填当年数；确为当年数的请说明",
        )


def _jump(rows: list[dict], findings: Findings) -> None:
    for before, row in pairwise(rows):
        if before["value"] > 0 and row["value"] >= before["value"] * _JUMP:
            row["state"] = "question"
            _tell(findings, "C40", "question", row,
                  f"{row['cell']}={as_found(row['value'])}，上年{as_found(before['value'])}", "请核实是否多一位")  # fmt: skip
            row["value"] = float("nan")


def _copied(rows: list[dict], findings: Findings) -> None:
    values = {row["value"] for row in rows}
    if len(rows) >= 3 and len(values) == 1 and next(iter(values)) > 0:
        told = f"{rows[0]['period']}—{rows[-1]['period']}年均为{as_found(rows[0]['value'])}"
        _tell(findings, "C41", "note", rows[-1], told, "请附名册或台账备查")


def _shrinking(rows: list[dict], findings: Findings) -> None:
    for before, row in pairwise(rows):
        if row["value"] < before["value"]:
            less = as_found(before["value"] - row["value"])
            _tell(findings, "C46", "note", row, f"{row['cell']}较上期减少{less}", "请在说明栏写明原因")


def _parts_within_wholes(plan: Plan, observations: list[dict], findings: Findings) -> None:
    """A part (其中) above its whole is impossible: it is sent back (C36)."""
    for part in plan.indicators:
        if not part.of_which:
            continue
        wholes = {
            (r["unit"], r["period"]): r
            for r in observations
            if r["indicator"] == part.of_which and r["state"] in COUNTED
        }
        for row in observations:
            whole = wholes.get((row["unit"], row["period"]))
            if (
                row["indicator"] == part.id
                and row["state"] in COUNTED
                and whole
                and row["value"] > whole["value"]
            ):
                message = (
                    f"{row['cell']}({as_found(row['value'])})大于{whole['cell']}({as_found(whole['value'])})"
                )
                row["state"], row["value"] = "rejected", float("nan")
                _tell(findings, "C36", "rejected", row, message, "其中数应不大于总数，请核对")
