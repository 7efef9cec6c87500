"""What a published list consists of: tables as rectangular grids that know their merges, and paragraphs between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kepu_eval.errors import reason
from kepu_eval.plan.importing.names import only_names
from kepu_eval.plan.load import PlanError
from kepu_eval.safe_text import decoded

MOST_ROWS, MOST_COLUMNS = 20_000, 80
_DATE = re.compile(r"\s*[12二][\d〇○零一二三四五六七八九]{3}年")
_DELIMITERS = ("\t", "|", ",")


@dataclass(frozen=True)
class Cell:
    """Text of a cell, and where it comes from: its own, or a merged cell that begins ``above`` or to the ``left``."""

    text: str = ""
    origin: Literal["own", "above", "left"] = "own"


@dataclass(frozen=True)
class Grid:
    """A table: its name, rows of cells, and the number that each row has in the source."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]


Part = Grid | str
"""A table or a paragraph, in the order of the document."""


def read_source(path: Path) -> list[Part]:
    """Tables and paragraphs of a .docx, .xlsx, .csv or plain text file.

    Raises :class:`PlanError` in Chinese when the file is none of these or damaged.
    """
    readers = {".docx": _word, ".xlsx": _excel, ".xlsm": _excel, ".csv": _csv, ".tsv": _csv, ".txt": _text, ".md": _text}  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise PlanError(
            "只能导入.docx、.xlsx、.csv或.txt",
            place=path.name,
            hint=".doc、.wps、.xls、.pdf请先另存为其中一种",
        )
    try:
        return reader(path)
    except OSError as error:
        raise PlanError(
            f"无法读取（{reason(error) if error.errno else '文件损坏'}）", place=path.name, hint="请检查路径"
        ) from error
    except Exception as error:  # both libraries raise many kinds for damaged files
        raise PlanError("无法读取", place=path.name, hint="请用Word、Excel或WPS重新保存") from error


def _grid(name: str, rows: Sequence[Sequence[Cell]], first: int = 1) -> Grid:
    width = max((len(row) for row in rows), default=0)
    filled = tuple((*row, *[Cell()] * (width - len(row))) for row in rows)
    return Grid(name, filled, tuple(range(first, first + len(rows))))


def _word(path: Path) -> list[Part]:
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    parts: list[Part] = []
    tables = 0
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Paragraph):
            parts += [line.strip() for line in block.text.splitlines() if line.strip()]
        elif isinstance(block, Table):
            tables += 1
            parts.append(_grid(f"表{tables}", _word_rows(block)))
    return parts


def _word_rows(table: Any) -> list[list[Cell]]:
    """Cells by grid position: a cell over several columns is repeated to the right, one over several rows downwards."""
    from docx.oxml.ns import qn
    from docx.table import _Cell

    rows: list[list[Cell]] = []
    for line in table._tbl.tr_lst:
        row: list[Cell] = [Cell()] * line.grid_before
        for found in line.tc_lst:
            merge = found.tcPr.find(qn("w:vMerge")) if found.tcPr is not None else None
            continued = merge is not None and merge.get(qn("w:val")) in (None, "continue")
            above = rows[-1][len(row)].text if continued and rows and len(row) < len(rows[-1]) else ""
            cell = Cell(above, "above") if continued else Cell(_Cell(found, table).text.strip())
            row += [cell, *[Cell(cell.text, "left" if not continued else "above")] * (found.grid_span - 1)]
        rows.append(row[:MOST_COLUMNS])
    return rows[:MOST_ROWS]


def _excel(path: Path) -> list[Part]:
    from openpyxl import load_workbook

    parts: list[Part] = []
    for page in load_workbook(path, data_only=True).worksheets:
        height, width = min(page.max_row, MOST_ROWS), min(page.max_column, MOST_COLUMNS)
        rows = [
            [Cell(_shown(cell)) for cell in line] for line in page.iter_rows(max_row=height, max_col=width)
        ]
        for merge in page.merged_cells.ranges:
            if merge.min_row > height or merge.min_col > width:
                continue
            text = rows[merge.min_row - 1][merge.min_col - 1].text
            for row in range(merge.min_row, min(merge.max_row, height) + 1):
                for column in range(merge.min_col, min(merge.max_col, width) + 1):
                    if (row, column) != (merge.min_row, merge.min_col):
                        rows[row - 1][column - 1] = Cell(text, "above" if row > merge.min_row else "left")
        if any(cell.text for row in rows for cell in row):
            parts.append(_grid(page.title, rows))
    return parts


def _shown(cell: Any) -> str:
    """A cell's value as Excel shows it, as far as a list needs: whole numbers without point, shares in percent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{value * 100:.10g}%"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).strip()


def _csv(path: Path) -> list[Part]:
    text = decoded(path.read_bytes())
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t", key=text[:4000].count)
    rows = [[Cell(value.strip()) for value in row[:MOST_COLUMNS]] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]  # fmt: skip
    return [_grid("表1", rows[:MOST_ROWS])]


def _text(path: Path) -> list[Part]:
    """Paragraphs, and tables written one cell a line (each begins with a tab) or with a delimiter between cells."""
    lines = re.sub(r"\[bookmark: [^\]]*\]", "", decoded(path.read_bytes())).splitlines()
    parts: list[Part] = []
    at = 0
    while at < len(lines):
        if lines[at].startswith("\t"):
            grid, at = _cell_lines(lines, at)
            parts.append(grid)
        elif (mark := _delimiter(lines, at)) is not None:
            end = next((i for i in range(at, len(lines)) if mark not in lines[i]), len(lines))
            rows = [_delimited(line, mark) for line in lines[at:end] if not re.fullmatch(r"[|\s:+-]+", line)]
            parts.append(_grid("表", [[Cell(text) for text in row] for row in rows], at + 1))
            at = end
        else:
            if lines[at].strip():
                parts.append(lines[at].strip())
            at += 1
    return parts


def _delimiter(lines: Sequence[str], at: int) -> str | None:
    """The mark that this line and the next are divided by, into as many cells; a comma is one of prose as well."""
    for mark in _DELIMITERS:
        here = lines[at].count(mark)
        if here >= 2 and at + 1 < len(lines) and (lines[at + 1].count(mark) == here or mark != ","):
            return mark if lines[at + 1].count(mark) >= 2 else None
    return None


def _delimited(line: str, mark: str) -> list[str]:
    cells = line.strip().strip("|").split("|") if mark == "|" else next(csv.reader([line], delimiter=mark))
    return [cell.strip() for cell in cells]


def _cell_lines(lines: Sequence[str], at: int) -> tuple[Grid, int]:
    """A table as word processors save it to text: a line with a tab begins a cell, an empty line ends the first row."""
    cells, places, width = [], [], 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("\t"):
            cells.append([line.strip()])
            places.append(at + 1)
        elif line.strip():
            if not _more_cells(lines, at):
                break
            cells[-1].append(line.strip())
        elif not width:
            width = len(cells)
        at += 1
    width = width or len(cells)
    texts = ["\n".join(filter(None, cell)) for cell in cells]
    rows = [[Cell(text) for text in texts[i : i + width]] for i in range(0, len(texts), width)]
    return Grid("表", _grid("表", rows).rows, tuple(places[::width])), at


def _more_cells(lines: Sequence[str], at: int, reach: int = 40) -> bool:
    """Whether a line without a tab goes on with the cell before it: more cells follow, or right below stand names of units.

    A name above a date is no unit of the last task, but who signs.
    """
    if any(line.startswith("\t") for line in lines[at : at + reach]):
        return True
    below = "".join(lines[at + 1 : at + 2])
    return bool(lines[at - 1].strip()) and only_names(lines[at]) and not _DATE.match(below)


def paragraphs(parts: Sequence[Part]) -> Iterator[str]:
    """The paragraphs outside tables."""
    yield from (part for part in parts if isinstance(part, str))
