"""Roll-up of many districts from their packages: time and peak memory by number, here or on a Dask cluster.

    python -m benchmarks.districts --numbers 10,100,1000 [--cluster local:2]

Reads every package, joins them, and makes all words and tables of the overview; each number in a process of its own, so
that its peak memory is its own. Packages are made up as in ``scripts/simulate_city.py``, once for the largest number.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAN = "data/example/city-2023/plan.yaml"


def main() -> None:
    """Print one line a number of districts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--numbers", default="10,100")
    parser.add_argument("--cluster", default="")
    parser.add_argument("--table", help="internal: measure this one")
    given = parser.parse_args()
    if given.table:
        measure(given.table, given.cluster)
        return
    from scripts import simulate_city as sim  # a cluster's workers import this module, and need none of it

    numbers = [int(text) for text in given.numbers.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        names = tuple(f"示例{n:04d}区" for n in range(max(numbers)))
        for name, rows in sim.simulated(names, sim.SEED).items():
            Path(folder, f"{name}.zip").write_bytes(sim.written(name, rows))
        for number in numbers:
            some = names[:number]
            table = Path(folder, f"{number}.csv")
            table.write_bytes(sim.listing(sim.weights(some, 1), {name: f"{name}.zip" for name in some}))
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.districts",
                    "--table",
                    str(table),
                    "--cluster",
                    given.cluster,
                ],
                check=True,
            )


def measure(table: str, cluster: str) -> None:
    """Read, join, and word one table of districts."""
    from kepu_eval.report import open_city, sections

    before, started, spent = peak(), time.perf_counter(), time.process_time()
    case = open_city({"plan": PLAN, "districts": table, "cluster": cluster})
    read = time.perf_counter() - started
    blocks = [case.lineage, *sections.city_indicators(case), *sections.city_returns(case), *sections.city_tasks(case),
              *sections.city_unmatched(case), *sections.city_districts(case)]  # fmt: skip
    assert blocks
    whole, number = time.perf_counter() - started, len(case.gathered.districts)
    print(
        f"{number} districts: read {read:.2f} s, all {whole:.2f} s, of the processor {(used := time.process_time() - spent):.2f} s ({used / number * 1000:.1f} ms each), peak {peak():.0f} MiB (+{peak() - before:.0f})"
    )


def peak() -> float:
    """Peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
