"""Several returns of one unit beside each other: the later one counts where it says so, else one question asks."""

import pytest

from kepu_eval.returns import layout
from tests.returns.conftest import cover, years
from tests.returns.reading import THREE, read, value

FIRST, SECOND = "区农牧局.xlsx", "区农牧局（修改）.xlsx"
REVISED = {**THREE, "y2023": 600}
BASE = years("Q08", **THREE)


def told(send, changes, dates=(None, None), names=(FIRST, SECOND)):
    """C08 of two files, the second with ``changes``, both with their report dates."""
    for figures, date, name in zip((BASE, changes), dates, names, strict=True):
        spoil = None if date is None else cover(layout.DATE_FIELD, date)
        folder = send("区农牧局", figures, name=name, spoil=spoil)
    returns = read(folder)
    return returns, returns.findings.query("code == 'C08'")


@pytest.mark.parametrize(
    ("changes", "dates", "expected"),
    [
        (years("Q08", **REVISED), ("2024-01-10", "2024-01-12"), 600),
        (years("Q08", **REVISED), ("2024-01-12", "2024-01-10"), 520),
        ({**BASE, (layout.NUMBERS, "Q08", "说明"): "名册已附"}, (None, None), 520),
    ],
    ids=["the later date", "the later date again", "holds all of the other"],
)  # fmt: skip
def test_a_corrected_file_beside_the_first_asks_nothing(send, changes, dates, expected):
    names = (
        (FIRST, SECOND) if dates[0] is None or dates[0] < dates[1] else ("区农牧局2.xlsx", "区农牧局1.xlsx")
    )
    returns, found = told(send, changes, dates, names)
    assert found["severity"].tolist() == ["note"]
    assert "替代" in found["message"].iloc[0]
    assert value(returns)["value"] == expected
    assert value(returns, period="2021")["value"] == 380


@pytest.mark.parametrize(
    ("changes", "dates", "names"),
    [
        (years("Q08", **REVISED), (None, None), (FIRST, SECOND)),
        (years("Q08", **REVISED), ("2024-01-10", "2024-01-10"), (FIRST, SECOND)),
        (years("Q08", **REVISED), ("2024-01-10", None), (FIRST, SECOND)),
        (years("Q08", **REVISED), ("2024-01-12", "2024-01-10"), (FIRST, SECOND)),
        (years("Q08", y2021=380, y2023=600), ("2024-01-10", "2024-01-12"), (FIRST, SECOND)),
    ],
    ids=["no date", "one day", "one date", "name against date", "a figure is gone"],
)  # fmt: skip
def test_what_is_not_clear_is_one_question(send, changes, dates, names):
    returns, found = told(send, changes, dates, names)
    assert found["severity"].tolist() == ["question"]
    assert returns.open_questions["code"].tolist() == ["C08"]
    assert value(returns)["state"] == "question"
