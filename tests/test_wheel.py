"""An installed wheel needs no checkout: it carries notebooks, example data and docs, and finds them from anywhere."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("w")), versions=["standard"])))  # fmt: skip


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel's files in a folder of their own, and a way to run Python with them, elsewhere."""
    place = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(place)

    def run(*words, folder):
        environment = {**os.environ, "PYTHONPATH": str(place)}
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)

    return run


def shipped(folder):
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, check=True)
    return {name for name in listed.stdout.decode("utf-8").split("\0") if name}


def test_it_carries_what_a_checkout_has_beside_the_library(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("notebooks", "docs", "data"):
        wanted = {f"kepu_eval/_data/{name.removeprefix('data/')}" for name in shipped(folder)}
        assert wanted
        assert wanted <= names
    assert [name for name in names if "ledger.sqlite" in name or "tests/" in name] == []


def test_paths_mean_the_folder_of_work_then_what_is_shipped(installed, tmp_path):
    code = (
        "from kepu_eval.resources import project_path as p, resource, home\n"
        "print(home()); print(p('reports')); print(p('data/ledger.sqlite'))\n"
        "print(p('data/example/2023-midterm').is_dir(), resource('docs/安装.md').is_file())"
    )
    plain = tmp_path / "空 文件夹"
    plain.mkdir()
    assert installed("-c", code, folder=plain).stdout.splitlines() == [
        str(plain), str(plain / "reports"), str(plain / "data" / "ledger.sqlite"), "True True",
    ]  # fmt: skip
    deep = tmp_path / "工作" / "reports" / "文稿" / "中期"
    deep.mkdir(parents=True)
    (tmp_path / "工作" / "notebooks").mkdir()
    (tmp_path / "工作" / "notebooks" / "start_here.ipynb").touch()
    assert installed("-c", code, folder=deep).stdout.splitlines()[:2] == [str(tmp_path / "工作"), str(tmp_path / "工作" / "reports")]  # fmt: skip


@pytest.mark.slow
def test_the_example_is_collected_and_reported_without_a_checkout(installed, tmp_path):
    kepu = ("-m", "kepu_eval.cli")
    done = installed(*kepu, "report", "midterm", "--formats", "docx", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "reports" / "midterm" / "中期自查评估报告.docx").is_file()
    done = installed(
        *kepu, "collect", "data/example/2023-midterm", "--round", "2023-midterm", folder=tmp_path
    )
    assert "入账23份" in done.stdout, done.stderr
    assert (tmp_path / "data" / "ledger.sqlite").is_file()
