"""The sheet 自查: what is still missing or contradicts itself, counted by formulas while the clerk fills in the workbook.

Only functions that Excel, WPS and LibreOffice share (COUNTBLANK, SUMPRODUCT, COUNTIF, ISNUMBER), no array formulas, no
macros. It says what the office would ask anyway; what it counts keeps nobody from sending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.plan import BASELINE, STOCK, Plan, Round, labels_over
from kepu_eval.returns import layout
from kepu_eval.returns.cells import NOTHING_HERE
from kepu_eval.returns.layout import EVENTS, EVIDENCE, NUMBERS, TASKS, Sheet
from kepu_eval.returns.template_style import (
    BODY,
    BOLD,
    SIZE,
    TITLE,
    on_screen_only,
)
from kepu_eval.spreadsheets.look import CENTRE, LINE, WARNING, WRAP, head

_ROWS = 500  # of a list that are looked at
_DONE = ("完成", "基本完成")
_HEAD, _WIDTHS = ("工作表", "检查什么", "处数", "结果", "怎样处理"), (12, 46, 8, 12, 60)
_FIRST = 5


class Check(NamedTuple):
    """One line of the sheet: which sheet, what is counted, by which formula, and what to do."""

    sheet: str
    what: str
    formula: str
    remedy: str


def write_self_check(
    page: Worksheet, sheets: Iterable[Sheet], plan: Plan, rnd: Round, cover: dict[str, str]
) -> None:
    """Write the sheet; ``cover``: cells of the cover that must be filled, by label."""
    checks = [
        Check(layout.COVER, f"{'、'.join(cover)}未填", "+".join(f"({_of(layout.COVER, cell)}=\"\")*1" for cell in cover.values()),
              "请在“填表说明”中填写")
    ]  # fmt: skip
    for sheet in sheets:
        checks += _checks_of(sheet, plan, rnd)
    page["A1"].value, page["A1"].font = "自查（随填随算，报送前请看一遍）", TITLE
    page["A2"].value, page["A2"].font = (
        "处数为0的没有问题；不为0的请核对，属实的可以照报，并在“说明”或“进展说明”写明。",
        BODY,
    )
    last = _FIRST + len(checks) - 1
    page["A3"].value, page["A3"].font = (
        f'=IF(SUM(C{_FIRST}:C{last})=0,"没有发现要补填或核对的","还有"&SUM(C{_FIRST}:C{last})&"处需要补填或核对")',
        BOLD,
    )
    for column, (title, width) in enumerate(zip(_HEAD, _WIDTHS, strict=True), 1):
        head(page.cell(_FIRST - 1, column, title), SIZE)
        page.column_dimensions[get_column_letter(column)].width = width
    for row, check in enumerate(checks, _FIRST):
        result = f'=IF(C{row}=0,"√",B{row}&C{row}&"处")'
        for column, value in enumerate(
            (check.sheet, check.what, f"={check.formula}", result, check.remedy), 1
        ):
            cell = page.cell(row, column, value)
            cell.font, cell.border, cell.alignment = BODY, LINE, CENTRE if column in (3, 4) else WRAP
    found = CellIsRule(
        operator="greaterThan",
        formula=["0"],
        font=Font(bold=True, color=WARNING),
        fill=PatternFill(bgColor="FCE4D6"),
    )
    page.conditional_formatting.add(f"C{_FIRST}:C{last}", found)
    page.freeze_panes = f"A{_FIRST}"
    on_screen_only(page, "G1")
    page.protection.sheet = True


def _checks_of(sheet: Sheet, plan: Plan, rnd: Round) -> Iterator[Check]:
    if sheet.name == NUMBERS:
        return _of_numbers(sheet, plan)
    if sheet.name == TASKS:
        return _of_tasks(sheet)
    if sheet.name == EVENTS:
        return _of_events(sheet, rnd)
    return _of_evidence(sheet) if sheet.name == EVIDENCE else _of_entries(sheet, plan, rnd)


def _of(sheet: str, cells: str) -> str:
    first, _, last = cells.partition(":")
    return f"'{sheet}'!{first}" + (f":{last}" if last else "")


def _letters(sheet: Sheet) -> dict[str, str]:
    return {column.key: get_column_letter(n) for n, column in enumerate(sheet.columns, 1)}


def _sum(parts: Iterable[str]) -> str:
    return "+".join(parts) or "0"


def _of_numbers(sheet: Sheet, plan: Plan) -> Iterator[Check]:
    at, name = _letters(sheet), sheet.name
    rows = list(enumerate(sheet.rows, layout.FIRST_ROW))
    years = [column.key for column in sheet.columns if column.period.isdigit()]
    first, last = at[years[0]], at[years[-1]]

    def blank(number: int, key: str) -> str:
        return f'({_of(name, at[key] + str(number))}="")'

    must = [
        f"{blank(n, 'note')}*({_sum(blank(n, key) for key in sorted(r.required))})"
        for n, r in rows
        if r.required
    ]
    yield Check(name, "必填未填", _sum(must), "黄色格请填数；确实没有数据的在“说明”写明原因")
    whole = _of(name, f"{at[BASELINE]}{layout.FIRST_ROW}:{last}{layout.FIRST_ROW + len(rows) - 1}")
    yield Check(
        name,
        "填的不是数字",
        f'SUMPRODUCT(ISTEXT({whole})*({whole}<>"{NOTHING_HERE}"))',
        "只填数字，不写单位、“约”“余”；没有这项工作的填“无此项”",
    )
    place = {str(r.labels["indicator"]): n for n, r in rows}
    pairs = [
        (place[i.id], place[i.of_which]) for i in plan.indicators if i.of_which in place and i.id in place
    ]
    if pairs:

        def larger(part: int, total: int) -> str:
            one, other = (_of(name, f"{first}{n}:{last}{n}") for n in (part, total))
            return f"SUMPRODUCT(ISNUMBER({one})*ISNUMBER({other})*({one}>{other}))"

        yield Check(name, "其中大于总数", _sum(larger(*pair) for pair in pairs), "“其中”的数不能大于总数")
    kinds = {i.id: i.kind for i in plan.indicators}
    levels = [n for n, r in rows if not kinds[str(r.labels["indicator"])].summed]
    counts = [n for n, r in rows if kinds[str(r.labels["indicator"])].summed and not r.part]
    if levels:
        yield Check(name, "今年少于去年（年末数）", _sum(_falls(name, n, at[BASELINE], years, at) for n in levels),
                    "年末的总数一般不减少；确有减少的在“说明”写明原因")  # fmt: skip
    if counts and len(years) > 2:
        yield Check(
            name,
            "各年越来越大，像是累计数",
            _sum(_running(name, n, years, at) for n in counts),
            "每年只填当年数，不要累计",
        )


def _falls(sheet: str, row: int, base: str, years: list[str], at: dict[str, str]) -> str:
    before = _of(sheet, f"{base}{row}:{at[years[-2]] if len(years) > 1 else base}{row}")
    after = _of(sheet, f"{at[years[0]]}{row}:{at[years[-1]]}{row}")
    return f"SUMPRODUCT(ISNUMBER({before})*ISNUMBER({after})*({after}<{before}))"


def _running(sheet: str, row: int, years: list[str], at: dict[str, str]) -> str:
    """1 where each year is at least all years before it together, as in the check of the returns (X05)."""
    cells = [_of(sheet, f"{at[year]}{row}") for year in years]
    whole = _of(sheet, f"{at[years[0]]}{row}:{at[years[-1]]}{row}")
    grows = "*".join(f"({c}>={'+'.join(cells[:n])})*({c}>{cells[n - 1]})" for n, c in enumerate(cells) if n)
    return f"IF(COUNT({whole})={len(cells)},({cells[0]}>0)*{grows},0)"


def _of_tasks(sheet: Sheet) -> Iterator[Check]:
    at, name = _letters(sheet), sheet.name
    last = layout.FIRST_ROW + len(sheet.rows) - 1
    years = [column.key for column in sheet.columns if column.period]

    def down(key: str) -> str:
        return _of(name, f"{at[key]}{layout.FIRST_ROW}:{at[key]}{last}")

    yield Check(
        name,
        "必填未填",
        _sum(f"COUNTBLANK({_of(name, cells)})" for cells in _runs(sheet)),
        "牵头任务的黄色格请从下拉框选或填数",
    )
    claims = "(" + "+".join(f'({down("self_rating")}="{word}")' for word in _DONE) + ")"
    never = "*".join(f'({down(year)}="{layout.YES_NO[1]}")' for year in years)
    if never:
        yield Check(
            name, "自评完成，各年却都填“无”", f"SUMPRODUCT({claims}*{never})", "请核对自评或各年的有无"
        )
    yield Check(
        name,
        "自评完成，运行情况却填“未运行”",
        f'SUMPRODUCT({claims}*({down("operating")}="{layout.OPERATING[1]}"))',
        "请核对",
    )
    sizes = [down(key) for key in ("baseline_size", "current_size")]
    numeric = "*".join(f"ISNUMBER({size})" for size in sizes)
    yield Check(
        name,
        "自评完成，现有规模却少于基期",
        f"SUMPRODUCT({claims}*{numeric}*({sizes[1]}<{sizes[0]}))",
        "请核对规模或自评",
    )
    yield Check(
        name,
        "填了自评，没有佐证编号",
        f'SUMPRODUCT({claims}*({down("evidence")}=""))',
        "没有佐证的最高按“正在推进”认定",
    )


def _runs(sheet: Sheet) -> Iterator[str]:
    """Ranges of the cells that must be filled: rectangles of neighbouring columns and rows."""
    letters, spans = [c.key for c in sheet.columns], defaultdict(list)
    for number, row in enumerate(sheet.rows, layout.FIRST_ROW):
        columns = [n for n, key in enumerate(letters, 1) if key in row.required]
        for start in (n for n in columns if n - 1 not in columns):
            end = start
            while end + 1 in columns:
                end += 1
            spans[start, end].append(number)
    for (start, end), numbers in spans.items():
        first = numbers[0]
        for number, following in zip(numbers, [*numbers[1:], 0], strict=True):
            if following != number + 1:
                yield f"{get_column_letter(start)}{first}:{get_column_letter(end)}{number}"
                first = following


def _list(sheet: Sheet):  # noqa: ANN202 - the range of a column by its key
    at = _letters(sheet)
    return lambda key: _of(sheet.name, f"{at[key]}{layout.FIRST_ROW}:{at[key]}{layout.FIRST_ROW + _ROWS - 1}")


def _of_events(sheet: Sheet, rnd: Round) -> Iterator[Check]:
    down, name = _list(sheet), sheet.name
    day = f"DATE({rnd.as_of.year},{rnd.as_of.month},{rnd.as_of.day})"
    held = f'({down("title")}<>"")'
    yield Check(name, "没有填日期", f'SUMPRODUCT({held}*({down("date")}=""))', "请填具体到日")
    yield Check(
        name,
        "日期不能识别",
        f"SUMPRODUCT({held}*ISTEXT({down('date')}))",
        f"请写成{rnd.as_of.year}-05-20的形式",
    )
    yield Check(
        name,
        "日期晚于数据截止日",
        f"SUMPRODUCT(ISNUMBER({down('date')})*({down('date')}>{day}))",
        "请移到下一轮填报",
    )
    people = down("participants")
    yield Check(
        name,
        "参与人次未填或为0",
        f'SUMPRODUCT({held}*(({people}="")+({people}=0)>0))',
        "请填实际人次；没有举办的删除该行",
    )
    yield Check(name, "没有填任务号", f'SUMPRODUCT({held}*({down("task")}=""))', "请填对应的任务号")
    same = f"COUNTIFS({down('title')},{down('title')},{down('date')},{down('date')})"
    yield Check(name, "同一天、同一名称列了两次", f"SUMPRODUCT({held}*({same}>1))", "同一活动只列一行")


def _of_evidence(sheet: Sheet) -> Iterator[Check]:
    down = _list(sheet)
    numbered = f'({down("evidence")}<>"")'
    yield Check(
        sheet.name,
        "编号重复",
        f"SUMPRODUCT({numbered}*(COUNTIF({down('evidence')},{down('evidence')})>1))",
        "一份材料一个编号",
    )
    yield Check(
        sheet.name,
        "有材料没有编号",
        f'SUMPRODUCT(({down("title")}<>"")*({down("evidence")}=""))',
        "请编号，如P01",
    )


def _of_entries(sheet: Sheet, plan: Plan, rnd: Round) -> Iterator[Check]:
    down, name, at = _list(sheet), sheet.name, _letters(sheet)
    over = {STOCK, *labels_over(plan, rnd.as_of)}
    named = f'({down("entity")}<>"")'
    due = [c.key for c in sheet.columns if c.measure and c.period in over] + [
        k for k in ("type", "rural") if k in at
    ]
    yield Check(
        name,
        "必填未填",
        _sum(f'SUMPRODUCT({named}*({down(key)}=""))' for key in due),
        "已结束的学期、学年请填齐；没有开展填0",
    )
    roles = {(i.id, m.id): m.role for i in plan.indicators for m in i.measures}
    by_period: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for column in sheet.columns:
        role = roles.get((column.indicator, column.measure))
        if role:
            by_period[column.indicator, column.period][role] = down(column.key)
    pairs = [told for told in by_period.values() if len(told) == 2]
    if pairs:
        larger = (
            f"SUMPRODUCT(ISNUMBER({p['numerator']})*ISNUMBER({p['denominator']})*({p['numerator']}>{p['denominator']}))"
            for p in pairs
        )
        yield Check(name, "参与学生数大于在校生数", _sum(larger), "参与人数按人去重，不能大于在校生数")
    yield Check(
        name,
        "名称重复",
        f"SUMPRODUCT({named}*(COUNTIF({down('entity')},{down('entity')})>1))",
        "每校只列一行",
    )
