"""Parameters given as text, at the terminal or in a batch's table, have the types of the notebook's own."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.cli import main
from kepu_eval.parameters import ParameterError, notebook_parameters, read_parameters
from kepu_eval.parameters.models import model_of_defaults
from kepu_eval.runner.report import NOTEBOOKS, source


def typed(name, text, default):
    return getattr(read_parameters(model_of_defaults({name: default}), {name: text}), name)


PLAIN = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans())


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("2024", "2023-midterm", "2024"),
        ("2024", None, "2024"),
        ("12.5", 15.0, 12.5),
        ("12", 15.0, 12),
        ("是", False, True),
        ("False", True, False),
        ("性别、城乡", [], ["性别", "城乡"]),
        ("性别", [], ["性别"]),
        ('["性别", "城乡"]', [], ["性别", "城乡"]),
        ('{"a": "b"}', {}, {"a": "b"}),
    ],
)
def test_a_text_has_the_type_of_the_default(text, default, value):
    found = typed("x", text, default)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "default"), [("很多", 1), ("true", 1), ("1", False), ("约", True), ("a、b", {}), ("[1", [])]
)
def test_a_text_of_another_type_is_refused_with_an_example(text, default):
    with pytest.raises(
        ParameterError, match=f"参数x：“{text.replace('[', chr(92) + '[')}”应写成 .* 这样的值"
    ):
        typed("x", text, default)


@given(PLAIN)
def test_what_json_writes_is_read_back(value):
    assert typed("x", json.dumps(value), value) == value


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_shipped_notebook_says_its_parameters(name):
    assert "organisation" in notebook_parameters(source(name))


def test_what_is_no_notebook_is_named(tmp_path):
    (tmp_path / "a.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"“a\.ipynb”不是可用的笔记本"):
        notebook_parameters(tmp_path / "a.ipynb")


@pytest.mark.slow
def test_the_terminal_gives_numbers_and_lists(tmp_path):
    done = CliRunner().invoke(
        main,
        ["report", "survey", "--out", str(tmp_path), "--formats", "ipynb", "-p", "assumed", "16.5",
         "-p", "replicates", "50", "-p", "domains", "性别、城乡"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    listing = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    wanted = {"assumed": 16.5, "replicates": 50, "domains": json.dumps(["性别", "城乡"], ensure_ascii=False)}
    assert {name: listing["parameters"][name] for name in wanted} == wanted


def test_the_terminal_refuses_a_number_that_is_none(tmp_path):
    done = CliRunner().invoke(
        main, ["report", "survey", "--out", str(tmp_path / "out"), "-p", "target", "一成五"]
    )
    assert done.exit_code == 2
    assert "参数target：“一成五”应写成 15.0 这样的值" in done.output
    assert not (tmp_path / "out").exists()
