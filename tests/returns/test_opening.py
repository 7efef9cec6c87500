"""Returns opened for the reports of one command: read once, and anew whenever what they depend on is another."""

import shutil

import pandas as pd
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.resources import resource
from kepu_eval.returns import Decisions, opening
from kepu_eval.returns.opening import READ_ONCE, open_returns

PLAN, ROUND = load_plan(), "2023-midterm"


@pytest.fixture
def readings(tmp_path, monkeypatch):
    """A folder with one return, and how often it has been read."""
    folder = tmp_path / ROUND
    folder.mkdir()
    shutil.copy(resource("example/2023-midterm") / "区农牧局.xlsx", folder)
    read, done = opening.read_round, []

    def counted(*given, **how):
        done.append(given)
        return read(*given, **how)

    monkeypatch.setattr(opening, "read_round", counted)
    return folder, done


def _frames(returns):
    return {name: frame for name, frame in vars(returns).items() if isinstance(frame, pd.DataFrame)}


def test_the_reports_of_one_command_read_a_folder_once(readings, tmp_path, monkeypatch):
    folder, done = readings
    alone = open_returns(folder, PLAN, ROUND)[0]
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setenv(READ_ONCE, str(shared))
    first, second = (open_returns(folder, PLAN, ROUND)[0] for _ in range(2))
    assert len(done) == 2  # alone, and the first of the command's
    for name, frame in _frames(alone).items():
        pd.testing.assert_frame_equal(frame, _frames(first)[name])
        pd.testing.assert_frame_equal(frame, _frames(second)[name])


def test_another_plan_or_other_decisions_are_read_anew(readings, tmp_path, monkeypatch):
    folder, done = readings
    monkeypatch.setenv(READ_ONCE, str(tmp_path))
    ruled = Decisions.none()
    open_returns(folder, PLAN, ROUND, ruled)
    open_returns(folder, PLAN, ROUND)
    assert len(done) == 1
    changed = PLAN.model_copy(update={"meta": PLAN.meta.model_copy(update={"doc_no": "另一号"})})
    open_returns(folder, changed, ROUND)
    assert len(done) == 2


def test_reading_goes_on_where_nothing_can_be_kept(readings, tmp_path, monkeypatch):
    folder, done = readings
    monkeypatch.setenv(READ_ONCE, str(tmp_path / "gone"))
    read = [open_returns(folder, PLAN, ROUND)[0] for _ in range(2)]
    assert [returns.submissions["file"].ne("").sum() for returns in read] == [1, 1]
    assert len(done) == 2
