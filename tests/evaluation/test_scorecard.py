"""Points and ranks of units: one unit by hand, what is missing, what does not concern a unit."""

import dataclasses

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.evaluation import evaluate
from kepu_eval.evaluation.scheme import EXAMPLE, SchemeError, load_scheme
from kepu_eval.evaluation.scorecard import score
from kepu_eval.resources import resource
from tests.evaluation.builders import MIDTERM, PLAN, proof, returns, status, yearly

SCHEME = load_scheme()
FARM = "区农牧局"  # leads tasks 5–8, with the indicator Q08 in task 6


def card(rows=(), ratings=None, late=(), exceptions=None, record=None, **parts):
    """The scorecard of a hand-made round; ``ratings``: (worst, best) of tasks 5–8, set so that points can be counted."""
    sent = returns(rows, **parts)
    on_time = sent.submissions["unit_name"].isin(late).map({True: "迟报", False: "按时"})
    absent = sent.submissions["status"].eq("未报送")
    sent = dataclasses.replace(
        sent, submissions=sent.submissions.assign(status=on_time.mask(absent, "未报送"))
    )
    found = evaluate(PLAN, sent, MIDTERM, "midterm", exceptions=exceptions, record=record)
    if ratings:
        tasks = found.tasks.copy()
        for number, (low, high) in ratings.items():
            tasks.loc[tasks["number"].eq(number), ["rating", "rating_low", "rating_high"]] = [low, low, high]
        found = dataclasses.replace(found, tasks=tasks)
    return score(PLAN, sent, found, SCHEME)


def row(scored, name=FARM):
    return scored.units.set_index("name").loc[name]


CLAIMS = {
    "statuses": [
        status("T05.01", self_rating="完成", evidence=("P1",)),
        status("T05.02", done_by_year={"2023": "有"}, evidence=("P9",)),  # P9 is not in the catalogue
        status("T07.01", operating="已运行"),  # no evidence named
        status("T07.02", operating="未运行"),  # claims nothing
        status("T06.13", self_rating="完成"),  # an outcome is only told
        status("T06.12", self_rating="完成"),  # a figure has its cell
    ],
    "evidence": [proof(PLAN.unit(FARM).id, "P1")],
}
RATINGS = {
    5: ("达到序时", "达到序时"),
    6: ("滞后", "滞后"),
    7: ("基本达到序时", "基本达到序时"),
    8: ("正在推进", "正在推进"),
}


def test_points_of_one_unit_by_hand():
    # Q08: 300+300+300 = 900 of the 1200 due by the end of 2023 is 0.75, so 40 · 0.75 = 30.
    # Tasks: (1 + 0.6 + 0.9 + 0.8) / 4 = 0.825, so 20 · 0.825 = 16.5. Evidence: 1 of 3 claims, 15 / 3 = 5.
    # Late: 10 · 0.5 = 5. Sum 56.5 of 40+20+15+10 = 85 points, mechanisms left out: 56.5 / 85 · 100 = 66.4706.
    mine = row(card(yearly("Q08", 300, 300, 300), RATINGS, late=[FARM], **CLAIMS))
    assert mine[["indicators_low", "tasks_low", "evidence_low", "timeliness_low"]].tolist() == pytest.approx(
        [30, 16.5, 5, 5]
    )
    assert mine["full"] == 85
    assert mine["concerns"] == "量化指标、任务、佐证、报送及时"
    assert (mine["low"], mine["high"]) == pytest.approx((66.470588, 66.470588))


def test_more_than_due_earns_no_more_than_all():
    assert row(card(yearly("Q08", 900, 900, 900)))["indicators_high"] == 40


def test_a_missing_year_is_bounded_by_what_is_there_and_by_all():
    # 300 + 300 of 1200 are there: at least 0.5 · 40 = 20; nothing is known against all 40.
    mine = row(card(yearly("Q08", 300, None, 300)))
    assert (mine["indicators_low"], mine["indicators_high"]) == (20, 40)


def test_a_task_that_may_be_either_is_bounded_by_both():
    # (1 + 0.6…1 + 0.9 + 0.8) / 4 · 20
    mine = row(card(ratings=RATINGS | {6: ("滞后", "完成")}))
    assert (mine["tasks_low"], mine["tasks_high"]) == pytest.approx((16.5, 18.5))


def test_a_unit_that_sent_nothing_has_bounds_and_never_zero():
    # 区商务局 leads nothing: evidence 0…15, and a return still to come is late: 0…5. Of 25 points: 0…20, so 0…80.
    mine = row(card(absent={"区商务局"}), "区商务局")
    assert (mine["evidence_low"], mine["evidence_high"]) == (0, 15)
    assert (mine["low"], mine["high"]) == (0, 80)


def test_what_does_not_concern_a_unit_is_left_out_and_not_zero():
    scored = card()
    assert scored.units["mechanisms_low"].isna().all()
    mine = row(scored, "区商务局")
    assert pd.isna(mine["indicators_low"])
    assert pd.isna(mine["tasks_low"])
    assert mine["full"] == 25


def test_a_units_own_mechanism_counts_once_the_office_keeps_a_record_of_it():
    # 15 points for 有, none for 无; of a unit that is not recorded it may be either.
    columns = ["item", "unit", "state", "basis", "note", "file", "sheet", "cell"]
    record = pd.DataFrame([("M07", "U01", "有", *[""] * 5), ("M07", "U02", "无", *[""] * 5)], columns=columns)
    units = card(record=record).units.set_index("unit")[["mechanisms_low", "mechanisms_high"]]
    assert units.loc[["U01", "U02", "U03"]].to_numpy().tolist() == [[15, 15], [0, 0], [0, 15]]


def test_an_accepted_exception_is_not_counted():
    spared = pd.DataFrame([{"target": "Q08", "valid_from": "2023-01-01", "valid_until": "2023-12-31"}])
    assert pd.isna(row(card(yearly("Q08", 1, 1, 1), exceptions=spared))["indicators_low"])


def test_rank_intervals_by_hand():
    # Among the units that lead nothing (25 points, no claims anywhere: evidence 0…15): in time 10…25 points, so
    # 40…100; late 5…20, so 20…80; not sent 0…20, so 0…80. Nobody is certainly above anybody, as every low is below
    # every high: every best rank is 1. All could be above each, so every worst rank is the number of peers.
    scored = card(late=["区妇联"], absent={"区商务局"})
    peers = scored.units[scored.units["full"].eq(25)]
    assert row(scored, "区妇联")[["low", "high"]].tolist() == [20, 80]
    assert set(peers["peer_best"]) == {1}
    assert set(peers["peer_worst"]) == {len(peers)}


def test_a_certain_order_gives_certain_ranks():
    # 区妇联: one claim, proved, in time: 25 of 25, 100. 区财政局: one claim without evidence, in time: 10 of 25, 40.
    # The others of their kind: 40…100. So 区妇联 may share the first place and none is above it: 1 to 1; 区财政局 is
    # certainly below 区妇联 only, its best is 2, and everybody may be above it: last.
    claims = [
        status("T05.01", unit="区妇联", self_rating="完成", evidence=("P1",)),
        status("T05.01", unit="区财政局", self_rating="完成"),
    ]
    scored = card(statuses=claims, evidence=[proof(PLAN.unit("区妇联").id, "P1")])
    peers = int(scored.units["full"].eq(25).sum())
    assert row(scored, "区妇联")[["peer_best", "peer_worst"]].tolist() == [1, 1]
    assert row(scored, "区财政局")[["peer_best", "peer_worst"]].tolist() == [2, peers]


@settings(max_examples=8, deadline=None)  # each evaluates the whole plan twice
@given(st.lists(st.one_of(st.none(), st.integers(0, 2000)), min_size=3, max_size=3))
def test_filling_a_gap_never_leaves_the_bounds(values):
    gap = row(card(yearly("Q08", *values)))
    filled = row(card(yearly("Q08", *[700 if value is None else value for value in values])))
    assert gap["indicators_low"] <= filled["indicators_low"] + 1e-9
    assert filled["indicators_high"] <= gap["indicators_high"] + 1e-9


@pytest.fixture
def refused(tmp_path):
    def message(change):
        data = yaml.safe_load(resource(EXAMPLE).read_text(encoding="utf-8"))
        change(data)
        file = tmp_path / "办法.yaml"
        file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        with pytest.raises(SchemeError) as caught:
            load_scheme(file)
        return str(caught.value)

    return message


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda d: d["parts"][0].update(points=30),
            "办法.yaml：parts：各部分分值合计为90，应为100；请修改 points",
        ),
        (lambda d: d["parts"].append(d["parts"][0]), "有重复的部分"),
        (lambda d: d["rating_shares"].pop("滞后"), "缺少评级“滞后”；请补上"),
        (lambda d: d["rating_shares"].update(优秀=1), "不认识的评级“优秀”"),
        (lambda d: d["rating_shares"].update(滞后=60), "rating_shares.滞后"),
        (lambda d: d.pop("late_share"), "late_share：缺少此项"),
        (lambda d: d["parts"][1].update(id="task"), "parts[2].id：取值不在允许范围"),
    ],
)
def test_a_scheme_that_cannot_be_used_says_where_and_what_to_do(refused, change, told):
    assert told in refused(change)


def test_a_scheme_that_cannot_be_read_says_so(tmp_path):
    file = tmp_path / "a.yaml"
    for content, told in ((b"a: [", "有效的YAML"), (b"- 1", "字段: 值"), ("甲: 乙".encode("gbk"), "UTF-8")):
        file.write_bytes(content)
        with pytest.raises(SchemeError, match=told):
            load_scheme(file)
    with pytest.raises(SchemeError, match="请检查路径"):
        load_scheme(tmp_path / "none.yaml")
