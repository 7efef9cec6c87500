"""Checks across cells: what each cell alone cannot show. They ask; they never change a value unless it is impossible."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from itertools import accumulate, pairwise
from typing import Literal

from kepu_eval.plan import Plan, TargetKind
from kepu_eval.returns.findings import Findings, as_found

COUNTED = ("accepted", "note")
_JUMP = 10
_EVEN, _DOUBLED = 1.75, 2.2  # chosen on the training half of benchmarks/plausibility.py


Series = tuple[str, str, str, str]  # unit, indicator, measure, entity


def check(
    plan: Plan,
    parts: dict[str, list[dict]],
    findings: Findings,
    earlier: Mapping[Series, Mapping[str, float]] | None = None,
) -> None:
    """Run every check on the rows of a round; rows that become questions or rejections are changed in place.

    ``earlier``: what a unit filed before by series and year, where its present return superseded another.
    """
    kinds = {indicator.id: indicator for indicator in plan.indicators}
    for series, rows in _series(parts["observations"]).items():
        _, indicator, measure, _ = series
        found = kinds[indicator]
        if found.unit == "%":
            _mixed_percentages(rows, findings)
        if found.kind.summed:
            _looks_cumulative(rows, found.name, findings, (earlier or {}).get(series, {}))
            _jump(_counted(rows), findings)
            _copied(_counted(rows), findings)
        elif found.kind is TargetKind.STOCK_AT_HORIZON and measure == "value":
            _looks_summed(rows, found.name, findings)
    _parts_within_wholes(plan, parts["observations"], findings)


def _series(observations: list[dict]) -> dict[tuple, list[dict]]:
    """Counted yearly figures of one unit, indicator, measure and entity, in order of time."""
    grouped: dict[tuple, list[dict]] = defaultdict(list)
    for row in observations:
        if row["state"] in COUNTED and row["period"].isdigit():
            grouped[row["unit"], row["indicator"], row["measure"], row["entity"]].append(row)
    return {key: sorted(rows, key=lambda row: row["period"]) for key, rows in grouped.items()}


def _counted(rows: list[dict]) -> list[dict]:
    return [row for row in rows if row["state"] in COUNTED]


def ask_figures(
    findings: Findings, code: str, rows: list[dict], message: str, remedy: str, value: str = "",
    severity: Literal["question", "rejected"] = "question", candidates: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Ask about figures, or send them back, and keep them from counting: each becomes the candidate of its own cell.

    The finding is about the last of ``rows``; about several it has an answer field for each. ``value``: what is shown as the
    value, if not the cell's or all of them. ``candidates``: answers that offer themselves.
    """
    last = rows[-1]
    several = tuple((row["cell"], item_of(row), row["raw"]) for row in rows) if len(rows) > 1 else ()
    value = value or (span(rows) if several else last["raw"])
    findings.add(code, severity, message, remedy, unit=last["unit"], file=last["file"], sheet=last["sheet"],
                 cell=last["cell"], item=item_of(last), value=value, affects=(last["indicator"],), fields=several,
                 candidates=candidates)  # fmt: skip
    for row in rows:
        row["asked"] = (*row["asked"], (code, row["cell"]))
        row["state"], row["candidate"], row["value"] = severity, row["value"], float("nan")


def item_of(row: dict) -> str:
    """What a figure is, wherever it stands."""
    measure = "" if row["measure"] == "value" else row["measure"]
    return "·".join(filter(None, (row["entity"], row["indicator"], measure, row["period"])))


def span(rows: list[dict]) -> str:
    """Values of several figures, as they are shown together."""
    return "、".join(as_found(row["value"]) for row in rows)


def _looks_cumulative(rows: list[dict], name: str, findings: Findings, before: Mapping[str, float]) -> None:
    """Growing, and each year at least the sum of all before it (380/690/1210), or by even steps: running totals look so.

    Also where the last year alone is the sum of those before it.

    A unit that filed running totals and now files what was added each year has answered the question.
    """
    values = [row["value"] for row in rows]
    if len(values) < 3 or values[0] <= 0:
        return
    totals = [before.get(row["period"], float("nan")) for row in rows]
    if totals == list(accumulate(values)):
        return
    summing = all(values[n] >= sum(values[:n]) and values[n] > values[n - 1] for n in range(1, len(values)))
    if summing or _even_steps(values) or values[-1] == sum(values[:-1]):
        told = f"{name}各年为{span(rows)}，疑为累计数"
        ask_figures(findings, "X05", rows, told, "请逐年改填当年数；确为当年数的请说明")


def _even_steps(values: list[float]) -> bool:
    """Whether a series more than doubles, from its first value on by steps of much the same size as that (420/820/1200)."""
    steps = [values[0], *(later - before for before, later in pairwise(values))]
    return min(steps) > 0 and max(steps) <= _EVEN * min(steps) and values[-1] >= _DOUBLED * values[0]


def _looks_summed(rows: list[dict], name: str, findings: Findings) -> None:
    """A year-end level that is exactly the sum of the earlier years' levels: levels must not be added up."""
    last, earlier = rows[-1], rows[:-1]
    if len(earlier) >= 2 and last["value"] > 0 and last["value"] == sum(row["value"] for row in earlier):
        told = f"{last['cell']}={as_found(last['value'])}，恰为以前各年（{span(earlier)}）之和，{name}是存量，不能各年相加"
        ask_figures(findings, "X06", [last], told, f"请填{last['period']}年末数", span(rows))


def _mixed_percentages(rows: list[dict], findings: Findings) -> None:
    """Fractions among percentages (0.9 beside 90): which of them is a percentage cannot be told."""
    small = [row for row in rows if 0 < row["value"] <= 1]
    large = [row for row in rows if row["value"] > 1]
    if not small or not large:
        return
    for row in small:
        told = f"{row['cell']}={row['raw']}而{large[0]['cell']}={large[0]['raw']}，口径不一"
        readings = (f"{row['value'] * 100:.12g}", f"{row['value']:.12g}")
        ask_figures(findings, "C34", [row], told, "请统一填百分数", candidates=readings)


def _jump(rows: list[dict], findings: Findings) -> None:
    for before, row in pairwise(rows):
        if before["value"] > 0 and row["value"] >= before["value"] * _JUMP:
            told = f"{row['cell']}={as_found(row['value'])}，上年{as_found(before['value'])}"
            ask_figures(findings, "C40", [row], told, "请核实是否多一位")


def _copied(rows: list[dict], findings: Findings) -> None:
    values = {row["value"] for row in rows}
    if len(rows) >= 3 and len(values) == 1 and next(iter(values)) > 0:
        told = f"{rows[0]['period']}—{rows[-1]['period']}年均为{as_found(rows[0]['value'])}"
        ask_figures(findings, "C41", rows, told, "请附名册或台账备查")


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
                ask_figures(
                    findings, "C36", [row], message, "其中数应不大于总数，请核对", severity="rejected"
                )


def tell_impossible(
    plan: Plan, observations: list[dict], findings: Findings, off: Container[str] = ()
) -> None:
    """Send back again what answers made impossible: a part above its whole, more participants than persons.

    ``off``: rules that are switched off.
    """
    if "C36" not in off:
        _parts_within_wholes(plan, observations, findings)
    if "C35" not in off:
        _participants_within_persons(plan, observations, findings)


def _participants_within_persons(plan: Plan, observations: list[dict], findings: Findings) -> None:
    roles = {(i.id, m.id): m.role for i in plan.indicators for m in i.measures}
    wholes = {
        (r["unit"], r["indicator"], r["entity"], r["period"]): r
        for r in observations
        if roles.get((r["indicator"], r["measure"])) == "denominator" and r["state"] in COUNTED
    }
    for row in observations:
        whole = wholes.get((row["unit"], row["indicator"], row["entity"], row["period"]))
        if whole is None or row["state"] not in COUNTED or row["value"] <= whole["value"]:
            continue
        if roles.get((row["indicator"], row["measure"])) == "numerator":
            told = f"{row['cell']}({as_found(row['value'])})大于{whole['cell']}({as_found(whole['value'])})"
            ask_figures(
                findings, "C35", [row], told, "参与人数应按人去重，不大于在校生数", severity="rejected"
            )
