"""A file is read in a process of its own: what ends that process ends nothing else."""

import multiprocessing
import os
from pathlib import Path

import pytest

from kepu_eval.returns import Ledger, collect
from kepu_eval.spreadsheets import limits, opening
from kepu_eval.spreadsheets.opening import open_book, side_by_side
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import read_book
from tests.returns.conftest import PLAN, ROUND, years
from tests.returns.test_ledger import AT

FILES = Path("tests/returns/files")


@pytest.mark.parametrize("name", ["original.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods"])
def test_a_book_arrives_as_it_was_read(name):
    content = (FILES / name).read_bytes()
    assert open_book(FILES / name, content) == read_book(Path(name), content)


def test_a_refusal_arrives_with_its_remedy():
    content = (FILES / "encrypted.xlsx").read_bytes()
    with pytest.raises(UnreadableError, match="已加密") as told:
        open_book(FILES / "encrypted.xlsx", content)
    assert (told.value.code, told.value.hint) == ("C06", "请解除密码后重报")


# A program in the place of the reading one: it says nothing, takes all memory, never ends, or breaks off an answer.
ENDINGS = {
    "nothing": "import sys; sys.stdin.buffer.readline()",
    "half an answer": "import sys; sys.stdin.buffer.readline(); print('{', end='')",
    "abort": "import os, sys; sys.stdin.buffer.readline(); os.abort()",
    "loop": "import sys; sys.stdin.buffer.readline()\nwhile True: pass",
    "sleep": "import sys, time; sys.stdin.buffer.readline(); time.sleep(600)",
    "memory": "import sys; sys.stdin.buffer.readline(); x = bytearray(200 * 2**20)\nwhile True: pass",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_becomes_of_the_process_is_a_refusal(ending, monkeypatch):
    monkeypatch.setattr(opening, "_waiting", {})
    monkeypatch.setattr(opening, "_COMMAND", [opening.sys.executable, "-c", ENDINGS[ending]])
    monkeypatch.setattr(limits, "CPU_SECONDS", 600 if ending in ("sleep", "memory") else 1)
    monkeypatch.setattr(limits, "SECONDS", 1 if ending == "sleep" else 600)
    monkeypatch.setattr(limits, "MEGABYTES", 100)
    with pytest.raises(UnreadableError, match="上限"):
        open_book(Path("a.xlsx"), b"PK\x03\x04")
    assert opening._waiting == {} or not any(opening._waiting.values())


def test_a_folder_with_files_that_cannot_be_read_keeps_the_others(send, tmp_path_factory):
    folder = send("区农牧局", years("Q08", y2021=380))
    for number in range(3):
        (folder / f"坏{number}.xlsx").write_bytes(b"PK\x03\x04" + bytes([number]) * 50)
    with Ledger(tmp_path_factory.mktemp("l") / "l.sqlite", must_exist=False) as ledger:
        done = collect(folder, PLAN, ROUND, ledger, at=AT)
        rows = ledger.returns(PLAN, ROUND).observations
    assert len(done.added) == 4
    assert rows.query("indicator == 'Q08' and period == '2021'")["value"].tolist() == [380]


def test_results_come_in_the_order_of_the_items():
    assert list(side_by_side(lambda n: n * n, range(50))) == [(n, n * n) for n in range(50)]


def test_an_error_in_one_is_raised_and_nothing_is_left_waiting():
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda n: 1 // (n - 3), range(50)))


def _in_a_fork(answers):
    answers.put(len(open_book(FILES / "original.xlsx", (FILES / "original.xlsx").read_bytes()).sheets))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_readers_of_its_own():
    content = (FILES / "original.xlsx").read_bytes()
    sheets = len(open_book(FILES / "original.xlsx", content).sheets)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_in_a_fork, args=(answers,))
    child.start()
    assert answers.get(timeout=120) == sheets
    child.join(60)
    assert len(open_book(FILES / "original.xlsx", content).sheets) == sheets
