"""Writing a unit's workbook from :mod:`kepu_eval.returns.layout`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.plan import Plan, Round, Unit
from kepu_eval.returns import layout
from kepu_eval.returns.layout import Column, Sheet

_FONT = "宋体"
_TITLE = Font(name=_FONT, size=16, bold=True)
_BODY = Font(name=_FONT, size=10.5)
_HEAD = Font(name=_FONT, size=10.5, bold=True, color="FFFFFF")
_EXAMPLE = Font(name=_FONT, size=10.5, italic=True, color="808080")
_HEAD_FILL = PatternFill("solid", fgColor="1F4E79")
_LABEL_FILL = PatternFill("solid", fgColor="F2F2F2")
_CLOSED_FILL = PatternFill("solid", fgColor="D9D9D9")
_LINE = Border(*(Side(style="thin", color="A6A6A6"),) * 4)
_WRAP = Alignment(wrap_text=True, vertical="center")
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_OPEN = Protection(locked=False)
_FORMATS = {"number": "0.##", "date": "yyyy-mm-dd", "text": "@", "choice": "@", "label": "General"}

_COVER_LINES = (
    "一、各表第5行是示例，系统读取时忽略，请从第6行开始填写；灰色格不用填。",
    "二、数字格只填数字，不写单位，不写“约”“余”“多”。没有开展填0；选报项没有的填“无此项”；没有数据的留空并在“说明”栏写明原因。留空不等于0。",
    "三、“指标数据”每年只填当年数，不要填累计数；存量填年末数。",
    "四、“任务自查”的佐证编号须与“佐证目录”一致；没有佐证的，最高按“正在推进”认定。",
    "五、不要填写姓名以外的个人信息（身份证号、手机号码等），否则该格退回。",
    "六、不要改动表名、列名和灰色格；行数不够时可在表末续填。",
)


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


def write_template(plan: Plan, unit: Unit, round_id: str, path: Path) -> None:
    """Write one unit's workbook: only its tasks and indicators."""
    rnd = plan.round(round_id)
    book = Workbook()
    _cover(book.active, plan, unit, rnd)
    for sheet in layout.sheets(plan, unit, round_id):
        _sheet(book.create_sheet(sheet.name), sheet, unit, rnd)
    _hidden(book.create_sheet(layout.HIDDEN), plan, unit, rnd)
    book.save(path)


def _cover(page: Worksheet, plan: Plan, unit: Unit, rnd: Round) -> None:
    page.title = layout.COVER
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 16, 70
    page["A1"].value, page["A1"].font = f"{plan.meta.district}{plan.meta.about}{rnd.name}填报表", _TITLE
    page.merge_cells("A1:B1")
    page.row_dimensions[1].height = 36
    fields = (
        (layout.UNIT_FIELD, unit.name),
        (layout.ROUND_FIELD, rnd.name),
        (layout.AS_OF_FIELD, rnd.as_of.isoformat()),
        (layout.DUE_FIELD, rnd.due.isoformat()),
        (layout.PERSON_FIELD, None),
        (layout.DATE_FIELD, None),
    )
    for row, (label, value) in enumerate(fields, 3):
        name, answer = page.cell(row, 1, label), page.cell(row, 2, value)
        name.font, name.fill, name.border, name.alignment = _BODY, _LABEL_FILL, _LINE, _CENTRE
        answer.font, answer.border, answer.alignment = (
            _BODY,
            _LINE,
            Alignment(horizontal="left", vertical="center"),
        )
        if label in (layout.UNIT_FIELD, layout.PERSON_FIELD, layout.DATE_FIELD):
            answer.protection = _OPEN
        if label == layout.DATE_FIELD:
            answer.number_format = _FORMATS["date"]
        page.row_dimensions[row].height = 22
    for row, line in enumerate(_COVER_LINES, len(fields) + 4):
        cell = page.cell(row, 1, line)
        cell.font, cell.alignment = _BODY, _WRAP
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        page.row_dimensions[row].height = 34
    page.protection.sheet = True
    page.page_setup.paperSize, page.page_setup.fitToHeight = page.PAPERSIZE_A4, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _sheet(page: Worksheet, sheet: Sheet, unit: Unit, rnd: Round) -> None:
    width = len(sheet.columns)
    heading = (
        (layout.TITLE_ROW, sheet.title, _TITLE, 30),
        (layout.UNIT_ROW, f"{unit.name}　{rnd.name}　报送期限：{rnd.due.isoformat()}", _BODY, 18),
        (layout.GUIDANCE_ROW, sheet.guidance, _BODY, 34),
    )
    for row, text, font, height in heading:
        cell = page.cell(row, 1, text)
        cell.font, cell.alignment = font, _WRAP
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
        page.row_dimensions[row].height = height
    for number, column in enumerate(sheet.columns, 1):
        head = page.cell(layout.HEADER_ROW, number, column.title)
        head.font, head.fill, head.border, head.alignment = _HEAD, _HEAD_FILL, _LINE, _CENTRE
        example = page.cell(layout.EXAMPLE_ROW, number, sheet.example.get(column.key))
        example.font, example.border, example.alignment = _EXAMPLE, _LINE, _WRAP
        example.number_format = _FORMATS[column.kind] if column.kind in ("date", "number") else "General"
        page.column_dimensions[get_column_letter(number)].width = column.width
    page.row_dimensions[layout.HEADER_ROW].height = 32
    last = _rows(page, sheet)
    _choices(page, sheet, last)
    page.freeze_panes = sheet.freeze or page.cell(layout.FIRST_ROW, 1).coordinate
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.orientation, page.page_setup.paperSize = page.ORIENTATION_LANDSCAPE, page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{layout.HEADER_ROW}:{layout.HEADER_ROW}"
    page.print_area = f"A1:{get_column_letter(width)}{last}"


def _rows(page: Worksheet, sheet: Sheet) -> int:
    """Prepared rows with their labels, or empty ones; returns the last row's number."""
    for order, row in enumerate(sheet.rows):
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(layout.FIRST_ROW + order, number, row.labels.get(column.key))
            _style(cell, column, closed=column.key not in row.open and column.kind != "label")
            if column.key in row.open:
                cell.protection = _OPEN
    for order in range(sheet.free_rows):
        for number, column in enumerate(sheet.columns, 1):
            cell = page.cell(layout.FIRST_ROW + order, number)
            _style(cell, column, closed=False)
            cell.protection = _OPEN
    return layout.FIRST_ROW + max(len(sheet.rows), sheet.free_rows, 1) - 1


def _style(cell, column: Column, *, closed: bool) -> None:  # noqa: ANN001 - openpyxl's cell
    cell.font, cell.border = _BODY, _LINE
    cell.alignment = _CENTRE if column.kind in ("number", "choice", "date") else _WRAP
    cell.number_format = _FORMATS[column.kind]
    if closed:
        cell.fill = _CLOSED_FILL
    elif column.kind == "label":
        cell.fill = _LABEL_FILL


def _choices(page: Worksheet, sheet: Sheet, last: int) -> None:
    for number, column in enumerate(sheet.columns, 1):
        if not column.choices:
            continue
        rule = DataValidation(
            type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True, showErrorMessage=True,
            errorTitle="请从下拉框选择", error=f"可选：{'、'.join(column.choices)}",
        )  # fmt: skip
        letter = get_column_letter(number)
        rule.add(f"{letter}{layout.FIRST_ROW}:{letter}{last}")
        page.add_data_validation(rule)


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
