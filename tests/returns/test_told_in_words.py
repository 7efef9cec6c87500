"""What statements say in words, against the calendar, their own numbers, sizes, other units, the last round."""

import datetime as dt

import pytest

from kepu_eval.returns import Decisions
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.plausibility import (
    activities,
    copies,
    evidence,
    figures,
    peers,
    profile,
    rounds,
    school_list,
    schools,
    statements,
    words,
)
from kepu_eval.returns.plausibility.seen import robust_scores
from kepu_eval.returns.roll import check_roll
from kepu_eval.returns.text_figures import contradiction
from tests.returns.conftest import PLAN, ROUND, cover
from tests.returns.reading import read
from tests.returns.test_plausibility import ALL, asked, event, figure, note, pupils, series, status

_REGISTERED = next(m.id for m in PLAN.indicator("Q11").measures if m.unit == "人")


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("计划2024年6月举办首期培训班，预计培训60人。", "GHI"),
        ("拟于2024年启动，方案正在制定。", "GHI"),
        ("按计划举办培训班3期，培训180人。", ""),
        ("原计划办5期，实际举办3期，培训90人。", ""),
        ("已开展3场，计划2024年3月再办1场。", ""),
        ("组织模拟演练3场，200人参加。", ""),
        ("仅2021年、2022年各举办一次。", "I"),
        ("三年共举办1次，参加60人。", "GHI"),
        ("三年共举办3次，参加60人。", ""),
        ("已制定方案，待经费到位后开展。", "GHI"),
        ("已列入明年工作计划，届时组织实施。", "GHI"),
        ("由区科协牵头，本单位没有承担具体任务。", "GHI"),
        ("因疫情原因2021年至2022年活动均取消。", "GH"),
    ],
)
def test_what_is_only_meant_or_was_in_some_years_alone_is_asked_about_once(text, cells):
    rows = asked(words.check_words, statuses=[status(done_by_year=ALL, progress=text)])
    assert len(rows) == bool(cells)
    places = [[cell for cell, *_ in row["fields"]] or [row["cell"]] for row in rows]
    assert places == ([[f"{cell}9" for cell in cells]] if cells else [])


@pytest.mark.parametrize(
    "told",
    [
        {"problem": "因经费没有落实，该项工作一直没有启动。"},
        {"next_step": "2024年6月底前启动该项活动。"},
        {"problem": "本单位无此项工作"},
    ],
)
def test_a_completed_commitment_that_has_not_begun_is_asked_about(told):
    rows = asked(words.check_self_ratings, statuses=[status(done_by_year=ALL, self_rating="完成", **told)])
    assert [row["code"] for row in rows] == ["X20"]


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("2024年5月18日举办宣讲，320名群众参加。", True),  # the round ends with 2023
        ("2023年6月31日开展咨询，接待190人次。", True),
        ("2023年13月组织志愿者进社区。", True),
        ("2023年9月10日至2023年9月3日举办展览。", True),
        ("9月28日至10月3日举办展览。", False),
        ("2018年9月组织讲座2场，160人参加。", True),
        ("2018年建成，2023年接待1200人次。", False),
        ("2023年5月3日至5月9日举办宣传周，历时3天。", True),
        ("2023年5月3日至5月9日举办宣传周，历时7天。", False),
        ("2023年8月启动报名，2023年6月举办决赛。", True),
        ("2023年6月启动报名，2023年8月举办决赛。", False),
        ("2023年8月建成示范点，2022年接待1200人次。", True),
        ("2022年8月建成示范点，2023年接待1200人次。", False),
        ("截至2022年12月底，累计推送36期。", True),
        ("截至2023年12月底，累计推送36期。", False),
        ("已开展3场，计划2024年3月再办1场。", False),
        ("2023年12月18日举办宣讲，320名群众参加。", False),
    ],
)
def test_days_in_a_text_exist_and_lie_in_the_round(text, is_asked):
    assert bool(asked(statements.check_dates, statuses=[status(done_by_year=ALL, progress=text)])) is is_asked


def test_a_deadline_that_is_over_is_no_next_step():
    late, due = (status(next_step=f"{year}年6月底前补齐材料") for year in (2022, 2024))
    assert asked(statements.check_dates, statuses=[late])
    assert not asked(statements.check_dates, statuses=[due])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("共培训68人，其中男性31人、女性47人。", "78"),
        ("接待420人次（男150人次、女270人次）。", ""),
        ("开展宣讲24场，共18人次参加。", "24"),
        ("开展宣讲6场、2368人次，其中5月7日的一场到场59人。", ""),
        ("参训率112%，合格率98%。", "100%"),
        ("推进有力，增长112%。", ""),
        ("征集作品45件，其中获奖63件。", "63件"),
        ("受理咨询85件，办结126件。", "办结126件"),
        ("供稿4篇，采用3篇。", ""),
        ("演练10场，每场200人，共有350人参加。", "2000"),
        ("2021年办3场、2022年办4场，累计举办31场。", "7"),
        ("2021年办3场、2022年办4场，累计举办7场。", ""),
        ("共开展讲座5场，其中线上3场、线下4场，210人次参加。", "7"),
        ("2021—2023年每年举办2期，三年共举办9期。", "6期"),
        ("2021—2023年每年举办2期，共6期。", ""),
        ("应训50人，实训62人。", "实训62人"),
        ("收集意见20条，办结12条，办结率90%。", "60%"),
        ("收集意见20条，办结12条，办结率60%。", ""),
        ("举办3期，每期50人，共培训200人。", "150"),
        ("举办3期，每期约50人，共培训160人。", ""),
        ("举办讲座4场，共1200人参加，场均150人。", "600"),
        ("参加职工由2021年的120人增至2023年的80人。", "相反"),
        ("时间由4小时缩短到1小时。", ""),
        ("展厅每周开放8天。", "8天"),
        ("报名86人，参赛112人。", "参赛112人"),
        ("评出一等奖5名、二等奖8名、三等奖12名，共评出40名。", "40名"),
        ("评出一等奖5名、二等奖8名、三等奖12名，共25名。", ""),
        ("制作短视频12条、图文20篇、海报6幅，共计28件。", "28件"),
        ("开展讲座3场、参加120人次，共发放资料500份。", ""),
        ("计划培训300人次，实际培训150人次，超额完成。", "少于"),
        ("计划培训300人次，实际培训350人次，超额完成。", ""),
        ("展厅每周开放5天。", ""),
        ("参加学生402名，其中男生占60%、女生占50%。", "100%"),
    ],
)
def test_numbers_of_one_text_fit_together(text, told):
    found = contradiction(text)
    assert bool(found) is bool(told)
    assert told in found


def test_one_text_in_many_rows_is_asked_about_once():
    told = "2023年6月组织志愿者进社区宣传3场，发放资料800份。"
    rows = [status(f"T05.0{n}", progress=told) for n in range(1, 4)]
    (found,) = asked(statements.check_pasted, statuses=rows)
    assert "3行" in found["message"]
    assert asked(statements.check_pasted, statuses=rows[:2])  # month and number: one thing told as two
    assert not asked(statements.check_pasted, statuses=rows[:1])
    plain = [status(f"T05.0{n}", progress="按照方案要求有序推进，取得成效") for n in range(1, 5)]
    assert not asked(statements.check_pasted, statuses=plain)  # poor, but no copy


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("区卫健委高度重视，2023年组织讲课4次，310人参加。", True),
        ("区卫健委组织的义诊，我局派出5人参加。", False),
        ("与区卫健委联合义诊3次。", False),
        ("我委充分发挥职能作用，开展活动4次。", True),  # U09 is 区农牧局
        ("我局开展活动4次。", False),
        ("XX年举办XX活动X场。", True),
        ("我局发挥系统优势，区教育局组织各校讲课12场。", True),
        ("2023年5月在青山区8个社区开展宣传，420人次参加。", True),
        ("2023年5月赴青山区学习交流，12人参加。", False),
    ],
)
def test_a_text_of_another_unit_or_of_the_form_is_asked_about(text, is_asked):
    assert bool(asked(statements.check_whose, statuses=[status(progress=text)])) is is_asked


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"baseline_size": 60.0, "current_size": 52.0, "progress": "队伍不断壮大，新增15人。"}, True),
        ({"baseline_size": 60.0, "current_size": 72.0, "progress": "队伍不断壮大，新增15人。"}, False),
        ({"baseline_size": 30.0, "current_size": 42.0, "progress": "现有志愿者126人。"}, True),
        ({"baseline_size": 30.0, "current_size": 42.0, "progress": "现有志愿者42人。"}, False),
        ({"baseline_size": 2020.0, "current_size": 2023.0}, True),
        ({"baseline_size": 1890.0, "current_size": 2023.0}, False),
        ({"baseline_size": 85.0, "current_size": 91.0, "progress": "自2021年以来新增专家56名。"}, True),
        ({"baseline_size": 85.0, "current_size": 91.0, "progress": "自2021年以来新增专家9名。"}, False),
        ({"baseline_size": 18.0, "current_size": 28.0, "progress": "队伍由18支增至40支。"}, True),
        ({"baseline_size": 18.0, "current_size": 28.0, "progress": "到课人数由7人增至111人。"}, False),
        ({"baseline_size": 26.0, "current_size": 22.0}, True),
        ({"baseline_size": 26.0, "current_size": 22.0, "problem": "四人退休，没有补充"}, False),
    ],
)
def test_sizes_are_held_against_the_words(told, is_asked):
    assert bool(asked(statements.check_told_sizes, statuses=[status(**told)])) is is_asked


def test_texts_that_stand_rows_off_their_commitments_are_asked_about_once():
    titles = ["甲乙丙讲座", "丁戊己展览", "庚辛壬大赛", "子丑寅培训", "卯辰巳义诊"]
    rows = [
        status(f"T05.0{n}", progress=f"2023年5月举办{title}，六十人到场") for n, title in enumerate(titles, 2)
    ]
    catalogue = [
        {"unit": "U09", "evidence": f"P0{n}", "title": title, "commitments": (f"T05.0{n}",)}
        for n, title in enumerate(titles, 1)
    ]
    (found,) = asked(statements.check_shifted, statuses=rows, evidence=catalogue)
    assert found["code"] == "X42"
    for row, item in zip(rows, catalogue, strict=True):
        item["commitments"] = (row["commitment"],)
    assert not asked(statements.check_shifted, statuses=rows, evidence=catalogue)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("2022年因疫情未举办培训班，其余年份正常开展", "H6"),
        ("2023年比上年增长20%", "I6"),
        ("2022年比上年下降", None),
        ("2023年仅为上半年数", "I6"),
        ("2023年数据截至9月30日", "I6"),
        ("按户统计，每户计1人", "I6"),
        ("每年均在250人次以上", "I6"),
        ("每年均在200人次以上", None),
        ("2023年其中女性300人", "I6"),
        ("2023年其中女性200人", None),
        ("2022年460人次、2023年242人次", "H6"),
        ("以上为全市合计数", "I6"),
        ("2023年含青山区学员86人次", "I6"),
        ("与区妇联联办，学员为同一批人", "I6"),
        ("按下达的任务数填报", "I6"),
        ("2022年为培训班次，其余为人次", "H6"),
        ("2023年含已注销账号", "I6"),
    ],
)
def test_a_note_says_what_a_figure_is_not(text, cell):
    rows = asked(figures.check_notes, observations=series(318, 306, 242), notes=note(text))
    assert [row["cell"] for row in rows] == ([cell] if cell else [])


def test_sessions_in_a_note_are_held_against_the_activities():
    held = [event(6, participants=120.0), event(7, participants=122.0)]
    rows = asked(figures.check_notes, observations=series(0, 0, 242), notes=note("2023年办11期"), events=held)
    assert [row["cell"] for row in rows] == ["I6"]
    assert not asked(
        figures.check_notes, observations=series(0, 0, 242), notes=note("2023年办2期"), events=held
    )


def test_a_statement_is_held_against_the_same_days_activity():
    held = [event(6, title="2023年饲草青贮技术培训班", participants=35.0)]
    text = "2023年5月20日举办饲草青贮技术培训班，{}人参加。"
    for people, is_asked in ((140, True), (35, False)):
        rows = [status("T06.01", progress=text.format(people))]
        assert bool(asked(figures.check_same_day, statuses=rows, events=held)) is is_asked


LAST = {"operating": "已运行", "baseline_size": 29.0, "current_size": 56.0, "self_rating": "完成", "done_by_year": ALL,
        "progress": "2023年5月办班3期，参加180人。"}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"done_by_year": ALL | {"2022": "无"}}, True),
        ({"done_by_year": ALL | {"2022": "无"}, "progress": "2022年上一轮误填为有，已更正。"}, False),
        ({"operating": "未运行"}, True),
        ({"baseline_size": 14.0, "current_size": 60.0}, True),
        ({"baseline_size": 29.0, "current_size": 40.0}, True),
        ({"baseline_size": 29.0, "current_size": 60.0}, False),
        ({"self_rating": "滞后"}, True),
        ({}, False),
    ],
)
def test_statements_are_held_against_the_last_round(told, is_asked):
    rows = asked(rounds.check_stated_before, statuses=[status(**told)], stated={("U09", "T05.02"): LAST})
    assert bool(rows) is is_asked


def test_the_last_rounds_words_sent_again_are_asked_about_once():
    rows = [status(f"T05.0{n}", progress=LAST["progress"]) for n in range(1, 4)]
    last = {("U09", row["commitment"]): LAST for row in rows}
    assert len(asked(rounds.check_sent_again, statuses=rows, stated=last)) == 1
    assert not asked(rounds.check_sent_again, statuses=rows[:2], stated=last)
    since = [row | {"done_by_year": ALL | {"2024": "有"}} for row in rows[:1]]
    assert asked(rounds.check_sent_again, statuses=since, stated=last)


@pytest.mark.parametrize(
    ("values", "indicator", "cells"),
    [((318, 318, 242), "Q08", ["H6"]), ((47, 47, 30), "Q08", []), ((7901, 10856, 10856), "Q10", ["I6"])],
)
def test_a_year_told_again_is_asked_about(values, indicator, cells):
    rows = asked(profile.check_told_again, observations=series(*values, indicator=indicator))
    assert [row["cell"] for row in rows] == cells


def test_two_rows_with_the_same_figures_are_asked_about():
    rows = [
        *series(344, 174, 329, indicator="Q06", unit="U01"),
        *series(344, 174, 329, indicator="Q07", unit="U01"),
    ]
    (found,) = asked(profile.check_rows, observations=rows)
    assert found["affects"] == ("Q07",)


def test_modified_z_scores_are_those_of_iglewicz_and_hoaglin():
    """ln(x + 1/2) of 0.5, 1.5, 3.5, 7.5, 15.5 is n·ln 2 (n = 0..4): median 2·ln 2, MAD ln 2, scores 0.6745·(n − 2)."""
    assert robust_scores([0.5, 1.5, 3.5, 7.5, 15.5]) == pytest.approx([0.6745 * n for n in (-2, -1, 0, 1, 2)])


def test_a_size_that_is_a_multiple_of_other_units_is_asked_about():
    def rows(last):
        return [
            status("T26.04", f"U{n:02}", current_size=float(size))
            for n, size in enumerate((94, 110, 123, 104, last), 1)
        ]

    (found,) = asked(peers.check_sizes, statuses=rows(1230))
    assert found["unit"] == "U05"
    assert not asked(peers.check_sizes, statuses=rows(250))
    assert not asked(peers.check_sizes, statuses=rows(1230)[2:])  # too few to say what is usual


def test_one_text_of_another_unit_and_commitment_is_asked_about():
    told = "2023年8月4日在区工人文化宫举办北疆工匠讲座，282名职工参加。"  # T09.02 is 北疆工匠
    rows = [status("T09.02", "U07", progress=told), status("T27.04", "U12", progress=told)]
    (found,) = asked(statements.check_told_by_others, statuses=rows)
    assert (found["unit"], "T09.02" in found["message"]) == ("U12", True)
    assert not asked(statements.check_told_by_others, statuses=[rows[0], rows[1] | {"commitment": "T09.02"}])


@pytest.mark.parametrize(("more", "cells"), [(1.2, ["G6", "H6", "I6"]), (0.9, [])])
def test_a_row_whose_name_is_narrower_is_not_above_the_wider_one(more, cells):
    """信息员 are registered as well: what Q10 counts is among what Q11 counts."""
    whole = [figure(str(y), 1000 * n, "Q11", "U14", _REGISTERED, cell=f"{'GHI'[n - 1]}7")
             for n, y in enumerate((2021, 2022, 2023), 1)]  # fmt: skip
    part = series(*(1000 * n * more for n in (1, 2, 3)), indicator="Q10", unit="U14")
    assert [row["cell"] for row in asked(profile.check_narrower, observations=[*part, *whole])] == cells


def test_one_row_of_figures_that_is_another_units_is_asked_about():
    own = [
        row for n in range(4) for row in series(50 + n, 71 + n, 93 + n, indicator=f"Q0{n + 6}", unit="U14")
    ]
    lead = series(320, 256, 332)  # U09 leads Q08
    for row, copied in zip(own[6:9], lead, strict=True):
        assert row["indicator"] == "Q08"
        row["value"] = copied["value"]
    (found,) = asked(copies.check_units, observations=[*own, *lead])
    assert (found["unit"], "G6、H6、I6" in found["message"]) == ("U14", True)


def test_more_schools_or_pupils_than_are_listed_are_asked_about():
    listed = [{"entity": f"{n}校", "unit": "U01"} for n in range(3)]
    rows = [row for n in range(3) for row in pupils(800, 810, 820, entity=f"{n}校")]
    for text, is_asked in (
        ("2023年覆盖全区5所学校。", True),
        ("2023年覆盖全区3所学校。", False),
        ("2023年受益学生达2600人。", True),
        ("2023年受益学生达2400人。", False),
        ("2023年受益学生达2600人次。", False),
    ):
        found = asked(
            school_list.check_told,
            statuses=[status(unit="U01", progress=text)],
            schools=listed,
            observations=rows,
        )
        assert bool(found) is is_asked, text


def test_a_contributor_far_above_the_lead_is_asked_about_unless_its_activities_bear_it_out():
    lead = series(365, 255, 338)  # U09 leads Q08
    others = series(1860, 1110, 2190, unit="U13")
    (found,) = asked(peers.check_shares, observations=[*lead, *others])
    assert (found["unit"], found["code"]) == ("U13", "X40")
    held = [
        event(n, "U13", date=dt.date(2021 + n % 3, 5, 20), participants=v)
        for n, v in ((6, 1860.0), (7, 1110.0), (8, 2190.0))
    ]
    assert not asked(
        peers.check_shares,
        observations=[*series(365, 255, 338), *series(1860, 1110, 2190, unit="U13")],
        events=held,
    )


def test_activities_of_another_host_called_off_or_numbered_twice_are_asked_about():
    rows = [
        event(6, organiser="昆都仑区总工会"),
        event(7, title="青贮培训班（因疫情取消）"),
        event(8, organiser="区农牧局"),
    ]
    assert [row["cell"] for row in asked(activities.check_whose, events=rows)] == ["第6行", "第7行"]
    rows = [
        event(6, title="拟举办养殖培训班"),
        event(7, title=""),
        event(8, place="东河区文化广场"),
        event(9, title="赴东河区考察学习"),
        event(10, title="模拟应急演练"),
        event(11, title="养殖培训班（区妇联第1期）"),
        event(12, title="养殖培训班（区妇联第1期）", co_organisers="区科协、区妇联"),
        event(13, organiser="市农牧局"),
    ]
    found = {row["cell"] for row in asked(activities.check_whose, events=rows)}
    assert found == {"第6行", "第7行", "第8行", "第11行", "第13行"}
    twice = [
        event(6, number="EV1"),
        event(7, number="EV1", title="另一活动"),
        event(8, number="EV3", title="再一活动"),
    ]
    assert [row["cell"] for row in asked(activities.check_numbered, events=twice)] == ["第7行"]
    again = [
        event(6, title="2022年养殖培训班", date=dt.date(2022, 5, 20)),
        event(7, title="2023年养殖培训班"),
    ]
    assert [row["cell"] for row in asked(activities.check_numbered, events=again)] == ["第7行"]
    assert not asked(activities.check_numbered, events=[again[0], again[1] | {"participants": 64.0}])


def test_an_activity_without_a_task_is_asked_about_and_its_indicator_says_which():
    rows = [event(6, task=None), event(7, task=None, asked=(("C50", "F7"),))]
    (found,) = asked(activities.check_tasks, events=rows)
    assert (found["cell"], found["candidates"]) == ("F6", ("6",))


def piece(row, **told):
    base = {"unit": "U09", "evidence": f"P{row}", "title": f"材料{row}", "type": "照片", "reference": "2023年5月6日",
            "filename": f"P{row}.pdf", "commitments": (), "note": "", "attachment": "", "file": "甲.xlsx", "sheet": "佐证目录",
            "row": row, "asked": ()}  # fmt: skip
    return base | told


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"reference": "2024年4月11日"}, True),
        ({"reference": "2016年4月11日"}, True),
        ({"reference": "昆农发〔2019〕3号"}, False),  # a rule may be older than the plan
        ({"reference": "昆农发〔2012〕3号"}, True),
        ({"filename": "P6.pdf"}, True),
        ({"commitments": ("T99.03",)}, True),
        ({"title": "", "filename": ""}, True),
        ({"evidence": ""}, True),
        ({"title": ""}, True),
        ({"reference": "2023年2月29日"}, True),
        ({"filename": "P77签到表.pdf"}, True),
        ({"filename": "P-7签到表.pdf"}, False),
        ({}, False),
    ],
)
def test_evidence_is_of_the_round_and_of_something(told, is_asked):
    assert bool(asked(evidence.check_evidence, evidence=[piece(6), piece(7, **told)])) is is_asked


def test_evidence_for_an_indicator_is_for_its_task():
    """P6 supports Q06, an indicator of task 4."""
    rows = [status("T05.02", evidence=("P6",)), status("T04.04", evidence=("P6",))]
    (found,) = asked(evidence.check_evidence, statuses=rows, evidence=[piece(6, commitments=("Q06",))])
    assert found["affects"] == ("T05.02",)


def test_one_piece_for_many_tasks_is_asked_about_unless_the_catalogue_says_so():
    rows = [status(f"T{task:02}.01", evidence=("P6",)) for task in (5, 6, 28)]
    assert len(asked(evidence.check_evidence, statuses=rows, evidence=[piece(6)])) == 1
    whole = piece(6, commitments=("T05.01", "T06.01", "T28.01"))
    assert not asked(evidence.check_evidence, statuses=rows, evidence=[whole])


def test_a_campus_a_total_and_a_misnamed_type_among_the_schools_are_asked_about():
    def school(name, row, kind="小学"):
        return {
            "entity": name,
            "type": kind,
            "rural": False,
            "unit": "U01",
            "file": "甲.xlsx",
            "sheet": "学校明细",
            "row": row,
            "asked": (),
        }

    sizes = {
        "光明小学": (820, 830, 841),
        "光明小学东校区": (210, 220, 230),
        "育才初中": (1500, 1490, 1510),
        "向阳小学": (333, 335, 340),
    }
    total = {"全区学校": tuple(map(sum, zip(*sizes.values(), strict=True)))}
    rows = [row for name, values in (sizes | total).items() for row in pupils(*values, entity=name)]
    listed = [
        school(name, n, "高中" if "初中" in name else "小学") for n, name in enumerate(sizes | total, 6)
    ]
    assert [r["value"] for r in asked(school_list.check_totals, observations=rows, schools=listed)] == [
        "全区学校"
    ]
    assert [r["value"] for r in asked(school_list.check_twice, observations=rows, schools=listed)] == [
        "光明小学东校区"
    ]
    assert [r["value"] for r in asked(school_list.check_types, schools=listed)] == ["育才初中"]


def test_columns_changed_over_and_enrolment_told_again_are_asked_about():
    terms = ("2021春", "2021秋", "2022春")
    trips = [
        figure(t, 6 if n == 9 else 1, "Q04", "U01", "study_trips", f"{n}校", f"K{n}")
        for n in range(12)
        for t in terms
    ]
    (found,) = asked(schools.check_schools, observations=trips)
    assert "9校" in found["message"]
    whole = [*pupils(820, 830, 841), *pupils(820, 830, 841, measure="participants")]
    assert "照抄" in asked(schools.check_schools, observations=whole)[-1]["message"]
    part = [*pupils(820, 830, 841), *pupils(790, 800, 801, measure="participants")]
    assert not asked(schools.check_schools, observations=part)


def test_patterns_are_notes():
    same = [event(n, participants=50.0, date=dt.date(2023, 5, n)) for n in range(6, 12)]
    (found,) = asked(rounds.check_uniform, events=same)
    assert (found["code"], found["severity"]) == ("X30", "note")
    assert not asked(
        rounds.check_uniform,
        events=[event(n, participants=50.0 + n, date=dt.date(2023, 5, n)) for n in range(6, 12)],
    )


def test_a_plan_may_do_without_a_check_and_says_why():
    plan = PLAN.model_copy(update={"checks_off": {"X30": "本地指标均按计划名额举办"}})
    told = assemble(plan, ROUND, [], Decisions.none(), simulated=True).findings
    assert told["message"].tolist() == ["核对“凑整、贴近目标的数”已关闭：本地指标均按计划名额举办"]
    unknown = PLAN.model_copy(update={"checks_off": {"X99": "无"}})
    with pytest.raises(ValueError, match="X99"):
        assemble(unknown, ROUND, [], Decisions.none(), simulated=True)


def test_the_handed_out_roll_tells_type_and_rural_and_strange_schools():
    roll = [
        {"entity": "光明小学", "type": "小学", "rural": False},
        {"entity": "育才初中", "type": "初中", "rural": True},
    ]
    base = {"unit": "U01", "file": "甲.xlsx", "sheet": "学校明细", "asked": (), "rural": False}
    listed = [
        {"entity": "光明小学", "type": "初中", "row": 6, **base},
        {"entity": "育才初中", "type": "初中", "row": 7, **base},
        {"entity": "晨光学校", "type": "小学", "row": 8, **base},
    ]
    before = [{**row, "earlier": True} for row in roll]  # what was reported is no roll
    for known, cells in ((roll, ["第6行", "第7行", "第8行"]), (before, [])):
        findings = Findings()
        check_roll(PLAN, {"schools": [dict(row) for row in listed]}, {"U01"}, known, findings)
        assert [row["cell"] for row in findings.rows if row["code"] == "X28"] == cells


@pytest.mark.parametrize(
    ("label", "day", "is_asked"),
    [
        ("报送日期", "2024-01-15", False),
        ("报送日期", "2023-01-18", True),
        ("报送日期", "2042-01-18", True),
        ("数据截止日", "2023-06-30", True),
    ],
)
def test_days_of_the_cover_are_the_rounds(send, label, day, is_asked):
    returns = read(send("区农牧局", spoil=cover(label, day)))
    assert bool(returns.findings["code"].eq("X43").sum()) is is_asked
