"""Districts' result packages, as a table names them: each read alone, reduced to the rows a roll-up needs, and let go."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from kepu_eval.errors import KepuError, reason
from kepu_eval.evaluation import Rating
from kepu_eval.plan import TargetKind
from kepu_eval.report.package_reading import JOINED, reduced
from kepu_eval.report.package_schema import SCHEMA
from kepu_eval.safe_text import decoded, file_name_problem

DISTRICT, PACKAGE, SEAL = "区县", "结果包", "封签"
SENT, SILENT, UNUSABLE = "已报", "未报", "不能采用"
_MOST_DISTRICTS, _MOST_BYTES = 5_000, 10 * 2**20


class DistrictsError(KepuError):
    """A table of districts that cannot be used; the message is Chinese and names the line."""


@dataclass(frozen=True)
class Listed:
    """One line of the table: a district, where its package is (empty: none), the seal it told, its weights by name."""

    name: str
    package: str
    seal: str
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Gathered:
    """What all packages tell. ``districts``: by name, with state, reason, package, sha256, as_of and the weights.

    ``tables``: rows of all packages by table, with a column ``district``. ``simulated``: whether any is an example.
    """

    districts: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    simulated: bool


def read_table(path: Path) -> list[Listed]:
    """The districts of a csv (UTF-8 or GB18030): columns 区县, 结果包, 封签 if any; every other column is a weight.

    Raises :class:`DistrictsError` with the line for a name twice, a cell beyond the titles, and a weight that is no number
    above zero. Empty lines are passed over.
    """
    try:
        content = path.read_bytes()[: _MOST_BYTES + 1]
    except OSError as error:
        raise DistrictsError(f"无法读取“{path}”（{reason(error)}）", hint="请检查路径") from error
    try:
        head, *lines = [*csv.reader(io.StringIO(decoded(content), newline=""))] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DistrictsError(
            "不是csv文件", place=f"“{path.name}”", hint="请由Excel另存为“CSV UTF-8”"
        ) from error
    head, lines = [title.strip() for title in head], [[text.strip() for text in line] for line in lines]
    if not any(map(any, lines)) or not {DISTRICT, PACKAGE} <= set(head):
        raise DistrictsError(
            f"第1行应有“{DISTRICT}”“{PACKAGE}”两列，以下每行一个区县（未报的结果包留空）",
            place=f"“{path.name}”",
        )
    if len(content) > _MOST_BYTES or len(lines) > _MOST_DISTRICTS:
        raise DistrictsError(f"超过{_MOST_DISTRICTS}行", place=f"“{path.name}”", hint="请分开汇总")
    found = [
        _listed(f"“{path.name}”第{number}行", head, line) for number, line in enumerate(lines, 2) if any(line)
    ]
    names = [item.name for item in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DistrictsError(f"中“{sorted(twice)[0]}”出现两次", place=f"“{path.name}”", hint="请只保留一行")
    return found


def _listed(place: str, head: list[str], line: list[str]) -> Listed:
    if beyond := [text for text in line[len(head) :] if text]:
        raise DistrictsError(f"{place}的“{beyond[0]}”在有列名的各列以外", hint="请补上列名，或删去")
    cells = {title: text for title, text in zip_longest(head, line[: len(head)], fillvalue="") if title}
    name = cells.pop(DISTRICT, "")
    if problem := file_name_problem(name):
        raise DistrictsError(f"{place}的{DISTRICT}“{name}”{problem}", hint="请改写")
    package, seal = cells.pop(PACKAGE, ""), cells.pop(SEAL, "")
    return Listed(name, package, seal, {what: _weight(place, what, text) for what, text in cells.items()})


def _weight(place: str, what: str, text: str) -> float:
    if not text:
        return math.nan
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise DistrictsError(f"{place}的“{what}”“{text}”不是大于零的数；不知道的留空")
    return value


def _strange(tables: Mapping[str, list[tuple]]) -> Iterator[str]:
    """What no evaluation gives: unknown ratings and kinds, a name twice, bounds that do not hold the value."""
    rows = {
        table: [dict(zip(SCHEMA[table], row, strict=True)) for row in found]
        for table, found in tables.items()
    }
    ratings, kinds = {str(rating) for rating in Rating}, {str(kind) for kind in TargetKind}
    for table in ("indicators", "tasks"):
        keys = [row["key"] for row in rows[table] if row["key"]]
        if len(set(keys)) < len(keys):
            yield f"{table}.csv有重复的共用名"
        for row in rows[table]:
            if not {row["rating"], row["rating_low"], row["rating_high"]} <= ratings:
                yield f"{table}.csv有不认识的评级"
    for row in rows["indicators"]:
        if row["kind"] not in kinds:
            yield f"indicators.csv有不认识的类型“{row['kind'][:20]}”"
    for table in ("indicators", "periods"):
        for row in rows[table]:
            inside = [row[side] for side in ("low", "value", "high") if row[side] is not None]
            if row["value"] is not None and inside != sorted(inside):
                yield f"{table}.csv的{row['id']}的数不在上下界之内"


def gather(
    listed: list[Listed],
    folder: Path,
    as_of: dt.date | None,
    run: Callable[[Callable, Iterable], Iterator] = map,
) -> Gathered:
    """Read every package; ``run`` maps a function over them, here or on a cluster.

    Results of another as-of date (by default the latest of all) are set aside, and so is whatever can't be used.
    """
    sent = [item for item in listed if item.package]
    read = dict(zip((item.name for item in sent), run(reduced, [(str(folder / i.package), i.name, i.seal) for i in sent]), strict=True))  # fmt: skip
    dates = [str(found["identity"]["as_of"]) for found in read.values() if "identity" in found]
    wanted = as_of.isoformat() if as_of else max(dates, default="")
    rows, kept = [], {}
    for item in listed:
        found = read.get(item.name)
        state, reason = _state(found, wanted)
        if found and state == SENT:
            kept[item.name] = found["tables"]
        rows.append({"district": item.name, "state": state, "reason": reason, "package": item.package,
                     "sha256": (found or {}).get("sha256", ""), "as_of": wanted, **item.weights})  # fmt: skip
    tables = {table: _stacked(table, {name: each[table] for name, each in kept.items()}) for table in JOINED}
    simulated = any(found.get("simulated") for found in read.values())
    return Gathered(pd.DataFrame(rows).set_index("district"), tables, simulated)


def _state(found: Mapping | None, as_of: str) -> tuple[str, str]:
    if found is None:
        return SILENT, ""
    if "reason" in found:
        return UNUSABLE, str(found["reason"])
    if (day := found["identity"]["as_of"]) != as_of:
        return UNUSABLE, f"基准日为{day}，不是{as_of}"
    problem = next(_strange(found["tables"]), "")
    return (UNUSABLE, problem) if problem else (SENT, "")


def _stacked(table: str, by_district: Mapping[str, list[tuple]]) -> pd.DataFrame:
    rows = [(name, *row) for name, rows in by_district.items() for row in rows]
    frame = pd.DataFrame(rows, columns=["district", *SCHEMA[table]])
    numbers = [field for field, (kind, _) in SCHEMA[table].items() if kind in ("number", "integer")]
    return frame.astype(dict.fromkeys(numbers, float))
