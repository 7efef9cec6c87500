"""The evaluator's answers: one workbook of open questions out, the answers back in.

An answer is about one cell with one value. It survives collecting again, and lapses with a notice when the cell
it was about has changed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kepu_eval.plan import Plan
from kepu_eval.returns.cells import parse_number, tidy
from kepu_eval.returns.model import Returns
from kepu_eval.safe_text import plain_text

QUESTIONS, MECHANISMS = "待核问题", "机制运行"
SAME, SEPARATE = "是同一活动", "不是同一活动"
AS_REPORTED, LEAVE_OUT, NOT_APPLICABLE = "按原数", "不计入", "不适用"
STATES = ("有", "无")
_HEAD = ("规则", "单位", "工作表", "单元格", "原值", "问题", "建议", "答复", "答复人", "答复日期", "文件")
_MECHANISM_HEAD = ("机制号", "机制", "状态", "依据", "说明")
_WIDTHS = (8, 16, 12, 10, 18, 48, 36, 16, 10, 12, 24)
MECHANISM_COLUMNS = ["mechanism", "state", "basis", "note", "file", "sheet", "cell"]

Key = tuple[str, str, str, str]


class DecisionError(ValueError):
    """A decisions workbook that cannot be used; the message names sheet, cell and what to do."""


@dataclass(frozen=True)
class Decision:
    """One answer: about which value, what, by whom and when."""

    value: str
    answer: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Decisions:
    """Answers by (unit id, sheet, cell, rule code), and the office's record of the mechanisms."""

    answers: dict[Key, Decision] = field(default_factory=dict)
    mechanisms: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MECHANISM_COLUMNS))

    @staticmethod
    def none() -> Decisions:
        """No answers at all."""
        return Decisions()

    def answer(self, unit: str, sheet: str, cell: str, code: str) -> str:
        """The answer to one question, whatever the value; empty when there is none."""
        found = self.answers.get((unit, sheet, cell, code))
        return found.answer if found else ""


def export_decisions(returns: Returns, plan: Plan, path: Path, earlier: Decisions | None = None) -> None:
    """Write the open questions and the mechanisms' record as one workbook for the evaluator to answer.

    Answers that ``earlier`` holds stand in it again.
    """
    earlier = earlier or Decisions.none()
    names = {unit.id: unit.name for unit in plan.units}
    book = Workbook()
    page = book.active
    page.title = QUESTIONS
    _head(page, _HEAD, _WIDTHS)
    asked = returns.findings[returns.findings["severity"].eq("question")]
    for number, row in enumerate(asked.itertuples(), 2):
        known = earlier.answers.get((row.unit, row.sheet, row.cell, row.code), Decision("", ""))
        values = (row.code, names.get(row.unit, row.unit), row.sheet, row.cell, row.value, row.message, row.remedy,
                  known.answer, known.by, known.on, row.file)  # fmt: skip
        for column, value in enumerate(values, 1):
            cell = page.cell(number, column, plain_text(value))
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.data_type = "s"
    _drop_down(
        page, "H", (SAME, SEPARATE), [n for n, r in enumerate(asked.itertuples(), 2) if r.code == "C54"]
    )
    other = book.create_sheet(MECHANISMS)
    _head(other, _MECHANISM_HEAD, (8, 40, 10, 36, 40))
    told = {row.mechanism: row for row in earlier.mechanisms.itertuples()}
    for number, item in enumerate(plan.mechanisms, 2):
        known = told.get(item.id)
        values = (
            item.id,
            item.text,
            known.state if known else "",
            known.basis if known else "",
            known.note if known else "",
        )
        for column, value in enumerate(values, 1):
            other.cell(number, column, value)
    _drop_down(other, "C", STATES, range(2, len(plan.mechanisms) + 2))
    book.save(path)


def _head(page: Worksheet, titles: tuple[str, ...], widths: tuple[int, ...]) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = page.cell(1, column, title)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")
        page.column_dimensions[cell.column_letter].width = width
    page.freeze_panes = "A2"


def _drop_down(page: Worksheet, column: str, choices: tuple[str, ...], rows: object) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    for row in rows:
        rule.add(f"{column}{row}")
    if rule.sqref:
        page.add_data_validation(rule)


def read_decisions(path: str | Path, plan: Plan) -> Decisions:
    """Read an answered workbook; rows without an answer are passed over.

    Raises :class:`DecisionError` naming sheet and cell for an answer that is neither a number nor a known choice.
    """
    path = Path(path)
    try:
        book = load_workbook(path, data_only=True)
    except Exception as error:  # openpyxl raises many kinds for damaged files
        raise DecisionError(f"“{path.name}”无法读取，请用导出的复核意见表填写") from error
    for name in (QUESTIONS, MECHANISMS):
        if name not in book.sheetnames:
            raise DecisionError(f"“{path.name}”没有“{name}”表，请用导出的复核意见表填写")
    units = {unit.name: unit.id for unit in plan.units}
    answers = {}
    for row in _rows(book[QUESTIONS], _HEAD, path):
        answer = tidy(row["答复"][0])
        if answer:
            code = tidy(row["规则"][0])
            _check(answer, code, f"“{path.name}”{QUESTIONS}{row['答复'][1]}")
            unit = tidy(row["单位"][0])
            key = (units.get(unit, unit), tidy(row["工作表"][0]), tidy(row["单元格"][0]), code)
            answers[key] = Decision(
                tidy(row["原值"][0]), answer, tidy(row["答复人"][0]), _day(row["答复日期"][0])
            )
    known = {item.id for item in plan.mechanisms}
    rows = []
    for row in _rows(book[MECHANISMS], _MECHANISM_HEAD, path):
        mechanism, state = tidy(row["机制号"][0]), tidy(row["状态"][0])
        place = f"“{path.name}”{MECHANISMS}{row['状态'][1]}"
        if mechanism not in known:
            raise DecisionError(f"{place}：机制号“{mechanism}”不在方案中，请用导出的复核意见表填写")
        if state and state not in STATES:
            raise DecisionError(f"{place}“{state}”不是可选项，请选：{'、'.join(STATES)}")
        rows.append(
            [
                mechanism,
                state,
                tidy(row["依据"][0]),
                tidy(row["说明"][0]),
                path.name,
                MECHANISMS,
                row["状态"][1],
            ]
        )
    return Decisions(answers, pd.DataFrame(rows, columns=MECHANISM_COLUMNS))


def _rows(page: Worksheet, titles: tuple[str, ...], path: Path) -> list[dict]:
    """Rows as {title: (value, address)}; every title must be there."""
    found = {tidy(cell.value): cell.column for cell in page[1]}
    missing = [title for title in titles if title not in found]
    if missing:
        raise DecisionError(
            f"“{path.name}”{page.title}缺少列：{'、'.join(missing)}，请用导出的复核意见表填写"
        )
    return [
        {title: (page.cell(n, found[title]).value, page.cell(n, found[title]).coordinate) for title in titles}
        for n in range(2, page.max_row + 1)
        if any(cell.value is not None for cell in page[n])
    ]


def _check(answer: str, code: str, place: str) -> None:
    words = (SAME, SEPARATE) if code == "C54" else (AS_REPORTED, LEAVE_OUT, NOT_APPLICABLE)
    if answer not in words and not (code != "C54" and parse_number(answer).state == "accepted"):
        what = "、".join(words) if code == "C54" else f"数字、{'、'.join(words)}"
        raise DecisionError(f"{place}答复“{answer}”不能识别，请填：{what}")


def _day(value: object) -> str:
    return value.date().isoformat() if isinstance(value, dt.datetime) else tidy(value)


def apply_decisions(returns: Returns, decisions: Decisions) -> Returns:
    """Returns with the answers filled in: findings get ``answer``, answered numbers enter as ``note``.

    An answer about a cell whose value has changed is not used; a finding of severity ``info`` says so.
    """
    if not decisions.answers:
        return returns
    observations, findings = returns.observations.copy(), returns.findings.copy()
    lapsed = []
    for place, row in zip(findings.index, findings.itertuples(), strict=True):
        decision = decisions.answers.get((row.unit, row.sheet, row.cell, row.code))
        if decision is None or row.severity != "question":
            continue
        if decision.value != tidy(row.value):
            lapsed.append({**row._asdict(), "severity": "info", "answer": "",
                           "message": f"{row.cell}原答复“{decision.answer}”针对“{decision.value}”，该格已改为“{row.value}”，答复失效",
                           "remedy": "请重新答复"})  # fmt: skip
            continue
        findings.loc[place, "answer"] = decision.answer
        asked = (observations["unit"].eq(row.unit) & observations["sheet"].eq(row.sheet)
                 & observations["cell"].eq(row.cell) & observations["state"].eq("question"))  # fmt: skip
        number = parse_number(row.value if decision.answer == AS_REPORTED else decision.answer)
        observations.loc[asked, "state"] = "note" if number.counted else "missing"
        observations.loc[asked, "value"] = number.value if number.counted else float("nan")
    if lapsed:
        extra = pd.DataFrame(lapsed)[list(findings.columns)]
        findings = pd.concat([findings, extra], ignore_index=True)
        findings["finding"] = range(len(findings))
    return Returns(**{**returns.__dict__, "observations": observations, "findings": findings})
