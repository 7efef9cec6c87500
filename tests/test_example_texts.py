"""The texts of the example: what clerks might have written, so that a report's narrative can be judged."""

import re
import sys
from pathlib import Path

import pytest

from kepu_eval.personal_data import personal_data
from kepu_eval.plan import load_plan
from kepu_eval.report.selections import OTHER, activity_totals
from kepu_eval.report.statements import names_person, ranked_statements
from kepu_eval.returns import read_round

ROOT = Path(__file__).parent.parent
ROUND = "2023-midterm"


@pytest.fixture(scope="module")
def plan():
    return load_plan()


@pytest.fixture(scope="module")
def returns(plan):
    return read_round(ROOT / "data/example" / ROUND, plan, ROUND)


@pytest.fixture(scope="module")
def written(returns):
    statuses = returns.statuses
    return [text for field in ("progress", "problem", "next_step") for text in statuses[field] if text]


def test_statements_differ_and_many_are_specific(written):
    assert len(set(written)) > 800
    dated = [
        text
        for text in written
        if re.search(r"\d{4}年\d{1,2}月", text) and re.search(r"\d[人次名个场期]", text)
    ]
    assert len(dated) > 300


def test_causes_and_measures_differ_by_unit(returns):
    told = returns.statuses[returns.statuses["problem"].ne("")]
    assert told["problem"].is_unique
    assert told["next_step"].str.contains(r"\d{4}年(?:\d{1,2}月|起)").all()


def test_nobody_is_named(returns, written):
    titles = [*returns.evidence["title"], *returns.events["title"], *returns.events["place"]]
    assert not [text for text in (*written, *titles) if names_person(text) or personal_data(text)]


def test_evidence_says_that_it_is_an_example_and_its_notices_have_numbers(returns):
    assert returns.evidence["title"].str.endswith("(示例)").all()
    notices = returns.evidence[returns.evidence["type"].isin(["文件", "通知或方案"])]
    assert notices["reference"].str.fullmatch(r"昆\w+发〔20\d\d〕\d+号\(示例\)").all()


def test_there_is_something_to_choose_from_in_every_programme(returns, plan):
    best = ranked_statements(returns, plan)
    good = best[~best["flagged"] & best["score"].ge(4)]
    assert {plan.task(task).programme for task in good["task"]} == {item.id for item in plan.programmes}
    assert len(ranked_statements(returns, plan, "经验")) >= 10


def test_the_kinds_of_activities_can_be_told(returns, plan):
    totals = activity_totals(returns, plan)
    assert totals.loc[totals["kind"].ne(OTHER), "sessions"].sum() >= 0.95 * totals["sessions"].sum()


def test_words_are_drawn_apart_from_figures_and_the_same_each_time(plan, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from simulated_texts import Writer  # a script, found only now

    unit, rnd, promise = plan.unit("区农牧局"), plan.round(ROUND), plan.commitment("T06.01")
    one, other = (Writer(plan, unit, rnd, {}) for _ in range(2))
    assert one.problem(promise, "牵头", 1) == other.problem(promise, "牵头", 1)
    assert one.problem(promise, "牵头", 1) != one.problem(promise, "牵头", 2)
    sys.modules.pop("simulated_texts")
