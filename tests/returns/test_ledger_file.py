"""The ledger as a file: who may read it, what its storage says, backing up, checking."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

from kepu_eval.cli import main
from kepu_eval.returns import Ledger, LedgerError, collect, ledger_file
from kepu_eval.returns.decisions import Decisions
from kepu_eval.returns.layout import EVENTS
from kepu_eval.returns.ledger_file import back_up, problems_of
from tests.returns.conftest import PLAN, ROUND, event_row, years
from tests.returns.test_ledger import AT

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")


@pytest.fixture
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("ledger") / "ledger.sqlite"


@pytest.fixture
def full(send, path):
    """A ledger with one return in it; closed."""
    with Ledger(path, must_exist=False) as ledger:
        collect(send("区农牧局", years("Q08", y2021=380)), PLAN, ROUND, ledger, at=AT)
    return path


def dump(path):
    with Ledger(path) as ledger:
        return list(ledger.dump())


@posix
def test_only_its_owner_can_read_it(full):
    assert full.stat().st_mode & 0o777 == 0o600
    full.chmod(0o644)
    with Ledger(full) as ledger:
        ledger.rounds()
        assert {file.stat().st_mode & 0o777 for file in full.parent.glob("ledger.sqlite*")} == {0o600}


def test_a_full_disk_is_told_and_leaves_the_ledger_as_it_was(full, send):
    before = dump(full)
    folder = send("区农牧局", years("Q08", y2021=999))
    with Ledger(full) as ledger:
        pages = ledger.query("PRAGMA page_count")[0][0]
        ledger.query(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(
            LedgerError, match=r"“ledger.sqlite”所在的磁盘已满，这次没有写入.*请清理磁盘后重试"
        ):
            collect(folder, PLAN, ROUND, ledger, at=AT)
    assert dump(full) == before


def test_damaged_pages_are_told_where_they_are_met_and_by_the_check(full):
    with closing(sqlite3.connect(full)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'observations'").fetchone()
        size = db.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(full.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    full.write_bytes(content)
    with Ledger(full) as ledger, pytest.raises(LedgerError, match=r"损坏.*备份恢复"):
        list(ledger.dump())
    (told, *_) = problems_of(full)
    assert "损坏" in told
    with pytest.raises(LedgerError, match="损坏"):
        back_up(full, full.with_name("b.sqlite"))
    assert [file.name for file in full.parent.iterdir() if "b.sqlite" in file.name] == []


def test_a_ledger_that_another_program_keeps_is_told(full, monkeypatch):
    monkeypatch.setattr(ledger_file, "_WAIT_SECONDS", 0)
    with closing(sqlite3.connect(full, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Ledger(full) as ledger, pytest.raises(LedgerError, match="正被另一个程序写入"), ledger.writing():
            pass


def test_places_that_cannot_hold_a_ledger_are_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(LedgerError, match="请检查路径"):
        Ledger(tmp_path / "file" / "l.sqlite", must_exist=False)
    with pytest.raises(LedgerError, match="请检查路径"):
        Ledger(tmp_path, must_exist=False)


def test_what_is_read_together_is_of_one_instant(full, send):
    folder = send("区农牧局", years("Q08", y2021=999))
    with Ledger(full) as reading, Ledger(full) as writing, reading.reading():
        before = list(reading.dump())
        collect(folder, PLAN, ROUND, writing, at=AT)
        assert list(reading.dump()) == before


# --- reading first, then writing


def test_others_can_write_while_a_collect_reads(full, send):
    folder = send("区农牧局", years("Q08", y2021=999))

    def progress(files):
        for file in files:
            with closing(sqlite3.connect(full, timeout=0, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                other.execute("COMMIT")
            yield file

    with Ledger(full) as ledger:
        assert collect(folder, PLAN, ROUND, ledger, at=AT, progress=progress).added == ["区农牧局.xlsx"]


def test_what_another_program_wrote_meanwhile_is_looked_at_again(path, send):
    folder = send("区农牧局", years("Q08", y2021=380))
    met = []

    def progress(files):
        if not met:
            met.append(1)
            with Ledger(path) as other:
                collect(folder, PLAN, ROUND, other, at=AT)
        return files

    with Ledger(path, must_exist=False) as ledger:
        done = collect(folder, PLAN, ROUND, ledger, at=AT, progress=progress)
        assert (done.added, done.unchanged) == ([], ["区农牧局.xlsx"])
        assert len(ledger.log()) == 1


# --- backup and check


def test_a_backup_holds_the_same_while_another_program_writes(full):
    target = full.parent / "备份" / "b.sqlite"
    with closing(sqlite3.connect(full, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        back_up(full, target)
    assert dump(target) == dump(full)
    assert problems_of(target) == []
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerError, match="已经存在"):
        back_up(full, target)


def test_a_ledger_that_was_tampered_with_is_told(full):
    assert problems_of(full) == []
    with closing(sqlite3.connect(full, isolation_level=None)) as db:
        db.execute("DROP TRIGGER observations_no_update")
    (told,) = problems_of(full)
    assert "observations_no_update" in told
    assert "只增不改" in told


def test_the_commands_say_what_they_did(full):
    run = CliRunner().invoke
    assert "台账完好" in run(main, ["ledger", "check", "--ledger", str(full)]).output
    out = full.with_name("b.sqlite")
    done = run(main, ["ledger", "backup", "--ledger", str(full), "--out", str(out)])
    assert (done.exit_code, out.is_file()) == (0, True)
    again = run(main, ["ledger", "backup", "--ledger", str(full), "--out", str(out)])
    assert (again.exit_code, "已经存在" in again.output) == (2, True)
    full.write_bytes(b"x" * 5000)
    broken = run(main, ["ledger", "check", "--ledger", str(full)])
    assert (broken.exit_code, "不是台账文件或已损坏" in broken.output) == (2, True)


def test_a_round_file_that_is_no_yaml_is_named(send, path):
    folder = send("区农牧局")
    (folder / "round.yaml").write_text("simulated: [\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["collect", str(folder), "--round", ROUND, "--ledger", str(path)])
    assert done.exit_code == 2
    assert done.output.startswith("round.yaml：第")


@pytest.mark.skipif(os.name != "posix", reason="names of bytes")
def test_a_file_whose_name_is_no_text_takes_nothing_along(send, path):
    folder = send("区农牧局", years("Q08", y2021=380))
    shutil.copy(folder / "区农牧局.xlsx", os.fsencode(folder) + b"/\xb0\xd9.xlsx")
    (folder / "\u202e坏.xlsx").write_bytes(b"x")
    with Ledger(path, must_exist=False) as ledger:
        assert len(collect(folder, PLAN, ROUND, ledger, at=AT).added) == 3
        assert len(collect(folder, PLAN, ROUND, ledger, at=AT).unchanged) == 3


# --- personal data


@pytest.mark.parametrize("private", ["139.0000.0000", "+8613900000000", "110105194912310021", "4111 1111 1111 1111", "E12345678", "zhang@163.com"])  # fmt: skip
def test_personal_data_reaches_the_ledger_by_no_entrance(private, send, path, tmp_path_factory):
    def everywhere(book):
        page = book[EVENTS]
        page["A1"].comment = Comment(f"请联系{private}", "x")
        page["D4"].value = f"地点（{private}）"
        book.create_sheet(f"名单{private}")

    where = tmp_path_factory.mktemp("in") / f"来件{private}"
    folder = send(
        "区农牧局", event_row(活动名称=f"联系{private}"), spoil=everywhere, name=f"区农牧局{private}.xlsx"
    )
    shutil.copytree(folder, where)
    with Ledger(path, must_exist=False) as ledger:
        collect(where, PLAN, ROUND, ledger, at=AT)
        ledger.keep_decisions(ROUND, Decisions.none(), f"意见{private}.xlsx", "0", AT)
        assert "C60" in set(ledger.returns(PLAN, ROUND).findings["code"])
        everything = "\n".join(ledger.dump())
    assert private not in everything
    for file in path.parent.iterdir():
        assert private.encode() not in file.read_bytes()
