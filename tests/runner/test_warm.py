"""The warm parent is found, used and ended; who only asks for a report stays light."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.runner import ReportError, run_report, warm
from tests.runner.notebooks import write_notebook

HEAVY = (
    "pandas",
    "numpy",
    "matplotlib",
    "papermill",
    "nbformat",
    "scipy",
    "openpyxl",
    "pydantic",
    "distributed",
)


@pytest.fixture
def runtime(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders have names too long for a socket
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder) / f"kepu-eval-{os.getuid()}"


def test_the_command_line_and_asking_for_a_report_import_nothing_heavy():
    code = (
        "import sys\nimport kepu_eval.cli, kepu_eval.runner.warm, kepu_eval.runner.batch, kepu_eval.runner.verify\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_parent_that_was_started_for_everybody_is_used_until_it_is_stopped(runtime, tmp_path, monkeypatch):
    started = CliRunner().invoke(main, ["warm"])
    assert "已预热" in started.output, started.output
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert "已在预热状态" in CliRunner().invoke(main, ["warm"]).output
    with monkeypatch.context() as patch:
        patch.setattr(warm._own, "connect", lambda: pytest.fail("started a parent of its own"))
        run_report(write_notebook(tmp_path / "a.ipynb", "1"), tmp_path / "out", {}, ())
    assert "已结束1个" in CliRunner().invoke(main, ["warm", "--stop"]).output
    assert list(runtime.iterdir()) == []


def test_a_parent_of_another_state_of_library_or_surroundings_is_not_used(monkeypatch):
    before = warm.key()
    assert warm.key() == before
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert warm.key() != before


def test_a_folder_for_sockets_that_others_can_enter_is_refused(runtime):
    runtime.mkdir(mode=0o755)
    with pytest.raises(ReportError, match="不是本用户专有"):
        warm._folder()


def test_a_notebook_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ReportError, match="找不到笔记本"):
        run_report(tmp_path / "none.ipynb", tmp_path / "out", {}, ())
