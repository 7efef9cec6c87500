"""The intake as an evaluator runs it, command after command."""

import datetime as dt
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from kepu_eval.cli import main
from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger, collect
from kepu_eval.returns.decision_book import QUESTIONS

pytestmark = pytest.mark.slow

EXAMPLE, ROUND = "data/example/2023-midterm", "2023-midterm"


@pytest.fixture
def kepu(tmp_path):
    """Run ``kepu-eval`` on a ledger of its own; the output when it succeeds."""

    def run(*words, code=0):
        options = [] if words[0] in ("template", "plan") else ["--ledger", str(tmp_path / "ledger.sqlite")]
        result = CliRunner().invoke(main, [*words, *options])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_from_the_folder_to_the_slips(kepu, tmp_path):
    folder = tmp_path / "round"
    shutil.copytree(EXAMPLE, folder)
    told = kepu("collect", str(folder), "--round", ROUND)
    assert "入账23份，未变0份，被替代0份" in told
    assert "未报送1个：区商务局" in told
    assert "入账0份，未变23份" in kepu("collect", str(folder), "--round", ROUND)

    book_path = tmp_path / "复核意见表.xlsx"
    assert "待答复4处" in kepu("decide", "export", "--round", ROUND, "--out", str(book_path))
    book = load_workbook(book_path)
    page = book[QUESTIONS]
    titles = {cell.value: cell.column for cell in page[1]}
    row = next(r for r in range(2, page.max_row + 1) if page.cell(r, titles["规则"]).value == "C20")
    page.cell(row, titles["答复"]).value = 37
    book.save(book_path)
    assert "读入答复1条\n仍待答复3处" in kepu("decide", "import", str(book_path), "--round", ROUND)
    assert "台账未变" in kepu("decide", "import", str(book_path), "--round", ROUND)

    resent = load_workbook(folder / "区农牧局.xlsx")
    resent["活动台账"]["C6"].value = "换了名称的活动"
    resent.save(folder / "区农牧局.xlsx")
    assert "入账1份，未变22份，被替代1份" in kepu("collect", str(folder), "--round", ROUND)
    changed = kepu("ledger", "diff", "区农牧局", "--round", ROUND)
    assert "1格不同" in changed
    assert "换了名称的活动" in changed
    assert kepu("ledger", "log", "--round", ROUND).count("区农牧局.xlsx") == 2
    shown = kepu("ledger", "show", "区卫健委", "--round", ROUND)
    assert "区卫健委" in shown

    reminder = tmp_path / "催报单.docx"
    listed = kepu("roster", "--round", ROUND, "--out", str(reminder))
    assert "区商务局" in listed
    every = kepu("roster")
    assert ROUND in every.splitlines()[0]
    assert "迟报 2024-02-01" in every
    assert reminder.is_file()
    slips = kepu("slips", "--round", ROUND, "--out", str(tmp_path / "slips"), "--date", "2024-01-26")
    written = {path.name for path in (tmp_path / "slips").iterdir()}
    assert {"退回单-区教育局.docx", "退回单-区教育局.xlsx"} <= written
    assert f"已生成{len(written)}个文件" in slips


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a process cannot change its time zone here")
def test_the_log_shows_local_time_with_its_offset(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger(path, must_exist=False) as ledger:
        at = dt.datetime(2024, 1, 31, 23, 30, tzinfo=dt.UTC)
        collect(Path(EXAMPLE), load_plan(), ROUND, ledger, at=at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CST-8")
        time.tzset()
        told = CliRunner().invoke(main, ["ledger", "log", "--ledger", str(path)]).output
    time.tzset()
    assert "2024-02-01 07:30:00+08:00" in told


def test_files_in_folders_of_their_own_are_not_passed_over_in_silence(kepu, tmp_path):
    for name in ("区教育局", "佐证/区教育局"):
        (tmp_path / "round" / name).mkdir(parents=True)
        shutil.copy(f"{EXAMPLE}/区教育局.xlsx", tmp_path / "round" / name)
    told = kepu("collect", str(tmp_path / "round"), "--round", ROUND)
    assert "没有读取：文件夹“区教育局”，填报表请直接放在“round”里" in told
    assert "“佐证”" not in told


def test_what_a_user_can_mend_is_said_in_chinese(kepu, tmp_path):
    assert "请先收表" in kepu("ledger", "log", code=2)
    assert "找不到填报表文件夹" in kepu("collect", str(tmp_path / "没有"), "--round", ROUND, code=2)
    assert "没有" in kepu("collect", EXAMPLE, "--round", "2031-midterm", code=2)
    kepu("collect", EXAMPLE, "--round", ROUND)
    assert "方案中没有单位“区甲局”" in kepu("ledger", "show", "区甲局", "--round", ROUND, code=2)
    (tmp_path / "x.xlsx").write_bytes(b"no")
    assert "不是有效的表格文件" in kepu(
        "decide", "import", str(tmp_path / "x.xlsx"), "--round", ROUND, code=2
    )


def test_every_command_explains_itself_in_chinese():
    def walk(command, name):
        assert any("\u4e00" <= c <= "\u9fff" for c in command.help), name
        for sub, child in getattr(command, "commands", {}).items():
            walk(child, f"{name} {sub}")

    walk(main, "kepu-eval")
