"""Where the figures of a dispatch come from: cells of its quarters, units' files, the plan, the supervision ledger."""

from __future__ import annotations

from collections.abc import Iterable

from kepu_eval.report.dispatch_case import DispatchCase, Quarter
from kepu_eval.report.fact import Source
from kepu_eval.report.hashing import file_hash

Sources = tuple[Source, ...]


def of_items(quarter: Quarter, items: Iterable[str]) -> Sources:
    """Cells that the positions of indicators and tasks (``Q08``, ``T05``) rest on in a quarter, each once."""
    return tuple(dict.fromkeys(source for item in items for source in _of_item(quarter, item)))


def of_history(case: DispatchCase, item: str) -> Sources:
    """The same over all quarters; of a unit its files: a count of misses in a row looks back on them."""
    if item in case.reporting:
        return of_reporting(case, [item])
    return tuple(source for quarter in case.quarters for source in of_items(quarter, [item]))


def of_reporting(case: DispatchCase, units: Iterable[str]) -> Sources:
    """Files of units (by id) in all quarters; of units that sent none, the plan that asks them to."""
    wanted = set(units)
    found: list = []
    for quarter in case.quarters:
        sent = quarter.returns.submissions
        found += quarter.facts.sources.submissions(sent[sent["unit"].isin(wanted)])
    return tuple(found) or case.facts.planned("应报单位")


def of_ledger(case: DispatchCase, what: str) -> Sources:
    """The ledger with the items to be put right: the last of the case's files."""
    return tuple(Source(file=path.name, sha256=file_hash(path), what=what) for _, path in case.files[-1:])


def _of_item(quarter: Quarter, item: str) -> Sources:
    """Cells that count, or else those that are lacking; of what is not due, the plan."""
    facts, plan = quarter.facts, quarter.plan
    indicators = quarter.indicators.set_index("item")
    if item in indicators.index:
        known = facts.cells(indicators.loc[item, "sources"])
        return known or facts.sources.open_observations(item) or facts.planned(item)
    number = next(task.number for task in plan.tasks if task.id == item)
    if mine := [i.id for i in plan.indicators if i.task == number]:
        return of_items(quarter, mine)
    said = quarter.returns.statuses
    statuses = said.loc[said["task"].eq(number), "status"]
    return tuple(cell for status in statuses for cell in facts.sources.statement(status)) or facts.planned(
        item
    )
