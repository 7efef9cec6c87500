"""How a sample was drawn: stages of units within groups, and the variance between unit totals within groups.

Everything is an integer code and everything below the respondent is a total: a variance costs one pass over the
respondents per total and then works on a few thousand units. Method: Wolter, Introduction to Variance Estimation,
2nd ed., ch. 6; single-unit strata as R's options ``survey.lonely.psu`` and ``survey.adjust.domain.lonely``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kepu_eval.survey.coding import coded
from kepu_eval.survey.errors import SurveyError

Lonely = Literal["fail", "remove", "adjust", "average", "certainty"]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection, of units within groups (PSUs within strata, or SSUs within PSUs).

    Units are numbered so that those of one group follow each other. ``unit`` (n,) is the respondent's unit,
    ``group`` (units,) the unit's group, ``size`` (groups,) the units selected, ``fraction`` (groups,) the share of
    the group's units selected (0: drawn with replacement), ``factor`` (groups,) what the variance between the
    group's units is multiplied by (1 at the first stage).
    """

    unit: NDArray[np.intp]
    group: NDArray[np.intp]
    size: NDArray[np.intp]
    fraction: NDArray[np.float64]
    factor: NDArray[np.float64]

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """First unit of each group."""
        return np.concatenate(([0], np.cumsum(self.size)[:-1]))

    @cached_property
    def lonely(self) -> NDArray[np.bool_]:
        """Groups with one unit that was not the only one to choose from: they show no variance of their own."""
        return (self.size == 1) & (self.fraction < 1) & (self.factor > 0)

    def by_group(self, totals: NDArray) -> NDArray[np.float64]:
        """Sums of unit totals (units × columns) over each group (groups × columns)."""
        return np.add.reduceat(totals.astype(float, copy=False), self.starts, axis=0)

    def totals(
        self, domain: NDArray[np.intp], domains: int, weight: NDArray[np.float64], *values: NDArray | None
    ) -> tuple[NDArray[np.float64], ...]:
        """Weighted sums of each of ``values`` (n,; ``None``: 1) over units × domains.

        Codes ``>= domains`` are outside every domain. A value that is true or false costs only those where it is true.
        """
        return unit_totals(self.unit, len(self.group), domain, domains, weight, *values)


def unit_totals(
    unit: NDArray[np.intp],
    units: int,
    domain: NDArray[np.intp],
    domains: int,
    weight: NDArray[np.float64],
    *values: NDArray | None,
) -> tuple[NDArray[np.float64], ...]:
    """See :meth:`Stage.totals`; ``unit`` (n,) may number any units."""
    width = domains + int(domain.max(initial=0) >= domains)
    index = unit if width == 1 else unit * width + domain
    cells = units * width
    return tuple(_sums(index, cells, weight, column).reshape(-1, width)[:, :domains] for column in values)


def _sums(index: NDArray[np.intp], cells: int, weight: NDArray, values: NDArray | None) -> NDArray:
    if values is None:
        return np.bincount(index, weight, cells)
    if values.dtype == bool:
        true = np.flatnonzero(values)
        return np.bincount(index[true], weight[true], cells)
    return np.bincount(index, weight * values, cells)


def selected(groups: NDArray, units: NDArray, population: NDArray | None, column: str) -> Stage:
    """A stage from each respondent's group code, unit label code and the group's population (or fraction).

    ``population``: number of units in the group (all ≥ 1), or the fraction of them selected (all ≤ 1), one a
    respondent; ``column`` is its name, for messages. Raises :class:`SurveyError` when it varies within a group or
    is smaller than the number of units selected.
    """
    unit, group = _within(groups, units)
    size = np.bincount(group)
    fraction = np.zeros(len(size))
    if population is not None:
        fraction = _fractions(groups, population, size, column)
    return Stage(unit, group, size, fraction, np.ones(len(size)))


def _within(groups: NDArray, units: NDArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each respondent's unit, numbered by group and then by label, and each unit's group."""
    width = int(units.max(initial=0)) + 1
    group = np.full(width, -1, dtype=np.intp)
    group[units] = groups
    if (group >= 0).all() and (group[units] == groups).all():  # no label stands in two groups
        order = np.argsort(group, kind="stable")
        place = np.empty(width, dtype=np.intp)
        place[order] = np.arange(width)
        return place[units], group[order]
    unit, labels = coded(groups.astype(np.int64) * width + units)
    return unit, (labels // width).astype(np.intp)


def _fractions(groups: NDArray, population: NDArray, size: NDArray, column: str) -> NDArray[np.float64]:
    whole = np.empty(len(size))
    whole[groups] = population
    if np.isnan(population).any() or (whole[groups] != population).any():
        raise SurveyError(f"总体单位数“{column}”有缺失值或同层内不一致", hint="请逐层核对")
    if (whole <= 0).any() or ((whole > 1).any() and (whole < 1).any()):
        raise SurveyError(f"总体单位数“{column}”应全部是单位数（≥1）或全部是抽样比（0—1）")
    fraction = size / whole if (whole > 1).any() else whole
    if (fraction > 1).any():
        raise SurveyError(f"总体单位数“{column}”小于样本单位数", hint="请核对")
    return fraction


def deviations(
    stage: Stage,
    totals: NDArray[np.float64],
    present: NDArray[np.bool_] | None,
    lonely: Lonely,
    adjust_domain: bool,
) -> NDArray[np.float64]:
    """Scaled deviations Q (units × columns) of unit totals from their group's mean: the covariance is QᵀQ.

    ``present`` (units × columns) tells which units have respondents in the column's domain (``None``: all); it
    matters only to single-unit rules, which look at the groups a domain touches, as R does on a subset.
    """
    size = stage.size.astype(float)
    centre = stage.by_group(totals) / size[:, None]
    scale = stage.factor * (1 - stage.fraction) * np.where(size > 1, size / np.maximum(size - 1, 1), 1.0)
    scale = np.broadcast_to(scale[:, None], centre.shape)
    if lonely in ("adjust", "average") and (stage.lonely.any() or adjust_domain):
        seen = stage.size[:, None] if present is None else stage.by_group(present)
        touched = np.broadcast_to(seen > 0, centre.shape)
        single = (seen == 1) & (stage.lonely[:, None] | ((stage.size[:, None] > 1) & adjust_domain))
        if lonely == "adjust":
            units = (touched * size[:, None]).sum(axis=0)
            centre = np.where(single, totals.sum(axis=0) / np.maximum(units, 1), centre)
        else:
            kept = np.maximum((touched & ~single).sum(axis=0), 1)
            scale = np.where(single, 0.0, scale * (touched.sum(axis=0) / kept))
    return (totals - centre[stage.group]) * np.sqrt(scale)[stage.group]
