"""A district's sample plan: stratified selection of communities and villages with probability proportional to size.

Strata get units by their size (Webster's method, at least two where they have them, so that a variance can be
estimated); in each, systematic PPS selection along the ids from a random start (Madow 1949; Särndal, Swensson &
Wretman 1992, §3.6.2). A unit as large as the sampling interval is taken with certainty and the rest drawn anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.answer_key import code
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.tables import read_table, titled

COLUMNS = {"stratum": "层", "id": "编号", "name": "名称", "size": "规模"}
SMALLEST_ALLOCATION = 2
_LISTED = 5
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class SamplePlan:
    """Which units were drawn, and by what rule.

    ``units``: one row a selected unit in order of stratum and id: stratum, id, name, size, probability (of
    selection), certain (bool), persons (to interview), person_probability (of a person in the unit), base_weight.
    ``strata``: stratum, population (units in the frame), size, units (selected), certain, persons.
    """

    units: pd.DataFrame
    strata: pd.DataFrame
    psus: int
    persons: int
    seed: int


def read_frame(file: str | Path) -> pd.DataFrame:
    """Read a sampling frame from .csv or a workbook: 层、编号、名称、规模 (persons aged 18–69, or the best proxy).

    Columns of the answer: stratum, id, name (texts), size. Raises :class:`SurveyError` naming the rows with a blank,
    a size that is no positive number, or an id that comes twice.
    """
    file = Path(file)
    table = titled(read_table(file, text=True).replace("", np.nan), COLUMNS, file)
    texts = {name: table[name].map(code) for name in ("stratum", "id", "name")}
    size = pd.to_numeric(table["size"], errors="coerce")
    for name, column in texts.items():
        _refuse(column.eq(""), file, f"“{COLUMNS[name]}”为空，请补填")
    _refuse(~(size > 0) | np.isinf(size), file, "“规模”不是大于0的数，请填18—69岁人口数或户数")
    _refuse(texts["id"].duplicated(keep=False), file, "“编号”重复，请核对")
    return pd.DataFrame({**texts, "size": size.astype(float)}).reset_index(drop=True)


def draw_plan(frame: pd.DataFrame, psus: int, persons: int, seed: int) -> SamplePlan:
    """Draw ``psus`` units from ``frame`` (as :func:`read_frame` gives it) and ``persons`` in each.

    The same frame, numbers and seed give the same sample whatever the order of rows; a stratum's draw depends on its
    own units and name only. A unit smaller than ``persons`` is interviewed whole. Base weights assume ``size`` counts
    the persons to choose from; where the field's listing finds another number, multiply by found/size.
    Raises :class:`SurveyError` when there are too few or too many ``psus`` for the strata.
    """
    if persons < 1:
        raise SurveyError(f"每个单位的调查人数至少为1，现为{persons}")
    ordered = frame.sort_values(["stratum", "id"], ignore_index=True)
    allocation = allocate(ordered, psus)
    parts = []
    for stratum, units in ordered.groupby("stratum", sort=True):
        chance = inclusion_probabilities(units["size"].to_numpy(), int(allocation[stratum]))
        start = np.random.default_rng([seed, *stratum.encode()]).random()
        parts.append(units.assign(probability=chance)[systematic(chance, start)])
    units = pd.concat(parts, ignore_index=True)
    taken = np.minimum(persons, np.ceil(units["size"])).astype(int)
    units = units.assign(
        certain=units["probability"] == 1,
        persons=taken,
        person_probability=np.minimum(taken / units["size"], 1.0),
    )
    units["base_weight"] = 1 / (units["probability"] * units["person_probability"])
    strata = ordered.groupby("stratum").agg(population=("id", "size"), size=("size", "sum"))
    drawn = units.groupby("stratum").agg(
        units=("id", "size"), certain=("certain", "sum"), persons=("persons", "sum")
    )
    return SamplePlan(units, strata.join(drawn).reset_index(), psus, persons, seed)


def allocate(frame: pd.DataFrame, psus: int) -> pd.Series:
    """Units for each stratum: proportional to its size, at least two (all, where it has no more), at most all.

    Webster's method: each next unit goes to the stratum with the largest size/(units + ½). Raises
    :class:`SurveyError` when ``psus`` is less than the minimum or more than the frame has.
    """
    groups = frame.groupby("stratum")["size"]
    size, there = groups.sum().sort_index(), groups.size().sort_index()
    given = there.clip(upper=SMALLEST_ALLOCATION)
    if psus < given.sum():
        raise SurveyError(
            f"{len(given)}层各至少抽{SMALLEST_ALLOCATION}个单位，共需{given.sum()}个，现只抽{psus}个",
            hint="请增加单位数或合并层",
        )
    if psus > there.sum():
        raise SurveyError(f"抽样框只有{there.sum()}个单位，不能抽{psus}个", hint="请减少单位数")
    for _ in range(psus - int(given.sum())):
        claim = (size / (given + 0.5)).where(given < there, -1.0)
        given[claim.idxmax()] += 1
    return given


def inclusion_probabilities(sizes: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Probabilities proportional to ``sizes`` that add up to ``n``; 1 for units as large as what an interval holds."""
    chance = np.zeros(len(sizes))
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        left = n - certain.sum()
        rest = sizes[~certain].sum()
        chance[~certain] = sizes[~certain] * (left / rest) if rest else 0.0
        large = ~certain & (chance >= 1 - _ROUNDING)
        if not large.any():
            return np.where(certain, 1.0, chance)
        certain |= large


def systematic(chance: NDArray[np.float64], start: float) -> NDArray[np.bool_]:
    """Units selected (True) by systematic sampling with these inclusion probabilities; ``start`` is in [0, 1).

    Those whose stretch of the cumulated probabilities holds a point start + k; stretches are shorter than 1, so
    none is taken twice, but for certain ones, which are taken apart.
    """
    certain = chance == 1
    edges = np.cumsum(np.where(certain, 0.0, chance))
    points = start + np.arange(round(edges[-1]))
    taken = certain.copy()
    open_units = np.flatnonzero(~certain)
    found = np.searchsorted(edges[open_units], points, side="right")
    taken[open_units[np.minimum(found, len(open_units) - 1)]] = True
    return taken


def _refuse(wrong: pd.Series, file: Path, problem: str) -> None:
    if wrong.any():
        rows = [str(n + 2) for n in wrong.index[wrong]]
        listed = "、".join(rows[:_LISTED]) + (f"等{len(rows)}行" if len(rows) > _LISTED else "")
        raise SurveyError(f"“{file.name}”第{listed}行：{problem}")
