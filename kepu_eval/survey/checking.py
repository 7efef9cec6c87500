"""What a respondents' file must not hold, said with the rows it holds it in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kepu_eval.personal_data import masked, personal_data
from kepu_eval.survey.errors import SurveyError

LISTED = 8
_WITHOUT_ROWS = (".sav", ".zsav", ".dta", ".parquet")


def refuse_personal_data(data: pd.DataFrame, file: Path) -> None:
    """:class:`SurveyError` for a column with identity or mobile numbers, without repeating them."""
    for name in data.columns:
        kinds = {kind for kind in map(personal_data, data[name].unique()) if kind}
        if kinds:
            raise SurveyError(
                f"列“{masked(str(name))}”疑含{'、'.join(sorted(kinds))}",
                place=f"“{file.name}”",
                hint="请删除该列个人信息后重报",
            )


def numbers(column: pd.Series, file: Path) -> pd.Series:
    """The column as numbers; blanks are missing, anything else that is no number is named."""
    found = pd.to_numeric(column, errors="coerce")
    odd = column[found.isna() & column.notna()]
    wrong = odd.index[odd.astype(str).str.strip().ne("")]
    if len(wrong):
        raise SurveyError(
            f"列“{column.name}”{rows(wrong, column, file)}不是数字",
            place=f"“{file.name}”",
            hint="请核对后重报",
        )
    return found


def rows(index: pd.Index, values: pd.Series, file: Path) -> str:
    """Rows of the file as its reader counts them (in a sheet the head is row 1), with what stands there."""
    first, word = (1, "条") if file.suffix.lower() in _WITHOUT_ROWS else (2, "行")
    shown = "、".join(f"第{n + first}{word}（{values[n]}）" for n in index[:LISTED])
    return shown + (f"等{len(index)}{word}" if len(index) > LISTED else "")
