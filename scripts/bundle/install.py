"""Installs the bundle that it lies in: into the user's own folder, without network and administrator.

Runs on any Python of the bundle's version with its standard library alone. What users read is in Chinese.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "科学素质评估"
_DONE = "installed.json"
_LONGEST_PATH = 259  # of Windows, unless an administrator allows longer ones
_ROOM = 1_200_000_000  # bytes, byte code included
_WINDOWS = os.name == "nt"
_SHORTCUT = (
    "$l = (New-Object -ComObject WScript.Shell).CreateShortcut("
    "[IO.Path]::Combine([Environment]::GetFolderPath('Desktop'), $env:KEPU_NAME + '.lnk'));"
    "$l.TargetPath = $env:KEPU_STARTER; $l.WorkingDirectory = $env:KEPU_FOLDER; $l.Save()"
)


class InstallError(Exception):
    """What stops the installation, in Chinese, with what to do."""


def main() -> int:
    """Install and start; 0 when it worked."""
    parser = argparse.ArgumentParser(description="安装全民科学素质监测评估工具")
    parser.add_argument("folder", nargs="?", type=Path, help="装到哪个文件夹（默认为用户自己的文件夹）")
    parser.add_argument("--no-start", action="store_true", help="只安装，不打开")
    given = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console of an old code page shows ? and goes on
    begun = time.monotonic()
    try:
        about = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
        check_machine(about)
        base = (given.folder or default_base()).absolute()
        check_room(base, about)
        print(f"装到：{base}", flush=True)
        starter = start_file(base, install(base, about))
        print(f"装好了，用时{time.monotonic() - begun:.0f}秒。")
        print(f"桌面快捷方式：{shortcut(starter) or '没有建成'}；也可直接打开：{starter}", flush=True)
    except InstallError as error:
        print(f"没有装成：{error}", file=sys.stderr)
        return 1
    return 0 if given.no_start else subprocess.call([str(starter)], shell=_WINDOWS)


def check_machine(about: dict) -> None:
    """Raise :class:`InstallError` when this Python cannot use the bundle's wheels."""
    wanted, here = about["platform"], sysconfig.get_platform().replace("-", "_")
    if here != wanted:
        raise InstallError(f"这是{wanted}的安装包，本机的Python是{here}，请换用相应的安装包或64位Python")
    if platform.python_version_tuple()[:2] != tuple(about["python"].split(".")):
        raise InstallError(f"需要Python {about['python']}，现在运行的是{platform.python_version()}")


def default_base() -> Path:
    """The user's own folder for programs; beside the bundle, when that one cannot be written."""
    home = Path.home()
    usual = (
        os.environ.get("LOCALAPPDATA")
        if _WINDOWS
        else os.environ.get("XDG_DATA_HOME", home / ".local" / "share")
    )
    places = [Path(usual or home) / "kepu-eval", HERE / "kepu-eval"]
    for place in places:
        if writable(place):
            return place
    raise InstallError(f"“{places[0]}”和“{places[1]}”都不能写，请给出一个能写的文件夹：安装 文件夹")


def writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made as well; trying is the only answer that holds on Windows."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    return False


def check_room(base: Path, about: dict) -> None:
    """Raise :class:`InstallError` when the folder cannot be written, is too deep for Windows, or the disk is full."""
    if not writable(base):
        raise InstallError(f"“{base}”不能写，请给出一个能写的文件夹：安装 文件夹")
    longest = len(str(base / about["id"])) + 1 + about["longest"]
    if _WINDOWS and longest > _LONGEST_PATH:
        raise InstallError(
            f"“{base}”太深：装好后最长的路径有{longest}个字符，Windows只允许{_LONGEST_PATH}个。"
            f"请装到短一些的文件夹，如 安装.bat C:\\kepu"
        )
    if (free := shutil.disk_usage(base).free) < _ROOM:
        raise InstallError(f"“{base}”所在的磁盘只剩{free // 1_000_000}MB，需要{_ROOM // 1_000_000}MB")


def install(base: Path, about: dict) -> Path:
    """The environment of this bundle, made unless it is there whole; its Python. Earlier versions go once it stands."""
    place = base / about["id"]
    python = place / ("Scripts/python.exe" if _WINDOWS else "bin/python")
    if not (place / _DONE).is_file():
        print(f"正在安装{about['packages']}个软件包，约一两分钟……", flush=True)
        try:
            venv.EnvBuilder(with_pip=False, symlinks=not _WINDOWS, clear=True).create(place)
        except OSError as error:
            raise InstallError(f"“{place}”不能建立（{error}）；若JupyterLab开着，请先关闭") from error
        run_pip(python, base / "install.log")
        (place / _DONE).write_text(json.dumps(about), encoding="utf-8")
    for old in base.iterdir():
        if old != place and (old / _DONE).is_file():
            shutil.rmtree(old, ignore_errors=True)  # one that is in use goes the next time
    return python


def run_pip(python: Path, log: Path) -> None:
    """Install the wheels, each checked against its hash; no index and no configuration of this machine's is asked."""
    (pip,) = (HERE / "wheels").glob("pip-*.whl")
    command = [
        python, pip / "pip", "install", "--isolated", "--no-index", "--find-links", HERE / "wheels", "--require-hashes",
        "--no-deps", "--no-compile", "--no-cache-dir", "--disable-pip-version-check", "-r", HERE / "requirements.txt",
    ]  # fmt: skip
    environment = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PYTHONUTF8": "1"}
    with log.open("wb") as said:
        done = subprocess.run([str(word) for word in command], env=environment, stdout=said, stderr=said)
    if done.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        raise InstallError(
            f"软件包没有装上：{'；'.join(last)}（全部见“{log}”）。安装包可能不完整，请重新复制"
        )


def start_file(base: Path, python: Path) -> Path:
    """A file to start with; it names the folder of work only where the user's own folder cannot be written."""
    words = [str(python), "-m", "kepu_eval.cli", "lab"]
    if not writable(Path.home()):
        words += ["--folder", str(base / NAME)]
    if _WINDOWS:
        file, line = base / "启动.bat", f"@{batch_line(words)} %*\r\n"
        file.write_bytes(line.encode("oem", errors="replace"))
    else:
        file = base / "启动.sh"
        file.write_text(f'#!/bin/sh\nexec {shell_line(words)} "$@"\n', encoding="utf-8")
        file.chmod(0o755)
    return file


def batch_line(words: list) -> str:
    """A command for cmd.exe. The user's folder stays a variable: its name may have letters that the code page lacks."""
    line = " ".join(f'"{word}"' for word in words).replace("%", "%%")
    for name in ("LOCALAPPDATA", "USERPROFILE"):
        if (value := os.environ.get(name)) and value in line:
            line = line.replace(value, f"%{name}%")
    return line


def shell_line(words: list) -> str:
    """A command for a POSIX shell."""
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)


def shortcut(starter: Path) -> str:
    """Put a shortcut on the desktop, where there is one; where it is now, empty when it could not be made."""
    with suppress(OSError, subprocess.SubprocessError):
        return _windows_shortcut(starter) if _WINDOWS else _linux_shortcut(starter)
    return ""


def _windows_shortcut(starter: Path) -> str:
    names = {"KEPU_NAME": NAME, "KEPU_STARTER": str(starter), "KEPU_FOLDER": str(starter.parent)}
    command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", _SHORTCUT]
    subprocess.run(command, env={**os.environ, **names}, check=True, capture_output=True, timeout=60)
    return f"{NAME}.lnk"


def _linux_shortcut(starter: Path) -> str:
    """An entry of the menu and, where the user has a desktop, one there."""
    command = str(starter)
    for letter in '\\"`$':
        command = command.replace(letter, "\\" + letter)
    quoted = command.replace("\\", "\\\\").replace(
        "%", "%%"
    )  # a string of the file, then a word of the command
    entry = f'[Desktop Entry]\nType=Application\nName={NAME}\nExec="{quoted}"\nTerminal=true\nCategories=Office;\n'
    menu = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "applications"
    written = ""
    for folder in filter(None, [menu, _desktop()]):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / "kepu-eval.desktop"
            file.write_text(entry, encoding="utf-8")
            file.chmod(0o755)
            written = str(file)
    return written


def _desktop() -> "Path | None":
    found = shutil.which("xdg-user-dir")
    told = subprocess.run([found, "DESKTOP"], capture_output=True, text=True).stdout.strip() if found else ""
    places = [Path(told)] if told else [Path.home() / "Desktop", Path.home() / "桌面"]
    return next((place for place in places if place.is_dir() and place != Path.home()), None)


if __name__ == "__main__":
    sys.exit(main())
