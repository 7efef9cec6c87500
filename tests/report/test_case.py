"""A report's case from a folder and from the ledger it was collected into."""

import ast
import datetime as dt
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.report import open_dispatch, open_final, open_unit
from kepu_eval.report.case import open_case
from kepu_eval.report.inputs import inputs_of
from kepu_eval.returns import Ledger, collect, read_decisions

ROUND = "2023-midterm"
FOLDER, DECISIONS = f"data/example/{ROUND}", f"data/example/{ROUND}-decisions.xlsx"
COMMON = {"round_id": ROUND, "as_of": "2023-12-31"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    plan = load_plan()
    with Ledger(path, must_exist=False) as book:
        collect(FOLDER, plan, ROUND, book, at=dt.datetime(2024, 1, 25))
        book.keep_decisions(ROUND, read_decisions(DECISIONS, plan), "d.xlsx", "0", dt.datetime(2024, 1, 26))
    return path


def test_the_ledger_and_the_folder_give_the_same_evaluation(ledger):
    folder = open_case("midterm", {**COMMON, "returns": FOLDER, "decisions": DECISIONS})
    stored = open_case("midterm", {**COMMON, "returns": str(ledger)})
    for name in ("indicators", "tasks", "units", "findings", "mechanisms"):
        pd.testing.assert_frame_equal(
            getattr(folder.evaluation, name), getattr(stored.evaluation, name), obj=name
        )
    assert stored.notice == "示例数据"


def test_the_ledger_is_named_among_the_inputs_by_what_it_holds(ledger):
    case = open_case("midterm", {**COMMON, "returns": str(ledger)})
    with Ledger(ledger) as book:
        digest = book.digest()
    assert [file.sha256 for file in inputs_of(case).files if file.role == "台账"] == [digest]


def test_answers_belong_into_the_ledger_and_not_beside_it(ledger):
    with pytest.raises(ValueError, match="decide import"):
        open_case("midterm", {**COMMON, "returns": str(ledger), "decisions": DECISIONS})


def test_as_written_counts_every_candidate_and_nothing_else():
    case = open_case("midterm", {**COMMON, "returns": FOLDER})
    before, after = (e.indicators.set_index("indicator")["value"] for e in (case.evaluation, case.as_written))
    asked = case.returns.observations.query("state == 'question' and candidate.notna()")
    assert set(before.index[before.ne(after) & after.notna()]) <= set(asked["indicator"])
    assert len(asked)


@pytest.mark.parametrize(
    ("notebook", "open_it"),
    [
        ("midterm_self_assessment", lambda values: open_case("midterm", values)),
        ("final_evaluation_2025", lambda values: open_final(values)[1]),
        ("unit_self_check", lambda values: open_unit(values).case),
        ("quarterly_dispatch", open_dispatch),
    ],
)
def test_a_report_lists_the_parameters_of_its_own_notebook_and_no_others(notebook, open_it):
    """So that ``verify`` can give them back to it."""
    cells = nbformat.read(Path("notebooks", f"{notebook}.ipynb"), 4).cells
    source = next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
    values = {line.targets[0].id: ast.literal_eval(line.value) for line in ast.parse(source).body}
    assert set(open_it(values).parameters) == set(values)


def test_a_final_report_without_a_mid_term_lists_that_it_had_none():
    values = {"round_id": "2025-final", "returns": "data/example/2025-final", "midterm_returns": ""}
    midterm, final = open_final(values)
    assert midterm is None
    assert final.parameters == values


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Returns that nothing says were simulated: one unit's of the mid-term, and of three quarters."""
    folder = tmp_path_factory.mktemp("real")
    quarters = [f"dispatch-2024/2024-Q{k}" for k in (1, 2, 3)]
    for name in (ROUND, "2025-final", *quarters):
        (folder / name).mkdir(parents=True)
        source = Path("data/example") / name / "区教育局.xlsx"
        (folder / name / source.name).write_bytes(source.read_bytes())
    return folder


@pytest.mark.parametrize(
    ("more", "notice"),
    [
        ({}, ""),
        ({"supervision": "data/example/supervision.sqlite"}, "示例数据"),
        ({"inquiry": "data/example/inquiry-2023"}, "示例数据"),
        ({"survey": "data/example/survey-2023"}, "示例数据"),
    ],
)
def test_whatever_was_simulated_marks_the_report(real, more, notice):
    assert open_case("midterm", {**COMMON, "returns": str(real / ROUND)} | more).notice == notice


@pytest.mark.parametrize(
    ("midterm", "notice"), [("", ""), ("real", ""), (f"data/example/{ROUND}", "示例数据")]
)
def test_a_simulated_mid_term_marks_the_final(real, midterm, notice):
    midterm = str(real / ROUND) if midterm == "real" else midterm
    given = {"round_id": "2025-final", "returns": str(real / "2025-final"), "midterm_returns": midterm}
    assert open_final(given)[1].notice == notice


@pytest.mark.parametrize(
    ("supervision", "notice"), [("", ""), ("data/example/supervision.sqlite", "示例数据")]
)
def test_simulated_items_mark_the_dispatch(real, supervision, notice):
    given = {"quarter": "2024-Q3", "returns": str(real / "dispatch-2024"), "supervision": supervision}
    assert open_dispatch(given).notice == notice
