"""The two evaluation reports of the example rounds, made once."""

import pytest

from kepu_eval.runner import FORMATS, run_report

EVERY = (*FORMATS, "pptx", "brief")


@pytest.fixture(scope="session")
def midterm(tmp_path_factory):
    return run_report("midterm", tmp_path_factory.mktemp("midterm"), {}, EVERY)


@pytest.fixture(scope="session")
def final(tmp_path_factory):
    return run_report("final", tmp_path_factory.mktemp("final"), {}, EVERY)
