"""A complex sample on a pandas frame, and the estimates it supports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey import estimates, quantiles
from kepu_eval.survey.domains import Domains, domains_of, whole
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.structure import Lonely, Stage, deviations, selected

__all__ = ["SurveyDesign", "SurveyError"]


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """A sample: one row a respondent, with the columns that say how it was drawn.

    ``weight``: column of weights. ``strata``, ``psu``: columns; without them one stratum, and every respondent a unit
    of his own. ``nest``: PSUs are numbered afresh in every stratum (``False``: a PSU in two strata is an error).
    ``fpc``: column with the number of PSUs in the stratum's population (all ≥ 1) or the fraction selected (all ≤ 1);
    none means with replacement. ``ssu`` and ``fpc2`` describe a second stage in the same way; it counts only with
    ``fpc``, as the first stage hides it otherwise.

    ``lonely``: what a stratum with one PSU contributes: ``fail`` (the default: refuse the design), ``remove`` or
    ``certainty`` (nothing), ``adjust`` (its deviation from the mean of all PSUs), ``average`` (as much as the average
    stratum). ``adjust_domain_lonely`` extends ``adjust`` and ``average`` to strata of which a domain has one PSU only.

    Raises :class:`SurveyError` for columns that are missing or incomplete, for weights that are zero or negative, for
    single-PSU strata unless ``lonely`` says what to do: none of these is handled silently.
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

    def __post_init__(self) -> None:
        if self.lonely not in get_args(Lonely):
            raise SurveyError(f"没有单一单位层的处理办法“{self.lonely}”，可用：{'、'.join(get_args(Lonely))}")
        if not len(self.data):
            raise SurveyError("调查数据没有任何记录，请检查数据文件")
        used = (self.weight, self.strata, self.psu, self.fpc, self.ssu, self.fpc2)
        for column in filter(None, used):
            if column not in self.data:
                raise SurveyError(f"调查数据缺少列“{column}”，请检查变量对照表")
            missing = int(self.data[column].isna().sum())
            if missing:
                raise SurveyError(f"列“{column}”有{missing}个缺失值，请补齐后再估计")
        bad = int((self.weights <= 0).sum())
        if bad:
            raise SurveyError(f"有{bad}个权重为零或负数，请核对权重列“{self.weight}”")
        self._refuse_lonely()

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Weights, one a respondent."""
        return self._numbers(self.weight)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of selection that carry variance: PSUs within strata and, with ``fpc`` and ``ssu``, SSUs."""
        strata, self.__dict__["_strata_names"] = self._codes(self.strata)
        units = np.arange(len(self.data)) if self.psu is None else self._codes(self.psu)[0]
        first = selected(strata, units, self.fpc and self._numbers(self.fpc), self.fpc or "")
        if not self.nest and self.psu is not None and len(first.group) > units.max() + 1:
            raise SurveyError(f"有初级抽样单位“{self.psu}”跨层，请核对；若各层内分别编号，请用 nest=True")
        if not (self.ssu and self.fpc):
            return (first,)
        population = self.fpc2 and self._numbers(self.fpc2)
        second = selected(first.unit, self._codes(self.ssu)[0], population, self.fpc2 or "")
        second.factor[:] = first.fraction[first.group]
        return first, second

    def _refuse_lonely(self) -> None:
        if self.lonely != "fail":
            return
        strata = np.flatnonzero(self.stages[0].lonely)
        if len(strata):
            names = "、".join(str(self._strata_names[k]) for k in strata[:5])
            raise SurveyError(
                f"层{names}只有一个初级抽样单位，无法估计方差，请与相近的层合并，或用 lonely 指明处理办法"
            )
        if any(stage.lonely.any() for stage in self.stages[1:]):
            raise SurveyError(
                "有初级抽样单位只抽了一个次级单位，无法估计第二阶段方差，请用 lonely 指明处理办法"
            )

    def _codes(self, column: str | None) -> tuple[NDArray[np.intp], Sequence]:
        if column is None:
            return np.zeros(len(self.data), dtype=np.intp), [""]
        return pd.factorize(self.data[column], sort=True)

    def _numbers(self, column: str) -> NDArray[np.float64]:
        try:
            return self.data[column].to_numpy(dtype=float)
        except (TypeError, ValueError) as error:
            raise SurveyError(f"列“{column}”含非数字内容，请改为数字后再估计") from error

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs less strata."""
        return len(self.stages[0].group) - len(self.stages[0].size)

    def df_of(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Degrees of freedom of domains from the PSUs in them (PSUs × domains): their PSUs less their strata."""
        strata = (self.stages[0].by_group(present) > 0).sum(axis=0)
        return np.maximum(present.sum(axis=0) - strata, 0).astype(float)

    def domains(self, by: str | Sequence[str] | None) -> Domains:
        """Codes of the domains of ``by`` (``None``: everyone), kept for the next estimate."""
        kept = self.__dict__.setdefault("_domains", {})
        key = by if by is None or isinstance(by, str) else tuple(by)
        if key not in kept:
            kept[key] = whole(len(self.data)) if by is None else domains_of(self.data, by)
        return kept[key]

    def values(
        self, y: str, by: str | Sequence[str] | None = None, *, share: bool = False
    ) -> tuple[NDArray[np.float64], Domains]:
        """``y`` as numbers (0 where missing) and the domains of those who answered; ``share``: only 0 and 1."""
        if y not in self.data:
            raise SurveyError(f"调查数据缺少列“{y}”，请检查变量对照表")
        numbers, domains = self._numbers(y), self.domains(by)
        known = ~np.isnan(numbers)
        if not known.all():
            numbers, domains = np.where(known, numbers, 0.0), domains.where(known)
        if share and not ((numbers == 0) | (numbers == 1)).all():
            raise SurveyError(f"列“{y}”有0、1以外的值，比例只能由0/1变量估计")
        return numbers, domains

    def totals(self, weighted: NDArray[np.float64], domains: Domains, level: int = 0) -> NDArray[np.float64]:
        """Sums of weighted values over the units of a stage (units × domains)."""
        return self.stages[level].totals(weighted, domains.code, len(domains))

    def deviations(
        self, stage: Stage, scores: NDArray[np.float64], present: NDArray[np.bool_] | None = None
    ) -> NDArray[np.float64]:
        """Scaled deviations of unit totals under the design's rule for single units; see ``structure``."""
        return deviations(stage, scores, present, self.lonely, self.adjust_domain_lonely)

    def mean(self, y: str, by: str | Sequence[str] | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Weighted mean of ``y``, overall or in each domain of ``by`` (a column or several), with its uncertainty.

        Columns: group, estimate, se, ci_low, ci_high (t with the domain's degrees of freedom), deff (against simple
        random sampling with replacement), deff_fpc (without), n (respondents with a value), df; with several columns
        in ``by`` these, too. Rows where ``y`` or ``by`` is missing are left out of numerator and denominator but stay
        in the design. An empty domain is missing (NaN, n = 0), never 0 ± 0.
        """
        return estimates.mean(self, y, by, confidence)

    def proportion(
        self,
        y: str,
        by: str | Sequence[str] | None = None,
        confidence: float = 0.95,
        method: str = "logit",
    ) -> pd.DataFrame:
        """Share of ``y`` (0/1), as :meth:`mean`; interval by ``method``, see :mod:`kepu_eval.survey.intervals`.

        All shares are 0 … 1. A share of exactly 0 or 1 has no interval (NaN), never [p, p]; with ``beta`` it has
        Clopper–Pearson's on Kish's effective sample size.
        """
        return estimates.proportion(self, y, by, confidence, method)

    def total(self, y: str, by: str | Sequence[str] | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Weighted total of ``y``, in its unit; columns as :meth:`mean`."""
        return estimates.total(self, y, by, confidence)

    def ratio(
        self,
        numerator: str,
        denominator: str,
        by: str | Sequence[str] | None = None,
        confidence: float = 0.95,
    ) -> pd.DataFrame:
        """Total of ``numerator`` over that of ``denominator``; columns as :meth:`mean`."""
        return estimates.ratio(self, numerator, denominator, by, confidence)

    def quantile(
        self,
        y: str,
        q: float | Sequence[float],
        by: str | Sequence[str] | None = None,
        confidence: float = 0.95,
        rule: str = "math",
    ) -> pd.DataFrame:
        """Quantiles of ``y`` at the levels ``q`` (0 < q < 1) by ``rule``: math, school, hf7 or shahvaish.

        Columns: group, q, estimate, se, ci_low, ci_high (Woodruff), n, df. A limit beyond the data is missing.
        """
        return quantiles.quantile(self, y, q, by, confidence, rule)

    def contrast(
        self, y: str, by: str | Sequence[str], against: str | None = None, confidence: float = 0.95
    ) -> pd.DataFrame:
        """Means of ``y`` in the domains of ``by`` less that of the domain ``against`` (default: the first).

        Columns: group ("M - F"), estimate, se (with the covariance of the two), ci_low, ci_high, t, p_value, n, df:
        the design's less 1, as R's ``svyttest``.
        """
        return estimates.contrast(self, y, by, against, confidence)
