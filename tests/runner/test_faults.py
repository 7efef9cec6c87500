"""What goes wrong leaves no half-written report under a final name, and a second run completes."""

import os
import signal
import subprocess
import sys

import pytest

from kepu_eval.runner import ReportError, run_report, warm
from tests.runner.notebooks import wait_for, write_notebook

pytestmark = pytest.mark.slow

WAIT = "from pathlib import Path\nimport os, time\nPath('pid').write_text(str(os.getpid()))\nif not Path('go').exists():\n    time.sleep(600)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pid_of_the_report(folder):
    return int(wait_for(lambda: (folder / "pid").exists() and (folder / "pid").read_text()))


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _interruptible():
    """Whoever runs the tests in the background has them ignore SIGINT, and their children with them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def batch(folder, *options):
    """``kepu-eval batch`` of one row, as a process of its own."""
    (folder / "spec.csv").write_text("notebook,output\nwait.ipynb,a\n")
    command = [
        sys.executable,
        "-m",
        "kepu_eval.cli",
        "batch",
        "spec.csv",
        "--out",
        "out",
        "--formats",
        "ipynb",
    ]
    return subprocess.Popen(
        [*command, *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_interruptible,
    )


def reports(folder):
    return (
        [p.name for p in (folder / "out").glob("*") if p.name != "logs"] if (folder / "out").exists() else []
    )


def test_a_notebook_that_hangs_is_stopped(folder):
    source = write_notebook(folder / "hang.ipynb", "import time\ntime.sleep(600)")
    with pytest.raises(ReportError, match="报告“hang”超过时限1秒"):
        run_report(source, folder / "out", {}, (), time_limit=1)
    assert not (folder / "out").exists()


def test_so_it_is_in_an_ordinary_kernel(folder, monkeypatch):
    monkeypatch.setattr(warm, "CAN_FORK", False)
    source = write_notebook(folder / "hang.ipynb", "import time\ntime.sleep(600)")
    with pytest.raises(ReportError, match="超过时限1秒"):
        run_report(source, folder / "out", {}, (), time_limit=1)
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    "cell",
    [
        "print('x' * 100_000_000)",
        "while True:\n    print('x' * 100_000)",
        "import os\nos.system('yes | head -c 100000000')",
    ],
)
def test_a_notebook_that_prints_without_end_is_stopped(folder, cell):
    with pytest.raises(ReportError, match="输出超过64MB"):
        run_report(write_notebook(folder / "loud.ipynb", cell, "'next'"), folder / "out", {}, ())
    assert not (folder / "out").exists()


def test_a_report_whose_process_is_killed_is_told_and_can_be_made_again(folder):
    write_notebook(folder / "wait.ipynb", WAIT)
    running = batch(folder)
    os.kill(pid_of_the_report(folder), signal.SIGKILL)
    wait_for(lambda: (folder / "out" / "logs" / "a.log").exists())
    assert "意外结束（信号9）" in (folder / "out" / "logs" / "a.log").read_text(encoding="utf-8")
    (folder / "go").touch()  # the second try, which waits by now or has not begun, may finish
    (folder / "pid").unlink(missing_ok=True)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert reports(folder) == []
    again = batch(folder)
    assert again.wait(60) == 0
    assert reports(folder) == ["a"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_when_the_caller_ends_its_reports_end_with_it(folder, number):
    write_notebook(folder / "wait.ipynb", WAIT)
    running = batch(folder)
    pid = pid_of_the_report(folder)
    running.send_signal(number)
    assert running.wait(30) == (130 if number == signal.SIGINT else -9)
    wait_for(lambda: gone(pid), 30)
    assert reports(folder) == []


def test_when_the_parent_is_killed_the_next_report_has_a_new_one(folder):
    source = write_notebook(folder / "quick.ipynb", "1")
    run_report(source, folder / "one", {}, ())
    process, _ = warm._own._running
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    run_report(source, folder / "two", {}, ())
    assert (folder / "one" / "quick.ipynb").read_bytes() == (folder / "two" / "quick.ipynb").read_bytes()


def test_a_folder_that_cannot_be_written_is_named(folder):
    source = write_notebook(folder / "quick.ipynb", "1")
    (folder / "out").write_text("a file")
    with pytest.raises(ReportError, match=r"报告“quick”无法写入“.*out”"):
        run_report(source, folder / "out", {}, ())
    assert (folder / "out").read_text() == "a file"


def test_a_full_disk_leaves_nothing_half_written(folder):
    # Files of this process and of its children may not grow beyond 20 kB: the disk is full for the notebook's file.
    write_notebook(folder / "wait.ipynb", "print('x' * 100_000)")
    (folder / "spec.csv").write_text("notebook,output\nwait.ipynb,a\n")
    command = "import resource, sys\nfrom kepu_eval.cli import main\n"
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    rest = "main(['batch', 'spec.csv', '--out', 'out', '--formats', 'ipynb', '--jobs', '1'])"
    failed = subprocess.run(
        [sys.executable, "-c", command + full + rest], cwd=folder, capture_output=True, text=True, check=False
    )
    assert failed.returncode == 1, failed.stderr
    assert "无法写入" in failed.stderr
    assert reports(folder) == []
    made = subprocess.run(
        [sys.executable, "-c", command + rest], cwd=folder, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert reports(folder) == ["a"]


def test_a_cluster_worker_that_is_killed_loses_nothing(folder):
    write_notebook(folder / "wait.ipynb", WAIT)
    running = batch(folder, "--cluster", "local:1")
    pid = pid_of_the_report(folder)
    (folder / "go").touch()
    parent = int(
        subprocess.run(
            ["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True
        ).stdout
    )
    worker = int(
        subprocess.run(
            ["ps", "-o", "ppid=", "-p", str(parent)], capture_output=True, text=True, check=True
        ).stdout
    )
    os.kill(worker, signal.SIGKILL)
    assert running.wait(120) == 0
    wait_for(lambda: gone(pid), 30)
    assert reports(folder) == ["a"]
