"""Workbooks computed anew by LibreOffice, from their formulas alone."""

import shutil
import subprocess

import openpyxl
import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="没有 LibreOffice（soffice），不能重算工作簿"
)


SHEETS = ("指标计算", "分期计算", "计算数据")


def recalculated(book, folder):
    """The sheets that compute, as LibreOffice computes them: of a workbook of openpyxl, which is saved without results.

    Sheets that only list are left out; a formula that looked anything up there would give an error.
    """
    for name in set(book.sheetnames) - set(SHEETS):
        del book[name]
    bare = folder / "bare.xlsx"
    book.save(bare)
    stored = openpyxl.load_workbook(bare, data_only=True)
    assert stored["指标计算"]["D4"].value is not None  # 列示: a plain number
    assert stored["指标计算"]["F4"].value is None  # 完成率: a formula without its result
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(folder / "computed"), str(bare)],
        check=True, capture_output=True,
    )  # fmt: skip
    return openpyxl.load_workbook(folder / "computed" / "bare.xlsx", data_only=True)
