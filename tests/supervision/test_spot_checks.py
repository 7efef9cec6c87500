"""Spot checks: exact probabilities, one sample for one seed, and intervals worked out by hand."""

import datetime as dt
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger
from kepu_eval.supervision import SupervisionError, read_spot_checks
from kepu_eval.supervision.book import FIRST_ROW, HEAD_ROW
from kepu_eval.supervision.claims import ACTIVITY, FIGURE, STATEMENT, claims
from kepu_eval.supervision.drawing import allocation, draw, inclusion
from kepu_eval.supervision.spot_check_book import (
    SHEET,
    Draw,
    keep_draw,
    keep_results,
    read_spot_check,
    spot_check_book,
)
from kepu_eval.supervision.verification import hypergeometric_interval, latest_stocks, upheld, verified_totals
from tests.evaluation.builders import PLAN, event, observation, returns, status

AT = dt.datetime(2024, 3, 1)


def population(n=12):
    rows = [observation("Q08", "2023", 100 * (k + 1), cell=f"H{k}", sheet="指标数据") for k in range(n)]
    said = [status("T06.01", operating="已运行", row=k) for k in range(5)]
    done = [event("区农牧局", 50 + k, dt.date(2023, 5, 1), row=k) for k in range(6)]
    return claims(PLAN, returns(rows, statuses=said, events=done))


class TestClaims:
    def test_what_says_that_something_was_achieved_is_a_claim(self):
        found = claims(PLAN, returns(
            [observation("Q08", "2023", 500), observation("Q08", "2022", 0), observation("Q08", "2021", None)],
            statuses=[status("T06.01", operating="未运行"), status("T06.02", self_rating="完成", row=7)],
            events=[event("区农牧局", 60, dt.date(2023, 5, 1)), event("区农牧局", 60, dt.date(2023, 5, 1), main=False)],
        ))  # fmt: skip
        assert found["kind"].tolist() == [STATEMENT, FIGURE, ACTIVITY]

    def test_sizes_add_up_to_one_in_every_series(self):
        sizes = population().groupby("series")["size"].sum()
        assert sizes.drop("").tolist() == pytest.approx([1, 1])


class TestDrawing:
    def test_the_order_of_the_claims_does_not_matter(self):
        frame = population()
        shuffled = frame.sample(frac=1, random_state=4)
        pd.testing.assert_frame_equal(draw(frame, 10, 7), draw(shuffled, 10, 7))

    def test_another_seed_gives_another_sample(self):
        assert set(draw(population(), 8, 7)["claim"]) != set(draw(population(), 8, 8)["claim"])

    def test_probabilities_are_in_proportion_to_size_and_capped_at_one(self):
        # 3 of sizes 6, 2, 1, 1: 3·6/10 > 1, so the first is certain; 2 of 4 are left: 2·2/4 = 1 is certain, too;
        # then 1 of 2: 1/2 each
        assert inclusion([6, 2, 1, 1], 3) == [1.0, 1.0, 0.5, 0.5]
        assert inclusion([3, 2, 1], 1) == pytest.approx([1 / 2, 1 / 3, 1 / 6])

    def test_every_stratum_gets_two_and_the_rest_by_its_number_of_claims(self):
        # 20 of 100: 60·0.2 = 12, 36·0.2 = 7.2, 3·0.2 = 0.6 → 2, 1 → all: 12 + 7 + 2 + 1 = 22, two too many: the
        # strata that are most above what they should have give one each
        assert allocation({"a": 60, "b": 36, "c": 3, "d": 1}, 22) == {"a": 12, "b": 7, "c": 2, "d": 1}
        assert sum(allocation({"a": 60, "b": 36, "c": 3, "d": 1}, 20).values()) == 20

    def test_a_sample_too_small_for_the_strata_is_refused_with_the_number_needed(self):
        with pytest.raises(SupervisionError, match="不少于5项"):
            allocation({"a": 60, "b": 36, "d": 1}, 4)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000), st.integers(6, 23))
    def test_there_are_always_exactly_as_many_as_asked_and_none_twice(self, seed, n):
        sample = draw(population(), n, seed)
        assert len(sample) == n
        assert sample["claim"].is_unique
        assert sample["probability"].between(0, 1, inclusive="right").all()

    def test_each_claim_comes_as_often_as_its_probability_says(self):
        # 250 draws: a share's standard error is at most sqrt(0.25/250) = 0.0316; four of them leave 1 in 16,000
        frame = population().query("kind == @FIGURE")
        expected = draw(frame, 4, 0).set_index("claim")["probability"]
        hits = pd.concat([draw(frame, 4, seed)["claim"] for seed in range(250)]).value_counts()
        for claim, probability in expected.items():
            assert hits[claim] / 250 == pytest.approx(probability, abs=0.127)


class TestIntervals:
    def test_four_of_four_upheld_in_ten(self):
        # P(all 4 of 4 | M of 10) = C(M,4)/C(10,4) = C(M,4)/210; more than 0.025 needs C(M,4) > 5.25:
        # C(5,4) = 5 does not, C(6,4) = 15 does, so M is at least 6
        assert hypergeometric_interval(4, 4, 10) == (0.6, 1.0)

    def test_one_of_two_in_five(self):
        # P(X ≥ 1 | M = 1) = 1 − C(4,2)/C(5,2) = 1 − 6/10 = 0.4 > 0.025; P(X ≤ 1 | M = 4) = 1 − C(4,2)/10 = 0.4 > 0.025
        assert hypergeometric_interval(1, 2, 5) == (0.2, 0.8)

    @pytest.mark.parametrize("found", [0, 3, 7])
    def test_a_census_has_no_sampling_error(self, found):
        assert hypergeometric_interval(found, 7, 7) == (found / 7, found / 7)

    @given(st.integers(1, 60), st.data())
    def test_the_limits_are_those_of_exact_fractions(self, population, data):
        n = data.draw(st.integers(1, population))
        found = data.draw(st.integers(0, n))

        def chance(numbers, m):
            ways = sum(math.comb(m, k) * math.comb(population - m, n - k) for k in numbers)
            return Fraction(ways, math.comb(population, n))

        able = range(found, population - (n - found) + 1)
        low = min(m for m in able if chance(range(found, n + 1), m) > Fraction(1, 40))
        high = max(m for m in able if chance(range(found + 1), m) > Fraction(1, 40))
        assert hypergeometric_interval(found, n, population) == (low / population, high / population)

    @pytest.mark.parametrize("true", range(0, 21, 4))
    def test_the_interval_covers_at_least_as_often_as_it_says(self, true):
        # all samples of 6 from 20 by their exact hypergeometric probability
        def chance(x):
            return math.comb(true, x) * math.comb(20 - true, 6 - x) / math.comb(20, 6)

        covered = sum(
            chance(x)
            for x in range(max(0, true - 14), min(6, true) + 1)
            if hypergeometric_interval(x, 6, 20)[0] <= true / 20 <= hypergeometric_interval(x, 6, 20)[1]
        )
        assert covered >= 0.95


def checked(results, values=None, total=None, size=10, n=None):
    n = n or len(results)
    values = values or [10.0] * n
    return pd.DataFrame({
        "claim": [f"c{k}" for k in range(n)], "programme": "P01", "stratum": "P01|s", "stratum_size": size,
        "probability": n / size, "series": "s", "series_total": total or 10.0 * size, "value": values,
        "value_unit": "人次", "result": results, "verified": np.nan,
    })  # fmt: skip


class TestUpheld:
    def test_what_cannot_be_verified_is_neither_upheld_nor_refuted(self):
        row = upheld(checked(["属实", "属实", "属实", "无法核实"])).iloc[0]
        assert (row["low"], row["high"], row["open"]) == (0.75, 1.0, 1)
        # lower limit: 3 of 4, P(X ≥ 3 | M): M = 3: C(3,3)·C(7,1)/210 = 7/210 = 0.033 > 0.025 → 0.3; upper: 4 of 4 → 1
        assert (row["ci_low"], row["ci_high"]) == (0.3, 1.0)

    def test_strata_weigh_by_their_claims_and_not_by_their_sample(self):
        # 90 claims with 2 of 4 upheld, 10 with 4 of 4: (90·0.5 + 10·1)/100 = 0.55
        large = checked(["属实", "属实", "不属实", "不属实"], size=90).assign(
            stratum="P01|a", probability=4 / 90
        )
        small = checked(["属实"] * 4, size=10).assign(stratum="P01|b", probability=0.4)
        row = upheld(pd.concat([large, small], ignore_index=True)).iloc[0]
        assert row["low"] == pytest.approx(0.55)
        assert row["ci_low"] < 0.55 < row["ci_high"]

    def test_where_no_stratum_shows_a_spread_the_exact_limits_are_put_together(self):
        # a: 2 of 2 looked at, one upheld: 1/2 for certain. b: 4 of 4 in 10 upheld: 0.6 … 1.
        # (2·0.5 + 10·0.6)/12 = 7/12; (1 + 10)/12 = 11/12
        a = checked(["属实", "不属实"], size=2).assign(stratum="P01|a", probability=1.0)
        b = checked(["属实"] * 4, size=10).assign(stratum="P01|b", probability=0.4)
        row = upheld(pd.concat([a, b], ignore_index=True)).iloc[0]
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((7 / 12, 11 / 12))


class TestVerifiedTotals:
    def test_with_sizes_the_verified_share_is_the_mean_of_the_claims_shares(self):
        # reported 1000; claims 400 and 100 drawn with probability in proportion to size (2·400/1000 = 0.8, 0.2):
        # 400 upheld, of 100 only 50: Σ v/π = 400/0.8 + 50/0.2 = 750, Σ x/π = 500 + 500 = 1000 → 0.75 → 750
        rows = checked(["属实", "部分属实"], [400.0, 100.0], total=1000.0).assign(probability=[0.8, 0.2])
        rows.loc[1, "verified"] = 50
        row = verified_totals(rows).iloc[0]
        assert row["low"] == pytest.approx(750)
        assert row["high"] == pytest.approx(750)

    def test_without_an_error_the_lower_limit_is_that_of_so_many_draws(self):
        # four draws without an error: 0.025^(1/4) = 0.3976 of 100
        row = verified_totals(checked(["属实"] * 4)).iloc[0]
        assert row["ci_low"] == pytest.approx(39.76, abs=0.01)
        assert row["ci_high"] == 100

    def test_open_ones_make_bounds(self):
        row = verified_totals(checked(["属实", "属实", "属实", ""])).iloc[0]
        assert (row["low"], row["high"]) == (75, 100)

    def test_year_end_stocks_are_not_added_up_over_years(self):
        # 7901 registered at the end of 2021, 14556 at the end of 2023: of these the check saw the first alone
        texts = ["注册人数：2021", "注册人数：2023"]
        rows = checked(["属实", "属实"], [7901.0, 14556.0], total=22457.0).assign(
            text=texts, series="Q10 注册人数"
        )
        stocks = latest_stocks(rows, load_plan())
        assert stocks == {"Q10 注册人数": ("2023", 14556)}
        row = verified_totals(rows, stocks=stocks).iloc[0]
        assert row[["period", "reported", "sample", "low"]].tolist() == ["2023", 14556, 1, 14556]
        row = verified_totals(rows.head(1), stocks=stocks).iloc[0]
        assert (row["reported"], row["sample"]) == (14556, 0)
        assert math.isnan(row["low"])

    def test_one_claim_supports_no_interval(self):
        row = verified_totals(checked(["属实"])).iloc[0]
        assert math.isnan(row["ci_low"])


# --- the workbook and the ledger

GOOD = {"核查结果": "属实", "核查人": "李某", "核查日期": dt.date(2024, 3, 15)}


@pytest.fixture
def sample():
    frame = population()
    return Draw("2023-midterm", 7, 8, len(frame), True, draw(frame, 8, 7))


@pytest.fixture
def ledger(tmp_path, sample):
    with Ledger(tmp_path / "l.sqlite", must_exist=False) as book:
        keep_draw(book, sample, AT)
        yield book


@pytest.fixture
def fill(sample, tmp_path, ledger):
    def filled(changes, row=0):
        path = tmp_path / "抽查表.xlsx"
        path.write_bytes(spot_check_book(sample, PLAN))
        book = load_workbook(path)
        page = book[SHEET]
        titles = {cell.value: cell.column for cell in page[HEAD_ROW]}
        for title, value in changes.items():
            page.cell(FIRST_ROW + row, titles[title]).value = value
        book.save(path)
        return read_spot_check(path, ledger)

    return filled


def test_results_come_back_once(fill, ledger):
    done = fill(GOOD)
    assert done.refused == []
    assert (keep_results(ledger, done, AT), keep_results(ledger, done, AT)) == (1, 0)
    rows = read_spot_checks(ledger, "2023-midterm")
    assert rows["result"].value_counts().to_dict() == {"": 7, "属实": 1}
    assert rows.loc[rows["result"].eq("属实"), "checked_on"].tolist() == ["2024-03-15"]


def test_the_same_draw_is_kept_once(ledger, sample):
    assert not keep_draw(ledger, sample, AT)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"核查结果": "基本属实"},
            "抽查事项J4“基本属实”：不是可选项，请选：属实、部分属实、不属实、无法核实",
        ),
        ({"核查结果": "部分属实"}, "抽查事项K4“”：部分属实的须填核实数"),
        ({"核实数": 3}, "与填报数"),
        ({"核实数": "约三百"}, "抽查事项K4“约三百”：不是数字"),
        ({"核查人": None}, "抽查事项L4“”：必填"),
        ({"核查日期": "三月"}, "抽查事项M4“三月”：须填具体日期"),
    ],
)
def test_each_cell_is_checked_and_named(fill, sample, changes, why):
    assert not pd.isna(sample.claims["value"].iloc[0])
    done = fill({**GOOD, **changes})
    assert done.rows == []
    assert why in done.refused[0]
