"""Which question to ask first: by the ratings that are not firm, and whom to call."""

from dataclasses import replace

import pytest

from kepu_eval.evaluation import evaluate
from kepu_eval.evaluation.questions import next_calls, rank_questions
from kepu_eval.plan import load_plan
from kepu_eval.returns import read_round

PLAN = load_plan()
ROUND = "2023-midterm"
AS_OF = PLAN.round(ROUND).as_of


@pytest.fixture(scope="module")
def returns():
    return read_round("data/example/2023-midterm", PLAN, ROUND)


@pytest.fixture(scope="module")
def evaluation(returns):
    return evaluate(PLAN, returns, AS_OF)


def not_firm(evaluation):
    rows = evaluation.indicators
    return set(rows.loc[rows["rating_low"].ne(rows["rating_high"]), "indicator"])


def test_every_open_item_is_ranked_and_counts_only_ratings_that_are_not_firm(returns, evaluation):
    ranked = rank_questions(PLAN, evaluation)
    assert len(ranked) == len(returns.open_questions) + len(returns.open_rejections)
    assert ranked["ratings"].is_monotonic_decreasing
    indicators = {i.id for i in PLAN.indicators}
    named = {name for changed in ranked["changed"] for name in changed}
    assert named & indicators <= not_firm(evaluation)


def test_a_question_about_a_doubtful_indicator_comes_before_those_about_firm_ones(returns, evaluation):
    affects = returns.findings.set_index("finding")["affects"]
    ranked = rank_questions(PLAN, evaluation)
    doubtful = [bool(set(affects[n]) & not_firm(evaluation)) for n in ranked["finding"]]
    assert any(doubtful)
    assert doubtful == sorted(doubtful, reverse=True)


def test_nothing_is_left_to_ask_when_every_rating_is_firm(returns, evaluation):
    firm = {
        name: getattr(evaluation, name).assign(rating_high=lambda rows: rows["rating_low"])
        for name in ("indicators", "commitments", "tasks")
    }
    calls = next_calls(PLAN, returns, replace(evaluation, **firm))
    assert calls["ratings"].eq(0).all()


def test_a_silent_unit_is_among_the_calls(returns, evaluation):
    calls = next_calls(PLAN, returns, evaluation).set_index("unit_name")
    assert calls.loc["区商务局", "silent"]
    assert not calls.drop(index="区商务局")["silent"].any()
    assert calls.loc["区教育局", ["questions", "rejected"]].tolist() == [1, 2]
    assert "区科协" not in calls.index


def test_a_question_about_a_whole_return_may_touch_what_its_unit_has_a_part_in(returns, evaluation):
    """Which unit a file is from is asked with the units that it may be of: what those have a part in is at stake."""
    row = returns.findings.iloc[[0]].assign(
        finding=0, severity="question", unit="", sheet="", affects=[()], candidates=[("区农牧局",)], answer=""
    )
    ranked = rank_questions(PLAN, replace(evaluation, findings=row)).iloc[0]
    duties = {task.number for task, _ in PLAN.duties(PLAN.unit("区农牧局"))}
    other = {i.id for i in PLAN.indicators if i.task not in duties}
    assert ranked["ratings"] > 0
    assert not set(ranked["changed"]) & other
    of_own = rank_questions(
        PLAN, replace(evaluation, findings=row.assign(unit=PLAN.unit("区农牧局").id, candidates=[()]))
    )
    assert of_own.iloc[0]["changed"] == ranked["changed"]
