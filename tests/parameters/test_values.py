"""One value in many forms, and what cannot be meant: the same everywhere, in Chinese, before anything runs."""

import datetime as dt
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from benchmarks.parameters import compared, variants
from kepu_eval.parameters import Explorer, Midterm, ParameterError, Unit, given, read_parameters
from kepu_eval.parameters.basis import basis, check, study_dates
from kepu_eval.runner import ReportError, run_report, warm

EXAMPLE = {"round_id": "2023-midterm", "returns": "data/example/2023-midterm"}
TODAY = dt.date(2026, 6, 1)


def read(**values):
    return read_parameters(Midterm, EXAMPLE | values)


def test_the_same_values_end_alike_through_all_five_entrances():
    chosen = variants(random.Random(19))
    for _ in range(25):
        kind, values = next(chosen)
        results, same = compared(kind, values)
        assert same, (kind, values, results)


@pytest.mark.parametrize(
    "form",
    [
        dt.date(2023, 6, 30), dt.datetime(2023, 6, 30, 23, 59), pd.Timestamp("2023-06-30"), np.datetime64("2023-06-30"),
        np.datetime64("2023-06-30", "ns"), "2023-06-30", "2023-6-30", "2023/6/30", "2023.06.30", "20230630", 20230630,
        "2023年6月30日", "2023 年 6 月 30 日", "二〇二三年六月三十日", "２０２３－０６－３０", "2023-06-30 00:00:00", "2023/6/30 0:00",
        "2023-06-30T08:00:00+08:00", " 2023-06-30 ",
    ],
)  # fmt: skip
def test_a_date_is_a_date_however_it_is_written(form):
    assert read(as_of=form).as_of == dt.date(2023, 6, 30)


@pytest.mark.parametrize("none", [None, "", "  ", float("nan"), pd.NaT, pd.NA, np.nan, "None", "null", "NaT"])
def test_what_is_missing_was_not_given(none):
    told = read(as_of=none, survey=none, practices=none, switches=none, organisation=none)
    assert (told.as_of, told.survey, told.practices, told.switches, told.organisation) == (
        None,
        "",
        (),
        {},
        "",
    )


@drawn(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)))
def test_written_dates_are_read_back(day):
    forms = (day, str(day), f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}")
    assert {read(report_date=form).report_date for form in forms} == {day}


@pytest.mark.parametrize(
    "text",
    ["明天", "2023年底", "12/31/2023", "31.12.2023", "2023-13-01", "2023-02-30", 1980, 45291.0, True, [2023]],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ParameterError, match=r"参数report_date：.*不是日期"):
        read(report_date=text)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"as_of": "2050-12-31"}, "参数as_of：2050-12-31晚于规划期末（2025-12-31）"),
        ({"as_of": "2020-12-31"}, "参数as_of：2020-12-31早于规划期开始（2021-01-01）"),
        ({"report_date": "2023-06-30"}, "参数report_date：落款日期2023-06-30早于评估基准日（2023-12-31）"),
        ({"report_date": "2099-01-01"}, "离现在太远"),
        ({"switches": {"stock": "gain"}}, "没有口径开关“stock”"),
        ({"survey": "没有这里", "decisions": "也没有"}, "参数survey：找不到“没有这里”.*；参数decisions：找不到“也没有”"),
        ({"survey": "长" * 300}, "参数survey：找不到"),
        ({"round_id": ""}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_anything_is_read(values, told):
    if not told:
        assert basis(read(**values), TODAY).round.id == "2023-midterm"
        return
    with pytest.raises(ParameterError, match=told.replace("（", "[（]")) as error:
        check(read(**values), TODAY)
    assert "\n" not in str(error.value)


def test_a_date_to_come_is_refused_unless_it_is_the_rounds_own():
    early = dt.date(2023, 3, 1)
    assert basis(read(as_of="2023-12-31"), early).as_of == dt.date(2023, 12, 31)
    with pytest.raises(ParameterError, match="参数as_of：2024-03-31还没有到（今天是2023-03-01）"):
        basis(read(as_of="2024-03-31"), early)
    with pytest.raises(ParameterError, match="参数as_of：2031-01-01不在"):
        study_dates(
            read_parameters(Explorer, {"survey": "data/example/survey-2025", "as_of": "2031-01-01"}), TODAY
        )


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(ParameterError) as error:
        read_parameters(Unit, {"as_off": 1, "switches": "off", "practices": [["E2"]], "organisation": True})
    for part in (
        "不认识的参数：as_off",
        "参数returns：没有给出",
        "参数unit：没有给出，请写明单位名称",
        "参数switches：“off”",
        "参数practices：",
        "参数organisation：",
    ):
        assert part in str(error.value)


class TestNotebook:
    """What ``given`` takes from a notebook's globals."""

    CELL = 'round_id = "2023-midterm"\nreturns = "a"\nas_of = ""\nsurvey = "data/example/survey-2023"'
    OPEN = 'case = open_case("midterm", given(globals()))'

    def run(self, *cells, **values):
        names = {"In": ["", *cells, self.OPEN]}
        for cell in cells:
            exec(cell, names)
        return given(names | values)

    def test_own_variables_of_other_cells_are_none(self):
        told = self.run(self.CELL, "top_n = 5\nround = 2")
        assert told == {
            "round_id": "2023-midterm",
            "returns": "a",
            "as_of": "",
            "survey": "data/example/survey-2023",
        }

    def test_values_of_any_type_count(self):
        told = self.run(self.CELL, as_of=dt.date(2023, 6, 30), survey=Path("b"))
        assert (told["as_of"], told["survey"]) == (dt.date(2023, 6, 30), Path("b"))

    def test_a_misspelt_name_in_the_parameters_cell_stays_to_be_refused(self):
        assert self.run(self.CELL + "\nas_off = 1")["as_off"] == 1
        assert self.run(self.CELL, '# Parameters\nas_off = "2023-06-30"')["as_off"] == "2023-06-30"

    def test_a_mended_cell_forgets_what_it_had(self):
        assert "as_off" not in self.run(self.CELL + "\nas_off = 1", "shown = 1", self.CELL)

    def test_returns_put_below_leave_no_example_beside_them(self):
        told = self.run(self.CELL, '# Parameters\nreturns = "own"')
        assert told == {"round_id": "", "returns": "own", "as_of": "", "survey": ""}
        assert self.run(self.CELL.replace('"a"', '"own"'))["survey"] == "data/example/survey-2023"


def test_a_run_is_refused_before_a_kernel_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(warm, "run", lambda *_, **__: pytest.fail("a kernel was asked for"))
    with pytest.raises(
        ReportError, match="报告“midterm_self_assessment”未能生成：参数report_date：“明天”不是日期"
    ):
        run_report("midterm", tmp_path / "out", {"report_date": "明天"})
    assert not (tmp_path / "out").exists()
