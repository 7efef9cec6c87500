"""Rows of a unit's sheets: each template sheet turned into rows of the returns' frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kepu_eval.plan import LEAD, Plan
from kepu_eval.returns import layout
from kepu_eval.returns.cells import Parsed, han_number, nothing_here, tidy, without_data
from kepu_eval.returns.choices import parse_choice
from kepu_eval.returns.decisions import AS_REPORTED
from kepu_eval.returns.evidence_rows import evidence_ids
from kepu_eval.returns.findings import as_found
from kepu_eval.returns.sent import Sent, row_ranges
from kepu_eval.returns.tables import Row, Table
from kepu_eval.returns.unit_sheets import measure_id

_TASK = re.compile(
    r"(?:(?:重点|对应)?任务|第|[Tt]|[Nn][Oo]\.?|#)?0*(\d+)(?:\.0)?(?:项任务|号任务|项|号|#)?[.:。]*"
)
# A number of the plan's with the word for it before, or a full stop or words behind.
_NUMBER_ALONE = re.compile(r"(?:指标|承诺)?(?:编?号)?[:：]?([A-Z]{1,3}\d[\dA-Z.-]*?)[.、:：。]*")
_IN_CHINESE = re.compile(r"(?:(?<=任务)|(?<=第)|^)[一二三四五六七八九十]{1,3}(?=项|号|$|[)\]])")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2,}")
_BEFORE_NUMBER = re.compile(r"(任务|第)\s+(?=\d)")


def first_of_each(sent: Sent, rows: list[Row], keys: tuple[str, ...]) -> list[Row]:
    """Of rows that name the same thing, the one told as lead, else the first; the others are told (C52).

    Where nothing says which of two that differ is meant, the one taken hangs on the question.
    """
    chosen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        name = tuple(row.text(key) for key in keys)
        kept, other = chosen.get(name), row
        if kept is None:
            chosen[name] = row
            continue
        if row.text("role") == LEAD and kept.text("role") != LEAD:
            kept, other = row, kept
        chosen[name] = kept
        told, remedy = f"“{'·'.join(name)}”两次填报，取{kept.name}，{other.name}未计入", "请删除重复的行"
        if kept.filled == other.filled or kept.text("role") != other.text("role"):
            sent.findings.add("C52", "note", told, remedy, **sent.at(other, keys[0]))
            continue
        place = sent.at(other, keys[0]) | {"cell": other.name}
        sent.findings.add(
            "C52", "question", f"{told}；两行内容不同，是否以{kept.name}为准？", remedy, **place
        )
        asked = kept.table.asked_rows
        asked[kept.number] = (*asked.get(kept.number, ()), ("C52", other.name))
    taken = set(map(id, chosen.values()))
    return [row for row in rows if id(row) in taken]


# What says where the evidence is says nothing about why a figure is lacking.
_EVIDENCE_WORDS = re.compile(
    r"(?:名册|台账|签到表?|照片|材料|佐证|附件|清单|明细|通知|文件|资料|详?见|已|附|上传|提供|备查|后|在|及|和|与|另|[A-Za-z]{1,4}|-?\d+|[、,;。.\s])++"
)


def _named(*texts: object) -> tuple[str, ...]:
    """What names a row, however it is spaced and whether in small letters or not; 指标Q08. is Q08."""
    return tuple(_name(str(text)) for text in texts)


@lru_cache(maxsize=4096)  # the same in every unit's workbook
def _name(text: str) -> str:
    plain = text.replace(" ", "").upper()
    alone = _NUMBER_ALONE.fullmatch(plain)
    return alone[1] if alone else plain


def read_numbers(sent: Sent, table: Table) -> None:
    """指标数据: one observation a year (and baseline) of every prepared row."""
    prepared = {_named(r.labels["indicator"], r.labels["measure"]): r for r in table.described.rows}
    strangers = []
    for row in first_of_each(sent, sent.usable_rows(table), ("indicator", "measure")):
        expected = prepared.get(_named(row.text("indicator"), row.text("measure")))
        if expected is None:
            strangers.append(row)
            continue
        indicator = sent.plan.indicator(str(expected.labels["indicator"]))
        measure = measure_id(indicator, str(expected.labels["measure"]).removeprefix(expected.part))
        evidence = evidence_ids(sent, row, (indicator.id,))
        parsed = {
            column: _nothing_here(row.raw(column.key), required=column.key in expected.required)
            or sent.number(
                row,
                column.key,
                unit=expected.unit,
                required=column.key in expected.required,
                target=indicator.target,
                decimals=indicator.decimals,
            )
            for column in table.described.columns
            if column.period and column.key in expected.open
        }
        other_unit = _ask_unit(sent, row, expected, [c for c, p in parsed.items() if p.counted])
        for column, told in parsed.items():
            asked = (("C26", row.cell(column.key)),) if other_unit and told.counted else ()
            sent.observe(row, column.key, _explained(sent, row, column.key, told), indicator.id, measure, expected.period(column),
                         required=column.key in expected.required, asked=asked, evidence=evidence)  # fmt: skip
    _tell_others(sent, table, strangers, "指标", ("indicator", "measure"))


def _nothing_here(raw: object, *, required: bool) -> Parsed | None:
    """What 无此项 says: a contributor's nothing; of the lead it is not known whether it means none or not asked."""
    if not isinstance(raw, str) or not nothing_here(raw):
        return None
    if not required:
        return Parsed("accepted", 0.0)
    return Parsed("question", None, "C28", "是必报项，含义不明", "没有开展填0，没有数据的留空并写明原因", 0.0)


def _explained(sent: Sent, row: Row, key: str, parsed: Parsed) -> Parsed:
    """A figure that is lacking, with its reason in 说明, is missing and nothing to mend: the template asks for just that."""
    blank = parsed.code == "C30" and bool(row.cell(key))
    reason = row.text("note")
    lacking = blank or without_data(row.text(key))
    if not lacking or not reason or _EVIDENCE_WORDS.fullmatch(reason):
        return parsed
    told = f"{row.cell(key)}没有数据，单位说明“{as_found(reason)}”，按暂无数据处理，不作零"
    sent.findings.add("C30", "note", told, **sent.at(row, key), affects=(row.text("indicator"),))
    return Parsed("missing")


def _ask_unit(sent: Sent, row: Row, expected: layout.Row, filled: list[layout.Column]) -> bool:
    """Ask about a row that names another unit than the template's: its figures may be in that (万人次 for 人次).

    The unit stands in 计量单位, in 说明 (单位：万人次), in a year's title, or above the table.
    """
    where, written = _other_unit(row, expected.unit)
    if not filled or not written:
        return False
    fields = tuple((row.cell(c.key), row.item(c.key), as_found(row.raw(c.key))) for c in filled)
    told = f"{where}“{written}”，本项按“{expected.unit}”，各数是按哪个单位填的？"
    sent.findings.add("C26", "question", told, f"请改回“{expected.unit}”，按此重填",
                      **sent.at(row, "unit"), affects=(row.text("indicator"),), candidates=(AS_REPORTED,),
                      fields=fields)  # fmt: skip
    return True


_SCALED_UNIT = re.compile(
    r"单位[:：为是]*\s*([十百千万亿][^\s,，。;；)）]{0,3})|[(\[（]([十百千万亿](?:人次|人|次|名|元|个|场)?|户次?|家|课时)[)\]）]"
    r"|[以按]([十百千万亿](?:人次|人|次|名|个|场)?)(?:为单位|计算?|填报?)"
)


def _other_unit(row: Row, expected: str) -> tuple[str, str]:
    """Where a row is told to be counted in another unit, and in which; both empty where it is not."""
    written = row.text("unit").replace(" ", "").removeprefix("单位:").strip("()[]")
    if written and written != expected:
        return f"{row.cell('unit')}计量单位改成了", written
    for where, text in (("说明", row.text("note")), *_headings(row.table)):
        found = _SCALED_UNIT.search(text) if isinstance(text, str) else None
        if found and (told := next(filter(None, found.groups()))) != expected:
            return f"{where}写的单位是", told
    return "", ""


def _headings(table: Table) -> Iterator[tuple[str, object]]:
    """Titles of the years, and what stands above the table, each with where."""
    rows = table.grid.rows
    for column in table.described.columns:
        if column.period and column.key in table.columns:
            yield (
                f"{table.letters[column.key]}{table.header + 1}列名",
                rows[table.header][table.columns[column.key]],
            )
    for number, texts in enumerate(rows[: table.header], 1):
        yield from ((f"第{number}行", text) for text in texts)


def _tell_others(sent: Sent, table: Table, strangers: list[Row], what: str, keys: tuple[str, ...]) -> None:
    """Ask once about rows that are not the unit's, and say once which of its own are not there at all.

    What is gone cannot say itself that it is blank. Many strangers have one cause: another unit's template.
    """
    if strangers:
        first = strangers[0]
        names = ["·".join(filter(None, map(row.text, keys))) for row in strangers]
        rows = f"第{row_ranges([row.sheet_row for row in strangers])}行"
        others = "" if what == "指标" else _responsible_for(sent.plan, task_number(sent, first))
        told = f"{first.name}的{what}“{names[0]}”不属于本单位{others}，是否移送其他单位？"
        if len(strangers) > 1:
            told = f"{rows}（共{len(strangers)}行）的{what}不属于本单位，疑似用了其他单位的模板，是否移送？"
        sent.findings.add("C49", "question", told, "请用本单位的模板填报，或删除这些行",
                          **sent.at(first, keys[0]) | {"value": "、".join(names)})  # fmt: skip
    there = {_named(*map(row.text, keys)) for row in table.rows}
    own = [tuple(str(row.labels[key]) for key in keys) for row in table.described.rows if row.required]
    gone = [name for name in own if _named(*name) not in there]
    if gone:
        shown = "".join(f"“{'·'.join(name)}”" for name in gone[:3]) + (
            f"等{len(gone)}" if len(gone) > 3 else ""
        )
        shown += "一行" if len(gone) == 1 else "行"
        sent.findings.add("C30", "rejected", f"缺少{shown}，必填未填", "请用本轮模板补上", **sent.place,
                          sheet=table.grid.name, affects=tuple(dict.fromkeys(name[0] for name in gone)))  # fmt: skip


def read_statuses(sent: Sent, table: Table) -> None:
    """任务自查: one status a commitment."""
    prepared = {_named(r.labels["commitment"]): r for r in table.described.rows}
    strangers = []
    for row in first_of_each(sent, sent.usable_rows(table), ("commitment",)):
        expected = prepared.get(_named(row.text("commitment")))
        if expected is None:
            strangers.append(row)
            continue
        task_number(sent, row)
        sent.parts["statuses"].append(_status(sent, row, expected))
    _tell_others(sent, table, strangers, "承诺", ("commitment",))


def _responsible_for(plan: Plan, task: int | None) -> str:
    if task is None:
        return ""
    named = [unit.name for unit in plan.units if any(t.number == task for t, _ in plan.duties(unit))]
    shown = "、".join(named[:4]) + ("等" if len(named) > 4 else "")
    return f"（任务{task}责任单位为{shown}）"


def task_number(sent: Sent, row: Row) -> int | None:
    """Number of the task that a row is about; several are the first of them, an unknown one is refused."""
    text, known = row.text("task"), len(sent.plan.tasks)
    if not text:
        return None
    if text.isdecimal() and 1 <= int(text[:5]) <= known:
        return int(text)
    numbers = _tasks_named(sent, text)
    if not numbers or not all(1 <= n <= known for n in numbers):
        sent.findings.add("C50", "rejected", f"{row.cell('task')}任务号“{as_found(text)}”不存在", f"任务号为1—{known}",
                          **sent.at(row, "task"))  # fmt: skip
        return None
    if len(numbers) > 1 and "number" in row.table.columns:
        told = f"活动{row.text('number')}引用于任务{'、'.join(map(str, numbers))}，次数和人次只计一次"
        sent.findings.add("C55", "note", told, **sent.at(row, "task"))
    return numbers[0]


def _tasks_named(sent: Sent, text: str) -> list[int]:
    """Numbers of the tasks that a cell names: 任务六, 6号任务, T06.01, or a task's title; none where it says another thing, too."""
    titles = {tidy(task.title): task.number for task in sent.plan.tasks}
    titled = {number for title, number in titles.items() if title in text}
    for title in titles:
        text = text.replace(title, " ")
    said = _IN_CHINESE.sub(
        lambda found: str(han_number(found[0])), _BEFORE_NUMBER.sub(r"\1", text.strip("()[]"))
    )
    parts = [part for part in re.split(r"[、,，;；\s()\[\]:《》“”\"]+", said) if part]
    if len(parts) > 1 and (first := _TASK.fullmatch(parts[0])):  # 6（农牧民培训）: its title in short
        named = " ".join(title for title, number in titles.items() if number == int(first[1][:5]))
        parts = [part for part in parts if not (_WORDS.fullmatch(part) and is_short_for(part, named))]
    commitments = {c.id: task.number for task in sent.plan.tasks for c in task.commitments}
    found = [_TASK.fullmatch(part) for part in parts]
    numbers = [
        int(number[1][:5]) if number else commitments.get(part.upper(), 0)
        for part, number in zip(parts, found, strict=True)
    ]
    agree = not titled or set(numbers) <= titled
    return list(dict.fromkeys([*numbers, *titled])) if agree else []


def is_short_for(short: str, name: str) -> bool:
    """Whether the characters of a short form stand in a name in that order: 农牧民培训 of 实施农牧民科技教育培训计划."""
    rest = iter(name)
    return all(character in rest for character in short)


def _status(sent: Sent, row: Row, expected: layout.Row) -> dict:
    commitment = str(expected.labels["commitment"])
    held: dict[str, tuple[tuple[tuple[str, str], ...], object]] = {}
    hanging = any(row.table.asked.values())

    def kept(key: str, value: Any, missing: Any) -> Any:
        """The value, unless its column hangs on a question: then it is held until that is answered."""
        column = hanging and row.asked_of(key)[len(row.asked) :]
        if column and value is not None:
            held[key] = (column, value)
            return missing
        return value

    def choice(key: str, choices: tuple[str, ...]) -> str | None:
        if key not in expected.open:
            return None
        parsed = parse_choice(row.raw(key), choices, " ".join(row.said(key)))
        if parsed.state == "missing" and key in expected.required:
            parsed = Parsed("rejected", None, "C30", "必填未填", "请从下拉框选择")
        if row.cell(key):
            sent.tell(row, key, parsed, (commitment,), choices if parsed.code in ("X03", "C30") else ())
        return kept(key, parsed.value if parsed.counted else None, None)

    def number(key: str) -> float:
        if key not in expected.open:
            return float("nan")
        parsed = sent.number(row, key, required=key in expected.required)
        if row.cell(key):
            sent.tell(row, key, parsed, (commitment,))
        return kept(key, parsed.value if parsed.counted else float("nan"), float("nan"))

    years = [c for c in row.table.described.columns if c.key.startswith("year:")]
    return {
        "commitment": commitment,
        "task": int(expected.labels["task"]),
        "role": expected.labels["role"],
        "done_by_year": {c.period: choice(c.key, layout.YES_NO) for c in years if c.key in expected.open},
        "operating": choice("operating", layout.OPERATING),
        "baseline_size": number("baseline_size"),
        "current_size": number("current_size"),
        "quantity": number("quantity"),
        "progress": kept("progress", row.text("progress"), ""),
        "self_rating": choice("self_rating", layout.SELF_RATINGS) or "",
        "evidence": kept("evidence", evidence_ids(sent, row, (commitment,)), ()),
        **{key: kept(key, row.text(key), "") for key in ("problem", "next_step")},
        **sent.source(row),
        "cells": row.cells,
        "asked": row.asked,
        "held": held,
    }
