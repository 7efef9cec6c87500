"""The buttons of the first notebook: each is a command that the terminal takes as well, and shows what it said."""

import sys
import threading
from dataclasses import replace

import click
import pytest

from kepu_eval.cli import main
from kepu_eval.plan import Stage, load_plan
from kepu_eval.runner import buttons
from kepu_eval.runner.buttons import STEPS, Choice

PLAN = load_plan()
ROUND = PLAN.round("2023-midterm")
CHOICE = Choice(ROUND, "我的 表", "reports/midterm/m.ipynb", "docx", "data/ledger.sqlite")


def parsed(words):
    """The command that words name, with its options as click understands them."""
    command, context, rest = main, click.Context(main), list(words[1:])
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(context, rest)
        context = click.Context(command, parent=context, info_name=name)
    return command.make_context(context.info_name, rest, parent=context.parent)


@pytest.mark.parametrize("name", [name for name in STEPS if name != "导出"])
def test_a_button_is_a_command_that_the_terminal_takes(name):
    context = parsed(STEPS[name](CHOICE))
    assert context.params["round_id"] == (None if name == "出报告" else ROUND.id)
    other = replace(CHOICE, ledger="别处.sqlite", plan="方案.yaml")
    context = parsed(STEPS[name](other))
    assert str(context.params["plan_file"]) == "方案.yaml"
    if name != "出报告":
        assert str(context.params["ledger_file"]) == "别处.sqlite"


def test_exporting_is_what_the_menu_does():
    assert STEPS["导出"](CHOICE) == ("jupyter", "nbconvert", "--to", "kepu_docx", "reports/midterm/m.ipynb")


def test_a_report_is_of_the_ledger_once_there_is_one(tmp_path):
    ledger = tmp_path / "l.sqlite"
    ledger.touch()
    collected = replace(CHOICE, ledger=str(ledger))
    assert parsed(STEPS["出报告"](collected)).params["returns"] == str(ledger)
    quarter = next(rnd for rnd in PLAN.rounds if rnd.stage is Stage.DISPATCH)
    assert parsed(STEPS["出报告"](replace(collected, round=quarter))).params["quarter"] == quarter.id
    final = PLAN.round("2025-final")
    assert parsed(STEPS["出报告"](replace(collected, round=final))).params["kind"] == "final"


def test_words_with_spaces_are_shown_as_one_would_type_them():
    assert buttons.shown(STEPS["收表"](CHOICE)) == 'kepu-eval collect "我的 表" --round 2023-midterm'


def test_folders_of_ones_own_come_before_the_example(tmp_path):
    assert list(buttons.folders_of_returns(tmp_path)) == ["填报表"]
    for name in (
        "data/example/2023-midterm/a.xlsx",
        "收来的/2023-midterm/b.XLSX",
        "reports/x.xlsx",
        ".venv/c.xlsx",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    found = list(buttons.folders_of_returns(tmp_path))
    assert found == ["收来的/2023-midterm", "data/example/2023-midterm"]
    assert buttons.folder_of(PLAN.round("2025-final"), ["a", "表/2025-final"]) == "表/2025-final"


def test_without_a_person_the_commands_are_a_table(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    (block,) = buttons.buttons()
    assert [row[0].text for row in block.rows] == list(STEPS)
    assert block.rows[1][1].text.startswith("kepu-eval collect ")


def test_a_command_says_its_lines_and_its_end():
    lines, processes = [], []
    assert buttons.run(("kepu-eval", "--version"), lines.append, processes.append) == 0
    assert lines[-1].startswith("kepu-eval ")
    assert buttons.run(("kepu-eval", "没有"), lines.append, processes.append) != 0
    buttons.stop(processes[0])  # has ended already


def test_a_command_can_be_stopped_with_what_it_started(monkeypatch):
    monkeypatch.setitem(buttons._PROGRAMS, "long", "this")
    monkeypatch.setattr(buttons.sys, "executable", sys.executable)
    code = "import subprocess, sys; print('x', flush=True); subprocess.run([sys.executable, '-c', 'input()'], stdin=-1)"
    begun = []
    real = buttons.subprocess.Popen
    monkeypatch.setattr(
        buttons.subprocess, "Popen", lambda _, **how: real([sys.executable, "-c", code], **how)
    )
    assert buttons.run(("long",), lambda _: buttons.stop(begun[0]), begun.append) != 0


@pytest.fixture
def desk(monkeypatch):
    made = buttons._Desk(replace(CHOICE, folder="表"), list(PLAN.rounds), ["表", "表/2025-final"], [])
    monkeypatch.setattr(buttons, "notebooks_run", lambda _: ["reports/m.ipynb"])
    return made


def pressed(desk, name):
    """Press a button and wait until its command has ended."""
    before = set(threading.enumerate())
    desk._buttons[name].click()
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_pressing_shows_the_command_what_it_says_and_how_it_ended(desk, monkeypatch):
    monkeypatch.setattr(buttons, "run", lambda _words, told, _started: told("<入账>") or 0)
    assert desk._buttons["导出"].disabled
    pressed(desk, "收表")
    assert "$ kepu-eval collect 表 --round 2023-midterm\n&lt;入账&gt;\n做完了。" in desk._said.value
    assert not desk._buttons["导出"].disabled
    assert "kepu_docx reports/m.ipynb" in desk._commands["导出"].value


@pytest.mark.parametrize("end", [lambda *_: 2, lambda *_: (_ for _ in ()).throw(OSError("磁盘满"))])
def test_a_command_that_fails_leaves_the_buttons_usable(desk, monkeypatch, end):
    monkeypatch.setattr(buttons, "run", end)
    pressed(desk, "收表")
    assert "没有做成" in desk._said.value
    monkeypatch.setattr(buttons, "run", lambda *_: 0)
    pressed(desk, "收表")
    assert "做完了" in desk._said.value


def test_choosing_a_round_changes_the_commands_and_the_folder(desk):
    desk._round.value = PLAN.round("2025-final")
    assert desk._commands["收表"].value == "<code>kepu-eval collect 表/2025-final --round 2025-final</code>"
