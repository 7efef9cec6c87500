"""The folder of work that ``kepu-eval lab`` opens: what comes with the library is there, what a person changed is kept."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.resources import resource
from kepu_eval.runner import lab

FEW = {"notebooks": "notebooks", "docs": "docs"}


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """What the library brings, made small and changeable."""
    for place in FEW:
        (tmp_path / "带来" / place).mkdir(parents=True)
    (tmp_path / "带来" / "notebooks" / "start_here.ipynb").write_text("一版", encoding="utf-8")
    (tmp_path / "带来" / "docs" / "安装.md").write_text("一版", encoding="utf-8")
    monkeypatch.setattr(lab, "resource", lambda name: tmp_path / "带来" / name)
    monkeypatch.setattr(lab, "_SHIPPED", FEW)
    return tmp_path / "带来"


def text(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def test_a_new_folder_gets_notebooks_docs_and_the_example(tmp_path):
    folder = tmp_path / "新 文件夹"
    assert lab.prepare(folder) == []
    for name in ("notebooks/start_here.ipynb", "docs/安装.md", "data/example/2023-midterm/区教育局.xlsx"):
        ours = name.removeprefix("data/")
        assert (folder / name).read_bytes() == resource(ours).read_bytes()
    assert (folder / "reports").is_dir()
    assert lab.prepare(folder) == []


@pytest.mark.usefixtures("shipped")
def test_what_was_changed_stays_as_long_as_the_library_brings_the_same(tmp_path):
    folder = tmp_path / "工作"
    lab.prepare(folder)
    (folder / "notebooks" / "start_here.ipynb").write_text("我的", encoding="utf-8")
    assert lab.prepare(folder) == []
    assert text(folder, "notebooks/start_here.ipynb") == "我的"


def test_a_new_version_replaces_what_is_unchanged_and_keeps_the_rest_beside_it(shipped, tmp_path):
    folder = tmp_path / "工作"
    lab.prepare(folder)
    (folder / "notebooks" / "start_here.ipynb").write_text("我的", encoding="utf-8")
    (folder / "notebooks" / "自己.ipynb").write_text("自己的", encoding="utf-8")
    for file in ("notebooks/start_here.ipynb", "docs/安装.md"):
        (shipped / file).write_text("二版", encoding="utf-8")
    (kept,) = lab.prepare(folder)
    assert kept.name.startswith("start_here（")
    assert kept.name.endswith("改动）.ipynb")
    assert kept.read_text(encoding="utf-8") == "我的"
    assert text(folder, "notebooks/start_here.ipynb") == text(folder, "docs/安装.md") == "二版"
    assert text(folder, "notebooks/自己.ipynb") == "自己的"


@pytest.mark.usefixtures("shipped")
def test_files_that_stood_there_before_are_not_ours_to_replace(tmp_path):
    folder = tmp_path / "工作"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "安装.md").write_text("别人的", encoding="utf-8")
    (kept,) = lab.prepare(folder)
    assert kept.read_text(encoding="utf-8") == "别人的"


def test_a_checkout_is_its_own_folder_of_work(monkeypatch, tmp_path):
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root / "notebooks")
    assert lab.folder_of_work(None) == root
    before = (root / "notebooks" / "start_here.ipynb").stat().st_mtime_ns
    assert lab.prepare(root) == []
    assert (root / "notebooks" / "start_here.ipynb").stat().st_mtime_ns == before
    assert lab.folder_of_work(tmp_path) == tmp_path


def test_terminals_find_the_command_and_nothing_is_written_outside(tmp_path):
    found = lab.environment(tmp_path)
    assert found["PATH"].split(os.pathsep)[0] == str(Path(lab.sys.executable).parent)
    written = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    assert all(Path(found[name]).is_relative_to(tmp_path) for name in written)
    settings = Path(found["JUPYTER_CONFIG_PATH"], "labconfig", "default_setting_overrides.json")
    chosen = json.loads(settings.read_text(encoding="utf-8"))
    assert chosen["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}


def test_a_jupyterlab_that_does_not_start_is_said_in_chinese(tmp_path):
    done = CliRunner().invoke(main, ["lab", "--folder", str(tmp_path), "--", "--port=nowhere"])
    assert done.exit_code == 2
    assert "JupyterLab没有启动" in done.output
    assert "jupyterlab.log" in done.output
