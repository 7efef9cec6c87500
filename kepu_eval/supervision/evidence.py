"""The catalogue of evidence: what each piece serves for, whether its file is there, and what is used twice. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pandas as pd

from kepu_eval.returns import Returns
from kepu_eval.returns.attachments import NOT_PRESENT

EVIDENCE_COLUMNS = (
    "unit", "evidence", "title", "filename", "claims", "file_state", "sha256", "same_file_as", "same_reference_as",
    "file", "sheet", "row",
)  # fmt: skip
PRESENT, NOT_GIVEN, NOT_LISTED = "有", "未附附件", "未列入目录"


def evidence_catalogue(returns: Returns) -> pd.DataFrame:
    """One row a piece of evidence that is listed or referred to; columns :data:`EVIDENCE_COLUMNS`.

    ``claims``: commitments and activities that refer to it (tuple). ``file_state``: 有 (``sha256`` known), 未附附件 (no
    folder of attachments, or no file named), 缺失 or 打不开 (named but not usable), 未列入目录 (referred to, not listed).
    ``same_file_as``: other pieces with the same content, as 单位 id/编号; ``same_reference_as``: other pieces with the same
    title and document number. One and the same piece behind several claims shows in ``claims``.
    """
    claims = _claims(returns)
    rows, listed = [], set()
    for row in returns.evidence.itertuples():
        key = (row.unit, row.evidence)
        listed.add(key)
        state = row.attachment if row.attachment in NOT_PRESENT else PRESENT if row.attachment else NOT_GIVEN
        rows.append({
            "unit": row.unit, "evidence": row.evidence, "title": row.title, "filename": row.filename,
            "claims": tuple(claims.get(key, ())), "file_state": state,
            "sha256": row.attachment if state == PRESENT else "", "reference": row.reference,
            "file": row.file, "sheet": row.sheet, "row": row.row,
        })  # fmt: skip
    rows += [
        {"unit": unit, "evidence": evidence, "title": "", "filename": "", "claims": tuple(told), "file_state": NOT_LISTED,
         "sha256": "", "reference": "", "file": "", "sheet": "", "row": 0}
        for (unit, evidence), told in claims.items() if (unit, evidence) not in listed
    ]  # fmt: skip
    _same(rows, "same_file_as", lambda row: row["sha256"])
    _same(rows, "same_reference_as", lambda row: row["reference"] and (row["title"], row["reference"]))
    return pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS))


def _claims(returns: Returns) -> dict[tuple[str, str], list[str]]:
    claims: dict[tuple[str, str], list[str]] = defaultdict(list)
    named = (
        *((row.commitment, row) for row in returns.statuses.itertuples()),
        *((f"活动{row.number}", row) for row in returns.events.itertuples()),
    )
    for name, row in named:
        for evidence in row.evidence:
            claims[row.unit, evidence].append(name)
    return claims


def _same(rows: list[dict], column: str, key: Callable[[dict], object]) -> None:
    groups = defaultdict(list)
    for row in rows:
        row[column] = ()
        if key(row):
            groups[key(row)].append(row)
    for group in groups.values():
        for row in group:
            others = (f"{o['unit']}/{o['evidence']}" for o in group if o is not row)
            row[column] = tuple(dict.fromkeys(others))
