"""One line over several plans: figures joined by key, years of both periods, and breaks where something counts otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.errors import KepuError
from kepu_eval.number_text import number_text
from kepu_eval.plan import TargetKind
from kepu_eval.report.package_reading import SUFFIX, read_package
from kepu_eval.report.package_schema import OWN, SCHEMA
from kepu_eval.report.results import results_of

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

BASE, FOUND, TARGET = "基期", "结果", "目标"
TABLES = ("indicators", "periods", "targets")
_BY_YEAR = (
    TargetKind.CUMULATIVE,
    TargetKind.ANNUAL,
    TargetKind.STOCK_AT_HORIZON,
    TargetKind.LIMIT_AT_HORIZON,
)
_LEVELS = (TargetKind.LEVEL_AT_HORIZON, TargetKind.POOLED_RATIO, *_BY_YEAR[1:])
"""Kinds whose target and baseline are on the scale of the line: not so a total over the whole period, nor a number for each
school."""


class AcrossPlansError(KepuError):
    """Results that cannot be joined; the message is Chinese."""


@dataclass(frozen=True)
class Standing:
    """What one evaluation found, for joining: whose it is, and its tables."""

    identity: Mapping[str, str | int]
    notice: str
    tables: Mapping[str, pd.DataFrame]

    @property
    def plan(self) -> tuple[object, ...]:
        """Which plan it is of."""
        return tuple(self.identity[name] for name in ("district", "doc_no", "first_year", "last_year"))

    @property
    def years(self) -> str:
        """Its period."""
        return f"{self.identity['first_year']}—{self.identity['last_year']}年"


@dataclass(frozen=True)
class Line:
    """One key over time. ``breaks``: why by year.

    ``points``: year, value, low, high, what, level, segment, from which plan, and as what Fact there (empty for baselines
    and targets).
    """

    key: str
    name: str
    unit: str
    points: pd.DataFrame
    breaks: Mapping[int, str]


def standing_of(report: Path, manifest: Mapping[str, Any] | None = None) -> Standing | None:
    """Results of a package, or in a report's manifest; ``None`` where there are none (another kind of report)."""
    if report.suffix.lower() == SUFFIX:
        package = read_package(report)
        if problems := package.problems():
            raise AcrossPlansError(f"“{report.name}”：{problems[0]}")
        tables = {name: pd.DataFrame(package.rows(name), columns=list(SCHEMA[name])) for name in TABLES}
        return Standing(package.identity, str(package.manifest["notice"]), tables)
    if manifest is None or not (results := manifest.get("results")):
        return None
    frames = ((frame["name"], frame["rows"]) for frame in results["frames"])
    return _standing(results["identity"], str(manifest["notice"]), frames)


def standing_of_case(case: Case) -> Standing:
    """Results of an evaluation that is open."""
    results = results_of(case)
    return _standing(results.identity, case.notice, ((frame.name, frame.rows) for frame in results.frames))


def _standing(identity: Mapping[str, str | int], notice: str, frames: Iterable[tuple[str, Any]]) -> Standing:
    rows = dict(frames)
    return Standing(
        identity, notice, {name: pd.DataFrame(rows[name], columns=list(SCHEMA[name])) for name in TABLES}
    )


def refuse_unjoinable(before: Mapping[str, str | int], after: Mapping[str, str | int]) -> None:
    """:class:`AcrossPlansError` for two districts, or the later plan first."""
    if before["district"] != after["district"]:
        raise AcrossPlansError(
            f"两份结果不是同一地区的（{before['district']}、{after['district']}），不能连成一条线"
        )
    if int(before["first_year"]) >= int(after["first_year"]):
        raise AcrossPlansError("请把前一期的结果写在前面；上一期的结果包应是更早规划期的")


def lines(before: Standing, after: Standing) -> tuple[list[Line], list[tuple[str, str, str]]]:
    """A line for each key that both have, and what only one has: period, name, why it is alone.

    Raises :class:`AcrossPlansError` for two districts, or the later one first.
    """
    refuse_unjoinable(before.identity, after.identity)
    rows = [side.tables["indicators"].set_index("key") for side in (before, after)]
    both = [key for key in rows[0].index if key and key in rows[1].index]
    alone = [
        (str(side.identity["plan"]), str(row["name"]), "没有共用指标名" if not key else f"{other}没有这项指标")
        for side, mine, other, theirs in ((before, rows[0], "后一期", rows[1]), (after, rows[1], "前一期", rows[0]))
        for key, row in mine.iterrows() if not key or key not in theirs.index
    ]  # fmt: skip
    return [_line(key, before, after, rows[0].loc[key], rows[1].loc[key]) for key in both], alone


def _line(key: str, before: Standing, after: Standing, old: pd.Series, new: pd.Series) -> Line:
    points = pd.concat([_points(key, before, old), _points(key, after, new)], ignore_index=True)
    found = points[points["what"].ne(TARGET)].sort_values(["what"], key=lambda w: w.ne(FOUND), kind="stable")
    found = found.drop_duplicates("year").sort_values(
        "year", kind="stable"
    )  # a baseline is what the period before found
    breaks = _breaks(before, after, old, new)
    targets = (
        points[points["what"].eq(TARGET)]
        .drop_duplicates(["year", "level", "value"])
        .sort_values(["year", "level"], key=lambda column: column.mask(column.eq(OWN), ""))
    )
    joined = pd.concat([found, targets], ignore_index=True)
    joined["segment"] = [sum(year >= start for start in breaks) for year in joined["year"]]
    return Line(key, str(new["name"]), str(new["value_unit"]), joined, breaks)


def _breaks(before: Standing, after: Standing, old: pd.Series, new: pd.Series) -> dict[int, str]:
    """Years from which figures count otherwise, and why; a difference without a date begins with the later plan."""
    found = {int(row["since"][:4]): f"口径改为：{row['definition']}" for row in (old, new) if row["since"]}
    first = int(after.identity["first_year"])
    dated = str(new["since"]) > str(before.identity["as_of"])
    if (old["kind"], old["value_unit"]) != (new["kind"], new["value_unit"]):
        found[first] = f"类型或单位由{old['kind']}、{old['value_unit']}改为{new['kind']}、{new['value_unit']}"
    elif old["definition"] != new["definition"] and not dated:
        found[first] = f"口径改为：{new['definition'] or '方案原文口径'}"
    return dict(sorted(found.items()))


def _points(key: str, side: Standing, row: pd.Series) -> pd.DataFrame:
    """Baseline, figures by year (or the one of the as-of date), and targets of one plan."""
    told = []
    if row["kind"] in _LEVELS and pd.notna(row["baseline_year"]) and pd.notna(row["baseline"]):
        told.append((int(row["baseline_year"]), row["baseline"], None, None, BASE, "", "", ""))
    periods = side.tables["periods"]
    mine = periods[
        periods["key"].eq(key)
        & periods["measure"].isin(["value", ""])
        & periods["year"].notna()
        & periods["status"].ne("未到期")
    ]
    if row["kind"] == TargetKind.LEVEL_AT_HORIZON or mine.empty:
        if pd.notna(row["value"]):
            told.append(
                (
                    int(str(side.identity["as_of"])[:4]),
                    row["value"],
                    row["low"],
                    row["high"],
                    FOUND,
                    "",
                    "",
                    f"{row['id']}.value",
                )
            )
    else:
        told += [
            (int(p.year), p.value, p.low, p.high, FOUND, "", "", p.fact)
            for p in _worst_of_each_year(mine, row["operator"]).itertuples()
        ]
    if row["kind"] in _LEVELS:
        targets = side.tables["targets"]
        targets = targets[
            targets["key"].eq(key) & targets["value"].notna() & targets["unit"].eq(row["value_unit"])
        ]
        told += [
            (int(t.year), t.value, None, None, TARGET, t.level, t.wording, "") for t in targets.itertuples()
        ]
    frame = pd.DataFrame(told, columns=["year", "value", "low", "high", "what", "level", "wording", "fact"])
    return frame.astype({"value": float, "low": float, "high": float}).assign(plan=side.years)


def _worst_of_each_year(periods: pd.DataFrame, operator: str) -> pd.DataFrame:
    """Of several periods in a year (terms) the one that falls furthest short; no year of which one is unknown."""
    known = periods[~periods["year"].isin(periods.loc[periods["value"].isna(), "year"])]
    order = known.sort_values("value", ascending=operator not in ("<=", "<"), kind="stable")
    return order.drop_duplicates("year").sort_values("year")


def in_words(line: Line) -> str:
    """The line in one sentence: its figures by year, where it breaks, and what is wanted."""
    found = line.points[line.points["what"].ne(TARGET)]
    told = "→".join(
        f"{row.year}年{number_text(round(row.value, 2))}{line.unit}"
        + (f"（{BASE}）" if row.what == BASE else "")
        for row in found.itertuples()
    )
    broken = "".join(f"；{year}年起{why}，前后不连线" for year, why in line.breaks.items())
    wanted = "、".join(
        f"{row.year}年{'' if row.level == OWN else row.level}{row.wording or number_text(row.value) + line.unit}"
        for row in line.points[line.points["what"].eq(TARGET)].itertuples()
    )
    return f"{told or '没有可用的数'}{broken}" + (f"；目标：{wanted}" if wanted else "")
