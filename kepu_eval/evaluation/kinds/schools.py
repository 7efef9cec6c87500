"""Targets counted entry by entry of a roster (schools, streets, villages): each in each period, every one, pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.kinds.base import (
    ASKED,
    FAILED,
    MET,
    NAN,
    NOT_DUE,
    UNKNOWN,
    Evidence,
    Judgement,
    Verdict,
    period_row,
    say,
)
from kepu_eval.evaluation.kinds.goal import Goal, final_goal
from kepu_eval.evaluation.model import Rating, best_first
from kepu_eval.evaluation.rating import compliance
from kepu_eval.plan import KINDERGARTEN, STOCK, Indicator, Period
from kepu_eval.plan.targets import SCHOOLS

Place = tuple[str, str]  # school and period
_NONE_OR_ALL = Fraction(), Fraction(1)
_SPANS = {
    "semester": "学期",
    "school_year": "学年",
    "month": "月份",
    "quarter": "季度",
    "half_year": "半年",
    "two_years": "两年期",
}


_MET = {True: "各学年均达到要求", False: "未全部达到要求", None: "能否全部达到要求取决于缺报学校"}


def _entry(indicator: Indicator) -> str:
    """What an entry of the roster is called behind 各 and 个: 校, 街道."""
    return indicator.roster.removeprefix("学")


class School(NamedTuple):
    """What is asked of the roster, once a judgement and not once a period."""

    entity: str
    type: str
    rural: bool | None


def _in_scope(evidence: Evidence) -> list[School]:
    types = set(evidence.indicator.entity_types)
    columns = (evidence.schools[name].tolist() for name in School._fields)
    listed = list(map(School, *columns))
    if not types:
        return listed
    if evidence.switches["kindergartens"] == "count":
        types.add(KINDERGARTEN)
    types.add("")  # of unknown type: its figures are in question, and so is whether all schools comply
    return [school for school in listed if school.type in types]


def _cells(evidence: Evidence, measure: str) -> dict[Place, Cell]:
    """Cells of one measure by school and period."""
    return {(cell.entity, cell.period): cell for cell in evidence.cells if cell.measure == measure}


def _no_roster(evidence: Evidence) -> Judgement:
    lead = next((u.name for u in evidence.plan.units if u.id in evidence.order[:1]), "")
    sheet = f"{evidence.indicator.roster}明细"
    return Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=Verdict(f"{lead}未报{sheet}"), goal=100.0, value_unit="%",
        low=0.0, high=100.0, missing=(f"{lead}{sheet}",), rating=Rating.UNKNOWN,
    )  # fmt: skip


def per_entity_per_period(evidence: Evidence) -> Judgement:
    """Each school in each term reaches the target; the mean over schools says nothing (worked example E4).

    The value is the share of due school-terms that comply. A term that is not over is 未到期 unless the school
    has reached the target already; it is not in the denominator. Schools that did not answer stay in the
    denominator: the bounds take them as all failing and all complying.
    """
    indicator = evidence.indicator
    schools, cells = _in_scope(evidence), _cells(evidence, indicator.measures[0].id)
    if not schools:
        return _no_roster(evidence)
    goal, entities, periods, due = final_goal(indicator), [], [], []
    for period in evidence.periods:
        over = period.over(evidence.judged_on)
        rows = [
            _entity(s, period.label, cells.get((s.entity, period.label)), goal, over=over) for s in schools
        ]
        entities += rows
        if over:
            due += rows
            periods.append(_share_row(period.label, rows))
        else:
            periods.append(period_row(period.label, NAN, NAN, NAN, 100.0, NOT_DUE, _sources(rows)))
    what = f"{_entry(indicator)}{_SPANS.get(indicator.period or '', '年度')}"
    return _shares(
        evidence, due, periods, entities, tuple(cells.values()), label=f"达标{what}占比", what=f"个{what}"
    )


def every_entity(evidence: Evidence) -> Judgement:
    """Every school reaches the target at the as-of date; an average above it proves nothing (worked example E6)."""
    indicator = evidence.indicator
    schools, cells = _in_scope(evidence), _cells(evidence, indicator.measures[0].id)
    if not schools:
        return _no_roster(evidence)
    goal, name = final_goal(indicator), indicator.roster
    rows = [_entity(s, STOCK, cells.get((s.entity, STOCK)), goal, over=True) for s in schools]
    row = _share_row(evidence.as_of.isoformat(), rows)
    return _shares(
        evidence, rows, [row], rows, tuple(cells.values()), label=f"达标{name}占比",
        what=f"{'所' if name == SCHOOLS else '个'}{name}", early=goal.floor,
    )  # fmt: skip


def pooled_ratio(evidence: Evidence) -> Judgement:
    """Sum of numerators ÷ sum of denominators, period by period; school rates are never averaged (example E5).

    The period that is furthest off decides, of those that are over. A school without a usable numerator is bounded by
    none and all of its denominator taking part; a numerator above its denominator counts visits and is not used.
    """
    indicator, rules = evidence.indicator, evidence.plan.rating
    roles = {measure.role: measure.id for measure in indicator.measures}
    above, below = _cells(evidence, roles["numerator"]), _cells(evidence, roles["denominator"])
    schools = _in_scope(evidence)
    if not schools:
        return _no_roster(evidence)
    goal = final_goal(indicator)
    furthest = max if goal.ceiling else min
    pools = [_Pool(evidence, period, schools, above, below, goal) for period in evidence.periods]
    due = [pool for pool in pools if pool.over]
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=Verdict("无可用的参与数据"), goal=float(goal.target), value_unit="%",
        value_label=f"{'最高' if goal.ceiling else '最低'}学年合并比率", expected=float(goal.target),
        missing=tuple(gap for pool in due for gap in pool.gaps),
        sources=tuple(obs for pool in due for obs in pool.sources),
        periods=[pool.row for pool in pools], entities=[row for pool in pools for row in pool.entities],
        cells=(*above.values(), *below.values()),
    )  # fmt: skip
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, Verdict("尚无到期学年")
        return judged
    low, high = (furthest(ends) for ends in zip(*(pool.ends for pool in due), strict=True))
    bounds = Interval(low, high).times(100)
    begun = bool(goal.ceiling) or any(pool.begun for pool in due)
    # Whoever did not answer may have begun, in whichever period: then none in one period is not 未启动.
    maybe = begun or any(pool.may_have_begun for pool in due)

    def rated(share: Fraction, begun: bool) -> Rating:
        near = goal.nearness(share * 100)
        return compliance(near, evidence.stage, rules) if begun or share > 0 else Rating.NOT_STARTED

    judged.worst = best_first([rated(low, begun), rated(high, begun)])[-1]
    judged.best = best_first([rated(low, maybe), rated(high, maybe)])[0]
    judged.low, judged.high = bounds.floats
    known = [pool for pool in due if pool.whole]
    if known:
        weakest = furthest(known, key=lambda pool: pool.value)
        judged.reported = rated(weakest.value, begun)
        _tell_furthest(judged, weakest, goal, bounds)
    return judged


def _tell_furthest(judged: Judgement, pool: _Pool, goal: Goal, bounds: Interval) -> None:
    """The period that decides in words, and as the value where nothing that is missing could change it."""
    judged.formula = f"{pool.period.label}：{int(pool.part)}÷{int(pool.whole)}"
    judged.operands = (int(pool.part), int(pool.whole))
    met = _MET[goal.certainly(bounds)]
    judged.verdict = Verdict(f"{pool.period.label}合并参与率{'最高' if goal.ceiling else '最低'}，{met}")
    if not judged.missing or judged.worst == judged.best:
        judged.value = float(pool.value * 100)
        judged.share = float(pool.value * 100 / goal.target) if goal.target else NAN
        judged.pace = judged.share


class _Pool:
    """One period over all schools: what took part, of how many, and the bounds over schools that did not answer.

    ``begun``: whether anybody is known to have taken part, in a school whose size is not known as well;
    ``may_have_begun``: whether a school does not say.
    """

    def __init__(self, evidence: Evidence, period: Period, schools: Sequence[School], above: Mapping[Place, Cell],
                 below: Mapping[Place, Cell], goal: Goal) -> None:  # fmt: skip
        self.period, self.goal = period, goal
        self.over = period.over(evidence.judged_on)
        self.part = self.whole = self.pending = Fraction()
        self.unbounded = self.begun = self.may_have_begun = False
        self.sources: list[int | None] = []
        self.gaps: list[str] = []
        self.entities: list[dict] = []
        for school in schools:
            place = school.entity, period.label
            self._add(school, above.get(place), below.get(place))

    def _add(self, school: School, number: Cell | None, size: Cell | None) -> None:
        part, whole = (None if cell is None else cell.value for cell in (number, size))
        self.begun = self.begun or bool(part)
        if whole == 0 and not part and (number is None or number.state is not CellState.REJECTED):
            return  # without pupils there is nobody to take part
        obs, of = (None if cell is None else cell.obs for cell in (number, size))
        if part is not None and whole is not None and 0 < whole >= part:
            self.part, self.whole = self.part + part, self.whole + whole
            self.sources += [obs, of]
            status = MET if self.goal.met(part / whole * 100) else FAILED
            self._row(school, part / whole * 100, status if self.over else NOT_DUE, obs)
            return
        asked = CellState.QUESTION in (number and number.state, size and size.state)
        self.unbounded = self.unbounded or whole is None
        self.may_have_begun = self.may_have_begun or part is None
        self.pending += whole or 0
        if self.over:
            self.gaps.append(f"{school.entity}（{self.period.label}）{'待核' if asked else '缺参与数据'}")
        self._row(school, None, (ASKED if asked else UNKNOWN) if self.over else NOT_DUE, obs)

    def _row(self, school: School, value: Fraction | None, status: str, obs: int | None) -> None:
        self.entities.append(_entity_row(school, self.period.label, value, status, obs))

    @property
    def value(self) -> Fraction:
        """Ratio over the schools that answered; ``ZeroDivisionError`` when none did."""
        return self.part / self.whole

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Ratio with the missing schools taking part not at all and completely; unknown sizes: anything."""
        if self.unbounded or not self.whole + self.pending:
            return _NONE_OR_ALL
        everyone = self.whole + self.pending
        return self.part / everyone, (self.part + self.pending) / everyone

    @property
    def row(self) -> dict:
        """The period's row of ``indicator_periods``."""
        goal = float(self.goal.target)
        if not self.over:
            return period_row(self.period.label, NAN, NAN, NAN, goal, NOT_DUE, self.sources)
        bounds = Interval(*self.ends).times(100)
        status = {True: MET, False: FAILED, None: UNKNOWN}[self.goal.certainly(bounds)]
        value = float(self.value * 100) if self.whole else NAN
        told = (NAN, NAN) if self.unbounded else bounds.floats
        return period_row(self.period.label, value, *told, goal, status, self.sources)


def _entity(school: School, period: str, cell: Cell | None, goal: Goal, *, over: bool) -> dict:
    value = None if cell is None else cell.value
    if value is not None and goal.met(value) and (over or goal.floor):
        status = MET
    elif not over:
        status = NOT_DUE
    elif value is not None:
        status = FAILED
    else:
        status = ASKED if cell is not None and cell.state is CellState.QUESTION else UNKNOWN
    return _entity_row(school, period, value, status, None if cell is None else cell.obs)


def _entity_row(school: School, period: str, value: Fraction | None, status: str, obs: int | None) -> dict:
    return {"entity": school.entity, "type": school.type, "rural": school.rural, "period": period,
            "value": NAN if value is None else float(value), "status": status,
            "sources": () if obs is None else (obs,)}  # fmt: skip


def _sources(rows: Sequence[dict]) -> list[int]:
    return [obs for row in rows if row["value"] == row["value"] for obs in row["sources"]]


def _count(rows: Sequence[dict], *statuses: str) -> int:
    return sum(row["status"] in statuses for row in rows)


def _share_row(label: str, rows: Sequence[dict]) -> dict:
    met, unknown, whole = _count(rows, MET), _count(rows, UNKNOWN, ASKED), len(rows)
    low, high = met / whole * 100, (met + unknown) / whole * 100
    status = MET if met == whole else FAILED if met + unknown < whole else UNKNOWN
    return period_row(label, NAN if unknown else low, low, high, 100.0, status, _sources(rows))


def _shares(evidence: Evidence, due: Sequence[dict], periods: list[dict], entities: list[dict], cells: tuple[Cell, ...], *,
            label: str, what: str, early: bool = False) -> Judgement:  # fmt: skip
    """Judgement on a share of schools or school-terms, all of which must comply.

    ``early``: having all of them is the end of it, before the horizon as well, as for a stock.
    """
    rules, stage = evidence.plan.rating, evidence.stage
    met, unknown = _count(due, MET), _count(due, UNKNOWN, ASKED)
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=Verdict("尚无到期学期"), goal=100.0, value_unit="%",
        value_label=label, expected=100.0, formula=f"{met}÷{len(due)}", operands=(met, len(due)),
        missing=tuple(_gap(row) for row in due if row["status"] in (ASKED, UNKNOWN)),
        sources=tuple(obs for row in periods if row["status"] != NOT_DUE for obs in row["sources"]),
        periods=periods, entities=entities, cells=cells,
    )  # fmt: skip
    if not due:
        judged.rating = Rating.UNRATED
        return judged
    begun = evidence.indicator.less_may_be_better or any(row["value"] > 0 for row in entities)

    def rated(share: Fraction) -> Rating:
        if early and share == 1:
            return Rating.DONE
        return compliance(share, stage, rules, every=True) if begun or share > 0 else Rating.NOT_STARTED

    low, high = Fraction(met, len(due)), Fraction(met + unknown, len(due))
    judged.worst, judged.best = rated(low), rated(high)
    judged.low, judged.high = float(low * 100), float(high * 100)
    if len(due) > unknown:
        judged.reported = rated(Fraction(met, len(due) - unknown))
    judged.verdict = say(f"{{due}}{what}中{{met}}{what[0]}达标", due=len(due), met=met)
    if unknown:
        judged.verdict += say(f"、{{unknown}}{what[0]}缺数据", unknown=unknown)
    if not unknown or judged.worst == judged.best:
        judged.value = judged.low
        judged.share = judged.pace = float(low)
    return judged


def _gap(row: dict) -> str:
    when = "" if row["period"] == STOCK else f"（{row['period']}）"
    return f"{row['entity']}{when}{'待核' if row['status'] == ASKED else '缺报'}"
