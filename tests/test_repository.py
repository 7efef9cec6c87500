"""The repository as a whole: what it must never carry, and what its files must agree on."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import kepu_eval

ROOT = Path(__file__).parent.parent

# Written in pieces, so that this file does not contain what it looks for.
REGISTRY = re.compile(
    r"--(?:extra-)?index"
    + r"-url\s*[= ]\s*\S|https?://\S+/simple"
    + r"\b|https?://\S+\.(?:whl|tgz|tar\.gz)\b"
    r"|(?:pypi|pythonhosted|npmjs|anaconda|tsinghua|aliyun)" + r"\.(?:org|com|edu\.cn)"
)
BUILD_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root|tmp|home/\w+)" + r"/[\w.]")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def committed_files():
    """What git would commit: tracked files and new ones that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listing.decode("utf-8").split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_files():
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")


def found_in_repository(pattern):
    return [f"{name}: {match[0]}" for name, text in text_files() for match in pattern.finditer(text)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install --index" + "-url https://mirror.example/" + "simple x",
        "https://files.python" + "hosted.org/x",
        "https://pypi" + ".org",
        "https://example.com/pkg" + ".whl",
    ],
)
def test_registry_pattern_knows_a_registry(line):
    assert REGISTRY.search(line)


@pytest.mark.parametrize(
    "line", ["make PYTHON=/usr/local/bin/python3.12", "--no-emit-index" + "-url", "~/.config/x"]
)
def test_patterns_leave_ordinary_lines_alone(line):
    assert not REGISTRY.search(line)
    assert not BUILD_PATH.search(line)


@pytest.mark.parametrize("line", ["open('/wo" + "rk/main/x')", "see /ro" + "ot/x", "/ho" + "me/user/x"])
def test_path_pattern_knows_a_path_of_a_building_machine(line):
    assert BUILD_PATH.search(line)


def test_no_file_names_a_package_registry():
    assert found_in_repository(REGISTRY) == []


def test_no_file_names_a_path_of_the_building_machine():
    assert found_in_repository(BUILD_PATH) == []


def test_notebooks_carry_no_outputs():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        executed = [i for i, cell in enumerate(cells) if cell.get("outputs") or cell.get("execution_count")]
        assert executed == [], f"{path.name}: clear the outputs of cells {executed}"


def test_the_package_and_its_metadata_state_the_same_version():
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == kepu_eval.__version__


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_in_a_lock_is_pinned_with_a_hash(lock):
    packages = re.split(r"^(?=[\w.-]+==)", read(lock), flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert not re.search(r"^(?!\s|#)(?![\w.-]+==)\S", read(lock), flags=re.MULTILINE)


def test_readme_and_makefile_run_the_same_tests():
    steps = re.findall(r"^\t\$\(BIN\)/(ruff .+|python -m pytest .+)$", read("Makefile"), flags=re.MULTILINE)
    on_windows = re.findall(
        r"^\.venv\\Scripts\\(ruff .+|python -m pytest .+)$", read("README.md"), flags=re.MULTILINE
    )
    assert len(steps) == 3
    assert sorted(steps) == sorted(on_windows)


def test_ci_runs_only_what_the_readme_tells_readers_to_run():
    commands = re.findall(r"^(?!#|set |cd )(\S.+)$", read(".ci/run"), flags=re.MULTILINE)
    assert commands == ["make test"]
    assert re.search(r"^make test\b", read("README.md"), flags=re.MULTILINE)


def test_readme_links_lead_somewhere():
    targets = re.findall(r"(?<!!)\[[^\]]+\]\(([^)#:]+)", read("README.md"))
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
