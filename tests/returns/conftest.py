"""Workbooks as units send them: a template, filled, with one defect at a time."""

import datetime as dt

import pytest
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.returns import layout, write_templates

PLAN = load_plan()
ROUND = "2023-midterm"
UNITS = ("区教育局", "区农牧局", "区妇联", "区科协")
EVENT = {
    "活动编号": "EV001",
    "日期": dt.date(2023, 5, 20),
    "活动名称": "培训班",
    "地点": "某镇",
    "参与人次": 60,
    "任务号": 6,
}


@pytest.fixture(scope="session")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    write_templates(PLAN, ROUND, folder, [PLAN.unit(name) for name in UNITS])
    return folder


@pytest.fixture
def send(templates, tmp_path):
    """Send a unit's template with changes ``{(sheet, row key, column title): value}``; returns the folder."""

    def sent(unit, changes=None, name=None, spoil=None):
        book = load_workbook(templates / f"{unit}.xlsx")
        for (sheet, key, title), value in (changes or {}).items():
            page = book[sheet]
            titles = [c.value for c in page[layout.HEADER_ROW]]
            keys = [c.value for c in page["C" if sheet == layout.TASKS else "A"]]
            row = keys.index(key) + 1 if key in keys else layout.FIRST_ROW
            page.cell(row, titles.index(title) + 1).value = value
        if spoil:
            spoil(book)
        book.save(tmp_path / (name or f"{unit}.xlsx"))
        return tmp_path

    return sent


def years(indicator, **values):
    """Changes that fill an indicator's years: ``years("Q08", y2021=380)``."""
    return {(layout.NUMBERS, indicator, f"{year[1:]}年"): value for year, value in values.items()}


def event_row(**values):
    """Changes that fill the first event."""
    return {(layout.EVENTS, "", title): value for title, value in {**EVENT, **values}.items()}


def cover(label, value):
    """A spoiler that fills a field of the cover sheet."""

    def spoil(book):
        page = book[layout.COVER]
        for row in page.iter_rows():
            for cell in row:
                if cell.value == label:
                    page.cell(cell.row, cell.column + 1).value = value

    return spoil
