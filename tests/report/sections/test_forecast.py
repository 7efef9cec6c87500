"""The forecast in the reports: apart from every result, with its points and their cells, or saying why there is none."""

import dataclasses

import pytest

from kepu_eval.report import open_case, sections
from kepu_eval.report.blocks import merged_facts
from tests.report.notebook_words import told

MIDTERM = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm", "as_of": "2023-12-31",
           "decisions": "data/example/2023-midterm-decisions.xlsx", "survey": "data/example/survey-2023"}  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return open_case("midterm", MIDTERM)


@pytest.fixture(scope="module")
def blocks(case):
    return list(sections.forecast(case))


def results(blocks):
    return next(b for b in blocks if b.kind == "table" and b.id == "forecast")


def test_everything_of_it_is_named_a_forecast_and_no_result(case, blocks):
    chart = next(b for b in blocks if b.kind == "chart")
    assert all("推算" in text for text in (chart.title, *(b.title for b in blocks if b.kind == "table")))
    assert "不是评估结果，不参与评级" in told("midterm", case, "推算.置信水平")
    assert all(name.startswith("推算.") for name in merged_facts(blocks))


def test_the_last_point_is_the_value_that_the_report_judges_and_has_its_cells(case, blocks):
    facts = merged_facts(blocks)
    assert "推算.Q08.2023" not in facts  # 区商务局 is silent: no line through what is only a part
    for name in ("Q09", "Q10"):
        judged = case.facts.indicator(name)
        assert facts[f"推算.{name}.2023"].value == judged.value
        assert set(facts[f"推算.{name}.2023"].sources) <= set(judged.sources)
        assert facts[f"推算.{name}.2023"].sources


def test_the_value_at_the_horizon_is_that_of_the_line_through_the_points(blocks):
    # With three consecutive years the slope is (third − first) ÷ 2 and the line passes the mean in the middle year:
    # three years on, at 2025, it is at mean + 3 · slope.
    facts = merged_facts(blocks)
    points = [facts[f"推算.Q10.{year}"].value for year in (2021, 2022, 2023)]
    assert facts["推算.Q10.value"].value == pytest.approx(sum(points) / 3 + 3 * (points[2] - points[0]) / 2)


def test_one_survey_is_no_line_and_says_so(blocks):
    row = results(blocks).rows[0]
    assert [row[0].text, row[3].text, row[-1].text] == ["公民具备科学素质比例", "—", "不足3个年份，不能推算"]


def test_three_surveys_are_extrapolated_with_their_sampling_error(case):
    earlier = [
        dataclasses.replace(
            case.respondents,
            mapping=case.respondents.mapping.model_copy(update={"year": year}),
        )
        for year in (2019, 2021)
    ]
    facts = merged_facts(sections.forecast(dataclasses.replace(case, surveys=(*earlier, case.respondents))))
    # the same respondents in every round: a level line, whose standard error at 2025 is se · √(1/3 + 16/8)
    low, value, high = (facts[f"推算.Q01.{name}"].value for name in ("low", "value", "high"))
    assert value == pytest.approx(case.survey.estimate)
    assert high - low == pytest.approx(2 * 1.959964 * case.survey.se * (1 / 3 + 16 / 8) ** 0.5, rel=1e-5)


def test_rounds_of_another_questionnaire_are_not_on_the_line(case):
    other = dataclasses.replace(
        case.respondents,
        mapping=case.respondents.mapping.model_copy(update={"year": 2021, "instrument": "另一份问卷"}),
    )
    row = results(sections.forecast(dataclasses.replace(case, surveys=(other, case.respondents)))).rows[0]
    assert row[1].text == "1个（2023）"


def test_a_total_is_never_forecast_below_what_is_there(blocks):
    facts = merged_facts(blocks)
    assert facts["推算.Q09.low"].value >= facts["推算.Q09.2023"].value


def test_two_years_are_not_extrapolated_nor_drawn():
    early = list(sections.forecast(open_case("midterm", MIDTERM | {"as_of": "2022-12-31", "survey": ""})))
    assert {row[-1].text for row in results(early).rows} == {"不足3个年份，不能推算"}
    assert not [b for b in early if b.kind == "chart"]


def test_at_the_horizon_there_is_nothing_left_to_forecast():
    final = open_case(
        "final", {"round_id": "2025-final", "returns": "data/example/2025-final", "as_of": "2025-12-31"}
    )
    assert not list(sections.forecast(final))
    assert told("midterm", final, "推算.置信水平") == ""
