"""A notebook's parameters: which are taken, which are refused, and what a failed run leaves behind."""

import papermill
import pytest

from kepu_eval.report import ParameterError, given, open_case
from kepu_eval.runner import ReportError, run_report
from tests.reports.raw_cells import MIDTERM, ROOT, parameters


def test_given_keeps_plain_values_and_leaves_the_shells_own():
    names = {
        "as_of": "2023-12-31",
        "switches": {},
        "_dh": [],
        "In": [],
        "Out": {},
        "case": object(),
        "open_case": open_case,
    }
    assert given(names) == {"as_of": "2023-12-31", "switches": {}}


def test_every_switch_can_be_turned_from_the_notebook():
    case = open_case("midterm", parameters(MIDTERM, switches={"stock_method": "gain"}))
    assert case.evaluation.indicators.set_index("indicator").loc["Q10", "rating"] == "滞后"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"as_off": "2023-12-31"}, "不认识的参数：as_off"),
        ({"as_of": "2023年底"}, "as_of：“2023年底”不是日期"),
        ({"round_id": "2024-x"}, "没有填报轮次“2024-x”"),
        ({"round_id": "2025-final"}, "不适用于本报告"),
        ({"returns": "没有这里"}, "returns：找不到"),
    ],
)
def test_parameters_that_cannot_be_used_are_refused_in_chinese(changes, told):
    with pytest.raises(ParameterError, match=told):
        open_case("midterm", parameters(MIDTERM) | changes)


def test_plain_papermill_runs_the_notebook_and_refuses_unknown_parameters(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="不认识的参数：as_off"):
        papermill.execute_notebook(
            str(ROOT / "notebooks" / "midterm_self_assessment.ipynb"), str(tmp_path / "out.ipynb"),
            {"as_off": "2023-12-31"}, progress_bar=False, cwd=str(tmp_path),
        )  # fmt: skip


def test_a_failed_report_leaves_nothing_behind(tmp_path):
    with pytest.raises(ReportError, match="returns：找不到"):
        run_report("midterm", tmp_path / "out", {"returns": "没有这里"})
    assert not (tmp_path / "out").exists()
