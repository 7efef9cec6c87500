"""Respondents' files of every kind that survey offices hand over, as one table and the labels that come with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pandas as pd

from kepu_eval.personal_data import masked
from kepu_eval.survey.coding import by_value, named
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.probing import refuse_labels, refuse_unreadable, refuse_wide
from kepu_eval.survey.tables import read_table

Labels = dict[str, dict[object, str]]


def read_responses(
    file: Path, sheet: str | None = None, keys: Collection[str] = ()
) -> tuple[pd.DataFrame, Labels]:
    """Rows of a survey file, and the names of codes by column where the format keeps them (.sav, .dta).

    ``keys``: columns whose values are names of something and stay as they are written: 001 is not 1.

    .csv in UTF-8 (with or without BOM) or GB18030; .xlsx, .xls, .ods: the named sheet or the first; .sav, .zsav,
    .dta: codes stay codes, user-defined missing values are missing; .parquet. Raises :class:`SurveyError` for other
    formats, unreadable files (each is tried in a process of its own first) and names that come twice, and where an
    optional package is not installed.
    """
    if file.suffix.lower() not in _READERS:
        raise SurveyError(f"“{file.name}”的格式不支持", hint=f"可用：{'、'.join(_READERS)}")
    if not file.is_file():
        raise SurveyError(f"找不到调查数据“{file.name}”", hint="请检查变量对照表的 file")
    refuse_unreadable(file, sheet)
    table, labels = read_file(file, sheet, keys)
    table = table.rename(columns=lambda name: str(name).strip())
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise SurveyError(f"有重名的列“{masked(twice[0])}”", place=f"“{file.name}”", hint="请改名后重试")
    texts = {
        name: by_value(table[name], named) for name in keys if name in table and table[name].dtype != "str"
    }
    return table.assign(**texts), labels


def read_file(
    file: Path, sheet: str | None = None, keys: Collection[str] = ()
) -> tuple[pd.DataFrame, Labels]:
    """What :func:`read_responses` reads, as it stands in the file."""
    suffix = file.suffix.lower()
    try:
        table, labels = _READERS[suffix](file, sheet, keys)
    except ImportError as error:
        package = "pyarrow" if suffix == ".parquet" else "pyreadstat"
        raise SurveyError(
            f"读取“{file.name}”需要 {package}", hint=f"请运行：pip install {package}"
        ) from error
    except (SurveyError, MemoryError):
        raise
    except Exception as error:  # each library has its own; whatever it is, the file cannot be read
        raise SurveyError(
            "无法读取，文件可能已损坏或扩展名与内容不符", place=f"“{file.name}”", hint="请重新导出"
        ) from error
    if not len(table):
        raise SurveyError("没有任何记录", place=f"“{file.name}”", hint="请检查数据文件")
    return table, labels


def _plain(file: Path, sheet: str | None, keys: Collection[str]) -> tuple[pd.DataFrame, Labels]:
    return read_table(file, sheet, keys=keys), {}


def _statistical(file: Path, _: str | None, __: Collection[str]) -> tuple[pd.DataFrame, Labels]:
    import pyreadstat

    read = pyreadstat.read_dta if file.suffix.lower() == ".dta" else pyreadstat.read_sav

    def table_of(**how: Any) -> tuple[pd.DataFrame, Labels]:
        about = read(file, metadataonly=True, **how)[1]
        refuse_wide(file, about.number_columns)
        refuse_labels(file, sum(map(len, about.value_labels.values())))
        table, about = read(file, **how)
        return table, about.variable_value_labels

    try:
        return table_of()
    except (UnicodeDecodeError, pyreadstat.ReadstatError) as error:
        if "allocate memory" in str(error):  # its reader's bound on labels, or a length that is damaged
            refuse_labels(file, None)
        return table_of(encoding="GB18030")  # written by an old Chinese version


def _parquet(file: Path, _: str | None, __: Collection[str]) -> tuple[pd.DataFrame, Labels]:
    from pyarrow.parquet import read_metadata

    refuse_wide(file, read_metadata(file).num_columns)
    return pd.read_parquet(file, engine="pyarrow"), {}


_READERS: dict[str, Callable[[Path, str | None, Collection[str]], tuple[pd.DataFrame, Labels]]] = {
    **dict.fromkeys((".csv", ".xlsx", ".xls", ".ods"), _plain),
    **dict.fromkeys((".sav", ".zsav", ".dta"), _statistical),
    ".parquet": _parquet,
}
