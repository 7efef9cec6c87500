"""A round's dates as a calendar file for the office, and the drafts of a day in a folder."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from icalendar import Calendar, Event

from kepu_eval.files import holds, write_whole
from kepu_eval.plan import Plan, Round
from kepu_eval.report.reminder_drafts import Reminding, draft
from kepu_eval.returns import Ledger
from kepu_eval.returns.reminding import STEPS, Kind, Reminder, drafted, keep_drafted, reminders

LIST = "今日名单.csv"
_TODO = "核对报送情况：kepu-eval collect 收表，再运行 kepu-eval calendar，查看当天提醒的草稿，由人发出。"


def calendar_file(plan: Plan, rnd: Round) -> bytes:
    """The round's due date and the days of its reminders as an .ics file (RFC 5545), all-day events.

    An event keeps its UID when its date changes, so that a calendar moves it instead of adding another.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//kepu-eval//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{plan.meta.district}{rnd.name}")
    days = [(step.name, step.day(rnd.due), f"{rnd.name}：{step.name}，查看提醒草稿", _TODO) for step in STEPS]
    days.append(("期限", rnd.due, f"{rnd.name}填报表报送期限", "当日为最后一天。"))
    for name, day, summary, text in sorted(days, key=lambda each: each[1]):
        event = Event()
        event.add("uid", f"{rnd.id}-{name}-{plan.meta.district}@kepu-eval")
        event.add("dtstamp", dt.datetime.combine(rnd.due, dt.time(), dt.UTC))  # fixed: same round, same file
        event.add("dtstart", day)
        event.add("dtend", day + dt.timedelta(days=1))
        event.add("summary", summary)
        event.add("description", text)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()


def draft_day(
    ledger: Ledger, plan: Plan, round_id: str, day: dt.date, out: Path, organisation: str = ""
) -> list[Reminder]:
    """Draft what is owed on a day into ``out/<day>`` with a list of it, note it in the ledger, and return it.

    What was drafted before is not drafted again, and a draft that is there is left as it is: who ran this twice a day has
    the same files, with their own changes. The round's calendar is written into ``out``.
    """
    rnd, returns = plan.round(round_id), ledger.returns(plan, round_id)
    found = reminders(returns, plan, day, drafted(ledger, rnd))
    about, folder = Reminding(returns, plan, day, organisation), out / day.isoformat()
    out.mkdir(parents=True, exist_ok=True)
    _write_changed(out / f"{rnd.name}日程.ics", calendar_file(plan, rnd))
    if found:
        folder.mkdir(exist_ok=True)
        for reminder in found:
            for name, content in draft(reminder, about).items() if reminder.needed else ():
                if not (folder / name).exists():
                    write_whole(folder / name, content)
        _write_changed(folder / LIST, _listed(found))
        keep_drafted(ledger, rnd, day, found)
    return found


def _write_changed(path: Path, content: bytes) -> None:
    """Write a file unless it says that already: it may be open in another program."""
    if not holds(path, content):
        write_whole(path, content)


def situation(reminder: Reminder) -> str:
    """How a unit stands, in a list."""
    row = reminder.row
    if not reminder.needed:
        return "情况已变，不必发"
    if reminder.kind is Kind.RETURN:
        return str(row["status"])
    return "、".join(
        f"{what}{row[key]}处" for what, key in (("待核", "questions"), ("退回", "rejected")) if row[key]
    )


def _listed(found: list[Reminder]) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["单位", "提醒", "内容", "情况"])
    rows.writerows([str(r.row["unit_name"]), r.step.name, r.kind.value, situation(r)] for r in found)
    return text.getvalue().encode("utf-8-sig")
