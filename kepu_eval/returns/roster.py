"""Who has reported in a round, and what is still open with whom."""

from __future__ import annotations

import pandas as pd

from kepu_eval.plan import LEAD, Plan
from kepu_eval.returns.model import NO_RETURN, Returns

COLUMNS = ("unit", "unit_name", "status", "received", "files", "leads", "questions", "rejected")


def roster(returns: Returns, plan: Plan) -> pd.DataFrame:
    """One row a unit of the plan, in the plan's order.

    ``status``: 按时, 迟报, 未注明日期, 未报送, 无法读取 or 重复待确认; ``received``: latest date of reporting that its files state
    (ISO, empty when none does); ``files``: names of its returns, or of what it sent instead when there is none;
    ``leads``: numbers of the tasks it leads; ``questions``, ``rejected``: those still open.
    """
    plan = plan.in_round(returns.round_id)
    sent = dict(iter(returns.submissions.groupby("unit")))
    standing = returns.standing
    asked, refused = (
        rows["unit"].value_counts() for rows in (returns.open_questions, returns.open_rejections)
    )
    rows = []
    for unit in plan.units:
        own = sent[unit.id]
        other = own["status"].isin(NO_RETURN)
        files = own.loc[~other & own["file"].ne(""), "file"]
        rows.append(
            {
                "unit": unit.id,
                "unit_name": unit.name,
                "status": standing[unit.id],
                "received": max(own["received"]),
                "files": tuple(files if len(files) else own.loc[other, "file"]),
                "leads": tuple(task.number for task, role in plan.duties(unit) if role == LEAD),
                "questions": int(asked.get(unit.id, 0)),
                "rejected": int(refused.get(unit.id, 0)),
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
