"""How amounts and days of a text are read, and sixty sentences that no clerk can mean as they stand."""

from pathlib import Path

import pytest

from kepu_eval.returns.text_contradictions import contradiction
from kepu_eval.returns.text_dates import days_in
from kepu_eval.returns.text_grammar import read

CONTRADICTORY = (Path(__file__).parent / "contradictory_texts.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("2023年培训338人次，比2022年的255人次增长52%", [(338, "人次", 2023), (255, "人次", 2022), (52, "%", 2022)]),
        ("第1期52名，第2期49名", [(52, "人", 0), (49, "人", 0)]),  # ordinals count nothing, 名 is 人
        ("2023年5月20日（星期六）一季度办两期", [(2, "期", 2023)]),  # days and quarters are places
        ("接待1.2万余人次、发放1,200份", [(12000, "人次", 0), (1200, "份", 0)]),
        ("《3所学校方案》印发，60岁以上老人“12场讲座”", []),
        ("周三下午一次，每周一次", [(1, "次", 0), (1, "次", 0)]),
    ],
)  # fmt: skip
def test_amounts_are_read_with_their_units_and_years(text, amounts):
    assert [(a.number, a.unit, a.year) for a in read(text).amounts] == amounts


def test_what_is_not_written_of_a_day_is_that_of_the_day_before():
    days = [day[:3] for day in days_in("2023年9月10日至12日，10月8日，2022年")]
    assert days == [(2023, 9, 10), (2023, 9, 12), (2023, 10, 8), (2022, 0, 0)]


@pytest.mark.parametrize("text", CONTRADICTORY)
def test_what_cannot_be_is_told(text):
    assert contradiction(text, 2023)
