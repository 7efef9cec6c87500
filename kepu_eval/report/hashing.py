"""Hashes of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from kepu_eval.returns import Ledger

_SQLITE = b"SQLite format 3"


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; of a ledger, of what it holds (its bytes change without it)."""
    with path.open("rb") as stream:
        if stream.read(len(_SQLITE)) == _SQLITE:
            with Ledger(path) as ledger:
                return ledger.digest()
    return hashlib.sha256(path.read_bytes()).hexdigest()
