"""Taylor linearisation: how an estimate moves with each unit of the sample, from weighted sums alone.

The linearised values of a ratio sum over a unit to a combination of two totals, so that neither the estimate nor its
variance ever needs a value per respondent and domain. Binder (1983), International Statistical Review 51.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.estimates import Estimated

if TYPE_CHECKING:
    from kepu_eval.survey.design import SurveyDesign

_ROUNDING = 1e-12  # a difference of two squares below this share of them is no variance


@dataclass(frozen=True, eq=False)
class Sums:
    """Weighted sums over domains, and over PSUs × domains, that every kind of variance starts from.

    ``y``, ``x``: totals of numerator and denominator; ``units``: the same by PSU, less what calibrations explain;
    ``estimated``: the estimate, its deviations still to come.
    """

    y: NDArray[np.float64]
    x: NDArray[np.float64]
    units: tuple[NDArray[np.float64], NDArray[np.float64]]
    present: NDArray[np.bool_]
    estimated: Estimated


def sums(
    design: SurveyDesign,
    numerator: NDArray,
    denominator: NDArray[np.float64] | None,
    domains: Domains,
    *,
    total: bool,
) -> Sums:
    """Sums for the ratio of ``numerator`` to ``denominator`` (``None``: 1), or with ``total`` of the numerator."""
    weight, code = design.weights, domains.code
    above, below = design.stages[0].totals(code, len(domains), weight, numerator, denominator)
    y, x = above.sum(axis=0), below.sum(axis=0)
    n = domains.sizes.astype(float)
    population = x if denominator is None else domains.sums(weight)
    present = below > 0 if denominator is None else design.present(domains)

    def product(one: NDArray, other: NDArray) -> NDArray[np.float64]:
        return domains.sums(weight * one * other)

    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(n > 0, y if total else y / x, np.nan)
        scale, share = (1.0, 0.0) if total else (1 / x, estimate)
        squares = y if numerator.dtype == bool else product(numerator, numerator)
        if not total and denominator is not None:
            squares = (squares - 2 * share * product(numerator, denominator)
                       + share**2 * product(denominator, denominator))  # fmt: skip
        squares = squares * scale**2
        mean = y * scale / population if total or denominator is None else 0.0
        square = squares / population
        spread = np.where(square - mean**2 > _ROUNDING * square, square - mean**2, 0.0) * population**2
    if design.calibrations:
        above = above - design.explained(numerator, domains)
        below = below - design.explained(denominator, domains)
    return Sums(
        y,
        x,
        (above, below),
        present,
        Estimated(domains, estimate, n, design.df_of(present), population, spread),
    )


def linearised(
    design: SurveyDesign,
    numerator: NDArray,
    denominator: NDArray[np.float64] | None,
    domains: Domains,
    *,
    total: bool = False,
) -> Estimated:
    """See :meth:`Estimator.estimated`: unit totals of the linearised values, stage by stage."""
    found = sums(design, numerator, denominator, domains, total=total)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale, share = np.where(found.x == 0, 0, 1 / found.x), np.nan_to_num(found.estimated.estimate)
    deviations = []
    for level, stage in enumerate(design.stages):
        above, below = found.units
        if level:
            above, below = (design.totals(values, domains, level) for values in (numerator, denominator))
        scores = above if total else (above - share * below) * scale
        deviations.append(design.deviations(stage, scores, None if level else found.present))
    return replace(found.estimated, deviations=deviations)
