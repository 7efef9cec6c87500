"""Reading many returns, beside openpyxl in its read-only mode.

    python -m benchmarks.intake [--workbooks 1000]

Copies of the example round's workbooks are read three ways in turn, a block of files at a time, so that a busy
machine slows all of them alike: the cells with openpyxl (read-only), the same cells with kepu_eval's reader, and a
whole collect into a ledger (cells, checks, personal data, storage). The two readings must find the same number of
filled cells. Printed are seconds by the clock and of the processor, of this process and of those that read files for
it, their ratios, and the memory of all of them after the first tenth and at the end: it is flat when they agree.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger, collect
from kepu_eval.spreadsheets.opening import open_book

EXAMPLE = Path(__file__).parent.parent / "data" / "example" / "2023-midterm"
ROUND = "2023-midterm"
BLOCK = 50


def with_openpyxl(files: list[Path]) -> int:
    """Filled cells that openpyxl finds."""
    filled = 0
    for path in files:
        book = load_workbook(path, read_only=True)
        filled += sum(
            value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row
        )
        book.close()
    return filled


def with_kepu_eval(files: list[Path]) -> int:
    """Filled cells that the intake's reader finds."""
    books = (open_book(path, path.read_bytes()) for path in files)
    return sum(
        value != "" for book in books for grid in book.sheets.values() for row in grid.rows for value in row
    )


class Meter:
    """Seconds by the clock and of the processor, child processes included."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self.clock: dict[str, float] = {}
        self.processor: dict[str, float] = {}

    @contextmanager
    def __call__(self, way: str) -> Iterator[None]:
        """Add what is done inside to a way's seconds."""
        clock, used = time.perf_counter(), self._used()
        yield
        self.clock[way] = self.clock.get(way, 0.0) + time.perf_counter() - clock
        self.processor[way] = self.processor.get(way, 0.0) + self._used() - used

    def _used(self) -> float:
        return sum(t.user + t.system for t in (p.cpu_times() for p in self._all()))

    def _all(self) -> list[psutil.Process]:
        return [self._process, *self._process.children(recursive=True)]

    def megabytes(self) -> float:
        """Memory of all processes."""
        return sum(p.memory_info().rss for p in self._all()) / 2**20


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workbooks", type=int, default=1000)
    wanted = parser.parse_args().workbooks
    plan, meter = load_plan(), Meter()
    sources = sorted(EXAMPLE.glob("*.xlsx"))
    memory = []
    with (
        tempfile.TemporaryDirectory() as name,
        Ledger(Path(name) / "ledger.sqlite", must_exist=False) as ledger,
    ):
        for first in range(0, wanted, BLOCK):
            folder = Path(name) / f"block{first}"
            folder.mkdir()
            numbers = range(first, min(first + BLOCK, wanted))
            files = [shutil.copy(sources[n % len(sources)], folder / f"{n:05d}.xlsx") for n in numbers]
            found = []
            for way, read in (("openpyxl", with_openpyxl), ("reader", with_kepu_eval)):
                with meter(way):
                    found.append(read(files))
            if found[0] != found[1]:
                raise SystemExit(f"openpyxl found {found[0]} filled cells, kepu_eval {found[1]}")
            with meter("collect"):
                collect(folder, plan, ROUND, ledger, at=dt.datetime(2024, 1, 25))
            memory.append(meter.megabytes())
            shutil.rmtree(folder)
    print(f"{wanted} workbooks")
    for told, seconds in (("by the clock", meter.clock), ("of the processor", meter.processor)):
        each = ", ".join(f"{way} {used:.1f} s" for way, used in seconds.items())
        ratios = ", ".join(f"{way} {seconds['openpyxl'] / seconds[way]:.1f}" for way in ("reader", "collect"))
        print(f"{told}: {each}; times openpyxl's speed: {ratios}")
    print(
        f"memory: {memory[max(len(memory) // 10 - 1, 0)]:.0f} MB after a tenth, {memory[-1]:.0f} MB at the end"
    )


if __name__ == "__main__":
    main()
