"""The right-hand side of a regression: numbers, categories and their interactions, as columns of a model matrix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kepu_eval.survey.domains import domains_of
from kepu_eval.survey.errors import SurveyError

INTERCEPT = "(Intercept)"
_FACTOR = re.compile(r"factor\((.+)\)")


@dataclass(frozen=True)
class Variable:
    """A column; ``categories`` in order, the first the one that others are told from; ``None``: a number."""

    column: str
    categories: tuple[str, ...] | None

    def coded(self, data: pd.DataFrame) -> tuple[list[str], NDArray[np.float64], NDArray[np.bool_]]:
        """Names of its columns, the columns (n × k), and whose value is known; :class:`SurveyError` for a new category."""
        if self.column not in data:
            raise SurveyError(f"数据缺少列“{self.column}”，回归的自变量都要有")
        if self.categories is None:
            values = _numbers(data[self.column])
            known = ~np.isnan(values)
            return [self.column], np.where(known, values, 0.0)[:, None], known
        found = domains_of(data, self.column)
        place = {name: k for k, name in enumerate(self.categories)}
        strange = [name for name, n in zip(found.names, found.sizes, strict=True) if n and name not in place]
        if strange:
            raise SurveyError(
                f"列“{self.column}”有拟合时没有的类别“{strange[0]}”", hint=f"可用：{'、'.join(place)}"
            )
        code = np.array([*(place.get(name, -1) for name in found.names), -1])[found.code]
        columns = (code[:, None] == np.arange(1, len(place))).astype(float)
        return [f"{self.column}={name}" for name in self.categories[1:]], columns, code >= 0


@dataclass(frozen=True)
class Terms:
    """Terms of a model, each one variable or an interaction of several; see :func:`regression` for how they are written."""

    variables: dict[str, Variable]
    terms: tuple[tuple[str, ...], ...]

    def matrix(
        self, data: pd.DataFrame
    ) -> tuple[NDArray[np.float64], list[str], list[str], NDArray[np.bool_]]:
        """Model matrix (n × p, intercept first), its columns' names, the term of each, and who has all values."""
        coded = {name: variable.coded(data) for name, variable in self.variables.items()}
        columns, names, owners = [np.ones((len(data), 1))], [INTERCEPT], [INTERCEPT]
        for term in self.terms:
            labels, block, _ = coded[term[0]]
            for name in term[1:]:
                more, other, _ = coded[name]
                block = np.hstack([block * column[:, None] for column in other.T])
                labels = [f"{one}:{two}" for two in more for one in labels]
            columns.append(block)
            names += labels
            owners += [":".join(term)] * len(labels)
        known = np.logical_and.reduce([k for _, _, k in coded.values()], initial=True)
        return np.hstack(columns), names, owners, np.broadcast_to(known, len(data))


def parsed(on: Sequence[str], data: pd.DataFrame, inside: NDArray[np.bool_]) -> Terms:
    """The terms that ``on`` lists, with the categories that occur among the respondents ``inside``."""
    on = [on] if isinstance(on, str) else list(on)
    terms = [_parts(text, data) for text in on]
    for text, term in zip(on, tuple(terms), strict=True):
        if "*" in text and text not in data:
            terms += [(part,) for part in term if (part,) not in terms]
    names = list(dict.fromkeys(name for term in terms for name in term))
    for term in terms:
        lost = [name for name in term if (name,) not in terms]
        if lost:
            raise SurveyError(
                f"交互项“{':'.join(term)}”须同时列入{'、'.join(lost)}；写成“{'*'.join(term)}”即可"
            )
    variables = {name: _variable(name, data, inside) for name in names}
    ordered = sorted(terms, key=len)
    return Terms(variables, tuple(ordered))


def _parts(text: str, data: pd.DataFrame) -> tuple[str, ...]:
    return (text,) if text in data else tuple(part.strip() for part in re.split(r"[:*]", text))


def _variable(name: str, data: pd.DataFrame, inside: NDArray[np.bool_]) -> Variable:
    match = _FACTOR.fullmatch(name)
    column = match[1].strip() if match else name
    if column not in data:
        raise SurveyError(f"调查数据缺少列“{column}”", hint="请检查自变量的写法")
    if not match and pd.api.types.is_numeric_dtype(data[column]):
        return Variable(column, None)
    found = domains_of(data, column).where(inside)
    categories = tuple(label for label, n in zip(found.names, found.sizes, strict=True) if n)
    if len(categories) < 2:
        raise SurveyError(f"自变量“{column}”不到两个有样本的类别", hint="请去掉")
    return Variable(column, categories)


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    try:
        values = column.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise SurveyError(f"列“{column.name}”含非数字内容", hint="请改为数字后再回归") from error
    if np.isinf(values).any():
        raise SurveyError(f"列“{column.name}”有无穷大", hint="请核对")
    return values
