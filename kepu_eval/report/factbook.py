"""Facts of a report: evaluation figures joined to the parts and the cells they came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from kepu_eval.evaluation import Evaluation
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import Fact, Lineage, Number
from kepu_eval.report.fact import Source
from kepu_eval.report.ratings import (
    Ratings,
    commitment_id,
    indicator_id,
    mechanism_id,
    period_id,
    submission_id,
    task_id,
    unit_id,
)
from kepu_eval.report.sources import RoundSources
from kepu_eval.returns import Decisions, Returns
from kepu_eval.rows import Row

PERCENT = "%"
_OPEN = "·缺报、待核、退回的格"
ALL_TASKS, ALL_INDICATORS = "任务.合计", "指标.合计"


@dataclass(frozen=True)
class FactBook:
    """Makes Facts. Ids are stable: ``Q08.value``, ``Q06.2022``, ``任务.滞后``, ``任务.05``.

    ``surveyed``: where the estimate of a level comes from. ``hashes``: of other files by name. ``mark`` (``.中期``) ends the ids of another round's Facts
    that stand in the same report; methods that give ids of parts put it on, too.
    """

    evaluation: Evaluation
    returns: Returns
    plan: Plan
    decisions: Decisions = field(default_factory=Decisions.none)
    surveyed: tuple[Source, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    @cached_property
    def sources(self) -> RoundSources:
        """Cells of the round."""
        return RoundSources(self.returns, self.decisions)

    @cached_property
    def _indicators(self) -> dict[str, dict]:
        return {row["indicator"]: row for row in self.evaluation.indicators.to_dict("records")}

    def cells(self, observations: Iterable[int]) -> tuple[Source, ...]:
        """Source cells of observations."""
        return self.sources.observations(observations)

    def planned(self, what: str) -> tuple[Source, ...]:
        """The plan's file, for what it alone lays down."""
        return (Source(file=self.plan.source, sha256=self.plan.sha256, what=what),)

    def file(self, name: str, what: str = "", **place: str) -> Source:
        """One of the other files that were read (decisions, ledger), or a place in it."""
        return Source(file=name, sha256=self.hashes.get(name, ""), what=what, **place)

    def placed(self, source: Source) -> Source:
        """A place named by file, sheet and cell, with its round, its file's hash and the decision on it."""
        if source.file == self.plan.source:
            return source.model_copy(update={"sha256": self.plan.sha256})
        known = self.sources.placed(source)
        return known or source.model_copy(update={"sha256": self.hashes.get(source.file, "")})

    def statements(self, statuses: Iterable[int], field: str) -> tuple[Source, ...]:
        """Cells of one column of 任务自查 (``year:2023``: of that year's), of those statements that fill it."""
        rows, found = self.returns.statuses, []
        for row in rows[rows["status"].isin(statuses)].to_dict("records"):
            told = row["done_by_year"].get(field[5:]) if field.startswith("year:") else row[field]
            if told and field in row["cells"]:
                what = f"{row['unit']}|{row['commitment']}|{field}"
                found.append(
                    self.placed(
                        Source(
                            file=row["file"],
                            sheet=row["sheet"],
                            cell=row["cells"][field],
                            raw=str(told),
                            what=what,
                        )
                    )
                )
        return tuple(found)

    def named(self, *ids: str) -> tuple[str, ...]:
        """Ids as this book's Facts have them."""
        return tuple(f"{name}{self.mark}" for name in ids)

    def tasks(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """Ratings of tasks, as parts of what is made of them; of no task: of all, among which none was found."""
        return self.named(*map(task_id, rows["number"])) or self.named(ALL_TASKS)

    def indicators(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """Ratings of indicators, as parts; of none: of all."""
        return self.named(*map(indicator_id, rows["indicator"])) or self.named(ALL_INDICATORS)

    def mechanisms(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """States of mechanisms, as parts; of none: of all."""
        return self.named(*map(mechanism_id, rows["mechanism"] if len(rows) else self.evaluation.mechanisms["mechanism"]))  # fmt: skip

    def commitments(self, rows: pd.DataFrame) -> tuple[str, ...]:
        """Ratings of commitments, as parts."""
        return self.named(*map(commitment_id, rows["commitment"]))

    def submissions(self, units: Iterable[str]) -> tuple[str, ...]:
        """What units sent, as parts, by their ids; of no unit: of all."""
        wanted = list(dict.fromkeys(units)) or [unit.id for unit in self.plan.units]
        return self.named(*map(submission_id, wanted))

    def units(self, units: Iterable[str]) -> tuple[str, ...]:
        """Units' standing, as parts, by their ids."""
        return self.named(*map(unit_id, units))

    @cached_property
    def lineage(self) -> Lineage:
        """Every rating, and every figure of an indicator or a period: what the report's Facts are made of."""
        figures = [
            self.indicator(name, part)
            for name, row in self._indicators.items()
            for part in ("target", "value", "share", "low", "high")
            if part != "target" or not _missing(row["target"])
        ]
        periods = [
            self.period(row["indicator"], row, side)
            for row in self.evaluation.indicator_periods.to_dict("records")
            for side in ("value", "low", "high")
        ]
        failing = [fact for name in self._indicators if (fact := self.failing(name)) is not None]
        return Lineage(facts=(*Ratings(self).facts(), *figures, *failing, *periods, *self._open_cells()))

    def indicator(self, indicator: str, field: str = "value") -> Fact:
        """A figure of one indicator.

        ``field``: value, low, high, target, remaining, expected, summed, deduplicated, baseline (in the
        indicator's unit); share, pace, time_share (percent); questions.
        """
        row = self._indicators[indicator]
        label = f"{row['name']}·{_LABELS[field]}"
        if field == "value":
            label += f"（{row['value_label']}）" if row["value_label"] else ""
        unit, digits, value = row["value_unit"], None, row.get(field)
        if field in ("target", "summed", "deduplicated", "baseline"):
            unit = row["unit"]
        elif field == "remaining":
            value = None if _missing(row["value"]) else max(row["goal"] - row["value"], 0)
        elif field in ("share", "pace", "time_share"):
            value, unit, digits = None if _missing(row[field]) else float(row[field]) * 100, PERCENT, 1
        elif field == "questions":
            unit, digits = "项", 0
        return self._figure(
            f"{indicator}.{field}", value, unit, label, _formula(field, row), digits, **self._lineage_of(row, field)
        )  # fmt: skip

    def _lineage_of(self, row: dict, field: str) -> dict[str, tuple]:
        """Parts and own cells of an indicator's figure."""
        name = row["indicator"]
        if field in ("target", "time_share"):
            return {"sources": self.planned(f"{name} {_LABELS[field]}")}
        if field == "value":
            return {"sources": self._cells_of(row)}
        if field == "questions":
            return {"sources": self._asked_about(name) or self._cells_of(row)}
        if field in ("low", "high"):
            return {"parts": self.named(f"{name}.value", f"{name}.open")}
        if field in ("share", "pace", "remaining"):
            return {"parts": self.named(f"{name}.value", *[f"{name}.target"] * (not _missing(row["target"])))}
        return {"parts": self.named(f"{name}.{'target' if field == 'expected' else 'value'}")}

    def _open_cells(self) -> Iterator[Fact]:
        """What bounds hang on: the cells that are blank, in question or refused, by indicator and by period."""
        for name, row in self._indicators.items():
            rows = self.evaluation.indicator_periods
            periods = rows[rows["indicator"].eq(name)].to_dict("records")
            asked = {period_id(period): self._open_of(period) for period in periods}
            known = {source for cells in asked.values() for source in cells}
            rest = tuple(cell for cell in self.sources.open_observations(name) if cell not in known)
            for period, cells in asked.items():
                if cells:
                    yield self.count(
                        f"{period}.open", len(cells), f"{row['name']}·{period}{_OPEN}", "格", sources=cells
                    )
            parts = self.named(*(f"{period}.open" for period, cells in asked.items() if cells))
            value = () if parts or rest else self.named(f"{name}.value")
            yield self.count(
                f"{name}.open",
                len(known) + len(rest),
                f"{row['name']}{_OPEN}",
                "格",
                parts=parts + value,
                sources=rest,
            )

    def _open_of(self, period: dict) -> tuple[Source, ...]:
        measure = "" if period["measure"] == "value" else period["measure"]
        return self.sources.open_observations(period["indicator"], period["period"], measure)

    def _cells_of(self, row: dict) -> tuple[Source, ...]:
        """Cells that an indicator's value was made of; with none, those that it lacks, or the survey."""
        own = (*self.cells(row["sources"]), *self.sources.participants(row["indicator"]))
        if row["kind"] == "level_at_horizon":
            own = self.surveyed
        return own or self.sources.open_observations(row["indicator"]) or self.planned(row["indicator"])

    def _asked_about(self, indicator: str) -> tuple[Source, ...]:
        findings = self.returns.findings
        still = findings["answer"].eq("") & findings["severity"].isin(["question", "rejected"])
        about = findings["affects"].map(lambda items: indicator in items).astype(bool)
        return self.sources.findings(findings[still & about])

    def failing(self, indicator: str) -> Fact | None:
        """How many schools have a record below the target, with those cells; ``None`` when there is none."""
        rows = self.evaluation.entity_periods
        rows = rows[rows["indicator"].eq(indicator) & rows["status"].eq("未达标")]
        if rows.empty:
            return None
        cells = self.cells(obs for part in rows["sources"] for obs in part)
        return self.count(
            f"{indicator}.未达标学校", rows["entity"].nunique(), "有未达标记录的学校", "所", sources=cells
        )

    def as_written(self, indicator: str, written: Evaluation) -> Fact:
        """An indicator's value if every open question were answered with the figure as written."""
        row = written.indicators.set_index("indicator").loc[indicator]
        return self._figure(
            f"{indicator}.as_written", row["value"], row["value_unit"], f"{row['name']}·待核按原填计入",
            "待核单元格按其候选值计入后重算", sources=self.cells(row["sources"]) or self.sources.open_observations(indicator),
        )  # fmt: skip

    def _figure(
        self, id: str, value: Any, unit: str, label: str, formula: str, digits: int | None = None, **lineage: Any  # noqa: A002
    ) -> Fact:  # fmt: skip
        number = None if _missing(value) else _tidy(value)
        if digits is None:
            digits = 1 if unit == PERCENT and not id.endswith(".target") else 0 if _whole(number) else 2
        return Fact(
            id=f"{id}{self.mark}", value=number, unit=unit, digits=digits, label=label, formula=formula, **lineage
        )  # fmt: skip

    def period(self, indicator: str, row: dict, side: str = "value") -> Fact:
        """One row of ``indicator_periods`` as a figure; ``side``: its value, or one of its bounds low and high."""
        of_indicator = self._indicators[indicator]
        unit = of_indicator["value_unit"] if row["target"] == 100 else of_indicator["unit"]
        known = {"unit": unit if "；" not in unit else "", "label": f"{of_indicator['name']}·{row['period']}"}
        fact_id = period_id(row)
        if side == "value":
            formula = "上报数" if len(row["sources"]) == 1 else "各单位（各校）上报数汇总"
            cells = self.cells(row["sources"]) or self._open_of(row)
            lineage: dict[str, tuple] = {"sources": cells or self.planned(f"{indicator} {row['period']}")}
        else:
            formula = _FORMULAS[side]
            known["label"] += f"·{_LABELS[side]}"
            lineage = {"parts": self.named(fact_id, *[f"{fact_id}.open"] * bool(self._open_of(row)))}  # fmt: skip
            fact_id += f".{side}"
        digits = 1 if unit == PERCENT else None
        return self._figure(fact_id, row[side], known["unit"], known["label"], formula, digits, **lineage)

    def observation(self, obs: int, id: str, label: str, unit: str = "") -> Fact:  # noqa: A002
        """A single accepted cell as a figure."""
        row = self.returns.observations.set_index("obs").loc[obs]
        value = None if _missing(row["value"]) else _tidy(row["value"])
        return Fact(id=id, value=value, unit=unit, label=label, formula="上报数", sources=self.cells([obs]))

    def count(self, id: str, value: int, label: str, unit: str = "项", formula: str = "计数",  # noqa: A002
              parts: tuple[str, ...] = (), sources: tuple[Source, ...] = ()) -> Fact:  # fmt: skip
        """A count made by the evaluation itself, of ``parts`` (ids as they are) and cells."""
        return Fact(id=f"{id}{self.mark}", value=int(value), unit=unit, label=label, formula=formula, parts=parts, sources=sources)  # fmt: skip

    def of_unit(self, row: Row, key: str, label: str) -> Fact:
        """A count of one row of ``units``: leads, tasks, evidence, questions, rejected or notes."""
        name = f"{row.unit}.{key}"
        if key in ("leads", "tasks"):
            cells = self.planned(f"{row.name} {label}")
        elif key == "evidence":
            listed = self.returns.evidence
            cells = self.sources.rows(listed[listed["unit"].eq(row.unit)])
        else:
            rows = self.returns.findings
            severity = {"questions": "question", "rejected": "rejected", "notes": "note"}[key]
            cells = self.sources.findings(rows[rows["unit"].eq(row.unit) & rows["severity"].eq(severity)])
        parts = () if cells else self.submissions([row.unit])
        return self.count(name, getattr(row, key), f"{row.name}·{label}", parts=parts, sources=cells)

    def found(self, id: str, findings: pd.DataFrame, label: str, unit: str = "项") -> Fact:  # noqa: A002
        """How many findings there are: of their cells, or of all that was sent where there is none."""
        cells = self.sources.findings(findings)
        return self.count(
            id, len(findings), label, unit, parts=() if cells else self.submissions(()), sources=cells
        )

    def share(self, id: str, part: int, whole: int, label: str, parts: tuple[str, ...] = ()) -> Fact:  # noqa: A002
        """Percentage ``part/whole``; missing when there is nothing to divide by."""
        value = None if whole == 0 else part / whole * 100
        return Fact(id=f"{id}{self.mark}", value=value, unit=PERCENT, digits=1, label=label, formula=f"{part}÷{whole}", parts=parts)  # fmt: skip


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
_FORMULAS = {
    "target": "方案规定",
    "expected": "目标×时间进度",
    "low": "缺失数据按最不利取值",
    "high": "缺失数据按最有利取值",
    "summed": "各单位上报数相加",
    "deduplicated": "相加后扣除疑似重复活动",
    "baseline": "基期上报数",
    "share": "现值÷目标",
    "pace": "（现值÷目标）÷时间进度",
    "time_share": "已过整年数÷规划年数",
    "questions": "涉及该指标、尚未答复的待核和退回",
}


def _formula(field: str, row: dict) -> str:
    if field == "remaining":
        return f"目标{_plain(row['target'])} − 现值（{row['formula']}）"
    return row["formula"] if field == "value" else _FORMULAS[field]


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
