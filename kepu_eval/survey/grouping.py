"""Groups of respondents as the mapping names them: categories in their order, numbers in bins, people looked at apart."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kepu_eval.survey.checking import LISTED, numbers
from kepu_eval.survey.coding import by_value, distinct, named
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.formats import Labels
from kepu_eval.survey.mapping import Grouping, Mapping
from kepu_eval.survey.outcome import ALL, same

AREA = "地区."
"""Column of a survey's data with the names of the respondents' areas."""


def grouped(
    data: pd.DataFrame, mapping: Mapping, labels: Labels, file: Path
) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """The data with the groupings as categories, and the column of each; binned numbers get a column of their own.

    And what is to be said of people in no group.
    """
    made, groups, notes = {}, {}, []
    for title, group in mapping.groups.items():
        column = data[group.column]
        if group.bins:
            if title in data and title != group.column:
                raise SurveyError(
                    f"变量对照表的 groups.{title} 与“{file.name}”已有的列同名", hint="请换一个名称"
                )
            groups[title] = title
            values = numbers(column, file)
            made[title] = pd.cut(values, list(group.bins), right=False, labels=group.names)
            outside = int((made[title].isna() & values.notna()).sum())
            if outside:
                notes.append(f"{title}在分组界限之外{outside}例，不进该分组")
        else:
            groups[title] = group.column
            made[group.column] = _categories(column, names_of(group.column, mapping, labels), group, file)
    return data.assign(**made), groups, notes


def focused(
    data: pd.DataFrame, mapping: Mapping, labels: Labels, file: Path
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The data with a column 是 or 否 for each group of people; nobody in it is a wrong mapping."""
    made = {}
    for name, group in mapping.focus.items():
        column = data[group.column]
        if group.values:
            inside = same(column, group.values, names_of(group.column, mapping, labels))
        else:
            inside = numbers(column, file) >= group.at_least
        if not inside.any():
            raise SurveyError(
                f"变量对照表的 focus.{name} 在“{file.name}”中没有任何人", hint=f"请核对 {group.column} 的取值"
            )
        code = np.where(column.isna(), -1, np.where(inside, 0, 1))
        made[f"focus.{name}"] = pd.Categorical.from_codes(code, categories=["是", "否"])
    return data.assign(**made), {name: f"focus.{name}" for name in mapping.focus}


def named_areas(data: pd.DataFrame, mapping: Mapping, labels: Labels) -> pd.DataFrame:
    """The data with areas under their names in a column 地区., so that the design may still use the codes."""
    if mapping.areas is None:
        return data
    column = data[mapping.areas.column]
    names = names_of(mapping.areas.column, mapping, labels)
    return data.assign(**{AREA: by_value(column, lambda value: names.get(value, value))})


def labelled(data: pd.DataFrame, mapping: Mapping, labels: Labels, kept: Collection[str]) -> pd.DataFrame:
    """The data with codes that all have names as categories under those, but for the columns ``kept``: codes are no numbers."""
    made = {}
    for name in {*labels, *mapping.labels} & set(data.columns) - set(kept):
        names, column = names_of(name, mapping, labels), data[name]
        if column.notna().any() and column.dropna().isin(list(names)).all():
            text = column.astype(object).map(names)
            made[name] = pd.Categorical(text, categories=list(dict.fromkeys(names.values())))
    return data.assign(**made)


def names_of(column: str, mapping: Mapping, labels: Labels) -> dict[object, str]:
    """Names of a column's codes, as numbers and as text: the mapping's before the file's own, without missing ones."""
    every: dict[Any, str] = {**labels.get(column, {}), **mapping.labels.get(column, {})}
    missing = {named(code) for code in (*mapping.missing.get(ALL, ()), *mapping.missing.get(column, ()))}
    kept = {code: name for code, name in every.items() if not {named(code), name} & missing}
    return kept | {named(code): name for code, name in kept.items()}


def _categories(column: pd.Series, names: dict[object, str], group: Grouping, file: Path) -> pd.Series:
    """The column under its names, in the order given, or that of the codes that have names, or as it came."""
    order = list(group.order or dict.fromkeys(names.values()))
    if not names and not order:
        if column.dtype.kind != "f":
            return column
        order = [named(value) for value in sorted(column.dropna().unique())]
    code, texts = distinct(column, lambda value: named(names.get(value, value)))
    unknown = sorted({*texts} - {*order, ""})
    if unknown and group.order:
        raise SurveyError(
            f"列“{group.column}”有对照表 order 之外的取值：{'、'.join(unknown[:LISTED])}",
            place=f"“{file.name}”",
            hint="请补上或更正",
        )
    places = {name: place for place, name in enumerate([*order, *unknown])}
    codes = np.array([*(places.get(text, -1) for text in texts), -1])[code]
    return pd.Series(pd.Categorical.from_codes(codes, categories=[*places]), index=column.index)
