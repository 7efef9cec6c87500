"""The first notebook's buttons: each runs one command of ``kepu-eval``, which stands beside it, and shows what it says.

Commands run in a thread, since the kernel's event loop on Windows starts no processes, and as processes of their own, so
that a button does what the same words do in a terminal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

import psutil

from kepu_eval.plan import Round, Stage, load_plan
from kepu_eval.report.blocks import Blocks, table
from kepu_eval.report.explorer.choosing import somebody_there
from kepu_eval.resources import EXAMPLES, home, project_path

_DECISIONS = "reports/复核意见表.xlsx"
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".csv")
_FORMATS = {"Word": "docx", "PDF": "pdf", "网页": "html", "Excel": "xlsx"}
_NOT_RETURNS = {"reports", "notebooks", "docs", "templates"}
_PROGRAMS = {"kepu-eval": "kepu_eval.cli", "jupyter": "jupyter"}
_LONGEST = 400
_NO_REPORT = "（先出报告）"


@dataclass(frozen=True)
class Choice:
    """What a person has chosen: the round, the folder of returns, the notebook and format to export; ledger and plan."""

    round: Round
    folder: str
    notebook: str | None
    format: str
    ledger: str = ""
    plan: str = ""


Words = tuple[str, ...]


def _round(choice: Choice) -> Words:
    ledger = ("--ledger", choice.ledger) if choice.ledger != "data/ledger.sqlite" else ()
    return ("--round", choice.round.id, *ledger, *_plan(choice))


def _plan(choice: Choice) -> Words:
    return ("--plan", choice.plan) if choice.plan else ()


def _report(choice: Choice) -> Words:
    """The round's report, of the ledger once there is one, else of the example."""
    collected = ("--returns", choice.ledger) if project_path(choice.ledger).is_file() else ()
    which: Words
    if choice.round.stage is Stage.DISPATCH:
        which = ("--quarter", choice.round.id)
    else:
        which = ("--round", choice.round.id) if collected else ()
    return ("kepu-eval", "report", choice.round.stage.value, *which, *collected, *_plan(choice))


STEPS: dict[str, Callable[[Choice], Words]] = {
    "发模板": lambda c: ("kepu-eval", "template", *_round(c)),
    "收表": lambda c: ("kepu-eval", "collect", c.folder, *_round(c)),
    "催报单": lambda c: ("kepu-eval", "roster", *_round(c), "--out", f"reports/催报单-{c.round.id}.docx"),
    "待核问题": lambda c: ("kepu-eval", "decide", "export", *_round(c), "--out", _DECISIONS),
    "读回答复": lambda c: ("kepu-eval", "decide", "import", _DECISIONS, *_round(c)),
    "退回单": lambda c: ("kepu-eval", "slips", *_round(c)),
    "出报告": _report,
    "导出": lambda c: ("jupyter", "nbconvert", "--to", f"kepu_{c.format}", c.notebook or _NO_REPORT),
}
"""Buttons by what stands on them, with the command of each."""


def buttons(ledger: str = "data/ledger.sqlite", plan: str = "") -> Blocks:
    """The steps of a round with their commands; where a person has the notebook open, as buttons that run them."""
    rounds = load_plan(plan or None).rounds
    folders, notebooks = list(folders_of_returns(home())), list(notebooks_run(home()))
    latest = notebooks[0] if notebooks else None
    start = Choice(rounds[0], folder_of(rounds[0], folders), latest, "docx", ledger, plan)
    if somebody_there():
        from IPython.display import display

        display(_Desk(start, list(rounds), folders, notebooks).shown)
        return Blocks([])
    rows = [[name, shown(words(start))] for name, words in STEPS.items()]
    return Blocks([table("steps", "一轮的步骤", "按钮<1 | 命令<5", rows)])


def shown(words: Words) -> str:
    """A command as a person would type it."""
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def folders_of_returns(folder: Path) -> Iterator[str]:
    """Folders with workbooks in them, a person's own first, those of the example last; never none."""
    tops = [
        top
        for top in folder.iterdir()
        if top.is_dir() and not top.name.startswith(".") and top.name not in _NOT_RETURNS
    ]
    found = {
        file.parent.relative_to(folder).as_posix()
        for top in tops
        for file in top.rglob("*")
        if file.suffix.lower() in _WORKBOOKS
    }
    yield from sorted(found, key=lambda name: (name.startswith(EXAMPLES.rstrip("/")), name)) or ["填报表"]


def folder_of(rnd: Round, folders: list[str]) -> str:
    """The folder that is named after a round, else the first."""
    return next((name for name in folders if rnd.id in name.split("/")), folders[0])


def notebooks_run(folder: Path) -> Iterator[str]:
    """Reports and own copies in a folder of work, the latest first."""
    found = [file for file in (folder / "reports").rglob("*.ipynb") if ".ipynb_checkpoints" not in file.parts]
    for file in sorted(found, key=lambda file: -file.stat().st_mtime):
        yield file.relative_to(folder).as_posix()


def run(words: Words, told: Callable[[str], None], started: Callable[[subprocess.Popen], None]) -> int:
    """Run a command in the folder of work, telling each line that it says; its exit code."""
    program, *rest = words
    with subprocess.Popen(
        [sys.executable, "-m", _PROGRAMS[program], *rest], cwd=home(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    ) as process:  # fmt: skip
        started(process)
        for line in process.stdout or ():
            told(line.rstrip("\n"))
    return process.returncode


def stop(process: subprocess.Popen) -> None:
    """End a command with everything that it has started; nothing when it has ended."""
    with suppress(psutil.NoSuchProcess):
        family = psutil.Process(process.pid)
        for each in [*family.children(recursive=True), family]:
            each.kill()


class _Desk:
    """Menus, a row a button, and below what the last command said; 停止 can be pressed while one runs."""

    def __init__(self, start: Choice, rounds: list[Round], folders: list[str], notebooks: list[str]) -> None:
        import ipywidgets as widgets

        self._start = start
        self._process: subprocess.Popen | None = None
        wide = {"description_width": "6em"}
        menu = {"style": wide, "layout": {"width": "34em"}}
        self._round = widgets.Dropdown(options=[(f"{r.name}（{r.id}）", r) for r in rounds], description="轮次", **menu)  # fmt: skip
        self._folder = widgets.Combobox(value=start.folder, options=folders, description="填报表在", **menu)
        self._notebook = widgets.Dropdown(options=notebooks, description="要导出的", **menu)  # fmt: skip
        self._format = widgets.Dropdown(options=_FORMATS, description="导出为", **menu)
        self._buttons = {name: widgets.Button(description=name, layout={"width": "8em"}) for name in STEPS}
        self._commands = {name: widgets.HTML() for name in STEPS}
        self._stop = widgets.Button(description="停止", disabled=True, layout={"width": "8em"})
        self._said = widgets.HTML()
        for name, button in self._buttons.items():
            button.on_click(lambda _, name=name: self._press(name))
        self._stop.on_click(lambda _: self._end())
        menus = [self._round, self._folder, self._notebook, self._format]
        for each in menus:
            each.observe(lambda _: self._refresh(), names="value")
        self._round.observe(lambda _: self._folder.set_trait("value", folder_of(self._round.value, folders)), names="value")  # fmt: skip
        self._refresh()
        *rows, export = [widgets.HBox([self._buttons[name], self._commands[name]]) for name in STEPS]
        self.shown = widgets.VBox([*menus[:2], *rows, *menus[2:], export, self._stop, self._said])

    def _words(self, name: str) -> Words:
        chosen = (self._round, self._folder, self._notebook, self._format)
        rnd, folder, notebook, written = (menu.value for menu in chosen)
        return STEPS[name](Choice(rnd, folder, notebook, written, self._start.ledger, self._start.plan))

    def _refresh(self) -> None:
        for name, line in self._commands.items():
            line.value = f"<code>{escape(shown(self._words(name)))}</code>"
        self._buttons["导出"].disabled = not self._notebook.value

    def _end(self) -> None:
        if self._process:
            stop(self._process)

    def _press(self, name: str) -> None:
        """Start a command; one at a time. Buttons stay as they are meanwhile, or the keyboard would lose its place."""
        if self._stop.disabled:
            self._stop.disabled = False
            threading.Thread(target=self._work, args=(self._words(name),), daemon=True).start()

    def _work(self, words: Words) -> None:
        """Run a command and show it; whatever happens, the buttons can be pressed again."""
        lines = [f"$ {shown(words)}"]

        def told(line: str) -> None:
            lines.append(line)
            self._tell(lines)

        try:
            self._tell([*lines, "正在运行……"])
            code = run(words, told, lambda process: setattr(self, "_process", process))
            told("做完了。" if code == 0 else f"没有做成（退出码{code}），请看上面的说明。")
        except OSError as error:
            told(f"没有做成：{error}")
        finally:
            self._notebook.options = found = list(notebooks_run(home()))
            self._notebook.value = found[0] if found else None
            self._refresh()
            self._stop.disabled = True

    def _tell(self, lines: list[str]) -> None:
        text = escape("\n".join(lines[:1] + lines[1:][-_LONGEST:]))
        self._said.value = f'<pre role="log" aria-live="polite" style="white-space:pre-wrap">{text}</pre>'
