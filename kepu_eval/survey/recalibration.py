"""Replicates of a calibrated sample, each calibrated anew to the same population.

Whoever shares all covariates gets the same ratio, so that a replicate's calibration is solved on the classes of the
covariates (a few hundred) and not on the respondents. R: ``calibrate``, ``rake``, ``postStratify`` of a svyrep.design.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kepu_eval.survey.calibration import Calibration, ratios_of, solved
from kepu_eval.survey.domains import Domains
from kepu_eval.survey.errors import SurveyError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SMALL = 10**5  # classes × covariates that are quicker dense
_BLOCK = 2**24  # numbers held at once: classes × replicates


@dataclass(frozen=True, eq=False)
class Recalibrated:
    """How every replicate was calibrated.

    ``cell`` (n,): each respondent's class of covariates; ``ratio`` (classes × replicates): calibrated over
    uncalibrated replicate weight; ``base`` (n,): weights of the full sample before the calibrations.
    """

    base: NDArray[np.float64]
    cell: NDArray[np.intp]
    ratio: NDArray[np.float64]


def recalibrated(
    calibrations: Sequence[Calibration], change: NDArray | csr_array, unit: NDArray[np.intp]
) -> Recalibrated:
    """Solve every calibration, in their order, for every replicate (``change``, ``unit``: as of ``Replicates``).

    Raises :class:`SurveyError` naming the replicate that cannot be calibrated: a category without respondents in it,
    or bounds too narrow.
    """
    from scipy import sparse

    cell, first = _classes(calibrations)
    base = calibrations[0].before
    members = sparse.csr_array((base, (cell, unit)), shape=(len(first), change.shape[0]))
    weights = members.sum(axis=1)[:, None] + _dense(members @ change)
    ratio = np.ones_like(weights)
    for done in calibrations:
        model = done.model[first]
        model = model.toarray() if model.shape[0] * model.shape[1] <= _SMALL else model
        ratios = ratios_of(done.method, done.lowest, done.highest[first])
        known = done.fit["population"].to_numpy(dtype=float)
        for r in range(weights.shape[1]):
            try:
                found, _ = solved(model, weights[:, r] * ratio[:, r], known, done.fit, ratios)
            except SurveyError as error:
                raise SurveyError(
                    f"第{r + 1}组重复权数不能重新校准：{error}", hint="或用 recalibrate=False"
                ) from error
            ratio[:, r] *= found
    return Recalibrated(base, cell, ratio)


def _classes(calibrations: Sequence[Calibration]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each respondent's class of covariates (and bound of the ratio, where it is their own), and one of each class."""
    cell = np.zeros(len(calibrations[0].before), dtype=np.intp)
    for done in calibrations:
        columns = [done.model[:, [k]].toarray().ravel() for k in range(done.model.shape[1])]
        if (done.highest != done.highest[0]).any():
            columns.append(done.highest)
        for column in columns:
            values, codes = np.unique(column, return_inverse=True)
            cell = np.unique(cell * len(values) + codes, return_inverse=True)[1]
    return cell, np.unique(cell, return_index=True)[1]


def replicate_totals(
    found: Recalibrated,
    change: NDArray | csr_array,
    unit: NDArray[np.intp],
    values: NDArray | None,
    domains: Domains,
) -> NDArray[np.float64]:
    """Weighted sums of ``values`` (``None``: 1) over replicates × domains, with every replicate's own weights."""
    from scipy import sparse

    width = len(domains)
    inside = np.flatnonzero(domains.code < width)
    weighted = found.base[inside] if values is None else found.base[inside] * values[inside]
    pairs, place = np.unique(found.cell[inside] * width + domains.code[inside], return_inverse=True)
    parts = sparse.csr_array((weighted, (place, unit[inside])), shape=(len(pairs), change.shape[0]))
    whole = parts.sum(axis=1)[:, None]
    gather = sparse.csr_array(
        (np.ones(len(pairs)), (pairs % width, np.arange(len(pairs)))), shape=(width, len(pairs))
    )
    sums = [
        gather @ ((whole + _dense(parts @ change[:, block])) * found.ratio[pairs // width][:, block])
        for block in blocks(change.shape[1], len(pairs))
    ]
    return np.hstack(sums).T


def blocks(replicates: int, rows: int) -> Iterator[slice]:
    """Stretches of replicates that keep rows × replicates within bounds."""
    width = max(1, _BLOCK // max(rows, 1))
    for start in range(0, replicates, width):
        yield slice(start, min(start + width, replicates))


def _dense(matrix: NDArray | csr_array) -> NDArray[np.float64]:
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
