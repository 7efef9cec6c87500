"""Facts of a report: evaluation figures joined to the cells they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kepu_eval.evaluation import Evaluation
from kepu_eval.report.blocks import Fact, Number, Source
from kepu_eval.report.literals import split_numbers
from kepu_eval.returns import Returns

PERCENT = "%"


@dataclass(frozen=True)
class FactBook:
    """Makes Facts. Ids are stable: ``Q08.value``, ``Q06.2022``, ``任务.滞后``."""

    evaluation: Evaluation
    returns: Returns

    @cached_property
    def _cells(self) -> dict[int, Source]:
        return {
            row.obs: Source(
                file=row.file,
                sheet=row.sheet,
                cell=row.cell,
                raw=row.raw,
                what="|".join((row.unit, row.indicator, row.measure, row.period, row.entity)),
            )
            for row in self.returns.observations.itertuples()
        }

    @cached_property
    def _indicators(self) -> dict[str, dict]:
        return {row["indicator"]: row for row in self.evaluation.indicators.to_dict("records")}

    def cells(self, observations: Iterable[int]) -> tuple[Source, ...]:
        """Source cells of observations."""
        return tuple(self._cells[obs] for obs in observations)

    def indicator(self, indicator: str, field: str = "value") -> Fact:
        """A figure of one indicator.

        ``field``: value, low, high, target, remaining, expected, summed, deduplicated, baseline (in the
        indicator's unit); share, pace_share, time_share (percent); questions.
        """
        row = self._indicators[indicator]
        name = row["name"]
        unit = row["unit"] if field in ("target", "summed", "deduplicated", "baseline") else row["value_unit"]
        sources = self.cells(row["sources"])
        known = {
            "label": f"{name}·{_LABELS[field]}"
            + (f"（{row['value_label']}）" if field == "value" and row["value_label"] else "")
        }
        if field == "value":
            return self._figure(
                indicator, field, row["value"], unit, formula=row["formula"], sources=sources, **known
            )
        if field == "remaining":
            value = None if _missing(row["value"]) else max(row["goal"] - row["value"], 0)
            formula = f"目标{_plain(row['target'])} − 现值（{row['formula']}）"
            return self._figure(indicator, field, value, unit, formula=formula, sources=sources, **known)
        if field in ("share", "pace", "time_share"):
            value = None if _missing(row[field]) else float(row[field]) * 100
            formulas = {
                "share": "现值÷目标",
                "pace": "（现值÷目标）÷时间进度",
                "time_share": "已过整年数÷规划年数",
            }
            fact_sources = () if field == "time_share" else sources
            return self._figure(
                indicator,
                field,
                value,
                PERCENT,
                digits=1,
                formula=formulas[field],
                sources=fact_sources,
                **known,
            )
        if field == "questions":
            return Fact(id=f"{indicator}.questions", value=int(row["questions"]), unit="项", **known)
        formulas = {
            "target": "方案规定",
            "expected": "目标×时间进度",
            "low": "缺失数据按最不利取值",
            "high": "缺失数据按最有利取值",
            "summed": "各单位上报数相加",
            "deduplicated": "相加后扣除疑似重复活动",
            "baseline": "基期上报数",
        }
        fact_sources = () if field in ("target", "expected") else sources
        return self._figure(
            indicator, field, row[field], unit, formula=formulas[field], sources=fact_sources, **known
        )

    def verdict(self, indicator: str) -> tuple[str, dict[str, Fact]]:
        """An indicator's verdict as a template of :func:`prose` and the Facts of the numbers in it."""
        row = self._indicators[indicator]
        template, facts = "", {}
        for piece, is_number in split_numbers(row["verdict"]):
            if not is_number:
                template += piece.replace("{", "{{").replace("}", "}}")
                continue
            name = f"verdict{len(facts) + 1}"
            template += "{" + name + "}"
            facts[name] = Fact(
                id=f"{indicator}.{name}",
                value=_tidy(float(piece)),
                digits=len(piece.partition(".")[2]),
                label=f"{row['name']}·判定中的数",
                formula=f"逐期、逐校（逐单位）判定后计数：{row['verdict']}",
                sources=self.cells(row["sources"]),
            )
        return template, facts

    def as_written(self, indicator: str, written: Evaluation) -> Fact:
        """An indicator's value if every open question were answered with the figure as written."""
        row = written.indicators.set_index("indicator").loc[indicator]
        label = f"{row['name']}·待核按原填计入"
        formula = "待核单元格按其候选值计入后重算"
        sources = self.cells(row["sources"])
        return self._figure(
            indicator,
            "as_written",
            row["value"],
            row["value_unit"],
            formula=formula,
            sources=sources,
            label=label,
        )

    def _figure(self, indicator: str, field: str, value: Number | None, unit: str, **rest: object) -> Fact:
        number = None if _missing(value) else _tidy(value)
        digits = rest.pop("digits", None)
        if digits is None:
            digits = 1 if unit == PERCENT and field != "target" else 0 if _whole(number) else 2
        return Fact(id=f"{indicator}.{field}", value=number, unit=unit, digits=digits, **rest)

    def period(self, indicator: str, row: dict) -> Fact:
        """One row of ``indicator_periods`` as a figure."""
        unit = (
            self._indicators[indicator]["value_unit"]
            if row["target"] == 100
            else self._indicators[indicator]["unit"]
        )
        number = None if _missing(row["value"]) else _tidy(row["value"])
        measure = "" if row["measure"] in ("", "value") else f".{row['measure']}"
        return Fact(
            id=f"{indicator}{measure}.{row['period']}",
            value=number,
            unit=unit if "；" not in unit else "",
            digits=1 if unit == PERCENT else 0 if _whole(number) else 2,
            label=f"{self._indicators[indicator]['name']}·{row['period']}",
            formula="上报数" if len(row["sources"]) == 1 else "各单位（各校）上报数汇总",
            sources=self.cells(row["sources"]),
        )

    def observation(self, obs: int, id: str, label: str, unit: str = "") -> Fact:  # noqa: A002
        """A single accepted cell as a figure."""
        row = self.returns.observations.set_index("obs").loc[obs]
        value = None if _missing(row["value"]) else _tidy(row["value"])
        return Fact(id=id, value=value, unit=unit, label=label, formula="上报数", sources=self.cells([obs]))

    def count(self, id: str, value: int, label: str, unit: str = "项", formula: str = "计数") -> Fact:  # noqa: A002
        """A count made by the evaluation itself."""
        return Fact(id=id, value=int(value), unit=unit, label=label, formula=formula)

    def share(self, id: str, part: int, whole: int, label: str) -> Fact:  # noqa: A002
        """Percentage ``part/whole``; missing when there is nothing to divide by."""
        value = None if whole == 0 else part / whole * 100
        return Fact(id=id, value=value, unit=PERCENT, digits=1, label=label, formula=f"{part}÷{whole}")


_LABELS = {
    "value": "现值",
    "low": "下界",
    "high": "上界",
    "target": "目标",
    "remaining": "距目标",
    "expected": "应达",
    "share": "完成率",
    "pace": "进度比",
    "time_share": "时间进度",
    "summed": "各单位相加",
    "deduplicated": "去重后",
    "baseline": "基期",
    "questions": "待核、退回",
}


def _missing(value: object) -> bool:
    return value is None or (not isinstance(value, str) and pd.isna(value))


def _tidy(value: Number) -> Number:
    """Whole floats as integers, numpy numbers as Python's."""
    number = float(value)
    return int(number) if number.is_integer() else number


def _whole(value: Number | None) -> bool:
    return value is None or isinstance(value, int)


def _plain(value: Number) -> str:
    return f"{_tidy(value)}"
