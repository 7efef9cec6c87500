"""Evidence files beside the returns: one file used for two pieces of evidence is asked about."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

from kepu_eval.returns.findings import Findings
from kepu_eval.returns.sent import Sent

FOLDER = "佐证"
_CHUNK = 2**20


def attachment_hashes(sent: Sent, folder: Path) -> None:
    """Fill ``attachment`` (SHA-256) of evidence whose file lies in ``佐证/<unit>/`` beside the return.

    A file name from a cell is only compared with the names that are there; it never becomes a path.
    """
    place = folder / FOLDER / sent.unit.name
    if not place.is_dir():
        return
    there = {path.name: path for path in place.iterdir() if path.is_file()}
    for row in sent.parts["evidence"]:
        path = there.get(row["filename"])
        if path is not None:
            row["attachment"] = _digest(path)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def check_attachments(evidence: list[dict], findings: Findings) -> None:
    """Ask about every file that serves as two pieces of evidence (C58)."""
    by_hash: dict[str, list[dict]] = defaultdict(list)
    for row in evidence:
        if row["attachment"]:
            by_hash[row["attachment"]].append(row)
    for rows in by_hash.values():
        first, *others = rows
        for row in others:
            if (row["unit"], row["evidence"]) != (first["unit"], first["evidence"]):
                findings.add("C58", "question", f"佐证{first['evidence']}与{row['evidence']}的附件内容相同（{row['filename']}）",
                             "请说明是否同一活动，或补交各自的佐证", unit=row["unit"], file=row["file"], sheet=row["sheet"],
                             cell=f"第{row['row']}行", value=row["filename"])  # fmt: skip
