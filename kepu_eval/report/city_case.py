"""A roll-up of districts: the upper level's plan and what its districts' packages tell, opened once from the parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.cluster import cluster as on_cluster
from kepu_eval.evaluation.districts import Rollup, returned, roll_up
from kepu_eval.parameters import City, as_given, read_parameters
from kepu_eval.parameters.basis import existing, read_plan, study_dates
from kepu_eval.plan import Plan
from kepu_eval.report.blocks import SIMULATED, Fact, InputFile, Inputs, Lineage
from kepu_eval.report.case import names_with_digits
from kepu_eval.report.districts import SENT, Gathered, gather, read_table
from kepu_eval.report.fact import Source, rounded
from kepu_eval.report.hashing import file_hash
from kepu_eval.report.inputs import inputs, plan_input
from kepu_eval.report.wording import chinese_date

if TYPE_CHECKING:
    from kepu_eval.report.vocabulary import Vocabulary

PACKAGE_ROLE = "结果包"
_SIDES = {"value": "现值", "low": "下界", "high": "上界"}


@dataclass(frozen=True)
class CityCase:
    """The plan of the level above, what the packages tell, and both joined. ``table``: the csv that lists the districts."""

    plan: Plan
    table: Path
    gathered: Gathered
    organisation: str
    report_date: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def as_of(self) -> dt.date:
        """The date that all results describe; the plan's last day where nobody sent any."""
        known = next(iter(self.gathered.districts["as_of"]), "")
        return dt.date.fromisoformat(known) if known else dt.date(self.plan.meta.last_year, 12, 31)

    @property
    def notice(self) -> str:
        """``示例数据`` when any package was simulated."""
        return SIMULATED if self.gathered.simulated else ""

    @property
    def proper_names(self) -> set[str]:
        """Names with digits in them, which a text may hold though they are no figures."""
        return names_with_digits(self.plan, self.gathered.districts.index)

    @cached_property
    def rollup(self) -> Rollup:
        """The districts joined on the plan's items."""
        told = self.gathered.tables
        definitions = {
            item.key: found.text
            for item in self.plan.indicators
            if (found := item.definition(self.as_of)) is not None
        }
        return roll_up(
            self.plan,
            self.gathered.districts,
            told["indicators"],
            told["periods"],
            told["tasks"],
            definitions,
        )

    @cached_property
    def returned(self) -> pd.DataFrame:
        """Units asked and returned by district, the worst first."""
        return returned(self.gathered.districts, self.gathered.tables["units"], ("questions", "rejected"))

    @cached_property
    def words(self) -> Vocabulary:
        """What the overview's text may name."""
        from kepu_eval.report.city_words import city_vocabulary

        return city_vocabulary(self)

    @cached_property
    def inputs(self) -> Inputs:
        """The plan, the table and every package that was used."""
        sent = self.gathered.districts[self.gathered.districts["state"].eq(SENT)]
        packages = [
            InputFile(role=PACKAGE_ROLE, path=row.package, sha256=row.sha256) for row in sent.itertuples()
        ]
        listed = InputFile(role="区县表", path=self.table.name, sha256=file_hash(self.table))
        return inputs(self.parameters, [plan_input(self.plan), listed, *packages])

    @cached_property
    def lineage(self) -> Lineage:
        """Districts' own figures, each with the line of the package that it stands in."""
        rows = self.rollup.matched.to_dict("records")
        return Lineage(facts=tuple(self.of_district(row, side) for row in rows for side in _SIDES))

    def of_district(self, row: Mapping[str, Any], side: str) -> Fact:
        """A district's figure of one indicator, as its package has it."""
        unit = str(row["value_unit"])
        return Fact(
            id=district_fact(row["district"], row["key"], side), value=number(row[side]), unit=unit, digits=digits(row[side], unit),
            label=f"{row['district']}·{row['name']}·{_SIDES[side]}", formula="区县结果包", sources=(self.packed(row, side),),
        )  # fmt: skip

    def packed(self, row: Mapping[str, Any], side: str) -> Source:
        """Where a district's figure stands: its package, and the Fact in it that leads further."""
        found = self.gathered.districts.loc[row["district"]]
        return Source(file=found["package"], sha256=found["sha256"], sheet="facts.csv", cell=f"{row['id']}.{side}", raw="" if number(row[side]) is None else f"{number(row[side]):.10g}",
                      what=f"{row['district']} {row['name']}")  # fmt: skip

    def packages(self, names: list[str], what: str) -> tuple[Source, ...]:
        """Whole packages of these districts; of those without one, the table that lists them."""
        rows = self.gathered.districts.reindex(names)
        lacking = [
            name for name, package in rows["package"].items() if not package or not rows.loc[name, "sha256"]
        ]
        listed = (
            [Source(file=self.table.name, sha256=file_hash(self.table), what=f"{what}：没有可用的结果包")]
            if lacking or not names
            else []
        )
        return (
            *(Source(file=row.package, sha256=row.sha256, what=f"{row.Index} {what}") for row in rows.itertuples() if row.Index not in lacking),
            *listed,
        )  # fmt: skip


def district_fact(district: object, key: object, side: str) -> str:
    """Id of a district's figure."""
    return f"区县.{district}.{key}.{side}"


def number(value: Any) -> int | float | None:
    """A frame's value as a Fact has it."""
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def digits(value: object, unit: str) -> int:
    """One decimal for percentages, none for whole numbers."""
    found = number(value)
    return 1 if unit == "%" else 0 if found is None or isinstance(found, int) else 2


def between(low: Any, high: Any, unit: str) -> str:
    """Bounds in words."""
    lower, upper = (
        None if (known := number(side)) is None else f"{rounded(known, digits(side, unit))}{unit}"
        for side in (low, high)
    )
    if lower is None and upper is None:
        return "没有界限"
    return f"{lower}至{upper}" if lower and upper else f"不少于{lower}" if lower else f"不多于{upper}"


def open_city(parameters: Mapping[str, Any]) -> CityCase:
    """Read the plan and every package of the table ``districts``.

    Raises :class:`~kepu_eval.report.case.ParameterError` for unknown or unusable parameters; a package that can't be used is
    set aside, named, and its district counts as missing.
    """
    given = read_parameters(City, parameters)
    study_dates(given)
    above, table = read_plan(given.plan), existing(given.districts, "districts")
    listed = read_table(table)
    if given.cluster:
        with on_cluster(given.cluster) as (executor, _):
            gathered = gather(listed, table.parent, given.as_of, executor.map)
    else:
        gathered = gather(listed, table.parent, given.as_of)
    return CityCase(
        plan=above,
        table=table,
        gathered=gathered,
        organisation=given.organisation or above.meta.office,
        report_date=chinese_date(given.report_date) if given.report_date else "",
        parameters=as_given(given, parameters),
    )
