"""The annex recomputes itself: its stored results are the report's figures, and LibreOffice finds the same."""

import json
from pathlib import Path

import openpyxl
import pytest

from tests.reports.libreoffice import SHEETS, needs_libreoffice, recalculated
from tests.reports.raw_cells import workbook

FIGURES = {"现值": "value", "完成率": "share", "下界": "low", "上界": "high"}
SIDES = {"数值": "", "下界": ".low", "上界": ".high"}
DYNAMIC = (
    "FILTER(",
    "UNIQUE(",
    "SORT(",
    "XLOOKUP(",
    "LET(",
    "LAMBDA(",
    "MINIFS(",
    "MAXIFS(",
    "TEXTJOIN(",
    "IFS(A",
)


@pytest.fixture(scope="module", params=["midterm", "final"])
def report(request):
    return request.getfixturevalue(request.param)


def rows_of(sheet):
    """Rows below the head as dicts; the note below them is none."""
    head = [cell.value for cell in sheet[3]]
    for values in sheet.iter_rows(min_row=4, values_only=True):
        if any(value is not None for value in values[1:]):
            yield dict(zip(head, values, strict=True))


def figures(book):
    """Every figure of the report that the sheets compute, by the id of its Fact."""
    found = {}
    for row in rows_of(book["指标计算"]):
        found |= {f"{row['指标']}.{part}": row[name] for name, part in FIGURES.items()}
    for row in rows_of(book["分期计算"]):
        if row["数据项"]:
            found |= {f"{row['数据项']}{part}": row[name] for name, part in SIDES.items()}
    return {name: None if value == "" else value for name, value in found.items()}


def told(report):
    listing = json.loads(Path(report["manifest"]).read_text(encoding="utf-8"))
    return {fact["id"]: fact["value"] for fact in listing["facts"]}


def agree(one, other):
    return one == other if None in (one, other) else one == pytest.approx(other, rel=1e-9)


def test_every_indicator_and_period_is_there(report):
    computed, facts = figures(workbook(report["xlsx"], data_only=True)), told(report)
    own = (name for name in facts if name.startswith("指标.Q") and not name.endswith(".中期"))
    indicators = {name.removeprefix("指标.") for name in own}
    assert {f"{name}.value" for name in indicators} <= set(computed)
    assert len(computed) > 100


def test_stored_results_are_the_figures_of_the_report(report):
    computed, facts = figures(workbook(report["xlsx"], data_only=True)), told(report)
    assert {name: value for name, value in computed.items() if not agree(value, facts[name])} == {}
    assert sum(value is not None for value in computed.values()) > 80


def test_values_shares_and_bounds_are_formulas_of_functions_that_every_program_has(report):
    book = workbook(report["xlsx"])
    for row in rows_of(book["指标计算"]):
        if row["指标"] != "Q01":  # a survey's estimate
            assert all(str(row[name]).startswith("=") for name in FIGURES), row["指标"]
    formulas = [
        cell.value
        for name in SHEETS
        for line in book[name].iter_rows(min_row=4)
        for cell in line
        if cell.data_type == "f"
    ]
    assert not [formula for formula in formulas if any(word in formula for word in DYNAMIC)]


@needs_libreoffice
def test_libreoffice_recomputes_the_figures_of_the_report(report, tmp_path):
    facts = told(report)
    stored = workbook(report["xlsx"], data_only=True)
    computed = recalculated(openpyxl.load_workbook(report["xlsx"]), tmp_path)
    found = figures(computed)
    assert {
        name: (value, facts[name]) for name, value in found.items() if not agree(value, facts[name])
    } == {}
    for name in SHEETS:  # what is only on the way as well, for programs that do not compute on opening
        for before, after in zip(stored[name].values, computed[name].values, strict=False):
            for one, other in zip(before, after, strict=False):
                one, other = (None if value == "" else value for value in (one, other))
                assert one == other if isinstance(one, str) or None in (one, other) else agree(one, other)


@needs_libreoffice
def test_a_figure_that_is_changed_in_the_sheet_changes_the_indicator(midterm, tmp_path):
    """Q09 counts every year: a hundred more in 2023 is a hundred more in all, a third of the target of 300."""
    book = openpyxl.load_workbook(midterm["xlsx"])
    sheet = book["计算数据"]
    head = {cell.value: cell.column for cell in sheet[3]}
    row = next(
        line[0].row
        for line in sheet.iter_rows(min_row=4)
        if line[1].value == "Q09" and line[head["期间"] - 1].value == "2023" and line[head["数值"] - 1].value
    )
    for name in ("数值", "下限", "上限"):
        sheet.cell(row, head[name]).value += 100
    facts, found = told(midterm), figures(recalculated(book, tmp_path))
    assert found["Q09.low"] == facts["Q09.low"] + 100
    assert found["Q09.2023"] == facts["Q09.2023"] + 100
    assert found["Q09.2022"] == facts["Q09.2022"]
