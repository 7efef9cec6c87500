"""What is missing, and how far it could move the counts; findings that only an evaluation can make."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation.model import Rating, band
from kepu_eval.plan import Plan, Stage
from kepu_eval.returns import Returns, frame
from kepu_eval.returns.decisions import SWITCHED_OFF
from kepu_eval.rows import Row

_DONE, _GOING = ("完成", "基本完成"), ("正在推进",)


def cover(plan: Plan, units: pd.DataFrame, tasks: pd.DataFrame, stage: Stage) -> pd.DataFrame:
    """Rows ``returned`` and ``on_course``: known, total, value, low and high, as counts.

    ``on_course`` keeps tasks without data in ``total`` (worked example E12); ``total_known`` leaves them out.
    """
    good = _DONE if stage is Stage.FINAL else _DONE + _GOING
    low, high = (int(tasks[side].map(band).isin(good).sum()) for side in ("rating_low", "rating_high"))
    returned = int(units["submitted"].sum())
    return pd.DataFrame(
        [
            {"item": "returned", "label": "报送率", "value": returned, "total": len(plan.units),
             "total_known": len(plan.units), "low": returned, "high": returned},
            {"item": "on_course", "label": "达到要求的任务", "value": int(tasks["band"].isin(good).sum()),
             "total": len(tasks), "total_known": int(tasks["rating"].ne(Rating.UNKNOWN).sum()), "low": low, "high": high},
        ]
    )  # fmt: skip


def findings(
    plan: Plan, returns: Returns, tasks: pd.DataFrame, units: pd.DataFrame, expired: pd.DataFrame
) -> pd.DataFrame:
    """The returns' findings followed by the evaluation's own.

    C51 lead missing, C53 return rate, C59 self-rating, X08 an accepted exception that has run out.
    """
    absent = set(units.loc[~units["submitted"], "name"])
    own = []
    for row in tasks.itertuples():
        if row.lead in absent and row.reporters:
            own.append(
                _note("C51", row, f"任务{row.number}牵头{row.lead}未报，按已报单位汇总", f"向{row.lead}催报")
            )
        if row.expected_reporters >= len(plan.units) and row.reporters < row.expected_reporters:
            own.append(
                _note(
                    "C53",
                    row,
                    f"任务{row.number}报送{row.reporters}/{row.expected_reporters}",
                    "见单位报送情况表",
                )
            )
        if row.agrees is False:
            text = f"任务{row.number}自评“{row.self_rating}”，规则判定“{row.display}”"
            own.append(_note("C59", row, text, "以规则判定为准，请牵头单位说明差异"))
    own += [_run_out(row) for row in expired.itertuples()]
    closed = returns.findings["answer"].astype(str).str.startswith(SWITCHED_OFF)
    off = set(returns.findings.loc[closed, "code"])
    own = [item for item in own if item["code"] not in off]
    start = len(returns.findings)
    rows = [{"finding": start + order, **item} for order, item in enumerate(own)]
    return (
        pd.concat([returns.findings, frame("findings", rows)], ignore_index=True)
        if rows
        else returns.findings
    )


def _note(code: str, row: Row, message: str, remedy: str) -> dict:
    return {"code": code, "severity": "note", "unit": "", "file": "", "sheet": "", "cell": "", "value": row.lead,
            "message": message, "remedy": remedy, "affects": (f"T{row.number:02d}",),
            "candidates": (), "answer": ""}  # fmt: skip


def _run_out(row: Row) -> dict:
    told = (
        f"{row.target}的例外（{row.document}，{row.approver}批准）已于{row.valid_until}到期，恢复按规则定级"
    )
    return {"code": "X08", "severity": "note", "unit": "", "file": row.file, "sheet": row.sheet, "cell": row.cell,
            "value": row.valid_until, "message": told, "remedy": "确需延期的，请重新报批并补记",
            "affects": (row.target,), "candidates": (), "answer": ""}  # fmt: skip
