"""Figures of a survey as Facts: the file, the columns and the formula stand behind every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from kepu_eval.report.blocks import Fact, Number
from kepu_eval.report.fact import Source
from kepu_eval.report.hashing import file_hash
from kepu_eval.survey import Survey

PERCENT = "%"
POINTS = "个百分点"
ESTIMATE = {"estimate": "估计值", "se": "标准误", "ci_low": "置信下限", "ci_high": "置信上限"}


@dataclass(frozen=True)
class SurveyFacts:
    """Makes Facts from one survey; ``weighting`` says what its weights are, ``confidence`` is 0 … 1."""

    survey: Survey
    weighting: str
    confidence: float = 0.95
    error: str = "泰勒线性化，按层和初级抽样单位"

    @property
    def answered(self) -> str:
        """Who is counted in an estimate."""
        return "有得分的人数" if self.survey.outcome.literacy else "有回答的人数"

    def source(self, *columns: str | None) -> tuple[Source, ...]:
        """The respondents' file and the columns that were used, never a respondent."""
        survey = self.survey
        names = "、".join(dict.fromkeys(filter(None, columns)))
        return (
            Source(
                file=survey.name_of(survey.file),
                sheet=survey.mapping.sheet or "",
                cell=f"列 {names}" if names else "",
                raw=survey.label,
                sha256=self._sha256,
            ),
        )

    @cached_property
    def _sha256(self) -> str:
        return file_hash(self.survey.file)

    @property
    def design_sources(self) -> tuple[Source, ...]:
        """The file and the columns behind every estimate."""
        return self.source(*self.design_columns)

    @property
    def design_columns(self) -> tuple[str, ...]:
        """Columns behind every estimate: the score or the answers, and the design."""
        mapping = self.survey.mapping
        names = mapping.columns
        given = mapping.replicates.columns if mapping.replicates else ()
        design = names.weight, names.stratum, names.psu, names.fpc, names.ssu, names.fpc2, *given
        return tuple(filter(None, (*self.survey.answered, *design)))

    def number(
        self,
        fact_id: str,
        value: Number | str | None,
        label: str,
        formula: str,
        *columns: str | None,
        **look: Any,
    ) -> Fact:
        """Any figure; ``look`` may hold unit and digits."""
        known = None if value is None or pd.isna(value) else value
        known = known.item() if isinstance(known, np.generic) else known
        return Fact(
            id=fact_id,
            value=known,
            label=label,
            formula=formula,
            sources=self.source(*columns),
            missing="—",
            **look,
        )

    def count(
        self,
        fact_id: str,
        value: int,
        label: str,
        *columns: str | None,
        unit: str = "人",
        formula: str = "计数",
    ) -> Fact:
        """A number of respondents or the like."""
        return self.number(fact_id, int(value), label, formula, *columns, unit=unit)

    def percent(
        self, fact_id: str, share: float, label: str, formula: str, *columns: str | None, unit: str = PERCENT
    ) -> Fact:
        """A share (0 … 1) or a difference of shares, shown in percent or points with one decimal."""
        return self.number(fact_id, share * 100, label, formula, *columns, unit=unit, digits=1)

    def estimates(
        self, fact_id: str, row: Mapping, label: str, *columns: str | None, unit: str = PERCENT, se: str = ""
    ) -> dict[str, Fact]:
        """Facts of a row of estimates by its columns: estimate, se, ci_low, ci_high and, if they are there, n, df, deff.

        ``se``: how the standard error was found (``error`` by default).
        """
        used = (*self.design_columns, *columns)
        how = {
            "estimate": f"加权估计（{self.weighting}）",
            "se": se or self.error,
            "ci_low": f"{self.confidence:.0%}置信区间，t分布（设计自由度）",
            "ci_high": f"{self.confidence:.0%}置信区间，t分布（设计自由度）",
        }
        facts = {
            key: self.percent(f"{fact_id}.{key}", row[key], f"{label}·{name}", how[key], *used, unit=unit)
            for key, name in ESTIMATE.items()
            if key in row
        }
        facts["se"] = facts["se"].model_copy(update={"digits": 2})
        if "n" in row:
            facts["n"] = self.number(
                f"{fact_id}.n", _whole(row["n"]), f"{label}·样本量", self.answered, *used, unit="人"
            )
        if "df" in row:
            facts["df"] = self.number(
                f"{fact_id}.df", _whole(row["df"]), f"{label}·自由度", "初级抽样单位数−层数", *used
            )
        if "deff" in row:
            facts["deff"] = self.number(
                f"{fact_id}.deff",
                row["deff"],
                f"{label}·设计效应",
                "设计方差÷简单随机抽样方差",
                *used,
                digits=2,
            )
        return facts


def p_value(p: float) -> float | str:
    """A p-value as readers expect it: three decimals, and never 0."""
    return "<0.001" if p < 0.0005 else p


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)
