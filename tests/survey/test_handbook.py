"""Every snippet of the researcher's handbook runs, one after another, and none is long."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "研究者.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.mark.slow
def test_every_snippet_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    names = {}
    for snippet in SNIPPETS:
        exec(snippet, names)
        assert "NaN" not in capsys.readouterr().out.replace("None", "")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_no_snippet_needs_more_than_five_lines(snippet):
    work = [line for line in snippet.splitlines() if line and not line.startswith(("from ", "import "))]
    assert len(work) <= 5
