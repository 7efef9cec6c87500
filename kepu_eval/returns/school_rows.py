"""学校明细, 街道明细 …: rows of a roster turned into entries and observations."""

from __future__ import annotations

import re

from kepu_eval.plan import Indicator
from kepu_eval.returns import layout
from kepu_eval.returns.cells import Parsed
from kepu_eval.returns.choices import parse_choice
from kepu_eval.returns.model import Asked
from kepu_eval.returns.rows import first_of_each
from kepu_eval.returns.sent import Sent
from kepu_eval.returns.tables import Row, Table
from kepu_eval.returns.unit_sheets import school_types
from kepu_eval.safe_text import name_written

_NOT_OVER = re.compile(
    r"[-/\\—–]+|(?:本|该)?(?:学[年期])?(?:尚|还)?未(?:结束|到期?|开始|完成)|(?:正在)?进行中?"
)


def read_schools(sent: Sent, table: Table) -> None:
    """学校明细, 街道明细 …: one entry a row, one observation a measure and period."""
    of = table.described.name.removesuffix("明细")
    indicators = {i.id: i for i in sent.plan.indicators}
    rows = sent.usable_rows(table)
    named, unnamed = ([row for row in rows if bool(row.text("entity")) is known] for known in (True, False))
    for row in unnamed:
        sent.findings.add("C30", "note", f"{row.cell('entity')}{of}名称未填，按“{_school_name(row)}”计", f"请填写{of}名称",
                          **sent.at(row, "entity"))  # fmt: skip
    for row in [*first_of_each(sent, named, ("entity",)), *unnamed]:
        asked = _school(sent, row)
        for column in table.described.columns:
            if column.measure:
                required = column.period in sent.periods_over
                _school_number(sent, row, column, indicators[column.indicator], asked, required=required)
    for row in sent.private_rows(table):  # a school whose figures were refused is still a school
        sent.parts["schools"].append(
            {"entity": _school_name(row), "type": "", "rural": None, **sent.source(row), "asked": ()}
        )


def _school_name(row: Row) -> str:
    private = (row.number, row.table.columns["entity"]) in row.table.grid.private
    of = row.table.described.name.removesuffix("明细")
    if private or not row.text("entity"):
        return f"{row.name}{of}"
    raw = row.raw("entity")
    return name_written(raw) if isinstance(raw, str) else row.text("entity")


def _school(sent: Sent, row: Row) -> tuple[Asked, ...]:
    """Put a school on the roster; the question about its type, on which all its figures hang, where there is one."""
    of = row.table.described.name.removesuffix("明细")
    types = school_types(sent.plan, of)
    kind = parse_choice(row.raw("type"), types) if types else Parsed("accepted", "")
    if kind.state == "missing":
        kind = Parsed("question", None, "X03", f"{of}类型未填", f"请从下拉框选择：{'、'.join(types)}")
    rural = parse_choice(row.raw("rural"), layout.RURAL)
    for key, parsed in (("type", kind), ("rural", rural)):
        if row.cell(key):
            sent.tell(row, key, parsed, (), types if parsed is kind and kind.code == "X03" else ())
    asked = () if kind.counted else (("X03", row.cell("type")),)
    sent.parts["schools"].append(
        {"entity": _school_name(row), "type": kind.value or "", "rural": None if rural.value is None else rural.value == "是",
         **sent.source(row), "asked": (*row.asked, *asked)}
    )  # fmt: skip
    return asked


def _school_number(sent: Sent, row: Row, column: layout.Column, indicator: Indicator, asked: tuple[Asked, ...], *,
                   required: bool) -> None:  # fmt: skip
    parsed = sent.number(row, column.key, unit=column.unit, required=required)
    if not required and _NOT_OVER.fullmatch(row.text(column.key)):  # the template lets it be blank
        parsed = Parsed("missing")
    roles = {m.id: m.role for m in indicator.measures}
    if parsed.counted and roles.get(column.measure) == "numerator":
        whole = next(m for m, role in roles.items() if role == "denominator")
        size = sent.number(row, f"{whole}:{column.period}")
        if size.counted and parsed.value > size.value:
            share = f"{parsed.value / size.value * 100:.0f}%" if size.value else "在校生数为0"
            parsed = Parsed("rejected", None, "C35", f"大于在校生数（{share}），疑按人次计",
                            "参与人数应按人去重，不大于在校生数", parsed.value)  # fmt: skip
    sent.observe(row, column.key, parsed, indicator.id, column.measure, column.period, entity=_school_name(row),
                 required=required, asked=asked)  # fmt: skip
