"""Commitments without a number: what the units' statements, taken together, say, and the evidence gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from kepu_eval.evaluation.model import NOT_RATED, Rating, band, best_first, settled
from kepu_eval.evaluation.rating import banded, capped, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import LEAD, Commitment, Period, Plan, RatingRules, Stage, begun
from kepu_eval.returns import Returns
from kepu_eval.returns.layout import OPERATING, YES_NO

_SHOWN = 3
_SELF_RATINGS = {"完成": Rating.DONE, "基本完成": Rating.NEARLY_DONE, "正在推进": Rating.UNDER_WAY,
                 "滞后": Rating.BEHIND, "未启动": Rating.NOT_STARTED}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """Rating of one commitment at worst and at best, why, and what the reported statements alone would give."""

    low: Rating
    high: Rating
    reason: str
    reported: Rating = Rating.UNKNOWN
    missing: tuple[str, ...] = ()

    @property
    def settled(self) -> Rating:
        """The rating where worst and best agree."""
        return settled(self.low, self.high)


@dataclass(frozen=True)
class Told:
    """What one round says of a commitment.

    ``lead``: the lead's row, None when there is none; ``others``: rows of responsible units; ``unread``: names of
    responsible units of which nothing could be read; ``open_cells``: (unit, sheet, cell) that hang on a question or
    were sent back; ``proofs`` usable pieces of evidence, ``listed`` whether any is named and catalogued at all.
    """

    lead: dict | None
    others: tuple[dict, ...]
    unread: tuple[str, ...]
    open_cells: frozenset[tuple[str, str, str]]
    proofs: int
    listed: bool

    @property
    def rows(self) -> list[dict]:
        """All rows, the lead's first."""
        return [row for row in (self.lead, *self.others) if row is not None]

    def is_open(self, row: dict, key: str) -> bool:
        """Whether a cell of a row is still to be settled."""
        return (row["unit"], row["sheet"], row["cells"].get(key, "")) in self.open_cells


def judge_commitments(
    plan: Plan,
    returns: Returns,
    indicators: Mapping[str, tuple[Rating, Rating, Rating]],
    reported: Mapping[str, Rating],
    as_of: dt.date,
    day: dt.date,
    stage: Stage,
    switches: Mapping[str, str],
) -> pd.DataFrame:
    """Rate every commitment; ``indicators`` gives (rating, low, high) of the quantitative ones, ``reported`` theirs.

    The lead's word counts, and what another responsible unit says against its 无 makes the year unknown until it is
    answered. A responsible unit fills in what it did itself, so that its blank claims nothing; one that sent nothing
    may still bring an action or evidence. Evidence must be listed in the unit's catalogue (佐证目录) and, where the
    attachments were given, be there; without any, nothing is better than 正在推进 (at the final: 未完成).
    """
    due = years_due(plan, day, switches)
    told = statements(plan, returns)
    towns = switches["towns_as_members"] == "count"
    expected = {task.number: 1 + len(plan.responsible(task, towns_as_members=towns)) for task in plan.tasks}
    rows = []
    for commitment in plan.commitments:
        said = told[commitment.id]
        if commitment.indicator is not None:
            rating, low, high = indicators[commitment.indicator]
            case = Case(low, high, "按量化指标判定", reported[commitment.indicator])
        else:
            case = rate_commitment(plan, commitment, said, due, as_of, stage)
            rating = case.settled
        rows.append(_row(commitment, said, case, rating, expected[commitment.task]))
    return pd.DataFrame(rows)


def _row(commitment: Commitment, said: Told, case: Case, rating: Rating, expected: int) -> dict:
    own = "" if said.lead is None else said.lead["self_rating"]
    return {
        "commitment": commitment.id,
        "task": commitment.task,
        "text": commitment.text,
        "type": commitment.type,
        "source": commitment.source,
        "indicator": commitment.indicator,
        "rating": str(rating),
        "rating_low": str(case.low),
        "rating_high": str(case.high),
        "rating_reported": str(case.reported),
        "reason": case.reason,
        "self_rating": own,
        "evidence": said.proofs,
        "reporters": len({row["unit"] for row in said.rows}),
        "expected_reporters": expected,
        "agrees": agrees(rating, own),
        "missing": case.missing,
        "statuses": tuple(row["status"] for row in said.rows),
    }


def years_due(plan: Plan, day: dt.date, switches: Mapping[str, str]) -> list[Period]:
    """Years of the plan that are over on ``day``, without those before the issue when the switch says so."""
    first = plan.meta.issued.year if switches["pre_issue_years"] == "exclude" else 0
    return [p for p in begun(plan, "year", day) if p.over(day) and p.year >= first]


def statements(plan: Plan, returns: Returns) -> dict[str, Told]:
    """By commitment: what the round says of it."""
    rows: dict[str, list[dict]] = {commitment.id: [] for commitment in plan.commitments}
    for row in returns.statuses.to_dict("records"):
        rows[row["commitment"]].append(row)
    findings = returns.findings
    still = findings["severity"].isin(["question", "rejected"]) & findings["answer"].eq("")
    open_cells = frozenset(findings.loc[still, ["unit", "sheet", "cell"]].itertuples(index=False, name=None))
    listed = frozenset(zip(returns.evidence["unit"], returns.evidence["evidence"], strict=True))
    usable = returns.usable_evidence
    asked = {task.number: plan.responsible(task) for task in plan.tasks}
    leads = {task.number: plan.lead(task).id for task in plan.tasks}
    found = {}
    for commitment in plan.commitments:
        said = rows[commitment.id]
        first = leads[commitment.task]
        lead = next(
            iter(sorted((row for row in said if row["role"] == LEAD), key=lambda row: row["unit"] != first)),
            None,
        )
        told = {row["unit"] for row in said}
        named = {(row["unit"], item) for row in said for item in row["evidence"]}
        unread = tuple(unit.name for unit in asked[commitment.task] if unit.id not in told)
        others = tuple(row for row in said if row is not lead)
        found[commitment.id] = Told(
            lead, others, unread, open_cells, len(named & usable), bool(named & listed)
        )
    return found


def rate_commitment(
    plan: Plan, commitment: Commitment, told: Told, due: list[Period], as_of: dt.date, stage: Stage
) -> Case:
    """Rating of one commitment without an indicator, with its bounds, after the evidence gate."""
    rule = plan.commitment_types[commitment.type].rule
    if rule == "narrative":
        return Case(Rating.UNRATED, Rating.UNRATED, "成效类不定级，仅叙述", Rating.UNRATED)
    if rule == "each_year":
        case = _each_year(told, due, as_of, stage, plan.rating)
    else:
        case = _in_operation(told) if rule == "in_operation" else _growing(told, stage)
    return case if case.low is Rating.UNRATED else _gated(case, told, stage)


class _Word(NamedTuple):
    """An answer of 有 or 无 (yes or no): True, False, or None while it is not known; ``why`` it is not.

    ``reported``: what those who answered say, None when nobody did.
    """

    known: bool | None
    reported: bool | None
    why: str = ""


def _word(told: Told, key: str, answer: Callable[[dict], str | None], yes: str, no: str) -> _Word:
    """What lead and responsible units together say to one question."""
    lead = None if told.lead is None else answer(told.lead)
    claimed = [row for row in told.others if answer(row) == yes]
    asked = any(told.is_open(row, key) for row in told.others)
    if lead == yes:
        return _Word(True, True)
    if lead == no:
        if claimed:
            return _Word(None, None, f"牵头单位填“{no}”，责任单位填“{yes}”，待核")
        if told.unread or asked:
            return _Word(None, False, f"牵头单位填“{no}”，{_waiting(told)}")
        return _Word(False, False)
    why = "牵头单位待核" if told.lead is not None and told.is_open(told.lead, key) else "牵头单位未报"
    return _Word(None, True if claimed else None, why)


def _waiting(told: Told) -> str:
    shown = "、".join(told.unread[:_SHOWN]) + ("等" if len(told.unread) > _SHOWN else "")
    return f"{shown}未报送" if shown else "责任单位待核"


def _each_year(told: Told, due: list[Period], as_of: dt.date, stage: Stage, rules: RatingRules) -> Case:
    if not due:
        return Case(Rating.UNRATED, Rating.UNRATED, "尚无到期年度", Rating.UNRATED)
    words = {
        p.label: _word(told, f"year:{p.label}", _done_in(p.label), *YES_NO)
        if p.over(as_of)
        else _Word(None, None, "尚未结束")
        for p in due
    }
    kept = sum(word.known is True for word in words.values())
    refused = [label for label, word in words.items() if word.known is False]
    unknown = {label: word.why for label, word in words.items() if word.known is None}
    reason = f"{kept}/{len(due)}年有"
    if refused:
        reason += f"，{'、'.join(refused)}年无"
    reason += "".join(f"，{'、'.join(labels)}年{why}" for why, labels in _grouped(unknown).items())
    low, high = (_yearly_rating(Fraction(n, len(due)), stage, rules) for n in (kept, kept + len(unknown)))
    said = [word.reported for word in words.values() if word.reported is not None]
    reported = _yearly_rating(Fraction(sum(said), len(said)), stage, rules) if said else Rating.UNKNOWN
    return Case(low, high, reason, reported, tuple(f"{label}年{why}" for label, why in unknown.items()))


def _grouped(unknown: Mapping[str, str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for label, why in unknown.items():
        grouped.setdefault(why, []).append(label)
    return grouped


def _yearly_rating(share: Fraction, stage: Stage, rules: RatingRules) -> Rating:
    if share == 0:
        return Rating.NOT_STARTED
    if stage is not Stage.FINAL:
        return banded(share, rules.midterm_pace)
    if share == 1:
        return Rating.DONE
    return Rating.NEARLY_DONE if share >= exact(rules.annual_near.share_of_periods) else Rating.NOT_DONE


def _in_operation(told: Told) -> Case:
    word = _word(told, "operating", lambda row: row["operating"], *OPERATING)
    reported = {True: Rating.DONE, False: Rating.NOT_STARTED, None: Rating.UNKNOWN}[word.reported]
    if word.known is None:
        return Case(Rating.NOT_STARTED, Rating.DONE, word.why, reported, (word.why,))
    rating = Rating.DONE if word.known else Rating.NOT_STARTED
    return Case(rating, rating, OPERATING[0] if word.known else OPERATING[1], reported)


def _done_in(year: str) -> Callable[[dict], str | None]:
    return lambda row: row["done_by_year"].get(year)


def _growing(told: Told, stage: Stage) -> Case:
    good, bad = (
        (Rating.DONE, Rating.NOT_DONE) if stage is Stage.FINAL else (Rating.ON_SCHEDULE, Rating.BEHIND)
    )
    sizes = [] if told.lead is None else [told.lead["baseline_size"], told.lead["current_size"]]
    if not sizes or pd.isna(sizes).any():
        return Case(bad, good, "缺规模数据", missing=("牵头单位规模数据",))
    before, now = sizes
    rating = good if now > before else bad
    return Case(rating, rating, f"规模由{number_text(before)}到{number_text(now)}", rating)


def _gated(case: Case, told: Told, stage: Stage) -> Case:
    """Without usable evidence nothing is better than the cap, unless a unit that may bring some is still to be read."""
    if told.proofs:
        return case
    low, reported = (r if r in NOT_RATED else capped(r, stage) for r in (case.low, case.reported))
    awaited = told.lead is None or told.unread or any(told.is_open(row, "evidence") for row in told.rows)
    high = case.high if awaited else capped(case.high, stage)
    if (low, high, reported) == (case.low, case.high, case.reported):
        return case
    why = "佐证附件缺失或打不开" if told.listed else "无佐证"
    more = (f"佐证待{_waiting(told).removesuffix('未报送')}报送",) if awaited and low != high else ()
    reason = f"{case.reason}；{why}，最高{capped(Rating.DONE, stage)}"
    return Case(low, high, reason, reported, (*case.missing, *more))


def middle_self_rating(texts: list[str]) -> str:
    """The middle one of several self-ratings (the worse of two middles); empty when there is none."""
    known = [_SELF_RATINGS[text] for text in texts if text in _SELF_RATINGS]
    return str(best_first(known)[len(known) // 2]) if known else ""


def agrees(rating: Rating, self_rating: str) -> bool | None:
    """Whether a self-rating is of the same class as the rule's; ``None`` when either is missing.

    The final has no 正在推进 or 滞后: both words mean 未完成 there.
    """
    if not self_rating or rating in NOT_RATED:
        return None
    if rating is Rating.NOT_DONE:
        return self_rating in ("正在推进", "滞后")
    return band(rating) == self_rating
