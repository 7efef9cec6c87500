"""The two evaluation reports of the example rounds, made once, whichever workers need them."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from kepu_eval.runner import FORMATS, run_report

EVERY = (*FORMATS, "pptx", "brief")


def pytest_collection_modifyitems(items):
    """These are among the longest (``tests.conftest`` has them begin first)."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("slow")


def made_once(kind, tmp_path_factory):
    """A report's files by format. The first worker that asks makes them, another one waits for it."""
    own = tmp_path_factory.getbasetemp()
    place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"reports-{kind}"
    place.mkdir(exist_ok=True)
    with (place / "files.json").open("a+", encoding="utf-8") as listing:
        fcntl.flock(listing, fcntl.LOCK_EX)
        listing.seek(0)
        if not (known := listing.read()):
            made = run_report(kind, place / "files", {}, EVERY)
            known = json.dumps({name: str(file) for name, file in made.items()})
            listing.write(known)
    return {name: Path(file) for name, file in json.loads(known).items()}


@pytest.fixture(scope="session")
def midterm(tmp_path_factory):
    return made_once("midterm", tmp_path_factory)


@pytest.fixture(scope="session")
def final(tmp_path_factory):
    return made_once("final", tmp_path_factory)
