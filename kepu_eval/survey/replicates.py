"""Replicate weights: the sample drawn again, or all but a part of it, to see how far its estimates move.

A replicate multiplies the weights of whole PSUs, so that it is a factor per PSU (PSUs × replicates) and an estimate
from it a product of that matrix with PSU totals: weights per respondent exist only when asked for. Where the design
was calibrated, a replicate is calibrated anew, or else the totals are those of the residuals, which is that to first
order.
Methods: Wolter, Introduction to Variance Estimation, 2nd ed., ch. 3–5; Rao & Wu (1988), JASA 83: 231–241.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array

from kepu_eval.survey.domains import Domains
from kepu_eval.survey.estimates import Estimated
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.linearisation import sums
from kepu_eval.survey.margins import Margins
from kepu_eval.survey.recalibration import Recalibrated, blocks, recalibrated, replicate_totals
from kepu_eval.survey.structure import unit_totals

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from kepu_eval.survey.calibration import Calibration
    from kepu_eval.survey.design import SurveyDesign

Kind = Literal["JK1", "JKn", "BRR", "SDR", "bootstrap"]
_SUMS = 2  # random sums a replicate, and respondents tried, to find a rank
_NONE = 1e-12  # a replicate with less than this share of a domain's weight has none of it


@dataclass(frozen=True, eq=False)
class Replicates(Estimator):
    """Replicates of a design; the estimates are the design's, their standard errors come from the replicates.

    ``change`` (PSUs × replicates, sparse for JKn) is the factor of each PSU's weights less 1; ``unit`` (n,) tells the
    respondent's row of it. The covariance is ``scale`` · Σ ``rscales`` · (θ_r − θ̄)(θ_r − θ̄)'; ``mse``: around the
    full sample's estimate. ``contained``: how many of the design's calibrations the replicates were made after; all
    later ones are repeated in each (``recalibrated``). ``stated_df``: degrees of freedom of the whole sample as its
    agency states them. A replicate without respondents of a domain says nothing of it and is left out there, as in R.
    """

    design: SurveyDesign
    kind: str
    change: NDArray[np.float64] | csr_array
    unit: NDArray[np.intp]
    scale: float
    rscales: NDArray[np.float64]
    mse: bool = False
    recalibrate: bool = True
    contained: int = 0
    stated_df: float | None = None

    @cached_property
    def recalibrated(self) -> Recalibrated | None:
        """What calibrating each replicate did; ``None`` where there is nothing to repeat."""
        later = self.design.calibrations[self.contained :]
        return recalibrated(later, self.change, self.unit) if later and self.recalibrate else None

    @property
    def data(self) -> pd.DataFrame:
        """The respondents."""
        return self.design.data

    @property
    def weight(self) -> str:
        """Column of the full sample's weights."""
        return self.design.weight

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weights of the full sample, one a respondent."""
        return self.design.weights

    @property
    def calibrations(self) -> tuple[Calibration, ...]:
        """What the design was calibrated to."""
        return self.design.calibrations

    def where(self, mask: ArrayLike) -> Replicates:
        """The same replicates, looking only at a subpopulation; see :meth:`SurveyDesign.where`."""
        found = replace(self, design=self.design.where(mask))
        found.__dict__["recalibrated"] = self.recalibrated
        return found

    def poststratify(self, margins: Margins) -> Replicates:
        """As :meth:`SurveyDesign.poststratify`, full sample and every replicate."""
        return self._calibrated(self.design.poststratify(margins))

    def rake(self, margins: Margins, **how: Any) -> Replicates:
        """As :meth:`SurveyDesign.rake`, full sample and every replicate."""
        return self._calibrated(self.design.rake(margins, **how))

    def calibrate(
        self, margins: Margins | None = None, totals: Mapping[str, float] | None = None, **how: Any
    ) -> Replicates:
        """As :meth:`SurveyDesign.calibrate`, full sample and every replicate."""
        return self._calibrated(self.design.calibrate(margins, totals, **how))

    def _calibrated(self, design: SurveyDesign) -> Replicates:
        found = replace(self, design=design, recalibrate=True)
        found.recalibrated  # noqa: B018 - a replicate that cannot be calibrated is said now
        return found

    @cached_property
    def df(self) -> float:
        """Degrees of freedom: as stated, or the rank of the replicate weights less 1 (PSUs less strata)."""
        return float(self.df_of(self.present(self.domains(None)))[0])

    @cached_property
    def _rows(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each respondent's row of replicate weights, and one respondent of every row.

        Those of a row have the same weights but for a factor: a PSU's or, calibrated anew, those of a class in it.
        """
        row, first = self.unit, np.zeros(self.change.shape[0], dtype=np.intp)
        if self.recalibrated is not None:
            cell = self.recalibrated.cell
            kept, row = np.unique(row * (int(cell.max()) + 1) + cell, return_inverse=True)
            first = np.zeros(len(kept), dtype=np.intp)
        first[row] = np.arange(len(row))
        return row, first

    def present(self, domains: Domains) -> NDArray[np.bool_]:
        """Which rows of replicate weights have respondents of which domain (rows × domains)."""
        row, first = self._rows
        (found,) = unit_totals(row, len(first), domains.code, len(domains), self.weights, None)
        return found > 0

    def df_of(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Degrees of freedom of domains from the rows in them: the rank of their replicate weights less 1, as R's.

        Of replicates made from a design the rank is known: what a stratum's units vary by, its units less 1 where all
        are in the domain. Weights calibrated anew differ within a unit, which raises the rank: R counts it anew after
        ``rake``, ``postStratify`` and ``subset``, but not after ``calibrate``.
        """
        whole = present.all(axis=0)
        if self.kind != "given" and self.recalibrated is None:
            stage = self.design.stages[0]
            units = stage.by_group(present)
            full = units == stage.size[:, None]
            found = (units - full).sum(axis=0) - ~full.any(axis=0)
            return np.clip(found, 0, self.change.shape[1] - 1)
        found = np.maximum(self._ranks(present) - 1, 0)
        if self.stated_df is not None:
            return np.where(whole, self.stated_df, np.minimum(found, self.stated_df))
        later = self.design.calibrations[self.contained :]
        anew = self.design.subpopulation is not None or any(done.recounted for done in later)
        if whole.any() and self.recalibrated is not None and not anew:
            found[whole] = replace(self, recalibrate=False).df
        return found

    def _ranks(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Ranks of the replicate weights of each domain's rows, kept for the next estimate."""
        kept, first = self.__dict__.setdefault("_rank_of", {}), self._rows[1]
        keys = [np.packbits(inside).tobytes() for inside in present.T]
        for key, inside in zip(keys, present.T, strict=True):
            if key not in kept:
                kept[key] = self._rank(first[inside])
        return np.array([kept[key] for key in keys], dtype=float)

    def _rank(self, rows: NDArray[np.intp]) -> int:
        """Rank of the replicate weights of the respondents ``rows``: of some of them, where those have as many as there can be.

        Of many more than replicates, random sums stand in for them, which have the same rank (sparse embedding with normal
        factors, Clarkson & Woodruff, JACM 63(6), 2017). Cross products would lose what is small, and ranks rest on it.
        """
        width = self.change.shape[1]
        some = rows[:: max(len(rows) // (_SUMS * width), 1)]
        found = rank(self._by_row(some))
        if found == width or len(some) == len(rows):
            return found
        sums, random = np.zeros((_SUMS * width, width)), np.random.default_rng(0)
        for block in blocks(len(rows), width):
            weights = self._by_row(rows[block])
            into = random.integers(len(sums), size=len(weights)), np.arange(len(weights))
            factors = coo_array((random.standard_normal(len(weights)), into), (len(sums), len(weights)))
            sums += factors.tocsr() @ weights
        return rank(sums)

    def _by_row(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """The replicate weights of the respondents ``rows`` (respondents × replicates)."""
        done, change = self.recalibrated, self.change[self.unit[rows]]
        found = 1 + (change if isinstance(change, np.ndarray) else change.toarray())
        if done is None:
            return found * self.weights[rows][:, None]
        found *= done.ratio[done.cell[rows]]
        found *= done.base[rows][:, None]
        return found

    def domains(self, by: str | Sequence[str] | None) -> Domains:
        """See :meth:`Estimator.domains`."""
        return self.design.domains(by)

    def values(
        self, y: str, by: str | Sequence[str] | None = None, *, share: bool = False
    ) -> tuple[NDArray, Domains]:
        """See :meth:`Estimator.values`."""
        return self.design.values(y, by, share=share)

    def estimated(
        self,
        numerator: NDArray,
        denominator: NDArray[np.float64] | None,
        domains: Domains,
        *,
        total: bool = False,
    ) -> Estimated:
        """See :meth:`Estimator.estimated`: replicate by replicate."""
        found = sums(self.design, numerator, denominator, domains, total=total)
        thetas = self._totals(numerator, domains, found.y, found.units[0])
        if not total:
            under = self._totals(denominator, domains, found.x, found.units[1])
            with np.errstate(divide="ignore", invalid="ignore"):
                thetas = np.where(np.abs(under) > _NONE * np.abs(found.x), thetas / under, np.nan)
        return replace(
            found.estimated,
            df=self.df_of(self.present(domains)),
            deviations=[self.scatter(thetas, found.estimated.estimate)],
            replicates=thetas,
            scatter=self.scatter,
        )

    @property
    def _by_psu(self) -> bool:
        return self.unit is self.design.stages[0].unit

    def _totals(
        self, values: NDArray | None, domains: Domains, whole: NDArray, units: NDArray
    ) -> NDArray[np.float64]:
        """Totals by replicate (replicates × domains), from the full sample's and those of PSUs."""
        if self.recalibrated is not None:
            return replicate_totals(self.recalibrated, self.change, self.unit, values, domains)
        if not self._by_psu:
            (units,) = unit_totals(
                self.unit, self.change.shape[0], domains.code, len(domains), self.weights, values
            )
        return whole + self.change.T @ units

    def scatter(self, thetas: NDArray, centre: NDArray) -> NDArray[np.float64]:
        """Scaled deviations Q (replicates × columns) of replicate estimates; their covariance is QᵀQ."""
        known = np.isfinite(thetas)
        if not self.mse:
            used = known & (self.rscales > 0)[:, None]
            centre = np.where(used, thetas, 0.0).sum(axis=0) / np.maximum(used.sum(axis=0), 1)
        return np.where(known, thetas - centre, 0.0) * np.sqrt(self.scale * self.rscales)[:, None]

    def each(self, rows: NDArray[np.intp]) -> Iterator[NDArray[np.float64]]:
        """The replicate weights of the respondents ``rows``, one array a replicate."""
        done = self.recalibrated
        base = (self.weights if done is None else done.base)[rows]
        for block in blocks(self.change.shape[1], len(rows)):
            change = self.change[:, block]
            change = change if isinstance(change, np.ndarray) else change.toarray()
            for k, r in enumerate(range(block.start, block.stop)):
                weight = base * (1 + change[self.unit[rows], k])
                yield weight if done is None else weight * done.ratio[done.cell[rows], r]

    def weights_frame(self) -> pd.DataFrame:
        """The replicate weights (respondents × replicates, columns rep1 …), for other programs.

        Calibrated anew where the replicates are. ``scale`` and ``rscales`` go with them.
        """
        table = np.column_stack(list(self.each(np.arange(len(self.unit)))))
        return pd.DataFrame(
            table, index=self.design.data.index, columns=[f"rep{r + 1}" for r in range(table.shape[1])]
        )


def rank(matrix: NDArray[np.float64], tolerance: float = 1e-5) -> int:
    """Columns of which those before leave more than ``tolerance`` of their length: the rank as LINPACK's dqrdc2 finds it."""
    left: Any = np.linalg.qr(matrix, mode="r")
    lengths = np.linalg.norm(matrix, axis=0)
    of_itself = np.abs(np.diag(left))  # what a column leaves, as long as none before it leaves nothing
    if len(of_itself) == len(lengths) and (of_itself > tolerance * lengths).all():
        return len(lengths)
    found = 0
    for k in range(matrix.shape[1]):
        length = np.linalg.norm(left[:, k])
        if length > tolerance * lengths[k] and length > 0:
            axis = left[:, k] / length
            left[:, k + 1 :] -= np.outer(axis, axis @ left[:, k + 1 :])
            found += 1
    return found
