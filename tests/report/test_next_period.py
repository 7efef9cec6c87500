"""What a final's package hands over to the next plan."""

from types import SimpleNamespace

from kepu_eval.report.next_period import finals_of
from kepu_eval.report.package_reading import read_package
from tests.report.test_across_plans import period, row, write

PLAN = SimpleNamespace(
    meta=SimpleNamespace(doc_no="某府〔2021〕1号", first_year=2021, last_year=2025, title="某区方案")
)


def finals(place, indicator, periods):
    path = write(place / "期末.zip", (2021, 2025), 2025, [row("教师", **indicator, id="x")], periods)
    return finals_of(read_package(path), PLAN)["x"]


def test_of_a_target_for_every_year_the_last_year_is_the_baseline_and_not_the_worst(tmp_path):
    found = finals(
        tmp_path, {"kind": "annual", "value": 203}, [period("教师", 2022, 203), period("教师", 2025, 380)]
    )
    assert (found.value, found.year, found.unit) == (380, 2025, "人次")
    assert found.evidence.endswith("2025年为380人次")


def test_a_school_year_keeps_the_year_it_stands_under_and_one_that_is_not_over_is_none(tmp_path):
    years = [
        period("教师", 2024, 95.5) | {"period": "2024—2025学年"},
        period("教师", 2025, None) | {"period": "2025—2026学年", "status": "未到期"},
    ]
    found = finals(tmp_path, {"kind": "pooled_ratio", "value": 92.4, "value_unit": "%"}, years)
    assert (found.value, found.year) == (95.5, 2024)
    assert found.evidence.endswith("2024—2025学年为95.5%")


def test_a_last_year_that_is_not_known_is_no_baseline(tmp_path):
    found = finals(
        tmp_path, {"kind": "annual", "value": None}, [period("教师", 2022, 203), period("教师", 2025, None)]
    )
    assert found.value is None
    assert found.evidence.endswith("2025年为未知")


def test_a_total_is_handed_over_as_it_is(tmp_path):
    found = finals(tmp_path, {"kind": "cumulative", "value": 2111}, [period("教师", 2025, 422)])
    assert (found.value, found.year) == (2111, None)
