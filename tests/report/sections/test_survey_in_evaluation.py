"""The survey in the evaluation's reports: verdict with its uncertainty, as-of rule, borrowed rates, groups."""

import pytest

from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from tests.report.notebook_words import paragraphs, told

MIDTERM = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "as_of": "2023-12-31"}


@pytest.fixture(scope="module")
def case():
    return open_case("midterm", MIDTERM | {"survey": "data/example/survey-2023"})


def test_the_verdict_stands_with_its_uncertainty_and_its_day_of_publication(case):
    facts = merged_facts(paragraphs("midterm", case, "项.设计效应"))
    assert {
        f"Q01.{name}" for name in ("estimate", "se", "ci_low", "ci_high", "n", "df", "deff", "confidence")
    } <= set(facts)
    assert facts["Q01.estimate"].value == pytest.approx(case.survey.estimate)
    text = told("midterm", case, "项.设计效应")
    assert "2023年11月15日发布" in text
    assert "按性别、年龄、城乡、教育程度边际校准的权数" in text
    assert "公民具备科学素质比例：置信上限低于目标，可以说没有达到。" in text
    assert "判定为“未达到·统计确认”" in text


def test_borrowed_rates_are_comparison_only_and_out_by_the_as_of_date(case):
    (rates,) = [block for block in sections.literacy_level(case) if block.kind == "table"]
    assert rates.title == "公开发布的上级数据（仅作对照，不代替本地数据）"
    assert all(row[3].text <= "2023-12-31" for row in rates.rows)


def test_a_survey_published_later_is_neither_judged_nor_drawn_nor_compared():
    late = open_case("midterm", MIDTERM | {"survey": "data/example/survey-2025"})
    blocks = list(sections.literacy_level(late))
    assert "2025年12月10日发布，晚于评估基准日，本项列为“数据不足”" in told("midterm", late, "项.设计效应")
    assert "Q01.estimate" not in merged_facts(paragraphs("midterm", late, "项.设计效应"))
    assert "2025年昆都仑区" not in blocks[-1].alt
    assert told("final", late, "人群.可比") == "调查在评估基准日之后发布，不作人群比较。"
    assert not list(sections.group_gaps(late))


def test_groups_come_with_the_errors_of_their_gaps_and_small_ones_stay_back(case):
    listing, differences = [block for block in sections.group_gaps(case) if block.kind == "table"]
    hidden = {row[1].text for row in listing.rows if row[2].text == "不单列"}
    assert "领导干部和公务员" in hidden
    assert {row[1].text for row in listing.rows if row[0].text == "重点人群"} == {
        "农民", "产业工人", "老年人", "领导干部和公务员",
    }  # fmt: skip
    facts = merged_facts([differences])
    gap = facts["差距.重点人群.老年人.estimate"].value
    assert facts["差距.重点人群.老年人.ci_low"].value < gap < facts["差距.重点人群.老年人.ci_high"].value
