"""Levels that the lead tells for the end of each year: stocks and trends."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import pairwise

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import ANYTHING
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
    open_answers,
    period_row,
    rated_from,
)
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rating import attainment, banded, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import BASELINE, Period, Stage


def stock(evidence: Evidence) -> Judgement:
    """Level at the last year-end against the target; years are never summed (worked example E7).

    Level method: level ÷ target. Gain method (switch ``stock_method``, needs a baseline): the growth since the
    baseline ÷ the growth required. Reaching the target is reaching it by either.
    """
    indicator, target = evidence.indicator, exact(evidence.indicator.aim)
    told = levels(evidence, "value")
    due = [p.label for p in evidence.years if p.over(evidence.judged_on)]
    base = told.get(BASELINE)
    level = told[due[-1]].bounds if due and due[-1] in told else ANYTHING
    worst, best = (
        _of_level(evidence, end, base, at_best=at_best)
        for end, at_best in zip(level, (False, True), strict=True)
    )
    judged = Judgement(
        **rated_from(worst, best, worst if level.known else Rating.UNKNOWN, level),
        verdict=Verdict("缺最近一个年末的数据"),
        goal=float(target),
        value_unit=indicator.unit,
        value_label="年末数",
        expected=float(target * evidence.time_share),
        baseline=NAN if base is None or base.value is None else float(base.value),
        missing=open_answers(told[label] for label in due if label in told),
        sources=tuple(cell.obs for cell in told.values() if cell.known and cell.obs is not None),
        periods=[level_row(p, told.get(p.label), evidence) for p in evidence.years],
        cells=tuple(told.values()),
    )
    if not level.known:
        return judged
    share, start = _share(evidence, level.low, None if base is None else base.value)
    judged.value, judged.share = float(level.low), float(share)
    judged.pace = float(share / evidence.time_share) if evidence.time_share else NAN
    judged.formula = f"{due[-1]}年末数"
    judged.operands = (float(level.low - (start or 0)), float(target - (start or 0)))
    if start is not None:
        judged.formula += f"（增量法：基期{number_text(start)}）"
        judged.expected = float(start + (target - start) * evidence.time_share)
    if level.low >= target:
        judged.verdict = Verdict("已达到目标")
    elif evidence.stage is Stage.FINAL:
        judged.verdict = Verdict("未达到目标")
    else:
        judged.verdict = Verdict("达到应达进度" if share >= evidence.time_share else "低于应达进度")
    return judged


def _of_level(evidence: Evidence, level: Fraction | None, base: Cell | None, *, at_best: bool) -> Rating:
    """Rating of a level; where the baseline that it needs is not known, of the one that speaks least (or most) for it."""
    target = exact(evidence.indicator.aim)
    if level is None or level >= target:
        return Rating.DONE
    start = None if base is None else base.value
    if base is not None and start is None and evidence.switches["stock_method"] == "gain":
        start = Fraction() if at_best else level  # from nothing all of it was gained, from here none of it
    share, _ = _share(evidence, level, start)
    return attainment(share, evidence.time_share, evidence.stage, evidence.plan.rating)


def _share(evidence: Evidence, level: Fraction, base: Fraction | None) -> tuple[Fraction, Fraction | None]:
    """Share of the target (or of the growth) reached, and of the growth where it began."""
    target = exact(evidence.indicator.aim)
    if evidence.switches["stock_method"] == "gain" and base is not None and base < target:
        return (level - base) / (target - base), base
    return level / target, None


def levels(evidence: Evidence, measure: str) -> dict[str, Cell]:
    """The cells of one series by period, of the unit that has to tell it."""
    teller = evidence.order[0] if evidence.order else ""
    if name := evidence.indicator.teller(measure, ""):
        teller = evidence.plan.unit(name).id
    return {cell.period: cell for cell in evidence.cells if cell.unit == teller and cell.measure == measure}


def level_row(period: Period, cell: Cell | None, evidence: Evidence) -> dict:
    """One year of a series as a row of ``indicator_periods``."""
    due = period.over(evidence.judged_on)
    if cell is None or cell.value is None:
        asked = cell is not None and cell.state is CellState.QUESTION
        status = NOT_DUE if not due else ASKED if asked else "缺报"
        return period_row(period.label, NAN, *ANYTHING.floats, NAN, status, ())
    value = float(cell.value)
    return period_row(period.label, value, value, value, NAN, "—" if due else NOT_DUE, [cell.obs])


def trend(evidence: Evidence) -> Judgement:
    """Every year above the one before (``decreasing``: below it), in every series; first against last does not do (worked example E9)."""
    indicator = evidence.indicator
    due = [p.label for p in evidence.periods if p.over(evidence.judged_on)]
    first = BASELINE
    if evidence.switches["pre_issue_years"] == "exclude":
        first = str(evidence.plan.meta.issued.year - 1)
    falling = indicator.operator == "decreasing"
    wanted = "下降" if falling else "增长"
    falls, gaps, rows, cells = [], [], [], []
    broken = _broken(evidence, [first, *due])
    for measure, name in [(m.id, m.name) for m in indicator.measures] or [("value", indicator.name)]:
        series = levels(evidence, measure)
        cells += [series[label] for label in (first, *due) if label in series]
        for before, label in pairwise([first, *due]):
            if label in broken:
                continue
            status = _step(series.get(before), series.get(label), falls=falling)
            falls += [f"{name}{label}年未{wanted}"] * (status == FAILED)
            gaps += [f"{name}{label}年增减无法判断"] * (status == UNKNOWN)
            rows.append(_step_row(label, status, measure, [series.get(before), series.get(label)]))
    said = [
        *falls,
        *(f"{label}年口径变更，与上年不可比" for label in broken),
        *["部分年份无法判断"] * bool(gaps),
    ]
    steps, unknown = len(rows), len(gaps)
    rising = steps - unknown - len(falls)
    judged = Judgement(
        worst=Rating.UNKNOWN,
        best=Rating.UNKNOWN,
        verdict=Verdict("；".join(said) or f"各年均{wanted}"),
        goal=100.0,
        value_unit="%",
        value_label=f"{wanted}年份占比",
        expected=100.0,
        formula=f"{rising}÷{steps}",
        operands=(rising, steps),
        missing=(*gaps, *open_answers(cells)),
        sources=tuple(cell.obs for cell in cells if cell.known and cell.obs is not None),
        periods=rows,
        cells=tuple(cells),
    )
    if not steps:
        judged.rating, judged.verdict = Rating.UNRATED, Verdict("尚无到期年度")
        return judged
    _rate_trend(judged, evidence, rising, unknown, steps)
    return judged


def _rate_trend(judged: Judgement, evidence: Evidence, rising: int, unknown: int, steps: int) -> None:
    """Rate by the share of the steps that went the right way, at worst and at best."""
    low, high = Fraction(rising, steps), Fraction(rising + unknown, steps)
    judged.worst, judged.best = _trend_rating(evidence, low), _trend_rating(evidence, high)
    if steps > unknown:
        judged.reported = _trend_rating(evidence, Fraction(rising, steps - unknown))
    judged.low, judged.high = float(low * 100), float(high * 100)
    if not unknown:
        judged.value, judged.share = judged.low, rising / steps
        judged.pace = judged.share


def _broken(evidence: Evidence, labels: list[str]) -> list[str]:
    """Years that don't compare with the one before, because the indicator counts something else from then on."""
    ends = {period.label: period.end for period in evidence.periods}
    start = dt.date(evidence.plan.meta.first_year - 1, 12, 31)
    return [
        label for before, label in pairwise(labels)
        if not evidence.indicator.comparable(ends.get(before, start), ends[label])
    ]  # fmt: skip


def _step(before: Cell | None, after: Cell | None, *, falls: bool) -> str:
    if before is None or after is None or before.value is None or after.value is None:
        return UNKNOWN
    return MET if (after.value < before.value if falls else after.value > before.value) else FAILED


def _step_row(label: str, status: str, measure: str, pair: list[Cell | None]) -> dict:
    sources = [cell.obs for cell in pair if cell is not None and cell.known and cell.obs is not None]
    after = pair[1]
    value = NAN if after is None or after.value is None else float(after.value)
    low, high = (value, value) if value == value else ANYTHING.floats
    return period_row(label, value, low, high, NAN, status, sources, measure)


def _trend_rating(evidence: Evidence, share: Fraction) -> Rating:
    if evidence.stage is Stage.FINAL:
        return Rating.DONE if share == 1 else Rating.NOT_DONE
    return banded(share, evidence.plan.rating.midterm_pace)
