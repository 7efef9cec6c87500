"""Columns wide enough for their short texts, and small tables on one page."""

import pytest

from kepu_eval.report.blocks import Cell, Column, table
from kepu_eval.report.table_layout import em_width, table_layout

ROOM, PADDING = 42.0, 0.8


def laid(columns, rows, room=ROOM):
    return table_layout(table("t", "表", columns, rows), room)


def test_declared_shares_stand_where_nothing_breaks():
    layout = laid([Column(title="指标", width=2), Column(title="现值", align="right")], [["讲座", "3次"]])
    assert layout.widths == pytest.approx((28.0, 14.0))


def test_a_short_text_is_not_broken_and_a_long_one_gives_the_room():
    columns = [
        Column(title="任务", width=0.5),
        Column(title="主要任务", width=9),
        Column(title="佐证", width=0.5),
    ]
    layout = laid(columns, [[5, "树立相信科学、和谐理性的思想观念" * 3, "2062471次"]])
    task, title, evidence = layout.widths
    assert task >= 2 + PADDING  # two characters of the head side by side
    assert evidence == pytest.approx(7 * 0.55 + 0.25 + 1 + PADDING)
    assert title < 9 / 10 * ROOM
    assert sum(layout.widths) == pytest.approx(ROOM)


def test_the_sign_of_a_rating_counts():
    columns = [Column(title="评级", width=0.1), Column(title="说明", width=9.9)]
    plain = laid(columns, [[Cell(text="严重滞后"), "长" * 90]])
    signed = laid(columns, [[Cell(text="严重滞后", tone="late"), "长" * 90]])
    assert signed.widths[0] > plain.widths[0]


def test_more_short_texts_than_room_keep_the_declared_shares():
    layout = laid([Column(title="数", width=1)] * 12, [["123456789"] * 12])
    assert layout.widths == pytest.approx((ROOM / 12,) * 12)


def test_names_may_break_where_keeping_them_whole_makes_the_table_much_longer():
    long = "长" * 100
    columns = [
        Column(title="单位", width=0.3),
        Column(title="问题", width=4.7),
        Column(title="说明", width=5),
    ]
    roomy = laid(columns, [["区委组织部", "短", "短"]], room=20)
    tight = laid(columns, [["区委组织部", long, long]] * 3, room=20)
    assert roomy.widths[0] >= 5 + PADDING
    assert 2 + PADDING <= tight.widths[0] < 5 + PADDING


def test_small_tables_stay_whole_and_long_ones_do_not():
    column = [Column(title="问题")]
    assert laid(column, [["短"]] * 5).whole
    assert not laid(column, [["短"]] * 6).whole
    assert not laid(column, [["长" * 42 * 12]]).whole
    assert laid(column, []).whole


def test_a_division_never_runs_into_the_next_column():
    block = table("a", "表", "指标<3 | 现值>1 | 算式>1 | 说明<5", [["甲", "94.5%", "41795÷44236", "长" * 30]])
    room = table_layout(block, 40).widths[2]
    assert room >= em_width("41795÷44236") + 0.8
