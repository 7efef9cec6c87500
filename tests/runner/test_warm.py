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
from tests.runner.notebooks import wait_for, write_notebook

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
def test_a_parent_that_was_started_for_everybody_is_used_until_it_is_stopped(
    runtime, tmp_path, monkeypatch, recwarn
):
    started = CliRunner().invoke(main, ["warm"])
    assert "已预热" in started.output, started.output
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert "已在预热状态" in CliRunner().invoke(main, ["warm"]).output
    with monkeypatch.context() as patch:
        patch.setattr(warm._own, "connect", lambda: pytest.fail("started a parent of its own"))
        run_report(write_notebook(tmp_path / "a.ipynb", "1"), tmp_path / "out", {}, ())
    assert "已结束1个" in CliRunner().invoke(main, ["warm", "--stop"]).output
    assert list(runtime.iterdir()) == []
    # Nobody's child: no process is left for this one to wait for.
    assert not [warning for warning in recwarn if warning.category is ResourceWarning]


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


@pytest.fixture
def broken_library(tmp_path, monkeypatch):
    """An installation in which a library that reports need is gone."""
    message = "No module named 'ipykernel'"
    (tmp_path / "ipykernel.py").write_text(f'raise ModuleNotFoundError("{message}", name="ipykernel")')
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), before))))


TO_DO = (
    "无法导入“ipykernel”（No module named 'ipykernel'），不能生成报告；请按 docs/安装.md 重新安装依赖后重试"
)


@pytest.mark.slow
@pytest.mark.usefixtures("broken_library")
def test_a_library_that_cannot_be_imported_is_named_with_what_to_do(tmp_path):
    source = write_notebook(tmp_path / "a.ipynb", "1")
    for _ in range(2):
        with pytest.raises(ReportError) as told:
            run_report(source, tmp_path / "out", {}, ())
        assert str(told.value) == TO_DO
        assert "Traceback" in told.value.details
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("broken_library")
def test_warming_up_tells_it_too_and_leaves_no_process(runtime):
    result = CliRunner().invoke(main, ["warm"])
    assert (result.exit_code, result.output.strip()) == (2, TO_DO)
    wait_for(lambda: not list(runtime.iterdir()))
