"""What a spot check supports: the share of claims upheld, and the verified part of reported totals. Pure.

A claim that could not be verified, or was not looked at, is neither upheld nor refuted: estimates come as bounds, the
lower one taking all of these as refuted, the upper one as upheld.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from kepu_eval.plan import Plan, TargetKind
from kepu_eval.survey import SurveyDesign

UPHELD, PARTLY, REFUTED, UNVERIFIABLE = "属实", "部分属实", "不属实", "无法核实"
RESULTS = (UPHELD, PARTLY, REFUTED, UNVERIFIABLE)
_OPEN = (UNVERIFIABLE, "")
_NOTHING = 1e-12


def hypergeometric_interval(
    found: int, n: int, population: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Exact limits of a share in a finite population from a simple random sample without replacement.

    Inverts the two one-sided hypergeometric tests (Katz 1953; Buonaccorsi 1987, The American Statistician 41): every
    number M of upheld claims that the sample does not refute at (1 − confidence)/2 on its side. A census has no error.
    """
    tail = (1 - confidence) / 2
    m = np.arange(found, population - (n - found) + 1)
    low = m[_drawn(np.arange(found, n + 1), n, population, m) > tail + _NOTHING]
    high = m[_drawn(np.arange(found + 1), n, population, m) > tail + _NOTHING]
    return float(low.min() / population), float(high.max() / population)


def _drawn(numbers: NDArray, n: int, population: int, m: NDArray) -> NDArray:
    """For each of ``m``, how probable it is to draw any of those numbers of it in a sample of ``n``.

    The hypergeometric sum itself: scipy.stats has it, at a second of import for every report.
    """
    k = numbers[:, None]
    possible = (k <= m) & (n - k <= population - m)
    ways = _log_choose(m, np.minimum(k, m)) + _log_choose(population - m, np.minimum(n - k, population - m))
    return (np.exp(ways - _log_choose(population, n)) * possible).sum(axis=0)


def _log_choose(n: NDArray | int, k: NDArray | int) -> NDArray:
    return -special.betaln(1 + n - k, 1 + k) - np.log1p(n)


def upheld(results: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Share of claims upheld by programme and over all (programme empty).

    ``results``: a drawn sample with ``result`` (empty: not yet looked at). Columns: programme, claims (in the
    population), sample, upheld, open, low and high (estimates with what is open as refuted, as upheld), ci_low of the
    former and ci_high of the latter. One stratum of equal probabilities has the exact hypergeometric interval; others
    Korn and Graubard's on the stratified design with its finite populations.
    """
    names = [*dict.fromkeys(sorted(results["programme"])), None]
    return pd.DataFrame([_upheld(name, results, confidence) for name in names])


def _upheld(name: str | None, results: pd.DataFrame, confidence: float) -> dict:
    mine = results if name is None else results[results["programme"].eq(name)]
    yes, open_ = mine["result"].eq(UPHELD), mine["result"].isin(_OPEN)
    population = int(mine.drop_duplicates("stratum")["stratum_size"].sum())
    row = {"programme": name or "", "all": name is None, "claims": population, "sample": len(mine),
           "upheld": int(yes.sum()), "open": int(open_.sum())}  # fmt: skip
    if mine["stratum"].nunique() == 1 and mine["probability"].nunique() == 1:
        found = [int(yes.sum()), int((yes | open_).sum())]
        limits = [hypergeometric_interval(k, len(mine), population, confidence) for k in found]
        shares = [k / len(mine) for k in found]
    else:
        parts = [_designed(mine, y, confidence) for y in (yes, yes | open_)]
        shares, limits = [p[0] for p in parts], [p[1:] for p in parts]
    return {**row, "low": shares[0], "high": shares[1], "ci_low": limits[0][0], "ci_high": limits[1][1]}


def _designed(mine: pd.DataFrame, yes: pd.Series, confidence: float) -> tuple[float, float, float]:
    data = mine.assign(y=yes.astype(float), weight=1 / mine["probability"])
    design = SurveyDesign(data, "weight", strata="stratum", fpc="stratum_size", lonely="certainty")
    row = design.proportion("y", confidence=confidence, method="beta").iloc[0]
    if math.isnan(row["ci_low"]):  # no stratum that was sampled shows any spread
        return row["estimate"], *_by_stratum(data, confidence)
    return row["estimate"], row["ci_low"], row["ci_high"]


def _by_stratum(data: pd.DataFrame, confidence: float) -> tuple[float, float]:
    """Exact limits of every stratum, each at its share of the error (Bonferroni), weighted by the strata's sizes."""
    groups = [group for _, group in data.groupby("stratum")]
    sampled = sum(len(g) < g["stratum_size"].iloc[0] for g in groups)
    each = 1 - (1 - confidence) / max(sampled, 1)
    sizes = [int(g["stratum_size"].iloc[0]) for g in groups]
    limits = [
        hypergeometric_interval(int(g["y"].sum()), len(g), size, each)
        for g, size in zip(groups, sizes, strict=True)
    ]
    low, high = (
        sum(size * limit[side] for size, limit in zip(sizes, limits, strict=True)) / sum(sizes)
        for side in (0, 1)
    )
    return low, high


def latest_stocks(claims: pd.DataFrame, plan: Plan) -> dict[str, tuple[str, float]]:
    """Latest period and what is reported for it, by series, of all series that cannot be added up over periods.

    Year-end stocks, trends and school years' ratios: a person registered in two years is one person.
    """
    found = {}
    for indicator in plan.indicators:
        if (
            indicator.kind.summed
            or indicator.kind is TargetKind.PER_ENTITY_PER_PERIOD
            or not indicator.period
        ):
            continue
        rows = claims[claims["series"].str.startswith(f"{indicator.id} ")]
        rows = rows.assign(period=[_period(text) for text in rows["text"]])
        for series, mine in rows.groupby("series"):
            latest = mine["period"].max()
            found[series] = (latest, float(mine.loc[mine["period"].eq(latest), "value"].sum()))
    return found


def _period(text: str) -> str:
    return re.split("[：　]", text)[-1]


def verified_totals(
    results: pd.DataFrame,
    confidence: float = 0.95,
    stocks: Mapping[str, tuple[str, float]] = MappingProxyType({}),
) -> pd.DataFrame:
    """Reported totals of each series beside what the check supports; of ``stocks`` (:func:`latest_stocks`) the latest period's.

    Ratio of the Horvitz–Thompson totals of verified and claimed quantities, times the reported total. Columns: series,
    period (empty where all are added up), value_unit, reported, sample, open, low, high (estimates with what is open as 0, as claimed), ci_low, ci_high. Where
    everything (or nothing) was upheld the linearised interval is empty; then the limit is that of n draws in proportion to
    size without an error, ((1 − confidence)/2)^(1/n) (monetary-unit sampling: Stringer 1963). The upper limit is not beyond
    what was claimed unless more was found somewhere. One sampled claim supports no interval.
    """
    known = results[results["series"].ne("") & results["value"].notna()]
    return pd.DataFrame(
        [
            _verified(name, known[known["series"].eq(name)], results, confidence, stocks.get(name))
            for name in dict.fromkeys(known["series"])
        ],
        columns=[
            "series",
            "period",
            "value_unit",
            "reported",
            "sample",
            "open",
            "low",
            "high",
            "ci_low",
            "ci_high",
        ],
    )


def _verified(
    series: str, mine: pd.DataFrame, results: pd.DataFrame, confidence: float, stock: tuple[str, float] | None
) -> dict:
    unit, period, total = mine["value_unit"].iloc[0], "", float(mine["series_total"].iloc[0])
    if stock:
        period, total = stock
        mine = mine[[_period(text) == period for text in mine["text"]]]
    sides = [(math.nan,) * 3] * 2
    if len(mine):
        quantities = (verified_quantity(mine, open_counts=counts) for counts in (False, True))
        sides = [_ratio(mine, quantity, total, results, confidence) for quantity in quantities]
    return {
        "series": series, "period": period, "value_unit": unit, "reported": total, "sample": len(mine),
        "open": int(mine["result"].isin(_OPEN).sum()), "low": sides[0][0] * total, "high": sides[1][0] * total,
        "ci_low": sides[0][1] * total, "ci_high": sides[1][2] * total,
    }  # fmt: skip


def verified_quantity(mine: pd.DataFrame, *, open_counts: bool) -> pd.Series:
    """Verified quantity of each claim: as claimed (属实), as found (部分属实), nothing (不属实); open ones as asked."""
    claimed, result = mine["value"], mine["result"]
    found = claimed.where(result.eq(UPHELD), 0.0).where(result.ne(PARTLY), mine["verified"].astype(float))
    return found.where(~result.isin(_OPEN), claimed if open_counts else 0.0)


def _ratio(
    mine: pd.DataFrame, quantity: pd.Series, total: float, results: pd.DataFrame, confidence: float
) -> tuple[float, float, float]:
    data = results.assign(y=quantity, x=mine["value"], weight=1 / results["probability"])
    design = SurveyDesign(data, "weight", strata="stratum", fpc="stratum_size", lonely="certainty")
    row = design.ratio("y", "x", confidence=confidence).iloc[0]
    ratio, n = float(row["estimate"]), len(mine)
    if mine["value"].sum() == total:  # the whole series was looked at
        return ratio, ratio, ratio
    if n < 2:
        return ratio, math.nan, math.nan
    tail = ((1 - confidence) / 2) ** (1 / n)
    if row["se"] > _NOTHING * max(ratio, _NOTHING):
        most = max(1.0, float((quantity / mine["value"]).max()))  # nothing was found beyond that
        return ratio, max(float(row["ci_low"]), 0.0), min(float(row["ci_high"]), most)
    if ratio in (0, 1):
        return (ratio, tail, 1.0) if ratio else (ratio, 0.0, 1 - tail)
    return ratio, math.nan, math.nan
