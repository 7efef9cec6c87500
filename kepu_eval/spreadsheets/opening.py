"""Opening a file from outside in a process of its own, with limits on time and memory.

The processes are started by the interpreter and not forked, so that this works on every system and beside threads; one
that has read a file waits for the next. As many are kept as files are opened at once.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from kepu_eval.spreadsheets import archive, limits, transfer
from kepu_eval.spreadsheets.unreadable import UnreadableError
from kepu_eval.spreadsheets.workbook import Book

MAX_BYTES = 32 * 2**20
_COMMAND = [sys.executable, "-m", "kepu_eval.spreadsheets.child"]
_HERE = Path(__file__).parent.parent.parent
_LOOK_EVERY = 0.2
Item = TypeVar("Item")
Result = TypeVar("Result")


def open_book(path: Path, content: bytes) -> Book:
    """Read a file's content; :class:`UnreadableError` when it cannot, must not or need not be read any longer.

    Limits: :mod:`kepu_eval.spreadsheets.limits`.
    """
    name = path.name
    if name.startswith(("~$", ".")) or path.suffix.lower() == ".et":
        raise UnreadableError("C07", f"“{name}”不是可读取的填报文件", "WPS文件请另存为xlsx；临时文件请删除")
    if len(content) > MAX_BYTES:
        raise archive.too_large(name)
    reader = _borrowed()
    try:
        book = reader.read(name, content)
    except _EndedError as error:
        reader.close()
        raise UnreadableError(
            "C99",
            f"读取“{name}”所需的时间或内存超过上限（{limits.CPU_SECONDS}秒、{limits.MEGABYTES}MB），疑有异常内容",
            "请把填报内容粘贴到新模板后重报",
        ) from error
    except UnreadableError:
        _give_back(reader)
        raise
    except BaseException:  # an answer may be on its way that nobody waits for
        reader.close()
        raise
    _give_back(reader)
    return book


def content_of(path: Path) -> bytes:
    """A file's bytes, and no more of them than it takes to see that it is too large; raises ``OSError``."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def side_by_side(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
    """Every item with its result, in order, a few being worked on at a time."""
    workers = min(os.cpu_count() or 1, 4)
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque = deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > 2 * workers:
                    done, result = waiting.popleft()
                    yield done, result.result()
            while waiting:
                done, result = waiting.popleft()
                yield done, result.result()
        finally:
            for _, result in waiting:
                result.cancel()


class _EndedError(Exception):
    """The process ended, or was ended, before it had an answer."""


class _Reader:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            _COMMAND, cwd=_HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **alone},
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None  # both are pipes
        self._asked, self._answers = self._process.stdin, self._process.stdout

    def read(self, name: str, content: bytes) -> Book:
        head = json.dumps({"name": name, "bytes": len(content)}).encode()
        with _Watch(self._process):
            try:
                self._asked.write(head + b"\n" + content)
                self._asked.flush()
                answer = self._answers.readline()
            except OSError as error:
                raise _EndedError from error
        if not answer.endswith(b"\n"):
            raise _EndedError
        return transfer.received(answer)

    def close(self) -> None:
        self._process.kill()
        self._asked.close()
        self._answers.close()
        self._process.wait()


class _Watch(threading.Thread):
    """Ends a process that takes more than it may; where the system sets limits, it ends by them, and sooner."""

    def __init__(self, process: subprocess.Popen) -> None:
        super().__init__(daemon=True)
        self._process, self._done = process, threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        began, before = time.monotonic(), None
        while not self._done.wait(_LOOK_EVERY):
            import psutil  # a tenth of a second that hardly a file lasts

            try:
                seen = psutil.Process(self._process.pid)
                times, memory = seen.cpu_times(), seen.memory_info().rss
            except psutil.Error:
                return
            used = times.user + times.system
            before = used if before is None else before
            late = time.monotonic() - began > limits.SECONDS
            if late or used - before > limits.CPU_SECONDS or memory > limits.MEGABYTES * 2**20:
                self._process.kill()
                return


# Readers that wait for a file, by the process that started them: one forked from it must not use them, too.
_waiting: dict[int, list[_Reader]] = {}
_lock = threading.Lock()


def _borrowed() -> _Reader:
    with _lock:
        there = _waiting.setdefault(os.getpid(), [])
        if there:
            return there.pop()
    return _Reader()


def _give_back(reader: _Reader) -> None:
    with _lock:
        _waiting.setdefault(os.getpid(), []).append(reader)


@atexit.register
def _close_all() -> None:
    for reader in _waiting.pop(os.getpid(), []):
        reader.close()
