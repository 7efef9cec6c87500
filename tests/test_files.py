"""Writing as Windows makes it hard: names that are devices, paths too long, files that another program holds open."""

import errno
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from kepu_eval import files
from kepu_eval.cli import main
from kepu_eval.files import move, write_book, write_whole


@pytest.fixture
def held(monkeypatch):
    """Paths that another program holds, as Windows tells it; how often a move was tried."""
    real, open_files, tried = Path.replace, set(), []

    def replace(self, target):
        tried.append(self)
        if {self.name, Path(target).name} & open_files:
            raise PermissionError(errno.EACCES, "being used by another process")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(files.time, "sleep", lambda _: None)
    return open_files, tried


@pytest.mark.parametrize(
    ("name", "program"), [("报告.docx", "Word、WPS"), ("附表.XLSX", "Excel、WPS"), ("报告.pdf", "PDF阅读器"), ("x.dat", "其他程序")]
)  # fmt: skip
def test_a_file_that_is_open_stays_as_it_is_and_its_program_is_named(held, tmp_path, name, program):
    path = tmp_path / name
    path.write_bytes(b"before")
    held[0].add(name)
    with pytest.raises(PermissionError, match=f"无法写入“{name}”：文件可能正在{program}中打开，请关闭后重试"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert [left.name for left in tmp_path.iterdir()] == [name]


def test_what_a_scanner_holds_for_a_moment_is_written_on_the_next_try(held, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PAUSES", (0.1, 0.4))
    held[0].add("a.xlsx")
    monkeypatch.setattr(files.time, "sleep", lambda pause: held[0].clear() if pause > 0.1 else None)
    write_whole(tmp_path / "a.xlsx", b"whole")
    assert (tmp_path / "a.xlsx").read_bytes() == b"whole"
    assert len(held[1]) == 3


def test_a_folder_with_an_open_file_is_named(held, tmp_path):
    (tmp_path / "midterm").mkdir()
    held[0].add("midterm")
    with pytest.raises(
        PermissionError, match="无法更新“midterm”：其中的文件可能正在Word、WPS、Excel或PDF阅读器中打开"
    ):
        move(tmp_path / "midterm", tmp_path / "older", tmp_path / "midterm")


@pytest.mark.parametrize("name", ["aux.xlsx", "CON", "nul.tar.gz", "COM¹.docx"])
def test_a_name_that_windows_keeps_is_refused_everywhere(tmp_path, name):
    with pytest.raises(OSError, match="是Windows保留的名称，不能作文件名，请换一个"):
        write_whole(tmp_path / name, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_path_too_long_for_windows_says_so(monkeypatch, tmp_path):
    path = tmp_path / ("长" * 80) / ("x" * 120)
    monkeypatch.setattr(files.sys, "platform", "win32")
    with pytest.raises(
        OSError, match=r"路径太长（\d+个字符，Windows最多259个）.*请把输出文件夹放到靠近盘符的位置"
    ):
        write_whole(path / ("y" * 60), b"")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "没有" / "x", b"")


def test_a_workbook_is_written_whole(held, tmp_path):
    held[0].add("a.xlsx")
    with pytest.raises(PermissionError, match=r"无法写入“a\.xlsx”"):
        write_book(tmp_path / "a.xlsx", Workbook())
    assert list(tmp_path.iterdir()) == []
    write_book(tmp_path / "b.xlsx", Workbook())
    assert (tmp_path / "b.xlsx").read_bytes().startswith(b"PK")


def test_a_template_that_is_open_in_excel_is_said_by_the_command(held, tmp_path):
    held[0].add("区教育局.xlsx")
    words = ["template", "--round", "2023-midterm", "--unit", "区教育局", "--out", str(tmp_path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert "无法写入“区教育局.xlsx”：文件可能正在Excel、WPS中打开" in done.output
