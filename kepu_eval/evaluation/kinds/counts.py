"""Counts by year that several units contribute to: cumulative and annual targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kepu_eval.evaluation.cells import Cell, CellState
from kepu_eval.evaluation.intervals import Interval, added, exactly, weakest
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
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.overlaps import Removal, removals
from kepu_eval.evaluation.rating import attainment, compliance, exact
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
    indicator, rules = evidence.indicator, evidence.plan.rating
    years = years_of(evidence, evidence.cells, evidence.years)
    counted = [y for y in years if evidence.stage is Stage.DISPATCH or y.period.over(evidence.judged_on)]
    target, share_of_time = exact(indicator.target), evidence.time_share
    total = added(year.bounds for year in counted)
    told = [year for year in counted if year.reported is not None]
    reported = sum((year.reported or Fraction() for year in counted), Fraction())

    def rated(value: Fraction | None) -> Rating:
        if value is None:
            return Rating.DONE
        return attainment(value / target, share_of_time, evidence.stage, rules)

    cells = tuple(cell for year in counted for cell in year.cells)
    judged = Judgement(
        **rated_from(rated(total.low), rated(total.high), rated(reported) if told else Rating.UNKNOWN, total),
        verdict=Verdict(""),
        goal=float(target),
        value_unit=indicator.unit,
        value_label="累计",
        expected=float(target * share_of_time),
        summed=float(sum((year.summed for year in counted), Fraction())),
        deduplicated=float(reported),
        formula=_terms(told),
        operands=(float(reported), float(target)),
        missing=open_answers(cells),
        sources=tuple(obs for year in counted for obs in year.sources),
        periods=[_cumulative_row(year, due=year in counted) for year in years],
        cells=tuple(cell for year in years for cell in year.cells),
    )
    if not counted:  # nothing is over yet: neither a figure nor a pace is due
        judged.worst, judged.best = _first_year(years)
    if not told:
        judged.verdict = Verdict("尚无可计入的上报数")
        return judged
    share = reported / target
    if not _lead_open(cells):  # what contributors may add makes it a lower bound, not another figure
        judged.value, judged.share = float(reported), float(share)
        judged.pace = float(share / share_of_time) if share_of_time else NAN
    judged.verdict = Verdict(_accumulating(evidence, share))
    if not total.known:
        judged.verdict = say("已报合计{reported}" + indicator.unit, reported=reported) + _outlook(judged)
    return judged


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


def _accumulating(evidence: Evidence, share: Fraction) -> str:
    if share >= 1:
        return "已达到目标"
    if evidence.stage is Stage.FINAL:
        return "未达到目标"
    return "达到应达进度" if share >= evidence.time_share else "低于应达进度"


def annual(evidence: Evidence) -> Judgement:
    """Every year by itself, never the mean (worked examples E2, E3).

    A year complies when its worst case reaches the target, and fails when its best case does not; in between it is
    open. A part (其中) needs its total: without it the year is open, and a part above its total is sent back.
    The value shown is the weakest year's. Final: all years 完成; enough years together with the full total is
    基本完成 (``annual_near`` in the plan file); otherwise 未完成.
    """
    indicator, target = evidence.indicator, exact(evidence.indicator.target)
    years = years_of(evidence, evidence.cells, evidence.periods)
    wholes = _wholes(evidence) if indicator.of_which else {}
    asked = [year for year in years if year.period.over(evidence.judged_on)]
    due = len(asked)
    statuses = {
        y.period.label: _status(y, target, wholes.get(y.period.label, _NO_WHOLE), due=y in asked)
        for y in years
    }
    met = sum(statuses[y.period.label] == MET for y in asked)
    unsure = [y for y in asked if statuses[y.period.label] not in (MET, FAILED)]
    bounds = [_within(y.bounds, wholes.get(y.period.label)) for y in asked]
    total, told = added(bounds), [y for y in asked if y.reported is not None]
    known_sum = sum((y.reported or Fraction() for y in told), Fraction())
    cells = tuple(cell for year in asked for cell in year.cells)
    judged = Judgement(
        **rated_from(
            _annual_rating(evidence, met, due, total.low),
            _annual_rating(evidence, met + len(unsure), due, total.high),
            _annual_rating(evidence, sum((y.reported or 0) >= target for y in asked), due, known_sum)
            if told
            else Rating.UNKNOWN,
            weakest(bounds) if bounds else Interval(Fraction(), None),
        ),
        verdict=say("{met}/{due}年", met=met, due=due),
        goal=float(target),
        value_unit=indicator.unit,
        value_label="最低年度",
        expected=float(target),
        summed=float(sum((y.summed for y in years), Fraction())),
        deduplicated=float(sum((y.reported or Fraction() for y in years), Fraction())),
        operands=(met, due),
        formula="、".join(
            f"{y.period.label}年{number_text(y.reported)}" for y in years if y.reported is not None
        ),
        missing=open_answers(cells),
        sources=tuple(obs for year in years for obs in year.sources),
        periods=[_annual_row(year, target, statuses[year.period.label]) for year in years],
        cells=tuple(cell for year in years for cell in year.cells),
    )
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, Verdict("尚无到期年度")
        return judged
    if not unsure and told:
        judged.value, judged.share = float(min(y.reported or Fraction() for y in asked)), met / due
        judged.pace = judged.share
    judged.verdict = _annual_verdict(met, due, unsure, statuses)
    if indicator.requires == "rural_schools" and not evidence.schools["rural"].eq(True).any():
        wanted = f"{evidence.plan.meta.rural}学校名录"
        judged.worst, judged.best, judged.verdict = (
            Rating.NOT_STARTED,
            Rating.DONE,
            Verdict(f"缺{wanted}，无法判定"),
        )
        judged.missing = (*judged.missing, wanted)
    return judged


def _annual_verdict(met: int, due: int, unsure: list[Year], statuses: Mapping[str, str]) -> Verdict:
    if not unsure:
        return say(f"{'逐年达标' if met == due else '未逐年达标'}（{{met}}/{{due}}年）", met=met, due=due)
    listed = "、".join(f"{y.period.label}年{statuses[y.period.label]}" for y in unsure)
    return say("{due}个年度中{met}个确定达标，", due=due, met=met) + Verdict(listed)


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


def _status(year: Year, target: Fraction, whole: Interval | None, *, due: bool) -> str:
    low, high = year.bounds
    if whole is not None and whole.high is not None and low > whole.high:
        return SENT_BACK
    if low >= target and whole is not None:
        return MET
    if not due:
        return NOT_DUE
    if whole is None:
        return ASKED
    return FAILED if high is not None and high < target else year.in_doubt


def _annual_row(year: Year, target: Fraction, status: str) -> dict:
    low, high = year.bounds.floats
    value = NAN if year.reported is None or status == SENT_BACK else float(year.reported)
    return period_row(year.period.label, value, low, high, float(target), status, year.sources)


def _annual_rating(evidence: Evidence, met: int, due: int, whole: Fraction | None) -> Rating:
    """Rating with ``met`` of ``due`` years; ``whole`` is the sum of all years (``None``: nothing bounds it)."""
    if not due or whole == 0:
        return Rating.NOT_STARTED
    rules, share = evidence.plan.rating, Fraction(met, due)
    if evidence.stage is not Stage.FINAL or share == 1:
        return compliance(share, evidence.stage, rules)
    near = rules.annual_near
    required = due * exact(evidence.indicator.target)
    enough = whole is None or whole / required >= exact(near.total_of_target)
    return Rating.NEARLY_DONE if share >= exact(near.share_of_periods) and enough else Rating.NOT_DONE
