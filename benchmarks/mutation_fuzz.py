"""Damage good workbooks in thousands of ways and collect what is left, with healthy returns beside it.

    python -m benchmarks.mutation_fuzz [--mutants 10000] [--seed 20231128] [--first 0]

A hundred mutants at a time lie in a folder with two healthy returns, and the folder is collected. It must hold: every
mutant is read or refused with a message, in less than 20 s; the healthy returns are stored whole; the ledger is kept
from other programs for less than a second of the processor. Whatever does not is printed with the mutants' numbers,
which reproduce it. Exit code 1 when there was any. A mutant that took too long is read once more: the machine may have
been busy.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import re
import shutil
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger, collect, read_round
from kepu_eval.returns.reader import RoundReader

ROOT = Path(__file__).parent.parent
FILES = ROOT / "tests" / "returns" / "files"
GOOD = ("original.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods")
EXAMPLE, HEALTHY, ROUND = ROOT / "data" / "example" / "2023-midterm", ("区妇联", "区财政局"), "2023-midterm"
SECONDS, KEPT, BATCH = 20, 1.0, 100
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
        change = (_rewritten, _rewritten, _damaged, _stretched, _unaddressed)[int(rng.integers(5))]
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


def _stretched(data: bytes, rng: np.random.Generator) -> bytes:
    """A piece of markup again and again, so that whoever looks back from each looks far."""
    tags = re.findall(rb"<[^<>]{1,60}>|<[a-z:]{1,20} ", data) or [b"<"]
    tag = tags[int(rng.integers(len(tags)))]
    cut = tag[: int(rng.integers(1, len(tag) + 1))]
    at = int(rng.integers(len(data) + 1))
    return data[:at] + cut * int(rng.integers(100, 60_000)) + data[at:]


def _unaddressed(data: bytes, rng: np.random.Generator) -> bytes:
    """The same sheet written otherwise: cells without addresses, single quotes, a prefix or a comment."""
    changes = (
        (rb' r="[A-Z]+\d+"', b""),
        (rb'="([^"\'<>]*)"', rb"='\1'"),
        (rb"(?=<row[ >])", b'<!-- <c r="XFD1"/> -->'),
        (rb' r="([A-Z]+)(\d+)"', rb' x="1" r="\1\2"'),
    )
    pattern, other = changes[int(rng.integers(len(changes)))]
    return re.sub(pattern, other, data)


@dataclass
class Seen:
    """What was met: problems in words, how many mutants were refused, the longest times in seconds.

    ``kept`` and ``worked``: the ledger from other programs, by the clock and of the processor.
    """

    problems: list[str] = field(default_factory=list)
    refused: int = 0
    slowest: float = 0.0
    kept: float = 0.0
    worked: float = 0.0


class _TimedReader(RoundReader):
    def interpret(self, path: Path, content: object) -> object:
        for _ in range(2):
            began = time.monotonic()
            read = super().interpret(path, content)
            seconds = time.monotonic() - began
            if seconds <= SECONDS:
                break
        SEEN.slowest = max(SEEN.slowest, seconds)
        if seconds > SECONDS:
            SEEN.problems.append(f"{path.name} took {seconds:.1f} s")
        if read.note and not read.findings:
            SEEN.problems.append(f"{path.name} was refused without a message")
        return read


class _TimedLedger(Ledger):
    @contextmanager
    def writing(self) -> Iterator[None]:
        with super().writing():
            began, used = time.monotonic(), time.thread_time()
            yield
        SEEN.kept = max(SEEN.kept, time.monotonic() - began)
        SEEN.worked = max(SEEN.worked, time.thread_time() - used)


SEEN = Seen()


def run(first: int, mutants: int, seed: int) -> None:
    """Collect the mutants in folders of a hundred."""
    from kepu_eval.returns import collecting

    collecting.RoundReader = _TimedReader
    plan = load_plan()
    healthy = _figures(read_round(_folder([], 0, Path(tempfile.mkdtemp())), plan, ROUND))
    for begin in range(first, first + mutants, BATCH):
        numbers = range(begin, min(begin + BATCH, first + mutants))
        with tempfile.TemporaryDirectory() as name:
            folder = _folder(numbers, seed, Path(name) / "in")
            with _TimedLedger(Path(name) / "ledger.sqlite", must_exist=False) as ledger:
                try:
                    collect(folder, plan, ROUND, ledger, at=dt.datetime(2024, 1, 25))
                    found = ledger.returns(plan, ROUND)
                except Exception as error:
                    SEEN.problems.append(f"{begin} to {numbers[-1]}: {type(error).__name__}: {error}")
                    continue
                SEEN.refused += int(found.submissions["status"].eq("无法读取").sum())
                if _figures(found) != healthy:
                    SEEN.problems.append(f"{begin} to {numbers[-1]}: a healthy return is not as it was sent")


def _folder(numbers: list[int] | range, seed: int, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for number in numbers:
        name, data = mutant(number, seed)
        (folder / f"{number:06d}{Path(name).suffix}").write_bytes(data)
    for unit in HEALTHY:
        shutil.copy(EXAMPLE / f"{unit}.xlsx", folder)
    return folder


def _figures(returns: object) -> list[str]:
    """All that the healthy returns say."""
    rows = returns.observations
    mine = rows[rows["file"].isin([f"{unit}.xlsx" for unit in HEALTHY])]
    return sorted(
        f"{r.unit} {r.indicator} {r.measure} {r.period} {r.entity} {r.raw}" for r in mine.itertuples()
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20231128)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    run(given.first, given.mutants, given.seed)
    if SEEN.worked > KEPT:
        SEEN.problems.append(f"the ledger was kept for {SEEN.worked:.2f} s of the processor")
    print(
        f"{given.mutants} mutants: {SEEN.refused} refused; slowest {SEEN.slowest:.1f} s; "
        f"ledger kept at most {SEEN.worked:.2f} s of the processor, {SEEN.kept:.2f} s by the clock"
    )
    for line in SEEN.problems:
        print(line)
    sys.exit(bool(SEEN.problems))


if __name__ == "__main__":
    main()
