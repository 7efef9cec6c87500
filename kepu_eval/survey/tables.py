"""Tables that people keep: .csv in the encodings they come in, and sheets of a workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineError

from kepu_eval.personal_data import masked
from kepu_eval.survey.errors import SurveyError


def read_table(
    file: Path, sheet: str | None = None, *, text: bool = False, keys: Collection[str] = ()
) -> pd.DataFrame:
    """Rows of a .csv (UTF-8 with or without BOM, GB18030) or of a workbook's ``sheet``, by default its first.

    ``text``: every cell as it is written, a blank one as ""; ``keys``: columns that are as they are written. Raises :class:`SurveyError` for a file that is missing or
    no such table.
    """
    if not file.is_file():
        raise SurveyError(f"找不到“{file}”", hint="请检查路径")
    kept = {"dtype": str, "keep_default_na": False} if text else {"dtype": dict.fromkeys(keys, str)}
    if file.suffix.lower() in (".xlsx", ".xls", ".ods"):
        try:
            book = pd.ExcelFile(file, engine="calamine")
        except (CalamineError, OSError) as error:
            raise SurveyError(
                "无法读取", place=f"“{file.name}”", hint="请用 Excel 或 WPS 打开并另存为 xlsx 后重试"
            ) from error
        with book:
            if sheet is not None and sheet not in book.sheet_names:
                raise SurveyError(
                    f"没有工作表“{sheet}”",
                    place=f"“{file.name}”",
                    hint=f"现有：{'、'.join(book.sheet_names)}",
                )
            which = 0 if sheet is None else sheet
            _refuse_repeated(pd.read_excel(book, sheet_name=which, header=None, nrows=1), file)
            return pd.read_excel(book, sheet_name=which, **kept)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            _refuse_repeated(pd.read_csv(file, encoding=encoding, header=None, nrows=1, dtype=str), file)
            return pd.read_csv(file, encoding=encoding, **kept)
        except UnicodeDecodeError:
            continue
        except pd.errors.EmptyDataError as error:
            raise SurveyError("是空文件", place=f"“{file.name}”", hint="请检查") from error
        except pd.errors.ParserError as error:
            raise SurveyError(
                "各行列数不一", place=f"“{file.name}”", hint="请另存为规范的CSV后重试"
            ) from error
    raise SurveyError("不是UTF-8或GB18030编码的文本", place=f"“{file.name}”", hint="请另存为UTF-8的CSV")


def _refuse_repeated(heads: pd.DataFrame, file: Path) -> None:
    names = heads.iloc[0].dropna().astype(str) if len(heads) else pd.Series(dtype=str)
    twice = names[names.duplicated()]
    if len(twice):
        raise SurveyError(f"有重名的列“{masked(twice.iloc[0])}”", place=f"“{file.name}”", hint="请改名后重试")


def refuse_rows(table: pd.DataFrame, faults: Iterable[tuple[pd.Series, str]], file: Path) -> None:
    """:class:`SurveyError` for the first row that has one of the ``faults`` (which rows, what is wrong with them)."""
    for bad, fault in faults:
        if bad.any():
            line = int(np.flatnonzero(bad)[0])
            raise SurveyError(
                f"“{file.name}”第{line + 2}行{fault}：{'，'.join(table.iloc[line])}", hint="请核对后重试"
            )


def titled(
    table: pd.DataFrame, titles: dict[str, str], file: Path, optional: tuple[str, ...] = ()
) -> pd.DataFrame:
    """The columns of ``titles`` (name: Chinese title) under their names, found by either, without empty rows.

    Raises :class:`SurveyError` listing the columns that are missing and not ``optional``.
    """
    heads = {str(head).strip(): head for head in table}
    found = {name: heads[head] for name, title in titles.items() for head in (name, title) if head in heads}
    lost = [title for name, title in titles.items() if name not in found and name not in optional]
    if lost:
        raise SurveyError(
            f"缺少列：{'、'.join(lost)}；表头应为：{'、'.join(titles.values())}", place=f"“{file.name}”"
        )
    kept = table[list(found.values())].set_axis(list(found), axis=1)
    return kept.dropna(how="all")
