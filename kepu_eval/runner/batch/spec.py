"""The table of a batch: one row a report, checked as a whole before the first one runs."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kepu_eval.errors import KepuError
from kepu_eval.runner.publishing import RECORD
from kepu_eval.runner.report import NOTEBOOKS, source
from kepu_eval.safe_text import decoded

LOGS = "logs"
_NOTEBOOK, _OUTPUT = "notebook", "output"
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


class SpecError(KepuError):
    """A table that cannot be run; the message lists every problem with its row, in Chinese."""


@dataclass(frozen=True, eq=False)
class Row:
    """One report: its row in the table, its notebook, the folder it goes to, the parameters given.

    ``defaults`` are the notebook's for the others; they may name files, too.
    """

    number: int
    name: str
    notebook: Path
    output: Path
    parameters: Mapping[str, Any]
    defaults: Mapping[str, Any]


def read_spec(path: Path, out: Path) -> list[Row]:
    """Rows of a CSV table (UTF-8 with or without BOM, or GB18030); :class:`SpecError` lists all that is wrong.

    Columns: ``notebook`` (a shipped notebook's name, or a path as seen from the table), ``output`` (a folder inside
    ``out``), and one for each parameter; an empty cell is a parameter that is not given. When a row names returns of
    its own, no example file stays among its parameters.
    """
    try:
        lines = list(csv.reader(io.StringIO(_text(path), newline="")))
    except csv.Error as error:
        raise SpecError(
            f"不是可用的CSV文件（{error}）", place=f"“{path.name}”", hint="请用Excel或WPS另存为“CSV UTF-8”"
        ) from error
    head = [title.strip() for title in lines[0]] if lines else []
    wanting = [name for name in (_NOTEBOOK, _OUTPUT) if name not in head]
    repeated = sorted({title for title in head if head.count(title) > 1})
    if wanting or repeated:
        problem = f"缺少列{'、'.join(wanting)}" if wanting else f"列名重复：{'、'.join(repeated)}"
        raise SpecError(
            f"第1行：{problem}；第一行应为列名，至少有 notebook 和 output", place=f"“{path.name}”"
        )
    rows, problems = [], []
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            if len(cells) > len(head):
                raise SpecError(f"有{len(cells)}格，多于列名的{len(head)}个", hint="含逗号的内容请加引号")
            given = {title: cell.strip() for title, cell in zip(head, cells, strict=False) if cell.strip()}
            rows.append(_row(number, given, path.parent, out))
        except ValueError as error:
            problems.append(f"第{number}行：{error}")
    problems += _collisions(rows)
    if not rows and not problems:
        problems = ["没有任何一行报告"]
    if problems:
        raise SpecError("\n".join(problems), place=f"“{path.name}”")
    return rows


def _text(path: Path) -> str:
    try:
        return decoded(path.read_bytes())
    except UnicodeDecodeError:
        raise SpecError(
            "既不是UTF-8也不是GB18030编码的文本", place=f"“{path.name}”", hint="请另存为“CSV UTF-8”"
        ) from None


def _row(number: int, given: dict[str, str], beside: Path, out: Path) -> Row:
    from kepu_eval.parameters import notebook_parameters, prepared

    for name in (_NOTEBOOK, _OUTPUT):
        if name not in given:
            raise SpecError(f"{name}列为空")
    wanted, output = given.pop(_NOTEBOOK), given.pop(_OUTPUT)
    notebook = source(wanted) if wanted in NOTEBOOKS else beside / wanted
    if not notebook.is_file():
        raise SpecError(
            f"没有笔记本“{wanted}”；可写{'、'.join(NOTEBOOKS)}，或笔记本文件的位置（以本表所在文件夹为准）"
        )
    known = notebook_parameters(notebook)
    return Row(number, output, notebook, out / _inside(output), prepared(notebook, given), known)


def _inside(output: str) -> PurePosixPath:
    """The output as a folder that lies inside the batch's own on every system."""
    path = PurePosixPath(unicodedata.normalize("NFC", output))
    unsafe = _FORBIDDEN.search(output) or any(part.startswith(".") or part[-1] in ". " for part in path.parts)
    if path.is_absolute() or unsafe or not path.parts or path.parts[0].casefold() == LOGS:
        raise SpecError(
            f"output“{output}”不能用作文件夹",
            hint=f'请写总输出文件夹内的一个名字，不含 .. 和 < > : " | ? * \\ ，不以点开头，也不用 {LOGS}',
        )
    return path


def _collisions(rows: Sequence[Row]) -> list[str]:
    """Outputs that are the same or lie in one another, and those where somebody else's files are."""
    problems: list[str] = []
    taken: dict[tuple[str, ...], int] = {}
    for row in rows:
        parts = tuple(part.casefold() for part in row.output.parts)
        for other, number in taken.items():
            if parts[: len(other)] == other or other[: len(parts)] == parts:
                problems.append(f"第{row.number}行：output“{row.name}”与第{number}行相同或互相包含")
        taken[parts] = row.number
        if (
            row.output.exists()
            and not (row.output / RECORD).is_file()
            and (not row.output.is_dir() or any(row.output.iterdir()))
        ):
            problems.append(f"第{row.number}行：“{row.output}”中已有不是批量生成的文件，请换一个output")
    return problems
