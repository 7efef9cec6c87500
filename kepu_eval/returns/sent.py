"""What one file said, collected row by row: every value with its cell and the questions on which it hangs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from kepu_eval.number_text import number_text
from kepu_eval.plan import BASELINE, STOCK, Plan, Round, Unit, labels_over
from kepu_eval.returns.cells import SCALES, Parsed, parse_number
from kepu_eval.returns.findings import Findings, as_found
from kepu_eval.returns.layout import counts_whole
from kepu_eval.returns.model import PARTS, Asked
from kepu_eval.returns.tables import Row, Table
from kepu_eval.returns.wording import CALLED_OFF, NOT_FINAL

_ERROR = re.compile(r"#[A-Z/0]+[!?]?|#未计算")
_SCALE = re.compile(r"[百千万亿]")
_FILLER = re.compile(r"([1-9])\1{5,}")
_MOST = 1e9
_LISTED = 40
_ITEM_PARTS = re.compile(r"[A-Z]+|\d+")
ItemKey = tuple[str | int, ...]


@dataclass
class Sent:
    """What one file said, as rows of the returns' frames (ids are given when rounds are put together)."""

    plan: Plan
    round: Round
    unit: Unit
    file: str
    sha256: str
    findings: Findings
    parts: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in PARTS})
    cells: list[dict] = field(default_factory=list)

    @property
    def place(self) -> dict:
        """Where a finding about the whole file is."""
        return {"unit": self.unit.id, "file": self.file}

    def at(self, row: Row, key: str) -> dict:
        """Where a finding about a cell is, what it is about, and its value as found."""
        return {**self.place, "sheet": row.table.grid.name, "cell": row.cell(key), "item": row.item(key),
                "value": row.raw(key)}  # fmt: skip

    def tell(
        self,
        row: Row,
        key: str,
        parsed: Parsed,
        affects: tuple[str, ...] = (),
        candidates: tuple[str, ...] = (),
    ) -> None:
        """Add what a cell's parsing says, if it says anything a unit should know; its own candidate unless others are given."""
        if parsed.state in ("accepted", "missing"):
            return
        place = self.at(row, key)
        shown = f"“{as_found(place['value'])}”" if as_found(place["value"]) else ""
        own = () if parsed.candidate is None else (f"{parsed.candidate:.12g}",)
        self.findings.add(parsed.code, parsed.state, f"{place['cell']}{shown}{parsed.message}", parsed.remedy,
                          **place, affects=affects, candidates=candidates or own)  # fmt: skip

    def source(self, row: Row) -> dict:
        """Columns that say where a row came from."""
        return {"unit": self.unit.id, "file": self.file, "sheet": row.table.grid.name, "row": row.sheet_row}

    def usable_rows(self, table: Table) -> list[Row]:
        """Rows to be read. Totals are checked and left out, remarks left out, rows with personal data refused; all are told.

        Hidden rows are read, too, but hang on one question.
        """
        private = {row.number for row in self.private_rows(table)}
        rows, totals = [], []
        for row in table.rows:
            if row.number in private:
                continue
            if row.total:
                totals.append(row)
                told = f"{row.name}为合计行，未计入"
            elif row.remark and _doubtful(row.remark, table):
                told = f"{row.name}写明“{as_found(row.remark)}”，表中的数是否要改？"
                self.findings.add("C16", "question", told, "请按实际数重填，或说明哪些数不受影响", **self.place,
                                  sheet=table.grid.name, cell=row.name, value=row.remark)  # fmt: skip
                continue
            elif row.remark:
                told = f"{row.name}“{as_found(row.remark)}”是说明文字，未计入"
            else:
                rows.append(row)
                self._keep_cells(row)
                continue
            self.findings.add("C16", "note", told, **self.place, sheet=table.grid.name)
        hidden = [row for row in rows if row.hidden and row.filled]
        self._ask_about(
            table,
            hidden,
            "被隐藏且有数据",
            "，可能是筛选未取消",
            "请取消隐藏（取消筛选）后重报，或删除这些行",
        )
        struck = [row for row in rows if not row.hidden and row.struck] if table.grid.struck else []
        self._ask_about(table, struck, "有加了删除线的内容", "", "请删去划掉的内容、取消删除线后重报")
        lent = [cell for row in rows for cell in row.lent] if table.spread else []
        if lent:
            shown = "、".join(lent[:_LISTED]) + (f"等{len(lent)}格" if len(lent) > _LISTED else "")
            told = f"{shown}按合并的单元格或“同上”读取"
            self.findings.add("C10", "note", told, **self.place, sheet=table.grid.name)
        self._check_totals(table, rows, totals)
        return rows

    def _ask_about(self, table: Table, rows: list[Row], told: str, cause: str, remedy: str) -> None:
        """One question about all rows of which it is open whether they count: hidden ones (a filter left on), struck ones."""
        if not rows:
            return
        cell = f"第{row_ranges([row.sheet_row for row in rows])}行"
        several = f"（共{len(rows)}行）{told}{cause}" if len(rows) > 1 else told
        keys = [c.key for c in table.described.columns] if len(rows) == 1 else table.described.identity
        value = "、".join(filter(None, (row.text(key) for row in rows for key in keys)))
        item = "隐藏的行" if "隐藏" in told else "划掉的行"
        self.findings.add("C15", "question", f"{cell}{several}，是否计入？", remedy,
                          **self.place, sheet=table.grid.name, cell=cell, item=item, value=value)  # fmt: skip
        for row in rows:
            table.asked_rows[row.number] = (*table.asked_rows.get(row.number, ()), ("C15", cell))

    @staticmethod
    def private_rows(table: Table) -> list[Row]:
        """Rows that are refused because they hold personal data."""
        private = {row for row, _ in table.grid.private}
        return [row for row in table.rows if row.number in private]

    def _keep_cells(self, row: Row) -> None:
        """Remember every cell that the unit filled, as found: submissions are compared by it, and figures lead to it."""
        sheet, found, name = row.table.grid.name, row.found, row.text(row.table.described.identity[0])
        for column in row.table.described.filled:
            value = found.get(column.key)
            if value is None:
                continue
            if column.kind == "text" and isinstance(value, str) and _ERROR.fullmatch(value):
                self.tell(row, column.key, parse_number(value))
            shown = value if isinstance(value, str) else as_found(value)
            self.cells.append({"sheet": sheet, "cell": row.cell(column.key), "field": column.title,
                               "row_name": name, "value": shown})  # fmt: skip

    def _check_totals(self, table: Table, rows: list[Row], totals: list[Row]) -> None:
        """A total must be the sum of all rows above, or, as a subtotal, of those since the one before."""
        numbers = [c.key for c in table.described.columns if c.kind == "number" and c.key in table.columns]
        whole, part = dict.fromkeys(numbers, 0.0), dict.fromkeys(numbers, 0.0)
        sums = {row.number for row in totals}
        units = {c.key: c.unit for c in table.described.columns if c.unit}
        for row in sorted([*rows, *totals], key=lambda row: row.number) if totals else ():
            for key in numbers:
                told = parse_number(row.raw(key))
                if row.number in sums and key in units and not told.counted:  # 合计：18场1250人次
                    in_words = re.search(rf"(\d+)\s*{units[key]}", " ".join(row.texts.values()))
                    told = Parsed("accepted", float(in_words[1])) if in_words else told
                if row.number not in sums:
                    whole[key], part[key] = (
                        s + (told.value if told.counted else 0) for s in (whole[key], part[key])
                    )
                    continue
                if told.counted and told.value not in (whole[key], part[key]):
                    self.findings.add("C17", "question", f"{row.cell(key)}合计{as_found(told.value)}，各行之和{as_found(whole[key])}",
                                      "请核对", **self.at(row, key), candidates=(as_found(whole[key]),))  # fmt: skip
                part[key] = 0.0

    def number(self, row: Row, key: str, *, unit: str = "", required: bool = False, target: float | None = None,
               decimals: int | None = None, most: float = _MOST) -> Parsed:  # fmt: skip
        """One numeric cell; a percent format is part of what the cell says, and so is the area it fills.

        Above ``most``, and where all of its many digits are the same, it is asked about: whoever has no figure and must
        fill one in types 99999999.
        """
        integer = counts_whole(unit, decimals)
        parsed = self._number(row, key, unit=unit, required=required, target=target, integer=integer)
        area = row.merged(key) if parsed.counted else ""
        if area:
            told = f"填在合并的单元格{area}中，分不清是其中哪一格的数"
            return Parsed("question", None, "C10", told, "请取消合并，逐格填写", parsed.value)
        if parsed.counted and (parsed.value > most or _FILLER.fullmatch(f"{parsed.value:.0f}")):
            told = "各位相同，疑为占位数" if parsed.value <= most else "大得异常，疑多填了位数或填错了栏"
            return Parsed("question", None, "X15", told, "请核实后填写", parsed.value)
        return parsed

    def _number(
        self, row: Row, key: str, *, unit: str, required: bool, target: float | None, integer: bool
    ) -> Parsed:
        raw = row.raw(key)
        if isinstance(raw, int | float) and row.cell(key) in row.table.grid.percent:
            raw = round(raw * 100, 10)
            if unit != "%":
                return Parsed(
                    "question", None, "C26", f"为百分数，本项按“{unit or '个数'}”填", "请填个数，不填百分数"
                )
            parsed = parse_number(raw, unit=unit)
            return (
                Parsed("note", raw, "C34", f"已按百分数{number_text(raw)}%读取") if parsed.counted else parsed
            )
        said = row.said(key) if isinstance(raw, str) else ("", "")
        parsed = parse_number(raw, unit=unit, integer=integer, required=required, target=target, title=said[0], labels=said[1])  # fmt: skip
        shown = row.table.grid.worded.get(row.cell(key), "")
        if parsed.counted and isinstance(raw, int | float) and shown:
            return self._as_shown(parsed, raw, shown.replace("#", number_text(raw)), unit, integer)
        return parsed

    @staticmethod
    def _as_shown(parsed: Parsed, raw: float, shown: str, unit: str, integer: bool) -> Parsed:
        """A number to which its format adds words: it must be the same with them (255人次), else it is asked about (约255)."""
        if scale := _SCALE.search(shown):
            told = f"显示为“{shown}”，是{as_found(raw)}还是{number_text(raw * SCALES[scale[0]])}？"
            return Parsed("question", None, "C22", told, "请改用常规数字格式，填完整的数", raw)
        said = parse_number(shown, unit=unit, integer=integer)
        if said.counted and said.value == raw:
            return parsed
        told = f"显示为“{shown}”，{said.message or '与所填的数不同'}"
        return Parsed("question", None, said.code or "C21", told, "请改用常规数字格式，填实际数", raw)

    def observe(self, row: Row, key: str, parsed: Parsed, indicator: str, measure: str, period: str, *,
                entity: str = "", required: bool = False, asked: tuple[Asked, ...] = (),
                evidence: tuple[str, ...] = ()) -> None:  # fmt: skip
        """Keep one number with its outcome, its cell, the evidence named beside it and the questions on which it hangs."""
        cell, asked = row.cell(key), (*row.asked_of(key), *asked)
        if parsed.counted and cell in row.table.grid.external:
            parsed = Parsed("question", None, "C19", "引用外部文件", "请粘贴为数值后重报", parsed.value)
        if not (parsed.code == "C30" and not cell):  # that the column is missing has been said once
            self.tell(row, key, parsed, (indicator,))
        if parsed.state in ("question", "rejected"):
            asked = (*asked, (parsed.code, cell))
        counted = parsed.counted and not asked
        self.parts["observations"].append(
            {
                "unit": self.unit.id,
                "indicator": indicator,
                "measure": measure,
                "period": period,
                "entity": entity,
                "value": parsed.value if counted else float("nan"),
                "state": "question" if asked and parsed.counted else parsed.state,
                "required": required,
                "raw": as_found(row.raw(key)),
                "candidate": _candidate(parsed),
                "asked": asked,
                "evidence": evidence,
                "file": self.file,
                "sheet": row.table.grid.name,
                "cell": cell,
                "sha256": self.sha256,
            }
        )

    @cached_property
    def known_items(self) -> dict[ItemKey, str]:
        """Numbers of the plan's commitments and indicators, in their order, by :func:`item_key`."""
        numbers = [
            *(c.id for task in self.plan.tasks for c in task.commitments),
            *(i.id for i in self.plan.indicators),
        ]
        return {item_key(number): number for number in numbers}

    @cached_property
    def periods_over(self) -> frozenset[str]:
        """Labels of periods that are over by the round's as-of date."""
        return labels_over(self.plan, self.round.as_of, "year") | {STOCK, BASELINE}


def item_key(number: str) -> ItemKey:
    """By which numbers of items are the same: t5.1 is T05.01, Q8 is Q08."""
    return tuple(int(part) if part.isdecimal() else part for part in _ITEM_PARTS.findall(number.upper()))


def row_ranges(numbers: list[int]) -> str:
    """Row numbers in few words: ``9、11—13``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    more = "等" if len(spans) > _LISTED else ""
    return "、".join(str(a) if a == b else f"{a}—{b}" for a, b in spans[:_LISTED]) + more


def _candidate(parsed: Parsed) -> float:
    value = parsed.value if parsed.counted else parsed.candidate
    return float("nan") if value is None else value


def _doubtful(remark: str, table: Table) -> bool:
    """Whether a note says of the rows that they are not what they should be."""
    listed = not table.described.rows  # a commitment may well say that nothing was held
    return bool(NOT_FINAL.search(remark) or (listed and CALLED_OFF.search(remark)))
