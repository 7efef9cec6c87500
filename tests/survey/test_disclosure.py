"""Suppression: small groups are hidden, and what is shown does not give them away."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.survey import SurveyDesign, SurveyError, feasible, protected, suppressed
from kepu_eval.survey.disclosure import TOTAL

count = st.one_of(st.integers(0, 35), st.integers(0, 400))


def least_two_values(counts, hidden):
    return all(most == -1 or most > least for _, least, most in feasible(counts, hidden))


def test_one_small_group_takes_the_next_smallest_with_it():
    hidden = suppressed(pd.Series({"小学": 14, "初中": 40, "高中": 100}))
    assert hidden.to_dict() == {"小学": True, "初中": True, "高中": False}


def test_two_small_groups_hide_each_other_if_together_they_are_no_small_group():
    assert suppressed(pd.Series([14, 20, 100])).tolist() == [True, True, False]
    # 5 + 6 = 11 people would be a group of their own by subtraction
    assert suppressed(pd.Series([5, 6, 60, 100])).tolist() == [True, True, True, False]


def test_nothing_small_hides_nothing():
    assert not suppressed(pd.Series([30, 31, 32])).any()


def test_a_small_cell_of_a_table_takes_a_rectangle_with_it():
    table = pd.DataFrame(
        [[10, 50, 60], [40, 45, 80], [100, 200, 300]], index=["a", "b", "c"], columns=["x", "y", "z"]
    )
    hidden = suppressed(table)
    assert hidden.loc[["a", "b"], ["x", "y"]].all(axis=None)
    assert hidden.to_numpy().sum() == 4
    assert not hidden[TOTAL].any()
    # a reader can only bound the cell: row a hides 60 people, column x 50
    assert (("a", "x"), 0, 50) in feasible(table, hidden)


def test_a_margin_under_the_minimum_is_hidden_with_another_margin():
    hidden = suppressed(pd.DataFrame([[5, 6], [50, 60], [70, 80]], index=["a", "b", "c"], columns=["x", "y"]))
    assert hidden.loc["a"].all()
    assert hidden[TOTAL].tolist() == [True, True, False, False]


@given(counts=st.lists(count, min_size=1, max_size=8))
def test_no_hidden_group_of_a_list_can_be_worked_out(counts):
    table = pd.Series(counts)
    hidden = suppressed(table)
    assert hidden[table < 30].all()
    if table.sum() >= 30:
        assert least_two_values(table, hidden)
        if hidden.any():
            assert table[hidden].sum() >= 30


@settings(max_examples=60, deadline=None)
@given(rows=st.integers(2, 4), columns=st.integers(2, 4), data=st.data())
def test_no_hidden_cell_of_a_table_can_be_worked_out(rows, columns, data):
    cells = data.draw(st.lists(count, min_size=rows * columns, max_size=rows * columns))
    table = pd.DataFrame(np.reshape(cells, (rows, columns)))
    hidden = suppressed(table)
    inner = hidden.iloc[:-1, :-1].to_numpy()
    assert inner[table.to_numpy() < 30].all()
    assert hidden.iloc[:-1][TOTAL][table.sum(axis=1) < 30].all()
    assert least_two_values(table, hidden)


def test_bounds_are_those_of_trying_every_table():
    """All 2 × 2 corners that fit the margins of the hidden rectangle, counted one by one."""
    table = pd.DataFrame([[3, 8, 40], [9, 4, 50], [60, 70, 80]])
    hidden = suppressed(table, minimum=10)
    assert hidden.iloc[:2, :2].all(axis=None)
    assert hidden.to_numpy().sum() == 4
    # rows 11 and 13, columns 12 and 12: with a in the corner the others are 11 − a, 12 − a and 13 − (12 − a)
    fits = [a for a in range(25) if min(a, 11 - a, 12 - a, 1 + a) >= 0]
    assert ((0, 0), min(fits), max(fits)) in feasible(table, hidden)


def survey():
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "y": random.integers(0, 2, 300), "w": 1.0, "s": np.repeat([1, 2], 150),
            "edu": ["小学"] * 12 + ["初中"] * 88 + ["高中"] * 200, "sex": ["男", "女"] * 150,
        }
    )  # fmt: skip


def test_estimates_of_hidden_groups_lose_every_figure():
    found = protected(SurveyDesign(survey(), "w", "s").proportion("y", by="edu"), "edu").set_index("group")
    assert found["suppressed"].to_dict() == {"初中": True, "小学": True, "高中": False}
    assert (
        found.loc[["初中", "小学"], ["estimate", "se", "ci_low", "ci_high", "deff", "n"]]
        .isna()
        .to_numpy()
        .all()
    )
    assert found.loc["高中", "n"] == 200


def test_cells_of_two_columns_are_hidden_by_their_table():
    design = SurveyDesign(survey(), "w", "s")
    found = protected(design.proportion("y", by=["edu", "sex"]), ["edu", "sex"]).set_index(["edu", "sex"])
    assert found.loc["小学", "suppressed"].all()
    assert found.loc["初中", "suppressed"].all()
    assert not found.loc["高中", "suppressed"].any()


def test_three_columns_and_counts_that_are_none_are_refused():
    with pytest.raises(SurveyError, match="分组变量最多两个"):
        protected(pd.DataFrame({"n": [1]}), ["a", "b", "c"])
    for wrong in ([1.5, 40], [-1, 40], [np.nan, 40]):
        with pytest.raises(SurveyError, match="样本量应为不小于0的整数"):
            suppressed(pd.Series(wrong))
