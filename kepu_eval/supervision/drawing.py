"""Drawing a spot check: stratified, with probability proportional to size, the same whatever the order of claims.

Randomised systematic sampling (Goodman and Kish 1950; Hartley and Rao 1962): claims of a stratum in a random order, then
every interval of the running total of sizes. Inclusion probabilities are exactly n·size/total; with equal sizes it is a
simple random sample. The random order comes from SHA-256 of seed and claim, so neither order nor machine matters.
"""

from __future__ import annotations

import hashlib
import math

import pandas as pd

from kepu_eval.supervision.claims import STATEMENT
from kepu_eval.supervision.errors import SupervisionError

_LEAST = 2  # below that a stratum says nothing about its own spread


def draw(claims: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """``n`` claims with columns ``stratum``, ``stratum_size``, ``probability`` and ``series_total`` added.

    Strata: in each programme the statements, and each series of figures or activities. Each gets at least two (or all it has), the rest in proportion to
    its number of claims. Raises :class:`SupervisionError` when ``n`` is too small for that or there are no claims.
    """
    if claims.empty:
        raise SupervisionError("没有可供抽查的事项：填报表中没有已完成的承诺、数据或活动")
    frame = claims.sort_values("claim", kind="stable").copy()
    frame["stratum"] = (
        frame["programme"] + "|" + frame["series"].where(frame["kind"].ne(STATEMENT), STATEMENT)
    )
    frame["stratum_size"] = frame.groupby("stratum")["claim"].transform("size")
    frame["series_total"] = frame.groupby("series")["value"].transform("sum")
    frame.loc[frame["series"].eq(""), "series_total"] = float("nan")
    sizes = allocation(frame["stratum"].value_counts().sort_index().to_dict(), n)
    return pd.concat(
        [_systematic(group, sizes[name], seed) for name, group in frame.groupby("stratum")], ignore_index=True
    )


def allocation(population: dict[str, int], n: int) -> dict[str, int]:
    """Sample sizes by stratum: the least each needs, then by largest remainders, never more than there are."""
    least = {name: min(_LEAST, size) for name, size in population.items()}
    total = sum(population.values())
    if n < sum(least.values()):
        raise SupervisionError(
            f"抽查数{n}太少：{len(population)}层各至少{_LEAST}项", hint=f"请不少于{sum(least.values())}项"
        )
    n = min(n, total)
    wanted = {name: size * n / total for name, size in population.items()}
    given = {name: min(population[name], max(least[name], math.floor(wanted[name]))) for name in population}
    while sum(given.values()) != n:
        step = 1 if sum(given.values()) < n else -1
        able = [k for k in given if (given[k] < population[k] if step > 0 else given[k] > least[k])]
        given[max(able, key=lambda k: (step * (wanted[k] - given[k]), k))] += step
    return given


def _systematic(group: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    size = group["size"].fillna(1.0).to_numpy(dtype=float)
    probability = inclusion(size, n)
    ordered = group.assign(probability=probability, order=[_uniform(seed, c) for c in group["claim"]])
    ordered = ordered.sort_values(["order", "claim"])
    certain = ordered["probability"].ge(1)
    rest = ordered[~certain]
    upto = rest["probability"].cumsum().round(9)
    start = _uniform(seed, group["stratum"].iloc[0])
    hit = (upto - start).map(math.ceil) > (upto - rest["probability"] - start).round(9).map(math.ceil)
    return pd.concat([ordered[certain], rest[hit]]).sort_values("claim").drop(columns="order")


def inclusion(size: list[float], n: int) -> list[float]:
    """Inclusion probabilities n·size/total; what would exceed 1 is taken for certain, and the rest shared anew."""
    certain: set[int] = set()
    while True:
        rest = [k for k in range(len(size)) if k not in certain]
        total, left = sum(size[k] for k in rest), n - len(certain)
        found = {k: left * size[k] / total for k in rest}
        over = {k for k, p in found.items() if p >= 1 - 1e-12}
        if not over:
            return [1.0 if k in certain else found[k] for k in range(len(size))]
        certain |= over


def _uniform(seed: int, text: str) -> float:
    digest = hashlib.sha256(f"{seed}|{text}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
