"""Counts by year that several units contribute to: cumulative and annual targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import Interval, added, exactly, strongest, weakest
from kepu_eval.evaluation.kinds.base import (
    ASKED,
    FAILED,
    MET,
    NAN,
    NOT_DUE,
    SENT_BACK,
    UNKNOWN,
    Evidence,
    Judgement,
    Verdict,
    open_answers,
    period_row,
    rated_from,
    say,
)
from kepu_eval.evaluation.kinds.goal import Goal, final_goal, summed
from kepu_eval.evaluation.model import Rating, best_first
from kepu_eval.evaluation.overlaps import Removal, removals
from kepu_eval.evaluation.rating import compliance, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import Period, Stage

_NO_WHOLE = Interval(Fraction(), None)
"""In place of a total, for an indicator that is part of none."""
_IN_DOUBT = (CellState.QUESTION, CellState.DUPLICATE)


@dataclass(frozen=True)
class Year:
    """One year's figure: bounds over what is open, the sum of what counts, and the cells behind it.

    ``reported``: what the figures that count alone give, None when the lead told none and nobody anything; ``twice``: what the round suggests
    comes off ``summed`` because two units reported one activity.
    """

    period: Period
    bounds: Interval
    summed: Fraction
    twice: Fraction
    cells: tuple[Cell, ...]

    @property
    def reported(self) -> Fraction | None:
        """What the figures that count alone give."""
        told = self.summed or any(cell.known and not cell.optional for cell in self.cells)
        return self.summed - self.twice if told else None

    @property
    def sources(self) -> tuple[int, ...]:
        """Observations that count."""
        return tuple(cell.obs for cell in self.cells if cell.known and cell.obs is not None)

    @property
    def open(self) -> bool:
        """Whether anything about it is not known."""
        return not self.bounds.known

    @property
    def in_doubt(self) -> str:
        """How an open year is shown: an answer is awaited, or a figure."""
        return ASKED if any(cell.state in _IN_DOUBT for cell in self.cells) else UNKNOWN


def years_of(evidence: Evidence, cells: Iterable[Cell], periods: Iterable[Period]) -> list[Year]:
    """The years of an indicator, from its contributors' cells and what they reported twice."""
    by_place = {(cell.unit, cell.period): cell for cell in cells}
    twice: Mapping[str, Removal] = {}
    if evidence.overlaps and evidence.switches["duplicates"] == "deduplicated":
        twice = removals(evidence.overlaps, by_place, evidence.order)
    names = {unit.id: unit.name for unit in evidence.plan.units}
    found = []
    for period in periods:
        mine = [cell for cell in by_place.values() if cell.period == period.label]
        removal = twice.get(period.label, Removal())
        total = added(cell.bounds for cell in mine).less(removal.interval)
        summed = sum((cell.value for cell in mine if cell.value is not None), Fraction())
        marked = tuple(_suspected(cell, removal, names) for cell in mine)
        found.append(Year(period, total, summed, removal.told, marked))
    return found


def _suspected(cell: Cell, removal: Removal, names: Mapping[str, str]) -> Cell:
    """The cell, or, where some of it may have been reported by another unit as well, its bounds without and with that."""
    part = removal.by_unit.get(cell.unit)
    if not part or cell.value is None:
        return cell
    bounds = Interval(cell.value - part, cell.value)
    answer = f"{names.get(cell.unit, cell.unit)}所报活动"
    return Cell(cell.unit, cell.measure, cell.entity, cell.period, CellState.DUPLICATE, bounds, cell.value, cell.optional,
                cell.obs, answer, cell.proven)  # fmt: skip


def cumulative(evidence: Evidence) -> Judgement:
    """Sum of the years from the plan's start against the target at the horizon (worked example E1).

    Years before the notice was issued count always: a plan's totals run from its first year (ambiguity I09). A year's
    figure counts once the year is over, so that value and pace are about the same time. Trainings that two units
    report are counted once unless the switch ``duplicates`` says otherwise; both sums are kept.
    """
    indicator, share_of_time = evidence.indicator, evidence.time_share
    goal = final_goal(indicator)
    target = goal.target
    years = years_of(evidence, evidence.cells, evidence.years)
    counted = [y for y in years if evidence.stage is Stage.DISPATCH or y.period.over(evidence.judged_on)]
    total = added(year.bounds for year in counted)
    told = [year for year in counted if year.reported is not None]
    reported = sum((year.reported or Fraction() for year in counted), Fraction())
    cells = tuple(cell for year in counted for cell in year.cells)
    known = [exactly(cell.value or Fraction()) for cell in cells]
    alone = _of_total(evidence, goal, exactly(reported), cells, known)[0] if told else Rating.UNKNOWN
    worst, best = _of_total(evidence, goal, total, cells, [cell.bounds for cell in cells])
    judged = Judgement(
        **rated_from(worst, best, alone, total),
        verdict=Verdict(""),
        goal=float(target),
        value_unit=indicator.unit,
        value_label="累计",
        expected=float(target * share_of_time),
        summed=float(sum((year.summed for year in counted), Fraction())),
        deduplicated=float(reported),
        formula=_terms(told),
        operands=(float(reported), float(target)) if goal.floor else (),
        missing=open_answers(cells),
        sources=tuple(obs for year in counted for obs in year.sources),
        periods=[_cumulative_row(year, due=year in counted) for year in years],
        cells=tuple(cell for year in years for cell in year.cells),
    )
    if not counted:  # nothing is over yet: neither a figure nor a pace is due
        judged.worst, judged.best = _first_year(years)
        if not goal.floor:
            judged.rating = Rating.UNRATED
    if not told:
        judged.verdict = Verdict("尚无可计入的上报数")
        return judged
    if not _lead_open(cells):  # what contributors may add makes it a lower bound, not another figure
        judged.value, judged.share = float(reported), float(reported / target) if target else NAN
        judged.pace = judged.share / float(share_of_time) if share_of_time else NAN
    judged.verdict = _accumulating(evidence, goal, reported) + _behind_shares(evidence, cells)
    if not total.known:
        judged.verdict = say("已报合计{reported}" + indicator.unit, reported=reported) + _outlook(judged)
    return judged


def _of_total(evidence: Evidence, goal: Goal, total: Interval, cells: tuple[Cell, ...],
              bounds: list[Interval]) -> tuple[Rating, Rating]:  # fmt: skip
    """Worst and best class of a sum; of one that is shared out, what a unit does beyond its share makes up for nobody."""
    rules, passed = evidence.plan.rating, evidence.time_share

    def of(end: Fraction | None, share: Fraction = passed) -> Rating:
        return summed(goal, end, share, evidence.stage, rules)

    if not evidence.indicator.shares:
        found = best_first([of(end) for end in goal.ends(total)])
        return found[-1], found[0]
    whole = within_shares(evidence, cells, bounds, Fraction(1))
    by_now = within_shares(evidence, cells, bounds, passed)
    early = evidence.stage is not Stage.FINAL
    found = [
        of(full) if not early or full is None or full >= goal.target else of(now)
        for full, now in zip(whole, by_now, strict=True)
    ]
    return found[0], found[1]


def within_shares(
    evidence: Evidence, cells: Iterable[Cell], bounds: Iterable[Interval], part: Fraction
) -> Interval:
    """The sum of what each unit contributed, counted up to ``part`` of its share."""
    most = {evidence.plan.unit(s.unit).id: exact(s.target) * part for s in evidence.indicator.shares}
    by_unit: dict[str, list[Interval]] = {}
    for cell, bound in zip(cells, bounds, strict=True):
        by_unit.setdefault(cell.unit, []).append(bound)
    sums = {unit: added(parts) for unit, parts in by_unit.items() if unit in most}
    return added(
        Interval(min(s.low, most[unit]), most[unit] if s.high is None else min(s.high, most[unit]))
        for unit, s in sums.items()
    )


def _behind_shares(evidence: Evidence, cells: Iterable[Cell]) -> Verdict:
    """Units whose own figures do not reach their share, in words."""
    told = Verdict("")
    for share in evidence.indicator.shares:
        mine = [cell.value or Fraction() for cell in cells if cell.unit == evidence.plan.unit(share.unit).id]
        if sum(mine, Fraction()) < exact(share.target):
            told += say(f"；{share.unit}{{reached}}（分担{{share}}）", reached=sum(mine, Fraction()), share=exact(share.target))  # fmt: skip
    return told


def _first_year(years: list[Year]) -> tuple[Rating, Rating]:
    """Bounds before the first year is over: something reported is under way, nothing may be anything."""
    if any(year.bounds.low > 0 for year in years):
        return Rating.UNDER_WAY, Rating.DONE
    if years and all(year.bounds == exactly(Fraction()) for year in years):
        return Rating.NOT_STARTED, Rating.NOT_STARTED
    return Rating.NOT_STARTED, Rating.DONE


def _lead_open(cells: Iterable[Cell]) -> bool:
    return any(not cell.optional and not cell.known for cell in cells)


def _outlook(judged: Judgement) -> Verdict:
    """What the open part leaves possible, in words."""
    if judged.worst == judged.best:
        return Verdict(f"，其余未报或待核，不影响判定（{judged.worst}）")
    return Verdict(f"，另有未报或待核：最差{judged.worst}，最好{judged.best}")


def _terms(told: list[Year]) -> str:
    terms = "+".join(number_text(year.summed) for year in told)
    removed = sum((year.twice for year in told), Fraction())
    return terms + (f"−{number_text(removed)}（疑似重复）" if removed else "")


def _cumulative_row(year: Year, *, due: bool) -> dict:
    low, high = year.bounds.floats
    status = NOT_DUE if not due else "—" if not year.open else ASKED if year.in_doubt == ASKED else "缺报"
    value = NAN if year.reported is None else float(year.reported)
    return period_row(year.period.label, value, low, high, NAN, status, year.sources)


def _accumulating(evidence: Evidence, goal: Goal, total: Fraction) -> Verdict:
    final = evidence.stage is Stage.FINAL
    if goal.floor:
        if goal.met(total):
            return Verdict("已达到目标")
        behind = "达到应达进度" if total / goal.target >= evidence.time_share else "低于应达进度"
        return Verdict("未达到目标" if final else behind)
    if final:
        return Verdict("未突破要求" if goal.met(total) else "不符合要求")
    kept = goal.less(evidence.time_share).met(total)
    return Verdict("在按时间折算的控制数以内" if kept else "超出按时间折算的控制数")


def annual(evidence: Evidence) -> Judgement:
    """Every year (month, quarter …) by itself, never the mean (worked examples E2, E3).

    A period complies when whatever its figure may be is as wanted, and fails when nothing it may be is; in between it
    is open. A part (其中) needs its total: without it the year is open, and a part above its total is sent back.
    The value shown is that of the period that is furthest off. Final: all periods 完成; enough of them together with
    the full total is 基本完成 (``annual_near`` in the plan file); otherwise 未完成.
    """
    indicator, goal = evidence.indicator, final_goal(evidence.indicator)
    years = [_shared(evidence, year) for year in years_of(evidence, evidence.cells, evidence.periods)]
    wholes = _wholes(evidence) if indicator.of_which else {}
    asked = [year for year in years if year.period.over(evidence.judged_on)]
    statuses = {
        y.period.label: _status(y, goal, wholes.get(y.period.label, _NO_WHOLE), due=y in asked) for y in years
    }
    due, met = len(asked), sum(statuses[y.period.label] == MET for y in asked)
    unsure = [y for y in asked if statuses[y.period.label] not in (MET, FAILED)]
    bounds = [_within(y.bounds, wholes.get(y.period.label)) for y in asked]
    total, told = added(bounds), [y for y in asked if y.reported is not None]
    least, most = (total.high, total.low) if goal.ceiling else (total.low, total.high)
    known_sum = sum((y.reported or Fraction() for y in told), Fraction())
    reported = sum(goal.met(y.reported or Fraction()) for y in asked)
    judged = Judgement(
        **rated_from(
            _annual_rating(evidence, goal, met, due, least),
            _annual_rating(evidence, goal, met + len(unsure), due, most),
            _annual_rating(evidence, goal, reported, due, known_sum) if told else Rating.UNKNOWN,
            (strongest if goal.ceiling else weakest)(bounds) if bounds else Interval(Fraction(), None),
        ),
        verdict=Verdict("尚无到期年度" if indicator.period in (None, "year") else "尚无到期的期间"), goal=float(goal.target),
        value_unit=indicator.unit, value_label=f"{'最高' if goal.ceiling else '最低'}{'年度' if indicator.period in (None, 'year') else '的一期'}",
        expected=float(goal.target),
        summed=float(sum((y.summed for y in years), Fraction())),
        deduplicated=float(sum((y.reported or Fraction() for y in years), Fraction())),
        operands=(met, due),
        formula="、".join(f"{y.period.name}{number_text(y.reported)}" for y in years if y.reported is not None),
        missing=open_answers(cell for year in asked for cell in year.cells),
        sources=tuple(obs for year in years for obs in year.sources),
        periods=[_annual_row(year, goal.target, statuses[year.period.label]) for year in years],
        cells=tuple(cell for year in years for cell in year.cells),
    )  # fmt: skip
    if not due:
        judged.rating = Rating.UNRATED
        return judged
    if not unsure and told:
        furthest = max if goal.ceiling else min
        judged.value, judged.share = float(furthest(y.reported or Fraction() for y in asked)), met / due
        judged.pace = judged.share
    judged.verdict = _annual_verdict(met, due, unsure, statuses)
    return _with_rural(evidence, judged)


def _with_rural(evidence: Evidence, judged: Judgement) -> Judgement:
    """The judgement, or nothing firm where it is about rural schools and nobody says which they are."""
    if evidence.indicator.requires != "rural_schools" or evidence.schools["rural"].eq(True).any():
        return judged
    wanted = f"{evidence.plan.meta.rural}学校名录"
    judged.worst, judged.best = Rating.NOT_STARTED, Rating.DONE
    judged.verdict, judged.missing = Verdict(f"缺{wanted}，无法判定"), (*judged.missing, wanted)
    return judged


def _shared(evidence: Evidence, year: Year) -> Year:
    """The year with every unit's figure counted up to its share, where the target is shared out."""
    if not evidence.indicator.shares:
        return year
    one = Fraction(1)
    bounds = within_shares(evidence, year.cells, [cell.bounds for cell in year.cells], one)
    known = within_shares(
        evidence, year.cells, [exactly(cell.value or Fraction()) for cell in year.cells], one
    )
    return replace(year, bounds=bounds, summed=known.low, twice=Fraction())


def _annual_verdict(met: int, due: int, unsure: list[Year], statuses: Mapping[str, str]) -> Verdict:
    yearly = all(label.isdigit() for label in statuses)
    each, one, of = ("逐年", "年", "个年度") if yearly else ("每期", "期", "期")
    if not unsure:
        return say(f"{'' if met == due else '未'}{each}达标（{{met}}/{{due}}{one}）", met=met, due=due)
    listed = "、".join(f"{y.period.name}{statuses[y.period.label]}" for y in unsure)
    return say(f"{{due}}{of}中{{met}}个确定达标，", due=due, met=met) + Verdict(listed)


def _wholes(evidence: Evidence) -> dict[str, Interval | None]:
    """By year, the total of which the indicator is part; None while the lead has not told it."""
    years = years_of(evidence, evidence.parent_cells, evidence.periods)
    return {y.period.label: None if _lead_open(y.cells) else y.bounds for y in years}


def _within(part: Interval, whole: Interval | None) -> Interval:
    """A part is never more than its whole; one that is will be sent back, so that nothing of it is known."""
    if whole is None or whole.high is None:
        return part
    if part.low > whole.high:
        return Interval(Fraction(), whole.high)
    return Interval(part.low, whole.high if part.high is None else min(part.high, whole.high))


def _status(year: Year, goal: Goal, whole: Interval | None, *, due: bool) -> str:
    if whole is not None and whole.high is not None and year.bounds.low > whole.high:
        return SENT_BACK
    kept = goal.certainly(year.bounds)
    if (
        kept and whole is not None and (due or goal.floor)
    ):  # a ceiling can still be passed before the period is over
        return MET
    if not due:
        return NOT_DUE
    if whole is None:
        return ASKED
    return FAILED if kept is False else year.in_doubt


def _annual_row(year: Year, target: Fraction, status: str) -> dict:
    low, high = year.bounds.floats
    value = NAN if year.reported is None or status == SENT_BACK else float(year.reported)
    return period_row(year.period.label, value, low, high, float(target), status, year.sources)


def _annual_rating(evidence: Evidence, goal: Goal, met: int, due: int, whole: Fraction | None) -> Rating:
    """Rating with ``met`` of ``due`` periods; ``whole`` is the sum of all of them (``None``: nothing bounds it)."""
    if not due or (whole == 0 and not goal.ceiling):
        return Rating.NOT_STARTED
    rules, share = evidence.plan.rating, Fraction(met, due)
    if evidence.stage is not Stage.FINAL or share == 1:
        return compliance(share, evidence.stage, rules)
    near, required = rules.annual_near, due * goal.target
    if goal.ceiling:
        enough = whole == 0 or (whole is not None and required / whole >= exact(near.total_of_target))
    else:
        enough = whole is None or whole / required >= exact(near.total_of_target)
    return Rating.NEARLY_DONE if share >= exact(near.share_of_periods) and enough else Rating.NOT_DONE
