"""Collecting a folder of returns into the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from kepu_eval.personal_data import masked
from kepu_eval.plan import Plan
from kepu_eval.returns.assembling import missing_tables
from kepu_eval.returns.attachments import FOLDER
from kepu_eval.returns.fingerprint import refuse_unfit
from kepu_eval.returns.ledger import Ledger
from kepu_eval.returns.model import NO_RETURN, SLIP, Submission
from kepu_eval.returns.reader import READER_VERSION, Content, RoundReader, files_of, is_simulated
from kepu_eval.returns.roll import read_roll
from kepu_eval.safe_text import plain_text
from kepu_eval.spreadsheets.opening import side_by_side

AT_ONCE = 200
"""Files that are written in one transaction, which takes well under a second."""


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
    """Read every file of a folder into the ledger.

    What is there already is not read again; collecting twice changes nothing. A unit's new return supersedes what it
    sent before; what cannot be read, or is no return, supersedes none. Files of one unit that lie in the folder
    together stay side by side until it is decided which of them counts. The files are read first, and only then is the
    ledger kept from other programs, for as long as it takes to write: all of it or nothing, in a folder of more than
    :data:`AT_ONCE` files so many at a time, those of one unit together. Raises
    :class:`~kepu_eval.errors.KepuError` when the folder does not exist or another program keeps the ledger.
    """
    folder = Path(folder)
    files = files_of(folder)
    simulated, roll, shown = is_simulated(folder), read_roll(folder), masked(plain_text(folder.name))
    refuse_unfit(ledger.fingerprints(), plan, collecting=True)
    this_collect = cache(partial(ledger.begin_collect, round_id, shown, at, simulated=simulated))
    done = Collected()
    while True:
        seen = ledger.state(round_id)
        read = _read(files, RoundReader(plan, round_id, ledger.decisions(round_id)), ledger, folder, progress)
        for step in _steps(read, ledger, round_id, shown):
            laid = ledger.prepared(step.new)
            with ledger.writing():
                if ledger.state(round_id) != seen:  # another program has written meanwhile: look again
                    break
                ledger.keep_fingerprint(plan)
                for row in step.closing:
                    ledger.close_submission(row["id"], this_collect())
                if step.new:
                    ledger.add(this_collect(), round_id, step.new, laid, plan.sha256, READER_VERSION)
                if roll and roll != ledger.roll(round_id):
                    ledger.keep_roll(this_collect(), roll)
                seen = ledger.state(round_id)
            done.added += [submission.file for submission in step.new]
            done.closed += [row["file"] for row in step.closing]
        else:
            done.unchanged = [each.file for each in read if each.file not in done.added]
            return done


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
    asked_whose = ledger.asked_whose()

    def settled(known: dict) -> bool:
        as_then = (known["plan_sha256"], known["reader"]) == (reader.plan.sha256, READER_VERSION)
        hangs = known["id"] in asked_whose or (answered and not known["unit"])
        return as_then and not known["note"] and not hangs and not attached

    def opened(path: Path) -> tuple[Content, dict | None, bool]:
        content = reader.content(path)
        known = stored.get((content.file, content.sha256))
        again = not (known and settled(known))
        return reader.opened(path, content) if again else content, known, again

    found = []
    for path, (content, known, again) in side_by_side(opened, progress(files) if progress else files):
        submission = reader.interpret(path, content) if again else None
        same = known and submission and _same(submission, ledger.submission(known["id"]))
        found.append(_Read(content.file, known, None if same else submission))
    return found


@dataclass(frozen=True)
class _Step:
    """What is written at once: new submissions, and those (heads) that they supersede."""

    new: list[Submission] = field(default_factory=list)
    closing: list[dict] = field(default_factory=list)


def _steps(read: list[_Read], ledger: Ledger, round_id: str, folder: str) -> list[_Step]:
    """What is to be written, at least one step; a unit's files are in the same one."""
    here = [each.known for each in read if each.known and not each.submission]
    new = [each.submission for each in read if each.submission]
    steps = [_Step() for _ in range(0, max(len(new), 1), AT_ONCE)]
    step_of: dict[str, _Step] = {}
    for place, submission in enumerate(new):
        step = step_of.setdefault(submission.unit or submission.file, steps[place // AT_ONCE])
        step.new.append(submission)
    current, lacking = ledger.current(round_id), ledger.lacking(round_id)
    told = {row["id"]: lacking.get(row["id"], frozenset()) for row in current}
    for row in current:
        if row not in here and _superseded(row, told, new, here, folder):
            step_of.get(row["unit"] or row["file"], steps[0]).closing.append(row)
    return steps


def _superseded(
    row: dict, lacking: dict[int, frozenset[str]], new: list[Submission], here: list[dict], folder: str
) -> bool:
    """Whether a stored submission ceases to count, with ``new`` ones in the folder and others still ``here``.

    A return gives way only to a return of its unit that has all of its tables; what is none, to a return of the unit,
    to another file of its name, or when it is gone from the folder that it was in. ``lacking``: the tables that stored
    submissions do not have, by number.
    """
    returns = [lacking[r["id"]] for r in here if r["unit"] == row["unit"] and not r["note"]]
    returns += [missing_tables(s.findings) for s in new if s.unit == row["unit"] and not s.note]
    if not row["note"]:
        return any(lacks <= lacking[row["id"]] for lacks in returns)
    if any(s.file == row["file"] for s in new):
        return True
    if row["status"] in NO_RETURN or not row["unit"]:
        return row["status"] != SLIP and row["folder"] == folder
    return bool(returns)


def _same(one: Submission, other: Submission) -> bool:
    """Whether two readings say the same; as text, because a missing number never equals itself."""
    first, second = (json.dumps(vars(s), default=str, sort_keys=True) for s in (one, other))
    return first == second
