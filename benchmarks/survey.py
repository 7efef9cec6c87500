"""Standard errors of 30 domains and the total, linearised and by 500 Rao–Wu replicates, beside R's survey and svy.

    python -m benchmarks.survey [--rounds 5] [--svy PYTHON] [--small]

All read the same file (300,000 respondents, 350 strata, 6,000 PSUs; ``--small``: a tenth) and are timed after reading,
each in a process of its own whose peak memory is taken. R (Rscript with its package survey) and svy (``--svy``: the
interpreter that has it) are compared when present and are no dependencies. The floor is two bincount passes.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from kepu_eval.survey import SurveyDesign

REPLICATES = 500
_R = """
suppressMessages(library(survey)); d <- read.csv("FILE"); d$domain <- factor(d$domain)
lap <- function(f) { s <- proc.time()[["elapsed"]]; f(); proc.time()[["elapsed"]] - s }
both <- function(x) { svyby(~y, ~domain, x, svymean); svymean(~y, x) }
taylor <- replicate(ROUNDS, lap(function() both(svydesign(~psu, strata=~stratum, weights=~w, data=d, nest=TRUE))))
x <- svydesign(~psu, strata=~stratum, weights=~w, data=d, nest=TRUE)
reps <- lap(function() both(as.svrepdesign(x, type="subbootstrap", replicates=500)))
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", readLines("/proc/self/status"), value=TRUE)))
cat(sprintf('{"version": "R survey %s", "taylor": [%s], "replicates": [%s], "peak": %s}\\n',
  packageVersion("survey"), paste(taylor, collapse=","), reps, peak * 1024))
"""
_SVY = """
import json, resource, time, numpy, polars as pl, svy
d = pl.read_csv("FILE")
def lap(f):
    began = time.perf_counter(); f(); return time.perf_counter() - began
def sample():
    return svy.Sample(data=d, design=svy.Design(stratum="stratum", psu="psu", wgt="w"))
def both(s, **how):
    s.estimation.prop("y", by="domain", **how); s.estimation.prop("y", **how)
taylor = [lap(lambda: both(sample())) for _ in range(ROUNDS)]
def boot():
    s = sample()
    s = s.weighting.create_bs_wgts(n_reps=500, rstate=1) or s
    both(s, method="replication")
reps = [lap(boot)]
print(json.dumps({"version": f"svy {svy.__version__}", "taylor": taylor, "replicates": reps,
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def respondents(n: int, strata: int, psus: int) -> pd.DataFrame:
    """A seeded sample: stratum, psu, w, domain and y, rows in no order."""
    rng = np.random.default_rng(20231128)
    psu = np.concatenate([np.arange(psus), rng.integers(0, psus, n - psus)])
    rng.shuffle(psu)
    return pd.DataFrame(
        {
            "stratum": psu % strata,
            "psu": psu,
            "w": rng.uniform(50, 400, n).round(3),
            "domain": rng.integers(0, 30, n),
            "y": (rng.random(n) < 0.15).astype(int),
        }
    )


def seconds(work: Callable[[], object], rounds: int) -> list[float]:
    """Times of calls one after another."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return times


def ours(file: str, rounds: int) -> dict:
    """Our side, run in a process of its own."""
    data = pd.read_csv(file)

    def both(sample: object) -> None:
        sample.proportion("y", by="domain")
        sample.proportion("y")

    def design() -> SurveyDesign:
        return SurveyDesign(data, "w", "stratum", "psu")

    both(design())
    kept = design()
    found = {
        "version": f"kepu_eval {importlib.metadata.version('kepu_eval')}",
        "taylor": seconds(lambda: both(design()), rounds),
        "replicates": seconds(lambda: both(design().replicates("bootstrap", REPLICATES, 1)), rounds),
        "repeated": seconds(lambda: both(kept), rounds + 1)[1:],
    }
    code = kept.stages[0].unit * 30 + kept.domains("domain").code
    found["floor"] = seconds(lambda: [np.bincount(code, kept.weights) for _ in range(2)], 5 * rounds)
    return found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def peer(command: list[str], script: str, file: Path, rounds: int) -> dict | None:
    """What a peer's script prints; ``None`` with a note when the peer is not there or stops."""
    text = script.replace("FILE", str(file)).replace("ROUNDS", str(rounds))
    done = subprocess.run([*command, text], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{command[0]}: not compared: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def line(name: str, times: list[float], base: float | None = None) -> str:
    """Median, spread and ratio to ours."""
    middle = statistics.median(times)
    ratio = "" if base is None else f"  {middle / base:8.1f} × ours"
    return f"  {name:12} {middle:9.4f} s ({min(times):.4f}–{max(times):.4f}){ratio}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--svy", default=sys.executable, help="interpreter with svy")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--ours", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours:
        print(json.dumps(ours(given.ours, given.rounds)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "respondents.csv"
        respondents(*((30_000, 35, 600) if given.small else (300_000, 350, 6_000))).to_csv(file, index=False)
        child = [
            sys.executable,
            "-m",
            "benchmarks.survey",
            "--rounds",
            str(given.rounds),
            "--ours",
            str(file),
        ]
        done = subprocess.run(child, capture_output=True, text=True, check=True)
        mine = json.loads(done.stdout)
        others = [peer([given.svy, "-c"], _SVY, file, min(given.rounds, 3))]
        if shutil.which("Rscript"):
            others.append(peer(["Rscript", "-e"], _R, file, min(given.rounds, 3)))
        else:
            print("Rscript: not found, not compared")
    base = {key: statistics.median(mine[key]) for key in ("taylor", "replicates")}
    print(f"{mine['version']}, peak {mine['peak'] / 2**20:.0f} MiB")
    for key in ("floor", "repeated", "taylor", "replicates"):
        print(line(key, mine[key]))
    for found in filter(None, others):
        print(f"{found['version']}, peak {found['peak'] / 2**20:.0f} MiB")
        for key in ("taylor", "replicates"):
            print(line(key, found[key], base[key]))


if __name__ == "__main__":
    main()
