"""活动台账: rows turned into events, each counted, kept aside or refused by its date."""

from __future__ import annotations

import datetime as dt
import re

from kepu_eval.plan import Plan, Round
from kepu_eval.returns.cells import Parsed
from kepu_eval.returns.days import parse_date
from kepu_eval.returns.evidence_rows import evidence_ids
from kepu_eval.returns.findings import as_found
from kepu_eval.returns.rows import task_number
from kepu_eval.returns.sent import Sent, item_key
from kepu_eval.returns.tables import Row, Table
from kepu_eval.returns.wording import PERSONS, VERBS, bare_figure
from kepu_eval.safe_text import tidy

_HEADS = re.compile(rf"(?:[\d,]+|[零〇一二两三四五六七八九十百千]+)((?:人|名|位)(?:{PERSONS}|{VERBS})*)")
_INDICATOR = re.compile(r"(?:指标)?(?:编?号)?[:：]?([A-Za-z]{1,3}\d+)(?![A-Za-z\d.])[^A-Za-z\d]*")
_NUMBER_ALONE = re.compile(r"^(?:指标)?(?:编?号)?[:：]?(\d+)$")
_NO_INDICATOR = re.compile(r"无(?:此项|对应|关联|对应指标|关联指标)?|没有|不(?:涉及|对应|关联)|[-—–/\\]+")
_SHORTEST_NAME = 4  # of an indicator, in part
_MOST_PEOPLE = 1_000_000  # at one event of a district
_ASKED_ABOUT = (
    "date",
    "title",
    "participants",
    "task",
    "indicator",
    "organiser",
    "co_organisers",
    "evidence",
)


def read_events(sent: Sent, table: Table) -> None:
    """活动台账: one event a row; outside the window it is kept aside, after the as-of date it is refused."""
    for row in sent.usable_rows(table):
        date = parse_date(row.raw("date"), table.grid.worded.get(row.cell("date"), ""))
        if date.state == "missing" and row.cell(
            "date"
        ):  # an event that counts nowhere, unless somebody is asked
            date = Parsed("question", None, "C42", "没有填日期", "请填具体日期，如2023-05-20")
        people = sent.number(row, "participants", unit=_persons(row), most=_MOST_PEOPLE)
        indicator = _indicator(sent, row)
        affects = (indicator,) if indicator else ()
        for key, parsed in (("date", date), ("participants", people)):
            sent.tell(row, key, parsed, affects)
        state = event_state(date.value, sent.plan, sent.round) if date.counted else date.state
        if state == "note":
            sent.findings.add("C44", "note", f"{row.name}在规划期之前，未计", **sent.at(row, "date"))
        elif state == "rejected" and date.counted:
            sent.findings.add("C45", "rejected", f"{row.name}晚于数据截止日{sent.round.as_of.isoformat()}",
                              "请移到下一轮填报", **sent.at(row, "date"))  # fmt: skip
        sent.parts["events"].append(
            {
                "number": row.text("number"),
                "date": date.value if date.counted else None,
                "title": row.text("title"),
                "place": row.text("place"),
                "participants": people.value if people.counted else float("nan"),
                "task": task_number(sent, row),
                "indicator": indicator,
                "organiser": row.text("organiser"),
                "co_organisers": row.text("co_organisers"),
                "evidence": evidence_ids(sent, row),
                "state": "question" if state == "missing" else state,
                **sent.source(row),
                "group": "",
                "main": True,
                "cells": {key: row.cell(key) for key in _ASKED_ABOUT},
                "asked": tuple(a for key in table.columns for a in row.asked_of(key)),
            }
        )


def _persons(row: Row) -> str:
    """What the head-count of one event is counted in: whoever was at it was there once, so 70人, 70名群众 are 70人次."""
    heads = _HEADS.fullmatch(bare_figure(row.text("participants"), row.said("participants")[0]))
    return heads[1] if heads else "人次"


def _indicator(sent: Sent, row: Row) -> str:
    """The indicator an event counts for; another number would keep the event from being seen as told twice."""
    text = row.text("indicator")
    known = [i.id for i in sent.plan.indicators]
    if not text or _NO_INDICATOR.fullmatch(text):
        return ""
    alone = _INDICATOR.fullmatch(text)
    named = [i.id for i in sent.plan.indicators if len(text) >= _SHORTEST_NAME and text in tidy(i.name)]
    number = alone[1] if alone else _NUMBER_ALONE.sub(rf"{known[0][0]}\1", text)
    indicator = named[0] if len(named) == 1 else sent.known_items.get(item_key(number), number.upper())
    if indicator not in known:
        sent.findings.add("X03", "rejected", f"{row.cell('indicator')}关联指标“{as_found(text)}”不在方案中",
                          f"请填一个指标号（{known[0]}—{known[-1]}），不对应指标的留空", **sent.at(row, "indicator"),
                          candidates=tuple(known))  # fmt: skip
        return ""
    return indicator


def event_state(date: dt.date, plan: Plan, rnd: Round) -> str:
    """``accepted`` within the plan's window, ``note`` before it, ``rejected`` after the as-of date."""
    if date > rnd.as_of:
        return "rejected"
    return "note" if date < dt.date(plan.meta.first_year, 1, 1) else "accepted"
