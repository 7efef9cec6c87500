"""What statements say in words, against the calendar, their own numbers, sizes, other units, the last round."""

import pytest

from kepu_eval.returns.plausibility import (
    figures,
    rounds,
    statements,
    words,
)
from kepu_eval.returns.text_contradictions import contradiction
from tests.returns.test_plausibility import ALL, asked, event, note, series, status


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
        ("截至2025年6月，累计推送36期。", True),
        ("2023年11月至2023年4月组织冬季科普行。", True),
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
