"""Counts by year: cumulative, annual and stock targets."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from kepu_eval.evaluation.kinds.base import (
    NAN,
    Evidence,
    Judgement,
    counted,
    optional_gaps,
    period_row,
    required_gaps,
    total,
)
from kepu_eval.evaluation.model import Rating
from kepu_eval.evaluation.rating import attainment, banded, compliance, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import BASELINE, Stage


def cumulative(evidence: Evidence) -> Judgement:
    """Sum of the years from the plan's start against the target at the horizon (worked example E1).

    Years before the notice was issued count always: a plan's totals run from its first year (ambiguity I09).
    Trainings that two units report are counted once unless the switch ``duplicates`` says otherwise; both sums
    are kept. A year that the lead has not reported makes the figure a lower bound with no known upper one.
    """
    indicator, rules = evidence.indicator, evidence.plan.rating
    periods = evidence.years
    rows = counted(evidence.observations)
    gaps = required_gaps(
        evidence, evidence.observations, [p.label for p in periods if p.over(evidence.as_of)]
    )
    by_year = {p.label: rows[rows["period"].eq(p.label)] for p in periods}
    sums = {label: total(part["value"]) for label, part in by_year.items() if len(part)}
    twice = {label: min(exact(evidence.duplicated.get(label, 0.0)), value) for label, value in sums.items()}
    summed, deduplicated = (
        sum(sums.values(), Fraction()),
        sum(sums.values(), Fraction()) - sum(twice.values(), Fraction()),
    )
    value = deduplicated if evidence.switches["duplicates"] == "deduplicated" else summed
    target = exact(indicator.target)
    still = optional_gaps(evidence)
    known = attainment(value / target, evidence.time_share, evidence.stage, rules)
    share = value / target
    terms = "+".join(number_text(value) for value in sums.values())
    removed = sum(twice.values(), Fraction())
    formula = terms + (f"−{number_text(removed)}（疑似重复）" if removed and value == deduplicated else "")
    running, result = Fraction(), []
    for period in periods:
        part = by_year[period.label]
        figure = sums.get(period.label)
        running += figure or 0
        status = gaps.get(period.label, "—")
        result.append(period_row(period.label, NAN if figure is None else float(figure), float(figure or 0),
                                 NAN if period.label in gaps else float(figure or 0), NAN, status, part["obs"]))  # fmt: skip
    judged = Judgement(
        worst=known,
        best=Rating.DONE if gaps or still else known,
        verdict="",
        low=float(value),
        high=NAN if gaps or still else float(summed),
        goal=float(target),
        value_unit=indicator.unit,
        value_label="累计",
        expected=float(target * evidence.time_share),
        summed=float(summed),
        deduplicated=float(deduplicated),
        formula=formula,
        missing=(*(f"{label}年{why}" for label, why in gaps.items()), *still),
        sources=tuple(rows["obs"]),
        periods=result,
    )
    if gaps:
        judged.verdict = f"缺{'、'.join(f'{label}年' for label in gaps)}数据，已报合计不少于{number_text(value)}{indicator.unit}"
        return judged
    if not sums:
        judged.rating, judged.best, judged.high = Rating.UNKNOWN, Rating.DONE, NAN
        judged.verdict = "尚无可计入的上报数"
        return judged
    judged.value, judged.share = float(value), float(share)
    judged.pace = float(share / evidence.time_share) if evidence.time_share else NAN
    judged.rating = known
    judged.verdict = _accumulating(evidence, share) + ("，另有单位未报或待核，为下限" if still else "")
    return judged


def _accumulating(evidence: Evidence, share: Fraction) -> str:
    if share >= 1:
        return "已达到目标"
    if evidence.stage is Stage.FINAL:
        return "未达到目标"
    return "达到应达进度" if share >= evidence.time_share else "低于应达进度"


def annual(evidence: Evidence) -> Judgement:
    """Every year by itself, never the mean (worked examples E2, E3).

    A year complies when what is known reaches the target; it fails when everything is known and does not.
    A part (其中) needs its total: without it the year is pending, and a part above its total is sent back.
    The value shown is the weakest year's. Final: all years 完成; enough years together with the full total is
    基本完成 (``annual_near`` in the plan file); otherwise 未完成.
    """
    indicator, due = evidence.indicator, evidence.due
    target = exact(indicator.target)
    rows = counted(evidence.observations)
    gaps = required_gaps(evidence, evidence.observations, [p.label for p in due])
    parents = _parent_totals(evidence) if indicator.of_which else None
    result, sums = [], {}
    for period in evidence.periods:
        part = rows[rows["period"].eq(period.label)]
        figure = total(part["value"]) if len(part) else None
        if figure is not None and evidence.switches["duplicates"] == "deduplicated":
            figure -= min(exact(evidence.duplicated.get(period.label, 0.0)), figure)
        status = _year_status(figure, target, gaps.get(period.label), period.over(evidence.as_of))
        if parents is not None and figure is not None:
            whole = parents.get(period.label)
            if whole is None:
                status = "待核"
            elif figure > whole:
                status, figure = "退回", None
        if figure is not None:
            sums[period.label] = figure
        exact_value = NAN if figure is None else float(figure)
        result.append(period_row(period.label, exact_value, float(figure or 0), NAN if period.label in gaps else exact_value,
                                 float(target), status, part["obs"]))  # fmt: skip
    statuses = {row["period"]: row["status"] for row in result}
    met = sum(statuses[p.label] == "达标" for p in due)
    open_years = [p.label for p in due if statuses[p.label] in ("待核", "数据不足", "退回")]
    known_sums = [sums[p.label] for p in due if p.label in sums]
    started = any(known_sums) or bool(open_years)
    judged = Judgement(
        worst=_annual_rating(
            evidence, met, len(due), sum(known_sums, Fraction()), started and any(known_sums)
        ),
        best=_annual_rating(
            evidence,
            met + len(open_years),
            len(due),
            None if open_years else sum(known_sums, Fraction()),
            started,
        ),
        verdict="",
        goal=float(target),
        value_unit=indicator.unit,
        value_label="最低年度",
        expected=float(target),
        summed=float(total(rows["value"])),
        deduplicated=float(sum(sums.values(), Fraction())),
        formula="、".join(f"{label}年{number_text(value)}" for label, value in sums.items()),
        missing=(*(f"{label}年{statuses[label]}" for label in open_years), *optional_gaps(evidence)),
        sources=tuple(rows["obs"]),
        periods=result,
    )
    if not due:
        judged.rating, judged.verdict = Rating.UNRATED, "尚无到期年度"
        return judged
    judged.verdict = f"{'逐年达标' if met == len(due) else '未逐年达标'}（{met}/{len(due)}年）"
    if open_years:
        judged.verdict = f"{judged.verdict}，{'、'.join(f'{y}年' for y in open_years)}数据不足"
    whole_years = [sums[p.label] for p in due if p.label in sums and p.label not in open_years]
    if known_sums:
        judged.low = 0.0 if open_years else float(min(known_sums))
    if (
        whole_years
    ):  # what others told of a year that the lead left open says nothing about how high it may be
        judged.high = float(min(whole_years))
    if not open_years:
        judged.value, judged.share = float(min(known_sums)), met / len(due)
        judged.pace = judged.share
    if indicator.requires == "rural_schools" and not evidence.schools["rural"].eq(True).any():
        wanted = f"{evidence.plan.meta.rural}学校名录"
        judged.rating, judged.verdict = Rating.UNKNOWN, f"缺{wanted}，无法判定"
        judged.missing = (*judged.missing, wanted)
    return judged


def _parent_totals(evidence: Evidence) -> dict[str, Fraction]:
    parent = counted(evidence.parent)
    lead = parent[parent["unit"].eq(evidence.lead)]
    complete = set(lead["period"])
    return {label: total(part["value"]) for label, part in parent.groupby("period") if label in complete}


def _year_status(figure: Fraction | None, target: Fraction, gap: str | None, over: bool) -> str:
    if figure is not None and figure >= target:
        return "达标"
    if not over:
        return "未到期"
    if gap is not None:
        return "待核" if gap == "待核" else "数据不足"
    return "未达标"


def _annual_rating(evidence: Evidence, met: int, due: int, whole: Fraction | None, started: bool) -> Rating:
    """Rating with ``met`` of ``due`` years; ``whole`` is the sum of all years (``None``: enough, best case)."""
    if not started or not due:
        return Rating.NOT_STARTED
    rules, share = evidence.plan.rating, Fraction(met, due)
    if evidence.stage is Stage.MIDTERM or share == 1:
        return compliance(share, evidence.stage, rules)
    near = rules.annual_near
    required = due * exact(evidence.indicator.target)
    enough = whole is None or whole / required >= exact(near.total_of_target)
    return Rating.NEARLY_DONE if share >= exact(near.share_of_periods) and enough else Rating.NOT_DONE


def stock(evidence: Evidence) -> Judgement:
    """Level at the last year-end against the target; years are never summed (worked example E7).

    Level method: level ÷ target. Gain method (switch ``stock_method``, needs a baseline): the growth since the
    baseline ÷ the growth required. Reaching the target is reaching it by either.
    """
    indicator, rules = evidence.indicator, evidence.plan.rating
    target = exact(indicator.target)
    rows = counted(evidence.observations)
    own = rows[rows["unit"].eq(evidence.lead)]
    levels = {label: exact(float(part["value"].iloc[-1])) for label, part in own.groupby("period")}
    base = levels.get(BASELINE)
    periods = evidence.years
    due = [p.label for p in periods if p.over(evidence.as_of)]
    gaps = required_gaps(evidence, evidence.observations, due)
    result = [
        period_row(p.label, _number(levels.get(p.label)), _number(levels.get(p.label)), _number(levels.get(p.label)),
                   NAN, gaps.get(p.label, "—"), own.loc[own["period"].eq(p.label), "obs"])
        for p in periods
    ]  # fmt: skip
    judged = Judgement(
        worst=Rating.NOT_STARTED,
        best=Rating.DONE,
        verdict="",
        goal=float(target),
        value_unit=indicator.unit,
        value_label="年末数",
        expected=float(target * evidence.time_share),
        baseline=_number(base),
        missing=tuple(f"{label}年末数{why}" for label, why in gaps.items()),
        sources=tuple(own["obs"]),
        periods=result,
    )
    if not due or due[-1] not in levels:
        judged.verdict = "缺最近一个年末的数据"
        return judged
    level = levels[due[-1]]
    gain = evidence.switches["stock_method"] == "gain" and base is not None and base < target
    share = (level - base) / (target - base) if gain else level / target
    rating = Rating.DONE if level >= target else attainment(share, evidence.time_share, evidence.stage, rules)
    judged.worst = judged.best = judged.rating = rating
    judged.value = judged.low = judged.high = float(level)
    judged.share = float(share)
    judged.pace = float(share / evidence.time_share) if evidence.time_share else NAN
    judged.formula = f"{due[-1]}年末数" + (f"（增量法：基期{number_text(base)}）" if gain else "")
    if gain:
        judged.expected = float(base + (target - base) * evidence.time_share)
    judged.verdict = _accumulating(evidence, share)
    return judged


def _number(value: Fraction | None) -> float:
    return NAN if value is None else float(value)


def trend(evidence: Evidence) -> Judgement:
    """Every year above the one before, in every series; first against last does not do (worked example E9)."""
    indicator = evidence.indicator
    rows = counted(evidence.observations)
    own = rows[rows["unit"].eq(evidence.lead)]
    labels = [BASELINE, *(p.label for p in evidence.due)]
    if evidence.switches["pre_issue_years"] == "exclude":
        labels = [str(evidence.plan.meta.issued.year - 1), *labels[1:]]
    rising, unknown, falls, gaps, result = 0, 0, [], [], []
    measures = [(m.id, m.name) for m in indicator.measures] or [("value", indicator.name)]
    for measure, name in measures:
        series = {r.period: exact(float(r.value)) for r in own[own["measure"].eq(measure)].itertuples()}
        ids = {r.period: r.obs for r in own[own["measure"].eq(measure)].itertuples()}
        for before, label in pairwise(labels):
            if label not in series or before not in series:
                unknown += 1
                gaps.append(f"{name}{label}年增减无法判断")
                status = "数据不足"
            elif series[label] > series[before]:
                rising, status = rising + 1, "达标"
            else:
                falls.append(f"{name}{label}年未增长")
                status = "未达标"
            sources = [ids[key] for key in (before, label) if key in ids]
            value = _number(series.get(label))
            result.append(period_row(label, value, value, value, NAN, status, sources, measure))
    steps = rising + unknown + len(falls)
    judged = Judgement(
        worst=Rating.UNKNOWN,
        best=Rating.UNKNOWN,
        verdict="；".join(falls) or "各年均增长",
        goal=100.0,
        value_unit="%",
        value_label="增长年份占比",
        expected=100.0,
        formula=f"{rising}÷{steps}",
        missing=tuple(gaps),
        sources=tuple(own["obs"]),
        periods=result,
    )
    if not steps:
        judged.rating, judged.verdict = Rating.UNRATED, "尚无到期年度"
        return judged
    judged.worst = _trend_rating(evidence, Fraction(rising, steps))
    judged.best = _trend_rating(evidence, Fraction(rising + unknown, steps))
    judged.low, judged.high = rising / steps * 100, (rising + unknown) / steps * 100
    if unknown:
        judged.verdict = "；".join([*falls, "部分年份无法判断"])
    else:
        judged.value, judged.share = judged.low, rising / steps
        judged.pace = judged.share
    return judged


def _trend_rating(evidence: Evidence, share: Fraction) -> Rating:
    if evidence.stage is Stage.FINAL:
        return Rating.DONE if share == 1 else Rating.NOT_DONE
    return banded(share, evidence.plan.rating.midterm_pace)
