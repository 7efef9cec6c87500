"""Finding or starting a warm parent, and giving it a report to make. Imports nothing heavy.

``kepu-eval warm`` starts a parent that stays for the next reports. Where none is, :func:`run` starts one that lives as
long as the calling process. A parent belongs to one state of the library and of its surroundings (:func:`key`): after
a change it is not found any more, and ends by itself. Where a process cannot be forked, an ordinary kernel is used.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import signal
import socket
import stat
import struct
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from weakref import WeakSet

from kepu_eval.runner.jobs import Job, ReportError
from kepu_eval.runner.limits import too_slow

# On macOS the system's own libraries may not be used after a fork.
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
IDLE = 1800.0
_BAR = "{desc}　{percentage:.0f}%　已用{elapsed}，约剩{remaining}"
_EXPORT = 0.12  # how long a format takes, as a share of all cells
_HEADING = re.compile(r"(?m)^#{1,3} ([^{}\n]+)$")
_PACKAGE = Path(__file__).parent.parent
# What libraries read while they are imported, and would not read again in a forked child.
_READ_ON_IMPORT = (
    "PYTHON",
    "MPL",
    "MATPLOTLIB",
    "LANG",
    "LC_",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "IPYTHON",
    "JUPYTER",
)


def run(job: Job, *, progress: bool = False) -> dict[str, str]:
    """Have a report made in a process of its own; its files by format. Raises :class:`ReportError`."""
    with _bar(job, shown=progress) as told:
        if not CAN_FORK:
            from kepu_eval.runner.kernels import KernelEngine
            from kepu_eval.runner.report import make

            return {name: str(file) for name, file in make(job, KernelEngine, told).items()}
        return _ask(_connect(), job, told)


def key() -> str:
    """Names the state of library, interpreter and surroundings that a parent was born into."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.suffix != ".pyc" and path.is_file())
    state = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    installed = Path(sysconfig.get_path("purelib"))
    surroundings = sorted(item for item in os.environ.items() if item[0].startswith(_READ_ON_IMPORT))
    everything = [state, surroundings, sys.executable, sys.version, installed.stat().st_mtime_ns]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()[:20]


def start(idle: float = IDLE) -> bool:
    """Start a parent that outlives this process, and wait until it is warm; ``False`` when there is one already."""
    if not CAN_FORK:
        raise ReportError("本系统不支持预热（需要Linux），报告仍可照常生成")
    socket_file = _shared()
    if connection := _try(socket_file):
        connection.close()
        return False
    socket_file.unlink(missing_ok=True)
    # What is started here leaves a process that is no child of this one, and ends.
    with _spawn(socket_file, idle) as starter, _wait(starter, socket_file) as connection:
        # A job that is none is taken, like any other, when everything is imported; then the line closes, with nothing said.
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile(encoding="utf-8") as line:
            for answer in map(json.loads, line):
                raise ReportError(answer["error"], answer["details"])
    return True


def stop() -> int:
    """End all of this user's parents that outlive their starter; how many there were."""
    ended = 0
    for file in _folder().glob("warm-*.sock"):
        if connection := _try(file):
            pid = _peer(connection)
            connection.close()
            os.kill(pid, signal.SIGTERM)
            ended += 1
        file.unlink(missing_ok=True)
    return ended


def abandon() -> None:
    """Wait for no report any more: those being made end at once, and nothing of them is written."""
    for connection in list(_asking):
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


_asking: WeakSet[socket.socket] = WeakSet()


def _ask(connection: socket.socket, job: Job, told: Callable[[int, int], None]) -> dict[str, str]:
    _asking.add(connection)
    with connection, connection.makefile("rw", encoding="utf-8") as line:
        killed = None
        with suppress(OSError):
            line.write(job.to_json() + "\n")
            line.flush()
            for answer in map(json.loads, line):
                if "cells" in answer:
                    told(*answer["cells"])
                elif "files" in answer:
                    return answer["files"]
                elif "error" in answer:
                    raise ReportError(answer["error"], answer["details"])
                else:
                    killed = answer["killed"]
    name = Path(job.notebook).stem
    if killed == getattr(signal, "SIGALRM", None):
        raise ReportError(f"报告“{name}”{too_slow(job.time_limit)}")
    because = f"（信号{killed}）" if killed else ""
    raise ReportError(
        f"生成报告“{name}”的进程意外结束{because}，可能内存不足或被人为终止；没有留下不完整的文件",
        hint="请重试",
    )


def _connect() -> socket.socket:
    """A line to a parent: one that was started for everybody, or this process's own."""
    return _try(_shared()) or _own.connect()


class _Own:
    """The parent that ends with this process."""

    def __init__(self) -> None:
        self._lock, self._key = threading.Lock(), ""
        self._running: tuple[subprocess.Popen, Path] | None = None

    def connect(self) -> socket.socket:
        with self._lock:
            now = key()
            if self._running is None or self._running[0].poll() is not None or self._key != now:
                self.end()
                self._key, place = now, _folder() / f"own-{os.getpid()}.sock"
                place.unlink(missing_ok=True)
                self._running = _spawn(place, None), place
            return _wait(*self._running)

    def end(self) -> None:
        if self._running:
            process, place = self._running
            if process.stdin:
                process.stdin.close()
            process.wait()
            place.unlink(missing_ok=True)
            self._running = None


_own = _Own()
atexit.register(_own.end)


def _spawn(socket_file: Path, idle: float | None) -> subprocess.Popen:
    """Start a parent; with ``idle`` ``None`` it ends with this process."""
    command = [sys.executable, "-m", "kepu_eval.runner.parent", str(socket_file)]
    # Several reports at once, each with as many threads as there are cores, would only be in each other's way.
    environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **os.environ}
    if idle is None:
        return subprocess.Popen(
            [*command, "--idle", "inf", "--owned"], cwd=_PACKAGE.parent, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    return subprocess.Popen(
        [*command, "--idle", str(idle)], cwd=_PACKAGE.parent, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait(process: subprocess.Popen, socket_file: Path) -> socket.socket:
    while True:
        ended = process.poll() is not None
        if connection := _try(socket_file):
            return connection
        if ended:
            raise ReportError(
                "无法启动生成报告的进程", hint="请检查安装：python -m kepu_eval.runner.parent --help"
            )
        time.sleep(0.01)


def _folder() -> Path:
    """The user's own folder for sockets; :class:`ReportError` when somebody else could enter it."""
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"kepu-eval-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ReportError(f"文件夹“{folder}”不是本用户专有（应为700权限）", hint="请删除后重试")
    return folder


def _shared() -> Path:
    return _folder() / f"warm-{key()}.sock"


def _try(socket_file: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(socket_file))
    except OSError:
        connection.close()
        return None
    return connection


def _peer(connection: socket.socket) -> int:
    """Process at the other end of a connection."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[0]


@contextmanager
def _bar(job: Job, *, shown: bool) -> Iterator[Callable[[int, int], None]]:
    if not shown:
        yield lambda *_: None
        return
    from tqdm import tqdm

    titles = sections(Path(job.notebook))
    with tqdm(bar_format=_BAR, leave=False) as bar:

        def told(done: int, cells: int) -> None:
            bar.total = round(cells * (1 + _EXPORT * len(job.formats)))
            bar.desc = titles[done] if done < len(titles) else f"导出{'、'.join(job.formats)}"
            bar.update(done - bar.n)

        yield told


def sections(notebook: Path) -> list[str]:
    """For every cell of a notebook the heading under which it stands; what runs before the first is 读取数据."""
    title, found = "读取数据", []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        headings = (
            _HEADING.findall("".join(cell["source"]))
            if "skip-export" not in cell["metadata"].get("tags", [])
            else []
        )
        title = headings[0] if headings else title
        found.append(title)
    return found
