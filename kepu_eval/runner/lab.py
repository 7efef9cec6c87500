"""JupyterLab for an office: a folder of work with notebooks, docs and example data, Chinese menus, the commands at hand.

Jupyter's own files stay in the folder of work as well, so that nothing needs a writable home, and what another Jupyter of
the same user is set to does not matter here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kepu_eval.errors import KepuError
from kepu_eval.files import write_whole
from kepu_eval.resources import FIRST, home, resource

FOLDER = "科学素质评估"
_SHIPPED = {"notebooks": "notebooks", "docs": "docs", "data/example": "example"}
_RECORD, _OWN = ".kepu-eval.json", ".jupyter"
_SETTINGS = Path(__file__).with_name("jupyter")


def folder_of_work(given: Path | None) -> Path:
    """Where a person works: as given, else a checkout or the folder around the working directory, else one in the user's."""
    if given:
        return given.absolute()
    found = home()
    return found if (found / FIRST).is_file() else Path.home() / FOLDER


def prepare(folder: Path) -> list[Path]:
    """Put into a folder what comes with the library; the files that a person had changed, by where they are now.

    A file that stands there is replaced only when the library brings another one than before; if it was changed since, it is
    kept beside it under the time of its change. Raises ``OSError`` for a folder that cannot be written.
    """
    (folder / _OWN).mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder / FIRST == resource(FIRST):
        return []
    for name in ("reports", "data"):
        (folder / name).mkdir(exist_ok=True)
    record = folder / _RECORD
    before = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    now, kept = {}, []
    for name, source in _shipped():
        body, file = source.read_bytes(), folder / name
        now[name] = hashlib.sha256(body).hexdigest()
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
        if found and (found == now[name] or before.get(name) == now[name]):
            continue
        if found and found != before.get(name):
            changed = dt.datetime.fromtimestamp(file.stat().st_mtime)
            kept.append(file.rename(file.with_stem(f"{file.stem}（{changed:%Y-%m-%d %H%M%S}改动）")))
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, body)
    write_whole(record, json.dumps(now, ensure_ascii=False, indent=1).encode("utf-8"))
    return kept


def _shipped() -> Iterator[tuple[str, Path]]:
    """Files that come with the library, by their names in the folder of work."""
    for place, name in _SHIPPED.items():
        top = resource(name)
        for file in sorted(top.rglob("*")):
            if file.is_file() and not {".ipynb_checkpoints", "__pycache__"} & set(file.parts):
                yield f"{place}/{file.relative_to(top).as_posix()}", file


def environment(folder: Path) -> dict[str, str]:
    """Surroundings in which terminals find ``kepu-eval``, menus are Chinese, and Jupyter writes nowhere else."""
    own = folder / _OWN
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {
        **os.environ,
        "PATH": path,
        "PYTHONUTF8": "1",  # names in Chinese, whatever code page the console has
        "JUPYTER_CONFIG_PATH": str(_SETTINGS),
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "IPYTHONDIR": str(own / "ipython"),
        "MPLCONFIGDIR": str(own / "matplotlib"),
    }


def command(folder: Path, more: tuple[str, ...] = ()) -> list[str]:
    """The command that starts JupyterLab at the first notebook; ``more``: options of JupyterLab's own."""
    shell = [] if os.name == "nt" else [f"--ServerApp.terminado_settings={{'shell_command': [{_shell()!r}]}}"]
    return [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--LabApp.extension_manager=readonly", "--ServerApp.answer_yes=True", *shell, *more,
    ]  # fmt: skip


def _shell() -> str:
    """The user's shell, which Jupyter would start as one of a login: that forgets the path."""
    return os.environ.get("SHELL") or "/bin/sh"


def running(folder: Path) -> str:
    """Address of the first notebook in a JupyterLab that this folder has open already; empty where there is none."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers(str(folder / _OWN / "runtime")):
        return f"{server['url']}lab/tree/{FIRST}?token={server['token']}"
    return ""


def started(folder: Path, more: tuple[str, ...] = ()) -> subprocess.Popen:
    """JupyterLab, which says what it does in a file of its own, in English."""
    with _log(folder).open("wb") as log:
        return subprocess.Popen(
            command(folder, more), env=environment(folder), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )  # fmt: skip


def address(folder: Path, process: subprocess.Popen) -> str:
    """Where the first notebook is, once JupyterLab is there; raises :class:`KepuError` when it ended instead."""
    while process.poll() is None:
        if found := running(folder):
            return found
        time.sleep(0.2)
    raise KepuError(f"JupyterLab没有启动，它最后说的是：{_last_line(_log(folder))}（全部见“{_log(folder)}”）")


def _log(folder: Path) -> Path:
    return folder / _OWN / "jupyterlab.log"


def _last_line(file: Path) -> str:
    return next(
        filter(str.strip, reversed(file.read_text(encoding="utf-8", errors="replace").splitlines())), ""
    )
