"""Text as it was typed (C61, C62)."""

import pytest

from tests.returns.conftest import cover
from tests.returns.reading import read, told


@pytest.mark.parametrize("written", ["区农\n牧局", "区农牧局\t", "区 农牧局\n"])
def test_c61_line_breaks_in_a_units_name(send, written):
    returns = read(send("区农牧局", spoil=cover("填报单位", written)))
    assert "已清洗" in told(returns, "C61", "note")["message"]
    assert "未注明日期" in set(returns.submissions["status"])


def test_c62_traditional_characters_are_asked_about(send):
    returns = read(send("区农牧局", spoil=cover("填报单位", "團區委"), name="x.xlsx"))
    asked = told(returns, "C62", "question")
    assert asked["candidates"] == ("团区委",)
    assert "团区委" in asked["message"]
