"""Which of several returns of one unit takes the place of the others: by what they declare and hold.

A busy clerk sends 区农牧局.xlsx, then 区农牧局（修改）.xlsx. That needs no question where the later report date on the cover
says which is meant, or where one holds all that the others hold. A file's name or time alone decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kepu_eval.returns.differences import differences
from kepu_eval.returns.layout import NUMBERS, SCHOOLS, TASKS
from kepu_eval.returns.model import Submission

_PREPARED = (NUMBERS, TASKS, SCHOOLS)
_REVISED = re.compile(
    r"修改|更正|补正|订正|修订|改正|最终|终版|终稿|定稿|新版|补报|重报|[vV]\d|[二三四五2-9]稿|第[二三四五2-9]版"
)


def in_force(submissions: Sequence[Submission]) -> tuple[Submission, str] | None:
    """The return that counts, and why; ``None`` where what they say does not settle it."""
    for new in submissions:
        reasons = [_replaces(new, old) for old in submissions if old is not new]
        if all(reasons):
            return new, "、".join(dict.fromkeys(reasons))
    return None


def _replaces(new: Submission, old: Submission) -> str:
    """Why one return takes the other's place; empty when it does not, or it is not clear."""
    if new.received and old.received and new.received < old.received:
        return ""
    told = differences(old, new)
    if told["原值"].eq("").all():
        return "内容包含其余各份"
    dated = bool(new.received and old.received and new.received > old.received)
    emptied = told[told["现值"].eq("") & told["工作表"].isin(_PREPARED)]
    named = bool(_REVISED.search(old.file)) and not _REVISED.search(new.file)
    return f"报送日期{new.received}较晚" if dated and emptied.empty and not named else ""
