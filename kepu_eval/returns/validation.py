"""What a clerk is told while typing: rules on the cells of the unit's workbook, in Excel, WPS and LibreOffice alike."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.plan import Plan, Round, Unit
from kepu_eval.returns import layout
from kepu_eval.returns.cells import NOTHING_HERE
from kepu_eval.returns.layout import Column, Sheet, counts_whole
from kepu_eval.returns.template_style import LAST_ROW

LONGEST_TEXT, _LONGEST_LIST = 1000, 250
_SHORT_TEXTS = {
    "number": 30,
    "evidence": 200,
    "title": 100,
    "place": 100,
    "organiser": 100,
    "reference": 100,
    "filename": 150,
}


def validate(page: Worksheet, sheet: Sheet, plan: Plan, unit: Unit, rnd: Round) -> None:
    """Put a rule on every column that a unit fills: numbers, dates, choices, and texts of a bearable length."""
    decimals = {i.id: i.decimals for i in plan.indicators}
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        if column.kind == "number" and sheet.rows:
            for order, row in enumerate(sheet.rows, layout.FIRST_ROW):
                whole = counts_whole(row.unit, decimals.get(str(row.labels.get("indicator"))))
                if column.key in row.open:
                    _add(
                        page,
                        _number(f"{letter}{order}", whole=whole, percent=row.unit == "%"),
                        f"{letter}{order}",
                    )
            continue
        rule = _rule(column, f"{letter}{layout.FIRST_ROW}", plan, unit, rnd)
        if rule is not None:
            last = layout.FIRST_ROW + len(sheet.rows) - 1 if sheet.rows else LAST_ROW
            _add(page, rule, f"{letter}{layout.FIRST_ROW}:{letter}{last}")


def _add(page: Worksheet, rule: DataValidation, cells: str) -> None:
    """Put a rule on cells; rules that say the same stand in the file once."""
    same = next((known for known in page.data_validations.dataValidation if _same(known, rule)), None)
    if same is None:
        page.add_data_validation(rule)
        same = rule
    same.add(cells)


def _same(one: DataValidation, other: DataValidation) -> bool:
    """Whether two rules are one; formulas that name their own cell are not shared."""
    told = ("type", "operator", "formula1", "formula2", "error")
    return one.type != "custom" and all(getattr(one, name) == getattr(other, name) for name in told)


def _rule(column: Column, first: str, plan: Plan, unit: Unit, rnd: Round) -> DataValidation | None:
    if column.kind == "date":
        start, end = plan.meta.first_year - 1, rnd.as_of
        rule = _stop(
            "date",
            "请填具体日期",
            f"请填{plan.meta.first_year}年以来、不晚于{end.isoformat()}的日期，如{end.year}-05-20",
        )
        rule.operator, rule.formula1, rule.formula2 = (
            "between",
            f"DATE({start},1,1)",
            f"DATE({end.year},{end.month},{end.day})",
        )
        return rule
    if column.kind == "number":
        return _number(first, whole=counts_whole(column.unit), percent=False)
    choices = column.choices or _known(column, plan, unit)
    if choices:
        rule = _stop("list", "请从下拉框选择", f"可选：{'、'.join(choices)}"[:200])
        rule.formula1 = f'"{",".join(choices)}"'
        if not column.choices:  # several tasks may be named in one cell
            rule.errorStyle = "warning"
        return rule
    if column.kind == "text":
        longest = _SHORT_TEXTS.get(column.key, LONGEST_TEXT)
        rule = _stop("textLength", "文字太长", f"请控制在{longest}字以内")
        rule.operator, rule.formula1 = "lessThanOrEqual", str(longest)
        return rule
    return None


def _known(column: Column, plan: Plan, unit: Unit) -> tuple[str, ...]:
    """The unit's own tasks, or the indicators to which its activities may belong."""
    tasks = [task.number for task, _ in plan.duties(unit)]
    if column.key == "task":
        known = tuple(map(str, tasks))
    elif column.key == "indicator" and column.kind == "text":
        known = tuple(i.id for i in plan.indicators if i.task in tasks and i.kind.summed)
    else:
        return ()
    return known if known and len(",".join(known)) <= _LONGEST_LIST else ()


def _number(cell: str, *, whole: bool, percent: bool) -> DataValidation:
    """A figure that is not negative, whole where it counts something, or the word for nothing."""
    also = f",{cell}=INT({cell})" if whole else f",{cell}<=100" if percent else ""
    told = "请只填数字（整数），不写单位和“约”" if whole else "请只填数字，不写单位和“约”"
    rule = _stop("custom", "请填数字", f"{told}；没有这项工作的填“{NOTHING_HERE}”")
    rule.formula1 = f'OR({cell}="{NOTHING_HERE}",IF(ISNUMBER({cell}),AND({cell}>=0{also}),FALSE))'
    return rule


def _stop(kind: str, title: str, told: str) -> DataValidation:
    return DataValidation(type=kind, allow_blank=True, showErrorMessage=True, errorTitle=title, error=told)
