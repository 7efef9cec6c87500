"""The examples of docs/定时运行.md are what their programs accept, and call what this project has."""

import ast
import configparser
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kepu_eval.cli import main

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def is_a_command_of_ours(words):
    """A call of kepu-eval that click would take: command and options exist."""
    program, name, *rest = words
    assert program.endswith(("kepu-eval", "kepu-eval.exe"))
    options = {option for parameter in main.commands[name].params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def unit(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(EXAMPLES / name, encoding="utf-8")
    return parser


def test_the_crontab_line_has_five_fields_and_a_command_of_ours():
    (line,) = [li for li in (EXAMPLES / "crontab").read_text("utf-8").splitlines() if not li.startswith("#")]
    fields, command = line.split(None, 5)[:5], line.split(None, 5)[5]
    assert all(re.fullmatch(r"[\d*,/-]+", field) for field in fields)
    is_a_command_of_ours(shlex.split(command.partition("&& ")[2].partition(" >>")[0]))


def test_the_systemd_units_name_a_time_and_a_command_of_ours():
    is_a_command_of_ours(shlex.split(unit("kepu-eval.service")["Service"]["ExecStart"]))
    assert unit("kepu-eval.timer")["Timer"]["OnCalendar"] == "*-01,04,07,10-05 06:00:00"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_time():
    command = ["systemd-analyze", "calendar", unit("kepu-eval.timer")["Timer"]["OnCalendar"]]
    assert "Next elapse" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_windows_task_runs_a_command_of_ours():
    task = ElementTree.fromstring((EXAMPLES / "kepu-eval.xml").read_bytes())
    assert [month.tag.removeprefix(TASK) for month in task.find(f".//{TASK}Months")] == [
        "January", "April", "July", "October",
    ]  # fmt: skip
    execute = task.find(f".//{TASK}Exec")
    words = execute.find(f"{TASK}Arguments").text.split()
    is_a_command_of_ours([execute.find(f"{TASK}Command").text, *words])


def test_the_airflow_dag_passes_parameters_that_the_notebook_has():
    from kepu_eval.parameters import notebook_parameters
    from kepu_eval.runner.report import source

    tree = ast.parse((EXAMPLES / "kepu_eval_dag.py").read_text(encoding="utf-8"))
    (given,) = [k.value for k in ast.walk(tree) if isinstance(k, ast.keyword) and k.arg == "parameters"]
    assert {key.value for key in given.keys} <= set(notebook_parameters(source("midterm")))


@pytest.mark.skipif(
    importlib.util.find_spec("airflow") is None, reason="Airflow lives in an environment of its own"
)
def test_airflow_imports_the_dag():
    command = [sys.executable, str(EXAMPLES / "kepu_eval_dag.py")]
    subprocess.run(command, check=True, capture_output=True)
