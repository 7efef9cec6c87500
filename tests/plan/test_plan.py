"""The shipped plan against counts and names read off the notice by hand."""

import datetime as dt

import pytest

from kepu_eval.plan import TargetKind, load_plan
from kepu_eval.plan.models import Task


@pytest.fixture(scope="module")
def plan():
    return load_plan()


def test_it_holds_everything_the_notice_lists(plan):
    assert (len(plan.tasks), len(plan.programmes), len(plan.units), len(plan.groups)) == (31, 10, 24, 2)
    assert [p.type for p in plan.programmes].count("行动") == 5
    assert (len(plan.indicators), len(plan.commitments), len(plan.ambiguities)) == (11, 235, 48)
    assert (len(plan.goals), len(plan.phases), len(plan.mechanisms)) == (5, 3, 14)


@pytest.mark.parametrize(
    ("number", "lead"),
    [
        (2, "区教育局"),
        (8, "区农牧局"),
        (15, "区卫健委"),
        (17, "区委组织部"),
        (22, "区委宣传部"),
        (27, "区应急局"),
        (30, "区科协"),
    ],
)
def test_leads_are_resolved_through_merged_cells(plan, number, lead):
    assert plan.lead(number).name == lead


def test_a_commitment_belongs_to_the_task_that_holds_it_whatever_its_id(plan):
    task = plan.task(1)
    renumbered = Task.model_validate(
        task.model_dump()
        | {"number": 100, "commitments": [{**task.commitments[0].model_dump(), "id": "T100.01"}]}
    )
    assert (task.commitments[0].task, renumbered.commitments[0].task) == (1, 100)
    assert {c.task for c in plan.commitments} == {t.number for t in plan.tasks}


def test_a_lead_named_again_among_the_responsible_counts_once(plan):
    assert "区农牧局" in plan.task(7).responsible
    assert [unit.name for unit in plan.responsible(7)] == ["区科协", "区科技局"]


def test_all_member_units_means_the_24_named_ones(plan):
    assert len(plan.responsible(28)) == 23
    assert plan.lead(28).name == "区科协"


def test_aliases_resolve_and_unknown_names_do_not(plan):
    assert plan.unit("区卫健局").name == "区卫健委"
    assert plan.unit("区农牧业局") == plan.unit("U09")
    with pytest.raises(KeyError, match="没有单位"):
        plan.unit("区气象局")


@pytest.mark.parametrize(
    ("indicator", "kind", "target", "task"),
    [
        ("Q01", TargetKind.LEVEL_AT_HORIZON, 15, None),
        ("Q02", TargetKind.PER_ENTITY_PER_PERIOD, 4, 2),
        ("Q03", TargetKind.POOLED_RATIO, 90, 2),
        ("Q04", TargetKind.PER_ENTITY_PER_PERIOD, 1, 3),
        ("Q05", TargetKind.EVERY_ENTITY, 1, 4),
        ("Q06", TargetKind.ANNUAL, 300, 4),
        ("Q07", TargetKind.ANNUAL, 20, 4),
        ("Q08", TargetKind.CUMULATIVE, 2000, 6),
        ("Q09", TargetKind.CUMULATIVE, 300, 11),
        ("Q10", TargetKind.STOCK_AT_HORIZON, 25000, 23),
        ("Q11", TargetKind.TREND, None, 23),
    ],
)
def test_each_indicator_is_of_its_kind(plan, indicator, kind, target, task):
    found = plan.indicator(indicator)
    assert (found.kind, found.target, found.task) == (kind, target, task)


def test_what_only_one_place_of_the_notice_says_is_marked(plan):
    assert plan.commitment("T03.10").source == "list"  # study trips: list only
    assert plan.commitment("T23.04").source == "body"  # growth of registrations: text only


def test_the_switches_that_change_a_judgment_point_to_known_ambiguities(plan):
    assert plan.switch_defaults()["pre_issue_years"] == "count"
    known = {a.id for a in plan.ambiguities}
    assert {s.ambiguity for s in plan.switches if s.ambiguity} <= known


def test_tables_agree_with_the_list(plan):
    tasks, matrix = plan.tasks_frame(), plan.matrix()
    assert tasks.shape[0] == 31
    assert tasks.loc[5, "indicators"] == "Q08"
    assert matrix.shape == (24, 31)
    assert (matrix == "牵头").to_numpy().sum() == 31
    assert matrix.loc["区教育局", 4] == "牵头"
    assert matrix.loc["区总工会", 12] == "牵头"


def test_the_default_rounds_describe_mid_term_and_end(plan):
    assert plan.round("2023-midterm").as_of == dt.date(2023, 12, 31)
    assert plan.round("2025-final").stage == "final"


def test_a_changed_copy_of_a_plan_works_out_its_duties_anew():
    plan = load_plan()
    lead = plan.lead(plan.tasks[-1])
    assert plan.tasks[-1] in [task for task, _ in plan.duties(lead)]
    first = plan.model_copy(update={"tasks": plan.tasks[:1]})
    assert plan.tasks[-1] not in [task for task, _ in first.duties(lead)]
    assert all(task in first.tasks for unit in first.units for task, _ in first.duties(unit))
