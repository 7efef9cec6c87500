"""Reading a folder of workbooks in tests, and finding what was said about them."""

import datetime as dt
import zipfile

from kepu_eval.evaluation import evaluate
from kepu_eval.returns import read_round
from tests.returns.conftest import PLAN, ROUND, years

THREE = {"y2021": 380, "y2022": 310, "y2023": 520}


def read(folder, plan=PLAN):
    return read_round(folder, plan, ROUND)


def told(returns, code, severity):
    """The one finding of a rule; a defect is told exactly once."""
    rows = returns.findings[returns.findings["code"].eq(code) & returns.findings["severity"].eq(severity)]
    assert len(rows) == 1, returns.findings[["code", "severity", "message"]].to_string()
    return rows.iloc[0]


def value(returns, indicator="Q08", period="2023"):
    rows = returns.observations
    return rows[rows["indicator"].eq(indicator) & rows["period"].eq(period)].iloc[0]


def one_cell(send, raw, indicator="Q08", unit="区农牧局"):
    return read(send(unit, {**years(indicator, **THREE), **years(indicator, y2023=raw)}))


def rewrite(path, change):
    """Change the parts of a workbook's archive: ``change(name, data) -> data``."""
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def judged(returns):
    return evaluate(PLAN, returns, dt.date(2023, 12, 31), stage="midterm")
