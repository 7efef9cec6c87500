"""Commitments without a number: what the units' statements, taken together, say, and the evidence gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from kepu_eval.evaluation.model import NOT_RATED, Rating, band, best_first, better, settled
from kepu_eval.evaluation.rating import banded, exact
from kepu_eval.number_text import number_text
from kepu_eval.plan import Commitment, Period, Plan, RatingRules, Stage, begun
from kepu_eval.returns.attachments import NOT_PRESENT

LEAD = "牵头"
_SELF_RATINGS = {"完成": Rating.DONE, "基本完成": Rating.NEARLY_DONE, "正在推进": Rating.UNDER_WAY,
                 "滞后": Rating.BEHIND, "未启动": Rating.NOT_STARTED}  # fmt: skip


@dataclass(frozen=True)
class _Case:
    low: Rating
    high: Rating
    reason: str
    rating: Rating | None = None

    @property
    def settled(self) -> Rating:
        return self.rating if self.rating is not None else settled(self.low, self.high)


def judge_commitments(
    plan: Plan,
    statuses: pd.DataFrame,
    evidence: pd.DataFrame,
    indicators: Mapping[str, tuple[Rating, Rating, Rating]],
    as_of: dt.date,
    stage: Stage,
    switches: Mapping[str, str],
) -> pd.DataFrame:
    """Rate every commitment; ``indicators`` gives (rating, low, high) of the quantitative ones.

    A year counts as kept when any unit says 有, as not kept when the lead says 无 and nobody says 有; otherwise it
    is unknown, and the rating is given only if worst and best case agree. Evidence must be listed in the unit's
    catalogue (佐证目录) and, where the attachments were given, be there; without any, nothing is better than 正在推进
    (at the final: 未完成).
    """
    due = years_due(plan, as_of, switches)
    told = statements(plan, statuses, evidence)
    towns = switches["towns_as_members"] == "count"
    expected = {task.number: 1 + len(plan.responsible(task, towns_as_members=towns)) for task in plan.tasks}
    rows = []
    for commitment in plan.commitments:
        said, proof = told[commitment.id]
        case = rate_commitment(plan, commitment, said, proof, due, stage, indicators)
        rating = case.settled
        own = _self_rating(said)
        rows.append(
            {
                "commitment": commitment.id,
                "task": commitment.task,
                "text": commitment.text,
                "type": commitment.type,
                "source": commitment.source,
                "indicator": commitment.indicator,
                "rating": str(rating),
                "rating_low": str(case.low),
                "rating_high": str(case.high),
                "reason": case.reason,
                "self_rating": own,
                "evidence": proof.usable,
                "reporters": len({row["unit"] for row in said}),
                "expected_reporters": expected[commitment.task],
                "agrees": agrees(rating, own),
                "statuses": tuple(row["status"] for row in said),
            }
        )
    return pd.DataFrame(rows)


def years_due(plan: Plan, as_of: dt.date, switches: Mapping[str, str]) -> list[Period]:
    """Years of the plan that are over, without those before the issue when the switch says so."""
    first = plan.meta.issued.year if switches["pre_issue_years"] == "exclude" else 0
    return [p for p in begun(plan, "year", as_of) if p.over(as_of) and p.year >= first]


@dataclass(frozen=True)
class Proof:
    """Evidence behind a commitment: pieces that are listed and there, and whether any is listed at all."""

    usable: int
    listed: bool


def statements(
    plan: Plan, statuses: pd.DataFrame, evidence: pd.DataFrame
) -> dict[str, tuple[list[dict], Proof]]:
    """By commitment: what the units said, and the evidence that stands behind it."""
    said: dict[str, list[dict]] = {commitment.id: [] for commitment in plan.commitments}
    for row in statuses.to_dict("records"):
        said[row["commitment"]].append(row)
    listed = set(zip(evidence["unit"], evidence["evidence"], strict=True))
    present = evidence[~evidence["attachment"].isin(NOT_PRESENT)]
    there = set(zip(present["unit"], present["evidence"], strict=True))
    found = {}
    for name, rows in said.items():
        named = {(row["unit"], item) for row in rows for item in row["evidence"]}
        found[name] = rows, Proof(len(named & there), bool(named & listed))
    return found


def rate_commitment(plan: Plan, commitment: Commitment, said: list[dict], proof: Proof, due: list[Period], stage: Stage,
                    indicators: Mapping[str, tuple[Rating, Rating, Rating]]) -> _Case:  # fmt: skip
    """Rating of one commitment with its bounds, after the evidence gate."""
    case = _case(plan, commitment, said, due, stage, indicators)
    if commitment.indicator is None and case.low is not Rating.UNRATED:
        return _gated(case, proof, stage, lead_reported=bool(_lead(said)))
    return case


def _case(plan: Plan, commitment: Commitment, said: list[dict], due: list[Period], stage: Stage,
          indicators: Mapping[str, tuple[Rating, Rating, Rating]]) -> _Case:  # fmt: skip
    rule = plan.commitment_types[commitment.type].rule
    if rule == "indicator":
        rating, low, high = indicators[commitment.indicator]
        return _Case(low, high, "按量化指标判定", rating)
    if rule == "narrative":
        return _Case(Rating.UNRATED, Rating.UNRATED, "成效类不定级，仅叙述", Rating.UNRATED)
    if rule == "each_year":
        return _each_year(said, due, stage, plan.rating)
    return _in_operation(said) if rule == "in_operation" else _growing(said, stage)


def _lead(said: list[dict]) -> list[dict]:
    return [row for row in said if row["role"] == LEAD]


def _each_year(said: list[dict], due: list[Period], stage: Stage, rules: RatingRules) -> _Case:
    kept, refused, unknown = [], [], []
    lead = _lead(said)
    for period in due:
        answers = {row["done_by_year"].get(period.label) for row in said}
        if "有" in answers:
            kept.append(period.label)
        elif any(row["done_by_year"].get(period.label) == "无" for row in lead):
            refused.append(period.label)
        else:
            unknown.append(period.label)
    if not due:
        return _Case(Rating.UNRATED, Rating.UNRATED, "尚无到期年度", Rating.UNRATED)
    reason = f"{len(kept)}/{len(due)}年有"
    if refused:
        reason += f"，{'、'.join(refused)}年无"
    if unknown:
        reason += f"，{'、'.join(unknown)}年未报"
    low, high = (
        _yearly_rating(Fraction(n, len(due)), stage, rules) for n in (len(kept), len(kept) + len(unknown))
    )
    return _Case(low, high, reason)


def _yearly_rating(share: Fraction, stage: Stage, rules: RatingRules) -> Rating:
    if share == 0:
        return Rating.NOT_STARTED
    if stage is Stage.MIDTERM:
        return banded(share, rules.midterm_pace)
    if share == 1:
        return Rating.DONE
    return Rating.NEARLY_DONE if share >= exact(rules.annual_near.share_of_periods) else Rating.NOT_DONE


def _in_operation(said: list[dict]) -> _Case:
    if any(row["operating"] == "已运行" for row in said):
        return _Case(Rating.DONE, Rating.DONE, "已运行")
    if any(row["operating"] == "未运行" for row in _lead(said)):
        return _Case(Rating.NOT_STARTED, Rating.NOT_STARTED, "未运行")
    return _Case(Rating.NOT_STARTED, Rating.DONE, "牵头单位未报")


def _growing(said: list[dict], stage: Stage) -> _Case:
    good, bad = {
        Stage.MIDTERM: (Rating.ON_SCHEDULE, Rating.BEHIND),
        Stage.FINAL: (Rating.DONE, Rating.NOT_DONE),
    }[stage]
    sizes = [(row["baseline_size"], row["current_size"]) for row in _lead(said)]
    known = [pair for pair in sizes if not any(pd.isna(size) for size in pair)]
    if not known:
        return _Case(bad, good, "缺规模数据")
    before, now = known[0]
    rating = good if now > before else bad
    return _Case(rating, rating, f"规模由{number_text(before)}到{number_text(now)}")


def _gated(case: _Case, proof: Proof, stage: Stage, *, lead_reported: bool) -> _Case:
    if proof.usable:
        return case
    cap = Rating.UNDER_WAY if stage is Stage.MIDTERM else Rating.NOT_DONE
    low, high = (cap if better(rating, cap) else rating for rating in (case.low, case.high))
    high = high if lead_reported else case.high
    if (low, high) == (case.low, case.high):
        return case
    why = "佐证附件缺失或打不开" if proof.listed else "无佐证"
    return _Case(low, high, f"{case.reason}；{why}，最高{cap}")


def _self_rating(said: list[dict]) -> str:
    """The lead's self-rating of a commitment; empty when it gave none."""
    own = [row["self_rating"] for row in _lead(said) if row["self_rating"]]
    return own[0] if own else ""


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
