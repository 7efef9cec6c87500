"""A report's publishing killed between any two steps: the folder must hold the old set or the new one, never a mixture.

``python -m benchmarks.kills [--kills 200] [--seed N]``: each kill is a forked process that is stopped with SIGKILL before a
line of the publishing code, drawn anew each time. Exit code 1 when a folder was neither, or a person's file was lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from kepu_eval import files
from kepu_eval.runner import publishing

NAMES = ("报告.ipynb", "报告.docx", "报告.pdf", "报告.xlsx")
_WATCHED = {publishing.__file__, files.__file__}
EDITED, OWN = b"as a person edited it", b"a person's own"


def report(text: str) -> dict[str, bytes]:
    """A set of files with its manifest."""
    bodies = {name: f"{text} {name}".encode() * 50 for name in NAMES}
    hashes = {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}
    return bodies | {publishing.MANIFEST: json.dumps({"files": hashes}).encode()}


def killed(folder: Path, contents: dict[str, bytes], step: int, *, replace: bool = False) -> bool:
    """Publish in a forked process that is killed before line number ``step``; whether it came so far."""
    child = os.fork()
    if child == 0:
        left = step

        def trace(frame: FrameType, event: str, _: object) -> object:
            nonlocal left
            if frame.f_code.co_filename not in _WATCHED:
                return None
            if event == "line":
                left -= 1
                if left <= 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        publishing.publish(folder, contents, replace=replace)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def state(folder: Path, sets: dict[str, dict[str, bytes]]) -> str:
    """Which of the sets a folder holds; empty for a mixture."""
    for name, contents in sets.items():
        there = {path.name: path.read_bytes() for path in folder.iterdir() if path.name in contents}
        edited = there | ({"报告.docx": contents["报告.docx"]} if there.get("报告.docx") == EDITED else {})
        if contents in (there, edited):
            return name
    return ""


def trial(place: Path, step: int, *, replace: bool) -> tuple[str, bool, bool]:
    """Old or new set after a kill; whether the person's files are still there; whether the run came so far."""
    folder, old, new = place / "报告", report("old"), report("new")
    publishing.publish(folder, old)
    (folder / "报告.docx").write_bytes(EDITED)
    (folder / "备注.txt").write_bytes(OWN)
    came = killed(folder, new, step, replace=replace)
    found = state(folder, {"old": old, "new": new}) if folder.exists() else ""
    publishing.recover(folder)
    again = state(folder, {"old": old, "new": new})
    everywhere = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    return (found if found == again else ""), EDITED in everywhere and OWN in everywhere, came


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    rng, done = random.Random(seed), {"old": 0, "new": 0, "": 0}
    lost = kills = 0
    longest = 400
    while kills < options.kills:
        with tempfile.TemporaryDirectory() as place:
            step = rng.randrange(1, longest)
            found, kept, came = trial(Path(place), step, replace=rng.random() < 0.5)
            if not came:
                longest = min(longest, step)
                continue
            kills += 1
            done[found] += 1
            lost += not kept
            if not found or not kept:
                print(f"step {step}: {found or 'mixture'}, kept {kept}")
    print(
        f"seed {seed}: {kills} kills, {done['old']} old set, {done['new']} new set, {done['']} mixed, {lost} lost a person's file"
    )
    sys.exit(1 if done[""] or lost else 0)


if __name__ == "__main__":
    main()
