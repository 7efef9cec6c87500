"""Finding a described sheet and its columns in what was sent, wherever they stand."""

from __future__ import annotations

from rapidfuzz import fuzz

from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import Sheet
from kepu_eval.returns.model import Asked
from kepu_eval.returns.tables import Table
from kepu_eval.safe_text import plain_title, tidy
from kepu_eval.spreadsheets.addresses import column_letters
from kepu_eval.spreadsheets.workbook import Book, Grid

_ALIKE = 60


def find(book: Book, described: Sheet, place: dict, findings: Findings) -> Table | None:
    """The sheet of that name, or else the one that has its header; findings say what was taken for what."""
    named = [grid for grid in book.sheets.values() if tidy(grid.name) == described.name]
    others = [grid for grid in book.sheets.values() if grid not in named and not grid.hidden]
    for grid in [*named, *others]:
        header = _header(grid, described)
        if header is None:
            continue
        number, columns = header
        if grid not in named:
            told = f"“{described.name}”数据取自工作表“{grid.name}”"
            findings.add("C14", "note", told, **place, sheet=grid.name)
        at = {**place, "sheet": grid.name}
        asked = _tell_columns(grid, number, columns, described, at, findings)
        if not set(described.identity) <= set(columns):
            return None
        table = Table(described, grid, number, columns, asked)
        rest = [other for other in [*named, *others] if other is not grid]
        whole = [*_tell_hidden_sheet(table, at, findings), *_tell_second_sheet(table, rest, at, findings)]
        asked[described.identity[0]] = (*asked.get(described.identity[0], ()), *whole)
        return table
    tell_lacking(described, place, findings)
    return None


def tell_lacking(described: Sheet, place: dict, findings: Findings) -> None:
    """Say that a table is not there at all."""
    findings.add("C12", "rejected", f"没有找到“{described.name}”表", "请用本轮模板填报，不要删改表名和表头",
                 **place, sheet=described.name)  # fmt: skip


def _tell_hidden_sheet(table: Table, place: dict, findings: Findings) -> list[Asked]:
    if not table.grid.hidden or not any(row.filled for row in table.rows):
        return []
    told = f"工作表“{table.grid.name}”被隐藏且有数据，是否计入？"
    findings.add("C15", "question", told, "请取消隐藏后重报", **place, cell=table.grid.name)
    return [("C15", table.grid.name)]


def _tell_second_sheet(table: Table, rest: list[Grid], place: dict, findings: Findings) -> list[Asked]:
    """A copy of the sheet that says something else: nothing counts until it is known that this one does."""
    asked = []
    for grid in rest:
        header = None if grid.hidden else _header(grid, table.described)
        if header is None or not set(table.described.identity) <= set(header[1]):
            continue
        if not _contents(Table(table.described, grid, *header)) <= _contents(table):
            told = (
                f"工作表“{grid.name}”与“{table.grid.name}”格式相同而内容不同，是否以“{table.grid.name}”为准？"
            )
            findings.add("C14", "question", told, "请只保留一张后重报", **place, cell=grid.name)
            asked.append(("C14", grid.name))
    return asked


def _contents(table: Table) -> set[tuple[str, ...]]:
    """What was filled in, cell by cell: what names the row, the column, the value."""
    named = ((tuple(row.text(key) for key in table.described.identity), row.filled) for row in table.rows)
    return {(*name, key, value) for name, filled in named for key, value in filled.items()}


def holds(grid: Grid, described: Sheet, *, exactly: bool) -> bool:
    """Whether a sheet has a table's header; ``exactly``: under its own titles, not under other words for them."""
    found = _header(grid, described)
    if found is None or not exactly:
        return found is not None
    number, columns = found
    return sum(tidy(grid.rows[number][c]) in described.titles for c in columns.values()) * 2 >= len(
        described.titles
    )


def _header(grid: Grid, described: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row that holds at least half of the titles, one of them naming the rows."""
    if len(described.words & grid.said) * 2 < len(described.columns):
        return None
    for number, texts in enumerate(grid.heads):
        found: dict[str, int] = {}
        # An alias must not take another column's place.
        for names, plainly in (
            (described.titles, False),
            (described.names, False),
            (described.plain_names, True),
        ):
            read = list(map(plain_title, texts)) if plainly and any(texts) else texts
            if len(found) == len(described.columns) or names.keys().isdisjoint(read):
                continue
            for column, text in enumerate(read):
                key = names.get(text) if text else None
                if key and key not in found and column not in found.values():
                    found[key] = column
        if set(described.identity) & set(found) and len(found) * 2 >= len(described.columns):
            return number, found
    return None


def _tell_columns(
    grid: Grid, header: int, columns: dict[str, int], described: Sheet, place: dict, findings: Findings
) -> dict[str, tuple[Asked, ...]]:
    """Say which columns are in another order, renamed, missing or hidden; the questions that hang on each.

    A renamed column is entered in ``columns`` as a candidate: nothing in it counts until the question is answered.
    """
    order = [columns[c.key] for c in described.columns if c.key in columns]
    if order != sorted(order):
        findings.add("C13", "note", "列顺序与模板不同，已按列名读取", **place)
    asked: dict[str, tuple[Asked, ...]] = {}
    strange = {i: tidy(v) for i, v in enumerate(grid.rows[header]) if tidy(v) and i not in columns.values()}
    for column in described.columns:
        if column.key in columns:
            continue
        longer = [i for i in strange if column.is_called(plain_title(strange[i]))]
        if len(longer) == 1:
            columns[column.key] = longer[0]
            told = f"列名“{strange.pop(longer[0])}”按“{column.title}”读取"
            findings.add("C12", "note", told, **place, cell=grid.address(header, longer[0]))
            continue
        alike = max(strange, key=lambda i: fuzz.partial_ratio(strange[i], column.title), default=None)
        if alike is not None and fuzz.partial_ratio(strange[alike], column.title) >= _ALIKE:
            cell = grid.address(header, alike)
            findings.add("C12", "question", f"{cell}列名“{strange[alike]}”是否对应“{column.title}”？", "请改回模板列名后重报",
                         **place, cell=cell, value=strange.pop(alike))  # fmt: skip
            columns[column.key] = alike
            asked[column.key] = (("C12", cell),)
        else:
            printed = column.kind == "label" and column.key not in described.identity
            severity = "note" if printed else "rejected"  # what we print ourselves is not missed
            findings.add("C12", severity, f"缺少“{column.title}”列", "请用本轮模板填报", **place)
    for column in described.columns:
        same = [i for i in strange if strange[i] == tidy(column.title) and column.key in columns]
        for second in same:
            if _column(grid, header, second) not in ([], _column(grid, header, columns[column.key])):
                one, other = (grid.address(header, i) for i in (columns[column.key], second))
                findings.add("C12", "question", f"{one}、{other}两列同名“{column.title}”而内容不同，是否以{one}列为准？",
                             "请删去多余的列后重报", **place, cell=other, value=column.title)  # fmt: skip
                asked[column.key] = (*asked.get(column.key, ()), ("C12", other))
    for key, at in columns.items():
        printed = described.column(key).kind == "label"  # by us: hiding it takes nothing away
        if at + 1 in grid.hidden_columns and not printed and _filled(grid, header, at):
            cell = f"{column_letters(at + 1)}列"
            findings.add("C15", "question", f"{cell}被隐藏且有数据，是否计入？", "请取消隐藏后重报，或清除该列",
                         **place, cell=cell, value=tidy(grid.rows[header][at]))  # fmt: skip
            asked[key] = (*asked.get(key, ()), ("C15", cell))
    return asked


def _filled(grid: Grid, header: int, column: int) -> bool:
    return bool(_column(grid, header, column))


def _column(grid: Grid, header: int, column: int) -> list[tuple[int, str]]:
    """What stands in a column below the example row, with its place."""
    below = enumerate(grid.rows[header + 2 :])
    return [(n, tidy(values[column])) for n, values in below if column < len(values) and tidy(values[column])]
