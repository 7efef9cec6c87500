"""500 bootstrap replicates, every one calibrated anew, beside R's as.svrepdesign and calibrate.

    python -m benchmarks.survey_recalibration [--respondents 300000] [--r-replicates 5] [--rounds 3]

The same respondents (seeded; margins of sex × 2, age × 5, region × 4), the same task: mean and standard error by 30
domains and overall. R's time grows by replicates: it is measured with 2 and with ``--r-replicates``, and what each more costs is added up.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.survey import REPLICATES, respondents, seconds
from kepu_eval.survey import SurveyDesign

_MARGINS = ("sex", "age", "region")
_R = """
suppressMessages(library(survey)); d <- read.csv("FILE"); d$domain <- factor(d$domain)
for (v in c("sex","age","region")) d[[v]] <- factor(d[[v]])
x <- svydesign(~psu, strata=~stratum, weights=~w, data=d, nest=TRUE)
aims <- unlist(lapply(list(~sex,~age,~region), function(f) 1.05 * tapply(d$w, d[[all.vars(f)]], sum)[-1]))
aims <- c("(Intercept)"=1.05*sum(d$w), setNames(aims, colnames(model.matrix(~sex+age+region, d[1:1000,]))[-1]))
s <- proc.time()[["elapsed"]]
r <- calibrate(as.svrepdesign(x, type="subbootstrap", replicates=COUNT, compress=FALSE), ~sex+age+region, aims, calfun="raking", compress=FALSE)
m <- proc.time()[["elapsed"]] - s
invisible(svyby(~y, ~domain, r, svymean)); invisible(svymean(~y, r))
cat(sprintf('{"made": %s, "all": %s}\\n', m, proc.time()[["elapsed"]] - s))
"""


def sample(n: int) -> pd.DataFrame:
    """The respondents of the survey benchmark with three margins."""
    rng = np.random.default_rng(20231128)
    data = respondents(n, max(n * 350 // 300_000, 20), max(n * 6_000 // 300_000, 100))
    groups = {"sex": 2, "age": 5, "region": 4}
    return data.assign(**{name: rng.integers(0, k, n) for name, k in groups.items()})


def ours(data: pd.DataFrame) -> None:
    """Calibrated, 500 replicates calibrated anew, estimated overall and by domain."""
    margins = {name: 1.05 * data.groupby(name)["w"].sum() for name in _MARGINS}
    raked = SurveyDesign(data, "w", "stratum", "psu").rake(margins)
    again = raked.replicates("bootstrap", REPLICATES, 1, recalibrate=True)
    again.proportion("y", by="domain")
    again.proportion("y")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--respondents", type=int, default=300_000)
    parser.add_argument("--r-replicates", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    data = sample(given.respondents)
    mine = seconds(lambda: ours(data), given.rounds)
    print(
        f"kepu_eval, {REPLICATES} replicates: {statistics.median(mine):.2f} s ({min(mine):.2f}–{max(mine):.2f})"
    )
    if not shutil.which("Rscript"):
        print("Rscript: not found, not compared")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "respondents.csv"
        data.to_csv(file, index=False)
        few, more = (in_r(file, count) for count in (2, given.r_replicates))
    each = (more - few) / (given.r_replicates - 2)
    whole = few + each * (REPLICATES - 2)
    print(f"R survey: 2 replicates {few:.1f} s, {given.r_replicates} replicates {more:.1f} s")
    print(
        f"R survey, {REPLICATES} replicates by that: {whole:.0f} s, {whole / statistics.median(mine):.0f} × ours"
    )


def in_r(file: Path, replicates: int) -> float:
    """Seconds that R needs, from the design to the estimates."""
    script = _R.replace("FILE", str(file)).replace("COUNT", str(replicates))
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])["all"]


if __name__ == "__main__":
    main()
