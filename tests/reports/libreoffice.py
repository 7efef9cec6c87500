"""Workbooks computed anew by LibreOffice, from their formulas alone."""

import shutil
import subprocess

import openpyxl
import pytest

needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="没有 LibreOffice（soffice），不能重算工作簿"
)


def recalculated(book, folder):
    """A workbook of openpyxl as LibreOffice computes it; saving drops every stored result, so that none can be kept."""
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
