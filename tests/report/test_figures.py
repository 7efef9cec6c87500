"""Charts: what is drawn is what the frames say, in Chinese, the same bytes every time."""

import base64
import datetime as dt
import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from kepu_eval.plan import load_plan
from kepu_eval.report import figures
from kepu_eval.report.figures.indicators import drawn_percent
from kepu_eval.report.figures.labels import label_points
from kepu_eval.report.figures.style import drawing
from tests.evaluation.builders import judged, observation, school, yearly

PLAN = load_plan()
ITEMS = pd.DataFrame(
    {
        "item": ["a", "b", "c"], "dimension": ["知识", "知识", "方法"], "difficulty": [0.3, 0.32, 0.9],
        "item_rest": [0.1, 0.3, 0.5], "wrong": [0.5, 0.48, 0.05], "dont_know": [0.1, 0.2, 0.0], "missing": [0.1, 0.0, 0.05],
    }
)  # fmt: skip
RATES = [
    {"area": "本区", "year": 2023, "estimate": 10.4, "ci_low": 8.8, "ci_high": 12.2, "published": "2023-11-15", "own": True},
    {"area": "本区", "year": 2025, "estimate": 14.3, "ci_low": 11.7, "ci_high": 17.4, "published": "2025-12-10", "own": True},
    {"area": "全国", "year": 2023, "estimate": 14.14, "ci_low": None, "ci_high": None, "published": "2024-04-16", "own": False},
]  # fmt: skip
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
    yield figures.survey_level(levels, 15.0, "公民具备科学素质的比例", "示例数据")
    yield figures.item_map(ITEMS, "示例数据")
    yield figures.item_answers(ITEMS, "示例数据")
    yield figures.survey_trend(RATES, 15.0, "示例数据", "公民具备科学素质的比例")


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


def test_the_trend_chart_says_below_when_each_figure_was_published():
    told = figures.survey_trend(RATES, 15.0, "", "比例").note
    assert told == "发布日期：本区2023年的2023-11-15、2025年的2025-12-10；全国2023年的2024-04-16。"


def test_words_beside_points_hide_neither_points_nor_each_other_nor_a_line():
    """Thirty points as crowded as a real questionnaire's items, beside a line through them."""
    random = np.random.default_rng(7)
    points = [(x, y, f"q{n:02d}", "black") for n, (x, y) in enumerate(random.normal(0.5, 0.15, (30, 2)))]
    with drawing(95) as figure:
        axes = figure.add_subplot(xlim=(0, 1), ylim=(0, 1))
        line = axes.axhline(0.5)
        label_points(axes, points, [line])
        figure.draw_without_rendering()
        words = [note.get_window_extent() for note in axes.texts]
        marks = axes.transData.transform([point[:2] for point in points])
        height = axes.transData.transform((0, 0.5))[1]
    assert [note.get_text() for note in axes.texts] == [point[2] for point in points]
    assert not any(one.overlaps(other) for one, other in combinations(words, 2))
    assert not any(box.contains(*mark) for box in words for mark in marks)
    assert not any(box.y0 <= height <= box.y1 for box in words)


def test_a_bar_is_as_long_as_the_percentage_that_the_table_prints(evaluation):
    rows = {row["indicator"]: row for row in evaluation.indicators.to_dict("records")}
    drawn = {name: drawn_percent(row) for name, row in rows.items()}
    assert drawn["Q08"] == pytest.approx((380 + 310 + 520) / 2000 * 100)
    assert drawn["Q10"] == pytest.approx(14800 / 25000 * 100)
    part, whole = rows["Q06"]["operands"]  # years that met the target of those that are over, not 203 of 300
    assert drawn["Q06"] == pytest.approx(part / whole * 100)
    assert rows["Q06"]["operands"] == (2, 3)


def _many(frame, times):
    """A frame over and over, its names numbered."""
    names = [column for column in ("entity", "name", "indicator", "item") if column in frame]
    copies = [frame.assign(**{names[0]: frame[names[0]] + (f"{n}" if n else "")}) for n in range(times)]
    return pd.concat(copies, ignore_index=True)


def _height_mm(chart):
    return int.from_bytes(base64.b64decode(chart.png)[20:24], "big") / 200 * 25.4  # 200 dots an inch


def test_no_chart_is_higher_than_a_page_and_the_worst_schools_are_those_that_are_drawn(evaluation):
    schools = _many(evaluation.entity_periods.query("indicator == 'Q02'"), 100)
    failing = schools["entity"].str.startswith("乙")
    # The last of three hundred schools fails in every term.
    schools = schools.assign(status=np.where(failing & schools["entity"].eq("乙99"), "未达标", "达标"))
    chart = figures.school_semester_heatmap(schools, PLAN.indicator("Q02"))
    assert _height_mm(chart) <= 215.1
    rest = int(re.search(r"只画最需要注意的(\d+)行，其余(\d+)行见工作簿的逐校表", chart.note)[2])
    assert rest == 300 - 2 * 41
    without = schools[schools["entity"].ne("乙99")]
    assert figures.school_semester_heatmap(without, PLAN.indicator("Q02")).png != chart.png
    few = figures.school_semester_heatmap(
        schools[schools["entity"].isin(["甲", "乙99"])], PLAN.indicator("Q02")
    )
    assert "见" not in few.note


def test_a_plan_of_many_units_or_indicators_has_charts_of_a_page(evaluation):
    units = [
        unit.model_copy(update={"id": f"X{n}", "name": f"某局{n}", "aliases": ()})
        for n, unit in enumerate(PLAN.units[:1] * 60)
    ]
    task = PLAN.tasks[0]
    tasks = (
        task.model_copy(update={"responsible": (*task.responsible, *(u.name for u in units))}),
        *PLAN.tasks[1:],
    )
    wide = PLAN.model_copy(update={"units": (*PLAN.units, *units), "tasks": tasks})
    for name in set(vars(wide)) - set(type(wide).model_fields):
        del vars(wide)[name]
    matrix = figures.unit_task_matrix(wide, evaluation.tasks, evaluation.units)
    assert _height_mm(matrix) <= 215.1
    assert re.search(r"其余\d+行见表", matrix.note)
    many = pd.concat([evaluation.indicators] * 5, ignore_index=True)
    gauges = figures.indicator_gauges(many, PLAN)
    assert _height_mm(gauges) <= 215.1
    assert "见表" in gauges.note
    assert "见表" not in figures.indicator_gauges(evaluation.indicators, PLAN).note


def test_forecasts_go_on_to_another_chart_where_a_page_ends():
    points = pd.DataFrame({"year": [2021, 2022, 2023], "value": [1.0, 2.0, 3.0]})
    line = pd.DataFrame({"year": [2023, 2025], "value": [3.0, 5.0], "low": [3.0, 4.0], "high": [3.0, 6.0]})
    panel = {"name": "指标", "unit": "个", "digits": 0, "target": 5.0, "points": points, "line": line}
    charts = figures.forecast_paths([panel] * 8)
    assert [chart.id for chart in charts] == ["forecast-paths", "forecast-paths-2"]
    assert all(_height_mm(chart) <= 215.1 for chart in charts)
    assert figures.forecast_paths([]) == []
