"""The judging rules' worked numbers (E0–E12), each from the same inputs; the working stands beside each."""

import datetime as dt
import math
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest

from kepu_eval.evaluation import SurveyResult, display, verdict
from kepu_eval.evaluation.coverage import cover
from kepu_eval.evaluation.rating import attainment, compliance
from kepu_eval.plan import Stage, load_plan, time_share
from kepu_eval.survey import SurveyDesign
from tests.evaluation.builders import (
    END,
    MIDTERM,
    PLAN,
    event,
    indicator,
    judged,
    observation,
    proof,
    school,
    status,
    yearly,
)


def test_e0_time_share_is_whole_years_not_days():
    window = (dt.date(2025, 12, 31) - dt.date(2020, 12, 31)).days
    passed = (MIDTERM - dt.date(2020, 12, 31)).days
    assert passed / window == pytest.approx(0.59967, abs=5e-6)  # by days
    assert time_share(PLAN, MIDTERM) == Fraction(3, 5)  # the rule: whole years


class TestE1Cumulative:
    def test_midterm(self):
        row = indicator(judged(yearly("Q08", 380, 310, 520)), "Q08")
        assert row["value"] == 1210
        assert row["share"] * 100 == pytest.approx(60.5)
        assert row["pace"] == pytest.approx(1.008, abs=5e-4)
        assert display(row["rating"]) == "正在推进·达到序时"

    def test_running_totals_added_up_would_wrongly_reach_the_target(self):
        row = indicator(judged(yearly("Q08", 380, 690, 1210)), "Q08")
        assert (
            row["value"] == 2280
        )  # 380+690+1210: why the intake asks about such columns before anything is counted
        assert row["rating"] == "完成"

    def test_three_units_added_up_and_without_duplicates(self):
        # 900 + 370 + 250 = 1520; a training of 250 held by two units and reported by both comes off once: 1270
        rows = [
            observation("Q08", "2023", 900),
            observation("Q08", "2023", 370, unit="区妇联"),
            observation("Q08", "2023", 250, unit="区科协"),
            *yearly("Q08", 0, 0),
        ]
        day = dt.date(2023, 5, 4)
        events = [event("区农牧局", 250, day, group="#1"), event("区科协", 250, day, group="#1", main=False)]
        row = indicator(judged(rows, events=events), "Q08")
        assert (row["summed"], row["deduplicated"], row["value"]) == (1520, 1270, 1270)
        summed = indicator(judged(rows, events=events, switches={"duplicates": "summed"}), "Q08")
        assert summed["value"] == 1520

    def test_final(self):
        row = indicator(judged(yearly("Q08", 380, 310, 520, 400, 330), as_of=END, stage="final"), "Q08")
        assert row["value"] == 1940
        assert row["share"] * 100 == pytest.approx(97.0)
        assert row["rating"] == "基本完成"


class TestE2Annual:
    YEARS = (400, 210, 350)

    def test_midterm_judges_every_year_and_not_the_mean(self):
        assert sum(self.YEARS) / 3 == 320.0  # above 300
        evaluation = judged(yearly("Q06", *self.YEARS))
        row = indicator(evaluation, "Q06")
        assert row["verdict"] == "未逐年达标（2/3年）"
        assert row["rating"] == "滞后"
        years = evaluation.indicator_periods.query("indicator == 'Q06'").set_index("period")
        assert years.loc["2022", "target"] - years.loc["2022", "value"] == 90

    def test_final_is_nearly_done_with_four_of_five_years_and_the_full_total(self):
        values = (*self.YEARS, 310, 305)
        assert sum(values) == 1575
        row = indicator(judged(yearly("Q06", *values), as_of=END, stage="final"), "Q06")
        assert "4/5年" in row["verdict"]
        assert row["rating"] == "基本完成"

    def test_final_is_not_done_when_the_total_falls_short(self):
        row = indicator(judged(yearly("Q06", 310, 210, 300, 310, 305), as_of=END, stage="final"), "Q06")
        assert row["rating"] == "未完成"

    def test_from_the_year_of_issue_all_three_years_comply(self):
        values = (*self.YEARS, 310, 305)
        row = indicator(
            judged(yearly("Q06", *values), as_of=END, stage="final", switches={"pre_issue_years": "exclude"}),
            "Q06",
        )
        assert "3/3年" in row["verdict"]
        assert row["rating"] == "完成"

    def test_what_others_told_of_a_year_the_lead_left_open_is_a_lower_bound_and_no_upper_one(self):
        rows = [*yearly("Q06", 400, None, 350), observation("Q06", "2022", 30, unit="区科协")]
        row = indicator(judged(rows), "Q06")
        assert (row["low"], row["high"]) == (30, 350)


class TestE3OfWhich:
    def status(self, total, part):
        rows = [*yearly("Q06", 300, 300, total), *yearly("Q07", 20, 20, part)]
        evaluation = judged(rows, schools=[school("村小", rural=True)])
        years = evaluation.indicator_periods.query("indicator == 'Q07'").set_index("period")
        return years.loc["2023", "status"]

    @pytest.mark.parametrize(
        ("total", "part", "expected"),
        [(300, 20, "达标"), (30, 35, "退回"), (None, 20, "待核"), (300, 19, "未达标")],
    )
    def test_a_part_needs_its_total(self, total, part, expected):
        assert self.status(total, part) == expected

    def test_the_part_is_never_added_to_the_total(self):
        rows = [*yearly("Q06", 300, 300, 290), *yearly("Q07", 20, 20, 20)]
        years = (
            judged(rows, schools=[school("村小", rural=True)])
            .indicator_periods.set_index(["indicator", "period"])
            .sort_index()
        )
        assert 290 + 20 >= 300  # the trap
        assert years.loc[("Q06", "2023"), "value"] == 290
        assert years.loc[("Q06", "2023"), "status"] == "未达标"

    def test_a_part_that_is_its_whole_at_the_least_is_known_exactly(self):
        """20 of 20 by the lead's word, the others' parts left blank: they can add nothing."""
        years = range(2021, 2026)
        nobody = [
            observation("Q06", str(year), 0, unit=unit, raw="无此项")
            for year in years
            for unit in ("区科协", "区人社局")
        ]
        blank = [observation("Q07", str(year), None, unit="区科协") for year in years]
        rows = [*yearly("Q06", *[20] * 5), *nobody, *yearly("Q07", *[20] * 5), *blank]
        row = indicator(judged(rows, as_of=END, stage="final", schools=[school("村小", rural=True)]), "Q07")
        assert (row["low"], row["high"]) == (20, 20)

    def test_without_a_list_of_rural_schools_nothing_is_said(self):
        rows = [*yearly("Q06", 300, 300, 300), *yearly("Q07", 20, 20, 20)]
        assert indicator(judged(rows, schools=[school("城小")]), "Q07")["rating"] == "数据不足"


class TestE4SchoolTerms:
    NAMES = ("甲", "乙", "丙", "丁", "戊")

    def evaluation(self, period, counts):
        rows = [
            observation("Q02", period, count, measure="lectures", entity=name)
            for name, count in zip(self.NAMES, counts, strict=True)
        ]
        return judged(rows, schools=[school(name) for name in self.NAMES])

    def test_spring_2023(self):
        counts = (4, 4, 10, 2, None)
        known = [c for c in counts if c is not None]
        assert sum(known) / len(known) == 5.0  # the mean looks fine
        periods = (
            self.evaluation("2023春", counts)
            .indicator_periods.set_index(["indicator", "period"])
            .sort_index()
        )
        assert periods.loc[("Q02", "2023春"), "low"] == 60
        assert periods.loc[("Q02", "2023春"), "high"] == 80
        assert periods.loc[("Q02", "2023春"), "status"] == "未达标"
        assert math.isnan(periods.loc[("Q02", "2023春"), "value"])

    def test_three_of_five_schools_comply(self):
        schools = self.evaluation("2023春", (4, 4, 10, 2, None)).entity_periods.query(
            "period == '2023春' and indicator == 'Q02'"
        )
        assert schools["status"].tolist() == ["达标", "达标", "达标", "未达标", "数据不足"]

    def test_one_lecture_of_four_is_a_beginning_and_none_is_not(self):
        for count, rating in ((1, "严重滞后"), (0, "未启动")):
            rows = [
                observation("Q02", term, count, measure="lectures", entity="甲")
                for term in ("2021春", "2021秋", "2022春", "2022秋", "2023春")
            ]
            assert indicator(judged(rows, schools=[school("甲")]), "Q02")["rating"] == rating

    def test_autumn_2023_is_not_over_at_the_end_of_the_year(self):
        schools = self.evaluation("2023秋", (4, 3, None, 4, 4)).entity_periods.query(
            "period == '2023秋' and indicator == 'Q02'"
        )
        assert schools["status"].tolist()[:3] == ["达标", "未到期", "未到期"]


class TestE5Participation:
    YEAR = "2021—2022学年"

    def evaluation(self, schools, as_of=MIDTERM):
        rows = []
        for name, (size, took_part) in schools.items():
            rows.append(observation("Q03", self.YEAR, size, measure="enrolment", entity=name))
            rows.append(observation("Q03", self.YEAR, took_part, measure="participants", entity=name))
        evaluation = judged(rows, as_of=as_of, schools=[school(name) for name in schools])
        periods = evaluation.indicator_periods.set_index(["indicator", "period"]).sort_index()
        return evaluation, periods.loc[("Q03", self.YEAR)]

    def test_pooled_and_not_averaged(self):
        schools = {"甲": (200, 198), "乙": (300, 294), "丙": (2500, 2000)}
        mean = sum(part / size for size, part in schools.values()) / 3
        assert round(mean * 100, 2) == 92.33
        _, period = self.evaluation(schools)
        assert round(period["value"], 2) == 83.07  # 2492 ÷ 3000
        assert period["status"] == "未达标"

    def test_more_participants_than_pupils_are_visits_and_not_used(self):
        assert 540 / 200 == 2.7
        evaluation, _ = self.evaluation({"甲": (200, 540), "乙": (300, 294)})
        row = evaluation.entity_periods.query(
            "entity == '甲' and period == @self.YEAR and indicator == 'Q03'"
        ).iloc[0]
        assert row["status"] == "数据不足"

    def test_nobody_taking_part_anywhere_is_not_begun(self):
        evaluation, _ = self.evaluation({"甲": (500, 0), "乙": (300, 0)}, as_of=dt.date(2022, 12, 31))
        assert indicator(evaluation, "Q03")["rating"] == "未启动"

    @pytest.mark.parametrize(
        ("other", "worst", "best"),
        [
            ((None, None), "未启动", "严重滞后"),  # 2021—2022 is not known at all: nobody may have taken part
            ((None, 90), "严重滞后", "严重滞后"),  # 90 took part, of how many is not known: it was begun
            ((None, 0), "未启动", "未启动"),  # nobody took part, of however many
        ],
    )
    def test_none_in_one_year_is_not_unstarted_while_another_year_is_not_known(self, other, worst, best):
        figures = {"2021—2022学年": other, "2022—2023学年": (300, 0)}
        rows = [
            observation("Q03", year, value, measure=measure, entity="甲")
            for year, pair in figures.items()
            for measure, value in zip(("enrolment", "participants"), pair, strict=True)
        ]
        row = indicator(judged(rows, schools=[school("甲")]), "Q03")
        assert (row["rating_low"], row["rating_high"]) == (worst, best)

    def test_a_missing_school_bounds_the_ratio(self):
        _, period = self.evaluation({"甲": (3000, 2670), "乙": (500, None)})
        assert round(period["low"], 2) == 76.29  # 2670 ÷ 3500
        assert round(period["high"], 2) == 90.57  # 3170 ÷ 3500
        assert period["status"] == "数据不足"

    def test_judged_before_rounding(self):
        _, period = self.evaluation({"甲": (2000, 1799)})
        assert f"{period['value']:.1f}" in ("89.9", "90.0")  # 89.95 shown with one digit
        assert period["status"] == "未达标"


def test_e6_every_school_and_not_the_average():
    counts = [0, 0, *[1] * 19, *[2] * 21]  # 42 schools, 61 teachers
    assert (len(counts), sum(counts)) == (42, 61)
    assert round(61 / 42, 2) == 1.45
    names = [f"校{n:02d}" for n in range(42)]
    rows = [
        observation("Q05", "stock", count, measure="teachers", entity=name)
        for name, count in zip(names, counts, strict=True)
    ]
    evaluation = judged(rows, schools=[school(name) for name in names])
    row = indicator(evaluation, "Q05")
    assert row["formula"] == "40÷42"
    assert round(row["value"], 1) == 95.2
    assert row["rating"] != "完成"
    failing = evaluation.entity_periods.query("indicator == 'Q05' and status == '未达标'")
    assert failing["entity"].tolist() == ["校00", "校01"]


class TestE7Stock:
    ROWS = (observation("Q10", "baseline", 6000), *yearly("Q10", 8000, 11000, 14800))

    def test_level_method(self):
        row = indicator(judged(list(self.ROWS)), "Q10")
        assert round(row["share"] * 100, 1) == 59.2
        assert round(row["pace"], 2) == 0.99
        assert display(row["rating"]) == "正在推进·基本达到序时"

    def test_gain_method(self):
        row = indicator(judged(list(self.ROWS), switches={"stock_method": "gain"}), "Q10")
        assert round(row["share"] * 100, 1) == 46.3  # 8800 ÷ 19000
        assert round(row["pace"], 2) == 0.77
        assert row["rating"] == "滞后"

    def test_year_ends_are_never_added_up(self):
        assert 8000 + 11000 + 14800 == 33800  # would be above 25000
        assert indicator(judged(list(self.ROWS)), "Q10")["value"] == 14800


class TestE8Survey:
    @staticmethod
    def interval(p, n, deff=1.6):
        half = 1.96 * math.sqrt(p * (100 - p) * deff / n)
        return p - half, p + half

    @pytest.mark.parametrize(
        ("p", "n", "low", "high", "told"),
        [
            (15.6, 1000, 12.76, 18.44, "点估计达到·统计未确认"),
            (18.5, 2000, 16.35, 20.65, "达到·统计确认"),
            (14.8, 1000, 12.02, 17.58, "点估计未达·差距在误差内"),
            (12.0, 1500, 9.92, 14.08, "未达到·统计确认"),
        ],
    )
    def test_four_verdicts(self, p, n, low, high, told):
        found = self.interval(p, n)
        assert found == pytest.approx((low, high), abs=0.006)
        assert verdict(p, *found, 15) == told

    def test_confirming_needs_a_much_larger_sample(self):
        needed = 1.96**2 * 15.6 * (100 - 15.6) * 1.6 / (15.6 - 15) ** 2
        assert math.ceil(needed) == pytest.approx(22480, abs=1)
        assert self.interval(15.6, 22481)[0] >= 15 > self.interval(15.6, 22400)[0]

    def test_a_prefecture_of_the_national_sample_says_little(self):
        assert round(289_000 / 419) == 690
        assert 1.96 * math.sqrt(15 * 85 * 2 / 690) == pytest.approx(3.8, abs=0.05)

    def test_weighting_by_education_turns_the_sample_share_below_the_target(self):
        groups = {
            "高": (400, 120, 0.30),
            "中": (400, 40, 0.46),
            "低": (200, 8, 0.24),
        }  # asked, literate, census share
        rows = [
            {
                "literate": float(place < literate),
                "weight": census / asked,
                "stratum": name,
                "psu": place % 2,
                "one": 1.0,
            }
            for name, (asked, literate, census) in groups.items()
            for place in range(asked)
        ]
        data = pd.DataFrame(rows)
        plain = SurveyDesign(data, "one", "stratum", "psu").proportion("literate").iloc[0]
        weighted = SurveyDesign(data, "weight", "stratum", "psu").proportion("literate").iloc[0]
        assert round(plain["estimate"] * 100, 1) == 16.8
        assert round(weighted["estimate"] * 100, 1) == 14.6
        assert plain["estimate"] > 0.15 > weighted["estimate"]

    @pytest.mark.parametrize(
        ("start", "years", "told"), [(8.73, 3, 12.49), (10.56, 2, 12.34), (10.56, 3, 13.22)]
    )
    def test_linear_path_from_a_borrowed_base(self, start, years, told):
        assert start + (15 - start) * Fraction(years, 5) == pytest.approx(told, abs=0.005)

    def survey(self, **more):
        known = {"estimate": 15.6, "se": 1.45, "ci_low": 12.76, "ci_high": 18.44, "n": 1000, "deff": 1.6,
                 "published": dt.date(2023, 10, 1), "label": "区级调查", "source": "调查.csv"}  # fmt: skip
        return SurveyResult(**(known | more))

    def test_the_verdict_enters_the_evaluation(self):
        row = indicator(judged(survey=self.survey()), "Q01")
        assert row["verdict"] == "点估计达到·统计未确认"
        assert row["value"] == 15.6

    def test_without_weights_there_is_no_verdict(self):
        assert indicator(judged(survey=self.survey(weighted=False)), "Q01")["rating"] == "数据不足"

    def test_a_survey_published_after_the_as_of_date_is_not_used(self):
        row = indicator(judged(survey=self.survey(published=dt.date(2024, 4, 16))), "Q01")
        assert row["rating"] == "数据不足"
        assert math.isnan(row["value"])


def test_e9_growth_every_year_and_not_first_against_last():
    series = (6000, 9000, 8800, 14800)
    assert [b - a for a, b in pairwise(series)] == [3000, -200, 6000]
    rows = []
    for measure in ("registered", "spread"):
        rows.append(observation("Q11", "baseline", series[0], measure=measure))
        rows += yearly(
            "Q11", *(series[1:] if measure == "registered" else (7000, 8000, 9000)), measure=measure
        )
    row = indicator(judged(rows), "Q11")
    assert "2022年未增长" in row["verdict"]
    assert row["rating"] == "滞后"  # 5 of 6 steps rise


class TestE10Qualitative:
    @staticmethod
    def rating(years, evidence=("P01",), catalogue=True):
        done = dict(zip(("2021", "2022", "2023"), years, strict=True))
        proofs = [proof("U01", "P01")] if catalogue else []
        evaluation = judged(
            statuses=[status("T01.01", done_by_year=done, evidence=evidence)], evidence=proofs
        )
        return evaluation.commitments.set_index("commitment").loc["T01.01"]

    def test_every_year_with_evidence_is_on_schedule(self):
        assert display(self.rating(("有", "有", "有"))["rating"]) == "正在推进·达到序时"

    @pytest.mark.parametrize(("evidence", "catalogue"), [((), True), (("P01",), False)])
    def test_without_evidence_it_is_capped(self, evidence, catalogue):
        row = self.rating(("有", "有", "有"), evidence, catalogue)
        assert row["rating"] == "正在推进"
        assert "无佐证" in row["reason"]

    def test_two_of_three_years_are_behind(self):
        assert self.rating(("有", "无", "有"))["rating"] == "滞后"

    def test_a_mechanism_in_operation_is_done(self):
        rows = [status("T02.07", operating="已运行", evidence=("P01",))]
        evaluation = judged(statuses=rows, evidence=[proof("U01", "P01")])
        assert evaluation.commitments.set_index("commitment").loc["T02.07", "rating"] == "完成"

    def test_a_duty_with_no_action_is_not_started(self):
        assert self.rating(("无", "无", "无"))["rating"] == "未启动"

    def test_a_year_nobody_reported_is_unknown(self):
        row = self.rating(("有", None, "有"))
        assert row["rating"] == "数据不足"
        assert (row["rating_low"], row["rating_high"]) == ("滞后", "达到序时")

    def test_outcome_phrases_are_not_rated(self):
        assert judged().commitments.set_index("commitment").loc["T01.04", "rating"] == "不定级"


class TestE11Tasks:
    def test_the_worst_indicator_decides_as_far_as_an_unknown_one_leaves_it(self):
        rows = [
            *yearly("Q06", 400, 210, 350),
            observation("Q05", "stock", 1, measure="teachers", entity="甲"),
        ]
        tasks = judged(rows, schools=[school("甲")]).tasks.set_index("number")
        # Q05 complete, Q06 behind, Q07 without a rural list: at best 滞后, and Q07 may yet turn out not begun
        assert tasks.loc[4, "display"] == "数据不足（滞后至未启动；已报部分滞后）"

    def test_what_is_missing_never_makes_a_pass(self):
        """Two of task 1's three rated commitments are kept, the lead says nothing of the third."""
        kept = dict.fromkeys(("2021", "2022", "2023", "2024", "2025"), "有")
        said = [status(name, "团区委", done_by_year=kept, evidence=("P01",)) for name in ("T01.01", "T01.03")]
        proofs = [proof(PLAN.unit("团区委").id, "P01")]
        task = (
            judged(statuses=said, evidence=proofs, as_of=END, stage="final").tasks.set_index("number").loc[1]
        )
        # worst: the lead may contradict what another unit claims; best: it may still bring action and evidence
        assert (task["rating"], task["display"]) == ("数据不足", "数据不足（完成至未启动；已报部分完成）")

    def test_a_task_is_never_rated_below_its_worst_case(self):
        """The lead says 无 to one commitment of task 1 and 有 for one year of another: something was begun."""
        never = dict.fromkeys(("2021", "2022", "2023", "2024", "2025"), "无")
        said = [status("T01.01", done_by_year=never), status("T01.02", done_by_year={"2021": "有"})]
        task = judged(statuses=said, as_of=END, stage="final").tasks.set_index("number").loc[1]
        assert (task["rating"], task["rating_low"]) == ("未完成", "未完成")

    def test_with_nothing_known_the_task_is_unknown(self):
        task = judged().tasks.set_index("number").loc[6]
        assert task["display"] == "数据不足"
        assert (task["rating_low"], task["rating_high"]) == ("未启动", "完成")


def test_e12_both_completion_rates_stand_side_by_side():
    assert f"{19 / 31 * 100:.1f}" == "61.3"
    assert f"{19 / 27 * 100:.1f}" == "70.4"
    evaluation = judged()
    tasks = evaluation.tasks.assign(band=["正在推进"] * 19 + ["滞后"] * 8 + ["数据不足"] * 4)
    tasks["rating"] = tasks["band"]
    row = cover(PLAN, evaluation.units, tasks, Stage.MIDTERM).set_index("item").loc["on_course"]
    assert (row["value"], row["total"], row["total_known"]) == (19, 31, 27)


def test_thresholds_are_compared_before_rounding():
    rules = load_plan().rating
    assert compliance(Fraction(8995, 10000), Stage.MIDTERM, rules) == "滞后"
    assert attainment(Fraction(8995, 10000), Fraction(1), Stage.FINAL, rules) == "未完成"
    assert attainment(Fraction(9, 10), Fraction(1), Stage.FINAL, rules) == "基本完成"
