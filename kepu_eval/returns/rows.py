"""Rows of a unit's sheets: each template sheet turned into rows of the returns' frames."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from kepu_eval.plan import BASELINE, STOCK, Indicator, Plan, Round, Unit, periods
from kepu_eval.returns import layout
from kepu_eval.returns.cells import Parsed, parse_choice, parse_date, parse_number, personal_data
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.tables import Row, Table

_LIST = re.compile(r"[、,，;；\s]+")
_EVIDENCE_ID = re.compile(r"[A-Za-z]{1,4}-?\d{1,5}")
_WITHHELD = "（含个人信息，已略去）"


@dataclass
class Sent:
    """What one file said, as rows of the returns' frames (ids are given when rounds are put together)."""

    plan: Plan
    round: Round
    unit: Unit
    file: str
    sha256: str
    findings: Findings
    observations: list[dict] = field(default_factory=list)
    schools: list[dict] = field(default_factory=list)
    statuses: list[dict] = field(default_factory=list)
    events: list[dict] = field(default_factory=list)
    evidence: list[dict] = field(default_factory=list)

    @property
    def place(self) -> dict:
        """Where a finding about the whole file is."""
        return {"unit": self.unit.id, "file": self.file}

    def at(self, row: Row, key: str) -> dict:
        """Where a finding about a cell is, with its value as found (personal data masked)."""
        value = row.raw(key)
        return {**self.place, "sheet": row.table.grid.name, "cell": row.cell(key),
                "value": _WITHHELD if personal_data(value) else value}  # fmt: skip

    def usable_rows(self, table: Table) -> list[Row]:
        """Rows to be read: totals, hidden rows and personal data are told of and left out."""
        rows, totals = [], []
        for row in table.rows():
            if row.total:
                totals.append(row)
                self.findings.add(
                    "C16", "note", f"第{row.sheet_row}行为合计行，未计入", **self.place, sheet=table.grid.name
                )
            elif row.hidden:
                self.findings.add("C15", "question", f"第{row.sheet_row}行被隐藏且有数据，是否计入？",
                                  "请取消隐藏后重报，或删除该行", **self.place, sheet=table.grid.name)  # fmt: skip
            elif not self._private(row):
                rows.append(row)
        self._check_totals(table, rows, totals)
        return rows

    def _private(self, row: Row) -> bool:
        """Whether the row holds personal data: then it is refused before anything of it is stored."""
        for key in row.table.columns:
            kind = personal_data(row.raw(key))
            if kind:
                cell = row.cell(key)
                self.findings.add("C60", "rejected", f"{cell}疑含{kind}，整行未读取", "请删除个人信息后重报",
                                  **{**self.at(row, key), "value": _WITHHELD})  # fmt: skip
                return True
        return False

    def _check_totals(self, table: Table, rows: list[Row], totals: list[Row]) -> None:
        numbers = [c.key for c in table.described.columns if c.kind == "number" and c.key in table.columns]
        for total in totals:
            for key in numbers:
                told = parse_number(total.raw(key))
                above = [parse_number(row.raw(key)) for row in rows if row.sheet_row < total.sheet_row]
                whole = sum(p.value for p in above if p.counted)
                if told.counted and told.value != whole:
                    self.findings.add("C17", "question", f"{total.cell(key)}合计{as_found(told.value)}，各行之和{as_found(whole)}",
                                      "请核对", **self.at(total, key))  # fmt: skip

    def observe(self, row: Row, key: str, parsed: Parsed, indicator: str, measure: str, period: str, *,
                entity: str = "", required: bool = False) -> None:  # fmt: skip
        """Keep one number with its outcome and its cell."""
        if row.cell(key) in row.table.grid.external:
            parsed = Parsed("question", None, "C19", "引用外部文件", "请粘贴为数值后重报")
        if not (parsed.state == "rejected" and parsed.code == "C30" and not row.cell(key)):
            self.findings.about(parsed, self.at(row, key), affects=(indicator,))
        self.observations.append(
            {
                "unit": self.unit.id,
                "indicator": indicator,
                "measure": measure,
                "period": period,
                "entity": entity,
                "value": parsed.value if parsed.counted else float("nan"),
                "state": parsed.state,
                "required": required,
                "raw": as_found(row.raw(key)),
                "file": self.file,
                "sheet": row.table.grid.name,
                "cell": row.cell(key),
                "sha256": self.sha256,
            }
        )


def read_numbers(sent: Sent, table: Table) -> None:
    """指标数据: one observation a year (and baseline) of every prepared row."""
    prepared = {(str(r.labels["indicator"]), str(r.labels["measure"])): r for r in table.described.rows}
    for row in sent.usable_rows(table):
        expected = prepared.get((row.text("indicator"), row.text("measure")))
        if expected is None:
            sent.findings.add("C49", "question", f"第{row.sheet_row}行不是本单位的指标，是否移送其他单位？",
                              "请删除该行，或与责任单位核对", **sent.at(row, "indicator"))  # fmt: skip
            continue
        indicator = sent.plan.indicator(str(expected.labels["indicator"]))
        measure = layout.measure_id(indicator, str(expected.labels["measure"]))
        for column in table.described.columns:
            if column.period and column.key in expected.open:
                required = column.key in expected.required
                parsed = parse_number(row.raw(column.key), unit=expected.unit, required=required,
                                      target=indicator.target)  # fmt: skip
                sent.observe(row, column.key, parsed, indicator.id, measure, column.period, required=required)


def read_statuses(sent: Sent, table: Table) -> None:
    """任务自查: one status a commitment."""
    prepared = {str(r.labels["commitment"]): r for r in table.described.rows}
    for row in sent.usable_rows(table):
        number = row.text("commitment")
        _check_task_number(sent, row)
        expected = prepared.get(number)
        if expected is None:
            sent.findings.add("C49", "question", f"第{row.sheet_row}行的承诺“{number}”不属于本单位，是否移送？",
                              "请删除该行，或与责任单位核对", **sent.at(row, "commitment"))  # fmt: skip
            continue
        sent.statuses.append(_status(sent, row, expected))


def _check_task_number(sent: Sent, row: Row) -> None:
    text = row.text("task")
    if text and not (text.isdigit() and 1 <= int(text) <= len(sent.plan.tasks)):
        merged = row.table.grid.merged_value(row.number, row.table.columns["task"])
        if merged is None:
            sent.findings.add("C50", "rejected", f"{row.cell('task')}任务号“{text}”不存在",
                              f"任务号为1—{len(sent.plan.tasks)}", **sent.at(row, "task"))  # fmt: skip
    elif not text and "task" in row.table.columns:
        merged = row.table.grid.merged_value(row.number, row.table.columns["task"])
        if merged is not None:
            value, area = merged
            sent.findings.add(
                "C10", "note", f"{area}合并，任务号均取{as_found(value)}", **sent.at(row, "task")
            )


def _status(sent: Sent, row: Row, expected: layout.Row) -> dict:
    commitment = str(expected.labels["commitment"])

    def choice(key: str, choices: tuple[str, ...]) -> str | None:
        if key not in expected.open:
            return None
        parsed = parse_choice(row.raw(key), choices)
        if parsed.state == "missing" and key in expected.required:
            parsed = Parsed("rejected", None, "C30", "必填未填", "请从下拉框选择")
        sent.findings.about(parsed, sent.at(row, key), affects=(commitment,))
        return parsed.value if parsed.counted else None

    def number(key: str) -> float:
        if key not in expected.open:
            return float("nan")
        parsed = parse_number(row.raw(key), required=key in expected.required)
        sent.findings.about(parsed, sent.at(row, key), affects=(commitment,))
        return parsed.value if parsed.counted else float("nan")

    years = [c for c in row.table.described.columns if c.key.startswith("year:")]
    return {
        "commitment": commitment,
        "task": int(expected.labels["task"]),
        "unit": sent.unit.id,
        "role": expected.labels["role"],
        "done_by_year": {c.period: choice(c.key, layout.YES_NO) for c in years if c.key in expected.open},
        "operating": choice("operating", layout.OPERATING),
        "baseline_size": number("baseline_size"),
        "current_size": number("current_size"),
        "quantity": number("quantity"),
        "progress": row.text("progress"),
        "self_rating": choice("self_rating", layout.SELF_RATINGS) or "",
        "evidence": _evidence_ids(sent, row, (commitment,)),
        "problem": row.text("problem"),
        "next_step": row.text("next_step"),
        "file": sent.file,
        "sheet": row.table.grid.name,
        "row": row.sheet_row,
        "cells": {c.key: row.cell(c.key) for c in row.table.described.columns if c.key in row.table.columns},
    }


def _evidence_ids(sent: Sent, row: Row, affects: tuple[str, ...] = ()) -> tuple[str, ...]:
    text = row.text("evidence")
    if not text:
        return ()
    ids = tuple(dict.fromkeys(part for part in _LIST.split(text) if _EVIDENCE_ID.fullmatch(part)))
    if not ids:
        sent.findings.add("C57", "question", f"{row.cell('evidence')}佐证“{text}”没有编号，自评最高按“正在推进”认定",
                          "请在佐证目录中编号后填写编号", **sent.at(row, "evidence"), affects=affects)  # fmt: skip
    return ids


def read_events(sent: Sent, table: Table) -> None:
    """活动台账: one event a row; outside the window it is kept aside, after the as-of date it is refused."""
    first = dt.date(sent.plan.meta.first_year, 1, 1)
    for row in sent.usable_rows(table):
        date = parse_date(row.raw("date"))
        people = parse_number(row.raw("participants"), unit="人次")
        for key, parsed in (("date", date), ("participants", people)):
            sent.findings.about(parsed, sent.at(row, key))
        state = "accepted" if date.counted else "question" if date.state == "missing" else date.state
        if date.counted and date.value < first:
            state = "note"
            sent.findings.add("C44", "note", f"第{row.sheet_row}行在规划期之前，未计", **sent.at(row, "date"))
        elif date.counted and date.value > sent.round.as_of:
            state = "rejected"
            sent.findings.add("C45", "rejected", f"第{row.sheet_row}行晚于数据截止日{sent.round.as_of.isoformat()}",
                              "请移到下一轮填报", **sent.at(row, "date"))  # fmt: skip
        task = row.text("task")
        _check_task_number(sent, row)
        sent.events.append(
            {
                "number": row.text("number"),
                "date": date.value if date.counted else None,
                "title": row.text("title"),
                "place": row.text("place"),
                "participants": people.value if people.counted else float("nan"),
                "task": int(task) if task.isdigit() and int(task) <= len(sent.plan.tasks) else None,
                "indicator": row.text("indicator"),
                "organiser": row.text("organiser"),
                "co_organisers": row.text("co_organisers"),
                "unit": sent.unit.id,
                "evidence": _evidence_ids(sent, row),
                "state": state,
                "file": sent.file,
                "sheet": row.table.grid.name,
                "row": row.sheet_row,
                "group": "",
                "main": True,
            }
        )


def read_evidence(sent: Sent, table: Table) -> None:
    """佐证目录: one piece of evidence a row."""
    for row in sent.usable_rows(table):
        sent.evidence.append(
            {
                "unit": sent.unit.id,
                "evidence": row.text("evidence"),
                "title": row.text("title"),
                "type": row.text("type"),
                "reference": row.text("reference"),
                "filename": row.text("filename"),
                "commitments": tuple(part for part in _LIST.split(row.text("commitments")) if part),
                "note": row.text("note"),
                "file": sent.file,
                "sheet": row.table.grid.name,
                "row": row.sheet_row,
            }
        )


def read_schools(sent: Sent, table: Table) -> None:
    """学校明细: one school a row, one observation a measure and period."""
    indicators = {i.id: i for i in sent.plan.indicators}
    over = _periods_over(sent)
    for row in sent.usable_rows(table):
        name = row.text("entity")
        kind = parse_choice(row.raw("type"), layout.SCHOOL_TYPES)
        rural = parse_choice(row.raw("rural"), layout.RURAL)
        for key, parsed in (("type", kind), ("rural", rural)):
            sent.findings.about(parsed, sent.at(row, key))
        sent.schools.append(
            {"entity": name, "type": kind.value or "", "rural": None if rural.value is None else rural.value == "是",
             "unit": sent.unit.id, "file": sent.file, "sheet": row.table.grid.name, "row": row.sheet_row}
        )  # fmt: skip
        for column in table.described.columns:
            if column.measure:
                _school_number(
                    sent, row, column, name, indicators[column.indicator], required=column.period in over
                )


def _school_number(sent: Sent, row: Row, column: layout.Column, name: str, indicator: Indicator, *,
                   required: bool) -> None:  # fmt: skip
    parsed = parse_number(row.raw(column.key), unit=column.unit, required=required)
    roles = {m.id: m.role for m in indicator.measures}
    if parsed.counted and roles.get(column.measure) == "numerator":
        whole = next(m for m, role in roles.items() if role == "denominator")
        size = parse_number(row.raw(f"{whole}:{column.period}"))
        if size.counted and parsed.value > size.value:
            percent = parsed.value / size.value * 100 if size.value else float("inf")
            parsed = Parsed("rejected", None, "C35", f"大于在校生数（{percent:.0f}%），疑按人次计",
                            "参与人数应按人去重，不大于在校生数")  # fmt: skip
    sent.observe(
        row, column.key, parsed, indicator.id, column.measure, column.period, entity=name, required=required
    )


def _periods_over(sent: Sent) -> set[str]:
    over = {p.label for kind in ("year", "semester", "school_year") for p in periods(sent.plan, kind)
            if p.over(sent.round.as_of)}  # fmt: skip
    return over | {STOCK, BASELINE}
