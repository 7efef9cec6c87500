"""A folder of a report changes in one move; what a person did to it is moved aside and named; formats fail alone."""

import json
import os
import sys

import nbformat
import pytest
from click.testing import CliRunner

from benchmarks.kills import EDITED, report, state, trial
from kepu_eval import files
from kepu_eval.cli import main
from kepu_eval.report import exporters
from kepu_eval.runner import publishing, warm
from kepu_eval.runner.publishing import publish
from kepu_eval.runner.report import export
from tests.report.test_glyphs import notebook

OLD, NEW = report("old"), report("new")


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_the_earlier_set_is_kept_under_its_date_or_replaced(tmp_path):
    folder = tmp_path / "mt"
    assert publish(folder, OLD) == publish(folder, OLD) == {}
    assert names(tmp_path) == {"mt"}  # the same set again is no other version
    publish(folder, NEW)
    assert state(folder, {"new": NEW}) == "new"
    (version,) = (tmp_path / "mt-历次").iterdir()
    assert state(version, {"old": OLD}) == "old"
    publish(folder, OLD, replace=True)
    assert names(tmp_path) == {"mt", "mt-历次"}
    assert len(names(tmp_path / "mt-历次")) == 1


def test_what_is_made_no_more_does_not_stay_beside_the_new(tmp_path):
    publish(tmp_path / "mt", OLD)
    fewer = {name: body for name, body in NEW.items() if not name.endswith("pdf")}
    publish(tmp_path / "mt", fewer)
    assert names(tmp_path / "mt") == set(fewer)


def test_a_changed_file_is_moved_aside_and_named(tmp_path):
    folder = tmp_path / "mt"
    publish(folder, OLD)
    (folder / "报告.docx").write_bytes(EDITED)
    (folder / "备注.txt").write_bytes(b"own")
    (folder / "照片").mkdir()
    (folder / "照片" / "1.jpg").write_bytes(b"own")
    ((name, aside),) = publish(folder, NEW).items()
    assert name == "报告.docx"
    assert aside.read_bytes() == EDITED
    assert "改动" in aside.name
    assert (folder / "照片" / "1.jpg").read_bytes() == b"own"
    assert names(folder) == {*NEW, "备注.txt", "照片", aside.name}
    assert publish(folder, OLD) == {}  # it is a person's file by now
    assert aside.read_bytes() == EDITED


def test_a_file_of_that_name_that_we_did_not_write_is_kept(tmp_path):
    (tmp_path / "报告.docx").write_bytes(EDITED)
    aside = publish(tmp_path, NEW)
    assert aside["报告.docx"].read_bytes() == EDITED
    assert state(tmp_path, {"new": NEW}) == "new"


def test_a_folder_in_which_a_person_works_stays_where_it_is(tmp_path, monkeypatch):
    folder = tmp_path / "mt"
    publish(folder, OLD)
    monkeypatch.chdir(folder)
    before = folder.stat().st_ino
    publish(folder, NEW)
    assert (folder.stat().st_ino, state(folder, {"new": NEW})) == (before, "new")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried on forked processes")
@pytest.mark.parametrize("replace", [True, False])
def test_killed_at_any_step_it_is_the_old_set_or_the_new_one(tmp_path, replace):
    for step in range(1, 300, 19):
        place = tmp_path / str(step)
        place.mkdir()
        found, kept, _ = trial(place, step, replace=replace)
        assert found in ("old", "new")
        assert kept


def test_without_an_exchange_in_one_step_the_next_run_finishes_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "other")
    publish(tmp_path / "mt", OLD)
    publish(tmp_path / "mt", NEW)
    assert state(tmp_path / "mt", {"new": NEW}) == "new"
    (tmp_path / "mt").rename(tmp_path / ".mt.999999999.new.before")  # as if killed between the two steps
    publishing.recover(tmp_path / "mt")
    assert state(tmp_path / "mt", {"new": NEW}) == "new"


def test_a_full_disk_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    publish(tmp_path / "mt", OLD)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_whole", full)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path / "mt", NEW)
    assert names(tmp_path) == {"mt"}
    assert state(tmp_path / "mt", {"old": OLD}) == "old"


class Refusing(exporters.PdfExporter):
    def render(self, _):
        raise RuntimeError("无法生成PDF：字体\n缺字")


def test_a_format_that_fails_takes_no_other_along(tmp_path, monkeypatch):
    monkeypatch.setattr(exporters, "PdfExporter", Refusing)
    made = export(notebook("一句话"), tmp_path / "out", "报告", ("docx", "pdf", "html"))
    assert set(made) == {"ipynb", "docx", "html", "manifest"}
    assert json.loads(made["manifest"].read_text(encoding="utf-8"))["failed"] == {
        "pdf": "无法生成PDF：字体 缺字"
    }
    nbformat.read(made["ipynb"], as_version=4)

    monkeypatch.setattr(warm, "run", lambda *_, **__: {name: str(path) for name, path in made.items()})
    done = CliRunner().invoke(main, ["report", "midterm", "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "未生成pdf：无法生成PDF：字体 缺字" in done.output


def test_the_terminal_names_what_was_moved_aside(tmp_path, monkeypatch):
    made = export(notebook("一句话\U0001f9a4"), tmp_path / "out", "报告", ("docx",))
    made["docx"].write_bytes(EDITED)
    made = export(notebook("另一句话\U0001f9a4"), tmp_path / "out", "报告", ("docx",))
    monkeypatch.setattr(warm, "run", lambda *_, **__: {name: str(path) for name, path in made.items()})
    done = CliRunner().invoke(main, ["report", "midterm", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert "“报告.docx”在生成后被改动过，已另存为“" in done.output
    assert "以□代替的字：U+1F9A4" in done.output


def test_a_folder_that_windows_does_not_let_go_of_is_as_it_was(tmp_path, monkeypatch):
    """As on Windows, in two steps: either can be refused while a file inside is open."""
    monkeypatch.setattr(publishing.sys, "platform", "win32")
    publish(tmp_path / "mt", OLD)
    real = files.Path.replace
    for refused in ("mt", ".mt."):

        def replace(self, target, refused=refused):
            moving_in = self.name.startswith(".mt.") and target.name == "mt"
            if self.name == refused or (refused == ".mt." and moving_in):
                raise PermissionError(13, "being used by another process")
            return real(self, target)

        monkeypatch.setattr(files.Path, "replace", replace)
        with pytest.raises(PermissionError, match="无法更新“mt”：其中的文件可能正在"):
            publish(tmp_path / "mt", NEW)
        assert names(tmp_path) == {"mt"}
        assert state(tmp_path / "mt", {"old": OLD}) == "old"
    monkeypatch.setattr(files.Path, "replace", real)
    publish(tmp_path / "mt", NEW)
    assert state(tmp_path / "mt", {"new": NEW}) == "new"
