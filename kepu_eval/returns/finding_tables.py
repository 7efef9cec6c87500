"""Finding a described sheet and its columns in what was sent, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from rapidfuzz import fuzz

from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import Column, Sheet
from kepu_eval.returns.model import Asked
from kepu_eval.returns.tables import Table
from kepu_eval.safe_text import plain_title, tidy
from kepu_eval.spreadsheets.addresses import column_letters
from kepu_eval.spreadsheets.workbook import Book, Grid

_ALIKE = 60
_PART = re.compile(
    r"[\s()\-_.]*(?:20\d\d年?|续表?|[一二三四五六七八九十\d]{1,2}|[上下]|第.{1,3}部分)*+[\s()]*"
)
# What makes something else of a column though it is still called so: 2022年（累计）, 2022年（截至9月）, 人次（线上）.
_LIMITED = re.compile(
    r"[(\[][^)\]]*?(?:计划|预|目标|任务数|累计|截[至止](?!20\d\d年?(?:底|末|12月))|[上下]半年|季度|(?<!1[-—–~至到]1)\d月|含|不包|除|其中|仅|只"
    r"|人均|每|率|增|减|拟|报名|估|约|线[上下]|[上去]年)"
)
_SCALED, _YEARS = re.compile(r"[(\[](?:单位:?)?[十百千万亿]"), re.compile(r"20\d\d")


def find(book: Book, described: Sheet, place: dict, findings: Findings) -> list[Table]:
    """The sheet of that name, or else the one that has its header, and those that go on with it (活动台账2022, 活动台账（续）).

    Findings say what was taken for what; none are found where the table is not there.
    """
    named = [grid for grid in book.sheets.values() if tidy(grid.name) == described.name]
    others = [grid for grid in book.sheets.values() if grid not in named and not grid.hidden]
    there = [(grid, header) for grid in (*named, *others) if (header := _header(grid, described))]
    if not there:
        tell_lacking(described, place, findings)
        return []
    names = set(described.identity)
    first = _entered(*there[0], described, place, findings)
    if not names <= first.columns.keys():
        return []
    parts, whole = [first], _tell_hidden_sheet(first, place, findings)
    for grid, header in there[1:]:
        second = Table(described, grid, *header)
        if grid.hidden or not names <= second.columns.keys():
            continue
        if not described.rows and _goes_on(parts, second):
            parts.append(_entered(grid, header, described, place, findings))
        else:
            whole += _tell_second_sheet(first, second, place, findings)
    first.asked[described.identity[0]] = (*first.asked.get(described.identity[0], ()), *whole)
    return parts


def _entered(
    grid: Grid, header: tuple[int, dict[str, int]], described: Sheet, place: dict, findings: Findings
) -> Table:
    """A sheet as a table, with what is to be said of its name and its columns."""
    at = {**place, "sheet": grid.name}
    if tidy(grid.name) != described.name:
        findings.add("C14", "note", f"“{described.name}”数据取自工作表“{grid.name}”", **at)
    asked = _tell_columns(grid, *header, described, at, findings)  # which may enter more columns
    return Table(described, grid, *header, asked)


def tell_lacking(described: Sheet, place: dict, findings: Findings) -> None:
    """Say that a table is not there at all."""
    findings.add("C12", "rejected", f"没有找到“{described.name}”表", "请用本轮模板填报，不要删改表名和表头",
                 **place, sheet=described.name)  # fmt: skip


def _tell_hidden_sheet(table: Table, place: dict, findings: Findings) -> list[Asked]:
    if not table.grid.hidden or not any(row.filled for row in table.rows):
        return []
    told = f"工作表“{table.grid.name}”被隐藏且有数据，是否计入？"
    findings.add(
        "C15", "question", told, "请取消隐藏后重报", **place, sheet=table.grid.name, cell=table.grid.name
    )
    return [("C15", table.grid.name)]


def _goes_on(parts: list[Table], second: Table) -> bool:
    """Whether a sheet goes on with a table: by its name, and what its rows are called is not in the parts before."""
    name = second.described.identity[-1]
    before, _, behind = tidy(second.grid.name).partition(second.described.name)
    called = {row.text(name) for row in second.rows}
    known = {row.text(name) for part in parts for row in part.rows}
    part_of = not before and behind and _PART.fullmatch(behind)
    return bool(called and part_of) and called.isdisjoint(known)


def _tell_second_sheet(table: Table, second: Table, place: dict, findings: Findings) -> list[Asked]:
    """A copy of the sheet that says something else: nothing counts until it is known that this one does."""
    if _contents(second) <= _contents(table):
        return []
    name = second.grid.name
    told = f"工作表“{name}”与“{table.grid.name}”格式相同而内容不同，是否以“{table.grid.name}”为准？"
    findings.add("C14", "question", told, "请只保留一张后重报", **place, sheet=table.grid.name, cell=name)
    return [("C14", name)]


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
    if len(described.words & grid.said) * 2 < len(described.columns) and not grid.grouped:
        return None
    best: tuple[int, dict[str, int]] | None = None
    for number, texts in enumerate(grid.heads):
        found = _columns(texts, described)
        if number in grid.grouped:
            found = max(found, _columns(_in_two_rows(grid, number, described), described), key=len)
        whole = set(described.identity) & set(found) and len(found) * 2 >= len(described.columns)
        if whole and (best is None or len(found) > len(best[1])):
            best = number, found
        if best and len(best[1]) == len(described.columns):
            break
    return best


def _in_two_rows(grid: Grid, number: int, described: Sheet) -> list[str]:
    """Titles that stand under merged ones (2021春 over 讲座次数 and 研学次数): both together, or the one of the two that there is."""
    above = list(grid.heads[number - 1])
    for left, right in grid.grouped[number]:
        above[left : right + 1] = [above[left]] * (min(right + 1, len(above)) - left)
    pairs = zip_longest(above, grid.heads[number], fillvalue="")
    known = described.plain_names
    return [f"{a} {b}" if b and plain_title(f"{a} {b}") in known else b or a for a, b in pairs]


def _columns(texts: Sequence[str], described: Sheet) -> dict[str, int]:
    """Which of the texts are titles, by key. An alias must not take another column's place."""
    found: dict[str, int] = {}
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
    return found


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
    for key, at in columns.items():
        written = tidy(grid.rows[header][at])
        if not asked.get(key) and _says_otherwise(written, described.column(key), described):
            cell = grid.address(header, at)
            findings.add("C12", "question", f"{cell}列名“{written}”是否对应“{described.column(key).title}”？", "请改回模板列名，按此重填",
                         **place, cell=cell, value=written)  # fmt: skip
            asked[key] = (("C12", cell),)
    _tell_two_alike(grid, header, columns, described, strange, asked, place, findings)
    for key, at in columns.items():
        printed = described.column(key).kind == "label"  # by us: hiding it takes nothing away
        if at + 1 in grid.hidden_columns and not printed and _filled(grid, header, at):
            cell = f"{column_letters(at + 1)}列"
            findings.add("C15", "question", f"{cell}被隐藏且有数据，是否计入？", "请取消隐藏后重报，或清除该列",
                         **place, cell=cell, value=tidy(grid.rows[header][at]))  # fmt: skip
            asked[key] = (*asked.get(key, ()), ("C15", cell))
    return asked


def _tell_two_alike(
    grid: Grid, header: int, columns: dict[str, int], described: Sheet, strange: dict[int, str],
    asked: dict[str, tuple[Asked, ...]], place: dict, findings: Findings,
) -> None:  # fmt: skip
    """Ask which of two columns under one title counts, where they say something else."""
    for column in described.columns:
        same = [i for i in strange if strange[i] == tidy(column.title) and column.key in columns]
        for second in same:
            if _column(grid, header, second) not in ([], _column(grid, header, columns[column.key])):
                one, other = (grid.address(header, i) for i in (columns[column.key], second))
                findings.add("C12", "question", f"{one}、{other}两列同名“{column.title}”而内容不同，是否以{one}列为准？",
                             "请删去多余的列后重报", **place, cell=other, value=column.title)  # fmt: skip
                asked[column.key] = (*asked.get(column.key, ()), ("C12", other))


def _says_otherwise(written: str, column: Column, described: Sheet) -> bool:
    """Whether a title by which a column was found limits it, or names another year or, in a table of rows, a larger unit."""
    if column.kind in ("label", "text") or written == tidy(column.title):
        return False
    named = set(_YEARS.findall("".join((column.title, *column.aliases))))
    other_year = bool(named) and not named.issuperset(_YEARS.findall(written))
    return other_year or bool(_LIMITED.search(written) or (not described.rows and _SCALED.search(written)))


def _filled(grid: Grid, header: int, column: int) -> bool:
    return bool(_column(grid, header, column))


def _column(grid: Grid, header: int, column: int) -> list[tuple[int, str]]:
    """What stands in a column below the example row, with its place."""
    below = enumerate(grid.rows[header + 2 :])
    return [(n, tidy(values[column])) for n, values in below if column < len(values) and tidy(values[column])]
