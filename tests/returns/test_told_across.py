"""What one table says held against another: evidence against tasks and documents, figures against an empty list."""

import pytest

from kepu_eval.returns.plausibility import activities, evidence, figures, school_list, statements, words
from tests.returns.test_plausibility import ALL, PLAN, asked, event, note, series, status
from tests.returns.test_told_at_length import piece

TASK = next(task for task in PLAN.tasks if task.number == 6)


def catalogue(title):
    """Pieces for one task by words of its commitments, and one with another title."""
    pieces = [
        piece(evidence=f"P{n}", row=20 + n, title=f"{item.text}签到表", commitments=(item.id,))
        for n, item in enumerate(TASK.commitments[:9], 1)
    ]
    return [*pieces, piece(title=title, commitments=(TASK.commitments[0].id,))]


@pytest.mark.parametrize(
    ("title", "is_asked"),
    [
        ("关于2023年春节放假的通知", True),
        ("食堂维修改造合同", True),
        ("区农牧局职工年度体检名单", True),  # a unit's own name is no word of a task
        ("实用人才培训班签到表", False),
        ("2023年工作总结", False),  # says nothing: it may be of anything
    ],
)
def test_a_piece_with_no_word_of_its_task_is_asked_about(title, is_asked):
    rows = asked(evidence.check_related, evidence=catalogue(title))
    assert [row["cell"] for row in rows] == (["第6行"] if is_asked else [])


def test_few_pieces_do_not_tell_what_belongs_to_a_task():
    assert not asked(evidence.check_related, evidence=catalogue("关于2023年春节放假的通知")[-3:])


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("《培训办法》（昆农牧发〔2022〕8号）已印发。", True),
        ("《培训办法》（昆农牧发〔2023〕11号）已印发。", False),
        ("按昆府发〔2023〕20号落实。", False),  # of another office
    ],
)
def test_a_documents_number_is_that_of_its_evidence(text, is_asked):
    cited = piece(evidence="P20", reference="昆农牧发〔2023〕11号")
    rows = asked(
        evidence.check_documents, statuses=[status(progress=text, evidence=("P20",))], evidence=[cited]
    )
    assert bool(rows) is is_asked


def test_figures_without_any_activity_are_asked_about_where_others_list_theirs():
    units = ("U01", "U02", "U09", "U11")
    reported = [row for unit in units for row in series(120, 90, 230, unit=unit)]
    held = [event(6, unit=unit) for unit in units[:3]]
    (found,) = asked(figures.check_listed, observations=reported, events=held)
    assert (found["unit"], found["cell"]) == ("U11", "I6")
    assert not asked(figures.check_listed, observations=reported, events=[*held, event(6, unit="U11")])
    assert not asked(figures.check_listed, observations=reported)  # nobody lists


def test_places_left_out_are_told_once():
    held = [event(row, place="" if row == 6 else "某镇") for row in range(6, 10)]
    (found,) = asked(activities.check_places, events=held)
    assert (found["severity"], found["cell"]) == ("note", "第6行")
    assert not asked(activities.check_places, events=[row | {"place": ""} for row in held])


def test_a_title_told_in_short_is_the_same_activity():
    long = event(6, title="2022年肉羊舍饲养殖高素质农牧民培训班（第1期）")
    short = event(7, title="肉羊舍饲养殖培训班（第1期）")
    assert asked(activities.check_repeated, events=[long, short])
    assert not asked(activities.check_repeated, events=[long, short | {"participants": 61.0}])


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2021年、2022年因疫情未开展，2023年举办1次。", "GH"),
        ("2021年举办3场、2022年未举办。", "H"),
        ("2021年、2022年各举办1次，2023年举办2次。", ""),
    ],
)
def test_a_clause_about_two_years_is_about_both(text, years):
    rows = asked(words.check_words, statuses=[status(done_by_year=ALL, progress=text)])
    cells = [cell for row in rows for cell, *_ in row["fields"] or [(row["cell"],)]]
    assert cells == [f"{column}9" for column in years]


def test_a_yearly_promise_held_in_one_year_of_three_is_not_completed():
    yearly = next(i.id for task in PLAN.tasks for i in task.commitments if "每年" in i.text)
    told = {"done_by_year": ALL | {"2022": "无", "2023": "无"}, "self_rating": "完成"}
    assert asked(words.check_self_ratings, statuses=[status(yearly, **told)])
    assert not asked(words.check_self_ratings, statuses=[status(**told)])


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("2023年5月在赤峰市举办讲座3场。", True),
        ("2023年5月赴赤峰市学习交流。", False),
        ("2023年5月在全市率先举办，在包头市排名第一。", False),  # the plan names 包头
        ("2023年6月31日举办，到场41人。", True),
    ],
)
def test_another_city_and_a_day_that_is_none(text, is_asked):
    rows = [status(progress=text)]
    assert (
        bool(asked(statements.check_whose, statuses=rows) or asked(statements.check_dates, statuses=rows))
        is is_asked
    )


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("2023年举办养殖技术培训班1期。", True),
        ("2023年举办养殖技术培训班2期。", False),
        ("2023年举办养殖技术培训班5期。", False),  # the list need not have all
        ("2023年举办种植观摩1期。", False),  # of something else
        ("2023年5月举办养殖技术培训班一期。", False),  # one of several
    ],
)
def test_a_statement_tells_of_no_fewer_sessions_than_are_listed(text, is_asked):
    held = [event(row, title=f"2023年养殖技术培训班（第{row}期）") for row in (6, 7)]
    assert (
        bool(asked(figures.check_fewer_told, statuses=[status("T06.01", progress=text)], events=held))
        is is_asked
    )


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"baseline_size": 104.0, "current_size": 127.0, "progress": "没有新增队员，人数与基期持平。"}, True),
        (
            {"baseline_size": 104.0, "current_size": 104.0, "progress": "没有新增队员，人数与基期持平。"},
            False,
        ),
    ],
)
def test_a_size_that_changed_is_not_the_same(told, is_asked):
    assert bool(asked(statements.check_told_sizes, statuses=[status(**told)])) is is_asked


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("区总工会2023年8月举办讲座，282名职工参加。", True),  # persons took part, not this unit
        ("区总工会2023年8月举办讲座，本局参加。", False),
        ("区总工会2023年8月举办讲座，派出5人。", False),
    ],
)
def test_another_units_act_that_persons_joined_is_still_another_units(text, is_asked):
    assert bool(asked(statements.check_whose, statuses=[status(progress=text)])) is is_asked


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("全区3所小学、1所初中全部参加。", True),
        ("全区2所小学、1所初中全部参加。", False),
        ("邻区3所小学参加。", False),
    ],
)
def test_schools_of_one_kind_are_no_more_than_listed(text, is_asked):
    listed = [
        {"unit": "U01", "entity": name, "type": name[:2], "file": "甲.xlsx", "sheet": "学校明细", "row": n}
        for n, name in enumerate(("小学一", "小学二", "初中一"), 6)
    ]
    rows = asked(school_list.check_told, statuses=[status("T02.08", "U01", progress=text)], schools=listed)
    assert bool(rows) is is_asked


@pytest.mark.parametrize(
    "text",
    [
        "三年累计866人次，五年计划1500人次",
        "2023年线下180人次、线上62人次",
        "2023年较上年减少64人次，同比下降20.9%",
        "2022年306人次含补训18人次",
        "三年共培训866人次，其中2023年242人次（女性121人次，占50%）",
        "2023年242人次，年均289人次",
        "2023年培训242人次，完成年度计划的97%；2024年计划培训300人次",
        "2022年办5期、2023年办4期，平均每期60人",
        "本年度举办4期：第一期62人、第二期58人、第三期61人、第四期61人",
        "统计口径与上年一致，均为实到人次，截至2023年12月31日",
    ],
)
def test_notes_that_explain_a_figure_are_not_asked_about(text):
    assert not asked(figures.check_notes, observations=series(318, 306, 242), notes=note(text))
