"""Texts that contradict themselves, texts that only look so, and activities that their title or evidence tells of otherwise."""

import datetime as dt
from pathlib import Path

import pytest

from kepu_eval.returns.plausibility import (
    activities,
    copies,
    evidence,
    figures,
    peers,
    profile,
    schools,
    statements,
    titles,
    words,
)
from kepu_eval.returns.text_contradictions import contradiction
from tests.returns.test_plausibility import ALL, asked, event, figure, note, pupils, series, status

HARMLESS = (Path(__file__).parent / "harmless_texts.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # parts and wholes
        ("投入经费50万元，其中设备购置30万元、人员培训35万元。", "650000"),
        ("组建志愿服务队3支共120人，其中机关队50人、社区队40人、学校队60人。", "150"),
        ("选派5名科技特派员（种植2名、养殖1名、农机1名）驻村服务。", "之和是4"),
        ("开展活动共15场：讲座6场、展览4场、竞赛2场。", "12"),
        ("走进5所学校（一中、二中、三小）开展宣讲。", "列了3所"),
        ("联合区教育局、区卫健委、团区委等2家单位开展。", "列了3家"),
        ("2023年上半年办班3期、下半年办班4期，全年共办班6期。", "7"),
        ("共调查150人，满意98人、基本满意47人、不满意21人。", "166"),
        ("学员中专科以上占45%、高中占40%、初中及以下占35%。", "120%"),
        ("培训学员120人，其中女学员90人，女性占45%。", "75%"),
        # more than there is
        ("全区共有社区36个，目前已覆盖41个社区。", "41"),
        ("辖区学校20所，已开展活动12所，覆盖率85%。", "60%"),
        ("竞赛共收到作品86件，经评审102件入围。", "102件"),
        ("编印手册3000册，发放4200册。", "4200"),
        ("计划举办5场，目前已举办第7场。", "第7"),
        ("在12支代表队中排名第15。", "第15"),
        # so many of so many
        ("2023年举办讲座8场，每场约50人，总计参加4000人次。", "400"),
        ("培训80人，每人发放教材2册，共发放教材480册。", "160册"),
        ("培训班为期2天，每天授课8课时，共授课48课时。", "16课时"),
        ("2023年5月1日至5月3日每天举办2场，共举办15场。", "6场"),
        ("每月举办2期，全年共举办30期。", "24期"),
        ("培训80人，共支出12万元，人均500元。", "1500"),
        # two totals
        ("2023年先后举办6期专题培训。全年共4期，培训215人次。", "6期"),
        ("2023年共培训215人次，学员反映良好，共培训180人次。", "180"),
        # growth
        ("参加人次由120人次增加到180人次，增长25%。", "+50%"),
        ("2022年参加640人次，2023年参加380人次，参与人数逐年增长。", "逐年增长"),
        ("办班3期，第一期46人，第二期52人，第三期41人，共培训176人。", "139"),
        ("办班4期，比上年的6期有所增加。", "相反"),
        ("参加考试85人，合格92人。", "92"),
        ("回访150人，满意138人，满意率72%。", "92%"),
        ("全镇农户320户，入户宣传410户。", "410"),
        # words
        ("全区12所学校已全部完成建设任务，目前尚有3所学校未开展。", "全部完成"),
        ("结业考核合格率100%，另有5人考核不合格参加补考。", "100%"),
        ("已实现社区全覆盖，目前覆盖率72%。", "72%"),
        ("2023年首次举办该活动，这已是连续第三年举办。", "首次"),
        ("该项活动已连续举办五年，2022年首届活动参加人数150人。", "首届"),
        ("2023年因经费不足没有举办，活动吸引群众800人次参加。", "没有举办"),
        ("2023年举办报告会4场，3月、6月、9月、10月、12月各一场。", "5个月"),
        ("参加测试200人，合格150人，合格率90%。", "75%"),
        ("2023年9月举办第三届职工科技节；2022年9月举办第四届职工科技节。", "第4届"),
        ("2021年、2022年、2023年连续两年举办。", "连续两年"),
        ("2023年、2023年各举办一次。", "同一年"),
        ("工作专班成立于2023年4月，2022年已召开联席会议3次。", "2022年"),
        ("2023年11月开始，历时8个月，于2023年12月结束。", "2个月"),
        ("2023年未安排经费；当年支出科普经费9.6万元。", "9.6万元"),
        ("2023年第三季度（12月5日）举办讲座1场。", "没有12月"),
        ("2023年5月20日（星期三）在广场开展活动。", "星期六"),
        ("2023年现场参加群众386万人次。", "386"),
    ],
)
def test_a_text_that_contradicts_itself_is_told(text, told):
    assert told in contradiction(text)


def test_what_clerks_write_every_day_contradicts_nothing():
    assert len(HARMLESS) > 120
    assert {text: told for text in HARMLESS if (told := contradiction(text, 2023))} == {}


@pytest.mark.parametrize(
    "check", [words.check_words, words.check_self_ratings, words.check_problems, statements.check_dates]
)
def test_what_clerks_write_every_day_is_asked_about_by_no_check(check):
    rows = [
        status(f"T05.0{n % 9 + 1}", done_by_year=ALL, self_rating="正在推进", progress=text)
        for n, text in enumerate(HARMLESS)
    ]
    assert [(row["message"]) for row in asked(check, statuses=rows)] == []


def test_problems_and_next_steps_are_read_as_progress_is():
    rows = asked(
        statements.check_numbers,
        statuses=[status(problem="应训60人，实训75人"), status(next_step="办班3期，每期50人，共培训900人")],
    )
    assert [row["cell"] for row in rows] == ["J9", "K9"]


def test_what_is_still_to_be_taken_into_use_does_not_run():
    text = "场地已落实，正在装修，计划2024年8月投入使用。"
    (found,) = asked(words.check_words, statuses=[status(operating="已运行", progress=text)])
    assert found["code"] == "X19"
    assert not asked(words.check_words, statuses=[status(operating="已运行", progress="2023年8月投入使用。")])


@pytest.mark.parametrize(
    ("told", "cell"),
    [
        ({"problem": "至今没有落实经费，活动没有举办", "progress": "举办活动6场，240人次参加。"}, "J9"),
        ({"problem": "个别活动没有举办", "progress": "举办活动6场，240人次参加。"}, None),
        ({"problem": "活动没有举办", "progress": "正在筹备。"}, None),
        ({"problem": "因人员不足，2022年、2023年没有举办", "done_by_year": ALL}, "J9"),
        ({"problem": "2022年没有举办", "done_by_year": ALL | {"2022": "无"}}, None),
    ],
)
def test_a_problem_that_denies_what_was_done_is_asked_about(told, cell):
    assert [row["cell"] for row in asked(words.check_problems, statuses=[status(**told)])] == (
        [cell] if cell else []
    )


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({"progress": "进度滞后，目前完成不足一半。"}, True),
        ({"problem": "三分之二的任务没有完成"}, True),
        ({"progress": "完成率96%。"}, False),
    ],
)
def test_a_completed_commitment_that_is_far_behind_is_asked_about(told, is_asked):
    rows = [status(done_by_year=ALL, self_rating="完成", **told)]
    assert bool(asked(words.check_self_ratings, statuses=rows)) is is_asked


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("2022年机构改革，没有统计该项数据", "H6"),
        ("2023年数据统计到9月底", "I6"),
        ("2022年第四季度数据未报送", "H6"),
        ("2023年按年度目标值填报", "I6"),
        ("2022年为培训人天数", "H6"),
        ("2023年比2021年翻了一番", "I6"),
        ("2023年上半年120人次、下半年180人次", "I6"),
        ("2023年上半年120人次、下半年122人次", None),
        ("2023年高于计划数", None),
        ("2023年应训280人，实训301人", "I6"),
        ("2022年数含区妇联举办的培训", "I6"),
        ("2024年1月补办一期，计入2023年", "I6"),
    ],
)
def test_notes_beside_figures(text, cell):
    rows = asked(figures.check_notes, observations=series(318, 306, 242), notes=note(text))
    assert [row["cell"] for row in rows] == ([cell] if cell else [])


@pytest.mark.parametrize(
    ("told", "cell"),
    [
        ({"title": "健康讲座（11月专场）", "date": dt.date(2023, 4, 8)}, "B6"),
        ({"title": "健康讲座（4月专场）", "date": dt.date(2023, 4, 8)}, None),
        ({"title": "健康讲座（1500人参加）", "participants": 32.0}, "E6"),
        ({"title": "健康讲座（30余人参加）", "participants": 32.0}, None),
        ({"title": "健康讲座（3场，每场40人）", "participants": 400.0}, "E6"),
        ({"title": "健康讲座（3场，每场40人）", "participants": 118.0}, None),
        ({"title": "第500名志愿者授牌", "participants": 32.0}, None),
    ],
)
def test_a_title_is_held_against_day_and_head_count(told, cell):
    assert [row["cell"] for row in asked(titles.check_titles, events=[event(6, **told)])] == (
        [cell] if cell else []
    )


def test_activities_without_a_date_are_asked_about_once_where_they_are_many():
    undated = [event(row, date=None, state="question") for row in range(6, 12)]
    assert [row["cell"] for row in asked(titles.check_dated, events=undated[:2])] == ["B6", "B7"]
    (found,) = asked(titles.check_dated, events=undated)
    assert "6行" in found["message"]
    assert not asked(titles.check_dated, events=[event(6)])


def test_activities_of_several_years_do_not_all_fall_on_one_day():
    held = [event(6 + n, date=dt.date(2021 + n % 3, 12, 31)) for n in range(6)]
    (found,) = asked(titles.check_one_day, events=held)
    assert "12月31日" in found["message"]
    assert not asked(
        titles.check_one_day, events=[row | {"date": dt.date(2023, 9, 16 + n)} for n, row in enumerate(held)]
    )


def test_rows_copied_downwards_are_asked_about_once():
    held = [event(6 + n, title=f"讲座{'甲乙丙'[n]}", date=dt.date(2021 + n, 5, 20)) for n in range(3)]
    assert [row["code"] for row in asked(titles.check_same_crowd, events=held)] == ["X27"]
    assert not asked(titles.check_same_crowd, events=held[:2])


def test_an_activitys_task_is_what_its_evidence_or_its_title_says():
    piece = {"unit": "U09", "evidence": "P7", "title": "签到表", "commitments": ("T08.01",)}
    held = event(6, title="讲座", indicator="", task=5, evidence=("P7",))
    (found,) = asked(titles.check_meant_tasks, events=[held], evidence=[piece])
    assert (found["code"], found["cell"], found["candidates"]) == ("X26", "F6", ("8",))
    assert not asked(titles.check_meant_tasks, events=[held | {"task": 8}], evidence=[piece])
    by_title = event(
        6, title="2023年科技小院与田间学校观摩", indicator="", task=5
    )  # both are promises of task 7
    (found,) = asked(titles.check_meant_tasks, events=[by_title])
    assert found["candidates"] == ("7",)
    assert not asked(titles.check_meant_tasks, events=[by_title | {"task": 7}])
    assert not asked(titles.check_meant_tasks, events=[by_title | {"title": "2023年讲座"}])


def test_a_crowd_in_a_room_is_asked_about():
    held = [event(6 + n, place="某社区活动室", participants=60.0 + n) for n in range(6)]
    assert not asked(activities.check_rooms, events=held)
    assert [
        row["cell"]
        for row in asked(
            activities.check_rooms, events=[*held, event(20, place="某社区活动室", participants=900.0)]
        )
    ] == ["E20"]
    assert not asked(activities.check_rooms, events=[*held, event(20, place="市民广场", participants=900.0)])


def test_a_room_of_a_thousand_square_metres_is_asked_about():
    text = "建成科普活动室1间，面积{}平方米。"
    rows = [
        status(f"T08.0{n}", progress=text.format(size)) for n, size in enumerate((60, 80, 120, 150, 90), 1)
    ]
    assert not asked(peers.check_areas, statuses=rows)
    assert len(asked(peers.check_areas, statuses=[*rows, status("T08.06", progress=text.format(1200))])) == 1
    assert not asked(
        peers.check_areas, statuses=[*rows, status("T08.06", progress="建成科技馆，面积3200平方米。")]
    )


def piece(**told):
    return {"unit": "U09", "evidence": "P6", "title": "培训班现场照片5张", "type": "照片", "reference": "2023年5月6日", "filename": "",
            "commitments": (), "file": "甲.xlsx", "sheet": "佐证目录", "row": 6} | told  # fmt: skip


@pytest.mark.parametrize(
    ("told", "is_asked"),
    [
        ({}, False),
        ({"title": "关于举办培训班的通知"}, True),
        ({"title": "关于举办培训班的通知及现场照片"}, False),
        ({"type": "签到或名册"}, True),
        ({"type": "签到或名册", "title": "培训班签到表"}, False),
        ({"type": "其他", "title": "2023年度工作总结", "reference": "2022年3月6日"}, True),
        ({"type": "其他", "title": "2023年度工作总结", "reference": "2023年12月6日"}, False),
        ({"type": "其他", "title": "2023年工作计划", "reference": "2022年12月6日"}, False),
    ],
)
def test_a_piece_of_evidence_is_of_its_kind_and_year(told, is_asked):
    assert bool(asked(evidence.check_evidence, evidence=[piece(**told)])) is is_asked


def test_a_row_of_figures_cites_evidence_of_its_task():
    rows = [row | {"evidence": ("P6",)} for row in series(120, 90, 230)]
    (found,) = asked(evidence.check_evidence, observations=rows, evidence=[piece(commitments=("T14.01",))])
    assert "T14.01" in found["message"]
    assert not asked(evidence.check_evidence, observations=rows, evidence=[piece(commitments=("T06.01",))])


def test_a_school_that_held_nothing_has_no_participants():
    def school(lectures):
        terms = [
            figure(f"202{n}春", lectures, "Q01", "U01", entity="甲校", cell=f"E{n}") for n in range(1, 5)
        ]
        return [*terms, *pupils(400), *pupils(380, measure="participants")]

    assert asked(schools.check_schools, observations=school(0.0))
    assert not asked(schools.check_schools, observations=school(4.0))


def test_statements_of_another_unit_with_one_number_changed_are_asked_about():
    text = "2023年{}月走进{}所学校开展宣讲{}场，{}人次受益。"
    own = [status(f"T05.0{n}", progress=text.format(n, 7, 3, 238)) for n in (1, 2)]
    theirs = [status(f"T05.0{n}", unit="U01", progress=text.format(n, 7, 3, 245)) for n in (1, 2)]
    (found,) = asked(copies.check_retouched, statuses=[*own, *theirs])
    assert "2处" in found["message"]
    assert not asked(copies.check_retouched, statuses=[own[0], theirs[0]])
    assert not asked(
        copies.check_retouched,
        statuses=[*own, *(row | {"progress": text.format(9, 8, 4, 300)} for row in theirs)],
    )


def test_a_year_told_again_that_the_activities_bear_out_is_none():
    held = [event(6 + year, date=dt.date(year, 5, 20), participants=318.0) for year in (2021, 2022)]
    assert asked(profile.check_told_again, observations=series(318, 318, 242))
    assert not asked(profile.check_told_again, observations=series(318, 318, 242), events=held)
    level = [figure("baseline", 9000.0, "Q10"), *series(9000, 12000, 15000, indicator="Q10")]
    assert [row["cell"] for row in asked(profile.check_told_again, observations=level)] == ["G6"]
