"""Charts: what is drawn is what the frames say, in Chinese, the same bytes every time."""

import datetime as dt

import pandas as pd
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.report import figures
from tests.evaluation.builders import judged, observation, school, yearly

PLAN = load_plan()
ITEMS = pd.DataFrame(
    {
        "item": ["a", "b", "c"], "dimension": ["知识", "知识", "方法"], "difficulty": [0.3, 0.32, 0.9],
        "item_rest": [0.1, 0.3, 0.5], "wrong": [0.5, 0.48, 0.05], "dont_know": [0.1, 0.2, 0.0], "missing": [0.1, 0.0, 0.05],
    }
)  # fmt: skip
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def evaluation():
    rows = [*yearly("Q08", 380, 310, 520), *yearly("Q06", 400, None, 350), *yearly("Q10", 8000, 11000, 14800)]
    rows += [
        observation("Q02", "2023春", n, measure="lectures", entity=name)
        for name, n in (("甲", 4), ("乙", 2), ("丙", None))
    ]
    return judged(rows, schools=[school(name) for name in "甲乙丙"], absent={"区商务局"})


def charts(evaluation):
    e = evaluation
    yield figures.phase_timeline(PLAN, dt.date(2023, 12, 31), "示例数据")
    yield figures.indicator_gauges(e.indicators, PLAN, "示例数据")
    yield figures.programme_ratings(e.programmes, "示例数据")
    yield figures.rating_bounds(e.tasks, "示例数据")
    yield figures.unit_task_matrix(PLAN, e.tasks, e.units, "示例数据")
    yield figures.midterm_final(e.tasks, e.tasks, "示例数据")
    for name in ("Q06", "Q08", "Q10"):
        yield figures.yearly_bars(
            e.indicator_periods.query("indicator == @name"), PLAN, PLAN.indicator(name), "示例数据"
        )
    yield figures.school_semester_heatmap(
        e.entity_periods.query("indicator == 'Q02'"), PLAN.indicator("Q02"), "示例数据"
    )
    levels = [
        {
            "label": "本区",
            "estimate": 10.8,
            "ci_low": 9.2,
            "ci_high": 12.6,
            "published": "",
            "kind": "区级调查",
        }
    ]
    yield figures.survey_level(levels, 15.0, "示例数据")
    yield figures.item_map(ITEMS, "示例数据")
    yield figures.item_answers(ITEMS, "示例数据")


def test_every_chart_is_a_small_png_that_says_what_it_shows(evaluation):
    for chart in charts(
        evaluation
    ):  # a glyph that the font lacks would be a warning, and warnings are errors
        assert chart.image.startswith(PNG)
        assert len(chart.image) < 250_000, chart.id
        assert "示例数据" in chart.alt
        assert chart.title


def test_the_same_frames_give_the_same_bytes(evaluation):
    for one, other in zip(charts(evaluation), charts(evaluation), strict=True):
        assert one.png == other.png, one.id


def test_the_words_beside_a_chart_give_its_figures(evaluation):
    bars = figures.yearly_bars(
        evaluation.indicator_periods.query("indicator == 'Q06'"), PLAN, PLAN.indicator("Q06")
    )
    assert "2021年400" in bars.alt
    assert "2022年数据不足" in bars.alt
    matrix = figures.unit_task_matrix(PLAN, evaluation.tasks, evaluation.units)
    assert "未报送：区商务局" in matrix.alt


def test_matplotlibs_settings_are_left_as_they_were(evaluation):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figures.programme_ratings(evaluation.programmes)
    assert dict(mpl.rcParams) == before


def test_the_item_charts_name_the_weak_items_and_the_shares():
    assert figures.item_map(ITEMS).alt == "共3题，难度30%至90%；区分度低于0.2：a"
    assert figures.item_answers(ITEMS).alt.startswith("c答对90%、不知道0%；b答对32%、不知道20%")
