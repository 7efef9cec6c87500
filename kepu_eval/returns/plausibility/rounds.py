"""A figure against what the same unit had reported for the same period in the round before; patterns worth a note."""

from __future__ import annotations

from collections import defaultdict

from kepu_eval.plan import TargetKind
from kepu_eval.returns.checks import COUNTED, hold, item_of
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.plausibility.seen import Seen

HUG, ROUND = 1.02, 50


def check_before(seen: Seen, findings: Findings) -> None:
    """Ask about figures of periods that were over in the last round and had another figure then (X29)."""
    changed: dict[tuple[str, str, str], list[tuple[dict, float]]] = defaultdict(list)
    for row in seen.parts["observations"]:
        series = (row["unit"], row["indicator"], row["measure"], row["entity"])
        known = seen.before.get(series, {}).get(row["period"])
        if known is not None and row["state"] in COUNTED and row["value"] != known:
            changed[row["unit"], row["indicator"], row["measure"]].append((row, known))
    for (_, indicator, _), pairs in changed.items():
        rows = [row for row, _ in pairs]
        shown = "、".join(
            f"{r['cell']}={as_found(r['value'])}（上一轮{as_found(known)}）" for r, known in pairs[:5]
        )
        last = rows[-1]
        findings.add("X29", "question", f"{shown}{'等' if len(pairs) > 5 else ''}，与上一轮已报数不一致",
                     "请核对；确有更正的请说明原因", unit=last["unit"], file=last["file"], sheet=last["sheet"], cell=last["cell"],
                     item=item_of(last), value=last["raw"], affects=(indicator,),
                     fields=tuple((r["cell"], item_of(r), r["raw"]) for r in rows) if len(rows) > 1 else ())  # fmt: skip
        hold(rows, "question", "X29")


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
            findings.add("X30", "note", f"{indicator.id}{told}，抽查时优先核对名册", unit=last["unit"], file=last["file"],
                         sheet=last["sheet"], cell=last["cell"], item=item_of(last), value=last["raw"],
                         affects=(indicator.id,))  # fmt: skip
