"""A complex sample on a pandas frame, and the estimates it supports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kepu_eval.survey.calibration import Calibration, Method, calibrated, explained
from kepu_eval.survey.coding import coded
from kepu_eval.survey.domains import Domains, domains_of, truths, whole
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.estimates import Estimated
from kepu_eval.survey.estimator import Estimator
from kepu_eval.survey.given_replicates import GivenKind, given
from kepu_eval.survey.linearisation import linearised
from kepu_eval.survey.margins import Margins
from kepu_eval.survey.replicates import Kind, Replicates
from kepu_eval.survey.replication import made
from kepu_eval.survey.structure import Lonely, Stage, deviations, selected

__all__ = ["SurveyDesign", "SurveyError"]


@dataclass(frozen=True, eq=False)
class SurveyDesign(Estimator):
    """A sample: one row a respondent, with the columns that say how it was drawn.

    ``weight``: column of weights. ``strata``, ``psu``: columns; without them one stratum, and every respondent a unit
    of his own. ``nest``: PSUs are numbered afresh in every stratum (``False``: a PSU in two strata is an error).
    ``fpc``: column with the number of PSUs in the stratum's population (all ≥ 1) or the fraction selected (all ≤ 1);
    none means with replacement. ``ssu`` and ``fpc2`` describe a second stage in the same way; it counts only with
    ``fpc``, as the first stage hides it otherwise.

    ``lonely``: what a stratum with one PSU contributes: ``fail`` (the default: refuse the design), ``remove`` or
    ``certainty`` (nothing), ``adjust`` (its deviation from the mean of all PSUs), ``average`` (as much as the average
    stratum). ``adjust_domain_lonely`` extends ``adjust`` and ``average`` to strata of which a domain has one PSU only.
    ``calibrations``: what :meth:`poststratify`, :meth:`rake` and :meth:`calibrate` did, ``subpopulation``: whom
    :meth:`where` kept; neither is set by hand.

    Raises :class:`SurveyError` for columns that are missing, incomplete or there twice, for weights that are not
    positive and finite, for single-PSU strata unless ``lonely`` says what to do: none of these is handled silently.
    """

    data: pd.DataFrame
    weight: str
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    ssu: str | None = None
    fpc2: str | None = None
    nest: bool = True
    lonely: Lonely = "fail"
    adjust_domain_lonely: bool = False
    calibrations: tuple[Calibration, ...] = ()
    subpopulation: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.lonely not in get_args(Lonely):
            raise SurveyError(
                f"没有单一单位层的处理办法“{self.lonely}”", hint=f"可用：{'、'.join(get_args(Lonely))}"
            )
        if not len(self.data):
            raise SurveyError("调查数据没有任何记录", hint="请检查数据文件")
        twice = self.data.columns[self.data.columns.duplicated()]
        if len(twice):
            raise SurveyError(f"调查数据有重名的列“{twice[0]}”", hint="请先改名或删去一列")
        used = (self.weight, self.strata, self.psu, self.fpc, self.ssu, self.fpc2)
        for column in filter(None, used):
            if column not in self.data:
                raise SurveyError(f"调查数据缺少列“{column}”", hint="请检查变量对照表")
            if self.data[column].hasnans:
                missing = int(self.data[column].isna().sum())
                raise SurveyError(f"列“{column}”有{missing}个缺失值", hint="请补齐后再估计")
        if self.weights.min() <= 0:
            bad = int((self.weights <= 0).sum())
            raise SurveyError(f"有{bad}个权重为零或负数", hint=f"请核对权重列“{self.weight}”")
        self._refuse_infinite(self.weight, self.weights)
        self._refuse_lonely()

    def _refuse_infinite(self, column: str, numbers: NDArray[np.float64]) -> None:
        rows = np.flatnonzero(np.isinf(numbers))
        if len(rows):
            raise SurveyError(
                f"列“{column}”第{rows[0] + 1}条记录（索引{self.data.index[rows[0]]}）等{len(rows)}处为无穷大",
                hint="请核对",
            )

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Weights, one a respondent."""
        return self._numbers(self.weight)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of selection that carry variance: PSUs within strata and, with ``fpc`` and ``ssu``, SSUs."""
        strata = self._codes(self.strata)[0]
        units = self._respondents() if self.psu is None else self._codes(self.psu)[0]
        first = selected(strata, units, self._numbers(self.fpc) if self.fpc else None, self.fpc or "")
        if not self.nest and self.psu is not None and len(first.group) > units.max() + 1:
            raise SurveyError(
                f"有初级抽样单位“{self.psu}”跨层", hint="请核对；若各层内分别编号，请用 nest=True"
            )
        if not (self.ssu and self.fpc):
            return (first,)
        population = self._numbers(self.fpc2) if self.fpc2 else None
        second = selected(first.unit, self._codes(self.ssu)[0], population, self.fpc2 or "")
        second.factor[:] = first.fraction[first.group]
        return first, second

    def _refuse_lonely(self) -> None:
        if self.lonely != "fail":
            return
        strata = np.flatnonzero(self.stages[0].lonely)
        if len(strata):
            every = self._codes(self.strata)[1]
            names = "、".join(str(every[k]) for k in strata[:5])
            raise SurveyError(
                f"层{names}只有一个初级抽样单位，无法估计方差",
                hint="请与相近的层合并，或用 lonely 指明处理办法",
            )
        if any(stage.lonely.any() for stage in self.stages[1:]):
            raise SurveyError(
                "有初级抽样单位只抽了一个次级单位，无法估计第二阶段方差", hint="请用 lonely 指明处理办法"
            )

    def _codes(self, column: str | None) -> tuple[NDArray[np.intp], NDArray | pd.Index]:
        if column is None:
            return np.zeros(len(self.data), dtype=np.intp), np.array([""])
        return coded(self.data[column])

    def _respondents(self) -> NDArray[np.intp]:
        """Each respondent a unit, in the order of the index: replicates are the same however rows are sorted."""
        index = self.data.index
        return np.argsort(np.argsort(index, kind="stable")) if index.is_unique else np.arange(len(index))

    def _numbers(self, column: str) -> NDArray[np.float64]:
        try:
            return self.data[column].to_numpy(dtype=float)
        except (TypeError, ValueError) as error:
            raise SurveyError(f"列“{column}”含非数字内容", hint="请改为数字后再估计") from error

    def where(self, mask: ArrayLike) -> SurveyDesign:
        """The same design, looking only at the subpopulation of those whose ``mask`` (one a respondent) is true.

        ``design.where(data["age"] >= 60)``. The others stay in the design, so that standard errors and degrees of
        freedom (PSUs less strata that hold any of the subpopulation) are those of R's ``subset``; filtering the data
        first loses both. Missing counts as false; a second ``where`` narrows the first. Raises :class:`SurveyError` for a mask
        of another length, that is not of true and false, or true for nobody.
        """
        inside = truths(mask, self.data.index)
        if self.subpopulation is not None:
            inside = inside & self.subpopulation
        if not inside.any():
            raise SurveyError("子总体没有任何受访者", hint="请核对条件")
        found = replace(self, subpopulation=inside)
        for name in ("weights", "stages", "_covariate_totals"):
            if name in self.__dict__:
                found.__dict__[name] = self.__dict__[name]
        return found

    @cached_property
    def df(self) -> int:
        """Degrees of freedom: PSUs less strata, both those with any of the subpopulation."""
        if self.subpopulation is None:
            return len(self.stages[0].group) - len(self.stages[0].size)
        return int(self.df_of(self.present(self.domains(None)))[0])

    def present(self, domains: Domains) -> NDArray[np.bool_]:
        """Which PSUs have respondents of which domain (PSUs × domains)."""
        return self.stages[0].totals(domains.code, len(domains), self.weights, None)[0] > 0

    def df_of(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Degrees of freedom of domains from the PSUs in them (PSUs × domains): their PSUs less their strata."""
        strata = (self.stages[0].by_group(present) > 0).sum(axis=0)
        return np.maximum(present.sum(axis=0) - strata, 0).astype(float)

    def domains(self, by: str | Sequence[str] | None) -> Domains:
        """Codes of the domains of ``by`` (``None``: everyone), kept for the next estimate."""
        kept = self.__dict__.setdefault("_domains", {})
        key = by if by is None or isinstance(by, str) else tuple(by)
        if key not in kept:
            found = whole(len(self.data)) if by is None else domains_of(self.data, by)
            if self.subpopulation is not None:
                found = found.where(self.subpopulation)
                listed = isinstance(by, str) and isinstance(self.data[by].dtype, pd.CategoricalDtype)
                found = found if by is None or listed else found.occurring()
            kept[key] = found
        return kept[key]

    def values(
        self, y: str, by: str | Sequence[str] | None = None, *, share: bool = False
    ) -> tuple[NDArray, Domains]:
        """See :meth:`Estimator.values`."""
        if y not in self.data:
            raise SurveyError(f"调查数据缺少列“{y}”", hint="请检查变量对照表")
        numbers, domains = self._numbers(y), self.domains(by)
        if self.subpopulation is not None:
            numbers = np.where(self.subpopulation, numbers, 0.0)
        if not np.isfinite(numbers.sum()):
            self._refuse_infinite(y, numbers)
            known = ~np.isnan(numbers)
            numbers, domains = np.where(known, numbers, 0.0), domains.where(known)
        if not share:
            return numbers, domains
        one = numbers == 1
        if not (one | (numbers == 0)).all():
            raise SurveyError(f"列“{y}”有0、1以外的值，比例只能由0/1变量估计")
        return one, domains

    def totals(self, values: NDArray | None, domains: Domains, level: int = 0) -> NDArray[np.float64]:
        """Weighted sums of ``values`` (``None``: 1) over units of a stage × domains, less what calibrations explain."""
        (found,) = self.stages[level].totals(domains.code, len(domains), self.weights, values)
        return found - self.explained(values, domains, level) if self.calibrations else found

    def explained(
        self, values: NDArray[np.float64] | None, domains: Domains, level: int = 0
    ) -> NDArray[np.float64]:
        """The part of weighted unit totals (units × domains) that the calibrations hold fixed."""
        return explained(self, values, domains, level)

    def deviations(
        self, stage: Stage, scores: NDArray, present: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Scaled deviations of unit totals under the design's rule for single units; see ``structure``."""
        return deviations(stage, scores, present, self.lonely, self.adjust_domain_lonely)

    def estimated(
        self,
        numerator: NDArray,
        denominator: NDArray[np.float64] | None,
        domains: Domains,
        *,
        total: bool = False,
    ) -> Estimated:
        """See :meth:`Estimator.estimated`: by Taylor linearisation."""
        return linearised(self, numerator, denominator, domains, total=total)

    def poststratify(self, margins: Margins) -> SurveyDesign:
        """A new design whose weights add up to the population of each cell of one margin.

        ``margins``: as :func:`read_margins` gives them, ``{"sex|age": {"F|18-29": 1200, …}}``: one variable, or
        several joined by "|". Standard errors of the new design use residuals from the cell means. Raises
        :class:`SurveyError` for a cell without respondents or without population. Holt & Smith (1979).
        """
        if len(margins) != 1:
            raise SurveyError(
                f"事后分层只用一个边际（可用“|”交叉多个变量），现有{len(margins)}个", hint="多个边际请用 rake"
            )
        return calibrated(self, margins, {}, "linear", None, None, recounted=True)

    def rake(
        self,
        margins: Margins,
        *,
        bounds: tuple[float, float] | None = None,
        trim: float | None = None,
    ) -> SurveyDesign:
        """A new design whose weights add up to every margin: raking ratio, the limit of iterative fitting.

        ``margins``: ``{"sex": {"F": 5100, "M": 4900}, "age": {…}}``, all with the same total. ``bounds``: least and
        greatest ratio of new to old weights. ``trim``: no new weight above so many medians of the old ones. Bounds and
        trimming are part of the problem solved, so that the margins hold exactly; where they cannot,
        :class:`SurveyError` says which category stays off. ``.calibrations[-1]`` reports how it went.
        """
        return calibrated(self, margins, {}, "raking", bounds, trim, recounted=True)

    def calibrate(
        self,
        margins: Margins | None = None,
        totals: Mapping[str, float] | None = None,
        *,
        method: Method = "linear",
        bounds: tuple[float, float] | None = None,
        trim: float | None = None,
    ) -> SurveyDesign:
        """A new design whose weights reproduce margins and the population ``totals`` of numeric columns.

        ``method``: linear (GREG), raking (exponential) or logit (needs ``bounds`` around 1); ``bounds`` and ``trim``
        as for :meth:`rake`. Deville & Särndal (1992), Journal of the American Statistical Association 87.
        """
        return calibrated(self, margins or {}, totals or {}, method, bounds, trim)

    def replicates(
        self,
        kind: Kind,
        n: int | None = None,
        seed: int | None = None,
        *,
        fay: float = 0.0,
        recalibrate: bool = False,
    ) -> Replicates:
        """Replicates of this design that give the same estimates with standard errors of their own.

        ``kind``: JK1 (no strata), JKn, BRR (two PSUs a stratum; ``fay``: its coefficient ρ), SDR (successive
        differences: PSUs drawn systematically, in the order of their labels) or bootstrap: Rao–Wu with n_h − 1 PSUs
        drawn a stratum, rescaled for finite populations; ``n`` (default 500) and ``seed`` are for it.
        The same seed gives the same replicates, in whatever order the rows stand. ``recalibrate``: each replicate of a
        calibrated design is calibrated anew, as R does with ``as.svrepdesign`` and then ``rake``, ``postStratify`` or
        ``calibrate``; without, the residuals stand for that to first order and errors are the linearised ones again.
        """
        return made(self, kind, n, seed, fay, recalibrate)

    def with_replicates(
        self,
        weights: ArrayLike | Sequence[str],
        scale: float | None = None,
        rscales: ArrayLike = 1.0,
        *,
        kind: GivenKind = "other",
        fay: float = 0.0,
        mse: bool = False,
        combined: bool = True,
        df: float | None = None,
    ) -> Replicates:
        """Replicates from given weights (respondents × replicates, or their columns), as another agency made them.

        The variance is ``scale`` · Σ ``rscales`` · (θ_r − θ̄)²; with ``mse`` around the full sample's estimate.
        ``kind`` says the scale where none is given: JK1 (R − 1)/R, JK2 and JKn 1, BRR 1/R, Fay 1/(R(1 − ``fay``)²),
        bootstrap 1/(R − 1), SDR 4/R (R: ``svrepdesign``). ``combined``: the columns are weights; ``False``: factors
        that multiply the full sample's. ``df``: degrees of freedom, by default the rank of the replicate weights
        less 1, of a domain that of its own rows. Raises :class:`SurveyError` for values missing or negative, and where the
        replicates do not fit the full weights: factors given as weights, weights as factors, rows of other people.
        """
        return given(self, weights, kind, scale, rscales, fay, mse, combined, df)
