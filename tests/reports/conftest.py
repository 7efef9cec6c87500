"""The two evaluation reports of the example rounds, made once."""

import pytest

from kepu_eval.runner import run_report


@pytest.fixture(scope="session")
def midterm(tmp_path_factory):
    return run_report("midterm", tmp_path_factory.mktemp("midterm"), {})


@pytest.fixture(scope="session")
def final(tmp_path_factory):
    return run_report("final", tmp_path_factory.mktemp("final"), {})
