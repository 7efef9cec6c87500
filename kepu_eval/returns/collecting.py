"""Collecting a folder of returns into the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kepu_eval.plan import Plan
from kepu_eval.returns.assembling import missing_tables
from kepu_eval.returns.attachments import FOLDER
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import NO_RETURN, SLIP, Submission
from kepu_eval.returns.reader import READER_VERSION, RoundReader, files_of, is_simulated


@dataclass
class Collected:
    """What a collect changed: file names."""

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def collect(
    folder: str | Path,
    plan: Plan,
    round_id: str,
    ledger: Ledger,
    *,
    at: datetime,
    progress: Callable[[Iterable], Iterable] | None = None,
) -> Collected:
    """Read every file of a folder into the ledger, all of it or nothing.

    What is there already is not read again; collecting twice changes nothing. A unit's new return supersedes what it
    sent before; what cannot be read, or is no return, supersedes none. Files of one unit that lie in the folder
    together stay side by side until it is decided which of them counts. Raises ``FileNotFoundError`` when the folder
    does not exist, :class:`~kepu_eval.returns.ledger.LedgerError` when another program keeps the ledger.
    """
    folder = Path(folder)
    files = files_of(folder)
    done = Collected()
    with ledger.writing():
        decisions = ledger.decisions(round_id)
        reader = RoundReader(plan, round_id, decisions)
        current = ledger.current(round_id)
        stored = {(row["file"], row["sha256"]): row for row in current}
        started: list[int] = []

        def this_collect() -> int:
            if not started:
                started.append(
                    ledger.begin_collect(round_id, folder.name, at, simulated=is_simulated(folder))
                )
            return started[0]

        asked_whose = ledger.asked_whose()
        here: list[dict] = []
        new: list[Submission] = []
        for path in progress(files) if progress else files:
            content = reader.content(path)
            known = stored.get((content.file, content.sha256))
            settled = known and (known["plan_sha256"], known["reader"]) == (plan.sha256, READER_VERSION)
            hangs = known and (known["id"] in asked_whose or (decisions.answers and not known["unit"]))
            if settled and not hangs and not (folder / FOLDER).is_dir():
                submission = None
            else:
                submission = reader.interpret(path, content)
                if known and _same(submission, ledger.submission(known["id"])):
                    submission = None
            if submission is None:
                done.unchanged.append(content.file)
                here.append(known)
            else:
                done.added.append(content.file)
                new.append(submission)
        for row in current:
            if row not in here and _superseded(row, ledger, new, here, folder.name):
                ledger.close_submission(row["id"], this_collect())
                done.closed.append(row["file"])
        for submission in new:
            ledger.add(this_collect(), round_id, submission, plan.sha256, READER_VERSION)
    return done


def _superseded(row: dict, ledger: Ledger, new: list[Submission], here: list[dict], folder: str) -> bool:
    """Whether a stored submission ceases to count, with ``new`` ones in the folder and others still ``here``.

    A return gives way only to a return of its unit that has all of its tables; what is none, to a return of the unit,
    to another file of its name, or when it is gone from the folder that it was in.
    """
    stored = [ledger.submission(r["id"]) for r in here if r["unit"] == row["unit"] and not r["note"]]
    returns = stored + [s for s in new if s.unit == row["unit"] and not s.note]
    if not row["note"]:
        lacking = missing_tables(ledger.submission(row["id"])) if returns else frozenset()
        return any(missing_tables(s) <= lacking for s in returns)
    if any(s.file == row["file"] for s in new):
        return True
    if row["status"] in NO_RETURN or not row["unit"]:
        return row["status"] != SLIP and row["folder"] == folder
    return bool(returns)


def _same(one: Submission, other: Submission) -> bool:
    """Whether two readings say the same; as text, because a missing number never equals itself."""
    first, second = (json.dumps(vars(s), default=str, sort_keys=True) for s in (one, other))
    return first == second
