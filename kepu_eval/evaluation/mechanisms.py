"""Mechanisms as the office recorded them: of the district, or unit by unit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kepu_eval.evaluation.model import Rating
from kepu_eval.plan import Mechanism, Plan
from kepu_eval.returns import Returns

YES, NO, PARTLY = "有", "无", "部分有"
UNKNOWN = str(Rating.UNKNOWN)
UNIT_COLUMNS = ("mechanism", "unit", "name", "state", "basis", "note", "reason", "file", "sheet", "cell")
COLUMNS = ("mechanism", "text", "by_unit", "state", "basis", "note")


def mechanisms_by_unit(
    plan: Plan, returns: Returns, record: pd.DataFrame | None, switches: Mapping[str, str]
) -> pd.DataFrame:
    """One row a mechanism that each unit has to have, and a unit: 有 or 无 as recorded, else 数据不足 and the ``reason``.

    ``record``: the office's (item, unit, state, basis, note, file, sheet, cell), if any. A group without known members
    has no rows.
    """
    told = {} if record is None else {(r["item"], r["unit"]): r for r in record.to_dict("records")}
    towns, silent = switches["towns_as_members"] == "count", returns.silent
    rows = []
    for mechanism in plan.mechanisms:
        for unit in plan.members(mechanism.owner, towns) if mechanism.by_unit else ():
            known = told.get((mechanism.id, unit.id), {})
            state = known.get("state") or UNKNOWN
            reason = "" if state != UNKNOWN else "该单位未报送" if unit.id in silent else "没有该单位的记录"
            place = {name: known.get(name, "") for name in ("basis", "note", "file", "sheet", "cell")}
            head = {"mechanism": mechanism.id, "unit": unit.id, "name": unit.name}
            rows.append(head | {"state": state, "reason": reason} | place)
    return pd.DataFrame(rows, columns=UNIT_COLUMNS)


def judge_mechanisms(plan: Plan, record: pd.DataFrame | None, by_unit: pd.DataFrame) -> pd.DataFrame:
    """Every mechanism of the plan; what the office did not record is unknown.

    ``record``: mechanism, state, basis, note of the district as a whole. One that each unit has to have is as its units
    are (``by_unit``, of :func:`mechanisms_by_unit`): the office's word on the whole does not tell who has it.
    """
    told = {} if record is None else {row["mechanism"]: row for row in record.to_dict("records")}
    return pd.DataFrame(
        (_mechanism(item, told.get(item.id, {}), by_unit) for item in plan.mechanisms), columns=COLUMNS
    )


def _mechanism(item: Mechanism, told: dict, by_unit: pd.DataFrame) -> dict:
    row = {"mechanism": item.id, "text": item.text, "by_unit": item.by_unit}
    basis, note = told.get("basis", ""), told.get("note", "")
    if not item.by_unit:
        return row | {"state": told.get("state") or UNKNOWN, "basis": basis, "note": note}
    states = by_unit.loc[by_unit["mechanism"].eq(item.id), "state"]
    overall = (
        f"办公室总的记录为“{told['state']}”{f'（{basis}）' if basis else ''}" if told.get("state") else ""
    )
    lacking = "" if len(states) else f"“{item.owner}”未列成员，无从分单位记录"
    return row | {
        "state": _of_all(states),
        "basis": "分单位记录" if len(states) else "",
        "note": "；".join(filter(None, (lacking, overall, note))),
    }


def _of_all(states: pd.Series) -> str:
    """A state is firm when what is unknown cannot change it."""
    yes, no = states.eq(YES).any(), states.eq(NO).any()
    if yes and no:
        return PARTLY
    if states.empty or states.eq(UNKNOWN).any():
        return UNKNOWN
    return YES if yes else NO
