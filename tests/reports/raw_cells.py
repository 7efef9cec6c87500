"""The example rounds, and their figures straight from the raw cells with openpyxl: not through the library."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import openpyxl

from kepu_eval.plan import load_plan

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
MIDTERM, FINAL = EXAMPLE / "2023-midterm", EXAMPLE / "2025-final"
SCHOOLS_COUNTED = ("小学", "初中", "高中", "中职")


@lru_cache(maxsize=64)
def workbook(file, **how):
    """A workbook to look at, not to change: opened once for all tests."""
    return openpyxl.load_workbook(file, **how)


def raw_rows(file, sheet):
    """Rows below the template's header as {title: value}, straight from the workbook."""
    page = workbook(file, data_only=True)[sheet]
    head = [cell.value for cell in page[4]]
    return [
        dict(zip(head, (c.value for c in row), strict=True))
        for row in page.iter_rows(min_row=6)
        if row[0].value is not None
    ]


def plain(value):
    """A number as a person reads it off the cell: full-width digits, thousands marks and units taken away."""
    if value is None or isinstance(value, int | float):
        return value
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "")
    return float(re.sub(r"(人次|人)$", "", text))


def yearly(folder, unit, indicator, years):
    row = next(r for r in raw_rows(folder / f"{unit}.xlsx", "指标数据") if r["指标号"] == indicator)
    return [row[f"{year}年"] for year in years]


def indicator_table(files):
    page = workbook(files["xlsx"])["量化指标一览"]
    head = [cell.value for cell in page[3]]
    return {
        row[0]: dict(zip(head, row, strict=True))
        for row in page.iter_rows(min_row=4, values_only=True)
        if row[1]
    }


def reported_twice(folder, lead, indicator, year):
    """Participants of trainings that the lead lists as held with a partner, who lists them too (C60 rows are unread)."""
    rows = raw_rows(folder / f"{lead}.xlsx", "活动台账")
    return sum(
        row["参与人次"]
        for row in rows
        if row["关联指标"] == indicator
        and row["协办单位"]
        and row["日期"].year == year
        and "1380013" not in str(row["地点"])
    )


def teacher_training(folder, years):
    """What the lead and the one contributor report for each year, joint trainings once."""
    both = [yearly(folder, unit, "Q06", years) for unit in ("区教育局", "区科协")]
    return [
        plain(lead) + (plain(other) or 0) - reported_twice(folder, "区教育局", "Q06", year)
        for year, lead, other in zip(years, *both, strict=True)
    ]


def names_of(folder):
    """Proper names with digits in them: schools and indicators."""
    schools = {row["学校名称"] for row in raw_rows(folder / "区教育局.xlsx", "学校明细")}
    return schools | {indicator.name for indicator in load_plan().indicators}


def parameters(folder, **more):
    return {"round_id": "2023-midterm", "returns": str(folder), "as_of": "2023-12-31"} | more
