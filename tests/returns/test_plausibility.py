"""Figures, activities, words, schools, evidence and units against each other: every check asks, none changes a value."""

import datetime as dt

import pytest

from kepu_eval.returns import Decisions, read_round
from kepu_eval.returns.decisions import SWITCHABLE, Decision, answerable, expected, key_of
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.layout import EVENTS, EVIDENCE, FIRST_ROW, NUMBERS, SCHOOLS, TASKS
from kepu_eval.returns.plausibility import (
    Seen,
    activities,
    copies,
    evidence,
    figures,
    profile,
    rounds,
    school_list,
    schools,
    words,
)
from kepu_eval.returns.text_figures import text_figures
from tests.returns.conftest import PLAN, ROUND, event_row, years
from tests.returns.reading import read, told, value

NAN = float("nan")


def figure(period, number, indicator="Q08", unit="U09", measure="value", entity="", cell=None):
    column = "GHIJKL"[int(period[:4]) - 2021] if period[:4].isdigit() else "F"
    return {
        "unit": unit, "indicator": indicator, "measure": measure, "period": period, "entity": entity, "value": float(number),
        "state": "accepted", "required": True, "raw": str(number), "candidate": NAN, "asked": (), "evidence": (),
        "file": "甲.xlsx", "sheet": NUMBERS, "cell": cell or f"{column}6", "sha256": "",
    }  # fmt: skip


def status(commitment="T05.02", unit="U09", **told):
    keys = (
        "operating",
        "baseline_size",
        "current_size",
        "self_rating",
        "progress",
        "evidence",
        "next_step",
        *(f"year:{y}" for y in (2021, 2022, 2023)),
        "problem",
    )
    row = {
        "commitment": commitment, "task": int(commitment[1:3]), "role": "牵头", "done_by_year": {}, "operating": None,
        "baseline_size": NAN, "current_size": NAN, "quantity": NAN, "progress": "", "self_rating": "", "evidence": (),
        "problem": "", "next_step": "", "unit": unit, "file": "甲.xlsx", "sheet": TASKS, "row": 9, "asked": (), "held": {},
        "cells": {key: f"{'ABCDEFKGHIJ'[n]}9" for n, key in enumerate(keys)},
    }  # fmt: skip
    return row | told


def event(row=6, unit="U09", **told):
    return {
        "number": f"EV{row}", "date": dt.date(2023, 5, 20), "title": "养殖技术培训班", "place": "某镇", "participants": 60.0,
        "task": 6, "indicator": "Q08", "organiser": "", "co_organisers": "", "evidence": (), "state": "accepted", "unit": unit,
        "file": "甲.xlsx", "sheet": EVENTS, "row": row, "group": "", "main": True, "asked": (),
        "cells": {"date": f"B{row}", "participants": f"E{row}", "task": f"F{row}", "indicator": f"G{row}", "evidence": f"J{row}"},
    } | told  # fmt: skip


def asked(check, *, notes=None, unread=(), before=None, stated=None, **parts):
    """What one check says of some rows."""
    whole = {
        name: parts.get(name, []) for name in ("observations", "schools", "statuses", "events", "evidence")
    }
    seen = Seen(
        PLAN,
        PLAN.round(ROUND),
        whole,
        notes or {},
        frozenset(unread),
        frozenset(),
        before or {},
        stated or {},
    )
    findings = Findings()
    check(seen, findings)
    return findings.rows


def series(*values, indicator="Q08", unit="U09", first=2021):
    return [figure(str(first + n), v, indicator, unit) for n, v in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "cell"),
    [
        ((405, 416, 4180), "I6"),  # a digit too many, nearly ten times
        ((405, 42, 421), "H6"),  # a digit too few
        ((405, 2100, 421), "H6"),
        ((405, 416, 830), None),  # twice as many is possible
        ((3, 20, 4), None),  # small numbers jump
        ((405, 0, 421), None),  # nothing was held: the activities or the words would have to say otherwise
    ],
)
def test_a_year_far_from_all_others_is_asked_about(values, cell):
    rows = asked(profile.check_years, observations=series(*values))
    assert [row["cell"] for row in rows] == ([cell] if cell else [])
    if cell:
        assert all(str(number) in rows[0]["message"] for number in values)


@pytest.mark.parametrize(
    ("levels", "is_asked"),
    [
        ((5900, 7901, 10856, 33313), True),
        ((5900, 7901, 18757, 33313), True),
        ((5900, 7901, 10856, 19000), False),
    ],
)
def test_a_level_that_suddenly_more_than_doubles_looks_added_up(levels, is_asked):
    rows = [figure("baseline", levels[0], "Q10", "U02"), *series(*levels[1:], indicator="Q10", unit="U02")]
    assert bool(asked(profile.check_years, observations=rows)) is is_asked


def pupils(*values, entity="甲校", measure="enrolment"):
    labels = ("2021—2022学年", "2022—2023学年", "2023—2024学年")
    return [
        figure(label, v, "Q03", "U01", measure, entity, f"{c}9")
        for label, v, c in zip(labels, values, "MNO", strict=False)
    ]


def test_a_schools_pupils_do_not_change_tenfold_in_a_year():
    assert [r["cell"] for r in asked(schools.check_schools, observations=pupils(1342, 13420, 1330))] == ["N9"]
    assert not asked(schools.check_schools, observations=pupils(1342, 1500, 1800))


@pytest.mark.parametrize(("number", "is_asked"), [(42, True), (420, True), (19, False), (12, False)])
def test_a_terms_lectures_beyond_what_schools_hold_are_asked_about(number, is_asked):
    usual = [figure("2023春", 4 + n % 3, "Q02", "U01", "lectures", f"{n}校", f"J{n + 6}") for n in range(12)]
    rows = asked(
        schools.check_schools,
        observations=[*usual, figure("2023春", number, "Q02", "U01", "lectures", "甲校", "J40")],
    )
    assert [row["cell"] for row in rows] == (["J40"] if is_asked else [])


@pytest.mark.parametrize(("last", "cells"), [(9999, ["J40"]), (16, [])])
def test_a_school_far_above_every_other_is_asked_about(last, cells):
    usual = [figure("2023春", n, "Q02", "U01", "lectures", f"{n}校", f"J{n}") for n in (4, 5, 6, 7, 8)]
    rows = [*usual, figure("2023春", last, "Q02", "U01", "lectures", "甲校", "J40")]
    assert [row["cell"] for row in asked(schools.check_tenfold, observations=rows)] == cells
    assert rows[-1]["state"] == ("question" if cells else "accepted")


def test_figures_are_held_against_the_activities_of_their_year():
    events = [event(6, participants=200.0), event(7, participants=150.0, date=dt.date(2022, 6, 1))]
    rows = asked(figures.check_activities, observations=series(0, 350, 200), events=events)  # 2023 agrees
    assert [row["cell"] for row in rows] == ["H6"]
    assert "350" in rows[0]["message"]
    assert "150" in rows[0]["message"]
    running = asked(figures.check_activities, observations=series(0, 150, 350), events=events)
    assert "累计数" in running[0]["message"]


def test_more_than_the_activities_is_no_question_where_some_of_them_could_not_be_read():
    events = [event(6, participants=200.0), event(7, participants=NAN)]
    assert not asked(figures.check_activities, observations=series(0, 0, 350), events=events)
    assert asked(figures.check_activities, observations=series(0, 0, 100), events=events)
    private = [("U09", EVENTS)]
    assert not asked(
        figures.check_activities, observations=series(0, 0, 350), events=events[:1], unread=private
    )


def note(text):
    return {("U09", NUMBERS, 6): ("K6", text)}


@pytest.mark.parametrize(
    ("values", "text", "cell"),
    [
        ((120, 90, 0), "2023年办6期", "I6"),
        ((120, 0, 90), "2022年办两期", "H6"),
        ((0, 0, 0), "共办6期，培训420人次", "I6"),
        ((120, 90, 230), "2023年培训330人次", "I6"),
        ((120, 90, 230), "2023年培训230人次，2022年90人次", None),
        ((120, 90, 230), "三年累计培训440人次", None),
        ((120, 90, 230), "三年累计培训900人次", "I6"),
        ((120, 90, 230), "其中农牧民180人次", None),
        ((120, 90, 230), "名册已附，第3期由妇联承办", None),
        ((120, 90, 0), "2023年未开展", None),
    ],
)
def test_a_note_beside_figures_is_read_as_numbers(values, text, cell):
    rows = asked(figures.check_notes, observations=series(*values), notes=note(text))
    assert [row["cell"] for row in rows] == ([cell] if cell else [])
    if cell:
        assert text in rows[0]["message"]


def test_a_total_in_words_above_the_units_figures_is_asked_about():
    rows = series(100, 100, 100)
    text = "2021—2023年累计培训{}人次，效果良好。"
    assert asked(
        figures.check_progress, observations=rows, statuses=[status("T06.01", progress=text.format(958))]
    )
    assert not asked(
        figures.check_progress, observations=rows, statuses=[status("T06.01", progress=text.format(300))]
    )
    part = "其中2023年9月的一期培训958人次。"
    assert not asked(figures.check_progress, observations=rows, statuses=[status("T06.01", progress=part)])


def test_numbers_in_words_have_year_unit_and_whole():
    found = list(text_figures("2022年办六期、培训1,200人次；2021—2023年累计2.5万人次，其中第3期85人"))
    assert [(f.number, f.unit, f.year, f.whole, f.part) for f in found] == [
        (6, "期", 2022, False, False),
        (1200, "人次", 2022, False, False),
        (25000, "人次", 0, True, False),
        (85, "人", 0, True, True),
    ]


ALL = {"2021": "有", "2022": "有", "2023": "有"}
NONE = dict.fromkeys(ALL, "无")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (status(done_by_year=ALL, progress="未开展。"), "GHI"),
        (status(done_by_year=ALL, progress="2022年受疫情影响未开展，其他年度正常举办。"), "H"),
        (status(done_by_year=NONE, progress="2022年举办讲座3期，参加180人。"), "H"),
        (status(done_by_year=NONE, progress="每年举办一次。"), "GHI"),
        (status(done_by_year=ALL, progress="今年已举办4期，二期工程尚未启动。"), ""),
        (status(done_by_year=ALL, progress="2023年尚未开展入户宣传，已举办讲座4场，参加人员120人。"), ""),
        (status(done_by_year=NONE, progress="尚未开展。"), ""),
        (status(done_by_year=ALL, progress="高度重视，扎实推进。"), ""),
        (status(operating="已运行", progress="机制尚未建立，正在起草。"), "A"),
        (status(operating="未运行", progress="已投入使用，运行良好。"), "A"),
        (status(operating="已运行", progress="已印发文件。"), ""),
    ],
)
def test_an_answer_is_held_against_the_words_beside_it(row, cells):
    found = asked(words.check_words, statuses=[row])
    assert [place[0] for r in found for place in [f[0] for f in r["fields"]] or [r["cell"]]] == list(cells)


@pytest.mark.parametrize(
    ("row", "is_asked"),
    [
        (status(done_by_year=NONE, self_rating="完成"), True),
        (status(done_by_year=NONE, self_rating="基本完成"), True),
        (status(done_by_year=NONE, self_rating="正在推进"), False),
        (status(done_by_year=NONE | {"2023": "有"}, self_rating="完成"), False),
        (status(done_by_year=ALL, self_rating="未启动"), True),
        (status(operating="未运行", self_rating="完成"), True),
        (status(operating="已运行", self_rating="未启动"), True),
        (status(baseline_size=9.0, current_size=2.0, self_rating="完成"), True),
        (status(baseline_size=9.0, current_size=9.0, self_rating="完成"), False),
        (status(baseline_size=9.0, current_size=2.0, self_rating="滞后"), False),
        (status(progress="未开展。", self_rating="完成"), True),
        (status(progress="已举办讲座3场", self_rating="未启动"), True),
    ],
)
def test_a_self_rating_is_held_against_what_the_row_says(row, is_asked):
    rows = asked(words.check_self_ratings, statuses=[row])
    assert bool(rows) is is_asked
    assert all(row["self_rating"] in r["message"] and r["candidates"] for r in rows)


def test_an_activity_has_participants():
    rows = asked(
        activities.check_participants,
        events=[event(6, participants=0.0), event(7, participants=NAN), event(8)],
    )
    assert [row["cell"] for row in rows] == ["E6", "E7"]


def test_an_activity_five_times_as_large_as_any_other_is_asked_about():
    usual = [event(n, participants=50.0 + n) for n in range(6, 12)]
    assert [
        r["cell"] for r in asked(activities.check_crowds, events=[*usual, event(12, participants=540.0)])
    ] == ["E12"]
    assert not asked(activities.check_crowds, events=[*usual, event(12, participants=200.0)])


def test_an_activity_belongs_to_a_task_of_its_unit_and_of_its_indicator():
    rows = [
        event(6, task=13, indicator=""),
        event(7, task=8),
        event(8, task=6),
        event(9, task=28, indicator=""),
    ]
    found = asked(activities.check_tasks, events=rows)
    assert [(r["cell"], r["candidates"]) for r in found] == [("F6", ()), ("F7", ("6",))]


@pytest.mark.parametrize(
    ("other", "is_asked"),
    [
        ({}, True),
        ({"title": "养殖技术培训班活动", "place": "某镇"}, True),
        ({"date": dt.date(2023, 5, 21)}, True),
        ({"date": dt.date(2023, 5, 21), "participants": 80.0}, False),
        ({"date": dt.date(2023, 6, 20)}, False),
        ({"title": "种植技术培训班"}, False),
        ({"title": "养殖技术培训班（第2期）"}, False),
        ({"task": 28}, False),  # counted once anyway, and told
    ],
)
def test_one_activity_listed_twice_by_a_unit_is_asked_about(other, is_asked):
    rows = asked(activities.check_repeated, events=[event(6), event(7, **other)])
    assert [row["cell"] for row in rows] == (["第7行"] if is_asked else [])


def test_an_activity_named_after_another_year_is_asked_about():
    rows = [event(6, title="2021年养殖培训班"), event(7, title="2023年养殖培训班"),
            event(8, title="2022年度总结会", date=dt.date(2023, 1, 10))]  # fmt: skip
    assert [row["cell"] for row in asked(activities.check_years, events=rows)] == ["B6"]


def texts(unit, *told):
    return [status(f"T{n:02d}.01", unit, progress=text) for n, text in enumerate(told, 16)]


def test_a_return_copied_from_another_unit_is_asked_about_once():
    own = [f"2023年{n}月在示例社区举办讲座{n}场，参加{n}0人。" for n in range(3, 9)]
    both = [*texts("U03", *own), *texts("U14", *own)]
    (row,) = asked(copies.check_units, statuses=both)
    assert (row["unit"], "区科技局" in row["message"]) == ("U14", True)
    others = [*own[:2], *(text.replace("讲座", "展览") for text in own[2:])]
    assert not asked(copies.check_units, statuses=[*texts("U03", *own), *texts("U14", *others)])


def school(entity, row):
    return {
        "entity": entity,
        "type": "小学",
        "rural": False,
        "unit": "U01",
        "file": "甲.xlsx",
        "sheet": SCHOOLS,
        "row": row,
        "asked": (),
    }


def listed(entity, *values):
    terms = ("2021春", "2021秋", "2022春", "2022秋", "2023春")
    more = 3 if entity.endswith("15") else 0
    return [*pupils(820 + more, 830, 841, entity=entity),
            *(figure(t, v, "Q02", "U01", "lectures", entity, f"E{ord(entity[0])}") for t, v in zip(terms, values, strict=True))]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "lectures", "is_asked"),
    [
        ("昆区第14小学", (4, 5, 5, 6, 4), True),  # another name, every figure the same
        ("示例小14", (4, 5, 5, 6, 5), True),  # a short form, one figure differs
        ("示例小学15", (4, 5, 5, 6, 5), False),
        ("示例小学十四", (4, 5, 5, 6, 5), True),
    ],
)
def test_one_school_under_two_names_is_asked_about(other, lectures, is_asked):
    observations = [*listed("示例小学14", 4, 5, 5, 6, 4), *listed(other, *lectures)]
    rows = asked(
        school_list.check_twice,
        observations=observations,
        schools=[school("示例小学14", 6), school(other, 7)],
    )
    assert [row["cell"] for row in rows] == (["第7行"] if is_asked else [])


def piece(number, row, title="通知", commitments=("T06.01",)):
    return {"unit": "U09", "evidence": number, "title": title, "type": "文件", "reference": "", "filename": f"{title}.pdf",
            "commitments": commitments, "note": "", "attachment": "", "file": "甲.xlsx", "sheet": EVIDENCE, "row": row, "asked": ()}  # fmt: skip


def test_evidence_has_one_number_a_piece_and_is_cited_for_what_it_supports():
    rows = [piece("P01", 6), piece("P01", 7, "签到表"), piece("P02", 8, "照片"), piece("P03", 9, "照片")]
    assert [r["cell"] for r in asked(evidence.check_evidence, evidence=rows)] == ["第7行", "第9行"]
    cited = [status("T05.02", evidence=("P01",)), status("T06.02", evidence=("P01",))]
    (row,) = asked(evidence.check_evidence, evidence=rows[:1], statuses=cited)
    assert row["affects"] == ("T05.02",)


def test_a_figure_that_was_another_in_the_last_round_is_asked_about():
    before = {("U09", "Q08", "value", ""): {"2021": 405.0, "2022": 416.0}}
    (row,) = asked(rounds.check_before, observations=series(405, 430, 500), before=before)
    assert (row["cell"], "416" in row["message"], "430" in row["message"]) == ("H6", True, True)


def test_round_and_just_sufficient_figures_are_notes():
    assert {r["severity"] for r in asked(rounds.check_patterns, observations=series(300, 400, 550))} == {
        "note"
    }
    hugging = series(301, 300, 340, indicator="Q06", unit="U01")
    assert "恰好达到目标300" in asked(rounds.check_patterns, observations=hugging)[0]["message"]
    assert not asked(rounds.check_patterns, observations=series(301, 417, 550))


ASKS = {
    "X16": ("区农牧局", years("Q08", y2021=405, y2022=2100, y2023=421)),
    "X19": ("区农牧局", {(TASKS, "T05.02", "2023年"): "有", (TASKS, "T05.02", "进展说明"): "未开展"}),
    "X20": ("区农牧局", {(TASKS, "T05.02", "2023年"): "无", (TASKS, "T05.02", "自评"): "完成"}),
    "X21": ("区农牧局", event_row(参与人次=0)),
    "X22": (
        "区农牧局",
        years("Q08", y2021=40, y2022=30, y2023=0) | {(NUMBERS, "Q08", "说明"): "2023年办6期"},
    ),
    "X23": ("区农牧局", years("Q08", y2021=40, y2022=30, y2023=20) | event_row(关联指标="Q08", 参与人次=90)),
    "X26": ("区农牧局", event_row(任务号=13)),
    "X32": ("区农牧局", event_row(活动名称="2021年养殖培训班")),
}


@pytest.mark.parametrize("code", ASKS)
def test_a_question_comes_from_the_workbook_is_answerable_and_can_be_switched_off(send, code):
    unit, changes = ASKS[code]
    folder = send(unit, changes)
    row = told(read(folder), code, "question")
    assert answerable(row.to_dict())
    assert expected(row.to_dict())
    assert code in SWITCHABLE
    off = read_round(folder, PLAN, ROUND, decisions=Decisions(off={code: "本地另有规定"}))
    assert set(off.findings.query("code == @code")["severity"]) == {"info"}


def answered(folder, code, answer):
    row = told(read(folder), code, "question")
    decision = Decision(str(row["value"]), answer, item=row["item"])
    return read_round(folder, PLAN, ROUND, decisions=Decisions({key_of(row): decision}))


def test_one_answer_settles_a_contradiction_between_an_answer_and_its_words(send):
    folder = send("区农牧局", {(TASKS, "T05.02", "2023年"): "有", (TASKS, "T05.02", "进展说明"): "未开展"})
    rows = answered(folder, "X19", "无").statuses
    assert rows[rows["commitment"].eq("T05.02")].iloc[0]["done_by_year"]["2023"] == "无"


@pytest.mark.parametrize(("answer", "state"), [("是同一活动", "rejected"), ("不是同一活动", "accepted")])
def test_one_answer_settles_an_activity_that_is_listed_twice(send, answer, state):
    def again(book):
        page = book[EVENTS]
        for cell in page[FIRST_ROW]:
            page.cell(FIRST_ROW + 1, cell.column).value = cell.value

    folder = send("区农牧局", event_row(地点="某镇"), spoil=again)
    assert read(folder).events["state"].tolist() == ["accepted", "question"]
    assert answered(folder, "X27", answer).events["state"].tolist() == ["accepted", state]


def heading(book):
    page = book[NUMBERS]
    page.cell(2, 1).value = f"{page.cell(2, 1).value}　单位：万人次"


def titled(book):
    page = book[NUMBERS]
    next(cell for cell in page[4] if cell.value == "2023年").value = "2023年（万人次）"


@pytest.mark.parametrize(
    ("changes", "spoil"),
    [({(NUMBERS, "Q08", "说明"): "单位：万人次"}, None), ({}, heading), ({}, titled)],
    ids=["note", "above", "title"],
)
def test_another_unit_is_asked_about_wherever_it_is_written(send, changes, spoil):
    returns = read(send("区农牧局", years("Q08", y2021=2, y2022=2, y2023=3) | changes, spoil=spoil))
    assert "“万人次”，本项按“人次”" in told(returns, "C26", "question")["message"]
    assert value(returns)["state"] == "question"


def test_the_unit_of_the_row_in_brackets_is_no_other(send):
    note = {(NUMBERS, "Q08", "说明"): "（人次）按签到表统计，名册已附"}
    assert "C26" not in set(read(send("区农牧局", years("Q08", y2023=320) | note)).findings["code"])
