"""Words of a report as text: what an evaluator writes, what comes of it, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.report.blocks import Fact
from kepu_eval.report.render_html import block_text
from kepu_eval.report.words import WordsError, listing, render


def fact(name, value, unit="项"):
    return Fact(id=name, value=value, unit=unit, label=name)


NAMES = {
    "任务": {"滞后": fact("任务.滞后", 5), "05": fact("任务.05", "滞后", ""), "滞后项": [{"名称": "甲*_", "数": fact("甲", 2)}]},
    "基准日": "2023年12月31日",
    "报送": {"未报单位": ["区商务局", "区工商联", "区妇联"]},
    "没有": [],
}  # fmt: skip


def told(source, names=NAMES):
    return [block_text(block) for block in render(source, names)]


def test_a_paragraph_shows_facts_and_keeps_them():
    (block,) = render("截至{{ 基准日 }}，滞后{{ 任务.滞后 }}。", NAMES)
    assert block_text(block) == "截至2023年12月31日，滞后5项。"
    assert [span.fact for span in block.spans if span.fact] == ["任务.滞后"]
    assert block.facts == (NAMES["任务"]["滞后"],)


def test_conditions_and_lists_leave_no_empty_lines_behind():
    source = "甲\n{% if 没有 %}乙{% endif %}\n丙\n\n{% for 项 in 任务.滞后项 %}\n- {{ 项.名称 }}有{{ 项.数 }}\n{% endfor %}\n"
    assert told(source) == ["甲丙", "甲*_有2项"]


def test_lines_that_end_as_on_windows_part_paragraphs_as_well():
    assert told("甲{{ 任务.滞后 }}\r\n\r\n乙\r\n丙\r\n") == ["甲5项", "乙丙"]


def test_bold_needs_no_spaces_around_it():
    (block,) = render("**进度滞后。**共{{ 任务.滞后 }}", NAMES)
    assert [(span.text, span.bold) for span in block.spans] == [
        ("进度滞后。", True),
        ("共", False),
        ("5项", False),
    ]


def test_lists_are_joined_and_cut():
    assert told("{{ 报送.未报单位 | 列举 }}；{{ 报送.未报单位 | 列举(2) }}") == [
        "区商务局、区工商联、区妇联；区商务局、区工商联等"
    ]


def test_a_table_is_titled_by_the_line_before_and_its_cells_are_facts():
    (table,) = render("表：要点\n\n| 项 | 数 |\n|---|--:|\n| {{ 基准日 }} | {{ 任务.滞后 }} |", NAMES)
    assert (table.title, table.columns[1].align) == ("要点", "right")
    assert (table.rows[0][1].value, table.rows[0][1].fact) == (5, "任务.滞后")


def test_a_name_that_is_no_identifier_is_asked_for_in_brackets():
    assert told('评为“{{ 任务["05"] }}”。') == ["评为“滞后”。"]
    assert '{{ 任务["05"] }}' in block_text(listing(NAMES))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("共5项滞后。", r"第1行：正文中的数字“5项滞后.*数值相同的数据项有：任务.滞后"),
        ("第一行\n\n达到85.5%", r"第3行：正文中的数字“85.5%”"),
        ('{{ "5项" }}', "数字“5项”"),
        ("{% set 数 = 5 %}{{ 基准日 }}", "数字“5”"),
        ("{{ 任务.滞 }}", "没有名为“滞”的数据项；相近的有：滞后"),
        ("{{ 基准曰 }}", "没有名为“基准曰”的数据项；相近的有：基准日"),
        ("{% if 不存在的 %}甲{% endif %}", "没有名为“不存在的”"),
        ("{{ 任务 }}", "不是一个数据项"),
        ("{{ 没有 | length }}", "正文中的数字须为数据项"),
        ("{{ 任务.滞后", "第1行的占位符写法有误"),
        ("{% for 项 in 没有 %}", "占位符写法有误"),
    ],
)
def test_what_cannot_be_written_is_refused_in_chinese(source, message):
    with pytest.raises(WordsError, match=message):
        render(source, NAMES)


@pytest.mark.parametrize(
    "text", ["2023年12月31日印发", "昆府发〔2023〕20号", "见表3、附件2", "2021—2025年", "2023-12-31"]
)
def test_dates_numbers_of_documents_and_places_are_no_figures(text):
    assert told(text) == [text]


def test_names_with_digits_may_be_typed():
    assert [block_text(b) for b in render("示例小学05、Q2号楼", {}, proper=["示例小学05", "Q2号楼"])] == [
        "示例小学05、Q2号楼"
    ]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_what_a_unit_wrote_is_printed_as_it_is(text):
    """Nothing of it is read as Markdown, HTML or Jinja2; only characters without a meaning of their own go."""
    kept = "".join(c for c in text if not 0xE000 <= ord(c) <= 0xF8FF)
    (block,) = render("填报：“{{ 原文 }}”。", {"原文": text})
    assert block_text(block) == f"填报：“{kept}”。"


def test_numbering_and_dates_may_be_typed_but_no_line_begins_after_a_figure():
    text = "1. 讲座\n\n（2）2024年10月的5G展览\n\n3、{{ 累计 }}"
    assert len(list(render(text, {"累计": NAMES["任务"]["滞后"]}))) == 3
    with pytest.raises(WordsError, match="数字“1、2”不能直接写"):
        render("{{ 累计 }}1、2", {"累计": NAMES["任务"]["滞后"]})
