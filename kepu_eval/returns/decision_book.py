"""The workbook of open questions: out for the evaluator to answer, and back in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.files import write_book
from kepu_eval.plan import Plan
from kepu_eval.returns.decisions import (
    ACCEPT,
    SWITCHABLE,
    Decision,
    Decisions,
    acceptable,
    answerable,
    choices,
    expected,
    fields_of,
    key_of,
)
from kepu_eval.returns.model import Returns
from kepu_eval.returns.office_record import STATES, RecordSheet, record_sheets
from kepu_eval.returns.slips import offers, proposed, source
from kepu_eval.spreadsheets.filling import LINE_HEIGHT, drop_down, lines_of, on_a4, write_cell
from kepu_eval.spreadsheets.look import GUIDE, LINE, TO_FILL, WRAP, font, guide, head

QUESTIONS, CHECKS, MECHANISMS, EXCEPTIONS = "待核问题", "核对设置", "机制运行", "例外批准"
ON, OFF = "启用", "关闭"
_COLUMNS = {
    "规则": 6, "单位": 13, "工作表": 10, "单元格": 8, "对象": 18, "原值": 16, "问题": 40, "建议": 24, "可选答复": 22, "答复": 14,
    "答复人": 9, "答复日期": 11, "文件": 18, "类别": 6, "影响评级": 6, "单位更正": 16, "更正出处": 14,
}  # fmt: skip
HEAD, _WIDTHS = tuple(_COLUMNS), tuple(_COLUMNS.values())
_TO_ANSWER = ("答复", "答复人", "答复日期")
LATER = (
    "对象",
    "类别",
    "影响评级",
    "单位更正",
    "更正出处",
)  # lacking in workbooks exported before there were such columns
NOTE, THEN = "说明:", "; "
REJECTED, _ASKED = "退回", "待核"
_GUIDANCE = (
    "一、“待核问题”：一行是一个单元格，在“答复”列选择或填写，可选的词和候选值列在“可选答复”；问数字的可以直接填数字，问日期的填具体日期。能改变评级最多的问题排在最前。",
    "二、答复针对“原值”一栏的内容：单位改了内容，答复自动失效；只是插行、挪位的，答复随之移动。填“撤回”取消先前的答复；没有填的仍不计入。",
    f"三、单位在退回单中填了更正的，列在“单位更正”；逐条采纳填“{ACCEPT}”，全部采纳用 kepu-eval decide accept --round 轮次。",
    "四、“核对设置”：不适合本地的核对可改为“关闭”，须写明理由，理由会列入核查清单。",
    "五、“机制运行”“阶段任务”“分单位机制”：按办公室掌握的情况填写有或无，并写明依据；填报表已能说明的不必填，不清楚的留空。",
    "六、“例外批准”：经批准可暂不达到要求的指标（填指标号）或任务（填任务号，如T01），一行一项，各栏必填；有效期内评级显示“已批准例外”，不计为完成，到期自动恢复。",
    "七、填好后读回：kepu-eval decide import 本文件 --round 轮次。",
)
CHECKS_HEAD = ("规则", "核对内容", "状态", "关闭理由")
MECHANISM_HEAD = ("机制号", "机制", "状态", "依据", "说明")
EXCEPTION_HEAD = ("指标或任务号", "理由", "批准人", "批准文号", "生效日期", "截止日期")
_EXCEPTION_WIDTHS = (14, 50, 18, 26, 14, 14)
_FREE_ROWS = 30
_SIMULATED = "示例数据"


def export_decisions(
    returns: Returns,
    plan: Plan,
    path: Path,
    earlier: Decisions | None = None,
    effects: Mapping[int, int] | None = None,
) -> None:
    """Write questions, rejections, the checks and the mechanisms' record as one workbook for the evaluator to answer.

    Each cell that is asked about has its own row, with its candidates beside it and a drop-down for the answer; what
    the unit itself proposed in a slip stands there, too. Answers that ``earlier`` holds stand in it again, so that they
    can be looked through and changed. ``effects``: how many ratings the answer could change, by number of the finding;
    those that could change most come first.
    """
    earlier, effects = earlier or Decisions.none(), effects or {}
    notice = _SIMULATED if returns.simulated else ""
    book = Workbook()
    guide(book.active, f"{plan.round(returns.round_id).name}复核意见表", notice, _GUIDANCE)
    page = book.create_sheet(QUESTIONS)
    _head(page, HEAD, _WIDTHS, notice)
    _questions_page(page, returns, plan, earlier, effects)
    other = book.create_sheet(CHECKS)
    _head(other, CHECKS_HEAD, (8, 36, 10, 60), notice)
    off = {**plan.checks_off, **earlier.off}
    for number, (code, name) in enumerate(SWITCHABLE.items(), 2):
        _fill(other, number, (code, name, OFF if code in off else ON, off.get(code, "")))
    drop_down(other, _cells("C", len(SWITCHABLE)), (ON, OFF))
    other = book.create_sheet(MECHANISMS)
    _head(other, MECHANISM_HEAD, (8, 40, 10, 36, 40), notice)
    told = {row.mechanism: row for row in earlier.mechanisms.itertuples()}
    overall = [item for item in plan.mechanisms if not item.by_unit]
    for number, item in enumerate(overall, 2):
        known = told.get(item.id)
        _fill(
            other,
            number,
            (item.id, item.text, *((known.state, known.basis, known.note) if known else ("", "", ""))),
        )
    drop_down(other, _cells("C", len(overall)), STATES)
    for sheet in record_sheets(plan):
        _record_page(book.create_sheet(sheet.name), sheet, earlier.record, notice)
    _exceptions_page(book.create_sheet(EXCEPTIONS), earlier.exceptions, notice)
    book.active = book.sheetnames.index(QUESTIONS)
    book[GUIDE].sheet_view.tabSelected = False
    write_book(path, book)


def _record_page(page: Worksheet, sheet: RecordSheet, earlier: pd.DataFrame, notice: str) -> None:
    _head(page, sheet.head, sheet.all_widths, notice)
    rows, first = sheet.filled(earlier), len(sheet.labels) + 1
    for number, values in enumerate(rows, 2):
        _fill(page, number, values)
        for column in range(first, len(values) + 1):
            page.cell(number, column).fill = TO_FILL
    drop_down(page, _cells(page.cell(1, first).column_letter, len(rows)), STATES)


def _questions_page(
    page: Worksheet, returns: Returns, plan: Plan, earlier: Decisions, effects: Mapping[int, int]
) -> None:
    """One row an answer field; the first of several says what is asked, the others that it is the same."""
    names = {unit.id: unit.name for unit in plan.units}
    offered = offers(returns)
    asked = [row for row in returns.findings.to_dict("records") if answerable(row)]
    asked.sort(key=lambda row: (bool(row["answer"]), -effects.get(row["finding"], 0)))
    answer = f"{get_column_letter(HEAD.index('答复') + 1)}"
    number = 1
    for row in asked:
        for place, field in enumerate(fields_of(row)):
            number += 1
            known, offer = earlier.about(field) or Decision("", ""), offered.get(key_of(field))
            told = {
                "规则": row["code"], "类别": REJECTED if row["severity"] == "rejected" else _ASKED,
                "单位": names.get(row["unit"], row["unit"]), "工作表": row["sheet"], "单元格": field["cell"],
                "对象": field["item"], "原值": field["value"], "问题": f"同上（{row['message']}）" if place else row["message"],
                "建议": row["remedy"], "影响评级": str(effects.get(row["finding"], "")),
                "单位更正": _offered(offer) if offer else "",
                "更正出处": source(offer) if offer else "", "可选答复": expected(field), "答复": known.answer,
                "答复人": known.by, "答复日期": known.on, "文件": row["file"],
            }  # fmt: skip
            values = tuple(told[title] for title in HEAD)
            _fill(page, number, values)
            page.row_dimensions[number].height = LINE_HEIGHT * _lines(values)
            for title in _TO_ANSWER:
                page.cell(number, HEAD.index(title) + 1).fill = TO_FILL
            own = (ACCEPT,) if offer and acceptable(proposed(offer), field) else ()
            drop_down(page, [f"{answer}{number}"], (*own, *choices(field)))


def _offered(offer: Mapping[str, str]) -> str:
    """The unit's correction and its reason; a reason alone says that the figure stands."""
    note = f"{NOTE}{offer['note']}" if offer["note"] else ""
    return THEN.join(filter(None, (offer["proposed"], note)))


def _exceptions_page(page: Worksheet, earlier: pd.DataFrame, notice: str) -> None:
    _head(page, EXCEPTION_HEAD, _EXCEPTION_WIDTHS, notice)
    told = (
        earlier[["target", "reason", "approver", "document", "valid_from", "valid_until"]].to_numpy().tolist()
    )
    for number in range(2, len(told) + _FREE_ROWS + 2):
        _fill(page, number, told[number - 2] if number - 2 < len(told) else [""] * len(EXCEPTION_HEAD))
        for column in range(1, len(EXCEPTION_HEAD) + 1):
            page.cell(number, column).fill = TO_FILL


def _lines(values: Iterable[str]) -> int:
    """Lines that the longest cell of a row takes; Chinese characters count double."""
    return max(lines_of(value, width) for value, width in zip(values, _WIDTHS, strict=True)) or 1


def _head(page: Worksheet, titles: tuple[str, ...], widths: tuple[int, ...], notice: str) -> None:
    page.oddHeader.center.text, page.oddFooter.center.text = notice or None, "— &P —"
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = page.cell(1, column, title)
        head(cell)
        page.column_dimensions[cell.column_letter].width = width
    page.freeze_panes = "A2"
    on_a4(page)
    page.print_title_rows = "1:1"


def _cells(column: str, rows: int) -> list[str]:
    return [f"{column}{row}" for row in range(2, rows + 2)]


def _fill(page: Worksheet, number: int, values: Iterable[str]) -> None:
    for column, value in enumerate(values, 1):
        cell = page.cell(number, column)
        write_cell(cell, value)
        cell.font, cell.alignment, cell.border = font(), WRAP, LINE
