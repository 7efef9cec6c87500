"""Do 95 % intervals cover 95 % of the time? Samples from a known population under the example design.

    python -m benchmarks.survey_coverage [--samples 2000] [--out docs/images]

The population: 40 strata of 60 communities (PSUs) of 40–120 adults each, literacy by community and by person. A sample
draws 5 communities a stratum without replacement and 20 adults in each; adults answer with a chance that depends on
sex, and weights are design weight over the response rate of their sex. Intervals: proportion (logit) of everyone and
by sex, mean score, linearised, and by 200 Rao–Wu replicates, without a finite population as ``read_survey`` has it:
one for communities alone would leave out the adults drawn in them. Coverage is of the population's own figure, with
its simulation error; a table (csv) and a plot (png) are written.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.report.figures.style import drawing, png
from kepu_eval.survey import SurveyDesign

STRATA, COMMUNITIES, DRAWN, ADULTS, REPLICATES = 40, 60, 5, 20, 200
RESPONSE = {"F": 0.8, "M": 0.65}
CASES = {
    "全体比例（logit）": ("全体", "literate", "linear"),
    "女性比例（logit）": ("F", "literate", "linear"),
    "男性比例（logit）": ("M", "literate", "linear"),
    "平均得分": ("全体", "score", "linear"),
    "全体比例，Rao–Wu 自助法": ("全体", "literate", "bootstrap"),
    "女性比例，Rao–Wu 自助法": ("F", "literate", "bootstrap"),
    "平均得分，Rao–Wu 自助法": ("全体", "score", "bootstrap"),
}


def population(seed: int = 2023) -> pd.DataFrame:
    """Everyone: stratum, psu, size (of the community), sex, score, literate; communities follow each other."""
    rng = np.random.default_rng(seed)
    size = rng.integers(40, 121, STRATA * COMMUNITIES)
    psu = np.repeat(np.arange(len(size)), size)
    stratum = psu // COMMUNITIES
    level = rng.normal(50, 5, STRATA)[stratum] + rng.normal(0, 4, len(size))[psu]
    sex = rng.choice(["F", "M"], len(psu))
    score = (level + 2.5 * (sex == "M") + rng.normal(0, 14, len(psu))).clip(0, 100).round(1)
    return pd.DataFrame({"stratum": stratum, "psu": psu, "size": size[psu], "sex": sex, "score": score,
                         "literate": (score >= 70).astype(float)})  # fmt: skip


def drawn(people: pd.DataFrame, starts: NDArray, sizes: NDArray, rng: np.random.Generator) -> pd.DataFrame:
    """One sample of respondents with weights w."""
    order = rng.random((STRATA, COMMUNITIES)).argsort(axis=1)[:, :DRAWN]
    psu = (order + COMMUNITIES * np.arange(STRATA)[:, None]).ravel()
    within = rng.random((len(psu), sizes.max()))
    within[np.arange(sizes.max()) >= sizes[psu][:, None]] = 2
    rows = (starts[psu][:, None] + within.argsort(axis=1)[:, :ADULTS]).ravel()
    asked = people.iloc[rows]
    base = asked["size"].to_numpy() * (COMMUNITIES / DRAWN / ADULTS)
    sex = (asked["sex"] == "M").to_numpy().astype(int)
    answered = rng.random(len(asked)) < np.array([RESPONSE["F"], RESPONSE["M"]])[sex]
    rate = np.bincount(sex, base * answered) / np.bincount(sex, base)
    return asked.assign(w=base / rate[sex])[answered].reset_index(drop=True)


def intervals(sample: pd.DataFrame, seed: int) -> dict[str, tuple[float, float]]:
    """Limits of each of ``CASES`` from one sample."""
    design = SurveyDesign(sample, "w", "stratum", "psu")
    kinds = {"linear": design, "bootstrap": design.replicates("bootstrap", REPLICATES, seed)}
    tables = {}
    for kind, estimator in kinds.items():
        tables[kind, "全体", "literate"] = estimator.proportion("literate").iloc[0]
        tables[kind, "全体", "score"] = estimator.mean("score").iloc[0]
        by_sex = estimator.proportion("literate", by="sex").set_index("group")
        tables |= {(kind, group, "literate"): by_sex.loc[group] for group in by_sex.index}
    rows = {name: tables[kind, group, y] for name, (group, y, kind) in CASES.items()}
    return {name: (row["ci_low"], row["ci_high"]) for name, row in rows.items()}


def coverage(samples: int) -> pd.DataFrame:
    """A row a case: covered, low and high (share of samples with the limit on the wrong side), simulation error."""
    people = population()
    sizes = np.bincount(people["psu"])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    truth = {
        name: (people if group == "全体" else people[people["sex"] == group])[y].mean()
        for name, (group, y, _) in CASES.items()
    }
    rng = np.random.default_rng(42)
    found = [intervals(drawn(people, starts, sizes, rng), seed) for seed in range(samples)]
    rows = []
    for name, value in truth.items():
        low, high = np.array([each[name] for each in found]).T
        covered = ((low <= value) & (value <= high)).mean()
        rows.append({"估计": name, "总体值": value, "覆盖率": covered, "偏高漏盖": (low > value).mean(),
                     "偏低漏盖": (high < value).mean(), "模拟误差": np.sqrt(covered * (1 - covered) / samples)})  # fmt: skip
    return pd.DataFrame(rows)


def plot(table: pd.DataFrame, samples: int, path: Path) -> None:
    """Coverage with its simulation error against the band 93.5–96.5 %."""
    with drawing(height_mm=70) as figure:
        axes = figure.subplots()
        at = np.arange(len(table))[::-1]
        axes.axvspan(93.5, 96.5, color="0.92", label="要求的范围 93.5%—96.5%")
        axes.axvline(95, color="0.5", linewidth=0.8)
        axes.errorbar(100 * table["覆盖率"], at, xerr=196 * table["模拟误差"], fmt="o", color="#0b5394",
                      markersize=4, label=f"{samples}个样本中的覆盖率，线为其95%模拟误差")  # fmt: skip
        axes.set_yticks(at, table["估计"])
        axes.set_xlabel("95%区间的覆盖率（%）")
        axes.set_xlim(92.5, 97.5)
        figure.legend(loc="outside lower center", ncols=2)
        path.write_bytes(png(figure))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    table = coverage(given.samples)
    given.out.mkdir(parents=True, exist_ok=True)
    table.round(4).to_csv(given.out / "survey-coverage.csv", index=False, encoding="utf-8")
    plot(table, given.samples, given.out / "survey-coverage.png")
    print(table.round(4).to_string(index=False))
    if not table["覆盖率"].between(0.935, 0.965).all():
        raise SystemExit("coverage outside 93.5–96.5 %")


if __name__ == "__main__":
    main()
