"""Returns from wherever they are: a folder of files, or the ledger they were collected into."""

from __future__ import annotations

from pathlib import Path

from kepu_eval.errors import KepuError
from kepu_eval.plan import Plan
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import Returns
from kepu_eval.returns.reader import read_round


def open_returns(
    path: Path, plan: Plan, round_id: str, decisions: Decisions | None = None
) -> tuple[Returns, Decisions]:
    """A round's returns and the decisions they were read with.

    A folder is read with ``decisions``; a ledger has its own, which ``decisions`` cannot override (they are
    imported into it instead): giving both raises ``KepuError``, and so does a ledger of another plan's rounds.
    """
    if path.is_dir():
        decisions = decisions or Decisions.none()
        return read_round(path, plan, round_id, decisions=decisions), decisions
    if decisions is not None:
        raise KepuError("由台账出报告时不另给复核意见表：请先用 kepu-eval decide import 记入台账")
    with Ledger(path) as ledger:
        kept = ledger.rounds()
        if kept and not {rnd.id for rnd in plan.rounds} & set(kept):
            raise KepuError(
                f"“{path.name}”中的轮次（{'、'.join(kept)}）都不在方案“{plan.meta.title}”中，请用 plan 参数指定台账所属的方案"
            )
        return ledger.returns(plan, round_id), ledger.decisions(round_id)
