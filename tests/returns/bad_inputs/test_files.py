"""Files that cannot be taken as they are (C01–C09): formats, encodings, passwords, two files of a unit."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl.workbook.protection import WorkbookProtection

from kepu_eval.returns.layout import NUMBERS
from tests.returns.conftest import EVENT, years
from tests.returns.reading import THREE, read, rewrite, told, value

FILES = Path(__file__).parents[1] / "files"


def test_c01_a_biff_workbook_is_read_with_a_note(tmp_path):
    shutil.copy(FILES / "libreoffice.xls", tmp_path / "区农牧局.xls")
    returns = read(tmp_path)
    assert "已按xls读取" in told(returns, "C01", "note")["message"]
    assert value(returns)["value"] == 520


@pytest.mark.parametrize(("encoding", "words"), [("gb18030", "GBK制表符"), ("utf-16", "UTF-16制表符")])
def test_c02_text_named_xls_is_read_as_text(tmp_path, encoding, words):
    head = [
        "活动编号",
        "日期",
        "活动名称",
        "地点",
        "参与人次",
        "任务号",
        "关联指标",
        "主办单位",
        "协办单位",
        "佐证编号",
    ]
    rows = [head, ["EV001", "2023-05-20", "培训班", "某镇", "60", "6", "Q08", "区农牧局", "", "P01"]]
    (tmp_path / "区农牧局.xls").write_bytes("\n".join("\t".join(row) for row in rows).encode(encoding))
    returns = read(tmp_path)
    assert words in told(returns, "C02", "note")["message"]
    assert returns.events[["participants", "title"]].to_numpy().tolist() == [[60, "培训班"]]


def test_c03_a_web_page_named_xls_is_not_guessed(tmp_path):
    (tmp_path / "区农牧局.xls").write_bytes(b"<html><table><tr><td>520</td></tr></table></html>")
    assert "请用Excel或WPS打开后另存为xlsx" in told(read(tmp_path), "C03", "question")["remedy"]


def test_c04_the_wrong_used_range_hides_nothing(send):
    folder = send("区农牧局", years("Q08", **THREE))

    def shrink(name, data):
        if not name.startswith("xl/worksheets/sheet2"):
            return data
        start = data.index(b"<dimension")
        return data[:start] + b'<dimension ref="A1:A1"/>' + data[data.index(b"/>", start) + 2 :]

    rewrite(folder / "区农牧局.xlsx", shrink)
    returns = read(folder)
    assert "已重算使用范围" in told(returns, "C04", "note")["message"]
    assert value(returns)["value"] == 520


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_c05_a_csv_is_read_whatever_its_encoding(tmp_path, encoding):
    with (tmp_path / "区农牧局.csv").open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([list(EVENT), [str(v) for v in EVENT.values()]])
    returns = read(tmp_path)
    assert returns.events["participants"].tolist() == [60]
    assert not set(returns.findings["code"]) & {"C02", "C00"}


def test_c06_an_encrypted_workbook_is_refused(tmp_path):
    shutil.copy(FILES / "encrypted.xlsx", tmp_path / "区农牧局.xlsx")
    returns = read(tmp_path)
    assert "请解除密码后重报" in told(returns, "C06", "rejected")["remedy"]
    assert returns.submissions.query("unit_name == '区农牧局'")["status"].tolist() == ["无法读取"]


def test_c06_protection_without_a_password_does_no_harm(send):
    def protect(book):
        book.security = WorkbookProtection(lockStructure=True)

    assert value(read(send("区农牧局", years("Q08", **THREE), spoil=protect)))["value"] == 520


def test_c07_wps_files_are_refused(tmp_path):
    (tmp_path / "区农牧局.et").write_bytes(b"anything")
    assert "区农牧局.et" in told(read(tmp_path), "C07", "rejected")["message"]


@pytest.mark.parametrize("name", ["~$区农牧局.xlsx", "区农牧局.xlsx.tmp", "Thumbs.db", "desktop.ini"])
def test_c07_what_programs_leave_behind_is_named_and_sent_back_to_nobody(tmp_path, name):
    (tmp_path / name).write_bytes(b"anything")
    returns = read(tmp_path)
    assert name in told(returns, "C07", "info")["message"]
    assert set(returns.standing.values()) == {"未报送", "不是填报表"}
    assert returns.standing["U09"] == "未报送"


def test_c08_two_files_of_a_unit_are_compared(send):
    send("区农牧局", years("Q08", **THREE))
    folder = send("区农牧局", years("Q08", **{**THREE, "y2023": 600}), name="区农牧局（最终版2）.xlsx")
    returns = read(folder)
    asked = told(returns, "C08", "question")
    cell = value(returns)["cell"]
    assert f"{NUMBERS}{cell}" in asked["message"]
    assert set(asked["candidates"]) == {"区农牧局.xlsx", "区农牧局（最终版2）.xlsx"}
    assert pd.isna(value(returns)["value"])
    assert value(returns, period="2022")["value"] == 310


def test_c09_file_name_and_content_disagree(send):
    asked = told(read(send("区农牧局", name="区妇联.xlsx")), "C09", "question")
    assert "区妇联" in asked["message"]
    assert "区农牧局" in asked["message"]
