"""The example surveys: what the script writes is what is committed, and tells the story the reports rest on."""

import runpy
from pathlib import Path

import pytest

from kepu_eval.report.survey_file import district_survey
from kepu_eval.survey import read_frame, verdict

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"


def test_the_script_writes_the_committed_files_byte_for_byte(tmp_path):
    runpy.run_path(str(ROOT / "scripts" / "simulate_survey.py"))["main"](tmp_path)
    written = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(written) == 11
    for path in written:
        assert (tmp_path / path).read_bytes() == (EXAMPLE / path).read_bytes(), path


@pytest.mark.parametrize(("year", "told"), [(2023, "未达到·统计确认"), (2025, "点估计未达·差距在误差内")])
def test_raking_matters_to_the_verdict_of_each_round(year, told):
    survey, result = district_survey(EXAMPLE / f"survey-{year}", confidence=0.95)
    assert verdict(result.estimate, result.ci_low, result.ci_high, 15) == told
    plain = survey.design.proportion("literate").iloc[0]
    assert plain["estimate"] * 100 - result.estimate > 2  # the schooled answer more often
    assert result.df == 52


def test_the_frame_lists_every_community():
    frame = read_frame(EXAMPLE / "communities.csv")
    assert frame.groupby("stratum")["size"].sum().to_dict() == {
        "城区A": 160_000,
        "城区B": 140_000,
        "城区C": 120_000,
        "农牧区": 30_000,
    }
