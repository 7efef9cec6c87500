"""Facts, prose and tables: one figure, one text, wherever it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu_eval.report.blocks import Cell, Column, Fact, block_from_json, merged_facts, prose, table
from kepu_eval.report.fact import Source, rounded
from kepu_eval.report.render_html import block_html

TRAINED = Fact(id="Q08.value", value=1210, unit="人次", formula="380+310+520")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (89.95, 1, "90.0"),
        (0.5, 0, "1"),
        (-0.5, 0, "-1"),
        (2.5, 0, "3"),
        (1.005, 2, "1.01"),
        (60.5, 1, "60.5"),
        (1e9, 0, "1000000000"),
    ],
)
def test_halves_are_rounded_away_from_zero(value, digits, text):
    assert rounded(value, digits) == text


@given(st.integers(-(10**6), 10**6), st.integers(0, 4))
def test_whole_numbers_keep_their_value(value, digits):
    assert float(rounded(value, digits)) == value


def test_a_missing_value_is_never_shown_as_zero():
    assert Fact(id="x", value=None, unit="人次").text == "数据不足"
    assert Fact(id="x", value=0, unit="人次").text == "0人次"


def test_prose_shows_facts_and_keeps_their_lineage():
    source = Source(file="区农牧局.xlsx", sheet="指标数据", cell="G6", raw="380")
    paragraph = prose("累计培训{done}。", done=TRAINED.model_copy(update={"sources": (source,)}))
    assert "".join(span.text for span in paragraph.spans) == "累计培训1210人次。"
    assert paragraph.facts[0].sources[0].cell == "G6"


def test_a_bare_number_in_prose_is_refused():
    with pytest.raises(TypeError, match="Fact"):
        prose("累计培训{done}。", done=1210)


def test_a_placeholder_without_a_value_is_refused():
    with pytest.raises(KeyError):
        prose("累计培训{done}。")


def test_a_table_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="表“甲”有2列"):
        table("t", "甲", ["一", "二"], [["只有一格"]])


def test_cells_show_text_keep_numbers_and_dash_what_is_absent():
    row = table("t", "甲", ["一", "二", "三"], [[TRAINED, None, 3]]).rows[0]
    assert row[0] == Cell(text="1210人次", value=1210, fact="Q08.value")
    assert row[1].text == "—"
    assert row[2].value == 3


def test_a_block_survives_the_notebook_file():
    block = table("t", "甲", ["一"], [[TRAINED]], note="注", landscape=True)
    assert block_from_json(block.model_dump(mode="json")) == block


def test_one_id_cannot_stand_for_two_figures():
    other = TRAINED.model_copy(update={"value": 1520})
    with pytest.raises(ValueError, match=r"Q08\.value.*1210人次.*1520人次"):
        merged_facts([prose("{a}", a=TRAINED), prose("{a}", a=other)])


def test_what_a_machine_adds_beyond_ten_digits_is_no_part_of_a_figure():
    """0.1 + 0.2 is not 0.3 in binary, and a sum in another order differs in its last bits."""
    assert Fact(id="a", value=0.1 + 0.2) == Fact(id="a", value=0.3)
    assert Fact(id="a", value=2062471).value == 2062471


def test_heads_in_a_notebook_stand_over_their_columns():
    html = block_html(table("t", "表", [Column(title="评级", align="center"), Column(title="说明")], []))
    assert '<th style="text-align:center">评级</th>' in html
    assert '<th style="text-align:left">说明</th>' in html
