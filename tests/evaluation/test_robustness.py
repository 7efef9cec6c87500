"""Many settings at once give what the evaluation gives for each of them, and say which conclusions hold."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.evaluation import SurveyResult, evaluate
from kepu_eval.evaluation.classes import Ratings, codes, labels
from kepu_eval.evaluation.exploring import Threshold, Trail
from kepu_eval.evaluation.ranking import rank_intervals
from kepu_eval.evaluation.robustness import outcomes
from kepu_eval.evaluation.settings import MILLION, joint_settings, own_setting, single_settings
from kepu_eval.evaluation.stability import band_counts, class_shares, standing, unit_order, with_missing
from tests.evaluation.builders import (
    END,
    MIDTERM,
    PLAN,
    event,
    observation,
    proof,
    returns,
    school,
    status,
    yearly,
)

DEFAULTS = PLAN.switch_defaults()
COUNTS = st.one_of(st.none(), st.integers(0, 900))


def round_of(values, lectures, done):
    """A round with every kind of target in it, from a few drawn numbers."""
    rows = [*yearly("Q06", *values), *yearly("Q08", *values), observation("Q10", "baseline", 6000)]
    rows += yearly("Q10", *(None if v is None else v * 30 for v in values))
    rows += [
        observation("Q02", "2023春", n, measure="lectures", entity=name)
        for name, n in zip("甲乙丙", lectures, strict=True)
    ]
    statuses = [
        status(
            c.id,
            done_by_year=done,
            operating="已运行" if n % 3 else None,
            self_rating="完成",
            evidence=("P1",),
        )
        for n, c in enumerate(PLAN.commitments)
    ]
    proofs = [proof(unit.id, "P1") for unit in PLAN.units]
    twice = [
        event("区农牧局", 120, dt.date(2022, 5, 4), group="G1", state="note"),
        event("区科协", 120, dt.date(2022, 5, 4), group="G1", state="note", main=False),
    ]
    schools = [school("甲"), school("乙", rural=True), school("丙", kind="幼儿园")]
    return returns(rows, statuses=statuses, evidence=proofs, events=twice, schools=schools)


def survey(estimate):
    return SurveyResult(estimate=estimate, se=1.0, ci_low=estimate - 2, ci_high=estimate + 2, n=1000, deff=1.5,
                        published=dt.date(2023, 12, 1), label="区级调查", source="s.csv")  # fmt: skip


def excepting(targets):
    """Exceptions that hold at any time, as the decision book gives them."""
    rows = [{"target": target, "valid_from": "2021-01-01", "valid_until": "2030-12-31"} for target in targets]
    return pd.DataFrame(rows, columns=["target", "valid_from", "valid_until"])


def assert_equal_to_evaluation(found, number, round_, as_of, stage, result, exceptions=None):
    switches, rules = found.settings.switches(number), found.settings.rules(number)
    plan = PLAN.model_copy(update={"rating": rules})
    whole = evaluate(plan, round_, as_of, stage, result, exceptions=exceptions, **switches)
    for part, key in (("indicators", "indicator"), ("commitments", "commitment"), ("tasks", "number")):
        for row in getattr(whole, part).itertuples():
            told = tuple(str(labels(side[number])) for side in getattr(found, part)[getattr(row, key)])
            assert told == (row.rating, row.rating_low, row.rating_high), (part, getattr(row, key))
    for row in whole.indicators.itertuples():
        judgements, which = found.judgements[row.indicator]
        assert judgements[which[number]].verdict.text == row.verdict


@settings(max_examples=6, deadline=None)
@given(
    st.lists(COUNTS, min_size=5, max_size=5),
    st.lists(st.one_of(st.none(), st.integers(0, 8)), min_size=3, max_size=3),
    st.dictionaries(st.sampled_from(["2021", "2022", "2023"]), st.sampled_from(["有", "无"])),
    st.sampled_from([("midterm", MIDTERM), ("final", END)]),
    st.floats(10, 18),
    st.sets(st.sampled_from(["Q05", "Q06", "Q07", "Q08", "T01", "T04"])),
    st.integers(0, 1000),
)
def test_many_settings_at_once_give_what_the_evaluation_gives_for_each(
    values, lectures, done, when, level, spared, seed
):
    stage, as_of = when
    round_, result, exceptions = round_of(values, lectures, done), survey(level), excepting(spared)
    drawn = joint_settings(PLAN, DEFAULTS, 64, seed)
    found = outcomes(PLAN, round_, as_of, stage, result, drawn, exceptions)
    for number in (1, 63):
        assert_equal_to_evaluation(found, number, round_, as_of, stage, result, exceptions)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2000), st.integers(1, 400))
def test_a_ratio_that_meets_a_threshold_exactly_reaches_it(millionths, parts):
    """k/n against k/n as a threshold: reached, though neither is a binary fraction."""
    ratio = Fraction(millionths, MILLION)
    trail = Trail()
    assert ratio >= Threshold(millionths, 0, trail)
    assert (Fraction(parts, 7) >= Threshold(millionths, 0, trail)) == (Fraction(parts, 7) >= ratio)


class TestSettings:
    def test_the_first_is_the_reports_own(self):
        drawn = joint_settings(PLAN, DEFAULTS, 500, 1)
        assert drawn.switches(0) == DEFAULTS
        assert [b.at_least for b in drawn.rules(0).midterm_pace] == [1.0, 0.9, 0.6, 0.0]

    def test_every_combination_of_options_comes_equally_often(self):
        drawn = joint_settings(PLAN, DEFAULTS, 3201, 1)
        combinations = list(zip(*(values[1:] for values in drawn.options.values()), strict=True))
        counts = {combination: combinations.count(combination) for combination in set(combinations)}
        assert len(counts) == 32
        assert max(counts.values()) - min(counts.values()) <= 1

    def test_thresholds_move_at_most_a_step_and_neither_nothing_nor_the_target_moves(self):
        drawn = joint_settings(PLAN, DEFAULTS, 2000, 1)
        part = drawn.thresholds[:, drawn.columns["midterm_pace"]] / MILLION
        assert set(part[:, 0]) == {1.0}
        assert set(part[:, 3]) == {0.0}
        assert part[:, 1].min() >= 0.85
        assert part[:, 1].max() <= 0.95
        assert len(set(part[:, 2])) > 1000

    def test_the_same_seed_draws_the_same_settings(self):
        one, other = (joint_settings(PLAN, DEFAULTS, 100, 7) for _ in range(2))
        assert np.array_equal(one.thresholds, other.thresholds)
        assert one.switches(42) == other.switches(42)

    def test_single_changes_are_each_other_option_and_two_moves_of_the_thresholds(self):
        drawn, names = single_settings(PLAN, DEFAULTS)
        assert len(drawn) == len(names) == 1 + 5 + 2
        changed = [sum(drawn.switches(n)[k] != v for k, v in DEFAULTS.items()) for n in range(len(drawn))]
        assert changed == [0, 1, 1, 1, 1, 1, 0, 0]


class TestStability:
    def test_in_most_settings_begins_at_nine_tenths(self):
        assert [standing(share) for share in (1, 0.9, 0.899)] == ["全部成立", "多数成立", "部分成立"]

    def test_shares_of_classes_are_counted_against_the_reports_class(self):
        """Four settings: 滞后, 滞后, 滞后, 数据不足; the report's is 滞后, so three of four agree."""
        numbers = codes(["滞后", "滞后", "滞后", "数据不足"])
        row = class_shares(
            {"Q": Ratings(numbers, numbers, numbers)}, {"Q": Ratings(*[numbers[:1]] * 3)}
        ).iloc[0]
        assert (row["rating"], row["same"], row["standing"]) == ("滞后", 0.75, "部分成立")
        assert (row["滞后"], row["数据不足"]) == (0.75, 0.25)

    def test_counts_of_tasks_by_band_have_their_smallest_and_largest(self):
        """Task 1: 完成, 滞后; task 2: 完成, 严重滞后. 完成 falls from 2 to 0, 滞后 (both are) rises from 0 to 2."""
        one, two = codes(["完成", "滞后"]), codes(["完成", "严重滞后"])
        tasks = {1: Ratings(one, one, one), 2: Ratings(two, two, two)}
        own = {n: item.at(slice(0, 1)) for n, item in tasks.items()}
        frame = band_counts(tasks, own).set_index("band")
        assert frame.loc["完成", ["count", "low", "high"]].tolist() == [2, 0, 2]
        assert frame.loc["滞后", ["count", "low", "high"]].tolist() == [0, 0, 2]

    def test_missing_data_at_their_worst_and_best_are_the_bounds_of_the_evaluation(self):
        round_ = round_of([400, None, 350, None, None], [4, None, 5], {"2021": "有"})
        own = outcomes(PLAN, round_, MIDTERM, "midterm", None, own_setting(PLAN, DEFAULTS))
        drawn = with_missing(PLAN, own, 300, 1)
        tasks = evaluate(PLAN, round_, MIDTERM).tasks.set_index("number")
        for number, found in drawn.tasks.items():
            told = labels(found.rating)
            assert told[0] == tasks.loc[number, "rating_low"]
            assert told[1] == tasks.loc[number, "rating_high"]
            assert found.rating.max() <= max(found.rating[0], -1)  # none is worse than the worst
        gap = labels(drawn.indicators["Q08"].rating)
        assert {gap[0], gap[1]} == {"滞后", "完成"}
        assert set(gap) == {"滞后", "基本达到序时", "达到序时", "完成"}

    def test_nothing_missing_draws_nothing(self):
        own = outcomes(
            PLAN, returns(yearly("Q08", 380, 310, 520)), MIDTERM, "midterm", None, own_setting(PLAN, DEFAULTS)
        )
        assert set(labels(with_missing(PLAN, own, 50, 1).indicators["Q08"].rating)) == {"达到序时"}

    def test_units_are_ordered_by_their_tasks_on_course(self):
        round_ = round_of([400, 300, 350, None, None], [4, 4, 5], {"2021": "有", "2022": "有", "2023": "有"})
        found = outcomes(PLAN, round_, MIDTERM, "midterm", None, joint_settings(PLAN, DEFAULTS, 200, 1))
        frame = unit_order(PLAN, found)
        assert frame["leads"].sum() == 31
        assert (frame["highest_rank"] <= frame["inner_best"]).all()
        assert (frame["inner_worst"] <= frame["lowest_rank"]).all()


class TestRankIntervals:
    def test_ranks_over_settings(self):
        """Three members, four settings, nothing missing. Scores (A, B, C) and ranks:

        (90, 80, 70) 1 2 3 · (80, 90, 70) 2 1 3 · (90, 80, 80) 1 2 2 (a tie shares 2) · (60, 80, 70) 3 1 2
        A 1–3, B 1–2, C 2–3.
        """
        scores = np.array([[90, 80, 70], [80, 90, 70], [90, 80, 80], [60, 80, 70]], dtype=float)
        frame = rank_intervals(scores, scores)
        assert frame["best"].tolist() == frame["worst"].tolist() == [1, 2, 3]
        assert frame["highest_rank"].tolist() == [1, 1, 2]
        assert frame["lowest_rank"].tolist() == [3, 2, 3]

    def test_missing_points_widen_the_ranks(self):
        """A 70–95, B 80, C 60: A is above C in any case (best 1, worst 2); B may be first or second; C is third."""
        low, high = np.array([[70.0, 80, 60]]), np.array([[95.0, 80, 60]])
        frame = rank_intervals(low, high)
        assert frame["best"].tolist() == [1, 1, 3]
        assert frame["worst"].tolist() == [2, 2, 3]

    def test_the_inner_interval_leaves_out_five_percent_at_either_end(self):
        """Of 100 settings A is second in 4 and first in 96: inner 1–1, outer 1–2."""
        scores = np.tile([[2.0, 1.0]], (100, 1))
        scores[:4] = [1.0, 2.0]
        row = rank_intervals(scores, scores).iloc[0]
        assert row[["highest_rank", "lowest_rank", "inner_best", "inner_worst"]].tolist() == [1, 2, 1, 1]

    def test_who_has_no_score_takes_no_part(self):
        scores = np.array([[90, np.nan, 70]])
        frame = rank_intervals(scores, scores)
        assert frame["best"].tolist()[::2] == [1, 2]
        assert frame["best"].isna().tolist() == [False, True, False]


def test_an_empty_round_is_unknown_in_every_setting():
    found = outcomes(PLAN, returns(), MIDTERM, "midterm", None, joint_settings(PLAN, DEFAULTS, 100, 1))
    assert all(set(labels(item.rating)) == {"数据不足"} for item in found.tasks.values())
