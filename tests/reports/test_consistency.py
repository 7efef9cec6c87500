"""One report says one thing, whichever round it is of (``tests.test_second_plan`` asks the same of another plan)."""

import re

import nbformat
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.report import open_dispatch, open_unit
from kepu_eval.report.document import read_document
from tests.in_process import report_of
from tests.reports.consistency import CHECKS, OF_ANY_REPORT, Report, named

AS_OF = {"midterm": "2023-12-31", "final": "2025-12-31"}
TITLES = [task.title for task in load_plan().tasks]


@pytest.fixture(params=AS_OF, scope="module")
def report(request):
    executed = nbformat.read(request.getfixturevalue(request.param)["ipynb"], 4)
    return Report(read_document(executed), AS_OF[request.param], TITLES)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_holds(report, check):
    check(report)


UNIT = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "unit": "区教育局"}
QUARTER = {
    "quarter": "2024-Q3",
    "returns": "data/example/dispatch-2024",
    "supervision": "data/example/supervision.sqlite",
}


@pytest.fixture(params=["unit_self_check", "quarterly_dispatch"], scope="module")
def smaller(request):
    case = open_unit(UNIT) if request.param == "unit_self_check" else open_dispatch(QUARTER)
    as_of = case.case.as_of if request.param == "unit_self_check" else case.as_of
    return Report(report_of(request.param, case), as_of.isoformat(), TITLES)


@pytest.mark.parametrize("check", OF_ANY_REPORT, ids=lambda check: check.__name__)
def test_it_holds_in_smaller_reports(smaller, check):
    check(smaller)


def test_no_stock_is_summed_over_periods(report):
    totals, facts = named(report.document, "spot-check-totals"), report.document.facts
    reported = {row[0].text: row[1].value for row in totals.rows}
    (stock,) = [series for series in reported if series.startswith("Q10")]
    assert reported[stock] == facts["Q10.value"].value
    for series, value in reported.items():
        if series.startswith("Q11"):
            year = re.search(r"（(\d{4})）", series)[1]
            assert year == report.as_of[:4]
            measure = "registered" if "人数" in series else "spread"
            assert value == next(f.value for name, f in facts.items() if name.startswith(f"Q11.{measure}") and name.endswith(year))  # fmt: skip
