"""Collecting a folder of returns into the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kepu_eval.plan import Plan
from kepu_eval.returns.attachments import FOLDER
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import Submission
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

    What is there already is not read again; collecting twice changes nothing. A unit's new file supersedes what it
    sent before, unless the new one cannot be read; files of one unit that lie in the folder together stay side by
    side until it is decided which of them counts. Raises ``FileNotFoundError`` when the folder does not exist,
    :class:`~kepu_eval.returns.ledger.LedgerError` when another program keeps the ledger.
    """
    folder = Path(folder)
    files = files_of(folder)
    done = Collected()
    with ledger.writing():
        ledger.keep_fingerprint(plan)
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

        here: dict[str, list[int]] = defaultdict(list)
        readable: set[str] = set()
        new: list[Submission] = []
        for path in progress(files) if progress else files:
            content = reader.content(path)
            known = stored.get((content.file, content.sha256))
            settled = known and (known["plan_sha256"], known["reader"]) == (plan.sha256, READER_VERSION)
            if settled and (known["unit"] or not decisions.answers) and not (folder / FOLDER).is_dir():
                submission = None
            else:
                submission = reader.interpret(path, content)
                if known and _same(submission, ledger.submission(known["id"])):
                    submission = None
            if submission is None:
                done.unchanged.append(content.file)
                here[known["unit"]].append(known["id"])
                readable |= {known["unit"]} if not known["note"] else set()
            else:
                done.added.append(content.file)
                new.append(submission)
                readable |= {submission.unit} if not submission.note else set()
                here[submission.unit] += []
        for row in current:
            replaced = row["unit"] in readable or bool(row["note"])
            if row["unit"] in here and row["id"] not in here[row["unit"]] and replaced:
                ledger.close_submission(row["id"], this_collect())
                done.closed.append(row["file"])
        for submission in new:
            ledger.add(this_collect(), round_id, submission, plan.sha256, READER_VERSION)
    return done


def _same(one: Submission, other: Submission) -> bool:
    """Whether two readings say the same; as text, because a missing number never equals itself."""
    first, second = (json.dumps(vars(s), default=str, sort_keys=True) for s in (one, other))
    return first == second
