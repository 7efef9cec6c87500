"""A ledger whose writer is killed, or that two write at once: one state or the other, never between."""

import datetime as dt
import multiprocessing
import os
import random
import shutil
import signal
import time
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from kepu_eval.returns import Ledger
from kepu_eval.returns.decisions import Decision, Decisions
from kepu_eval.returns.layout import EVENTS, FIRST_ROW
from kepu_eval.returns.ledger_file import problems_of
from kepu_eval.supervision.records import Event, keep_items, keep_read
from kepu_eval.supervision.rectification import Item, Standing, State
from tests.returns.conftest import ROUND
from tests.returns.test_ledger import AT, EXAMPLE, take

pytestmark = pytest.mark.slow
NAMES = ("区农牧局", "区妇联", "区财政局", "区工商联")


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Two states of a folder: four returns, then two of them changed and one more."""
    before, after = (tmp_path_factory.mktemp(name) for name in ("before", "after"))
    for name in NAMES:
        shutil.copy(f"{EXAMPLE}/{name}.xlsx", before)
        shutil.copy(f"{EXAMPLE}/{name}.xlsx", after)
    shutil.copy(f"{EXAMPLE}/区应急局.xlsx", after)
    for name in NAMES[:2]:
        book = load_workbook(after / f"{name}.xlsx")
        book[EVENTS].cell(FIRST_ROW, 4).value = "改了的地点"
        book.save(after / f"{name}.xlsx")
    return before, after


@pytest.fixture(scope="module")
def start(few, tmp_path_factory):
    """A ledger with the four returns, and items of rectification."""
    path = tmp_path_factory.mktemp("start") / "ledger.sqlite"
    with Ledger(path, must_exist=False) as ledger:
        take(few[0], ledger)
        items = [Item(f"i{n}", ROUND, 1, "", "U09", "", "", "done", None, "") for n in range(500)]
        keep_items(ledger, ROUND, items, AT, simulated=True)
    return path


def _collect(path, folder):
    with Ledger(path, must_exist=False) as ledger:
        take(folder, ledger)


def _decide(path, _):
    answers = {
        ("U09", f"表{n}", f"C{n}", "C20"): Decision("约30", "31", "张", "2024-02-01") for n in range(3000)
    }
    with Ledger(path) as ledger:
        ledger.keep_decisions(ROUND, Decisions(answers), "d.xlsx", "1", AT)


def _rectify(path, _):
    after = Standing(State.IN_PROGRESS, "措施", "2024-06-30")

    def read(known):
        events = [Event(r.item.item, after) for r in known if r.standing != after]
        return SimpleNamespace(events=events)

    with Ledger(path) as ledger:
        keep_read(ledger, read, dt.datetime(2024, 2, 1))


def dump(path):
    with Ledger(path) as ledger:
        return list(ledger.dump())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.parametrize(
    "write", [_collect, _decide, _rectify], ids=["collect", "decide import", "rectify import"]
)
def test_a_kill_at_any_instant_leaves_one_state_or_the_other(write, few, start, tmp_path):
    path = tmp_path / "ledger.sqlite"
    shutil.copy(start, path)
    before, began = dump(path), time.perf_counter()
    write(path, few[1])
    span, after = time.perf_counter() - began, dump(path)
    assert before != after
    rng, cut_short = random.Random(20231128), 0
    for _ in range(15):
        for file in tmp_path.glob("ledger.sqlite*"):
            file.unlink()
        shutil.copy(start, path)
        child = os.fork()
        if child == 0:
            write(path, few[1])
            os._exit(0)
        end = time.perf_counter() + rng.uniform(0, span)
        while time.perf_counter() < end:  # what a report would read meanwhile
            assert dump(path) in (before, after)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        cut_short += os.WIFSIGNALED(status)
        assert dump(path) in (before, after)
        assert problems_of(path) == []
        write(path, few[1])
        assert dump(path) == after
    assert cut_short > 0


def test_two_collects_at_once_give_what_one_gives(few, tmp_path):
    _collect(tmp_path / "alone.sqlite", few[1])
    path = tmp_path / "shared.sqlite"
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_collect, args=(path, few[1])) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    assert dump(path) == dump(tmp_path / "alone.sqlite")
