"""Checks of what a unit claims, or leaves unsaid: blanks of contributors, figures without evidence, contradictions."""

from __future__ import annotations

from collections import defaultdict

from kepu_eval.plan import LEAD, Plan, Round, periods
from kepu_eval.returns.cells import NOTHING_HERE
from kepu_eval.returns.checks import COUNTED
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import NUMBERS, OPERATING, YES_NO
from kepu_eval.returns.model import NOT_PRESENT


def check_blanks(plan: Plan, rnd: Round, observations: list[dict], findings: Findings) -> None:
    """Ask each unit once whether the cells it left blank of what others lead mean nothing to report (X10).

    Until it is answered they are unknown; a plan whose switch ``optional_blanks`` takes them for nothing does not ask.
    """
    if plan.switch_defaults()["optional_blanks"] == "none":
        return
    over = {p.label for p in periods(plan, "year") if p.over(rnd.as_of)}
    others = {i.id: {unit.id for unit in plan.contributors(i)[1:]} for i in plan.indicators}
    blanks: dict[str, list[dict]] = defaultdict(list)
    for row in observations:
        if (
            row["unit"] in others[row["indicator"]]
            and row["state"] == "missing"
            and not row["raw"]
            and row["period"] in over
        ):
            blanks[row["unit"]].append(row)
    for unit, rows in blanks.items():
        years: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            years[row["indicator"]].append(row["period"])
        told = "；".join(f"{name} {'、'.join(labels)}" for name, labels in years.items())
        findings.add("X10", "question", f"选报项留空{len(rows)}格（{told}年），留空不等于0，是否均无此项？",
                     f"没有的请填“{NOTHING_HERE}”；有数据的请补报", unit=unit, file=rows[0]["file"], sheet=rows[0]["sheet"],
                     value=told, affects=tuple(years), candidates=(NOTHING_HERE,))  # fmt: skip
        for row in rows:
            row["asked"] = (*row["asked"], ("X10", ""))


def check_evidence(plan: Plan, parts: dict[str, list[dict]], findings: Findings) -> None:
    """Tell which rows of figures name no evidence, or only what is not there (X11): nothing but that something began."""
    if not plan.rating.evidence_gate:
        return
    broken = {(r["unit"], r["evidence"]) for r in parts["evidence"] if r["attachment"] in NOT_PRESENT}
    rows: dict[tuple[str, str, str], list[dict]] = defaultdict(list)
    for row in parts["observations"]:
        bare = all((row["unit"], item) in broken for item in row["evidence"])
        if row["sheet"] == NUMBERS and row["state"] in COUNTED and row["value"] and bare:
            rows[row["unit"], row["indicator"], row["measure"]].append(row)
    names = {i.id: i.name for i in plan.indicators}
    for (unit, indicator, _), without in rows.items():
        findings.add("X11", "note", f"{indicator}{names[indicator]}一行没有可用的佐证编号，最高按“正在推进”认定",
                     "请在该行填写佐证编号，并在佐证目录中列出", unit=unit, file=without[0]["file"], sheet=without[0]["sheet"],
                     cell=without[0]["cell"], value=without[0]["raw"], affects=(indicator,))  # fmt: skip


def check_statements(plan: Plan, statuses: list[dict], findings: Findings) -> None:
    """Ask where a lead says 无 (or 未运行) and another responsible unit 有 (X12): it cannot be both."""
    by_commitment: dict[str, list[dict]] = defaultdict(list)
    for row in statuses:
        by_commitment[row["commitment"]].append(row)
    units = {unit.id: unit.name for unit in plan.units}
    for commitment, rows in by_commitment.items():
        lead = next((row for row in rows if row["role"] == LEAD), None)
        if lead is None:
            continue
        for key, value, (yes, no) in _words(lead):
            claimed = [row for row in rows if row is not lead and _word(row, key) == yes]
            if value != no or not claimed:
                continue
            year = key.removeprefix("year:") + "年" if key.startswith("year:") else ""
            others = "、".join(units[row["unit"]] for row in claimed)
            findings.add("X12", "question", f"承诺{commitment}{year}牵头单位填“{no}”，{others}填“{yes}”，以哪个为准？",
                         "请牵头单位与责任单位核对后统一", unit=lead["unit"], file=lead["file"], sheet=lead["sheet"],
                         cell=lead["cells"].get(key, ""), value=no, affects=(commitment,), candidates=(yes, no))  # fmt: skip


def _word(row: dict, key: str) -> str | None:
    return next((word for name, word, _ in _words(row) if name == key), None)


def _words(row: dict) -> list[tuple[str, str | None, tuple[str, str]]]:
    """Field, answer and the two words that it may be."""
    yearly = [(f"year:{label}", word, YES_NO) for label, word in row["done_by_year"].items()]
    return [*yearly, ("operating", row["operating"], OPERATING)]
