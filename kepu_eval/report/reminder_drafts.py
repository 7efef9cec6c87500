"""A unit's reminder as drafts in three forms, from the same sentences: a Word letter, a mail, a text for a chat.

Nothing is sent: a person looks at a draft, adds the address and sends it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from kepu_eval.plan import Plan, Round
from kepu_eval.report.archives import canonical_zip
from kepu_eval.report.blocks import SIMULATED, Cover, prose
from kepu_eval.report.open_items import without_personal_data
from kepu_eval.report.slips import slip_of
from kepu_eval.report.word import Letter, letter_file
from kepu_eval.report.wording import chinese_date, listed
from kepu_eval.returns import Returns
from kepu_eval.returns.reminding import Kind, Reminder

_BOUNDARY = "=_kepu-eval_="  # fixed, so that the same draft is the same file
_OFFICE = "vnd.openxmlformats-officedocument"
_MIME = {"docx": f"{_OFFICE}.wordprocessingml.document", "xlsx": f"{_OFFICE}.spreadsheetml.sheet"}
_LED = 5


@dataclass(frozen=True)
class Reminding:
    """What all drafts of a day share."""

    returns: Returns
    plan: Plan
    day: dt.date
    organisation: str = ""

    @property
    def round(self) -> Round:
        """The round that the drafts are about."""
        return self.plan.round(self.returns.round_id)


def draft(reminder: Reminder, about: Reminding) -> dict[str, bytes]:
    """A reminder's drafts as files by name: .docx, .eml (the letter attached), .txt; with a slip that is its own two files."""
    unit, name = str(reminder.row["unit_name"]), about.round.name
    stem = f"{reminder.step.name}-{reminder.kind}-{unit}"
    title, notice = f"关于{reminder.kind}{name}填报表的函", SIMULATED if about.returns.simulated else ""
    said, date = list(_said(reminder, about)), chinese_date(about.day)
    cover = Cover(title=title, organisation=about.organisation, date=date, notice=notice)
    body = [prose("{text}", text=text) for text in (*said, "特此函达。")]
    letter = canonical_zip(letter_file(Letter(cover, unit, body)))
    slip = {}
    if reminder.kind is Kind.SLIP:
        slip = slip_of(
            about.returns, about.plan, reminder.unit, issued=about.day, organisation=about.organisation
        )
    mail = "\n\n".join([f"{unit}：", *said, "\n".join(filter(None, [about.organisation, date]))])
    chat = "\n".join(filter(None, [f"【{notice or '提醒'}】{unit}：", *said[:2], about.organisation]))
    subject = title + (f"（{notice}）" if notice else "")
    return {
        f"{stem}.docx": letter,
        f"{stem}.eml": _mail(subject, mail, {f"{title}.docx": letter, **slip}),
        f"{stem}.txt": chat.encode("utf-8-sig"),
        **slip,
    }


def _said(reminder: Reminder, about: Reminding) -> Iterator[str]:
    """The sentences; the first two can stand alone."""
    due, name = chinese_date(about.round.due), about.round.name
    row: Mapping[str, Any] = reminder.row
    if reminder.kind is Kind.SLIP:
        counted = ((row["rejected"], "处须更正"), (row["questions"], "处待确认"))
        told = listed(f"{number}{what}" for number, what in counted if number)
        yield f"贵单位的{name}填报表收悉，其中有{told}，逐项见退回单。"
    else:
        yield _missing(row, name)
    if about.day <= about.round.due:
        yield f"报送期限为{due}（含当日），请于期限前{reminder.kind}。"
    else:
        yield f"报送期限（{due}）已过，请收到后尽快{reminder.kind}。"
    if reminder.kind is Kind.SLIP:
        yield "更正、确认之前，这些数字暂不计入评估，既不按零计算，也不视为完成。"
    elif led := row["leads"]:
        titles = listed((f"“{about.plan.task(number).title}”" for number in led), _LED)
        yield f"贵单位牵头的{len(led)}项任务（{titles}）以此为依据；没有报送的列为数据不足，既不按零计算，也不视为完成。"
    yield "如已办理，请告知我们核对；如有困难，我们将协助办理。"


def _missing(row: Mapping[str, Any], name: str) -> str:
    files = listed(f"“{without_personal_data(file)}”" for file in row["files"])
    if not files:
        return f"尚未收到贵单位的{name}填报表。"
    why = "无法读取" if row["status"] == "无法读取" else "不是本轮填报表"
    return f"收到贵单位的{files}，{why}，请用下发的{name}填报模板重新报送。"


def _mail(subject: str, text: str, attached: Mapping[str, bytes]) -> bytes:
    """A mail that programs open as a draft, without sender and addressee."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["X-Unsent"] = subject, "1"
    mail.set_content(text, cte="base64")
    for name, content in attached.items():
        mail.add_attachment(content, "application", _MIME[name.rpartition(".")[2]], filename=name)
    mail.set_boundary(_BOUNDARY)
    return mail.as_bytes()
