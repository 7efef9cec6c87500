"""The section on robustness: its figures agree with the report's others and with one another."""

import pytest

from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from tests.report.notebook_words import paragraphs

EXAMPLE = {
    "round_id": "2023-midterm",
    "returns": "data/example/2023-midterm",
    "as_of": "2023-12-31",
    "decisions": "data/example/2023-midterm-decisions.xlsx",
}


@pytest.fixture(scope="module")
def case():
    return open_case("midterm", EXAMPLE)


@pytest.fixture(scope="module")
def blocks(case):
    return list(sections.robustness(case))


def test_the_reports_own_setting_gives_the_reports_ratings(case, blocks):
    table = next(block for block in blocks if getattr(block, "id", "") == "robustness-indicators")
    assert [row[1].text for row in table.rows] == case.evaluation.indicators["rating"].tolist()
    tasks = next(block for block in blocks if getattr(block, "id", "") == "robustness-tasks")
    assert [row[2].text for row in tasks.rows] == case.evaluation.tasks["rating"].tolist()


def test_a_survey_that_is_not_there_is_unknown_in_every_setting_and_rated_once_it_is(blocks):
    table = next(block for block in blocks if getattr(block, "id", "") == "robustness-indicators")
    level = table.rows[0]
    assert [cell.text for cell in level[1:4]] == ["数据不足", "100.0%", "全部成立"]
    assert level[5].text == "0.0%"


def test_its_figures_agree_with_those_of_the_other_sections(case, blocks):
    others = [*sections.judgement(case), *sections.annexes(case), *paragraphs("midterm", case, "稳健性.")]
    facts = merged_facts([*others, *blocks])
    assert facts["稳健性.算法"].value == 10_000
    assert sum(case.words["稳健性"][name].value for name in ("不变", "多数不变", "会变")) == 11


def test_the_chart_says_in_words_what_it_shows(blocks):
    chart = next(block for block in blocks if block.kind == "chart")
    assert "示例数据" in chart.alt
    assert "口径与界限：公民具备科学素质比例数据不足100%" in chart.alt
