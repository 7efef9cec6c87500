"""Answers put into the rows that hang on them. Rows are changed in place; the caller owns them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kepu_eval.plan import Plan, Round
from kepu_eval.returns.cells import NOTHING_HERE, parse_number, tidy
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.decisions import (
    AS_REPORTED,
    COUNT,
    DATES,
    LEAVE_OUT,
    SAME,
    SEPARATE,
    SWITCHED_OFF,
    VERIFIED,
    WITHDRAWN,
    YES,
    Decision,
    Decisions,
    Key,
    answerable,
    fields_of,
    key_of,
)
from kepu_eval.returns.event_rows import event_state
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import OPERATING, SELF_RATINGS, YES_NO

_TAKEN = (AS_REPORTED, COUNT, YES, SEPARATE)
_SIZES = ("baseline_size", "current_size", "quantity")
_CHOICES = {"year": YES_NO, "operating": OPERATING, "self_rating": SELF_RATINGS}
_WORDS = ("X16", "X19", "X20")  # what is asked of a statement beside other statements and its own words
_TYPE = "X03"  # a choice that was asked about; of a school: its type, answered by naming one of the plan's


def _taken(code: str, answer: str | None) -> bool:
    return answer in _TAKEN or (code == _TYPE and answer not in (None, LEAVE_OUT))


def close(findings: Findings, decisions: Decisions) -> dict[Key, str]:
    """Fill ``answer`` of everything that is decided; the answers by key, one for each answer field.

    What asks about several cells is answered when each of them is. A check that was switched off counts as answered
    按原数, with its reason. A decision about another value lapses, which a finding of severity ``info`` says.
    """
    closed: dict[Key, str] = {}
    waiting = []
    for row in findings.rows:
        if row["severity"] not in ("question", "rejected", "note") or row["answer"]:
            continue
        if row["code"] in decisions.off:
            row["severity"], row["answer"] = "info", f"{SWITCHED_OFF}{decisions.off[row['code']]}"
            closed |= {key_of(field): AS_REPORTED for field in fields_of(row)}
        elif answerable(row):
            waiting.append(row)
    found = _decided([field for row in waiting for field in fields_of(row)], decisions)
    used = {id(decision) for decision in found.values()}
    for row in waiting:
        answers = [found.get(key_of(field)) for field in fields_of(row)]
        given = [decision.shown for decision in answers if decision]
        if len(given) == len(answers):
            row["answer"] = "、".join(dict.fromkeys(given))
        for field, decision in zip(fields_of(row), answers, strict=True):
            lapsed = decisions.lapsed(field)
            if decision:
                closed[key_of(field)] = decision.answer
            elif lapsed and id(lapsed) not in used:
                findings.rows.append(
                    {
                        **row,
                        "severity": "info",
                        "remedy": "请重新答复",
                        "fields": (),
                        "message": _lapsed(field, lapsed),
                    }
                )
    return closed


def _decided(fields: list[dict], decisions: Decisions) -> dict[Key, Decision]:
    """The decision on each answer field: the one about its place, else the one about its row where that has moved."""
    found = {key_of(field): decision for field in fields if (decision := decisions.about(field))}
    used = {id(decision) for decision in found.values()}
    left = [field for field in fields if key_of(field) not in found and field["item"]]
    spare = [
        (key, decision)
        for key, decision in decisions.answers.items()
        if id(decision) not in used and decision.item and decision.answer != WITHDRAWN
    ]
    wanted, offered = Counter(map(_what, left)), Counter(_what_of(*pair) for pair in spare)
    by_what = {_what_of(*pair): pair[1] for pair in spare}
    for field in left:
        what = _what(field)
        if wanted[what] == offered[what] == 1:  # where two rows read the same, nobody knows which is meant
            found[key_of(field)] = by_what[what]
    return found


def _what(field: Mapping[str, object]) -> tuple[str, str, str, str]:
    """What a question is about, wherever it stands."""
    unit, _, _, code = key_of(field)
    return unit, code, str(field["item"]), tidy(field["value"])


def _what_of(key: Key, decision: Decision) -> tuple[str, str, str, str]:
    return key[0], key[3], decision.item, decision.value


def _lapsed(field: Mapping[str, object], decision: Decision) -> str:
    told = f"{field['cell']}原答复“{decision.answer}”针对"
    if decision.item in ("", field["item"]):
        return f"{told}“{decision.value}”，该格已改为“{field['value']}”，答复失效"
    return f"{told}{decision.item}“{decision.value}”，该格现为{field['item']}“{field['value']}”，答复失效"


def settle_observations(rows: list[dict], closed: Mapping[Key, str]) -> None:
    """An observation counts when every question it hangs on is answered; a number in an answer is its value."""
    for row in rows:
        if row["state"] == "missing" and _says_nothing_here(row, closed):
            row["state"], row["value"], row["asked"] = "accepted", 0.0, ()
        if not row["asked"] or row["state"] not in ("question", "rejected"):
            continue
        answers = [(code, closed.get((row["unit"], row["sheet"], cell, code))) for code, cell in row["asked"]]
        if any(answer is None for _, answer in answers):
            continue
        value = row["candidate"]
        for code, answer in answers:
            number = parse_number(answer, integer=False)
            if number.counted:
                value = number.value
            elif not _taken(code, answer):
                value = None
                break
        if value is None:
            row["state"], row["value"], row["asked"] = "missing", float("nan"), ()
        elif value == value:  # a vague figure "as reported" has no value: it stays a question
            row["state"], row["value"], row["asked"] = "note", value, ()


def _says_nothing_here(row: dict, closed: Mapping[Key, str]) -> bool:
    """Whether the unit's blanks were answered at one go: it has nothing to report there (X10)."""
    return any(
        closed.get((row["unit"], row["sheet"], cell, code)) == NOTHING_HERE for code, cell in row["asked"]
    )


def settle_words(rows: list[dict], closed: Mapping[Key, str]) -> None:
    """Answers to what statements contradict: the word that holds is put in.

    After a lead's 无 beside another unit's 有 (X12) into every row that said otherwise.
    """
    answers = _by_cell({key: answer for key, answer in closed.items() if key[3] in _WORDS})
    for row in rows if answers else ():
        for key, cell in row["cells"].items():
            for code, answer in answers.get((row["unit"], row["sheet"], cell), ()):
                _answer_status(row, key, code, answer)
    for (unit, sheet, cell, code), answer in closed.items():
        if code != "X12":
            continue
        lead = next(
            r for r in rows if (r["unit"], r["sheet"]) == (unit, sheet) and cell in r["cells"].values()
        )
        key = next(key for key, place in lead["cells"].items() if place == cell)
        for row in rows:
            if row["commitment"] == lead["commitment"] and _get(row, key) not in (None, answer):
                _set(row, key, answer)


def _get(row: Mapping[str, Any], key: str) -> object:
    return row["done_by_year"].get(key.removeprefix("year:")) if key.startswith("year:") else row[key]


def settle_rows(rows: list[dict], closed: Mapping[Key, str]) -> list[dict]:
    """Rows that do not hang on an open question as a whole, or were answered to count."""
    return [
        row for row in rows if all(_taken(code, closed.get((row["unit"], row["sheet"], cell, code)))
                                   for code, cell in row["asked"])
    ]  # fmt: skip


def settle_schools(rows: list[dict], closed: Mapping[Key, str]) -> list[dict]:
    """Schools with answered types. One that hangs on an open question stays: nobody may pass by leaving it out."""
    kept = []
    for row in rows:
        answers = {code: closed.get((row["unit"], row["sheet"], cell, code)) for code, cell in row["asked"]}
        if all(answer is None or _taken(code, answer) for code, answer in answers.items()):
            kept.append(row | {"type": answers.get(_TYPE) or row["type"]})
    return kept


def as_reported(findings: Findings, closed: Mapping[Key, str]) -> dict[Key, str]:
    """The answers, with what was written put in for 按原数 where that has one reading (约30 is 30)."""
    written = {
        key_of(field): row["candidates"][0]
        for row in findings.rows
        if row["candidates"]
        for field in fields_of(row)
    }
    return {
        key: written.get(key, answer) if answer == AS_REPORTED else answer for key, answer in closed.items()
    }


def settle_statuses(rows: list[dict], closed: Mapping[Key, str], findings: Findings) -> list[dict]:
    """Statuses with the answers about single cells filled in."""
    kept = settle_rows(rows, closed)
    answers = _by_cell(as_reported(findings, closed))
    for row in kept:
        place = row["unit"], row["sheet"]
        for key, (asked, value) in row["held"].items():
            if all(_taken(code, closed.get((*place, cell, code))) for code, cell in asked):
                _set(row, key, value)
        for key, cell in row["cells"].items():
            for code, answer in answers.get((*place, cell), ()):
                _answer_status(row, key, code, answer)
    return kept


def _by_cell(closed: Mapping[Key, str]) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    """Rule and answer by unit, sheet and cell."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for (unit, sheet, cell, code), answer in closed.items():
        found.setdefault((unit, sheet, cell), []).append((code, answer))
    return found


def _answer_status(row: dict, key: str, code: str, answer: str) -> None:
    """One cell of a status with its answer: a number for a size, one of its choices for the others."""
    if key == "evidence":
        if code == "C57" and answer == VERIFIED:
            row["evidence"] = (VERIFIED,)
    elif key in _SIZES:
        number = parse_number(answer, integer=False)
        if number.counted:
            _set(row, key, number.value)
    elif code in (_TYPE, "C30", *_WORDS) and answer in _CHOICES.get(key.partition(":")[0], ()):
        _set(row, key, answer)


def _set(row: dict, key: str, value: object) -> None:
    if key.startswith("year:"):
        row["done_by_year"] = {**row["done_by_year"], key.removeprefix("year:"): value}
    else:
        row[key] = value


def settle_events(
    rows: list[dict], closed: Mapping[Key, str], findings: Findings, plan: Plan, rnd: Round
) -> None:
    """Events with answered days, numbers, tasks and indicators; one that hangs on an open question has state ``question``."""
    told = as_reported(findings, closed)
    answers = _by_cell({key: answer for key, answer in told.items() if key[3] != "C17"})
    for row in rows:
        place = row["unit"], row["sheet"]
        for key, cell in row["cells"].items():
            for code, answer in answers.get((*place, cell), ()):
                _answer_event(row, key, code, answer, plan, rnd)
        if any(code == "X27" and closed.get((*place, cell, code)) == SAME for code, cell in row["asked"]):
            row["state"] = "rejected"  # the other row has it
        elif row["state"] == "accepted" and any(
            not _taken(code, closed.get((*place, cell, code))) for code, cell in row["asked"]
        ):
            row["state"] = "question"


def _answer_event(row: dict, key: str, code: str, answer: str, plan: Plan, rnd: Round) -> None:
    day, number = parse_date(answer), parse_number(answer)
    if key == "date" and code in DATES and isinstance(day.value, dt.date):
        row["date"], row["state"] = day.value, event_state(day.value, plan, rnd)
    elif key == "participants" and parse_number(answer, integer=False).counted:
        row["participants"] = parse_number(answer, integer=False).value
    elif key == "task" and code in ("C50", "X26") and number.counted and 1 <= number.value <= len(plan.tasks):
        row["task"] = int(number.value)
    elif key == "indicator" and code == _TYPE and answer in {i.id for i in plan.indicators}:
        row["indicator"] = answer
