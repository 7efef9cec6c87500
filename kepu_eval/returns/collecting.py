"""Collecting a folder of returns into the ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from kepu_eval.personal_data import masked
from kepu_eval.plan import Plan
from kepu_eval.returns.attachments import FOLDER
from kepu_eval.returns.ledger import Encoded, Ledger
from kepu_eval.returns.model import Submission
from kepu_eval.returns.reader import READER_VERSION, RoundReader, files_of, is_simulated
from kepu_eval.spreadsheets.opening import side_by_side


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
    side until it is decided which of them counts. The files are read first, and only then is the ledger kept from
    other programs, for as long as it takes to write. Raises ``FileNotFoundError`` when the folder does not exist,
    :class:`~kepu_eval.returns.ledger.LedgerError` when another program keeps the ledger.
    """
    folder = Path(folder)
    files = files_of(folder)
    simulated = is_simulated(folder)
    while True:
        seen = ledger.state(round_id)
        read = _read(files, RoundReader(plan, round_id, ledger.decisions(round_id)), ledger, folder, progress)
        rows = ledger.encoded(each.submission for each in read if each.submission)
        with ledger.writing():
            if ledger.state(round_id) == seen:  # otherwise another program has written meanwhile: look again
                begin = partial(ledger.begin_collect, round_id, masked(folder.name), at, simulated=simulated)
                return _write(read, rows, ledger, round_id, cache(begin), plan.sha256)


@dataclass(frozen=True)
class _Read:
    """A file with what the ledger holds of it (a head, or nothing), and what is to be stored, if anything is."""

    file: str
    known: dict | None
    submission: Submission | None


def _read(
    files: list[Path],
    reader: RoundReader,
    ledger: Ledger,
    folder: Path,
    progress: Callable[[Iterable], Iterable] | None,
) -> list[_Read]:
    """Read what is not in the ledger yet, or may read differently now."""
    stored = {(row["file"], row["sha256"]): row for row in ledger.current(reader.round.id)}
    answered, attached = bool(reader.decisions.answers), (folder / FOLDER).is_dir()

    def settled(known: dict | None) -> bool:
        as_then = known and (known["plan_sha256"], known["reader"]) == (reader.plan.sha256, READER_VERSION)
        return bool(as_then and not known["note"] and (known["unit"] or not answered) and not attached)

    def read(path: Path) -> tuple[str, dict | None, Submission | None]:
        content = reader.content(path)
        known = stored.get((content.file, content.sha256))
        return content.file, known, None if settled(known) else reader.interpret(path, content)

    found = []
    for _, (file, known, submission) in side_by_side(read, progress(files) if progress else files):
        same = known and submission and _same(submission, ledger.submission(known["id"]))
        found.append(_Read(file, known, None if same else submission))
    return found


def _write(
    read: list[_Read],
    rows: Sequence[Encoded],
    ledger: Ledger,
    round_id: str,
    this_collect: Callable[[], int],
    plan_sha256: str,
) -> Collected:
    """Store what is new and close what it supersedes."""
    done = Collected()
    here: dict[str, list[int]] = defaultdict(list)
    readable: set[str] = set()
    for each in read:
        if each.submission is None:
            done.unchanged.append(each.file)
            here[each.known["unit"]].append(each.known["id"])
            readable |= {each.known["unit"]} if not each.known["note"] else set()
        else:
            done.added.append(each.file)
            readable |= {each.submission.unit} if not each.submission.note else set()
            here[each.submission.unit] += []
    for row in ledger.current(round_id):
        replaced = row["unit"] in readable or bool(row["note"])
        if row["unit"] in here and row["id"] not in here[row["unit"]] and replaced:
            ledger.close_submission(row["id"], this_collect())
            done.closed.append(row["file"])
    if rows:
        ledger.add(this_collect(), round_id, rows, plan_sha256, READER_VERSION)
    return done


def _same(one: Submission, other: Submission) -> bool:
    """Whether two readings say the same; as text, because a missing number never equals itself."""
    first, second = (json.dumps(vars(s), default=str, sort_keys=True) for s in (one, other))
    return first == second
