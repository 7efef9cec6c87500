"""What changed between two submissions of a unit, cell by cell."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from kepu_eval.returns.cells import tidy
from kepu_eval.returns.model import Submission

_COLUMNS = ["工作表", "行", "项目", "原单元格", "原值", "现单元格", "现值"]


def differences(before: Submission, after: Submission) -> pd.DataFrame:
    """Cells that were filled, emptied or changed, in the order of the newer file.

    A cell is followed by what its row and column are called, so that an inserted row is one difference and not
    hundreds; where names repeat (two events without a number) they are matched in order.
    """
    old, new = _named(before), _named(after)
    rows = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if (was and was["value"]) != (now and now["value"]):
            sheet, row, field, _ = name
            rows.append((sheet, row, field, was["cell"] if was else "", was["value"] if was else "",
                         now["cell"] if now else "", now["value"] if now else ""))  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _named(submission: Submission) -> dict[tuple[str, str, str, int], dict]:
    found: dict[tuple[str, str, str, int], dict] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for cell in submission.cells:
        name = (cell["sheet"], cell["row_name"], cell["field"])
        found[*name, times[name]] = cell | {"value": tidy(cell["value"])}
        times[name] += 1
    return found
