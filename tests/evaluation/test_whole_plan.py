"""The rest of the plan's text: goals, duties of the phases, mechanisms unit by unit, groups that were asked or not."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.duties import DutyState, Given, judge_duties
from kepu_eval.evaluation.goals import judge_goals
from kepu_eval.evaluation.mechanisms import judge_mechanisms, mechanisms_by_unit
from kepu_eval.evaluation.model import NOT_RATED, best_first, settled, worst
from kepu_eval.plan import Duty, Goal, Group, KnownFrom, Mechanism, Stage, load_plan
from kepu_eval.plan.arrangements import Phase
from tests.evaluation.builders import END, MIDTERM, PLAN, judged, returns, status

RECORD = ["item", "unit", "state", "basis", "note", "file", "sheet", "cell"]
TOWNS = "towns_as_members"
RATED = best_first([rating for rating in Rating if rating not in NOT_RATED])


def told(*rows):
    """An office's record: (item, unit name or "", state)."""
    ids = {"": ""} | {unit.name: unit.id for unit in PLAN.units}
    return pd.DataFrame(
        [(item, ids[unit], state, "文件", "", "d.xlsx", "s", "F2") for item, unit, state in rows],
        columns=RECORD,
    )


def duty(evaluation, name):
    return evaluation.duties.set_index("duty").loc[name]


# --- goals


def rated(key, name, rows):
    columns = [key, name, "rating", "rating_low", "rating_high"]
    return pd.DataFrame([(n, f"第{n}项", *three) for n, three in rows.items()], columns=columns)


def judged_goal(ratings, **goal):
    """The goal of a plan that has only this one, with tasks 1, 2 … rated as given."""
    plan = PLAN.model_copy(update={"goals": (Goal(id="G", text="目标", proxy="数据", **goal),)})
    nothing = rated("indicator", "name", {}), rated("commitment", "text", {})
    return judge_goals(
        plan, nothing[0], rated("number", "title", dict(enumerate(ratings, 1))), nothing[1]
    ).iloc[0]


def test_a_goal_is_as_good_as_the_weakest_of_its_supports():
    row = judged_goal([("完成",) * 3, ("滞后",) * 3, ("达到序时",) * 3], tasks=(1, 2, 3))
    assert (row["rating"], row["weakest"], row["supports"], row["unknown"]) == ("滞后", "任务“第2项”", 3, 0)


def test_an_unknown_support_leaves_the_goal_open_unless_a_known_one_is_worse():
    open_ = judged_goal([("完成",) * 3, ("数据不足", "滞后", "达到序时")], tasks=(1, 2))
    assert (open_["rating"], open_["rating_low"], open_["rating_high"]) == ("数据不足", "滞后", "达到序时")
    assert open_["unknown"] == 1
    firm = judged_goal([("未启动",) * 3, ("数据不足", "滞后", "达到序时")], tasks=(1, 2))
    assert (firm["rating"], firm["unknown"]) == ("未启动", 1)


def test_a_support_without_bounds_may_be_anything():
    row = judged_goal([("完成",) * 3, ("数据不足",) * 3], tasks=(1, 2))
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "未启动", "完成")


def test_a_goal_without_a_rated_support_is_not_judged():
    for row in (judged_goal([]), judged_goal([("已批准例外",) * 3, ("不定级",) * 3], tasks=(1, 2))):
        assert (row["evaluable"], row["rating"], row["supports"]) == (False, "不定级", 0)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(*[st.sampled_from(RATED)] * 3).map(best_first), min_size=1, max_size=5))
def test_whatever_the_unknown_supports_are_the_goal_is_within_its_range(supports):
    """Each support's truth (the middle) lies within its bounds; so does the goal's, and a firm rating is the truth."""
    row = judged_goal(
        [(settled(low, high), low, high) for high, _, low in supports],
        tasks=tuple(range(1, len(supports) + 1)),
    )
    truth = worst([middle for _, middle, _ in supports])
    assert RATED.index(row["rating_high"]) <= RATED.index(truth) <= RATED.index(row["rating_low"])
    assert row["rating"] in (truth, "数据不足")


def test_the_notices_five_goals_are_judged_or_said_not_to_be():
    goals = judged().goals
    assert goals["goal"].tolist() == ["G1", "G2", "G3", "G4", "G5"]
    assert goals["evaluable"].tolist() == [True] * 4 + [False]
    assert set(goals["rating"]) == {"数据不足", "不定级"}  # nobody reported anything


# --- duties of the phases


def test_the_plan_was_issued_after_its_first_phase():
    row = duty(judged(), "PH1.1")
    assert row["state"] == "已落实"
    assert "2023年11月28日印发，晚于期限2022-12-31" in row["basis"]
    assert duty(judged(as_of=dt.date(2023, 11, 27)), "PH1.1")["state"] == "未落实"


def test_work_that_a_unit_reports_for_a_phases_year_shows_that_it_was_begun():
    kept = judged(statuses=[status("T01.01", done_by_year={"2021": "无", "2022": "有"})])
    assert (duty(kept, "PH1.3")["state"], duty(kept, "PH1.3")["units"]) == ("已落实", ("U01",))
    later = judged(statuses=[status("T01.01", done_by_year={"2022": "无", "2023": "有"})])
    assert duty(later, "PH1.3")["state"] == "数据不足"  # another unit may have begun


@pytest.mark.parametrize(("name", "column"), [("PH2.2", "problem"), ("PH2.3", "next_step")])
def test_a_blank_says_neither_that_there_was_a_problem_nor_that_there_was_none(name, column):
    leads = {unit.name: task for task in PLAN.tasks for unit in (PLAN.lead(task), *PLAN.responsible(task))}
    assert len(leads) == 24
    every = [status(task.commitments[0].id, unit, **{column: "覆盖面不够"}) for unit, task in leads.items()]
    whole, but_one = judged(statuses=every), judged(statuses=every[1:])
    assert duty(whole, name)["state"] == "已落实"
    assert (duty(but_one, name)["state"], duty(but_one, name)["state_low"]) == ("数据不足", "部分落实")
    assert (duty(but_one, name)["done"], duty(but_one, name)["open"]) == (23, 1)
    nothing = [{**row, column: "暂无。"} for row in every]
    assert duty(judged(statuses=nothing), name)["done"] == 0


def test_self_checks_are_due_in_their_own_phase_and_a_silent_unit_leaves_them_open():
    assert duty(judged(), "PH3.1")["state"] == "未到期"
    final = {"as_of": END, "stage": "final"}
    assert duty(judged(**final), "PH3.1")["state"] == "已落实"
    row = duty(judged(absent={"区商务局"}, **final), "PH3.1")
    assert (row["state"], row["state_low"], row["state_high"]) == ("数据不足", "部分落实", "已落实")


def judged_with(record, **more):
    plan_returns = {"as_of": MIDTERM, "stage": "midterm"} | more
    return judged(switches={"record": record}, **plan_returns)


def test_what_only_the_office_knows_is_unknown_until_it_tells():
    assert duty(judged(), "PH1.2")["state"] == "数据不足"
    assert duty(judged_with(told(("PH1.2", "", "有"))), "PH1.2")["state"] == "已落实"
    assert duty(judged_with(told(("PH1.2", "", "无"))), "PH1.2")["state"] == "未落实"
    early = duty(judged_with(told(("PH3.2", "", "有"))), "PH3.2")  # told before its phase: not lost
    assert (early["state"], early["cell"]) == ("已落实", "F2")


def test_the_office_never_overrules_what_is_known():
    row = duty(judged_with(told(("PH1.1", "", "无"))), "PH1.1")
    assert row["state"] == "已落实"
    assert "与已知情况不符，未采用" in row["basis"]


def test_what_the_office_carried_out_and_keeps_needs_no_telling():
    final = {"as_of": END, "stage": "final"}
    held = {"held": {KnownFrom.SPOT_CHECKS: "随机抽查60项，已核查58项"}}
    row = duty(judged(switches=held, **final), "PH3.2")
    assert (row["state"], row["basis"]) == ("已落实", "随机抽查60项，已核查58项")
    assert duty(judged(**final), "PH3.2")["state"] == "数据不足"
    assert duty(judged(switches=held), "PH3.2")["state"] == "未到期"


def test_a_final_report_alone_does_not_make_the_evaluation_adopted():
    final = {"as_of": END, "stage": "final"}
    row = duty(judged(**final), "PH3.4")
    assert (row["state"], row["state_low"]) == ("数据不足", "部分落实")
    assert duty(judged_with(told(("PH3.4", "", "有")), **final), "PH3.4")["state"] == "已落实"


UNITS = [unit.id for unit in PLAN.units]
STATES = ("有", "无", "数据不足")


def judged_mechanisms(states, record=None):
    """The state of a duty known from mechanisms that are as given."""
    asked = Duty(id="D", text="完善机制", known_from=KnownFrom.MECHANISMS)
    plan = PLAN.model_copy(
        update={"phases": (Phase(id="P", name="p", start=2021, end=2023, duties=(asked,)),)}
    )
    frame = pd.DataFrame({"state": list(states)}, dtype=str)
    case = Given(plan, returns(), MIDTERM, MIDTERM, Stage.MIDTERM, frame, pd.DataFrame(), pd.DataFrame())
    return judge_duties(case, record).iloc[0]


ORDER = [DutyState.NOT_DONE, DutyState.PARTLY, DutyState.DONE]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=6), st.data())
def test_whatever_the_unknown_mechanisms_are_the_duty_is_within_its_range(states, data):
    row = judged_mechanisms(states)
    full = [s if s != "数据不足" else data.draw(st.sampled_from(STATES[:2])) for s in states]
    truth = judged_mechanisms(full)["state"]
    assert ORDER.index(row["state_low"]) <= ORDER.index(truth) <= ORDER.index(row["state_high"])
    assert row["state"] in (truth, "数据不足")


# --- mechanisms unit by unit


def by_unit(record, plan=PLAN, absent=frozenset(), towns="exclude"):
    return mechanisms_by_unit(plan, returns(absent=absent), record, {TOWNS: towns})


def test_each_unit_has_its_own_row_and_what_was_not_recorded_is_unknown():
    rows = by_unit(told(("M07", "区科协", "有"), ("M07", "区财政局", "无")), absent={"区商务局"}).set_index(
        "name"
    )
    assert len(rows) == 24
    assert rows.loc[["区科协", "区财政局", "区商务局", "区教育局"], "state"].tolist() == [
        "有",
        "无",
        "数据不足",
        "数据不足",
    ]
    assert rows.loc[["区商务局", "区教育局"], "reason"].tolist() == ["该单位未报送", "没有该单位的记录"]


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (["有"] * 24, "有"),
        (["无"] * 24, "无"),
        (["有"] * 23 + [""], "数据不足"),
        (["有", "无"] + [""] * 22, "部分有"),  # whatever the others have
        ([""] * 24, "数据不足"),
    ],
)
def test_the_whole_is_firm_only_where_the_unknown_units_cannot_change_it(states, whole):
    rows = by_unit(told(*(("M07", unit.name, state) for unit, state in zip(PLAN.units, states, strict=True))))
    row = judge_mechanisms(PLAN, None, rows).set_index("mechanism").loc["M07"]
    assert row["state"] == whole


def test_the_offices_word_on_the_whole_does_not_tell_who_has_it():
    record = pd.DataFrame(
        [("M07", "有", "发〔2023〕1号", "")], columns=["mechanism", "state", "basis", "note"]
    )
    row = judge_mechanisms(PLAN, record, by_unit(None)).set_index("mechanism").loc["M07"]
    assert row["state"] == "数据不足"
    assert "发〔2023〕1号" in row["note"]


def test_a_mechanism_of_a_group_without_members_is_asked_of_nobody():
    mine = Mechanism(id="X", text="街镇计划", owner="各街道办事处、镇", by_unit=True)
    plan = PLAN.model_copy(update={"mechanisms": (mine,)})
    rows = by_unit(None, plan)
    assert rows.empty
    assert "未列成员" in judge_mechanisms(plan, None, rows).loc[0, "note"]


# --- groups


def test_a_group_without_members_was_not_asked():
    groups = judged(absent={"区商务局"}).groups.set_index("group")
    assert groups.loc["G01", ["tasks", "evaluable"]].tolist() == [(14, 24, 26), False]
    assert (len(groups.loc["G02", "members"]), groups.loc["G02", "silent"]) == (24, ("U10",))


def test_a_group_with_members_is_asked_like_any_unit():
    groups = tuple(
        Group(id=g.id, name=g.name, aliases=g.aliases, members=("区民政局",)) if g.id == "G01" else g
        for g in PLAN.groups
    )
    plan = PLAN.model_copy(update={"groups": groups})
    plan = type(plan).model_validate(plan.model_dump())
    row = judged(plan=plan).groups.set_index("group").loc["G01"]
    assert (row["evaluable"], row["submitted"]) == (True, ("U18",))


def test_a_plan_without_any_of_it_has_empty_frames():
    plan = PLAN.model_copy(update={"goals": (), "phases": (), "mechanisms": ()})
    evaluation = judged(plan=plan)
    assert evaluation.goals.empty
    assert evaluation.duties.empty
    assert evaluation.mechanism_units.empty
    assert load_plan().goals  # the shipped plan has them
