"""The workbook of open questions as the evaluator filled it in, read back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.personal_data import personal_data
from kepu_eval.plan import Plan
from kepu_eval.returns.cells import parse_date, tidy
from kepu_eval.returns.decision_book import (
    CHECKS,
    CHECKS_HEAD,
    EXCEPTION_HEAD,
    EXCEPTIONS,
    HEAD,
    LATER,
    MECHANISM_HEAD,
    MECHANISMS,
    NOTE,
    OFF,
    ON,
    QUESTIONS,
    REJECTED,
    THEN,
)
from kepu_eval.returns.decisions import (
    ACCEPT,
    AS_REPORTED,
    EXCEPTION_COLUMNS,
    FORMS,
    MECHANISM_COLUMNS,
    RECORD_COLUMNS,
    SWITCHABLE,
    Decision,
    Decisions,
    acceptable,
    key_of,
)
from kepu_eval.returns.office_record import STATES, TO_FILL, record_sheets
from kepu_eval.safe_text import as_written


class DecisionError(ValueError):
    """A decisions workbook that cannot be used; the message names sheet, cell and what to do."""


def read_decisions(path: str | Path, plan: Plan) -> Decisions:
    """Read an answered workbook; rows without an answer are passed over.

    Raises :class:`DecisionError` naming sheet and cell for an answer that cannot be used.
    """
    path = Path(path)
    try:
        book = load_workbook(path, data_only=True)
    except Exception as error:  # openpyxl raises many kinds for damaged files
        raise DecisionError(f"“{path.name}”无法读取，请用导出的复核意见表填写") from error
    for name in (QUESTIONS, CHECKS, MECHANISMS):
        if name not in book.sheetnames:
            raise DecisionError(f"“{path.name}”没有“{name}”表，请用导出的复核意见表填写")
    answers = _answers(book[QUESTIONS], plan, path)
    mechanisms, off = _mechanisms(book[MECHANISMS], plan, path), _switched_off(book[CHECKS], path)
    record = _record(book, plan, path)
    if EXCEPTIONS not in book.sheetnames:  # exported before there were exceptions
        return Decisions(answers, mechanisms, off, record=record)
    return Decisions(answers, mechanisms, off, _exceptions(book[EXCEPTIONS], plan, path), record)


def _answers(page: Worksheet, plan: Plan, path: Path) -> dict:
    units = {unit.name: unit.id for unit in plan.units}
    answers = {}
    for row in _rows(page, HEAD, path):
        answer = _day(row["答复"][0])
        if not answer:
            continue
        told = {title: tidy(value) for title, (value, _) in row.items()}
        finding = {
            "unit": units.get(told["单位"], told["单位"]),
            "file": told["文件"],
            "sheet": told["工作表"],
            "cell": told["单元格"],
            "code": told["规则"],
            "severity": "rejected" if told["类别"] == REJECTED else "question",
            "candidates": tuple(part for part in told["可选答复"].split("、") if part not in ("", *FORMS)),
        }
        offer = told["更正出处"]
        if answer == ACCEPT and offer:
            answer = AS_REPORTED if told["单位更正"].startswith(NOTE) else told["单位更正"].partition(THEN)[0]
        if not acceptable(answer, finding):
            place = f"“{path.name}”{QUESTIONS}{row['答复'][1]}"
            raise DecisionError(f"{place}答复“{answer}”不能识别，请填：{told['可选答复']}")
        answers[key_of(finding)] = Decision(
            told["原值"], answer, told["答复人"], _day(row["答复日期"][0]), told["对象"],
            offer if offer and tidy(row["答复"][0]) == ACCEPT else "",
        )  # fmt: skip
    return answers


def _switched_off(page: Worksheet, path: Path) -> dict[str, str]:
    off = {}
    for row in _rows(page, CHECKS_HEAD, path):
        code, state, reason = (tidy(row[title][0]) for title in ("规则", "状态", "关闭理由"))
        place = f"“{path.name}”{CHECKS}"
        if state not in ("", ON, OFF):
            raise DecisionError(f"{place}{row['状态'][1]}“{state}”不是可选项，请选：{ON}、{OFF}")
        if state == OFF:
            if code not in SWITCHABLE:
                raise DecisionError(f"{place}{row['规则'][1]}规则“{code}”不能关闭")
            if not reason:
                raise DecisionError(f"{place}{row['关闭理由'][1]}：关闭“{SWITCHABLE[code]}”须写明理由")
            off[code] = reason
    return off


def _mechanisms(page: Worksheet, plan: Plan, path: Path) -> pd.DataFrame:
    known = {item.id for item in plan.mechanisms}
    rows = []
    for row in _rows(page, MECHANISM_HEAD, path):
        mechanism, state = tidy(row["机制号"][0]), tidy(row["状态"][0])
        place = f"“{path.name}”{MECHANISMS}{row['状态'][1]}"
        if mechanism not in known:
            raise DecisionError(f"{place}：机制号“{mechanism}”不在方案中，请用导出的复核意见表填写")
        if state and state not in STATES:
            raise DecisionError(f"{place}“{state}”不是可选项，请选：{'、'.join(STATES)}")
        basis, note = tidy(row["依据"][0]), tidy(row["说明"][0])
        rows.append([mechanism, state, basis, note, path.name, MECHANISMS, row["状态"][1]])
    return pd.DataFrame(rows, columns=MECHANISM_COLUMNS)


def _record(book: Workbook, plan: Plan, path: Path) -> pd.DataFrame:
    """Filled rows of the sheets for duties and units' mechanisms; workbooks exported earlier have none of them."""
    rows: dict[tuple[str, str], list[str]] = {}
    for sheet in record_sheets(plan):
        for row in _rows(book[sheet.name], sheet.head, path) if sheet.name in book.sheetnames else ():
            told = {title: tidy(value) for title, (value, _) in row.items()}
            cell = row["状态"][1]
            place, state, key = f"“{path.name}”{sheet.name}{cell}", told["状态"], sheet.key_of(told)
            if key is None:
                what = "、".join(f"“{told[title]}”" for title in (sheet.labels[0], "单位") if told.get(title))
                raise DecisionError(f"{place}：{what}不在方案中，请用导出的复核意见表填写")
            if state not in ("", *STATES):
                raise DecisionError(f"{place}“{state}”不是可选项，请选：{'、'.join(STATES)}")
            for title in ("依据", "说明"):
                if personal_data(told[title]):
                    raise DecisionError(f"{place}“{title}”含{personal_data(told[title])}，请删除后再读入")
            if key in rows:
                raise DecisionError(f"{place}：与上面一行重复，请只保留一行")
            if any(told[title] for title in TO_FILL):
                rows[key] = [*key, state, told["依据"], told["说明"], path.name, sheet.name, cell]
    return pd.DataFrame(list(rows.values()), columns=RECORD_COLUMNS)


def _exceptions(page: Worksheet, plan: Plan, path: Path) -> pd.DataFrame:
    targets = {name: name for name in (*(i.id for i in plan.indicators), *(t.id for t in plan.tasks))}
    targets |= {f"任务{task.number}": task.id for task in plan.tasks}
    rows = []
    for row in _rows(page, EXCEPTION_HEAD, path):
        cells = {title: _day(value) for title, (value, _) in row.items()}
        if not any(cells.values()):
            continue
        at = {title: f"“{path.name}”{EXCEPTIONS}{cell}" for title, (_, cell) in row.items()}
        for title, text in cells.items():
            if not text:
                raise DecisionError(f"{at[title]}没有填“{title}”，例外各栏必填")
            if personal_data(text):
                raise DecisionError(f"{at[title]}含{personal_data(text)}，请删除后再读入")
        target, *rest = cells["指标或任务号"], *(as_written(row[title][0]) for title in EXCEPTION_HEAD[1:4])
        if target not in targets:
            raise DecisionError(
                f"{at['指标或任务号']}“{target}”不在方案中，请填方案中的指标号或任务号（如T01）"
            )
        dates = {title: parse_date(cells[title]) for title in EXCEPTION_HEAD[-2:]}
        for title, parsed in dates.items():
            if not parsed.counted:
                raise DecisionError(f"{at[title]}“{cells[title]}”不是具体日期，请写成 2024-06-30 的形式")
        start, end = (parsed.value.isoformat() for parsed in dates.values())
        if end < start:
            raise DecisionError(f"{at['截止日期']}“{end}”早于生效日期{start}，请核对")
        place = (path.name, EXCEPTIONS, row["指标或任务号"][1])
        rows.append([targets[target], *rest, start, end, *place])
    return pd.DataFrame(rows, columns=EXCEPTION_COLUMNS)


def _rows(page: Worksheet, titles: tuple[str, ...], path: Path) -> list[dict]:
    """Rows as {title: (value, address)}; every title must be there, save those that came later."""
    found = {tidy(cell.value): cell.column for cell in page[1]}
    missing = [title for title in titles if title not in (*found, *LATER)]
    if missing:
        raise DecisionError(
            f"“{path.name}”{page.title}缺少列：{'、'.join(missing)}，请用导出的复核意见表填写"
        )
    return [
        {title: _found(page, n, found.get(title)) for title in titles}
        for n in range(2, page.max_row + 1)
        if any(cell.value is not None for cell in page[n])
    ]


def _found(page: Worksheet, row: int, column: int | None) -> tuple[object, str]:
    if column is None:
        return None, ""
    cell = page.cell(row, column)
    return cell.value, cell.coordinate


def _day(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return f"{value:.12g}" if isinstance(value, float) else tidy(value)
