"""The explorer's notebook end to end: run, exported, verified, refused."""

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.report.document import read_document
from kepu_eval.report.literals import literal_numbers
from kepu_eval.runner import ReportError, run_report
from tests.runner.notebooks import assert_runs_the_same_again

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return run_report(
        "survey", tmp_path_factory.mktemp("survey"), {"replicates": 100, "domains": ["性别", "城乡"]}
    )


def test_every_number_in_the_prose_is_a_fact(report):
    document = read_document(nbformat.read(report["ipynb"], 4))
    names = [
        "2023年昆都仑区公民科学素质抽样调查（示例）",
        "2025年昆都仑区公民科学素质抽样调查（示例）",
        "60—69岁",
        "18—29岁",
    ]
    assert literal_numbers(document, names) == []


def test_all_formats_and_the_manifest_are_there(report):
    volume = {"技术附册.docx", "技术附册.pdf"}
    assert set(report) == {"ipynb", "html", "docx", "pdf", "xlsx", "manifest"} | volume
    listing = json.loads(report["manifest"].read_text(encoding="utf-8"))
    assert listing["notice"] == "示例数据"
    assert {file["path"] for file in listing["inputs"]} == {
        f"survey-{year}/{name}"
        for year in (2023, 2025)
        for name in ("survey.yaml", "responses.csv", "items.csv", "margins.csv", "areas.csv")
    }


def test_it_is_traced_and_verified_at_the_terminal(report):
    folder = str(report["manifest"].parent)
    traced = CliRunner().invoke(main, ["trace", folder, "估计.全体.estimate"])
    assert "加权估计（按性别、年龄、城乡、教育程度边际校准的权数）" in traced.output
    assert "survey-2025/responses.csv" in traced.output
    verified = CliRunner().invoke(main, ["verify", folder])
    assert verified.exit_code == 0, verified.output


def test_an_unknown_parameter_stops_it(tmp_path):
    with pytest.raises(ReportError, match="不认识的参数：domian"):
        run_report("survey", tmp_path / "out", {"domian": ["性别"]})
    assert not (tmp_path / "out").exists()


def test_every_cell_gives_the_same_output_again(report):
    assert_runs_the_same_again(report["ipynb"])
