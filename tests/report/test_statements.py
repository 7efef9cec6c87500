"""Which of the units' own words are offered for quoting, in which order, and why."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.plan import load_plan
from kepu_eval.report.statements import (
    COLUMNS,
    is_empty,
    names_later,
    names_person,
    ranked_statements,
    specificity,
)
from kepu_eval.returns import Returns, frame

PLAN = load_plan()
OTHERS = {name: frame(name, []) for name in ("submissions", "schools", "events", "evidence", "findings")}
FARM, SCIENCE, WOMEN = (PLAN.unit(name).id for name in ("区农牧局", "区科协", "区妇联"))
FULL = "2023年5月12日在示例镇文化站举办肉羊饲养讲座，86名农牧民参加，回访20户，17户已照做。"
PLAIN = "举办讲座3场，发放手册500册。"
HOLLOW = "按照方案要求有序推进，取得阶段性成效。"


def status(text, unit=FARM, role="牵头", task=6, row=6, **more):
    answers = {"done_by_year": {}, "operating": None, "progress": text, "problem": "", "next_step": ""}
    cells = {"progress": f"N{row}", "problem": f"Q{row}", "next_step": f"R{row}"}
    return {
        "status": row, "commitment": f"T{task:02d}.01", "task": task, "unit": unit, "role": role, "file": f"{unit}.xlsx",
        "sheet": "任务自查", "row": row, "cells": cells, **answers, **more,
    }  # fmt: skip


def observed(value, unit=FARM, year="2023", state="accepted"):
    return {"unit": unit, "indicator": "Q08", "measure": "value", "period": year, "entity": "", "value": value,
            "state": state}  # fmt: skip


def returned(statuses, observations=()):
    return Returns("r", True, statuses=frame("statuses", list(statuses)),
                   observations=frame("observations", list(observations)), **OTHERS)  # fmt: skip


def ranked(*statuses, what="成效", observations=(), tasks=None):
    return ranked_statements(returned(statuses, observations), PLAN, what, tasks)


def test_what_tells_more_comes_first_and_each_text_prints_its_cell():
    found = ranked(status(PLAIN, row=7), status(FULL, row=8), status(HOLLOW, row=9))
    assert list(found["text"]) == [FULL, PLAIN]
    best = found.iloc[0]
    assert (best["unit_name"], best["file"], best["sheet"], best["cell"]) == (
        "区农牧局", f"{FARM}.xlsx", "任务自查", "N8",
    )  # fmt: skip
    # three figures (86名, 20户, 17户), a day, a place and a result: 3 + 1.5 + 1 + 1.5; two figures: 2
    assert list(found["score"]) == [7.0, 2.0]
    assert best["reason"] == "数量3处、日期、地点、结果"


@pytest.mark.parametrize(
    "text",
    ["按计划开展", "结合日常工作开展，群众反映较好", "无", "正常推进", "已完成。", "高度重视，加强组织领导，扎实推进各项工作",
     "走在全市前列，受到各级领导高度肯定，形成了可复制可推广的样板", "2023年继续做好相关工作，稳步推进。"],
)  # fmt: skip
def test_words_that_can_be_said_of_anything_are_left_out(text):
    assert is_empty(text)
    assert ranked(status(text)).empty


@pytest.mark.parametrize(
    "text", ["快检车只有一台，排不开", "师资靠志愿讲师，课酬没有列支渠道", "与学校课表错开", "经费不足"]
)
def test_a_plain_reason_without_a_figure_says_something(text):
    assert list(ranked(status("", problem=f"场次少，原因是{text}"), what="原因")["text"]) == [text]


def test_a_problem_is_told_apart_from_its_cause():
    row = status("", problem="讲座只在3个嘎查村办过，主要是春耕提前，三月的班没有开成")
    assert list(ranked(row, what="问题")["text"]) == ["讲座只在3个嘎查村办过"]
    assert list(ranked(row, what="原因")["text"]) == ["春耕提前，三月的班没有开成"]
    assert ranked(status("", problem="讲座只在3个嘎查村办过"), what="原因").empty


def test_an_experience_is_what_says_how_it_was_done():
    how = "田间课堂的做法：谁家有病害就在谁家地头讲，12户现场学会配药。"
    assert list(ranked(status(how, row=7), status(FULL, row=8), what="经验")["text"]) == [how]


@pytest.mark.parametrize(
    "text",
    [
        "邀请李建国同志讲课3场，86人参加",
        "主讲人：赵伟，2023年5月讲课2场",
        "王老师带队走访9户",
        "联系13912345678，86人参加",
    ],
)
def test_what_names_a_person_is_left_out(text):
    assert names_person(text)
    assert ranked(status(text)).empty


@pytest.mark.parametrize(
    "text",
    [
        "任课老师12名参加",
        "300余名医生义诊",
        "高级工程师3名",
        "请一线工程师讲产品",
        "关于开展工程师进课堂",
        "宣传周落实院士报告会1场",
    ],
)
def test_a_trade_is_no_name(text):
    assert not names_person(text)


def test_of_a_copied_text_the_leads_is_kept_whatever_its_figures():
    copied = FULL.replace("86", "92")
    found = ranked(status(copied, SCIENCE, "责任", row=6), status(FULL, row=9))
    assert list(found["text"]) == [FULL]
    alone = ranked(status(copied, SCIENCE, "责任"), status(copied, WOMEN, "责任"))
    assert list(alone["unit"]) == [SCIENCE]  # nobody leads: the first in the plan's order


def test_what_contradicts_the_units_own_figures_comes_last_and_says_so():
    reported = [observed(60.0, year="2022"), observed(67.0)]
    more = "2021—2023年累计培训210人次，讲肉羊饲养等4个专题，回访20户。"
    found = ranked(status(more, row=7), status(PLAIN, row=8), observations=reported)
    assert list(found["flagged"]) == [False, True]
    assert found.iloc[1]["reason"] == "文中210与“高素质农牧民培训人次”填报的127不符"


@pytest.mark.parametrize(
    ("text", "flagged"),
    [("累计培训127人次，讲饲养等4个专题", False), ("累计培训60人次，讲饲养等4个专题", True),
     ("在示例镇办班，共60人次参加", False), ("在示例镇办班，共1,600人次参加", True)],
)  # fmt: skip
def test_a_part_may_be_smaller_than_the_whole_but_what_is_called_the_whole_may_not(text, flagged):
    found = ranked(status(text), observations=[observed(60.0, year="2022"), observed(67.0)])
    assert list(found["flagged"]) == [flagged]


def test_nothing_is_held_against_a_figure_that_is_not_known():
    known, asked = observed(60.0, year="2022"), observed(float("nan"), state="question")
    found = ranked(status("累计培训210人次，讲饲养等4个专题"), observations=[known, asked])
    assert not found["flagged"].any()


def test_every_year_beside_a_no_is_flagged():
    answers = {"2022": "有", "2023": "无"}
    text = "每年在示例镇举办2场讲座，从未间断"
    assert list(ranked(status(text, done_by_year=answers))["reason"]) == ["文中称每年开展，2023年填“无”"]
    assert not ranked(status(text, done_by_year={"2022": "有"}))["flagged"].any()


def test_a_statement_is_quoted_as_its_cell_has_it_unless_it_was_corrected():
    read = FULL.replace("，", ",")  # as the reader keeps it
    cells = [{"unit": FARM, "file": f"{FARM}.xlsx", "sheet": "任务自查", "cell": f"N{row}", "field": "进展说明",
              "value": FULL} for row in (6, 7)]  # fmt: skip
    corrected = replace(returned([status(read, row=6), status(PLAIN, row=7)]), cells=frame("cells", cells))
    assert list(ranked_statements(corrected, PLAN)["text"]) == [FULL, PLAIN]


def test_only_the_tasks_asked_for():
    assert list(ranked(status(FULL), status(PLAIN, task=5, row=7), tasks=[5])["task"]) == [5]


def test_nothing_written_gives_an_empty_frame_with_its_columns():
    assert tuple(ranked(status("")).columns) == COLUMNS


def test_an_unknown_kind_of_words_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="没有“亮点”这种内容；可选：成效、经验、问题、原因、措施"):
        ranked(status(FULL), what="亮点")


def test_boasting_costs_points():
    boast = f"{PLAIN}形成全市样板。"
    assert specificity(boast).score == specificity(PLAIN).score - 1.5


TEXTS = st.lists(
    st.tuples(
        st.sampled_from(
            [FULL, PLAIN, HOLLOW, FULL.replace("86", "91"), "建成田间学校1个，面积80平方米", "王老师讲课1场"]
        ),
        st.sampled_from([FARM, SCIENCE, WOMEN]),
        st.sampled_from(["牵头", "责任"]),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=15)
@given(TEXTS, st.randoms())
def test_order_of_rows_does_not_matter_no_text_comes_twice_and_none_is_made_up(said, shuffled):
    rows = [status(text, unit, role, row=6 + n) for n, (text, unit, role) in enumerate(said)]
    found = ranked(*rows)
    mixed = list(rows)
    shuffled.shuffle(mixed)
    assert ranked(*mixed).equals(found)
    assert found["text"].is_unique
    written = {(row["unit"], row["cells"]["progress"], row["progress"]) for row in rows}
    assert set(zip(found["unit"], found["cell"], found["text"], strict=True)) <= written
    assert found["score"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2023年12月在示例小学举办讲座4场", False),
        ("2024年1月在示例小学举办讲座4场", True),
        ("2021年起每年举办讲座4场，2024年增至6场", True),
        ("每年举办讲座4场", False),
    ],
)
def test_what_names_a_later_month_was_not_done_by_then(text, later):
    assert names_later(text, dt.date(2023, 12, 31)) is later
