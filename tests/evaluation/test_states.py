"""How a round's cells become states with bounds, and what follows for the figure."""

import datetime as dt

import pytest

from kepu_eval.evaluation.cells import CellState, cells_of
from kepu_eval.plan import begun
from tests.evaluation.builders import (
    END,
    MIDTERM,
    PLAN,
    event,
    indicator,
    judged,
    observation,
    plan_of,
    proof,
    returns,
    school,
    status,
    yearly,
)

LEAD_YEARS = yearly("Q06", 290, 291, 292, 293, 294)


def contributor(value, **more):
    return [observation("Q06", str(year), value, unit="区科协", **more) for year in range(2021, 2026)]


def final(rows, **more):
    return indicator(judged(rows, as_of=END, stage="final", plan=plan_of("Q06"), **more), "Q06")


def state_of(row, absent=frozenset()):
    cells = cells_of(
        PLAN, PLAN.indicator("Q06"), returns([row] if row else [], absent), begun(PLAN, "year", MIDTERM)
    )
    unit = PLAN.unit("区科协").id
    return next(cell for cell in cells if cell.unit == unit and cell.period == "2021")


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"value": 30}, CellState.REPORTED),
        ({"value": 0}, CellState.ZERO),
        ({"value": 0, "raw": "无此项"}, CellState.NONE),
        ({"value": None}, CellState.BLANK),
        ({"value": None, "state": "question", "raw": "约30"}, CellState.QUESTION),
        ({"value": None, "state": "rejected", "raw": "三"}, CellState.REJECTED),
        ({"value": None, "raw": "-"}, CellState.NONE),  # asked about, and answered 不适用
    ],
)
def test_a_contributors_cell_has_one_state(more, state):
    cell = state_of(observation("Q06", "2021", unit="区科协", **more))
    assert cell.state is state
    assert cell.known == (state in (CellState.REPORTED, CellState.ZERO, CellState.NONE))


def test_a_unit_that_sent_nothing_is_silent():
    cell = state_of(None, absent={"区科协"})
    assert (cell.state, cell.bounds.low, cell.bounds.high) == (CellState.SILENT, 0, None)


class TestAYearlyTargetSharedByTwoUnits:
    """The lead reports 290 to 294 of 300; 区科协 holds 30 a year, or nothing."""

    def test_with_the_contributor_it_is_done(self):
        row = final([*LEAD_YEARS, *contributor(30)])
        assert (row["rating"], row["value"]) == ("完成", 320)

    def test_with_its_nothing_it_is_not(self):
        row = final([*LEAD_YEARS, *contributor(0, raw="无此项")])
        assert (row["rating"], row["low"], row["high"]) == ("未完成", 290, 290)

    @pytest.mark.parametrize("how", ["silent", "blank", "question", "rejected"])
    def test_without_its_word_nobody_knows(self, how):
        if how == "silent":
            row = final(LEAD_YEARS, absent={"区科协"})
        else:
            state = {"blank": "missing"}.get(how, how)
            row = final([*LEAD_YEARS, *contributor(None, state=state, raw="" if how == "blank" else "约30")])
        assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "未完成", "完成")
        assert row["low"] == 290
        assert row["rating_reported"] == "未完成"
        assert row["missing"]

    def test_one_answer_can_settle_it(self):
        row = final(LEAD_YEARS, absent={"区科协"})
        assert row["settled_by"] == ("区科协",)

    def test_a_plan_may_take_blanks_for_nothing(self):
        row = final([*LEAD_YEARS, *contributor(None)], switches={"optional_blanks": "none"})
        assert row["rating"] == "未完成"


def test_a_figure_above_the_target_is_firm_whatever_the_others_did():
    rows = yearly("Q06", 300, 301, 302, 303, 304)
    assert final(rows, absent={"区科协"})["rating"] == "完成"


def test_an_undecided_duplicate_leaves_both_ends_open():
    """255 when counted once, 315 when both are counted: 300 are asked for."""
    day = dt.date(2023, 5, 4)
    twice = [event("区教育局", 60, day, indicator="Q06", task=4, group="#1"),
             event("区科协", 60, day, indicator="Q06", task=4, group="#1", main=False)]  # fmt: skip
    rows = [*yearly("Q06", 300, 300, 230), observation("Q06", "2023", 85, unit="区科协")]
    asked = {"finding": 0, "code": "C54", "severity": "question", "unit": PLAN.unit("区教育局").id, "file": "f.xlsx",
             "sheet": "活动台账", "cell": "第6行", "item": "", "value": "", "message": "", "remedy": "", "affects": ("Q06",),
             "candidates": (), "answer": ""}  # fmt: skip
    open_, same = (
        indicator(
            judged(rows, events=twice, plan=plan_of("Q06"), findings=[asked | {"answer": answer}]), "Q06"
        )
        for answer in ("", "是同一活动")
    )
    assert (open_["rating"], open_["low"], open_["high"]) == ("数据不足", 255, 300)
    assert (same["rating"], same["low"], same["high"]) == ("滞后", 255, 255)
    assert len(open_["settled_by"]) == 1  # whether it is the same activity, at its one end or at its other
    assert same["settled_by"] == ()


class TestEvidenceGate:
    def test_figures_without_evidence_are_no_more_than_under_way(self):
        row = indicator(judged(yearly("Q08", 900, 900, 900, evidence=()), plan=plan_of("Q08")), "Q08")
        assert (row["rating"], row["value"]) == ("正在推进", 2700)
        assert "无佐证" in row["verdict"]
        assert row["unproven"] == ("区农牧局",)

    def test_what_is_proven_counts_in_full(self):
        """900 + 900 + 900 of the lead have evidence and reach the target; 10 of another unit have none."""
        rows = [*yearly("Q08", 900, 900, 900), observation("Q08", "2023", 10, unit="区科协", evidence=())]
        assert indicator(judged(rows, plan=plan_of("Q08")), "Q08")["rating"] == "完成"

    def test_the_plan_can_do_without(self):
        plan = plan_of("Q08")
        plan = plan.model_copy(update={"rating": plan.rating.model_copy(update={"evidence_gate": False})})
        row = indicator(judged(yearly("Q08", 900, 900, 900, evidence=()), plan=plan), "Q08")
        assert row["rating"] == "完成"


class TestStatements:
    NEVER = dict.fromkeys(("2021", "2022", "2023"), "无")
    ALWAYS = dict.fromkeys(("2021", "2022", "2023"), "有")

    def rated(self, *said, **more):
        proofs = [proof(unit.id, "P01") for unit in PLAN.units]
        frame = judged(statuses=list(said), evidence=proofs, **more).commitments.set_index("commitment")
        return frame.loc["T01.01"]

    def test_the_leads_no_holds_while_nobody_says_otherwise(self):
        assert self.rated(status("T01.01", done_by_year=self.NEVER, evidence=("P01",)))["rating"] == "未启动"

    def test_another_units_yes_beside_the_leads_no_is_open(self):
        lead = status("T01.01", done_by_year=self.NEVER, evidence=("P01",))
        row = self.rated(lead, status("T01.01", "区科协", done_by_year=self.ALWAYS, evidence=("P01",)))
        assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "未启动", "达到序时")

    def test_a_silent_unit_may_have_done_what_the_lead_did_not(self):
        row = self.rated(status("T01.01", done_by_year=self.NEVER, evidence=("P01",)), absent={"区科协"})
        assert (row["rating"], row["rating_high"]) == ("数据不足", "达到序时")

    def test_a_silent_unit_may_bring_the_evidence_that_is_wanting(self):
        row = self.rated(status("T01.01", done_by_year=self.ALWAYS), absent={"区科协"})
        assert (row["rating_low"], row["rating_high"]) == ("正在推进", "达到序时")

    def test_one_known_commitment_does_not_rate_a_task(self):
        said = status("T28.01", done_by_year={"2021": "有", "2022": "无", "2023": "无"})
        task = judged(statuses=[said]).tasks.set_index("number").loc[28]
        assert (task["rating"], task["rating_reported"]) == ("数据不足", "严重滞后")
        assert len(task["settled_by"]) >= 2

    def test_statements_that_say_nothing_was_done_contradict_the_self_rating_beside_good_indicators(self):
        said = [status(c.id, done_by_year=self.NEVER, operating="未运行", self_rating="正在推进", evidence=("P01",))
                for c in PLAN.task(6).commitments if c.indicator is None]  # fmt: skip
        proofs = [proof(unit.id, "P01") for unit in PLAN.units]
        task = (
            judged(yearly("Q08", 400, 400, 400), statuses=said, evidence=proofs)
            .tasks.set_index("number")
            .loc[6]
        )
        assert (task["rating"], task["statements"], task["agrees"]) == ("达到序时", "未启动", False)
        assert task["worst"] == "Q08"

    def test_an_unknown_task_names_no_indicator_that_decides_unless_what_is_reported_does(self):
        open_ = judged(yearly("Q08", 400, 400, 400), absent={"区科协"}).tasks.set_index("number").loc[6]
        assert (open_["rating"], open_["rating_reported"], open_["worst"]) == ("数据不足", "达到序时", "Q08")
        nothing = judged().tasks.set_index("number").loc[6]
        assert (nothing["rating"], nothing["worst"]) == ("数据不足", "")


def test_every_school_with_a_teacher_is_done_before_the_horizon_and_one_open_school_leaves_that_possible():
    names = [f"校{n}" for n in range(40)]
    rows = [observation("Q05", "stock", 1, measure="teachers", entity=name) for name in names]
    schools = [school(name) for name in names]
    whole = indicator(judged(rows, schools=schools, plan=plan_of("Q05")), "Q05")
    assert (whole["rating"], whole["rating_low"], whole["rating_high"]) == ("完成",) * 3
    rows[0] |= {"value": float("nan"), "state": "question", "raw": "约1"}
    row = indicator(judged(rows, schools=schools, plan=plan_of("Q05")), "Q05")
    assert (row["rating"], row["rating_low"], row["rating_high"]) == ("数据不足", "基本达到序时", "完成")


def test_a_day_before_the_years_end_the_years_figure_is_not_known_and_the_year_still_asked_for():
    """69 + 63 of 300: behind at the year's end; the day before, nobody may say 达到序时."""
    plan = plan_of("Q09")
    rows = [*yearly("Q09", 33, 36, 63)]
    on = {day: indicator(judged(rows, as_of=dt.date(2023, 12, day), plan=plan, round_id="2023-midterm"), "Q09")
          for day in (30, 31)}  # fmt: skip
    assert (on[31]["rating"], on[31]["value"]) == ("滞后", 132)
    assert (on[30]["rating"], on[30]["low"], on[30]["rating_low"]) == ("数据不足", 69, "严重滞后")
    assert "2023未结束" in on[30]["missing"]
