"""Drafts of a day's reminders and the calendar of a round: what stands in the files, and that they come once."""

import datetime as dt
import email
import io
from email.policy import default

import docx
import pytest
from click.testing import CliRunner
from icalendar import Calendar

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.report.reminder_drafts import Reminding, draft
from kepu_eval.report.round_calendar import calendar_file
from kepu_eval.returns import Ledger
from kepu_eval.returns.reminding import reminders
from tests.returns.test_reminding import ASKED, FINE, NOTHING, ROUND, UNITS, UNREADABLE, day, standing_of

PLAN = load_plan()
FIRST = PLAN.units[0]


def drafts_of(state, offset, **changes):
    returns = standing_of(dict.fromkeys(UNITS, FINE) | {FIRST.id: state})
    if changes:
        table = returns.submissions
        for column, value in changes.items():
            table.loc[table["unit"].eq(FIRST.id), column] = value
    (found,) = reminders(returns, PLAN, day(offset), {})
    return draft(found, Reminding(returns, PLAN, day(offset), "区科协"))


def opened(files, end):
    (body,) = [body for name, body in files.items() if name.endswith(end) and not name.startswith("退回单")]
    return body


def letter_of(body):
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs)


def test_letter_mail_and_chat_say_the_same():
    files = drafts_of(NOTHING, -1)
    assert sorted(files) == [f"临期-报送-{FIRST.name}{end}" for end in (".docx", ".eml", ".txt")]
    letter, chat = letter_of(opened(files, ".docx")), opened(files, ".txt").decode("utf-8-sig")
    mail = email.message_from_bytes(opened(files, ".eml"), policy=default)
    for sentence in (
        f"尚未收到贵单位的{ROUND.name}填报表。",
        "报送期限为2024年1月20日（含当日），请于期限前报送。",
    ):
        assert all(sentence in text for text in (letter, chat, mail.get_body().get_content()))
    assert "（示例数据）" in letter
    assert "示例数据" in mail["Subject"]
    assert "示例数据" in chat
    assert letter_of(next(mail.iter_attachments()).get_content()) == letter
    assert mail["X-Unsent"] == "1"
    assert mail["To"] is mail["From"] is None  # never sent by itself


def test_after_the_due_date_nobody_is_asked_to_keep_it():
    letter = letter_of(opened(drafts_of(NOTHING, 1), ".docx"))
    assert "报送期限（2024年1月20日）已过，请收到后尽快报送。" in letter
    assert "请于期限前" not in letter


def test_open_questions_are_reminded_of_with_the_slip():
    files = drafts_of(ASKED, -1)
    assert f"退回单-{FIRST.name}.xlsx" in files
    assert "其中有1处待确认，逐项见退回单。" in letter_of(opened(files, ".docx"))
    mail = email.message_from_bytes(opened(files, ".eml"), policy=default)
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert attached[f"退回单-{FIRST.name}.xlsx"] == files[f"退回单-{FIRST.name}.xlsx"]


def test_a_file_that_cannot_be_read_is_named_without_personal_data():
    letter = letter_of(opened(drafts_of(UNREADABLE, 1, file="填报表13947212345.xlsx"), ".docx"))
    assert "无法读取，请用下发的2023年中期自查评估填报模板重新报送。" in letter
    assert "13947212345" not in letter


def test_the_same_draft_is_the_same_file():
    assert drafts_of(ASKED, -1) == drafts_of(ASKED, -1)


def test_the_calendar_can_be_read_and_moves_when_the_date_does():
    def events(rnd):
        content = calendar_file(PLAN, rnd)
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        return {
            str(e["uid"]): (e["dtstart"].dt, str(e["summary"]))
            for e in Calendar.from_ical(content).walk("VEVENT")
        }

    now = events(ROUND)
    assert sorted(date for date, _ in now.values()) == [dt.date(2024, 1, d) for d in (13, 19, 20, 21, 27)]
    assert (ROUND.due, f"{ROUND.name}填报表报送期限") in now.values()
    later = events(
        ROUND.model_copy(update={"due": dt.date(2024, 2, 1), "name": "一轮；名称,带逗号\\和反斜线"})
    )
    assert later.keys() == now.keys()
    assert (dt.date(2024, 2, 1), "一轮；名称,带逗号\\和反斜线填报表报送期限") in later.values()


@pytest.fixture
def kepu(tmp_path):
    Ledger(tmp_path / "ledger.sqlite", must_exist=False).close()

    def run(date):
        words = ["calendar", "--round", ROUND.id, "--date", date]
        result = CliRunner().invoke(
            main, [*words, "--ledger", str(tmp_path / "ledger.sqlite"), "--out", str(tmp_path / "日程")]
        )
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_a_ledger_that_is_not_there_is_no_round_without_returns(tmp_path):
    words = ["--ledger", str(tmp_path / "typo.sqlite"), "--out", str(tmp_path / "日程")]
    result = CliRunner().invoke(main, ["calendar", "--round", ROUND.id, "--date", "2024-01-21", *words])
    assert result.exit_code == 2
    assert "请先收表" in result.output
    assert list(tmp_path.iterdir()) == []


def test_twice_a_day_is_as_once_and_what_a_person_changed_stays(kepu, tmp_path):
    said = kepu("2024-01-21")
    assert said.count("未报送") == 24  # nothing was collected yet
    folder = tmp_path / "日程" / "2024-01-21"
    assert len(list(folder.iterdir())) == 24 * 3 + 1
    changed, gone = (folder / f"催报-报送-{unit.name}.txt" for unit in PLAN.units[:2])
    changed.write_text("改过", encoding="utf-8")
    gone.unlink()
    assert kepu("2024-01-21") == said
    assert changed.read_text(encoding="utf-8") == "改过"
    assert gone.exists()
    assert "没有要提醒的单位，或已提醒过" in kepu("2024-01-22")
    assert not (tmp_path / "日程" / "2024-01-22").exists()
    assert (tmp_path / "日程" / f"{ROUND.name}日程.ics").is_file()


@pytest.mark.parametrize("written", ["2024/1/21", "2024年1月21日", "2024.1.21"])
def test_a_day_is_taken_as_it_is_written(kepu, written):
    assert kepu(written) == kepu("2024-01-21")


@pytest.mark.parametrize("command", ["calendar", "slips"])
def test_what_is_no_day_is_refused_in_chinese(command, tmp_path):
    found = CliRunner().invoke(
        main, [command, "--round", ROUND.id, "--date", "明天", "--out", str(tmp_path / "x")]
    )
    assert found.exit_code == 2
    assert "“明天”不是日期" in found.output
    assert "Invalid value" not in found.output
