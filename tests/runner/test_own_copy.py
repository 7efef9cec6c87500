"""One home for own words: made once, used by reports, left alone by the product."""

import json

import nbformat
import pytest
from click.testing import CliRunner

from kepu_eval.cli import main
from kepu_eval.parameters import notebook_parameters
from kepu_eval.runner import own_copy as homes
from kepu_eval.runner.own_copy import OwnCopyError, copy_path, differences, open_copy, own_copy


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "reports").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kepu(*options):
    return CliRunner().invoke(main, list(options))


def test_a_copy_is_made_once_with_its_rounds_parameters_and_found_again():
    said = kepu("open", "midterm", "--round", "2023-midterm", "-p", "organisation", "某办公室").output
    path = copy_path("midterm", {"round_id": "2023-midterm"})
    assert str(path) in said
    assert path.as_posix() == "reports/文稿/中期自查评估-2023-midterm/midterm_self_assessment.ipynb"
    known = notebook_parameters(path)
    assert (known["round_id"], known["organisation"], known["switches"]) == ("2023-midterm", "某办公室", {})
    assert "# 落款单位" in path.read_text(encoding="utf-8")  # the remark beside it stays
    before = path.read_bytes()
    assert "已有自己的文稿" in kepu("open", "midterm", "--round", "2023-midterm").output
    assert path.read_bytes() == before
    assert own_copy("midterm", {"round_id": "2023-midterm"}) == path
    assert own_copy("midterm", {}) == path  # the plan's only mid-term
    assert own_copy("midterm", {"round_id": "2023-midterm", "plan": "county.yaml"}) is None


def test_a_report_uses_the_copy_and_says_so(monkeypatch):
    kepu("open", "midterm", "--round", "2023-midterm")
    asked = []

    def run_report(notebook, *_, **__):
        asked.append(notebook)
        raise RuntimeError("到此为止")

    monkeypatch.setattr("kepu_eval.runner.run_report", run_report)
    done = kepu("report", "midterm", "--round", "2023-midterm")
    assert "文字用自己的文稿" in done.output
    kepu("report", "final")
    assert asked == [copy_path("midterm", {"round_id": "2023-midterm"}), "final"]


def product(tmp_path, monkeypatch, change):
    """The product's notebook in a newer version."""
    book = nbformat.read(homes.source("midterm"), 4)
    change({cell.id: cell for cell in book.cells})
    newer = tmp_path / "newer.ipynb"
    nbformat.write(book, newer)
    monkeypatch.setattr(homes, "source", lambda _: newer)


def test_what_the_product_changes_later_is_offered_and_not_done(tmp_path, monkeypatch):
    path, _ = open_copy("midterm", {"round_id": "2023-midterm"})
    own = nbformat.read(path, 4)
    words = [cell.id for cell in own.cells if cell.source.startswith("%%正文")][:3]
    next(cell for cell in own.cells if cell.id == words[1]).source += "\n自己的话。\n"
    nbformat.write(own, path)
    before = path.read_bytes()

    def change(cells):
        for name in words[:2]:
            cells[name].source += "\n产品的新话。\n"

    product(tmp_path, monkeypatch, change)
    assert [each.both for each in differences(path)] == [False, True]
    said = kepu("open", "midterm", "--round", "2023-midterm").output
    assert "改了2格，其中1格您也改过" in said
    page = (path.parent / "与产品新版对照.html").read_text(encoding="utf-8")
    assert "产品的新话" in page.replace("&nbsp;", " ")
    assert "自己的话" in page
    assert path.read_bytes() == before


def test_names_that_cannot_be_a_folder_are_refused():
    with pytest.raises(OwnCopyError, match="不能用作文件夹名"):
        copy_path("midterm", {"round_id": "../../x"})


def test_another_notebook_is_no_own_copy(tmp_path):
    other = tmp_path / "a.ipynb"
    other.write_text(
        json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
    )
    with pytest.raises(OwnCopyError, match="不是由 kepu-eval open 建立的"):
        differences(other)
