"""A complex sample and the estimates it supports: Taylor linearisation on PSU totals.

Method: ratio estimator of a domain mean, variance of the weighted linearised values between PSUs within strata
with replacement (Wolter, Introduction to Variance Estimation, 2nd ed., ch. 6; the same as R's survey::svymean),
interval on the logit scale with the design's degrees of freedom (survey::svyciprop, method "logit").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


class SurveyError(ValueError):
    """Survey data that do not support the estimate asked for; the Chinese message says what to do."""


@dataclass(frozen=True)
class SurveyDesign:
    """A sample: one row a respondent, with the columns that say how it was drawn.

    ``psu`` may be numbered afresh in every stratum. Raises :class:`SurveyError` for weights that are missing, zero
    or negative, for missing strata or PSUs and for a stratum with a single PSU: none of these is handled silently.
    """

    data: pd.DataFrame
    weight: str
    strata: str
    psu: str

    def __post_init__(self) -> None:
        for column in (self.weight, self.strata, self.psu):
            if column not in self.data:
                raise SurveyError(f"调查数据缺少列“{column}”，请检查变量对照表")
            if self.data[column].isna().any():
                raise SurveyError(
                    f"列“{column}”有{int(self.data[column].isna().sum())}个缺失值，请补齐后再估计"
                )
        bad = int((self.data[self.weight] <= 0).sum())
        if bad:
            raise SurveyError(f"有{bad}个权重为零或负数，请核对权重列“{self.weight}”")
        lonely = self._psus.groupby(level=0).size()
        lonely = lonely[lonely.eq(1)]
        if len(lonely):
            names = "、".join(map(str, lonely.index[:5]))
            raise SurveyError(f"层{names}只有一个初级抽样单位，无法估计方差，请与相近的层合并")

    @property
    def _psus(self) -> pd.Series:
        return self.data.groupby([self.strata, self.psu], sort=True).size()

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs less strata."""
        psus = self._psus
        return len(psus) - psus.index.get_level_values(0).nunique()

    def proportion(self, y: str, by: str | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Share of ``y`` (0/1), overall or in each domain of ``by``, with its uncertainty.

        Columns: group, estimate, se, ci_low, ci_high (all 0 … 1), deff, n, df. Rows where ``y`` or ``by`` is
        missing are left out of numerator and denominator but stay in the design. An empty domain, and a share of
        exactly 0 or 1, have no interval (NaN), never [p, p].
        """
        groups = [("", np.ones(len(self.data), dtype=bool))]
        if by is not None:
            names = sorted(self.data[by].dropna().unique())
            groups = [(str(name), (self.data[by] == name).to_numpy()) for name in names]
        return pd.DataFrame(self._proportion(y, name, inside, confidence) for name, inside in groups)

    def _proportion(self, y: str, group: str, inside: np.ndarray, confidence: float) -> dict:
        values = self.data[y].to_numpy(dtype=float)
        inside = inside & ~np.isnan(values)
        weights = np.where(inside, self.data[self.weight].to_numpy(dtype=float), 0.0)
        n, whole = int(inside.sum()), weights.sum()
        row = {"group": group, "estimate": math.nan, "se": math.nan, "ci_low": math.nan, "ci_high": math.nan,
               "deff": math.nan, "n": n, "df": self.df}  # fmt: skip
        if not n:
            return row
        estimate = float((weights * np.where(inside, values, 0.0)).sum() / whole)
        scores = weights * np.where(inside, values - estimate, 0.0) / whole
        se = math.sqrt(self._variance(scores))
        row |= {"estimate": estimate, "se": se}
        if 0 < estimate < 1:
            row["deff"] = se**2 / (estimate * (1 - estimate) / (n - 1)) if n > 1 else math.nan
            margin = stats.t.ppf((1 + confidence) / 2, self.df) * se / (estimate * (1 - estimate))
            centre = math.log(estimate / (1 - estimate))
            row["ci_low"], row["ci_high"] = (
                1 / (1 + math.exp(-(centre + side * margin))) for side in (-1, 1)
            )
        return row

    def _variance(self, scores: np.ndarray) -> float:
        """Between PSUs within strata, with replacement."""
        keys = [self.data[self.strata].to_numpy(), self.data[self.psu].to_numpy()]
        totals = pd.Series(scores).groupby(keys).sum()
        within = totals.groupby(level=0)
        size = within.transform("size")
        return float((size / (size - 1) * (totals - within.transform("mean")) ** 2).sum())
