"""What can be estimated from a sample, whichever way its uncertainty is found: by linearisation or by replicates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey import estimates, quantiles
from kepu_eval.survey.domains import Domains


class Estimator(ABC):
    """The estimates common to :class:`SurveyDesign` (linearised) and :class:`Replicates`.

    A subclass says what it makes of weighted sums over domains (``estimated``); everything else follows.
    """

    @property
    @abstractmethod
    def weights(self) -> NDArray[np.float64]:
        """Weights, one a respondent."""

    @property
    @abstractmethod
    def df(self) -> float:
        """Degrees of freedom of the design, of its subpopulation where it has one."""

    @abstractmethod
    def present(self, domains: Domains) -> NDArray[np.bool_]:
        """Which units (PSUs, or rows of replicate factors) have respondents of which domain (units × domains)."""

    @abstractmethod
    def df_of(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Degrees of freedom of domains from the units in them."""

    @abstractmethod
    def domains(self, by: str | Sequence[str] | None) -> Domains:
        """Codes of the domains of ``by`` (``None``: everyone)."""

    @abstractmethod
    def values(
        self, y: str, by: str | Sequence[str] | None = None, *, share: bool = False
    ) -> tuple[NDArray, Domains]:
        """``y`` as numbers (0 where missing) and the domains of those who answered.

        ``share``: as true and false; :class:`SurveyError` where ``y`` is neither 0 nor 1.
        """

    @abstractmethod
    def estimated(
        self,
        numerator: NDArray,
        denominator: NDArray[np.float64] | None,
        domains: Domains,
        *,
        total: bool = False,
    ) -> estimates.Estimated:
        """Ratio of the weighted totals of ``numerator`` and ``denominator`` (``None``: 1) in each domain.

        With ``total`` the weighted total of ``numerator`` itself. Values are one a respondent, finite in the domains;
        a numerator of true and false is taken as 1 and 0.
        """

    def mean(self, y: str, by: str | Sequence[str] | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Weighted mean of ``y``, overall or in each domain of ``by`` (a column or several), with its uncertainty.

        Columns: group, estimate, se, ci_low, ci_high (t with the domain's degrees of freedom), deff (against simple
        random sampling with replacement), deff_fpc (without), n (respondents with a value), df, missing (those of the
        group without a value) and, with ``by``, no_group (those whose group is missing); with several columns in
        ``by`` these, too. Rows where ``y`` or ``by`` is missing are left out of numerator and denominator but stay
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
        interval: str = "woodruff",
    ) -> pd.DataFrame:
        """Quantiles of ``y`` at the levels ``q`` (0 < q < 1) by ``rule``: math, school, hf7 or shahvaish.

        Columns: group, q, estimate, se, ci_low, ci_high, n, df. ``interval``: woodruff, where a limit beyond the data is
        missing, or replicates (the scatter of the replicates' quantiles; not for the jackknife, whose scatter of a
        quantile is no standard error).
        """
        return quantiles.quantile(self, y, q, by, confidence, rule, interval)

    def ttest(
        self, y: str, value: float = 0.0, by: str | Sequence[str] | None = None, confidence: float = 0.95
    ) -> pd.DataFrame:
        """Is the mean of ``y`` other than ``value``? Overall or in each domain of ``by``.

        Columns: group, mean, estimate (mean − value), se, ci_low, ci_high (of the difference), t, p_value, n, df: the
        domain's less 1, as R's ``svyttest(I(y - value) ~ 0)``.
        """
        return estimates.one_sample(self, y, value, by, confidence)

    def contrast(
        self, y: str, by: str | Sequence[str], against: str | None = None, confidence: float = 0.95
    ) -> pd.DataFrame:
        """Means of ``y`` in the domains of ``by`` less that of the domain ``against`` (default: the first).

        Columns: group ("M - F"), estimate, se (with the covariance of the two), ci_low, ci_high, t, p_value, n, df:
        those of everyone in either domain with a value, less 1, as R's ``svyttest`` of the two.
        """
        return estimates.contrast(self, y, by, against, confidence)
