"""Targets counted school by school: each school and term, every school, pooled over schools."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from kepu_eval.evaluation.kinds.base import COUNTED, NAN, PENDING, Evidence, Judgement, period_row
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rating import compliance, exact
from kepu_eval.plan import KINDERGARTEN, STOCK

MET, FAILED, NOT_DUE, UNKNOWN, ASKED = "达标", "未达标", "未到期", "数据不足", "待核"


def _in_scope(evidence: Evidence) -> pd.DataFrame:
    types = set(evidence.indicator.entity_types)
    if evidence.switches["kindergartens"] == "count":
        types.add(KINDERGARTEN)
    types.add("")  # of unknown type: its figures are in question, and so is whether all schools comply
    return evidence.schools[evidence.schools["type"].isin(types)]


def _cells(evidence: Evidence, measure: str) -> dict[tuple[str, str], tuple[Fraction | None, str, int]]:
    """(school, period) → (value or None, state, observation id) of one measure."""
    rows = evidence.observations[evidence.observations["measure"].eq(measure)]
    return {
        (r.entity, r.period): (exact(float(r.value)) if r.state in COUNTED else None, r.state, r.obs)
        for r in rows.itertuples()
    }


def _no_roster(evidence: Evidence) -> Judgement:
    lead = next((u.name for u in evidence.plan.units if u.id == evidence.lead), evidence.lead)
    return Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict=f"{lead}未报学校明细", goal=100.0, value_unit="%",
        low=0.0, high=100.0, missing=("学校明细",), rating=Rating.UNKNOWN,
    )  # fmt: skip


def per_entity_per_period(evidence: Evidence) -> Judgement:
    """Each school in each term reaches the target; the mean over schools says nothing (worked example E4).

    The value is the share of due school-terms that comply. A term that is not over is 未到期 unless the school
    has reached the target already; it is not in the denominator. Schools that did not answer stay in the
    denominator: the bounds take them as all failing and all complying.
    """
    indicator = evidence.indicator
    schools, cells = _in_scope(evidence), _cells(evidence, indicator.measures[0].id)
    if schools.empty:
        return _no_roster(evidence)
    target, entities, periods = exact(indicator.target), [], []
    met_all = unknown_all = due_all = anything = 0
    for period in evidence.periods:
        statuses, sources = [], []
        for school in schools.itertuples():
            value, state, obs = cells.get((school.entity, period.label), (None, "missing", None))
            status = _status(value, state, target, over=period.over(evidence.as_of))
            statuses.append(status)
            anything += bool(value)
            sources += [obs] if value is not None else []
            entities.append(_entity(school, period.label, value, status, obs))
        met, unknown = statuses.count(MET), statuses.count(UNKNOWN) + statuses.count(ASKED)
        if period.over(evidence.as_of):
            met_all, unknown_all, due_all = met_all + met, unknown_all + unknown, due_all + len(statuses)
            periods.append(_share_row(period.label, met, unknown, len(statuses), sources))
        else:
            periods.append(period_row(period.label, NAN, NAN, NAN, 100.0, NOT_DUE, sources))
    return _shares(evidence, met_all, unknown_all, due_all, periods, entities, anything=bool(anything),
                   label="达标校学期占比", what="校学期")  # fmt: skip


def every_entity(evidence: Evidence) -> Judgement:
    """Every school reaches the target at the as-of date; an average above it proves nothing (worked example E6)."""
    indicator = evidence.indicator
    schools, cells = _in_scope(evidence), _cells(evidence, indicator.measures[0].id)
    if schools.empty:
        return _no_roster(evidence)
    entities, sources = [], []
    for school in schools.itertuples():
        value, state, obs = cells.get((school.entity, STOCK), (None, "missing", None))
        status = _status(value, state, exact(indicator.target), over=True)
        sources += [obs] if value is not None else []
        entities.append(_entity(school, STOCK, value, status, obs))
    statuses = [row["status"] for row in entities]
    met, unknown = statuses.count(MET), statuses.count(UNKNOWN) + statuses.count(ASKED)
    label = evidence.as_of.isoformat()
    row = _share_row(label, met, unknown, len(statuses), sources)
    judged = _shares(evidence, met, unknown, len(statuses), [row], entities, anything=met > 0,
                     label="达标学校占比", what="所学校")  # fmt: skip
    if met == len(statuses):
        judged.rating = Rating.DONE
    return judged


def pooled_ratio(evidence: Evidence) -> Judgement:
    """Sum of numerators ÷ sum of denominators, period by period; school rates are never averaged (example E5).

    The weakest period that is over decides. A school without a usable numerator is bounded by none and all of its
    denominator taking part; a numerator above its denominator counts visits, not persons, and is not used.
    """
    indicator, rules = evidence.indicator, evidence.plan.rating
    roles = {measure.role: measure.id for measure in indicator.measures}
    above, below = _cells(evidence, roles["numerator"]), _cells(evidence, roles["denominator"])
    schools = _in_scope(evidence)
    if schools.empty:
        return _no_roster(evidence)
    target, entities, periods, due = exact(indicator.target) / 100, [], [], []
    gaps: list[str] = []
    for period in evidence.periods:
        over = period.over(evidence.as_of)
        part = whole = pending = Fraction()
        unbounded, sources = False, []
        for school in schools.itertuples():
            number, state, first = above.get((school.entity, period.label), (None, "missing", None))
            size, told, second = below.get((school.entity, period.label), (None, "missing", None))
            if size == 0 and not number and state != "rejected":
                continue  # without pupils there is nobody to take part
            if number is not None and size is not None and 0 < size >= number:
                part, whole, rate = part + number, whole + size, number / size
                sources += [first, second]
                status = MET if rate >= target else FAILED
            else:
                rate, status = None, ASKED if PENDING in (state, told) else UNKNOWN
                unbounded = unbounded or size is None
                pending += size or 0
                if over:
                    gaps.append(
                        f"{school.entity}（{period.label}）{'待核' if status == ASKED else '缺参与数据'}"
                    )
            percent = None if rate is None else rate * 100
            entities.append(_entity(school, period.label, percent, status if over else NOT_DUE, first))
        if not over:
            periods.append(period_row(period.label, NAN, NAN, NAN, float(target * 100), NOT_DUE, sources))
            continue
        value, low, high = _pooled(part, whole, pending, unbounded=unbounded)
        due.append((period.label, value, low, high, part, whole))
        status = (
            MET
            if low is not None and low >= target
            else FAILED
            if high is not None and high < target
            else UNKNOWN
        )
        periods.append(period_row(period.label, _percent(value), _percent(low), _percent(high), float(target * 100),
                                  status, sources))  # fmt: skip
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict="", goal=float(target * 100), value_unit="%",
        value_label="最低学年合并比率", expected=float(target * 100), missing=tuple(gaps),
        sources=tuple(obs for row in periods if row["status"] != NOT_DUE for obs in row["sources"]),
        periods=periods, entities=entities,
    )  # fmt: skip
    known = [row for row in due if row[1] is not None]
    if not known:
        judged.rating = Rating.UNKNOWN if due else Rating.UNRATED
        judged.verdict = "无可用的参与数据" if due else "尚无到期学年"
        return judged
    low = min((row[2] if row[2] is not None else Fraction()) for row in due)
    high = min((row[3] if row[3] is not None else Fraction(1)) for row in due)
    anything = any(row[4] for row in due)
    judged.worst, judged.best = (
        compliance(bound / target, evidence.stage, rules) if anything or bound > 0 else Rating.NOT_STARTED
        for bound in (low, high)
    )
    label, value, _, _, part, whole = min(known, key=lambda row: row[1])
    judged.low, judged.high = _percent(low), _percent(high)
    judged.formula = f"{label}：{int(part)}÷{int(whole)}"
    met = (
        "各学年均达到要求"
        if low >= target
        else "未全部达到要求"
        if high < target
        else "能否全部达到要求取决于缺报学校"
    )
    judged.verdict = f"{label}合并参与率最低，{met}"
    if not judged.missing:
        judged.value, judged.share = _percent(value), float(value / target)
        judged.pace = judged.share
    elif judged.worst == judged.best:
        judged.value, judged.share = _percent(value), float(value / target)
    return judged


def _pooled(
    part: Fraction, whole: Fraction, pending: Fraction, *, unbounded: bool
) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Ratio of the schools that answered, and its bounds over those that did not (unknown sizes: no bounds)."""
    value = part / whole if whole else None
    if unbounded or not whole + pending:
        return value, None, None
    return value, part / (whole + pending), (part + pending) / (whole + pending)


def _percent(value: Fraction | None) -> float:
    return NAN if value is None else float(value * 100)


def _status(value: Fraction | None, state: str, target: Fraction, *, over: bool) -> str:
    if value is not None and value >= target:
        return MET
    if not over:
        return NOT_DUE
    if value is None:
        return ASKED if state == PENDING else UNKNOWN
    return FAILED


def _entity(school: tuple, period: str, value: Fraction | None, status: str, obs: int | None) -> dict:
    return {"entity": school.entity, "type": school.type, "rural": school.rural, "period": period,
            "value": NAN if value is None else float(value), "status": status,
            "sources": () if obs is None else (obs,)}  # fmt: skip


def _share_row(label: str, met: int, unknown: int, whole: int, sources: Sequence[int]) -> dict:
    low, high = met / whole * 100, (met + unknown) / whole * 100
    status = MET if met == whole else FAILED if met + unknown < whole else UNKNOWN
    return period_row(label, NAN if unknown else low, low, high, 100.0, status, sources)


def _shares(evidence: Evidence, met: int, unknown: int, due: int, periods: list[dict], entities: list[dict], *,
            anything: bool, label: str, what: str) -> Judgement:  # fmt: skip
    """Judgement on a share of schools or school-terms, all of which must comply."""
    rules, stage = evidence.plan.rating, evidence.stage
    gaps = tuple(
        f"{row['entity']}{'' if row['period'] == STOCK else '（' + row['period'] + '）'}{'待核' if row['status'] == ASKED else '缺报'}"
        for row in entities
        if row["status"] in (ASKED, UNKNOWN)
    )
    judged = Judgement(
        worst=Rating.NOT_STARTED, best=Rating.DONE, verdict="", goal=100.0, value_unit="%", value_label=label,
        expected=100.0, formula=f"{met}÷{due}", missing=gaps,
        sources=tuple(obs for row in periods if row["status"] != NOT_DUE for obs in row["sources"]),
        periods=periods, entities=entities,
    )  # fmt: skip
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, "尚无到期学期"
        return judged
    low, high = Fraction(met, due), Fraction(met + unknown, due)
    judged.worst, judged.best = (
        compliance(bound, stage, rules, every=True) if anything or bound > 0 else Rating.NOT_STARTED
        for bound in (low, high)
    )
    judged.low, judged.high = float(low * 100), float(high * 100)
    judged.verdict = f"{due}个{what}中{met}个达标" if what == "校学期" else f"{due}{what}中{met}所达标"
    if unknown:
        judged.verdict += f"、{unknown}{'个' if what == '校学期' else '所'}缺数据"
    if not unknown or judged.worst == judged.best:
        judged.value = judged.low
        judged.share = judged.pace = float(low)
    return judged
