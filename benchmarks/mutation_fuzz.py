"""Damage good workbooks in thousands of ways and read what is left.

    python -m benchmarks.mutation_fuzz [--mutants 2400] [--seed 20231128]

Each mutant is read in a child process under a limit of 1 GB of memory and 10 s. It must either be read or refused
with a message; a traceback, a crash of the process, a hang or too much memory is printed with the mutant's number,
which reproduces it. Exit code 1 when there was any.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import re
import sys
import zipfile
from pathlib import Path
from queue import Empty

import numpy as np

from kepu_eval.plan import load_plan
from kepu_eval.returns.reader import Content, RoundReader

FILES = Path(__file__).parent.parent / "tests" / "returns" / "files"
GOOD = ("original.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods")
SECONDS, MEGABYTES, BATCH = 10, 1024, 100
_TOKENS = (
    b"<", b">", b"</c>", b"<c r=\"XFD1048576\"><v>1</v></c>", b"\x00", b"&#0;", b"&lol;", b"<row r=\"99999999\">",
    b" hidden=\"1\"", b"t=\"s\"", b"<v>999999999</v>", b"<mergeCell ref=\"A1:XFD1048576\"/>", b"1e999", b"-1", b"[",
    b"table:number-columns-repeated=\"999999999\"", b"\xff\xfe", b"<!DOCTYPE a>", b"",
)  # fmt: skip


def mutant(number: int, seed: int) -> tuple[str, bytes]:
    """Name and bytes of one damaged workbook; the same number gives the same bytes."""
    rng = np.random.default_rng([seed, number])
    name = GOOD[number % len(GOOD)]
    data = (FILES / name).read_bytes()
    if name.endswith(".xls") or number // len(GOOD) % 2:
        return name, _damaged(data, rng)
    return name, _rezipped(data, rng)


def _damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Bytes flipped, cut out, repeated, or replaced by something that means a lot elsewhere."""
    content = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        if not content:
            break
        at, kind = int(rng.integers(len(content))), int(rng.integers(4))
        span = int(rng.integers(1, 65))
        if kind == 0:
            content[at] = int(rng.integers(256))
        elif kind == 1:
            del content[at : at + (span if rng.random() < 0.9 else len(content))]
        elif kind == 2:
            content[at:at] = content[at : at + span]
        else:
            content[at : at + span] = _TOKENS[int(rng.integers(len(_TOKENS)))]
    return bytes(content)


def _rezipped(data: bytes, rng: np.random.Generator) -> bytes:
    """An archive that is whole, with one damaged part: this is what reaches the XML readers."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        names = good.namelist()
        sheets = [name for name in names if "sheet" in name or name == "content.xml"]
        pool = sheets if rng.random() < 0.7 else names
        chosen = pool[int(rng.integers(len(pool)))]
        change = _rewritten if rng.random() < 0.7 else _damaged
        for name in names:
            part = good.read(name)
            bad.writestr(name, change(part, rng) if name == chosen else part)
    return stream.getvalue()


def _rewritten(data: bytes, rng: np.random.Generator) -> bytes:
    """Digits and quoted words replaced, so that the XML stays whole and its meaning goes astray."""
    found = list(re.finditer(rb'(?<=")[^"<>]{1,40}(?=")|(?<=>)[^<>]{1,40}(?=<)|\d+', data))
    if not found:
        return _damaged(data, rng)
    for place in sorted((found[int(n)] for n in rng.integers(len(found), size=5)), key=lambda m: -m.start()):
        others = (
            found[int(rng.integers(len(found)))][0],
            b"-1",
            b"1048576",
            b"99999999999999999999",
            b"XFD1048576",
            b"e",
            b"",
        )
        data = data[: place.start()] + others[int(rng.integers(len(others)))] + data[place.end() :]
    return data


def _read_batch(first: int, last: int, seed: int, problems: multiprocessing.Queue) -> None:
    import resource  # limits and alarms are POSIX; on Windows only the mutants can be made
    import signal

    limit = MEGABYTES * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    reader = RoundReader(load_plan(), "2023-midterm")
    refused = 0
    for number in range(first, last):
        name, data = mutant(number, seed)
        problems.put(("begin", number, name))
        signal.alarm(SECONDS)
        try:
            read = reader.interpret(
                Path(f"区农牧局{Path(name).suffix}"), Content(f"区农牧局{Path(name).suffix}", data, "0")
            )
        except BaseException as error:
            problems.put(("traceback", number, f"{name}: {type(error).__name__}: {error}"))
        else:
            if read.note and not read.findings:
                problems.put(("silent", number, name))
            refused += bool(read.note)
        finally:
            signal.alarm(0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    problems.put(("done", refused, peak))


def run(mutants: int, seed: int) -> tuple[list[str], int, int]:
    """Problems in words, how many mutants were refused, and the largest memory of a process in MB."""
    context = multiprocessing.get_context("spawn")
    problems, refused, peak = [], 0, 0
    first = 0
    while first < mutants:
        last = min(first + BATCH, mutants)
        queue = context.Queue()
        child = context.Process(target=_read_batch, args=(first, last, seed, queue))
        child.start()
        reached, done = first, False
        while not done:
            try:
                kind, number, told = queue.get(timeout=1)
            except Empty:
                if child.is_alive():  # a hang ends by its alarm
                    continue
                break
            if kind == "begin":
                reached = number
            elif kind == "done":
                refused, peak, done = refused + number, max(peak, told), True
            else:
                problems.append(f"{kind} {number} {told}")
        child.join(SECONDS)
        if not done:
            problems.append(f"crash or hang {reached} (exit code {child.exitcode})")
            child.kill()
            last = reached + 1
        first = last
    return problems, refused, peak


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=20231128)
    given = parser.parse_args()
    problems, refused, peak = run(given.mutants, given.seed)
    print(
        f"{given.mutants} mutants: {given.mutants - refused} read, {refused} refused, peak memory {peak} MB"
    )
    for line in problems:
        print(line)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
