"""The process that reads files: ``python -m kepu_eval.spreadsheets.child``, a line and the file's bytes in, a line out."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import PurePath

from kepu_eval.spreadsheets import limits, transfer
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import read_book


def main() -> None:
    """Read until nothing more is asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts the reading ends this process, too
    limits.impose()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    for line in iter(asked.readline, b""):
        job = json.loads(line)
        content = asked.read(job["bytes"])
        limits.begin_file()
        answers.write(_answer(job["name"], content))
        answers.flush()


def _answer(name: str, content: bytes) -> bytes:
    try:
        return transfer.sent(read_book(PurePath(name), content))
    except UnreadableError as error:
        return transfer.refused(error)


if __name__ == "__main__":
    main()
