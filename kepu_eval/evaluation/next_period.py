"""What a period's end says to the next plan: which targets were reached early, reached, missed, or can't be told, with why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from kepu_eval.evaluation.model import Rating
from kepu_eval.number_text import number_text

EARLY, REACHED, NEARLY, MISSED, UNKNOWN = "提前达到", "达到", "接近达到", "没有达到", "不能判定"
_FOUND = {
    Rating.DONE: REACHED, Rating.NEARLY_DONE: NEARLY, Rating.NOT_DONE: MISSED, Rating.NOT_STARTED: MISSED,
}  # fmt: skip
_ADVICE = {
    EARLY: "提高目标，或改为保持", REACHED: "沿用，或提高目标", NEARLY: "沿用", MISSED: "沿用，查明原因后重定进度",
    UNKNOWN: "先补数据来源，再定目标",
}  # fmt: skip
_CLEARER = "写明口径"


class Outlook(NamedTuple):
    """One indicator at a period's end. ``unclear``: its rating hangs on how the plan is read."""

    id: str
    key: str
    name: str
    found: str
    unclear: bool
    evidence: str
    advice: str


def outlooks(indicators: Iterable[Mapping[str, object]]) -> list[Outlook]:
    """Each row of a final's results (see :mod:`kepu_eval.report.results`) with what it says to the next plan."""
    return [_outlook(row) for row in indicators]


def _outlook(row: Mapping[str, object]) -> Outlook:
    found = _FOUND.get(Rating(str(row["rating"])), UNKNOWN)
    if found == REACHED and row["earlier_rating"] == Rating.DONE:
        found = EARLY
    unclear = bool(row["unstable"])
    advice = _ADVICE[found] + (f"；{_CLEARER}" if unclear else "")
    return Outlook(
        str(row["id"]), str(row["key"]), str(row["name"]), found, unclear, _evidence(row, unclear), advice
    )


def _evidence(row: Mapping[str, object], unclear: bool) -> str:
    told = [
        f"期末评{row['rating']}"
        + (
            f"（{row['rating_low']}至{row['rating_high']}）"
            if row["rating_low"] != row["rating_high"]
            else ""
        )
    ]
    if row["earlier_rating"]:
        told.insert(0, f"中期评{row['earlier_rating']}")
    told.append(final_text(row))
    if unclear:
        told.append("换一种口径或界限，评级会变")
    return "；".join(told)


def final_text(row: Mapping[str, Any]) -> str:
    """The value at the end with its bounds, or that it is not known."""
    value, low, high = (
        None if row[side] is None else number_text(round(float(row[side]), 2))
        for side in ("value", "low", "high")
    )
    unit = row["value_unit"]
    if value is None:
        bounds = f"，{low}至{high}{unit}" if low and high else f"，不少于{low}{unit}" if low else ""
        return f"期末值不能确定{bounds}"
    label = "" if row["value_label"] in ("", "现值", "估计值") else row["value_label"]
    return f"期末{label}{value}{unit}" + (f"（{low}至{high}{unit}）" if low and high and low != high else "")
