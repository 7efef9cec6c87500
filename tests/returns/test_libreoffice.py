"""A template that went through LibreOffice reads the same as the one that did not."""

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from kepu_eval.returns import read_round
from kepu_eval.returns.model import COLUMNS
from tests.returns.conftest import PLAN, ROUND
from tests.returns.reading import rewrite

FILES = Path(__file__).parent / "files"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def said(path, folder):
    """What a file says, without its name and hash, and without the note that it was an .xls."""
    folder.mkdir()
    shutil.copy(path, folder / f"区农牧局{path.suffix}")
    returns = read_round(folder, PLAN, ROUND)
    frames = {name: getattr(returns, name) for name in COLUMNS if name != "submissions"}
    frames["findings"] = frames["findings"].query("code != 'C01'").reset_index(drop=True)
    return {
        name: frame.drop(columns=[c for c in ("file", "sha256", "finding") if c in frame])
        for name, frame in frames.items()
    }


def check_same(one, other, tmp_path):
    before, after = said(one, tmp_path / "one"), said(other, tmp_path / "other")
    assert before["observations"]["value"].notna().sum() == 3
    for name in before:
        pd.testing.assert_frame_equal(before[name], after[name], obj=name)


@pytest.mark.parametrize("converted", ["libreoffice.xls", "libreoffice.ods", "libreoffice.xlsx"])
def test_a_file_that_libreoffice_wrote_reads_the_same(converted, tmp_path):
    check_same(FILES / "original.xlsx", FILES / converted, tmp_path)


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed here")
@pytest.mark.parametrize("chain", [["xls"], ["ods"], ["ods", "xlsx"], ["xls", "xlsx"]])
def test_a_conversion_here_and_now_reads_the_same(chain, tmp_path):
    path = FILES / "original.xlsx"
    for step, kind in enumerate(chain):
        out = tmp_path / f"step{step}"
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        words = [OFFICE, "--headless", profile, "--convert-to", kind, "--outdir", str(out), str(path)]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        path = out / f"original.{kind}"
    check_same(FILES / "original.xlsx", path, tmp_path)


@pytest.mark.parametrize(
    ("found", "put", "code"),
    [
        (b"<table:table-column ", b'<table:table-column table:visibility="collapse" ', "C15"),
        (b'"float" office:value="520"', b'"percentage" office:value="520"', "C26"),
    ],
    ids=["hidden column", "percentage"],
)
def test_what_an_ods_hides_or_means_as_a_percentage_is_asked_about(tmp_path, found, put, code):
    path = tmp_path / "区农牧局.ods"
    shutil.copy(FILES / "libreoffice.ods", path)
    rewrite(path, lambda name, data: data.replace(found, put) if name == "content.xml" else data)
    returns = read_round(tmp_path, PLAN, ROUND)
    row = returns.observations.query("indicator == 'Q08' and period == '2023'").iloc[0]
    assert (row["state"], {asked for asked, _ in row["asked"]}) == ("question", {code})
