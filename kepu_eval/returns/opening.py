"""Returns from wherever they are: a folder of files, or the ledger they were collected into."""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path

from kepu_eval.errors import KepuError
from kepu_eval.files import write_whole
from kepu_eval.plan import Plan
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import Returns
from kepu_eval.returns.reader import read_round

READ_ONCE = "KEPU_EVAL_READ_ONCE"
"""Names, in the environment, a folder of this user's alone in which the reports of one command keep what they have read."""


def open_returns(
    path: Path, plan: Plan, round_id: str, decisions: Decisions | None = None
) -> tuple[Returns, Decisions]:
    """A round's returns and the decisions they were read with.

    A folder is read with ``decisions``, once for all reports of a command (:data:`READ_ONCE`); a ledger has its own,
    which ``decisions`` cannot override (they are imported into it instead): giving both raises ``KepuError``, and so
    does a ledger of another plan's rounds.
    """
    if path.is_dir():
        decisions = decisions or Decisions.none()
        return _once(path, plan, round_id, decisions), decisions
    if decisions is not None:
        raise KepuError("由台账出报告时不另给复核意见表：请先用 kepu-eval decide import 记入台账")
    with Ledger(path) as ledger:
        kept = ledger.rounds()
        if kept and not {rnd.id for rnd in plan.rounds} & set(kept):
            raise KepuError(
                f"“{path.name}”中的轮次（{'、'.join(kept)}）都不在方案“{plan.meta.title}”中，请用 plan 参数指定台账所属的方案"
            )
        return ledger.returns(plan, round_id), ledger.decisions(round_id)


def _once(folder: Path, plan: Plan, round_id: str, decisions: Decisions) -> Returns:
    """A folder as the first of a command's reports read it: reading is half of what a unit's report costs."""
    shared = os.environ.get(READ_ONCE)
    if not shared:
        return read_round(folder, plan, round_id, decisions=decisions)
    asked = pickle.dumps((str(folder.resolve()), round_id, plan.model_dump_json(), decisions))
    kept = Path(shared) / hashlib.sha256(asked).hexdigest()
    try:
        # Only the command's own reports write there (its folder is closed to others), so what is read is ours.
        return pickle.loads(kept.read_bytes())
    except FileNotFoundError:
        read = read_round(folder, plan, round_id, decisions=decisions)
        with suppress(OSError):  # a full disk only makes the next report read for itself
            write_whole(kept, pickle.dumps(read))
        return read
