"""The ledger: it only grows, a collect is all or nothing, and what it holds reads like the files."""

import datetime as dt
import random
import shutil
import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from openpyxl import load_workbook

from kepu_eval.returns import Ledger, LedgerError, collect, export_decisions, read_decisions, read_round
from kepu_eval.returns.decision_book import QUESTIONS
from kepu_eval.returns.decisions import EXCEPTION_COLUMNS, SAME, Decisions
from kepu_eval.returns.differences import differences
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW, NUMBERS
from kepu_eval.returns.ledger_file import migrate
from kepu_eval.returns.ledger_schema import MIGRATIONS
from kepu_eval.returns.model import COLUMNS
from tests.returns.conftest import PLAN, ROUND, event_row, years

EXAMPLE = "data/example/2023-midterm"
AT = dt.datetime(2024, 1, 25, 9, 0)
THREE = {"y2021": 380, "y2022": 310, "y2023": 520}


@pytest.fixture
def ledger(tmp_path_factory):
    with Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite", must_exist=False) as book:
        yield book


def take(folder, ledger, at=AT):
    return collect(folder, PLAN, ROUND, ledger, at=at)


def q08(returns, period="2023"):
    rows = returns.observations
    return rows[rows["unit"].eq("U09") & rows["indicator"].eq("Q08") & rows["period"].eq(period)].iloc[0]


def test_the_ledger_gives_back_what_the_files_say(ledger):
    take(EXAMPLE, ledger)
    direct, stored = read_round(EXAMPLE, PLAN, ROUND), ledger.returns(PLAN, ROUND)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(getattr(direct, name), getattr(stored, name), obj=name)
    assert stored.simulated


def test_collecting_twice_changes_nothing(ledger):
    first = take(EXAMPLE, ledger)
    before = ledger.digest()
    again = take(EXAMPLE, ledger, AT + dt.timedelta(days=3))
    assert (again.added, again.closed, again.unchanged) == ([], [], first.added)
    assert ledger.digest() == before


def test_a_resubmission_supersedes_and_the_history_stays(send, ledger):
    take(send("区农牧局", years("Q08", **THREE)), ledger)
    done = take(send("区农牧局", years("Q08", **{**THREE, "y2023": 540})), ledger)
    assert (done.added, done.closed) == (["区农牧局.xlsx"], ["区农牧局.xlsx"])
    assert q08(ledger.returns(PLAN, ROUND))["value"] == 540
    log = ledger.log(ROUND)
    assert log["替代"].tolist()[1] == 1
    assert log["失效时间"].notna().tolist() == [True, False]
    assert q08_of(ledger.submission(1)) == 520


def q08_of(submission):
    return next(
        r["value"]
        for r in submission.parts["observations"]
        if (r["indicator"], r["period"]) == ("Q08", "2023")
    )


def test_the_difference_of_two_submissions_names_each_cell(send, ledger):
    take(send("区农牧局", {**years("Q08", **THREE), **event_row()}), ledger)
    take(send("区农牧局", {**years("Q08", **{**THREE, "y2023": 540}), **event_row(地点="某村")}), ledger)
    before, after = (ledger.submission(number) for number in ledger.history(ROUND, "U09"))
    changed = differences(before, after)
    assert changed[["工作表", "行", "项目", "原值", "现值"]].to_numpy().tolist() == [
        [NUMBERS, "Q08", "2023年", "520", "540"],
        [EVENTS, "EV001", "地点", "某镇", "某村"],
    ]
    assert changed["现单元格"].tolist() == ["I6", "D6"]


def test_an_inserted_event_is_one_difference(send, ledger):
    take(send("区农牧局", event_row()), ledger)

    def insert(book):
        page = book[EVENTS]
        for column in range(1, 11):
            page.cell(FIRST_ROW + 1, column).value = page.cell(FIRST_ROW, column).value
            page.cell(FIRST_ROW, column).value = None
        page.cell(FIRST_ROW, 1).value, page.cell(FIRST_ROW, 3).value = "EV000", "讲座"

    take(send("区农牧局", event_row(), spoil=insert), ledger)
    changed = differences(*(ledger.submission(number) for number in ledger.history(ROUND, "U09")))
    assert set(changed["行"]) == {"EV000"}


def test_a_damaged_resubmission_does_not_take_the_good_ones_place(send, ledger):
    folder = send("区农牧局", years("Q08", **THREE))
    take(folder, ledger)
    (folder / "区农牧局.xlsx").write_bytes(b"PK\x03\x04damaged")
    take(folder, ledger)
    returns = ledger.returns(PLAN, ROUND)
    assert q08(returns)["value"] == 520
    assert set(returns.submissions.query("unit == 'U09'")["status"]) == {"未注明日期", "无法读取"}
    assert take(folder, ledger).added == []


def test_a_second_file_is_asked_about_until_it_leaves_the_folder(send, ledger):
    send("区农牧局", years("Q08", **THREE))
    folder = send("区农牧局", years("Q08", **{**THREE, "y2023": 600}), name="区农牧局（最终版2）.xlsx")
    take(folder, ledger)
    assert pd.isna(q08(ledger.returns(PLAN, ROUND))["value"])
    (folder / "区农牧局（最终版2）.xlsx").unlink()
    assert take(folder, ledger).closed == ["区农牧局（最终版2）.xlsx"]
    assert q08(ledger.returns(PLAN, ROUND))["value"] == 520


def test_units_that_are_not_in_the_folder_keep_what_they_sent(send, ledger, tmp_path_factory):
    take(send("区农牧局", years("Q08", **THREE)), ledger)
    other = tmp_path_factory.mktemp("later")
    shutil.copy(send("区妇联") / "区妇联.xlsx", other)
    take(other, ledger)
    assert q08(ledger.returns(PLAN, ROUND))["value"] == 520


def test_evidence_files_that_come_later_are_seen(send, ledger):
    def listed(book):
        for row, (number, file) in enumerate((("P1", "a.jpg"), ("P2", "b.jpg")), FIRST_ROW):
            for column, value in ((1, number), (2, "照片"), (5, file)):
                book[EVIDENCE].cell(row, column).value = value

    folder = send("区农牧局", spoil=listed)
    take(folder, ledger)
    place = folder / "佐证" / "区农牧局"
    place.mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (place / name).write_bytes(b"\xff\xd8\xff the same")
    assert take(folder, ledger).added == ["区农牧局.xlsx"]
    assert "C58" in set(ledger.returns(PLAN, ROUND).findings["code"])
    assert take(folder, ledger).unchanged == ["区农牧局.xlsx"]


def test_every_row_leads_to_file_hash_sheet_and_cell(send, ledger):
    folder = send("区农牧局", years("Q08", **THREE))
    take(folder, ledger)
    with closing(sqlite3.connect(ledger.path)) as db:
        rows = pd.read_sql(
            "SELECT * FROM current_observations WHERE indicator = 'Q08' AND period = '2023'", db
        )
    row = rows.iloc[0]
    assert (row["file"], row["value"]) == ("区农牧局.xlsx", 520)
    assert load_workbook(folder / row["file"])[row["sheet"]][row["cell"]].value == 520
    assert len(row["sha256"]) == 64


@pytest.mark.parametrize("table", ["observations", "cells", "findings", "collects", "submissions"])
def test_nothing_is_ever_overwritten_or_deleted(send, ledger, table):
    take(send("区农牧局", years("Q08", **THREE)), ledger)
    with closing(sqlite3.connect(ledger.path)) as db:
        with pytest.raises(sqlite3.IntegrityError, match="台账只增不删"):
            db.execute(f"DELETE FROM {table}")
        column = {"collects": "folder", "submissions": "file", "findings": "message", "cells": "value"}.get(
            table, "raw"
        )
        with pytest.raises(sqlite3.IntegrityError, match="台账只增不改"):
            db.execute(f"UPDATE {table} SET {column} = 'x'")


@pytest.mark.parametrize("private", ["11010519491231002X", "13800138000"])
def test_personal_data_never_reaches_the_ledger(send, ledger, private):
    send("区农牧局", event_row(地点=private), name=f"区农牧局{private}.xlsx")
    folder = send("区妇联", event_row(活动名称=f"联系{private}"))
    take(folder, ledger)
    ledger.close()
    for file in ledger.path.parent.iterdir():
        assert private.encode() not in file.read_bytes()


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    (tmp_path / "x.sqlite").write_bytes(
        b"this is not a database, but it is long enough to be taken for one" * 20
    )
    with pytest.raises(LedgerError, match=r"“x.sqlite”不是台账文件或已损坏"):
        Ledger(tmp_path / "x.sqlite")
    with pytest.raises(LedgerError, match="请先收表"):
        Ledger(tmp_path / "absent.sqlite")


def test_a_ledger_of_a_newer_version_is_not_touched(ledger):
    path = ledger.path
    ledger.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="请升级"):
        Ledger(path)


def test_an_older_ledger_is_brought_up_to_date(tmp_path):
    path = tmp_path / "old.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    migrate(db, MIGRATIONS[:1])
    db.execute("INSERT INTO collects (round, folder, simulated, collected_at) VALUES ('r', 'f', 0, 't')")
    db.close()
    with Ledger(path) as book:
        assert book.read("SELECT folder FROM collects")["folder"].tolist() == ["f"]
        assert book.read("SELECT count(*) AS n FROM current_submissions")["n"].tolist() == [0]


def test_a_ledger_of_the_second_version_gets_the_tables_of_supervision(tmp_path):
    path = tmp_path / "second.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    migrate(db, MIGRATIONS[:2])
    db.execute("INSERT INTO imports (round, file, sha256, imported_at) VALUES ('r', 'f', '0', 't')")
    db.close()
    with Ledger(path) as book:
        assert book.decisions("r").exceptions.empty
        for view in ("current_rectification", "current_spot_check_results"):
            assert book.read(f"SELECT * FROM {view}").empty
        assert book.read("PRAGMA user_version").iloc[0, 0] == len(MIGRATIONS)


def test_answers_of_the_third_version_stay_in_force(tmp_path):
    path = tmp_path / "third.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    migrate(db, MIGRATIONS[:3])
    db.execute("INSERT INTO imports (id, round, file, sha256, imported_at) VALUES (1, 'r', 'f', '0', 't')")
    db.execute("INSERT INTO decisions VALUES (1, 'u', 's', 'C3', 'C20', '约30', '31', '', '')")
    db.close()
    with Ledger(path) as book:
        answers = book.decisions("r").answers
    decision = answers["u", "s", "C3", "C20"]
    assert decision.item == ""
    assert decision.about({"value": "约30", "item": "甲校·2023春"})


def test_exceptions_stay_with_the_ledger(ledger):
    told = pd.DataFrame([["Q06", "理由", "区政府", "5号", "2024-01-01", "2024-06-30", "f", "例外批准", "A2"]],
                        columns=EXCEPTION_COLUMNS)  # fmt: skip
    ledger.keep_decisions(ROUND, Decisions(exceptions=told), "f", "1", AT)
    pd.testing.assert_frame_equal(ledger.decisions(ROUND).exceptions, told)
    with closing(sqlite3.connect(ledger.path)) as db, pytest.raises(sqlite3.IntegrityError, match="只增不改"):
        db.execute("UPDATE exceptions SET valid_until = '2099-12-31'")


def test_a_migration_that_fails_leaves_the_old_version(tmp_path):
    db = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    migrate(db, MIGRATIONS[:1])
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, (MIGRATIONS[0], ("CREATE TABLE extra (a)", "this is no SQL")))
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    assert "extra" not in tables
    assert db.execute("PRAGMA user_version").fetchone()[0] == 1


# --- decisions


def answered(ledger, path, code, value, **extra):
    """Export the open questions, answer those of one rule, import; the returns afterwards."""
    returns = ledger.returns(PLAN, ROUND)
    export_decisions(returns, PLAN, path, ledger.decisions(ROUND))
    book = load_workbook(path)
    page = book[QUESTIONS]
    titles = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        if page.cell(row, titles["规则"]).value == code:
            page.cell(row, titles["答复"]).value = value
            for title, text in extra.items():
                page.cell(row, titles[title]).value = text
    book.save(path)
    ledger.keep_decisions(ROUND, read_decisions(path, PLAN), path.name, str(random.random()), AT)
    return ledger.returns(PLAN, ROUND)


def test_a_decision_survives_collecting_again_and_says_by_whom_and_when(send, ledger, tmp_path):
    folder = send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="约520人次")})
    take(folder, ledger)
    after = answered(ledger, tmp_path / "d.xlsx", "C20", 512, 答复人="张评估", 答复日期=dt.date(2024, 2, 1))
    assert (q08(after)["value"], q08(after)["state"]) == (512, "note")
    take(folder, ledger, AT + dt.timedelta(days=9))
    assert q08(ledger.returns(PLAN, ROUND))["value"] == 512
    decision = next(iter(ledger.decisions(ROUND).answers.values()))
    assert (decision.by, decision.on) == ("张评估", "2024-02-01")


def test_a_decision_lapses_with_a_notice_when_its_cell_changes(send, ledger, tmp_path):
    take(send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="约520人次")}), ledger)
    answered(ledger, tmp_path / "d.xlsx", "C20", 512)
    take(send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="约530人次")}), ledger)
    returns = ledger.returns(PLAN, ROUND)
    assert pd.isna(q08(returns)["value"])
    notice = returns.findings[returns.findings["message"].str.contains("答复失效")].iloc[0]
    assert "“512”针对“约520人次”，该格已改为“约530人次”" in notice["message"]


def test_the_offices_record_is_kept_as_the_last_workbook_had_it(ledger):
    columns = ["item", "unit", "state", "basis", "note", "file", "sheet", "cell"]
    first, last = (
        Decisions(record=pd.DataFrame([[*row, "d.xlsx", "阶段任务", "F3"]], columns=columns))
        for row in (("PH1.2", "", "无", "", ""), ("M07", "U02", "有", "发〔2023〕1号", "已印发"))
    )
    for number, told in enumerate((first, last)):
        ledger.keep_decisions(ROUND, told, "d.xlsx", str(number), AT)
    kept = ledger.decisions(ROUND).record
    assert kept.to_numpy().tolist() == last.record.to_numpy().tolist()


def test_a_decision_can_be_withdrawn(send, ledger, tmp_path):
    take(send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023="约520人次")}), ledger)
    answered(ledger, tmp_path / "d.xlsx", "C20", 512)
    after = answered(ledger, tmp_path / "d.xlsx", "C20", "撤回")
    assert q08(after)["state"] == "question"


@pytest.mark.parametrize(
    ("raw", "code", "answer", "expected"),
    [
        ("300人", "C26", "300", 300),
        ("300人", "C26", "按原数", 300),
        ("/", "C28", "0", 0),
        ("/", "C28", "不适用", None),
        (5200, "C40", "按原数", 5200),
        (5200, "C40", 520, 520),
        (5200, "C40", "不计入", None),
    ],
)
def test_what_an_answer_does_to_a_figure(send, ledger, tmp_path, raw, code, answer, expected):
    take(send("区农牧局", {**years("Q08", **THREE), **years("Q08", y2023=raw)}), ledger)
    row = q08(answered(ledger, tmp_path / "d.xlsx", code, answer))
    assert (row["value"] if expected is not None else row["state"]) == (
        expected if expected is not None else "missing"
    )


def test_yearly_figures_that_look_cumulative_count_once_confirmed(send, ledger, tmp_path):
    take(send("区农牧局", years("Q08", y2021=380, y2022=690, y2023=1210)), ledger)
    assert pd.isna(q08(ledger.returns(PLAN, ROUND), "2021")["value"])
    after = answered(ledger, tmp_path / "d.xlsx", "X05", "按原数")
    assert [q08(after, str(y))["value"] for y in (2021, 2022, 2023)] == [380, 690, 1210]


def test_a_renamed_column_and_a_hidden_row_count_once_confirmed(send, ledger, tmp_path):
    def spoil(book):
        book[NUMBERS]["I4"].value = "2023年完成情况"
        book[EVENTS].row_dimensions[FIRST_ROW].hidden = True

    take(send("区农牧局", {**years("Q08", **THREE), **event_row()}, spoil=spoil), ledger)
    after = answered(ledger, tmp_path / "d.xlsx", "C12", "是")
    assert q08(after)["value"] == 520
    after = answered(ledger, tmp_path / "d.xlsx", "C15", "计入")
    assert after.events["state"].tolist() == ["accepted"]


def test_of_two_files_the_chosen_one_counts(send, ledger, tmp_path):
    send("区农牧局", years("Q08", **THREE))
    folder = send("区农牧局", years("Q08", **{**THREE, "y2023": 600}), name="区农牧局（最终版2）.xlsx")
    take(folder, ledger)
    after = answered(ledger, tmp_path.parent / "d.xlsx", "C08", "区农牧局（最终版2）.xlsx")
    assert q08(after)["value"] == 600


def test_a_file_of_an_unknown_unit_is_read_once_it_is_said_whose_it_is(send, ledger, tmp_path):
    from tests.returns.conftest import cover

    folder = send("区农牧局", years("Q08", **THREE), name="回复.xlsx", spoil=cover("填报单位", "区农牧中心"))
    take(folder, ledger)
    answered(ledger, tmp_path.parent / "whose.xlsx", "C48", "区农牧局")
    take(folder, ledger)
    assert q08(ledger.returns(PLAN, ROUND))["value"] == 520


def test_a_day_in_an_answer_puts_the_event_in_its_year(send, ledger, tmp_path):
    take(send("区农牧局", event_row(日期="2023年上半年")), ledger)
    events = answered(ledger, tmp_path / "d.xlsx", "C42", "2023-05-20").events
    assert events[["date", "state"]].to_numpy().tolist() == [[dt.date(2023, 5, 20), "accepted"]]


def test_one_event_of_two_units_is_counted_once_or_twice_as_answered(send, ledger, tmp_path):
    common = {"活动名称": "2023年高素质农牧民培训班", "关联指标": "Q08", "地点": "某镇文化站"}
    send("区农牧局", event_row(**common))
    take(send("区科协", event_row(**{**common, "参与人次": 48})), ledger)
    assert answered(ledger, tmp_path.parent / "e.xlsx", "C54", SAME).events["group"].nunique() == 1
    after = answered(ledger, tmp_path.parent / "e.xlsx", "C54", "不是同一活动")
    assert after.events["group"].tolist() == ["", ""]
