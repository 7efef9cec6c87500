"""Special investigations: what a questionnaire may be, what answers count, and intervals worked out by hand."""

import math
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from kepu_eval.report.sections.inquiry import inquiry
from kepu_eval.supervision import SupervisionError
from kepu_eval.supervision.book import FIRST_ROW
from kepu_eval.supervision.inquiry import (
    SHEET,
    Answers,
    answers_in,
    inquiry_form,
    mean_interval,
    read_answers,
    summarise,
    wilson,
)
from kepu_eval.supervision.questionnaire import Questionnaire, load_questionnaire
from tests.evaluation.builders import PLAN

EXAMPLE = Path("data/example/inquiry-2023")
UNITS = [unit.name for unit in PLAN.units]
QUESTIONS = [
    {"id": "Q1", "text": "有无专人（专职或兼职）", "kind": "single", "options": ["有", "无"]},
    {"id": "Q2", "text": "困难", "kind": "multiple", "options": ["经费", "人员"], "required": False},
    {"id": "Q3", "text": "满意程度", "kind": "scale"},
    {"id": "Q4", "text": "经费", "kind": "number", "unit": "万元"},
    {"id": "Q5", "text": "建议", "kind": "text"},
]


def asked(population="units", **more):
    return Questionnaire(title="调研", population=population, questions=QUESTIONS, **more)


@pytest.fixture
def fill(tmp_path):
    """Write forms, one a row of answers ``(respondent, *answers)``; the answers read back."""

    def filled(*rows):
        files = []
        for number, (unit, *answers) in enumerate(rows):
            path = tmp_path / f"{number}.xlsx"
            path.write_bytes(inquiry_form(asked(), [unit]))
            book = load_workbook(path)
            for column, value in enumerate(answers, 2):
                book[SHEET].cell(FIRST_ROW, column).value = value
            book.save(path)
            files.append(path)
        return read_answers(files, asked(), PLAN)

    return filled


class TestIntervals:
    def test_wilson_without_a_finite_population(self):
        # 5 of 10, z² = 3.8415: centre (0.5 + 0.19207)/1.38415 = 0.5; half = 1.96·√(0.025 + 0.0096037)/1.38415 = 0.26341
        assert wilson(5, 10) == pytest.approx((0.23659, 0.76341), abs=1e-5)

    def test_wilson_in_a_finite_population(self):
        # 10 of 20 from 24: z² = 3.8415·(24 − 20)/(24 − 1) = 0.66808; half = √0.66808·√(0.0125 + 0.00041755)/1.033404
        # = 0.81736·0.113656/1.033404 = 0.08990
        assert wilson(10, 20, 24) == pytest.approx((0.4101, 0.5899), abs=1e-4)

    def test_a_census_has_no_sampling_error(self):
        assert wilson(6, 24, 24) == (0.25, 0.25)
        assert mean_interval([1.0, 2.0, 6.0], 3) == (3.0, 3.0)

    def test_mean_with_the_finite_population_correction(self):
        # 2, 4, 6 of 6: mean 4, s² = 4, se = √(4/3·(1 − 3/6)) = 0.81650, t(2) = 4.30265: ± 3.51310
        assert mean_interval([2.0, 4.0, 6.0], 6) == pytest.approx((0.48690, 7.51310), abs=1e-4)

    def test_nobody_and_one_answer_support_no_interval(self):
        assert all(math.isnan(x) for x in (*wilson(0, 0), *mean_interval([3.0])))


def test_answers_come_back_by_unit_and_missing_stays_missing(fill):
    found = fill(
        (UNITS[0], "有", "经费、人员", 4, 12.5, "多办活动"), (UNITS[1], "无", None, None, None, None)
    )
    assert found.refused == ()
    assert found.rows["respondent"].tolist() == UNITS[:2]
    assert found.rows.loc[0, "Q2"] == ("经费", "人员")
    rows = summarise(found).set_index(["question", "answer"])
    assert rows.loc[("Q1", "有"), ["n", "times", "estimate"]].tolist() == [2, 1, 0.5]
    assert rows.loc[("Q3", "均值"), ["n", "missing", "estimate"]].tolist() == [1, 1, 4.0]
    assert ("Q5", f"{UNITS[0]}：多办活动") in rows.index


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (("也许",), "B4“也许”：不是可选项，请填：有、无"),
        ((None, "经费、场地"), "C4“经费、场地”：不是可选项"),
        (("有", None, 6), "D4“6”：不在1—5之间"),
        (("有", None, None, "约10"), "E4“约10”：不是数字"),
        (("有", None, None, None, "找13800138000"), "F4含手机号码"),
    ],
)
def test_each_cell_is_checked_and_named(fill, answers, why):
    found = fill((UNITS[0], *answers), (UNITS[1], "有"))
    assert len(found.refused) == 1
    assert why in found.refused[0]
    assert UNITS[1] in found.rows["respondent"].tolist()


def test_a_unit_that_answers_twice_counts_once(fill):
    found = fill((UNITS[0], "有"), (UNITS[0], "无"))
    assert found.rows["Q1"].tolist() == ["无"]
    assert "以本份为准" in found.refused[0]


def residents(n):
    rows = pd.DataFrame({"respondent": [str(k) for k in range(n)], "Q1": ["有"] * n, "Q2": [None] * n, "Q3": [3.0] * n,
                         "Q4": [None] * n, "Q5": ["某人的话"] * n}, dtype=object)  # fmt: skip
    return Answers(asked("residents"), rows, None, ())


def test_few_residents_are_suppressed_and_their_words_are_never_listed():
    few, enough = summarise(residents(29)), summarise(residents(30))
    assert few.loc[few["question"].eq("Q1"), "answer"].tolist() == ["样本少于30，不公布"]
    assert few["estimate"].isna().all()
    assert enough.loc[enough["answer"].eq("有"), "estimate"].tolist() == [1.0]
    for frame in (few, enough):
        assert not frame["answer"].str.contains("某人的话").any()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "title: 调研\npopulation: everyone\nquestions: [{id: Q1, text: 题, kind: text}]",
            "population：取值不在允许范围",
        ),
        (
            "title: 调研\npopulation: units\nquestions: [{id: Q1, text: 题, kind: single, options: [甲]}]",
            "至少两个",
        ),
        (
            "title: 调研\npopulation: units\nquestions: [{id: Q1, text: 题, kind: text, hint: x}]",
            "hint：不认识的字段",
        ),
        ("title: [", "第2行第1列不是有效的YAML"),
    ],
)
def test_a_questionnaire_that_cannot_be_used_names_the_place(tmp_path, text, why):
    path = tmp_path / "问卷.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SupervisionError, match=why):
        load_questionnaire(path)


def test_the_example_says_that_four_of_the_units_are_silent():
    found = answers_in(EXAMPLE / "答卷.xlsx", load_questionnaire(EXAMPLE / "问卷.yaml"), PLAN)
    assert found.refused == ()
    assert (found.population, len(found.rows)) == (24, 20)
    assert inquiry(found).title == found.questionnaire.title
