"""The offline bundle: what it holds for each system, how it starts there, and that its installer makes a working environment."""

import base64
import csv
import ensurepip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.bundle import build, install

ROOT = Path(__file__).parents[2]
WINDOWS, LINUX = build.Target("win_amd64", "3.11"), build.Target("linux_x86_64", "3.12")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def names(lines):
    return {line.split("==")[0].lower() for line in lines}


def test_each_system_gets_its_own_packages_every_one_with_a_hash():
    windows, linux = build.pinned(LOCK, WINDOWS), build.pinned(LOCK, LINUX)
    assert {"colorama", "pywinpty", "tzdata", "pip", "jupyterlab-language-pack-zh-cn"} <= names(windows)
    assert {"pexpect", "ptyprocess"} <= names(linux) - names(windows)
    assert not {"colorama", "pywinpty"} & names(linux)
    assert all("--hash=sha256:" in line and ";" not in line for line in windows + linux)
    assert not {"ruff", "pytest", "distributed", "pyarrow"} & names(windows)


def test_wheels_are_asked_for_the_target_not_for_this_machine():
    options = " ".join(WINDOWS.pip_options)
    assert "--platform win_amd64" in options
    assert "--python-version 3.11" in options
    assert "--only-binary=:all:" in options
    assert "manylinux" not in options
    linux = " ".join(LINUX.pip_options)
    assert "manylinux_2_28_x86_64" in linux
    assert "manylinux_2_34" not in linux  # UOS and Kylin have glibc 2.28


def wheel(folder, name, version="1.0", needs=(), tag="py3-none-any", files=(), **said):
    """A wheel of nothing but its metadata and empty files."""
    path, info = folder / f"{name}-{version}-{tag}.whl", f"{name}-{version}.dist-info"
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {need}" for need in needs),
    ]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in said.items()]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(lines) + "\n")
        for file in files:
            archive.writestr(file, "")
    return path


def test_what_a_wheel_needs_only_on_the_target_is_missed(tmp_path):
    wheels = [
        wheel(tmp_path, "a", needs=["b>=2 ; os_name == 'nt'", "c ; extra == 'more'", "d"]),
        wheel(tmp_path, "d"),
    ]
    assert build.missing(wheels, LINUX) == []
    assert build.missing(wheels, WINDOWS) == ["a-1.0-py3-none-any.whl: b>=2 ; os_name == 'nt'"]
    assert len(build.missing([*wheels, wheel(tmp_path, "b")], WINDOWS)) == 1  # too old
    assert build.missing([*wheels, wheel(tmp_path, "b", "2.1")], WINDOWS) == []


def test_licences_are_listed_whatever_field_they_stand_in(tmp_path):
    wheels = [
        wheel(tmp_path, "a", License_Expression="MIT"),
        wheel(tmp_path, "b", License="UNKNOWN", Classifier="License :: OSI Approved :: BSD License"),
        wheel(tmp_path, "c", License="Apache-2.0", Home_page="https://c.example"),
        wheel(tmp_path, "d"),
    ]
    rows = list(csv.DictReader(io.StringIO(build.licences(wheels))))
    assert [row["许可"] for row in rows] == ["MIT", "BSD License", "Apache-2.0", "见软件包中的LICENSE"]
    assert rows[2]["主页"] == "https://c.example"


def test_the_longest_path_is_where_windows_will_have_it(tmp_path):
    name = "a-1.0.data/data/share/jupyter/lab/x.js"
    assert build.longest_path([wheel(tmp_path, "a", files=[name])]) == len(
        "Lib/site-packages/a-1.0.dist-info/METADATA"
    )
    assert (
        build.longest_path([wheel(tmp_path, "b", files=[f"{'x' * 90}.json"])])
        == len("Lib/site-packages/") + 95
    )


def test_the_batch_file_is_gbk_with_windows_line_ends_and_safe_in_any_code_page():
    body = build.script("安装.bat", WINDOWS)
    text = body.decode("gbk")
    assert "@PYTHON@" not in text
    assert text.count("\r\n") == text.count("\n") == len(text.splitlines())
    for line in body.split(b"\r\n"):
        seen = line.decode(
            "ascii", errors="ignore"
        )  # a system of another code page reads the rest as signs of its own
        assert not set(seen.removeprefix("echo ")) & set("|&^") or line.isascii()
    labels = {line[1:] for line in text.splitlines() if line.startswith(":")}
    assert {word.split()[0] for word in text.split("goto ")[1:]} == labels
    unquoted = [
        part
        for line in text.splitlines()
        for part in line.split('"')[::2]
        if "%HERE%" in part or "%PYTHON%" in part
    ]
    assert unquoted == []


def test_a_letter_whose_second_byte_is_ascii_is_refused(monkeypatch, tmp_path):
    (tmp_path / "x.bat").write_text("echo 亅\n", encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    with pytest.raises(ValueError, match="亅"):
        build.script("x.bat", WINDOWS)


@pytest.mark.skipif(shutil.which("sh") is None, reason="no POSIX shell here")
def test_the_shell_script_is_read_by_sh_and_says_what_is_missing(tmp_path):
    (tmp_path / "安装.sh").write_bytes(build.script("安装.sh", build.Target("linux_x86_64", "3.99")))
    words = [shutil.which("sh"), str(tmp_path / "安装.sh")]
    done = subprocess.run(words, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    assert done.returncode == 1
    assert "本机没有 Python 3.99" in done.stderr


# The installer


ABOUT = {"id": "0.1-abc", "platform": "win_amd64", "python": "3.11", "packages": 2, "longest": 155}


def test_another_system_or_python_is_refused(monkeypatch):
    monkeypatch.setattr(install.sysconfig, "get_platform", lambda: "win32")
    with pytest.raises(install.InstallError, match="这是win_amd64的安装包，本机的Python是win32"):
        install.check_machine(ABOUT)
    monkeypatch.setattr(install.sysconfig, "get_platform", lambda: "win-amd64")
    with pytest.raises(install.InstallError, match=r"需要Python 2\.7"):
        install.check_machine({**ABOUT, "python": "2.7"})


def test_on_windows_a_folder_too_deep_is_refused_before_anything_is_written(monkeypatch, tmp_path):
    deep = tmp_path / ("深" * 40) / ("x" * 60)
    monkeypatch.setattr(install, "_WINDOWS", True)
    with pytest.raises(install.InstallError, match="太深：装好后最长的路径有"):
        install.check_room(deep, ABOUT)
    monkeypatch.setattr(install, "_WINDOWS", False)
    install.check_room(deep, ABOUT)


def test_a_full_disk_and_a_folder_that_cannot_be_written_are_said(monkeypatch, tmp_path):
    monkeypatch.setattr(install.shutil, "disk_usage", lambda _: type("", (), {"free": 5_000_000}))
    with pytest.raises(install.InstallError, match="只剩5MB"):
        install.check_room(tmp_path, ABOUT)
    (tmp_path / "file").touch()
    with pytest.raises(install.InstallError, match="不能写，请给出一个能写的文件夹"):
        install.check_room(tmp_path / "file" / "x", ABOUT)


def test_a_home_that_cannot_be_written_puts_all_beside_the_bundle(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "writable", lambda folder: folder.is_relative_to(tmp_path))
    monkeypatch.setattr(install, "HERE", tmp_path)
    assert install.default_base() == tmp_path / "kepu-eval"
    (tmp_path / "kepu-eval").mkdir()
    starter = install.start_file(tmp_path / "kepu-eval", Path("/p/bin/python"))
    assert f"'--folder' '{tmp_path / 'kepu-eval' / install.NAME}'" in starter.read_text(encoding="utf-8")


def test_a_line_for_cmd_keeps_the_users_folder_as_a_variable(monkeypatch):
    monkeypatch.setenv("LOCALAPPDATA", r"C:\Users\𠮷 田\AppData\Local")
    monkeypatch.delenv("USERPROFILE", raising=False)
    words = [r"C:\Users\𠮷 田\AppData\Local\kepu-eval\python.exe", "-m", "100%"]
    assert install.batch_line(words) == r'"%LOCALAPPDATA%\kepu-eval\python.exe" "-m" "100%%"'


def test_a_line_for_a_shell_survives_quotes():
    line = install.shell_line(["printf", "%s", "it's $HOME `x`"])
    assert subprocess.run(["sh", "-c", line], capture_output=True, text=True).stdout == "it's $HOME `x`"


@pytest.mark.skipif(os.name == "nt", reason="entries of a Linux desktop")
def test_a_shortcut_lies_in_the_menu_and_on_the_desktop(monkeypatch, tmp_path):
    (tmp_path / "桌面").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setattr(install.shutil, "which", lambda _: None)
    monkeypatch.setattr(install.Path, "home", lambda: tmp_path)
    made = Path(install.shortcut(tmp_path / "我的 $1" / "启动.sh"))
    assert made == tmp_path / "桌面" / "kepu-eval.desktop"
    assert f'Exec="{tmp_path}/我的 \\\\$1/启动.sh"' in made.read_text(encoding="utf-8")
    assert (tmp_path / "share" / "applications" / "kepu-eval.desktop").is_file()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A bundle of pip, which Python brings, and the project's wheel alone, in a folder with Chinese and a space."""
    folder = tmp_path_factory.mktemp("安装 包")
    wheels = folder / "wheels"
    wheels.mkdir()
    (brought,) = (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
    shutil.copy(brought, wheels)
    next(WheelBuilder(str(ROOT)).build(directory=str(wheels), versions=["standard"]))
    lines = []
    for file in sorted(wheels.iterdir()):
        name, version = file.name.split("-")[:2]
        lines.append(f"{name}=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}")
    (folder / "requirements.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.skipif(os.name == "nt", reason="安装.sh is for Linux")
def test_the_installer_makes_an_environment_with_the_command_and_a_second_run_only_starts_it(
    small, tmp_path, monkeypatch
):
    monkeypatch.setattr(build, "missing", lambda *_: [])
    here = build.Target("linux_x86_64", f"{sys.version_info[0]}.{sys.version_info[1]}")
    build.assemble(small, here)
    base = tmp_path / "用户 文件夹"
    words = ["sh", str(small / "安装.sh"), str(base), "--no-start"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "装好了" in done.stdout
    (place,) = (found.parent for found in base.glob("*/installed.json"))
    assert (place / "bin" / "kepu-eval").is_file()
    shown = subprocess.run([place / "bin" / "python", "-Ic", "import kepu_eval; print(kepu_eval.__file__)"], capture_output=True, text=True)  # fmt: skip
    assert shown.stdout.startswith(str(place))
    marked = (place / "installed.json").stat().st_mtime_ns
    assert subprocess.run(words, env=environment, capture_output=True).returncode == 0
    assert (place / "installed.json").stat().st_mtime_ns == marked


@pytest.mark.skipif(os.name == "nt", reason="安装.sh is for Linux")
def test_a_wheel_that_was_changed_on_the_way_is_not_installed(small, tmp_path, monkeypatch):
    broken = tmp_path / "坏"
    shutil.copytree(small, broken)
    monkeypatch.setattr(install, "HERE", broken)
    text = (broken / "requirements.txt").read_text(encoding="utf-8")
    other = base64.b16encode(hashlib.sha256(b"other").digest()).decode().lower()
    (broken / "requirements.txt").write_text("\n".join(f"{line.split('sha256:')[0]}sha256:{other}" for line in text.splitlines()), encoding="utf-8")  # fmt: skip
    with pytest.raises(install.InstallError, match=r"软件包没有装上.*安装包可能不完整"):
        install.install(tmp_path / "base", {**ABOUT, "id": "x"})
    assert not list((tmp_path / "base").glob("*/installed.json"))
