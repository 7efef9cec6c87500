"""Domains: the groups a survey is broken down by, as integer codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from kepu_eval.survey.coding import coded, named
from kepu_eval.survey.errors import SurveyError


@dataclass(frozen=True, eq=False)
class Domains:
    """``code`` (n,) numbers each respondent's domain; respondents outside every domain have ``len(names)``."""

    code: NDArray[np.intp]
    names: tuple[str, ...]
    columns: pd.DataFrame

    def __len__(self) -> int:
        return len(self.names)

    def where(self, inside: NDArray[np.bool_]) -> Domains:
        """The same domains with only the respondents ``inside``."""
        return self if inside.all() else replace(self, code=np.where(inside, self.code, len(self)))

    def occurring(self) -> Domains:
        """The domains without the empty ones."""
        kept = np.flatnonzero(self.sizes > 0)
        position = np.full(len(self) + 1, len(kept))
        position[kept] = np.arange(len(kept))
        columns = self.columns.iloc[kept].reset_index(drop=True)
        return Domains(position[self.code], tuple(self.names[k] for k in kept), columns)

    @cached_property
    def sizes(self) -> NDArray[np.intp]:
        """Respondents in each domain."""
        if len(self) == 1:
            return np.array([np.count_nonzero(self.code == 0)])
        return np.bincount(self.code, minlength=len(self) + 1)[: len(self)]

    def sums(self, values: NDArray[np.float64]) -> NDArray:
        """Sum of ``values`` over each domain."""
        return np.bincount(self.code, weights=values, minlength=len(self) + 1)[: len(self)]


def whole(n: int) -> Domains:
    """One domain with everyone; its name is empty."""
    return Domains(np.zeros(n, dtype=np.intp), ("",), pd.DataFrame(index=range(1)))


def truths(mask: ArrayLike, index: pd.Index) -> NDArray[np.bool_]:
    """A mask of respondents as an array, missing as false; :class:`SurveyError` where it is no such mask."""
    if isinstance(mask, pd.Series) and not mask.index.equals(index):
        raise SurveyError("条件与调查数据的行对不上", hint="请用同一张表的列来写条件")
    found = pd.Series(mask).reset_index(drop=True)
    if len(found) != len(index):
        raise SurveyError(f"条件有{len(found)}个值，调查数据有{len(index)}条记录，应一一对应")
    if not found.dropna().isin([True, False]).all() or (
        pd.api.types.is_numeric_dtype(found) and found.dtype.kind != "b"
    ):
        raise SurveyError('条件应是真或假，例如 data["age"] >= 60')
    return found.fillna(False).to_numpy(dtype=bool)


def domains_of(data: pd.DataFrame, by: str | Sequence[str]) -> Domains:
    """Domains of one column, or of the combinations that occur of several.

    Sorted by name; a categorical column keeps its order and its empty categories. A missing value is outside every
    domain. Names of combinations are joined by "|".
    """
    columns = [by] if isinstance(by, str) else list(by)
    if not columns:
        raise SurveyError("没有给出分组列", hint="不分组时请用 by=None")
    lost = [str(name) for name in columns if name not in data]
    if lost:
        raise SurveyError(f"调查数据缺少分组列“{'、'.join(lost)}”", hint="请检查变量对照表")
    coded = [_codes(data[name]) for name in columns]
    code, labels = coded[0]
    table = pd.DataFrame({columns[0]: [named(label) for label in labels]})
    for name, (more, added) in zip(columns[1:], coded[1:], strict=True):
        joint = np.where((code < 0) | (more < 0), -1, code * len(added) + more)
        code, kept = pd.factorize(joint, sort=True, use_na_sentinel=False)
        missing = int(len(kept) > 0 and kept[0] < 0)
        code, kept = code - missing, kept[missing:]
        table = table.iloc[kept // len(added)].assign(**{name: [named(added[k]) for k in kept % len(added)]})
    names = tuple("|".join(row) for row in table.itertuples(index=False, name=None))
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SurveyError(
            f"分组“{'|'.join(columns)}”有两个类别都叫“{twice}”，分不开",
            hint="请先改类别名称（多列交叉时不要含“|”）",
        )
    if len(code) and code.min() < 0:
        code = np.where(code < 0, len(names), code)
    return Domains(code.astype(np.intp, copy=False), names, table.reset_index(drop=True))


def _codes(column: pd.Series) -> tuple[NDArray, list]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp), list(column.cat.categories)
    code, labels = coded(column)
    return code, list(labels)
