"""One folder and one zip that install the project on an office PC without network: ``make bundle PLATFORM=… PYTHON=…``.

Wheels are those of ``requirements.lock`` for the target's system and Python, downloaded by pip and checked against their hashes.
pip judges markers by the machine it runs on; here they are judged for the target, so that Windows gets its pywinpty and colorama.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
GLIBC = range(28, 4, -1)
"""Minor versions of glibc 2 whose wheels a Linux bundle may hold: 2.28 is what UOS 20 and Kylin V10 have."""
_SYSTEMS = {
    "win_amd64": {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
    "linux_x86_64": {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
}  # fmt: skip
_SCRIPTS = {"win_amd64": "安装.bat", "linux_x86_64": "安装.sh"}


@dataclass(frozen=True)
class Target:
    """The system and the version of Python that a bundle is for, such as ``win_amd64`` and ``3.11``."""

    platform: str
    python: str

    @property
    def environment(self) -> dict[str, str]:
        """What markers of requirements ask about."""
        return {
            **_SYSTEMS[self.platform], "python_version": self.python, "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": "",
        }  # fmt: skip

    @property
    def pip_options(self) -> list[str]:
        """By which pip takes the target's wheels."""
        tags = [self.platform]
        if self.platform.startswith("linux_"):
            machine = self.platform.removeprefix("linux_")
            old = [f"manylinux{name}_{machine}" for name in ("2014", "2010", "1")]
            tags += [*(f"manylinux_2_{minor}_{machine}" for minor in GLIBC), *old]
        abis = [f"cp{self.python.replace('.', '')}", "abi3", "none"]
        return [
            "--only-binary=:all:", "--no-deps", "--implementation", "cp", "--python-version", self.python,
            *(word for tag in tags for word in ("--platform", tag)), *(word for abi in abis for word in ("--abi", abi)),
        ]  # fmt: skip


def pinned(lock: str, target: Target) -> list[str]:
    """The lock's requirements for a target: ``name==version --hash=…``, without those of other systems."""
    found = []
    for entry in re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]:
        words = entry.replace("\\\n", " ").splitlines()[0]
        requirement = Requirement(words.split("--hash")[0])
        if requirement.marker is None or requirement.marker.evaluate(target.environment):
            hashes = re.findall(r"--hash=\S+", words)
            found.append(" ".join([f"{requirement.name}{requirement.specifier}", *hashes]))
    return found


def metadata(wheel: Path) -> Message:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n))
        return message_from_bytes(archive.read(name))


def missing(wheels: Sequence[Path], target: Target) -> list[str]:
    """What the wheels need on the target and do not have among them; empty when they are whole."""
    versions = dict(parse_wheel_filename(wheel.name)[:2] for wheel in wheels)
    lost = []
    for wheel in wheels:
        for line in metadata(wheel).get_all("Requires-Dist", []):
            needed = Requirement(line)
            if needed.marker and not needed.marker.evaluate(target.environment):
                continue
            version = versions.get(canonicalize_name(needed.name))
            if version is None or not needed.specifier.contains(version, prereleases=True):
                lost.append(f"{wheel.name}: {line}")
    return lost


def licences(wheels: Iterable[Path]) -> str:
    """A table for Excel of what the bundle contains: name, version, licence, home."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(["软件包", "版本", "许可", "主页"])
    for wheel in sorted(wheels, key=lambda wheel: wheel.name.lower()):
        about = metadata(wheel)
        rows.writerow([about["Name"], about["Version"], _licence(about), _home(about)])
    return text.getvalue()


def _licence(about: Message) -> str:
    classified = [
        line.rpartition("::")[2].strip() for line in about.get_all("Classifier", []) if "License ::" in line
    ]
    told = str(about["License"] or "").strip()
    short = told.splitlines()[0] if told and len(told.splitlines()) == 1 else ""
    named = short if short != "UNKNOWN" else ""
    return about["License-Expression"] or named or "；".join(classified) or "见软件包中的LICENSE"


def _home(about: Message) -> str:
    urls = [line.partition(",")[2].strip() for line in about.get_all("Project-URL", [])]
    return about["Home-page"] or (urls[0] if urls else "")


def longest_path(wheels: Iterable[Path]) -> int:
    r"""Length of the longest path below the environment once all is installed, as Windows lays it out."""
    return max(
        len(_placed(name)) + len("__pycache__\\.cpython-311.pyc") * name.endswith(".py")
        for wheel in wheels
        for name in zipfile.ZipFile(wheel).namelist()
    )


def _placed(name: str) -> str:
    data = re.match(r"[^/]+\.data/(?:data|scripts|headers)/", name)
    return name[data.end() :] if data else f"Lib/site-packages/{name}"


def script(name: str, target: Target) -> bytes:
    """The file to start with. For Windows in GBK, which cmd.exe reads on a Chinese system, with its line ends.

    Raises ``ValueError`` for a letter whose second byte in GBK is one of ASCII's: where a system has another code page, cmd.exe
    would take it for a sign of its own, such as ``|``.
    """
    text = (HERE / name).read_text(encoding="utf-8").replace("@PYTHON@", target.python)
    if not name.endswith(".bat"):
        return text.encode("utf-8")
    if split := [c for c in text if len(c.encode("gbk")) == 2 and c.encode("gbk")[1] < 0x80]:
        raise ValueError(f"not safe in every code page: {''.join(split)}")
    return text.replace("\n", "\r\n").encode("gbk")


def build(target: Target, out: Path) -> Path:
    """Make the folder and its zip in ``out``; the folder. Raises ``CalledProcessError`` when pip cannot get a wheel."""
    folder = out / f"kepu-eval-{target.platform}-py{target.python}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    lines = pinned((ROOT / "requirements.lock").read_text(encoding="utf-8"), target)
    requirements = folder / "requirements.txt"
    requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
    hashed = ["--quiet", "--require-hashes", *target.pip_options, "-r", str(requirements)]
    _pip("download", "--dest", str(wheels), *hashed)
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
    (own,) = wheels.glob("kepu_eval-*.whl")
    lines.append(f"{own.name.split('-')[0]}=={own.name.split('-')[1]} --hash=sha256:{_sha256(own)}")
    requirements.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assemble(folder, target)
    check = [
        "--no-index",
        "--find-links",
        str(wheels),
        "--target",
        str(folder / "none"),
        "--dry-run",
        "--ignore-installed",
    ]
    _pip("install", *check, *hashed)
    shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    return folder


def assemble(folder: Path, target: Target) -> None:
    """Put everything beside the wheels that a bundle has; ``ValueError`` when a wheel is missing."""
    wheels = sorted((folder / "wheels").glob("*.whl"))
    if lost := missing(wheels, target):
        raise ValueError("\n".join(lost))
    requirements = (folder / "requirements.txt").read_bytes()
    version = next(parse_wheel_filename(w.name)[1] for w in wheels if w.name.startswith("kepu_eval-"))
    about = {
        "id": f"{version}-{hashlib.sha256(requirements).hexdigest()[:6]}", "platform": target.platform,
        "python": target.python, "packages": len(wheels), "longest": longest_path(wheels),
    }  # fmt: skip
    (folder / "bundle.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
    name = _SCRIPTS[target.platform]
    (folder / name).write_bytes(script(name, target))
    (folder / name).chmod(0o755)
    shutil.copy(HERE / "install.py", folder / "install.py")
    (folder / "许可清单.csv").write_text(licences(wheels), encoding="utf-8-sig", newline="")
    shutil.copy(ROOT / "docs" / "安装.md", folder / "说明.md")


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words, "--disable-pip-version-check"], check=True)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(_SYSTEMS), required=True)
    parser.add_argument("--python", choices=["3.11", "3.12", "3.13"], default="3.11")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    folder = build(Target(given.platform, given.python), given.out)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{folder}（{size / 1e6:.0f} MB）和 {folder}.zip")


if __name__ == "__main__":
    main()
