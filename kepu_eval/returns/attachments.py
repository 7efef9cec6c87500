"""Evidence files beside the returns: whether they are there, can be opened, and serve for more than one claim."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections import defaultdict
from pathlib import Path

from kepu_eval.returns.findings import Findings, row_place
from kepu_eval.returns.layout import EVIDENCE
from kepu_eval.returns.model import DAMAGED, MISSING, NOT_PRESENT
from kepu_eval.returns.sent import Sent

FOLDER = "佐证"
_CHUNK = 2**20
_LISTED = 8
_NUMBERED = re.compile(r"(?:佐证|附件)?([A-Za-z]*)-?(\d{1,9})")
_ZIPPED = {".docx", ".xlsx", ".pptx", ".zip", ".ods", ".odt", ".ofd"}
_OLE = b"\xd0\xcf\x11\xe0"
_BEGINS = {
    ".pdf": b"%PDF-", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".png": b"\x89PNG",
    ".doc": _OLE, ".xls": _OLE, ".ppt": _OLE,
}  # fmt: skip


def attachments(folder: Path, unit_name: str) -> dict[str, Path] | None:
    """Files in ``佐证/<unit>/`` of a folder by name; ``None`` when there is no such folder.

    A file name from a cell is only looked up in this; it never becomes a path.
    """
    place = folder / FOLDER / unit_name
    return {path.name: path for path in place.iterdir() if path.is_file()} if place.is_dir() else None


def attachment_state(name: str, there: dict[str, Path]) -> str:
    """SHA-256 of a listed file, or :data:`MISSING`, or :data:`DAMAGED` (empty, or not what its ending says)."""
    path = there.get(name)
    if path is None:
        return MISSING
    try:
        return _digest(path) if _can_be_opened(path) else DAMAGED
    except OSError:
        return DAMAGED


def attachment_hashes(sent: Sent, folder: Path) -> None:
    """Fill ``attachment`` of the evidence that names a file, where ``佐证/<unit>/`` lies beside the return."""
    there = attachments(folder, sent.unit.name)
    for row in sent.parts["evidence"]:
        if there is not None and row["filename"]:
            row["attachment"] = attachment_state(row["filename"], there)


def check_listed(sent: Sent) -> None:
    """Tell which numbers of evidence statements, figures and activities name that the catalogue does not have (X09).

    A number is taken as the catalogue writes it: p1, P-01 and 1 are P01 where nothing else could be meant.
    """
    listed = {row["evidence"] for row in sent.parts["evidence"]}
    alike: dict[tuple[str, int], list[str]] = defaultdict(list)
    for number in sorted(listed):
        letters, digits = plain_number(number)
        for key in {(letters, digits), ("", digits)}:
            alike[key].append(number)
    claims = (*sent.parts["statuses"], *sent.parts["observations"], *sent.parts["events"])
    for row in claims:
        row["evidence"] = tuple(
            dict.fromkeys(
                found[0] if item not in listed and len(found := alike[plain_number(item)]) == 1 else item
                for item in row["evidence"]
            )
        )
    cited: dict[str, str] = {}
    for row in claims:
        for item in row["evidence"]:
            cell = row["cells"].get("evidence", "") if "cells" in row else row["cell"]
            cited.setdefault(item, f"{row['sheet']}{cell}")
    unlisted = [item for item in cited if item not in listed]
    if unlisted:
        more = "等" if len(unlisted) > _LISTED else ""
        shown = "、".join(unlisted[:_LISTED]) + more
        told = "、".join(f"{item}（{cited[item]}）" for item in unlisted[:_LISTED]) + more
        sent.findings.add("X09", "note", f"佐证{told}不在佐证目录中，不作为佐证", "请在佐证目录中补列，编号与任务自查一致",
                          **sent.place, sheet=EVIDENCE, value=shown)  # fmt: skip


def plain_number(number: str) -> tuple[str, int]:
    """Letters and number of evidence, however they are written."""
    found = _NUMBERED.fullmatch(number.replace(" ", ""))
    return (found[1].upper(), int(found[2])) if found else (number, -1)


def _can_be_opened(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in _ZIPPED:
        return zipfile.is_zipfile(path)
    with path.open("rb") as stream:
        head = stream.read(8)
    return bool(head) and head.startswith(_BEGINS.get(suffix, b""))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def check_attachments(evidence: list[dict], findings: Findings) -> None:
    """Ask about every file that serves as two pieces of evidence (C58); tell which are not there (X09)."""
    by_hash: dict[str, list[dict]] = defaultdict(list)
    for row in evidence:
        if row["attachment"] in NOT_PRESENT:
            findings.add("X09", "note", f"佐证{row['evidence']}的附件“{row['filename']}”{row['attachment']}，不作为佐证",
                         f"请把文件放入“{FOLDER}”下本单位的文件夹，文件名与目录一致", **row_place(row, "filename"))  # fmt: skip
        elif row["attachment"]:
            by_hash[row["attachment"]].append(row)
    for rows in by_hash.values():
        first, *others = rows
        for row in others:
            if (row["unit"], row["evidence"]) != (first["unit"], first["evidence"]):
                findings.add("C58", "question", f"佐证{first['evidence']}与{row['evidence']}的附件内容相同（{row['filename']}）",
                             "请说明是否同一活动，或补交各自的佐证", **row_place(row, "filename"))  # fmt: skip
