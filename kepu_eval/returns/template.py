"""Writing a unit's workbook from :mod:`kepu_eval.returns.layout`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.files import write_book
from kepu_eval.plan import Plan, Round, Unit
from kepu_eval.returns import layout, unit_sheets
from kepu_eval.returns.checks import Series
from kepu_eval.returns.findings import as_found
from kepu_eval.returns.layout import Sheet
from kepu_eval.returns.self_check import write_self_check
from kepu_eval.returns.template_style import (
    BODY,
    EXAMPLE,
    FORMATS,
    LEFT,
    MUST_FILL,
    OPEN,
    SIZE,
    TITLE,
    height_of,
    on_screen_only,
    open_columns,
    print_setup,
    row_height,
    style_cell,
)
from kepu_eval.returns.unit_sheets import measure_id
from kepu_eval.returns.validation import validate
from kepu_eval.spreadsheets.look import CENTRE, LINE, OURS, WRAP, head

Before = Mapping[Series, Mapping[str, float]]

_COVER_LINES = (
    "一、先填“指标数据”“任务自查”，再填“活动台账”“佐证目录”。黄色格必填，灰色格不用填；各表第5行是示例，从第6行开始填。",
    "二、数字格只填数字，不写单位，不写“约”“余”“多”。没有开展填0；选报项没有这项工作的填“无此项”；没有数据的留空，在“说明”写明原因。",
    "三、每年只填当年数，不要填累计数；“年末数”填年末时的总数。",
    "四、佐证编号（如P01）与“佐证目录”一致；没有佐证的，最高按“正在推进”认定。",
    "五、身份证号、手机号码等个人信息不要填，填了的行会退回。",
    "六、“活动台账”“佐证目录”和逐校（逐个）明细行数不够时往下接着填；不要改动表名、列名。",
    "七、填完看“自查”：处数为0即可报送。打印整个工作簿即为纸质件（本页和“自查”不打印，较宽的表用A3纸），签字盖章在“指标数据”表下方。",
)
_SIGNED = f"{layout.SIGNED}　　　　　　　　审核人（签字）：　　　　　　　　填报人：　　　　　　　　（单位盖章）　　　　　　　　年　　月　　日"
_BEFORE = "上一轮已报（参考，不用填）"


def write_templates(
    plan: Plan, round_id: str, folder: Path, units: Iterable[Unit] | None = None
) -> list[Path]:
    """Write every unit's workbook into ``folder``; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    plan, files = plan.at(plan.round(round_id).as_of), []
    for unit in units or plan.units:
        files.append(folder / f"{unit.name}.xlsx")
        write_template(plan, unit, round_id, files[-1])
    return files


def write_template(plan: Plan, unit: Unit, round_id: str, path: Path, before: Before | None = None) -> None:
    """Write one unit's workbook: only its tasks and indicators.

    ``before``: what the last round had accepted, by series and period; the unit's own stand beside its rows for reference.
    """
    rnd = plan.round(round_id)
    book = Workbook()
    book._named_styles[
        "Normal"
    ].font = BODY  # widths are counted in its digits, here as in Excel; there is no public way
    needed = _cover(book.active, plan, unit, rnd)
    check = book.create_sheet(layout.SELF_CHECK)
    sheets = unit_sheets.sheets(plan, unit, round_id)
    for number, sheet in enumerate(sheets, 1):
        page = book.create_sheet(sheet.name)
        _sheet(page, sheet, plan, unit, rnd, number)
        if sheet.name == layout.NUMBERS and before:
            _reference(page, sheet, plan, unit, before)
    write_self_check(check, sheets, plan, rnd, needed)
    _hidden(book.create_sheet(layout.HIDDEN), plan, unit, rnd)
    book.calculation.fullCalcOnLoad = True
    write_book(path, book)


def _form(plan: Plan, number: int) -> str:
    """Number of a form, as offices number theirs."""
    return f"{plan.meta.district[0]}科素{number}表"


def _cover(page: Worksheet, plan: Plan, unit: Unit, rnd: Round) -> dict[str, str]:
    """The cover; cells that must be filled by their label."""
    page.title = layout.COVER
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 74
    page["A1"].value, page["A1"].font = f"{plan.meta.district}{plan.meta.about}{rnd.name}填报表", TITLE
    page.merge_cells("A1:B1")
    page.row_dimensions[1].height = 36
    fields = (
        (layout.UNIT_FIELD, unit.name),
        (layout.ROUND_FIELD, rnd.name),
        (layout.AS_OF_FIELD, rnd.as_of.isoformat()),
        (layout.DUE_FIELD, rnd.due.isoformat()),
        (layout.HEAD_FIELD, None),
        (layout.REVIEWER_FIELD, None),
        (layout.PERSON_FIELD, None),
        (layout.DATE_FIELD, None),
        (layout.ISSUER_FIELD, plan.meta.office),
    )
    needed = {}
    for row, (label, value) in enumerate(fields, 3):
        name, answer = page.cell(row, 1, label), page.cell(row, 2, value)
        name.font, name.fill, name.border, name.alignment = BODY, OURS, LINE, CENTRE
        answer.font, answer.border, answer.alignment = BODY, LINE, LEFT
        if value is None or label == layout.UNIT_FIELD:
            answer.protection = OPEN
        if value is None:
            answer.fill, needed[label] = MUST_FILL, answer.coordinate
        page.row_dimensions[row].height = 22
    page[needed[layout.DATE_FIELD]].number_format = FORMATS["date"]
    day = DataValidation(type="date", operator="greaterThan", formula1="DATE(2020,1,1)", allow_blank=True, showErrorMessage=True,
                         errorTitle="请填具体日期", error=f"请写成{rnd.due.isoformat()}的形式")  # fmt: skip
    day.add(needed[layout.DATE_FIELD])
    page.add_data_validation(day)
    for row, line in enumerate(_COVER_LINES, len(fields) + 4):
        cell = page.cell(row, 1, line)
        cell.font, cell.alignment = BODY, WRAP
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        page.row_dimensions[row].height = 32
    page.protection.sheet = True
    on_screen_only(page, "D1")
    return needed


def _sheet(page: Worksheet, sheet: Sheet, plan: Plan, unit: Unit, rnd: Round, number: int) -> None:
    width = len(sheet.columns)
    form = f"表号：{_form(plan, number)}　　制表机关：{plan.meta.office}　　填报单位：{unit.name}　　{rnd.name}　　报送期限：{rnd.due.isoformat()}"
    heading = (
        (layout.TITLE_ROW, sheet.title, TITLE, 24),
        (layout.UNIT_ROW, form, BODY, 16),
        (layout.GUIDANCE_ROW, sheet.guidance, BODY, 28),
    )
    for row, text, font, height in heading:
        cell = page.cell(row, 1, text)
        cell.font, cell.alignment = font, WRAP
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        page.row_dimensions[row].height = height
    for place, column in enumerate(sheet.columns, 1):
        head(page.cell(layout.HEADER_ROW, place, column.title), SIZE)
        example = page.cell(layout.EXAMPLE_ROW, place, sheet.example.get(column.key))
        example.font, example.border, example.alignment = EXAMPLE, LINE, WRAP
        example.number_format = FORMATS[column.kind] if column.kind in ("date", "number") else "General"
        page.column_dimensions[get_column_letter(place)].width = column.width
    titles = {column.key: column.title for column in sheet.columns}
    page.row_dimensions[layout.HEADER_ROW].height = height_of(titles, sheet)
    page.row_dimensions[layout.EXAMPLE_ROW].height = height_of(sheet.example, sheet)
    last = _rows(page, sheet)
    validate(page, sheet, plan, unit, rnd)
    page.freeze_panes = sheet.freeze or page.cell(layout.FIRST_ROW, 1).coordinate
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.protection.insertRows = page.protection.sort = page.protection.autoFilter = False
    if sheet.name == layout.NUMBERS:
        last += 2
        signed = page.cell(last, 2, _SIGNED)  # not in the first column, which names rows
        signed.font, signed.alignment, signed.protection = BODY, LEFT, OPEN
        page.row_dimensions[last].height = 30
    print_setup(page, tuple(column.width for column in sheet.columns), last if sheet.rows else None)


def _rows(page: Worksheet, sheet: Sheet) -> int:
    """Prepared rows with their labels, or empty ones that can be continued; returns the last row's number."""
    if not sheet.rows:
        open_columns(page, sheet)
    for order, row in enumerate(sheet.rows):
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(layout.FIRST_ROW + order, number, row.labels.get(column.key))
            closed = column.key not in row.open and column.kind != "label"
            style_cell(cell, column, closed=closed, must=column.key in row.required)
            if column.key in row.open:
                cell.protection = OPEN
        row_height(page, layout.FIRST_ROW + order, sheet, row, sheet.rows[order - 1] if order else None)
    for order in range(sheet.free_rows):
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(layout.FIRST_ROW + order, number)
            style_cell(cell, column)
            cell.protection = OPEN
    return layout.FIRST_ROW + max(len(sheet.rows), sheet.free_rows, 1) - 1


def _reference(page: Worksheet, sheet: Sheet, plan: Plan, unit: Unit, before: Before) -> None:
    """What the unit reported in the last round, beside its rows, locked and outside the table."""
    place = len(sheet.columns) + 1
    head(page.cell(layout.HEADER_ROW, place, _BEFORE), SIZE)
    page.column_dimensions[get_column_letter(place)].width = 30
    for order, row in enumerate(sheet.rows):
        indicator = plan.indicator(str(row.labels["indicator"]))
        measure = measure_id(indicator, str(row.labels["measure"]).removeprefix(row.part))
        known = before.get((unit.id, indicator.id, measure, ""), {})
        told = [(c, known[row.period(c)]) for c in sheet.columns if c.period and row.period(c) in known]
        cell = page.cell(
            layout.FIRST_ROW + order, place, "；".join(f"{c.title} {as_found(v)}" for c, v in told) or None
        )
        cell.font, cell.border, cell.alignment, cell.fill = BODY, LINE, WRAP, OURS


def _hidden(page: Worksheet, plan: Plan, unit: Unit, rnd: Round) -> None:
    rows = {
        "plan": plan.meta.title,
        "plan_sha256": plan.sha256,
        "unit_id": unit.id,
        "unit": unit.name,
        "round": rnd.id,
        "template": layout.TEMPLATE_VERSION,
    }
    for number, (key, value) in enumerate(rows.items(), 1):
        page.cell(number, 1, key)
        page.cell(number, 2, value)
    page.sheet_state = "veryHidden"
    page.protection.sheet = True
