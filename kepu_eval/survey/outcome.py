"""What a survey is about: whose share of what, as the mapping says, and who of the respondents counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from kepu_eval.survey.checking import numbers
from kepu_eval.survey.coding import named
from kepu_eval.survey.errors import SurveyError

ALL = "*"
_CODED = r"{code}\s*[.:：、)）]\s*\D"  # “-9. Refused”


def same(column: pd.Series, values: Iterable[object], names: Mapping[object, str]) -> pd.Series:
    """Whose value is one of ``values``, given as a code, as a code's name, or as the code that a text begins with."""
    texts = {named(value) for value in values}
    pattern = re.compile("|".join(_CODED.format(code=re.escape(text)) for text in texts))
    kinds = {
        value: named(value).strip() in texts
        or named(names.get(value, value)).strip() in texts
        or (isinstance(value, str) and pattern.match(value.strip()) is not None)
        for value in column.dropna().unique()
    }
    return column.map(kinds).fillna(False).astype(bool)


def without_missing(
    data: pd.DataFrame,
    codes: Mapping[str, tuple[object, ...]],
    answers: Iterable[str],
    labels: Mapping[str, Mapping[object, str]],
) -> pd.DataFrame:
    """The data with declared codes of missing answers blank: those of ``*`` in the columns ``answers``, others in their own."""
    given = {name: codes.get(ALL, ()) for name in answers} | {
        name: (*codes.get(ALL, ()), *values) if name in set(answers) else values
        for name, values in codes.items()
        if name != ALL
    }
    blank = {
        name: data[name].mask(same(data[name], values, labels.get(name, {})))
        for name, values in given.items()
        if values
    }
    return data.assign(**blank)


def achieved(data: pd.DataFrame, about, names: Mapping[object, str], file) -> pd.Series:  # noqa: ANN001 - an Outcome, a Path
    """1 for respondents with the outcome, 0 for others, missing without an answer.

    Raises :class:`SurveyError` where nobody has any of the values: a wrong mapping.
    """
    column = data[about.column]
    if about.values is not None:
        inside = same(column, about.values, names)
        if not inside.any():
            raise SurveyError(
                f"变量对照表的 outcome.values 在“{file.name}”列“{about.column}”中没有任何人",
                hint="请核对取值",
            )
    else:
        column = numbers(column, file)
        inside = column >= about.at_least
    return pd.Series(np.where(column.isna(), np.nan, inside.astype(float)), index=data.index)
