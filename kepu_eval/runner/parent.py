"""The warm parent: a process that has imported everything, and forks one process for each report.

``python -m kepu_eval.runner.parent SOCKET`` listens on a Unix-domain socket in a folder that only its user can enter
(:mod:`kepu_eval.runner.warm` starts it and talks to it). A connection is one job: a line of JSON comes in; lines of
JSON go out, the last of them the files or the error. The parent reads nothing itself: it forks, and the child does
the rest and ends. So the parent stays as it was, whatever a notebook does, and no report sees another's leavings.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from kepu_eval.runner.jobs import Job, ReportError

_LOOK_EVERY = 10.0
_COLLECT_EVERY = (
    50_000,
    20,
    100,
)  # a report ends soon, and its blocks stay to its end: there is little to collect
_REFUSE_FOR = 1.0


def preload() -> None:
    """Import what reports need and fill the caches that their first chart would fill."""
    gc.disable()  # what is imported stays: looking for garbage in it takes a tenth of the time
    try:
        _preload()
    finally:
        gc.enable()


def _preload() -> None:
    import pandas as pd

    from kepu_eval.runner import inprocess, report  # noqa: F401

    # The same values kept as Python's own strings: a report goes through them one by one, which Arrow makes dear.
    pd.set_option("mode.string_storage", "python")
    inprocess.prepare()
    # Not the inline backend: matplotlib sets it up when a notebook draws its first figure with pyplot.
    import matplotlib.pyplot  # noqa: F401

    from kepu_eval.plan import load_plan
    from kepu_eval.report import exporters, sections  # noqa: F401
    from kepu_eval.report.figures.style import chart, drawing

    load_plan()
    for name in exporters.__all__:
        getattr(exporters, name)
    with drawing(20) as figure:
        figure.subplots().set_title("科普")
        chart(figure, "first", "科普", "")


class Parent:
    """Accepts connections, forks a child for each, and tells the caller when one was killed."""

    def __init__(self, path: Path, idle: float, *, owned: bool) -> None:
        """Listen on ``path``; end after ``idle`` seconds without a job, and when the owner's pipe (stdin) closes."""
        self._path, self._idle = path, idle
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(128)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        if owned:
            self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._end)
        self._woken, wake = socket.socketpair()
        for end in (self._woken, wake):
            end.setblocking(False)
        self._wake = wake
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Work until idle for too long, until the library on disk is another, or until told to end."""
        from kepu_eval.runner.warm import key

        born_as, last = key(), time.monotonic()
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)
        gc.collect()
        gc.freeze()  # a child's garbage collector then leaves the parent's pages alone, so that they stay shared
        gc.set_threshold(*_COLLECT_EVERY)
        try:
            while self._children or time.monotonic() - last < self._idle:
                ready = self._selector.select(_LOOK_EVERY)
                for found, _ in ready:
                    found.data()
                if ready or self._children:
                    last = time.monotonic()
                if not ready and not self._children and key() != born_as:
                    break
        finally:
            self._path.unlink(missing_ok=True)
            for child in self._children:
                _kill(child)

    def refuse(self, because: Exception) -> None:
        """Tell whoever waits for a report why there can be none; end when nobody asks any more."""
        details = "".join(traceback.format_exception(because))
        self._listener.settimeout(_REFUSE_FOR)
        with contextlib.suppress(TimeoutError):
            while True:
                connection, _ = self._listener.accept()
                with connection:
                    connection.makefile().readline()
                    _say(connection, error=_cannot(because), details=details)
        self._path.unlink(missing_ok=True)

    def _end(self, *_: object) -> None:
        sys.exit()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        child = os.fork()
        if child == 0:
            self._become_child(connection)
        self._children[child] = connection

    def _become_child(self, connection: socket.socket) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for mine in (self._listener, self._woken, self._wake, *self._children.values()):
            mine.close()
        self._selector.close()
        status = 1
        try:
            _work(connection)
            status = 0
        finally:
            os._exit(status)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)
        for child in list(self._children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                _kill(child)  # what the notebook started and left behind
                connection = self._children.pop(child)
                if os.WIFSIGNALED(status):
                    _say(connection, killed=os.WTERMSIG(status))
                connection.close()


def _cannot(because: Exception) -> str:
    """Why no report can be made, and what to do."""
    if not isinstance(because, ImportError):
        return f"生成报告前的准备出错：{because}"
    what = because.name or "所需的库"
    return f"无法导入“{what}”（{because}），不能生成报告；请按 docs/安装.md 重新安装依赖后重试"


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _say(connection: socket.socket, **what: object) -> None:
    with contextlib.suppress(OSError):  # the caller has gone
        connection.sendall((json.dumps(what, ensure_ascii=False) + "\n").encode("utf-8"))


def _work(connection: socket.socket) -> None:
    """What a child does: read the job, take on the caller's surroundings, make the report, tell."""
    os.setsid()
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    order = connection.makefile(encoding="utf-8").readline()
    if not order:  # somebody only looked whether a parent is there
        return
    job = Job.from_json(order)
    # The system ends the process when time is up, whatever the notebook is doing then.
    signal.setitimer(signal.ITIMER_REAL, job.time_limit)
    threading.Thread(target=_end_with_caller, args=(connection,), daemon=True).start()
    try:
        _surround(job)
        from kepu_eval.runner.inprocess import InProcessEngine
        from kepu_eval.runner.report import make

        files = make(job, InProcessEngine, lambda done, cells: _say(connection, cells=[done, cells]))
        _say(connection, files={name: str(file) for name, file in files.items()})
    except ReportError as error:
        _say(connection, error=str(error), details=error.details)
    except Exception as error:
        _say(
            connection,
            error=f"报告“{Path(job.notebook).stem}”未能生成：{error}",
            details=traceback.format_exc(),
        )


def _end_with_caller(connection: socket.socket) -> None:
    """Nobody waits for the report any more: end, with all that the notebook started."""
    with contextlib.suppress(OSError):
        connection.recv(1)
    os.killpg(0, signal.SIGKILL)


def _surround(job: Job) -> None:
    """The caller's folder and environment, and random numbers of the child's own."""
    import numpy as np

    from kepu_eval.runner.inprocess import prepare

    os.environ.clear()
    os.environ.update(job.environment)
    time.tzset()
    os.chdir(job.folder)
    shell = prepare().shell
    if shell is not None:
        shell.init_environment()
    random.seed()
    np.random.seed()


@contextlib.contextmanager
def _left() -> Iterator[None]:
    """Go on in a process that is nobody's child; the one that was started ends when the block is done."""
    waiting, done = os.pipe()
    if os.fork():
        os.close(done)
        os.read(waiting, 1)
        os._exit(0)
    os.close(waiting)
    yield
    os.close(done)


def main() -> None:
    """Run from the command line; prints nothing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("socket", type=Path)
    parser.add_argument("--idle", type=float, required=True, help="seconds")
    parser.add_argument("--owned", action="store_true", help="end when standard input closes")
    given = parser.parse_args()
    with contextlib.nullcontext() if given.owned else _left():
        parent = Parent(given.socket, given.idle, owned=given.owned)
    sys.path.pop(0)  # the folder that -m adds; a notebook's kernel does not have it
    # A caller may connect from now on; it waits until everything is imported.
    try:
        preload()
    except Exception as error:
        parent.refuse(error)
    else:
        parent.serve()


if __name__ == "__main__":
    main()
