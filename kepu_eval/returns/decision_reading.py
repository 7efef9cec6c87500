"""The workbook of open questions as the evaluator filled it in, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from kepu_eval.errors import KepuError
from kepu_eval.plan import Plan
from kepu_eval.returns.days import parse_date
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
from kepu_eval.spreadsheets.forms import Form, open_form


class DecisionError(KepuError):
    """A decisions workbook that cannot be used; the message names sheet, cell and what to do."""


def read_decisions(path: str | Path, plan: Plan) -> Decisions:
    """Read an answered workbook, its bytes once; rows without an answer are passed over.

    Raises :class:`DecisionError` naming sheet and cell for an answer that cannot be used, and for personal data.
    """
    form = open_form(Path(path), "复核意见表", DecisionError)
    answers, mechanisms = _answers(form, plan), _mechanisms(form, plan)
    off, record = _switched_off(form), _record(form, plan)
    if EXCEPTIONS not in form.book.sheets:  # exported before there were exceptions
        return Decisions(answers, mechanisms, off, record=record, sha256=form.sha256)
    return Decisions(answers, mechanisms, off, _exceptions(form, plan), record, form.sha256)


def _rows(form: Form, sheet: str, titles: tuple[str, ...]) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Text and place (file, sheet and cell) by title of every row that is filled in."""
    for _, row in form.rows(sheet, titles, LATER):
        told = {title: entry.text for title, entry in row.items()}
        yield told, {title: f"“{form.file}”{sheet}{entry.cell}" for title, entry in row.items()}


def _answers(form: Form, plan: Plan) -> dict:
    units = {unit.name: unit.id for unit in plan.units}
    answers = {}
    for told, at in _rows(form, QUESTIONS, HEAD):
        answer, offer = told["答复"], told["更正出处"]
        if not answer:
            continue
        finding = {
            "unit": units.get(told["单位"], told["单位"]),
            "file": told["文件"],
            "sheet": told["工作表"],
            "cell": told["单元格"],
            "code": told["规则"],
            "severity": "rejected" if told["类别"] == REJECTED else "question",
            "candidates": tuple(part for part in told["可选答复"].split("、") if part not in ("", *FORMS)),
        }
        accepts = answer == ACCEPT and offer != ""
        if accepts:
            offered = told["单位更正"]
            answer = AS_REPORTED if offered.startswith(NOTE) else offered.partition(THEN)[0]
        if not acceptable(answer, finding):
            raise DecisionError(f"答复“{answer}”不能识别", place=at["答复"], hint=f"请填：{told['可选答复']}")
        answers[key_of(finding)] = Decision(
            told["原值"], answer, told["答复人"], told["答复日期"], told["对象"], offer if accepts else ""
        )
    return answers


def _switched_off(form: Form) -> dict[str, str]:
    off = {}
    for told, at in _rows(form, CHECKS, CHECKS_HEAD):
        code, state, reason = told["规则"], told["状态"], told["关闭理由"]
        if state not in ("", ON, OFF):
            raise DecisionError(f"“{state}”不是可选项", place=at["状态"], hint=f"请选：{ON}、{OFF}")
        if state == OFF:
            if code not in SWITCHABLE:
                raise DecisionError(f"规则“{code}”不能关闭", place=at["规则"])
            if not reason:
                raise DecisionError(f"关闭“{SWITCHABLE[code]}”须写明理由", place=at["关闭理由"])
            off[code] = reason
    return off


def _mechanisms(form: Form, plan: Plan) -> pd.DataFrame:
    known = {item.id for item in plan.mechanisms}
    rows = []
    for _, row in form.rows(MECHANISMS, MECHANISM_HEAD):
        mechanism, state, cell = row["机制号"].text, row["状态"].text, row["状态"].cell
        place = f"“{form.file}”{MECHANISMS}{cell}"
        if mechanism not in known:
            raise DecisionError(
                f"机制号“{mechanism}”不在方案中", place=place, hint="请用导出的复核意见表填写"
            )
        _check_state(state, place)
        rows.append([mechanism, state, row["依据"].text, row["说明"].text, form.file, MECHANISMS, cell])
    return pd.DataFrame(rows, columns=MECHANISM_COLUMNS)


def _check_state(state: str, place: str) -> None:
    if state not in ("", *STATES):
        raise DecisionError(f"“{state}”不是可选项", place=place, hint=f"请选：{'、'.join(STATES)}")


def _record(form: Form, plan: Plan) -> pd.DataFrame:
    """Filled rows of the sheets for duties and units' mechanisms; workbooks exported earlier have none of them."""
    rows: dict[tuple[str, str], list[str]] = {}
    for sheet in record_sheets(plan):
        if sheet.name not in form.book.sheets:
            continue
        for _, row in form.rows(sheet.name, sheet.head):
            told, cell = {title: entry.text for title, entry in row.items()}, row["状态"].cell
            place, state, key = f"“{form.file}”{sheet.name}{cell}", told["状态"], sheet.key_of(told)
            if key is None:
                what = "、".join(f"“{told[title]}”" for title in (sheet.labels[0], "单位") if told.get(title))
                raise DecisionError(f"{what}不在方案中", place=place, hint="请用导出的复核意见表填写")
            _check_state(state, place)
            if key in rows:
                raise DecisionError("与上面一行重复", place=place, hint="请只保留一行")
            if any(told[title] for title in TO_FILL):
                rows[key] = [*key, state, told["依据"], told["说明"], form.file, sheet.name, cell]
    return pd.DataFrame(list(rows.values()), columns=RECORD_COLUMNS)


def _exceptions(form: Form, plan: Plan) -> pd.DataFrame:
    targets = {name: name for name in (*(i.id for i in plan.indicators), *(t.id for t in plan.tasks))}
    targets |= {f"任务{task.number}": task.id for task in plan.tasks}
    rows = []
    for _, row in form.rows(EXCEPTIONS, EXCEPTION_HEAD):
        at = {title: f"“{form.file}”{EXCEPTIONS}{entry.cell}" for title, entry in row.items()}
        for title in EXCEPTION_HEAD:
            if not row[title].text:
                raise DecisionError(f"没有填“{title}”", place=at[title], hint="例外各栏必填")
        target, *rest = row["指标或任务号"].text, *(row[title].prose for title in EXCEPTION_HEAD[1:4])
        if target not in targets:
            raise DecisionError(
                f"“{target}”不在方案中", place=at["指标或任务号"], hint="请填方案中的指标号或任务号（如T01）"
            )
        dates = {title: parse_date(row[title].text) for title in EXCEPTION_HEAD[-2:]}
        for title, parsed in dates.items():
            if not parsed.counted:
                raise DecisionError(
                    f"“{row[title].text}”不是具体日期", place=at[title], hint="请写成 2024-06-30 的形式"
                )
        start, end = (parsed.value.isoformat() for parsed in dates.values())
        if end < start:
            raise DecisionError(f"“{end}”早于生效日期{start}", place=at["截止日期"], hint="请核对")
        rows.append([targets[target], *rest, start, end, form.file, EXCEPTIONS, row["指标或任务号"].cell])
    return pd.DataFrame(rows, columns=EXCEPTION_COLUMNS)
