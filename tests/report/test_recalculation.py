"""Formulas of the annex by kind of target: over incomplete rounds they give what the evaluation gives."""

import dataclasses
import io
import re
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from kepu_eval.evaluation import evaluate
from kepu_eval.report import open_case
from kepu_eval.report.blocks import Calculation, Cover, Datum, Fact, Reckoned, Step
from kepu_eval.report.calculation import calculation
from kepu_eval.report.document import Document
from kepu_eval.report.exporters import XlsxExporter
from kepu_eval.report.fact import Source
from kepu_eval.report.factbook import FactBook
from kepu_eval.report.lineage import with_lineage
from tests.reports.libreoffice import SHEETS, needs_libreoffice, recalculated

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
HOSTILE = '=HYPERLINK("http://x","y")'
FUNCTIONS = {"SUM", "SUMIFS", "COUNT", "COUNTIFS", "MIN", "MAX", "IF", "AND", "OR", "ISNUMBER"}
ROUNDS = {
    "midterm": ("2023-midterm", "2023-12-31", 0.02, {}),
    "final": ("2025-final", "2025-12-31", 0.1, {"stock_method": "gain", "pre_issue_years": "exclude", "kindergartens": "count"}),
    "final-blanks": ("2025-final", "2025-12-31", 0.0, {"optional_blanks": "none"}),
}  # fmt: skip


def workbook(book):
    facts = with_lineage({}, [book.lineage])
    document = Document(Cover(title="附表"), (), None, facts, calculation(book))
    return XlsxExporter().render(document)


@pytest.fixture(scope="module", params=ROUNDS)
def made(request):
    """A round of which some cells were taken away at random, and the workbook of its evaluation."""
    name, as_of, share, switches = ROUNDS[request.param]
    known = {"round_id": name, "returns": str(EXAMPLE / name), "as_of": as_of}
    case = open_case(
        request.param.partition("-")[0], known | {"decisions": str(EXAMPLE / f"{name}-decisions.xlsx")}
    )
    random, rows = np.random.default_rng(20231231), case.returns.observations.copy()
    lost = random.random(len(rows)) < share
    rows.loc[lost, "state"] = random.choice(["question", "rejected", "missing"], lost.sum())
    rows.loc[lost, "value"] = np.nan
    returns = dataclasses.replace(case.returns, observations=rows)
    evaluation = evaluate(case.plan, returns, case.as_of, case.stage, **switches)
    return evaluation, workbook(FactBook(evaluation, returns, case.plan, case.decisions))


def test_stored_results_are_those_of_the_evaluation(made):
    evaluation, content = made
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["指标计算"]
    columns = {cell.value: place for place, cell in enumerate(sheet[3])}
    shown = {row[0]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    for row in evaluation.indicators.itertuples():
        for name, value in (
            ("现值", row.value),
            ("下界", row.low),
            ("上界", row.high),
            ("完成率", row.share * 100),
        ):
            stored = shown[row.indicator][columns[name]]
            assert np.isnan(value) if stored in (None, "") else stored == pytest.approx(value, rel=1e-9)


@needs_libreoffice
def test_libreoffice_gives_the_same(made, tmp_path):
    _, content = made
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    places = [
        (name, cell.coordinate)
        for name in SHEETS
        for row in formulas[name].iter_rows(min_row=4)
        for cell in row
        if cell.data_type == "f"
    ]
    computed = recalculated(formulas, tmp_path)
    assert len(places) > 2000
    for name, place in places:
        one, other = (book[name][place].value for book in (stored, computed))
        same = (
            (one or None) == (other or None)
            if isinstance(one, str) or one is None
            else one == pytest.approx(other, rel=1e-9)
        )
        assert same, (name, place, one, other)


def test_a_formula_is_made_of_functions_numbers_and_places_alone(made):
    book = openpyxl.load_workbook(io.BytesIO(made[1]))
    words = set()
    for name in SHEETS:
        for row in book[name].iter_rows(min_row=4):
            for cell in row:
                if cell.data_type == "f":
                    bare = re.sub(r"'[^']*'!", "", cell.value)
                    words |= set(re.findall(r"([A-Z]+)\(", bare))
                    quoted = set(re.findall(r'"([^"]*)"', bare))
                    assert quoted <= {"", "达标", "未达标", "未定", "未到期", "退回"}
    assert words <= FUNCTIONS


def test_text_of_cells_stays_text():
    datum = Datum(step=1, indicator="Q08", measure=HOSTILE, unit=HOSTILE, entity="+1+1", period="@SUM(1)", state=HOSTILE,
                  value=3, low=3, high=3, required=True,
                  source=Source(file=HOSTILE, sheet="-1", cell="G6", raw=HOSTILE, round=HOSTILE))  # fmt: skip
    block = Calculation(
        data=(datum,),
        steps=(Step(indicator="Q08", measure="value", period=HOSTILE, due=True, fact="Q08.2022"),),
        indicators=(Reckoned(indicator="Q08", name=HOSTILE, kind="cumulative", target=4, stated=True),),
    )
    values = {"Q08.value": 3, "Q08.low": 3, "Q08.high": 3, "Q08.share": 75, "Q08.2022": 3, "Q08.2022.low": 3, "Q08.2022.high": 3}  # fmt: skip
    facts = {name: Fact(id=name, value=value) for name, value in values.items()}
    content = XlsxExporter().render(Document(Cover(title="附表"), (), None, facts, block))
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert (
        len(formulas) == 4 + 6 + 1 + 2
    )  # the indicator's figures; a step's; its target; two flags of the cell
    assert not [
        formula for formula in formulas if "HYPERLINK" in formula or "@" in formula or "+1" in formula
    ]
    assert book["计算数据"]["D4"].value == HOSTILE


def test_a_figure_that_the_report_does_not_hold_is_no_result():
    block = Calculation(indicators=(Reckoned(indicator="Q08", name="培训", kind="cumulative", target=4),))
    with pytest.raises(KeyError, match="Q08"):
        XlsxExporter().render(Document(Cover(title="附表"), (), None, {}, block))
