"""Whatever the hidden cells turn out to hold, the truth lies inside the bounds that were stated (DESIGN, law 1).

Each trial draws a whole truth for one indicator, hides some of its cells in one way, and compares what was said with
what is so. The trials work on cells, as every kind does; ``test_states`` shows that a round's cells are read so.
"""

import datetime as dt
import os
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import ANYTHING, exactly
from kepu_eval.evaluation.kinds import Evidence, judge
from kepu_eval.evaluation.model import NOT_RATED, Rating, best_first
from kepu_eval.plan import BASELINE, STOCK, Stage, TargetKind, begun
from kepu_eval.returns import Overlap
from tests.evaluation.builders import END, MIDTERM, PLAN, returns, school

TRIALS = int(os.environ.get("KEPU_TRIALS", "200"))  # the long run: 2000
INDICATORS = {
    TargetKind.CUMULATIVE: "Q08",
    TargetKind.ANNUAL: "Q06",
    TargetKind.STOCK_AT_HORIZON: "Q10",
    TargetKind.TREND: "Q11",
    TargetKind.PER_ENTITY_PER_PERIOD: "Q02",
    TargetKind.EVERY_ENTITY: "Q05",
    TargetKind.POOLED_RATIO: "Q03",
}
HIDDEN = (CellState.BLANK, CellState.QUESTION, CellState.REJECTED, CellState.SILENT, CellState.NOT_OVER)
STAGES = ((Stage.MIDTERM, MIDTERM), (Stage.FINAL, END))
RATED = [rating for rating in Rating if rating not in NOT_RATED]
SCHOOLS = returns(
    schools=[school("甲"), school("乙", rural=True), school("丙"), school("丁", kind="初中")]
).schools


def rank(rating):
    return best_first(RATED).index(Rating(rating))


def drawn(rng, target):
    """A figure: nothing, about the target, or anything."""
    return Fraction(rng.choice([0, rng.randint(0, 2 * target), rng.randint(0, 3), target, target - 1]))


def truth(indicator, rng, day):
    """Every cell of an indicator, all known."""
    spans = begun(PLAN, indicator.period or "year", day)
    labels = [p.label for p in spans]
    if indicator.kind is TargetKind.EVERY_ENTITY:
        labels = [STOCK]
    elif indicator.kind in (TargetKind.STOCK_AT_HORIZON, TargetKind.TREND):
        labels = [BASELINE, *labels]
    target = (
        int(indicator.target or 900)
        if indicator.kind is not TargetKind.CUMULATIVE
        else int(indicator.target) // 4
    )
    cells, units = [], [unit.id for unit in PLAN.contributors(indicator)]
    for unit in units:
        for measure in [m.id for m in indicator.measures] or ["value"]:
            for entity in list(SCHOOLS["entity"]) if indicator.entities else [""]:
                for label in labels:
                    value = drawn(rng, target)
                    cells.append(Cell(unit, measure, entity, label, CellState.REPORTED, exactly(value), value, unit != units[0],
                                      len(cells), "", bool(entity) or rng.random() < 0.8 or not value))  # fmt: skip
    return _ratio(indicator, cells) if indicator.kind is TargetKind.POOLED_RATIO else cells


def _ratio(indicator, cells):
    """No more take part than there are: what the intake accepts."""
    roles = {m.id: m.role for m in indicator.measures}
    wholes = {(c.entity, c.period): c.value for c in cells if roles[c.measure] == "denominator"}
    wholes |= {
        place: max(size, Fraction(1)) for place, size in wholes.items() if place[0] == "甲"
    }  # one has pupils

    def within(cell):
        if roles[cell.measure] == "denominator":
            size = wholes[cell.entity, cell.period]
            return replace(cell, value=size, bounds=exactly(size))
        value = min(cell.value, wholes[cell.entity, cell.period])
        return replace(cell, value=value, bounds=exactly(value))

    return [within(cell) for cell in cells]


def hide(cells, state, rng):
    """Some of the cells in one state; of a silent unit all of them."""
    units = {cell.unit for cell in cells if rng.random() < 0.5}
    labels = {cell.period for cell in cells if rng.random() < 0.4}

    def hidden(cell):
        if state is CellState.SILENT:
            return cell.unit in units
        if state is CellState.NOT_OVER:
            return cell.period in labels
        return rng.random() < 0.3

    unknown = {"state": state, "bounds": ANYTHING, "value": None, "answer": "某格", "proven": True}
    return [replace(cell, **unknown) if hidden(cell) else cell for cell in cells]


def evidence(indicator, cells, stage, day, overlaps=(), **more):
    order = tuple(unit.id for unit in PLAN.contributors(indicator))
    told = {"unknown": tuple(cells), "none": tuple(cells)}
    given = {"plan": PLAN, "indicator": indicator, "told": told, "parent": {"unknown": (), "none": ()},
             "schools": SCHOOLS, "order": order, "overlaps": tuple(overlaps), "as_of": day,
             "judged_on": day, "stage": stage, "switches": PLAN.switch_defaults()}  # fmt: skip
    return Evidence(**(given | more))


def assert_inside(said, so):
    """The truth's value and rating, or its own bounds, lie inside what was said."""
    if so.settled is Rating.UNRATED:
        assert said.settled is Rating.UNRATED
        return
    assert rank(said.worst) >= rank(so.worst), (said, so)
    assert rank(said.best) <= rank(so.best), (said, so)
    if said.low == said.low:
        assert said.low <= so.low + 1e-9
    if said.high == said.high:
        assert so.high <= said.high + 1e-9
    if said.settled is not Rating.UNKNOWN:
        assert said.settled == so.settled


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("kind", INDICATORS)
def test_the_truth_lies_inside_the_bounds(kind, state):
    indicator = PLAN.indicator(INDICATORS[kind])
    for trial in range(TRIALS):
        rng = random.Random(f"{kind} {state} {trial}")
        stage, day = rng.choice(STAGES)
        cells = truth(indicator, rng, day)
        switches = PLAN.switch_defaults() | {"stock_method": rng.choice(["level", "gain"])}
        said = judge(evidence(indicator, hide(cells, state, rng), stage, day, switches=switches))
        so = judge(evidence(indicator, cells, stage, day, switches=switches))
        assert so.settled is not Rating.UNKNOWN
        assert_inside(said, so)


def groups(cells, rng):
    """Activities that two or three of the contributors report for one year, some of them nobody has decided yet."""
    years = sorted({cell.period for cell in cells})
    units = list(dict.fromkeys(cell.unit for cell in cells))
    made = []
    for _ in range(rng.randint(1, 3)):
        chosen, year = rng.sample(units, min(len(units), rng.randint(2, 3))), rng.choice(years)
        ordered = sorted(chosen, key=units.index)
        people = rng.choice([None, float(rng.randint(1, 400))])
        made.append(Overlap(tuple((unit, year, people) for unit in ordered), decided=rng.random() < 0.5))
    return made


@pytest.mark.parametrize("state", [CellState.BLANK, CellState.QUESTION, CellState.REJECTED])
@pytest.mark.parametrize("kind", [TargetKind.CUMULATIVE, TargetKind.ANNUAL])
def test_suspected_duplicates_stay_open_until_they_are_answered(kind, state):
    indicator = PLAN.indicator(INDICATORS[kind])
    for trial in range(TRIALS):
        rng = random.Random(f"{kind} {state} twice {trial}")
        stage, day = rng.choice(STAGES)
        cells = truth(indicator, rng, day)
        suspected = groups(cells, rng)
        kept = [
            g for g in suspected if g.decided or rng.random() < 0.5
        ]  # the others turn out to be different activities
        answered = [
            replace(g, decided=True, members=tuple((u, y, n or 50.0) for u, y, n in g.members)) for g in kept
        ]
        said = judge(evidence(indicator, hide(cells, state, rng), stage, day, suspected))
        so = judge(evidence(indicator, cells, stage, day, answered))
        assert_inside(said, so)


@pytest.mark.parametrize("kind", INDICATORS)
def test_more_progress_is_never_worse(kind):
    indicator = PLAN.indicator(INDICATORS[kind])
    raised = {m.id for m in indicator.measures if m.role != "denominator"} or {"value"}
    for trial in range(TRIALS):
        rng = random.Random(f"more {kind} {trial}")
        stage, day = rng.choice(STAGES)
        cells = truth(indicator, rng, day)
        if (
            kind is TargetKind.TREND
        ):  # more in one year is less growth in the next: only the last year can be raised
            last = max(c.period for c in cells if c.period != BASELINE)
            places = [n for n, c in enumerate(cells) if c.period == last]
        else:
            places = [n for n, c in enumerate(cells) if c.measure in raised and c.period != BASELINE]
        place = rng.choice(places)
        more = list(cells)
        value = cells[place].value + rng.randint(1, 500)
        more[place] = replace(cells[place], value=value, bounds=exactly(value))
        if kind is TargetKind.POOLED_RATIO:
            more = _ratio(indicator, more)
        before, after = (judge(evidence(indicator, c, stage, day)) for c in (cells, more))
        if before.settled is not Rating.UNRATED:
            assert rank(after.settled) <= rank(before.settled)


@pytest.mark.parametrize("kind", INDICATORS)
def test_looking_from_an_earlier_day_is_never_better(kind):
    """The round asks for the same periods; those that had not ended on that day are not known then."""
    indicator = PLAN.indicator(INDICATORS[kind])
    for trial in range(TRIALS):
        rng = random.Random(f"earlier {kind} {trial}")
        stage, day = rng.choice(STAGES)
        cells = truth(indicator, rng, day)
        earlier = dt.date(2021, 1, 1) + dt.timedelta(days=rng.randint(0, (day - dt.date(2021, 1, 1)).days))
        spans = {
            p.label
            for p in begun(PLAN, indicator.period or "year", day)
            if p.over(day) and not p.over(earlier)
        }
        unknown = {"state": CellState.NOT_OVER, "bounds": ANYTHING, "value": None, "answer": "未结束"}
        then = [replace(c, **unknown) if c.period in spans else c for c in cells]
        now, before = (
            judge(evidence(indicator, cells, stage, day)),
            judge(evidence(indicator, then, stage, day, as_of=earlier)),
        )
        if Rating.UNKNOWN in (before.settled, now.settled) or Rating.UNRATED in (before.settled, now.settled):
            continue
        assert rank(before.settled) >= rank(now.settled)
