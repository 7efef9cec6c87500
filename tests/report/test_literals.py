"""Prose draws its numbers from Facts; what else holds a digit is a date, a document number or a name."""

import pytest

from kepu_eval.report.blocks import Cover, Heading, prose
from kepu_eval.report.document import Document
from kepu_eval.report.literals import literal_numbers
from tests.report.test_exporters import FACT


def found(text, names=()):
    return literal_numbers(Document(Cover(title="x"), (prose(text),), None, {}), names)


@pytest.mark.parametrize(
    "text",
    [
        "约300人参加",
        "完成率60.5%",
        "共3项",
        "完成3/5",
        "增长2倍",
        "2000人",
        "12 所学校",
        "1.5 万人",
        "覆盖25km",
        "共（3）项",
        "12个月",
        "3.5倍",
        "共5 所",
        "达标率90%",
        "20251人",
    ],
)
def test_a_number_without_a_fact_is_found(text):
    assert found(text) == [text]


@pytest.mark.parametrize(
    "text",
    ["以2023年12月31日为基准日", "2021—2025年", "2021—2022学年", "2022、2023年", "2023-12-31", "昆府发〔2023〕20号", "任务6滞后", "见表3", "指标Q08", "2024年10月", "12月31日", "1—10月", "第3季度", "2025-6-30", "2021—2025", "5G、H1N1和PM2.5", "1. 讲座", "2、展览", "（3）培训"],
)  # fmt: skip
def test_dates_document_numbers_and_places_are_none(text):
    assert found(text) == []


def test_names_with_digits_are_none_when_they_are_known():
    assert found("第5中学缺报", ()) == []
    assert found("示例小学07缺报", ()) == ["示例小学07缺报"]
    assert found("示例小学07缺报", ("示例小学07",)) == []


def test_facts_and_headings():
    assert literal_numbers(Document(Cover(title="x"), (prose("累计{a}", a=FACT),), None, {})) == []
    (told,) = literal_numbers(Document(Cover(title="x"), (Heading(level=1, text="完成300人"),), None, {}))
    assert told.endswith("完成300人")
    assert literal_numbers(Document(Cover(title="x"), (Heading(level=1, text="1.2 讲座"),), None, {})) == []
    after = prose("{a}、5所", a=FACT)  # no line begins after a Fact
    assert literal_numbers(Document(Cover(title="x"), (after,), None, {})) == ["、5所"]
