"""What rows say beside each other: years, units, activities, evidence, the list of schools, days of the cover."""

import datetime as dt

import pytest

from kepu_eval.returns import Decisions
from kepu_eval.returns.assembling import assemble
from kepu_eval.returns.findings import Findings
from kepu_eval.returns.plausibility import (
    activities,
    copies,
    evidence,
    peers,
    profile,
    rounds,
    school_list,
    schools,
    statements,
)
from kepu_eval.returns.plausibility.seen import robust_scores
from kepu_eval.returns.roll import check_roll
from tests.returns.conftest import PLAN, ROUND, cover
from tests.returns.reading import read
from tests.returns.test_plausibility import asked, event, figure, pupils, series, status

_REGISTERED = next(m.id for m in PLAN.indicator("Q11").measures if m.unit == "人")


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
    listed = [{"entity": f"{n}校", "type": "小学", "unit": "U01"} for n in range(3)]
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
