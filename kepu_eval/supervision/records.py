"""Rectification items in the ledger: items and events are only ever added; the last event says where an item stands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol, TypeVar

import pandas as pd

from kepu_eval.plan import Plan, answering
from kepu_eval.returns import Ledger
from kepu_eval.supervision.rectification import SETTLED, Item, Standing, State, condition_text

RECTIFICATION_COLUMNS = (
    "item", "round", "carried", "task", "title", "indicator", "unit", "unit_name", "rating", "problem", "condition",
    "state", "settled", "measure", "due", "reached", "evidence", "reviewer", "note", "raised_at", "recorded_at",
)  # fmt: skip
_ITEM = tuple(Item.__dataclass_fields__)


@dataclass
class Raised:
    """What raising changed: ids of new items, of known ones, and of open ones that are no longer raised."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recorded:
    """An item with its present standing; ``event`` is the number of its last event, ``book`` the workbook behind it."""

    item: Item
    standing: Standing
    event: int
    book: str


@dataclass(frozen=True)
class Event:
    """A new standing of an item, with the state of its evidence files and where it was read."""

    item: str
    standing: Standing
    evidence_sha256: tuple[str, ...] = ()
    file: str = ""
    sheet: str = ""
    row: int = 0
    book: str = ""


def keep_items(
    ledger: Ledger, round_id: str, items: Iterable[Item], at: dt.datetime, *, simulated: bool
) -> Raised:
    """Store the items of a round that are not there yet; raising twice changes nothing."""
    done, items = Raised(), list(items)
    with ledger.writing():
        there = {r.item.item: r for r in recorded(ledger) if r.item.round == round_id}
        for item in items:
            if item.item in there:
                done.known.append(item.item)
                continue
            done.new.append(item.item)
            ledger.insert("rectification_items", [
                {**asdict(item), "simulated": int(simulated), "raised_at": at.isoformat(timespec="seconds")}
            ])  # fmt: skip
            _add(ledger, [Event(item.item, Standing())], at)
    raised = {item.item for item in items}
    done.gone = [name for name, r in there.items() if name not in raised and r.standing.state not in SETTLED]
    return done


def keep_events(ledger: Ledger, events: Sequence[Event], at: dt.datetime) -> None:
    """Store new standings; the caller is inside ``ledger.writing()`` and has checked them."""
    _add(ledger, events, at)


class Read(Protocol):
    """What reading a filled workbook gives: new standings of items, among other things."""

    @property
    def events(self) -> Sequence[Event]:
        """What is to be stored."""


Result = TypeVar("Result", bound=Read)


def keep_read(ledger: Ledger, read: Callable[[list[Recorded]], Result], at: dt.datetime) -> Result:
    """Store the events that ``read`` finds, given every item's present standing; what it found.

    A workbook takes a while to read; only then is the ledger kept from other programs, and when one of them has
    written meanwhile, the workbook is read again.
    """
    while True:
        known = recorded(ledger)
        done = read(known)
        with ledger.writing():
            if recorded(ledger) == known:
                keep_events(ledger, done.events, at)
                return done


def _add(ledger: Ledger, events: Sequence[Event], at: dt.datetime) -> None:
    rows = []
    for event in events:
        told = asdict(replace(event.standing, evidence=())) | {"evidence": _listed(event.standing.evidence)}
        place = {name: getattr(event, name) for name in ("file", "sheet", "row", "book")}
        rows.append({"item": event.item, **told, "evidence_sha256": _listed(event.evidence_sha256), **place,
                     "recorded_at": at.isoformat(timespec="seconds")})  # fmt: skip
    ledger.insert("rectification_events", rows)


def recorded(ledger: Ledger) -> list[Recorded]:
    """Every item with its present standing, in the order of raising."""
    return _recorded(_standing(ledger, dt.date.max))


def _standing(ledger: Ledger, until: dt.date) -> pd.DataFrame:
    """Items with their last event of that day or before; those raised later are not there."""
    return ledger.read(
        """SELECT i.*, e.id AS event, e.state, e.measure, e.due, e.reached, e.evidence, e.reviewer, e.note, e.book,
                  e.recorded_at
           FROM rectification_items AS i JOIN rectification_events AS e ON e.item = i.item
           WHERE e.id = (SELECT max(id) FROM rectification_events
                         WHERE item = i.item AND substr(recorded_at, 1, 10) <= ?)
           ORDER BY raised_at, task, i.item""",
        (until.isoformat(),),
    )


def _recorded(frame: pd.DataFrame) -> list[Recorded]:
    found = []
    for row in frame.to_dict("records"):
        threshold = None if pd.isna(row["threshold"]) else row["threshold"]
        standing = Standing(
            State(row["state"]),
            row["measure"],
            row["due"],
            row["reached"],
            tuple(json.loads(row["evidence"])),
            row["reviewer"],
            row["note"],
        )
        item = Item(**{name: row[name] for name in _ITEM} | {"threshold": threshold})
        found.append(Recorded(item, standing, row["event"], row["book"]))
    return found


def read_rectification(
    ledger: Ledger, plan: Plan, round_id: str, until: dt.date = dt.date.max
) -> pd.DataFrame:
    """Items raised by a round or an earlier one, as they stand now (or stood at the end of the day ``until``).

    One row an item, with the columns:

    ``item`` (id), ``round`` that raised it, ``carried`` (raised by an earlier round than ``round_id``), ``task``
    (number) and ``title``, ``indicator`` (id or empty), ``unit`` (id) and ``unit_name`` of the lead, ``rating`` when it
    was raised, ``problem``, ``condition`` (words), ``state`` (待整改、整改中、已提交、已销号、重新整改、撤销), ``settled``
    (已销号 or 撤销), ``measure``, ``due`` (ISO date or empty), ``reached``, ``evidence`` (tuple of file names),
    ``reviewer``, ``note``, ``raised_at`` and ``recorded_at`` (ISO times of the first and the last event).
    """
    day = plan.round(round_id).as_of
    rounds = {r.id for r in plan.rounds if r.as_of <= day}
    standing = _standing(ledger, until)
    times = standing.set_index("item")[["raised_at", "recorded_at"]]
    names = answering(plan, day)
    rows = [
        {
            **asdict(r.item),
            **vars(r.standing),
            "state": str(r.standing.state),
            "carried": r.item.round != round_id,
            "title": plan.task(r.item.task).title,
            "unit_name": names.get(r.item.unit, r.item.unit),
            "condition": condition_text(r.item),
            "settled": r.standing.state in SETTLED,
            **times.loc[r.item.item].to_dict(),
        }
        for r in _recorded(standing)
        if r.item.round in rounds
    ]
    return pd.DataFrame(rows, columns=list(RECTIFICATION_COLUMNS))


def no_rectification() -> pd.DataFrame:
    """The frame of a report that knows no items."""
    return pd.DataFrame(columns=list(RECTIFICATION_COLUMNS))


def simulated(ledger: Ledger) -> bool:
    """Whether any item or spot check came from simulated returns."""
    found = ledger.read("SELECT simulated FROM rectification_items UNION SELECT simulated FROM spot_checks")
    return bool(found["simulated"].any())


def history(ledger: Ledger, item: str) -> pd.DataFrame:
    """Every event of an item, oldest first: state, who, what, when."""
    return ledger.read(
        """SELECT state, measure, due, reached, evidence, reviewer, note, file, sheet, row, recorded_at
           FROM rectification_events WHERE item = ? ORDER BY id""",
        (item,),
    )


def _listed(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
