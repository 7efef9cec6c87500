"""Answers put into the rows that hang on them. Rows are changed in place; the caller owns them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from kepu_eval.plan import Plan, Round
from kepu_eval.returns.cells import NOTHING_HERE, parse_date, parse_number
from kepu_eval.returns.decisions import (
    AS_REPORTED,
    COUNT,
    LEAVE_OUT,
    SWITCHED_OFF,
    VERIFIED,
    YES,
    Decision,
    Decisions,
    Key,
    key_of,
)
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.rows import event_state

_TAKEN = (AS_REPORTED, COUNT, YES)
_TYPE = "X03"  # a choice that was asked about; of a school: its type, answered by naming one of the plan's


def _taken(code: str, answer: str | None) -> bool:
    return answer in _TAKEN or (code == _TYPE and answer not in (None, LEAVE_OUT))


def close(findings: Findings, decisions: Decisions) -> dict[Key, str]:
    """Fill ``answer`` of every question that is decided; the answers by key.

    A check that was switched off counts as answered 按原数, with its reason. A decision about another value lapses,
    which a finding of severity ``info`` says.
    """
    closed = {}
    for row in list(findings.rows):
        if row["severity"] not in ("question", "rejected", "note") or row["answer"]:
            continue
        if row["code"] in decisions.off:
            row["severity"], row["answer"] = "info", f"{SWITCHED_OFF}{decisions.off[row['code']]}"
            closed[key_of(row)] = AS_REPORTED
        elif row["severity"] == "question":
            found, lapsed = decisions.about(row), decisions.lapsed(row)
            if found:
                row["answer"] = closed[key_of(row)] = found.answer
            elif lapsed:
                findings.rows.append(
                    {**row, "severity": "info", "remedy": "请重新答复",
                     "message": _lapsed(row, lapsed)}
                )  # fmt: skip
    return closed


def _lapsed(row: Mapping[str, object], decision: Decision) -> str:
    told = f"{row['cell']}原答复“{decision.answer}”针对"
    if decision.item in ("", row["item"]):
        return f"{told}“{decision.value}”，该格已改为“{row['value']}”，答复失效"
    return f"{told}{decision.item}“{decision.value}”，该格现为{row['item']}“{row['value']}”，答复失效"


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
    """Answers to a lead's 无 beside another unit's 有 (X12): the word that holds is put into the rows that said otherwise."""
    for (unit, sheet, cell, code), answer in closed.items():
        if code != "X12":
            continue
        lead = next(r for r in rows if (r["unit"], r["sheet"]) == (unit, sheet) and cell in r["cells"].values())
        key = next(key for key, place in lead["cells"].items() if place == cell)
        for row in rows:
            if row["commitment"] == lead["commitment"] and _get(row, key) not in (None, answer):
                _set(row, key, answer)


def _get(row: Mapping[str, object], key: str) -> object:
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


def settle_statuses(rows: list[dict], closed: Mapping[Key, str], findings: Findings) -> list[dict]:
    """Statuses with the answers about single cells filled in."""
    kept = settle_rows(rows, closed)
    chosen = {key_of(row): row["answer"] for row in findings.rows if row["code"] == _TYPE and row["answer"]}
    for row in kept:
        place = row["unit"], row["sheet"]
        for key, (asked, value) in row["held"].items():
            if all(_taken(code, closed.get((*place, cell, code))) for code, cell in asked):
                _set(row, key, value)
        for key, cell in row["cells"].items():
            answer = chosen.get((*place, cell, _TYPE))
            if answer and answer != LEAVE_OUT:
                _set(row, key, answer)
        cell = row["cells"].get("evidence", "")
        if closed.get((*place, cell, "C57")) == VERIFIED:
            row["evidence"] = (VERIFIED,)
    return kept


def _set(row: dict, key: str, value: object) -> None:
    if key.startswith("year:"):
        row["done_by_year"] = {**row["done_by_year"], key.removeprefix("year:"): value}
    else:
        row[key] = value


def settle_events(rows: list[dict], closed: Mapping[Key, str], plan: Plan, rnd: Round) -> None:
    """Events with answered days and numbers; one that hangs on an open question has state ``question``."""
    numbers = {
        key[:3]: parse_number(answer, integer=False) for key, answer in closed.items() if key[3] != "C17"
    }
    for row in rows:
        place = row["unit"], row["sheet"]
        for code in ("C42", "C43"):
            day = parse_date(closed.get((*place, row["cells"].get("date", ""), code)))
            if isinstance(day.value, dt.date):
                row["date"], row["state"] = day.value, event_state(day.value, plan, rnd)
        number = numbers.get((*place, row["cells"].get("participants", "")))
        if number and number.counted:
            row["participants"] = number.value
        if row["state"] == "accepted" and any(
            not _taken(code, closed.get((*place, cell, code))) for code, cell in row["asked"]
        ):
            row["state"] = "question"
