"""A round of 24 units played day by day: nobody is reminded wrongly, nobody twice of the same."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kepu_eval.plan import load_plan
from kepu_eval.returns import Ledger, Returns, frame, roster
from kepu_eval.returns.model import COLUMNS
from kepu_eval.returns.reminding import Kind, drafted, keep_drafted, reminders

PLAN = load_plan()
ROUND = PLAN.round("2023-midterm")
UNITS = [unit.id for unit in PLAN.units]
FINE, NOTHING, LATE, UNREADABLE, OTHER = "按时", "未报送", "迟报", "无法读取", "不是填报表"
ASKED, REFUSED, ANSWERED = "有待核", "有退回", "退回单已答"


def standing_of(states):
    """Returns in which every unit stands as told."""
    sent, findings, proposals = [], [], []
    for unit, state in states.items():
        status = FINE if state in (ASKED, REFUSED, ANSWERED) else state
        file = "" if state == NOTHING else f"{unit}.xlsx"
        sent.append({"unit": unit, "unit_name": PLAN.unit(unit).name, "file": file, "sha256": "", "received": "", "status": status, "note": ""})  # fmt: skip
        if state in (ASKED, REFUSED, ANSWERED):
            place = {"unit": unit, "sheet": "指标数据", "cell": "E6", "value": "约300"}
            severity = "rejected" if state == REFUSED else "question"
            findings.append({**dict.fromkeys(COLUMNS["findings"], ""), **place, "finding": len(findings), "code": "C20", "severity": severity,
                             "file": file, "message": "约数", "affects": (), "candidates": ("300",), "fields": ()})  # fmt: skip
            if state == ANSWERED:
                proposals.append({**place, "proposed": "300", "note": "", "handler": "", "file": "退回单.xlsx", "place": "补正清单!I5"})  # fmt: skip
    rows = {name: frame(name, []) for name in COLUMNS}
    rows |= {
        "submissions": frame("submissions", sent),
        "findings": frame("findings", findings),
        "proposals": frame("proposals", proposals),
    }
    return Returns(ROUND.id, simulated=True, **rows)


def day(offset):
    return ROUND.due + dt.timedelta(days=offset)


def state_on(story, offset):
    return next((state for since, state in reversed(story) if offset >= since), NOTHING)


def played(stories, offsets, ledger):
    """Every reminder drafted: (unit, days from the due date, step, kind)."""
    told = []
    for offset in offsets:
        returns = standing_of({unit: state_on(story, offset) for unit, story in stories.items()})
        before = drafted(ledger, ROUND)
        found = [
            r for r in reminders(returns, PLAN, day(offset), before) if (r.unit, r.step.name) not in before
        ]
        keep_drafted(ledger, ROUND, day(offset), found)
        told += [(r.unit, offset, r.step.name, r.kind.value) for r in found]
    return told


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite", must_exist=False) as book:
        yield book


# A unit's story, days from the due date → how it stands from then on; and the letters that it should get, worked out by hand.
STORIES = {
    "reports early": ([(-10, FINE)], []),
    "reports between the first two": ([(-5, FINE)], [(-7, "预告", "报送")]),
    "reports on the last day": ([(0, FINE)], [(-7, "预告", "报送"), (-1, "临期", "报送")]),
    "never reports": (
        [],
        [(-7, "预告", "报送"), (-1, "临期", "报送"), (1, "催报", "报送"), (7, "再催", "报送")],
    ),
    "reports late": ([(3, LATE)], [(-7, "预告", "报送"), (-1, "临期", "报送"), (1, "催报", "报送")]),
    "answers in the slip": ([(-8, ASKED), (-2, ANSWERED)], [(-7, "预告", "补正")]),
    "never answers": (
        [(-3, ASKED)],
        [(-7, "预告", "报送"), (-1, "临期", "补正"), (1, "催报", "补正"), (7, "再催", "补正")],
    ),
    "sends it again, corrected": ([(-9, REFUSED), (-6, FINE)], [(-7, "预告", "补正")]),
    "sends it again, worse": ([(-9, FINE), (2, REFUSED)], [(2, "催报", "补正"), (7, "再催", "补正")]),
    "takes it back": ([(-8, FINE), (2, NOTHING)], [(2, "催报", "报送"), (7, "再催", "报送")]),
    "takes it back and returns it": ([(-8, FINE), (-7, NOTHING), (-5, FINE)], [(-7, "预告", "报送")]),
    "cannot be read": (
        [(-6, UNREADABLE), (6, FINE)],
        [(-7, "预告", "报送"), (-1, "临期", "报送"), (1, "催报", "报送")],
    ),
    "sends something else": ([(-9, OTHER), (0, FINE)], [(-7, "预告", "报送"), (-1, "临期", "报送")]),
}
CAST = dict(zip(UNITS, [*STORIES, *["reports early"] * (len(UNITS) - len(STORIES))], strict=True))


def test_a_round_of_24_units_day_by_day(ledger):
    assert len(UNITS) == 24
    days = sorted([*range(-8, 9), -7, -1, 1, 7, 12, 31, 45])  # on the days that matter twice
    told = played({unit: STORIES[name][0] for unit, name in CAST.items()}, days, ledger)
    for unit, name in CAST.items():
        assert [rest for who, *rest in told if who == unit] == [list(e) for e in STORIES[name][1]], name


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        ([-5, 0, 4, 30], ["预告", "临期", "催报", "再催"]),  # made up for
        ([-3, -2, 5, 6], []),  # too late for one, too early for the next
        ([0, 2], ["临期", "催报"]),  # no 预告 after its time
        ([31, 400], []),  # a round that is long over
    ],
)
def test_days_on_which_it_was_not_run(ledger, days, steps):
    told = played({unit: [] for unit in UNITS}, days, ledger)
    assert [(step) for unit, _, step, _ in told if unit == UNITS[0]] == steps
    assert len(told) == len(steps) * 24


STATES = st.sampled_from([FINE, LATE, NOTHING, UNREADABLE, OTHER, ASKED, REFUSED, ANSWERED])
STORY = st.lists(st.tuples(st.integers(-12, 12), STATES), max_size=4).map(sorted)


@settings(deadline=None, max_examples=12)
@given(
    stories=st.lists(STORY, min_size=3, max_size=3),
    days=st.lists(st.integers(-12, 35), max_size=12).map(sorted),
)
def test_whatever_units_do_and_whenever_it_is_run(tmp_path_factory, stories, days):
    cast = {unit: [(-50, FINE)] for unit in UNITS} | dict(zip(UNITS, stories, strict=False))
    with Ledger(tmp_path_factory.mktemp("any") / "ledger.sqlite", must_exist=False) as book:
        told = played(cast, days, book)
    assert len({(unit, step) for unit, _, step, _ in told}) == len(told)
    for unit, offset, step, kind in told:
        state = state_on(cast[unit], offset)
        assert state not in (FINE, LATE, ANSWERED)
        assert kind == ("补正" if state in (ASKED, REFUSED) else "报送")
        assert (offset <= 0) == (step in ("预告", "临期"))


def test_a_draft_of_this_morning_is_listed_again_and_called_off_when_the_unit_has_reported(ledger):
    states = dict.fromkeys(UNITS, FINE) | {UNITS[0]: NOTHING, UNITS[1]: NOTHING}
    keep_drafted(ledger, ROUND, day(1), reminders(standing_of(states), PLAN, day(1), {}))
    later = standing_of(states | {UNITS[0]: LATE})
    again = reminders(later, PLAN, day(1), drafted(ledger, ROUND))
    assert [(r.unit, r.kind, r.needed) for r in again] == [
        (UNITS[0], Kind.RETURN, False),
        (UNITS[1], Kind.RETURN, True),
    ]
    assert reminders(later, PLAN, day(2), drafted(ledger, ROUND)) == []


def test_a_new_due_date_is_told_anew(ledger):
    keep_drafted(
        ledger, ROUND, day(-7), reminders(standing_of(dict.fromkeys(UNITS, NOTHING)), PLAN, day(-7), {})
    )
    assert len(drafted(ledger, ROUND)) == 24
    assert drafted(ledger, ROUND.model_copy(update={"due": day(10)})) == {}


def test_open_items_are_those_of_the_roster():
    returns = standing_of(dict.fromkeys(UNITS, FINE) | {UNITS[0]: ASKED})
    (found,) = reminders(returns, PLAN, day(-1), {})
    assert found.row == roster(returns, PLAN).to_dict("records")[0]
    answered = replace(returns, findings=returns.findings.assign(answer="按原数"))
    assert reminders(answered, PLAN, day(-1), {}) == []
