"""Accepted exceptions: what they change, for how long, and what they leave alone."""

import datetime as dt

import pandas as pd

from kepu_eval.evaluation import evaluate
from kepu_eval.evaluation.exceptions import in_force
from kepu_eval.returns.decisions import EXCEPTION_COLUMNS
from tests.evaluation.builders import MIDTERM, PLAN, indicator, observation, returns, yearly

# Task 4 has Q05 (no data here), Q06 and Q07; task 11 has Q09 alone. 60 of 300 by 2023, 180 expected: 60/180 < 0.6.
ROWS = [*yearly("Q06", 300, 200, 300), *yearly("Q07", 20, 20, 20), *yearly("Q09", 20, 20, 20)]


def excepting(*targets, start="2023-06-01", until="2024-06-30"):
    place = ("复核意见表.xlsx", "例外批准", "A2")
    return pd.DataFrame(
        [[target, "培训基地改建", "区政府", "某政办〔2023〕5号", start, until, *place] for target in targets],
        columns=EXCEPTION_COLUMNS,
    )


def judged(exceptions=None, as_of=MIDTERM, rows=ROWS):
    return evaluate(PLAN, returns(rows), as_of, "midterm", exceptions=exceptions)


def task(evaluation, number):
    return evaluation.tasks.set_index("number").loc[number]


def test_an_excepted_indicator_shows_the_exception_and_keeps_its_own_rating():
    row = indicator(judged(excepting("Q09")), "Q09")
    assert indicator(judged(), "Q09")["rating"] == "严重滞后"
    assert (row["rating"], row["rating_without_exception"]) == ("已批准例外", "严重滞后")
    assert row["value"] == 60


def test_a_task_of_excepted_indicators_only_is_excepted_and_not_counted_as_on_course():
    before, after = judged(), judged(excepting("Q09"))
    row = task(after, 11)
    assert (row["rating"], row["band"], row["rating_without_exception"]) == (
        "已批准例外",
        "已批准例外",
        "严重滞后",
    )
    assert (
        after.coverage.loc[1, ["value", "high", "total"]].tolist()
        == before.coverage.loc[1, ["value", "high", "total"]].tolist()
    )
    programme = after.programmes.set_index("programme").loc[PLAN.task(11).programme]
    assert programme["已批准例外"] == 1


def test_an_excepted_indicator_does_not_decide_its_task_which_says_so():
    # Q06 fails in 2022 (2/3 of the years: 滞后), Q07 complies in all, Q05 is unknown: without Q06 nothing falls short
    school = {"schools": [{"entity": "村小", "type": "小学", "rural": True, "unit": "U01", "file": "f.xlsx",
                           "sheet": "学校明细", "row": 6}]}  # fmt: skip
    round_ = returns([*ROWS, observation("Q05", "stock", 1, measure="teachers", entity="村小")], **school)
    before = task(evaluate(PLAN, round_, MIDTERM), 4)
    after = task(evaluate(PLAN, round_, MIDTERM, exceptions=excepting("Q06")), 4)
    assert (before["rating"], before["worst"]) == ("滞后", "Q06")
    assert after["rating"] not in ("滞后", "已批准例外")
    assert after["display"].endswith("＋含例外×1")
    assert after["rating_without_exception"] == "滞后"


def test_a_task_can_be_excepted_itself_and_its_indicators_stay_as_they_are():
    after = judged(excepting("T11"))
    assert task(after, 11)["rating"] == "已批准例外"
    assert indicator(after, "Q09")["rating"] == "严重滞后"


def test_both_end_dates_belong_to_an_exception():
    one = excepting("Q09", start="2023-06-01", until="2023-12-31")
    days = [dt.date(2023, 5, 31), dt.date(2023, 6, 1), dt.date(2023, 12, 31), dt.date(2024, 1, 1)]
    assert [bool(in_force(one, day)) for day in days] == [False, True, True, False]


def test_an_expired_exception_changes_nothing_and_is_told():
    after = judged(excepting("Q09", until="2023-12-30"))
    assert indicator(after, "Q09")["rating"] == "严重滞后"
    told = after.findings[after.findings["code"].eq("X08")]
    assert told["message"].tolist() == [
        "Q09的例外（某政办〔2023〕5号，区政府批准）已于2023-12-30到期，恢复按规则定级"
    ]
    assert told["cell"].tolist() == ["A2"]


def test_an_exception_that_was_prolonged_has_not_run_out():
    prolonged = pd.concat([excepting("Q09", until="2023-12-30"), excepting("Q09", start="2023-12-31")])
    assert judged(prolonged).findings["code"].ne("X08").all()
    assert indicator(judged(prolonged), "Q09")["rating"] == "已批准例外"
