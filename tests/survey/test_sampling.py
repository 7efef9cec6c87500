"""The sample plan: probabilities that add up, frequencies that match them, and draws anyone can repeat."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.survey import SurveyError, draw_plan, read_frame
from kepu_eval.survey.sampling import allocate, inclusion_probabilities, systematic

sizes = st.lists(st.integers(1, 100_000), min_size=2, max_size=40)


def frame(strata):
    rows = [
        (name, f"{name}{k:03d}", f"{name}第{k}社区", float(size))
        for name, units in strata.items()
        for k, size in enumerate(units)
    ]
    return pd.DataFrame(rows, columns=["stratum", "id", "name", "size"])


TOWN = frame({"城区": range(1000, 5000, 200), "镇": [800, 900, 40000, 1100, 1200], "嘎查村": [300] * 8})


@given(units=sizes, data=st.data())
def test_inclusion_probabilities_add_to_the_sample_size(units, data):
    n = data.draw(st.integers(1, len(units)))
    chance = inclusion_probabilities(np.array(units, dtype=float), n)
    assert chance.sum() == pytest.approx(n, abs=1e-9)
    assert ((chance > 0) & (chance <= 1)).all()
    below = np.array(units)[chance < 1], chance[chance < 1]
    np.testing.assert_allclose(below[1] * sum(below[0]), below[0] * below[1].sum(), rtol=1e-9)


@given(units=sizes, start=st.floats(0, 1, exclude_max=True), data=st.data())
def test_as_many_units_as_asked_for_and_none_twice(units, start, data):
    n = data.draw(st.integers(1, len(units)))
    chance = inclusion_probabilities(np.array(units, dtype=float), n)
    taken = systematic(chance, start)
    assert taken.sum() == n  # a unit taken twice would leave one too few
    assert taken[chance == 1].all()


def test_a_unit_of_an_interval_is_certain_and_the_rest_is_drawn_anew():
    """Sizes 1, 1, 2, 12 and two units: interval 8, so 12 is certain; one of the rest has interval 4: ¼, ¼, ½."""
    chance = inclusion_probabilities(np.array([1.0, 1, 2, 12]), 2)
    assert chance.tolist() == [0.25, 0.25, 0.5, 1]


def test_in_the_long_run_every_unit_is_drawn_as_often_as_its_probability_says():
    """3,000 seeds; a frequency beyond 4.5 standard errors has a chance below 1 in 100,000 a unit."""
    draws = 3000
    chance = draw_plan(
        TOWN, 12, 10, seed=0
    ).units  # probabilities of those drawn; all others by stratum below
    expected = pd.concat(
        units.set_index("id")["size"].pipe(
            lambda size, n: pd.Series(inclusion_probabilities(size.to_numpy(), n), index=size.index),
            int(allocate(TOWN, 12)[stratum]),
        )
        for stratum, units in TOWN.groupby("stratum")
    )
    assert chance.set_index("id")["probability"].to_dict() == expected[chance["id"]].to_dict()
    random = np.random.default_rng(20231128)
    for stratum, units in TOWN.groupby("stratum"):
        p = expected[units["id"]].to_numpy()
        found = sum(systematic(p, start).astype(int) for start in random.random(draws)) / draws
        assert (np.abs(found - p) <= 4.5 * np.sqrt(p * (1 - p) / draws)).all(), stratum


@settings(max_examples=20)
@given(order=st.permutations(range(len(TOWN))), seed=st.integers(0, 2**32))
def test_the_order_of_rows_does_not_change_the_sample(order, seed):
    one, other = draw_plan(TOWN, 12, 10, seed), draw_plan(TOWN.iloc[order], 12, 10, seed)
    pd.testing.assert_frame_equal(one.units, other.units)


def test_other_seeds_draw_other_samples_and_strata_start_apart():
    drawn = {tuple(draw_plan(TOWN, 12, 10, seed).units["id"]) for seed in range(20)}
    assert len(drawn) > 10


def test_base_weights_expand_to_the_population_on_average():
    """Systematic PPS with as many persons in each unit: weights of a stratum add exactly to its size."""
    found = draw_plan(TOWN, 12, 10, seed=3)
    total = (found.units["base_weight"] * found.units["persons"]).groupby(found.units["stratum"]).sum()
    sizes = TOWN.groupby("stratum")["size"].sum()
    np.testing.assert_allclose(total[["城区", "嘎查村"]], sizes[["城区", "嘎查村"]])
    certain = found.units.query("certain")
    assert certain["size"].tolist() == [40000]
    assert certain["base_weight"].tolist() == [4000]


def test_units_go_to_strata_by_size_but_two_at_least_and_no_more_than_there_are():
    town = frame({"a": [1000] * 50, "b": [1000] * 25, "c": [10] * 6, "d": [50_000]})
    # d is one unit only; c's 60 people would not earn a unit; the other 30 split as 2 : 1
    assert allocate(town, 33).to_dict() == {"a": 20, "b": 10, "c": 2, "d": 1}


def test_a_village_smaller_than_the_workload_is_interviewed_whole():
    found = draw_plan(frame({"a": [20, 20, 20, 20]}), 2, 30, seed=1).units
    assert found["persons"].tolist() == [20, 20]
    assert found["person_probability"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("psus", "persons", "message"),
    [(5, 10, "共需6个，现只抽5个"), (34, 10, "只有33个单位，不能抽34个"), (12, 0, "至少为1")],
)
def test_impossible_plans_are_refused(psus, persons, message):
    with pytest.raises(SurveyError, match=message):
        draw_plan(TOWN, psus, persons, seed=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("城区,2,乙社区,", "第3行：“规模”不是大于0的数"),
        ("城区,2,乙社区,0", "第3行：“规模”不是大于0的数"),
        ("城区,2,乙社区,约三千", "第3行：“规模”不是大于0的数"),
        ("城区,1,乙社区,3000", "第2、3行：“编号”重复"),
        (",2,乙社区,3000", "第3行：“层”为空"),
    ],
)
def test_a_frame_with_a_fault_is_refused_by_row(tmp_path, line, message):
    (tmp_path / "框.csv").write_text(f"层,编号,名称,规模\n城区,1,甲社区,2000\n{line}\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=message):
        read_frame(tmp_path / "框.csv")


def test_a_frame_without_a_column_is_refused(tmp_path):
    (tmp_path / "框.csv").write_text("层,编号,名称\n城区,1,甲\n", encoding="utf-8")
    with pytest.raises(SurveyError, match=r"“框.csv”缺少列：规模；表头应为：层、编号、名称、规模"):
        read_frame(tmp_path / "框.csv")
