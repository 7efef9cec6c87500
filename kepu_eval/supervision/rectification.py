"""The rectification ledger (整改台账): which items an evaluation raises, and what may become of them. Pure.

An item is closed (销号) when its value is reached, evidence is there and can be opened, and a reviewer has signed
(evaluation practice: 数值达标、佐证至少一件且可打开、复核人签注). Every step is an event; nothing is overwritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT, Evaluation, Rating
from kepu_eval.number_text import number_text
from kepu_eval.plan import Plan, TargetKind
from kepu_eval.returns.attachments import NOT_PRESENT
from kepu_eval.rows import Row

FULFILLED = "已落实"
"""What stands in ``reached`` of an item that has no number."""

Condition = Literal[
    "value", "value_at_most", "later_periods", "later_at_most", "growth", "fall", "data", "done"
]
_SINGLE_VALUE = (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON, TargetKind.LEVEL_AT_HORIZON,
                 TargetKind.LIMIT_AT_HORIZON, TargetKind.RATE_OF_CHANGE)  # fmt: skip


class State(StrEnum):
    """Where an item stands."""

    OPEN = "待整改"
    IN_PROGRESS = "整改中"
    SUBMITTED = "已提交"
    CLOSED = "已销号"
    REOPENED = "重新整改"
    WITHDRAWN = "撤销"


SETTLED = (State.CLOSED, State.WITHDRAWN)
TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.OPEN: (State.IN_PROGRESS, State.SUBMITTED, State.WITHDRAWN),
    State.IN_PROGRESS: (State.SUBMITTED, State.WITHDRAWN),
    State.SUBMITTED: (State.CLOSED, State.REOPENED, State.WITHDRAWN),
    State.CLOSED: (State.REOPENED,),
    State.REOPENED: (State.IN_PROGRESS, State.SUBMITTED, State.WITHDRAWN),
    State.WITHDRAWN: (State.REOPENED,),
}
_NEEDS: dict[State, tuple[str, ...]] = {
    State.IN_PROGRESS: ("measure", "due"),
    State.SUBMITTED: ("measure", "due", "evidence"),
    State.CLOSED: ("measure", "due", "reached", "evidence", "reviewer"),
    State.REOPENED: ("note",),
    State.WITHDRAWN: ("note",),
}
FIELDS = {
    "state": "状态", "measure": "整改措施", "due": "时限", "reached": "现值或落实", "evidence": "佐证文件",
    "reviewer": "复核人", "note": "说明",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing to put right. ``item`` is the same whenever the same round is evaluated again.

    ``condition``: ``value`` (the indicator's value ≥ ``threshold``), ``later_periods`` (the same for the periods that
    end after the round, because a past year cannot be made up), either ``…_at_most`` (≤, where less is better),
    ``growth`` or ``fall`` (each of those above, or below, the one before), ``data`` (what was missing is there) or ``done``.
    """

    item: str
    round: str
    task: int
    indicator: str
    unit: str
    rating: str
    problem: str
    condition: Condition
    threshold: float | None
    threshold_unit: str


@dataclass(frozen=True)
class Standing:
    """What is recorded of an item at one time; ``due`` is an ISO date, ``evidence`` names files."""

    state: State = State.OPEN
    measure: str = ""
    due: str = ""
    reached: str = ""
    evidence: tuple[str, ...] = ()
    reviewer: str = ""
    note: str = ""


def raise_items(evaluation: Evaluation, plan: Plan, round_id: str) -> list[Item]:
    """Items of an evaluation: each indicator, or task without indicators, that falls short or cannot be judged.

    What is 已批准例外, and an indicator without a task (no unit answers for it), raises none.
    """
    items = []
    spared = set(evaluation.tasks.loc[evaluation.tasks["rating"].eq(Rating.EXCEPTED), "number"])
    wanted = [*FALLING_SHORT, Rating.UNKNOWN]
    indicators = evaluation.indicators[evaluation.indicators["rating"].isin(wanted)]
    for row in evaluation.tasks.itertuples():
        if row.number in spared:
            continue
        head = {"round": round_id, "task": row.number, "unit": plan.unit(row.lead).id}
        if row.quantitative:
            mine = indicators[indicators["indicator"].isin(row.quantitative)]
            items += [_of_indicator(plan, r, head, evaluation.as_of) for r in mine.itertuples()]
        elif row.rating in wanted:
            items.append(_of_task(evaluation, row, head))
    return items


def item_name(plan: Plan, item: Item) -> str:
    """What an item is about: its indicator's name, or its task's title; ``item`` may be a row of the ledger's frame."""
    return plan.indicator(item.indicator).name if item.indicator else plan.task(item.task).title


def proposed_due(item: Item, plan: Plan, as_of: dt.date) -> dt.date:
    """The last day of the month by which the plan's terms would have an item settled, counted from the as-of date."""
    terms = plan.rating.rectification
    return month_end(as_of, terms.data if item.condition == "data" else terms.other)


def month_end(as_of: dt.date, months: int) -> dt.date:
    """The last day of the month that many months after a day's."""
    following = as_of.year * 12 + as_of.month + months
    return dt.date(following // 12, following % 12 + 1, 1) - dt.timedelta(days=1)


def _of_indicator(plan: Plan, row: Row, head: dict, as_of: dt.date) -> Item:
    indicator = plan.indicator(row.indicator)
    kind = indicator.kind
    lasting, falls = kind in _SINGLE_VALUE, indicator.operator in ("<=", "<", "rank")
    condition: Condition
    if row.rating == Rating.UNKNOWN:
        condition = "data"
    elif kind is TargetKind.TREND:
        condition = "fall" if indicator.operator == "decreasing" else "growth"
    elif indicator.operator == "range":
        condition = "done"  # two bounds: they stand in the problem
    else:
        condition = (
            ("value_at_most" if falls else "value")
            if lasting
            else "later_at_most"
            if falls
            else "later_periods"
        )
    threshold = row.expected if lasting and not pd.isna(row.expected) else row.goal
    plain = condition in ("data", "growth", "fall", "done") or pd.isna(threshold)
    return Item(
        item=f"{head['round']}-T{head['task']:02d}-{row.indicator}",
        indicator=row.indicator,
        rating=row.rating,
        problem=f"{row.name}：{row.verdict}（截至{as_of.isoformat()}）",
        condition=condition,
        threshold=None if plain else float(threshold),
        threshold_unit=row.value_unit,
        **head,
    )


def _of_task(evaluation: Evaluation, row: Row, head: dict) -> Item:
    commitments = evaluation.commitments
    weak = commitments[
        commitments["task"].eq(row.number) & commitments["rating"].isin([*FALLING_SHORT, Rating.UNKNOWN])
    ]
    told = "；".join(f"{r.text}（{r.rating}：{r.reason}）" for r in weak.itertuples())
    return Item(
        item=f"{head['round']}-T{row.number:02d}",
        indicator="",
        rating=row.rating,
        problem=told or row.display,
        condition="data" if row.rating == Rating.UNKNOWN else "done",
        threshold=None,
        threshold_unit="",
        **head,
    )


def condition_text(item: Item) -> str:
    """The closing condition in words."""
    return f"{to_reach(item)}；佐证至少1件且可打开；复核人签注"


def to_reach(item: Item) -> str:
    """What an item's own part of the closing condition is, in words."""
    limit = "" if item.threshold is None else f"{number_text(item.threshold)}{item.threshold_unit}"
    return {
        "value": f"现值不低于{limit}",
        "value_at_most": f"现值不高于{limit}",
        "later_periods": f"此后到期的各期均不低于{limit}",
        "later_at_most": f"此后到期的各期均不高于{limit}",
        "growth": "此后到期的各期均比上一期增长",
        "fall": "此后到期的各期均比上一期下降",
        "data": "补齐缺失数据并通过核查",
        "done": "所列承诺落实",
    }[item.condition]


def next_states(state: State) -> tuple[State, ...]:
    """The state itself and those that may follow it."""
    return (state, *TRANSITIONS[state])


def objections(
    item: Item, before: Standing, after: Standing, files: Mapping[str, str] | None
) -> Iterator[tuple[str, str]]:
    """Why a change is not allowed: (field, what to do), nothing when it is.

    ``files``: state of each named evidence file (see :func:`~kepu_eval.returns.attachments.attachment_state`), or
    ``None`` when no attachments were given; then nothing can be closed.
    """
    if after.state is not before.state and after.state not in TRANSITIONS[before.state]:
        allowed = "、".join(TRANSITIONS[before.state])
        yield "state", f"不能由“{before.state}”改为“{after.state}”，可改为：{allowed}"
        return
    if after.state is before.state and before.state in SETTLED:
        yield (
            "state",
            f"“{before.state}”后不能再改其他内容，确需更改请先改为“{State.REOPENED}”并在说明中写明理由",
        )
        return
    if after.state in (State.REOPENED, State.WITHDRAWN) and after.state is not before.state:
        if after.note == before.note:
            yield "note", f"改为“{after.state}”须在说明中写明理由"
        return
    for name in _NEEDS.get(after.state, ()):
        if not getattr(after, name):
            yield name, f"状态为“{after.state}”须填写“{FIELDS[name]}”"
    if after.state is State.CLOSED:
        yield from _not_yet(item, after, files)


def _not_yet(item: Item, after: Standing, files: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    """Closing conditions that are not met, of those that were filled in at all."""
    if after.reached and not _value_reached(item, after.reached):
        yield "reached", f"未达到销号条件：{condition_text(item).partition('；')[0]}，填的是“{after.reached}”"
    if not after.evidence:
        return
    if files is None:
        yield "evidence", "没有附件文件夹，无法核对佐证，请把附件放入“佐证”下该单位的文件夹"
        return
    usable = [name for name in after.evidence if files[name] not in NOT_PRESENT]
    if not usable:
        told = "、".join(f"{name}（{files[name]}）" for name in after.evidence)
        yield "evidence", f"佐证均不可用：{told}，请补交后再销号"


def _value_reached(item: Item, reached: str) -> bool:
    if item.threshold is None:
        return reached == FULFILLED
    try:
        value = float(reached)  # the reader refuses what is no number
        return value <= item.threshold if item.condition.endswith("at_most") else value >= item.threshold
    except ValueError:
        return False
