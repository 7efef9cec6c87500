"""environment.yml is for conda users and must promise what pyproject.toml promises."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
CONDA_NAMES = {"typst": "typst-py"}  # where conda-forge calls a PyPI package something else


def constraints(requirements):
    """``{"pandas": ">=2.2"}`` from requirement lines."""
    parsed = [Requirement(line) for line in requirements]
    return {canonicalize_name(item.name): str(item.specifier) for item in parsed}


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def from_conda(environment):
    return constraints(entry for entry in environment["dependencies"] if isinstance(entry, str))


@pytest.fixture(scope="module")
def from_pip(environment):
    return next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))


def test_conda_and_pip_users_get_the_same_constraints(project, from_conda, from_pip):
    declared = constraints(project["dependencies"] + project["optional-dependencies"]["test"])
    expected = {CONDA_NAMES.get(name, name): bound for name, bound in declared.items()}
    pip_packages = constraints(line for line in from_pip if not line.startswith("--"))
    packages = {name: bound for name, bound in from_conda.items() if name not in {"python", "pip"}}
    assert packages | pip_packages == expected
    assert not packages.keys() & pip_packages.keys()


def test_conda_and_pip_users_get_the_same_python(project, from_conda):
    assert set(from_conda["python"].split(",")) == set(project["requires-python"].split(","))


def test_conda_channels_are_named_not_addressed(environment):
    assert environment["channels"] == ["conda-forge", "nodefaults"]


def test_conda_installs_the_project_itself(from_pip):
    assert "--editable ." in from_pip


def pins(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "extra"), [("requirements.lock", "bundle"), ("requirements-dev.lock", "test")]
)
def test_a_lock_satisfies_every_declared_constraint(project, lock, extra):
    for line in project["dependencies"] + project["optional-dependencies"][extra]:
        requirement = Requirement(line)
        assert pins(lock)[canonicalize_name(requirement.name)] in requirement.specifier


def test_an_office_installs_the_versions_that_were_tested_and_nothing_of_the_tests(project):
    office, tested = pins("requirements.lock"), pins("requirements-dev.lock")
    assert office.items() <= tested.items()
    for_tests = constraints(project["optional-dependencies"]["test"])
    assert not for_tests.keys() & office.keys()
    assert len(tested) - len(office) > len(for_tests)
