"""What a ledger remembers of the plans it was collected by, and whether another plan file may be used on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kepu_eval.plan import Plan
from kepu_eval.returns.succession import UnfitError

_TABLES = {"indicators": "指标", "rounds": "轮次的基准日"}


def identities(plan: Plan) -> dict[str, dict[str, str]]:
    """Names and dates by id: what a number in the ledger stands for."""
    return {
        "units": {unit.id: unit.name for unit in plan.units},
        "indicators": {indicator.id: indicator.name for indicator in plan.indicators},
        "rounds": {rnd.id: rnd.as_of.isoformat() for rnd in plan.rounds},
    }


def refuse_unfit(fingerprints: Iterable[Mapping], plan: Plan, *, collecting: bool = False) -> None:
    """Raise :class:`UnfitError` when a plan cannot be that of the ledger, naming what does not fit.

    Another district or other years; a round of another date; an indicator's number that now is another's. Names may
    be mended: only one that has moved to another number is refused. What is stored is told apart by unit names; but
    while ``collecting`` a unit's number must not have become another unit's, or its return would supersede that one's.
    """
    now = identities(plan)
    called = {unit.id: {unit.name, *unit.aliases} for unit in plan.units}
    for change in plan.history:
        if change.what == "renamed":
            called[change.units[0]].add(change.name)
    for before in fingerprints:
        years = (plan.meta.first_year, plan.meta.last_year)
        if before["district"] != plan.meta.district or tuple(before["years"]) != years:
            told = f"{before['district']}{before['years'][0]}—{before['years'][1]}年"
            raise UnfitError(
                f"台账是按{told}的方案收的，现用方案为{plan.meta.district}{years[0]}—{years[1]}年",
                hint="请用 --plan 指定台账所属的方案，或用 --ledger 另用一份台账",
            )
        moved = [
            f"{_TABLES['rounds']}：{number}原为{date}，现为{now['rounds'][number]}"
            for number, date in before["rounds"].items() if now["rounds"].get(number, date) != date
        ]  # fmt: skip
        names = {name: number for number, name in now["indicators"].items()}
        moved += [
            f"{_TABLES['indicators']}：{number}原为“{name}”，现为“{now['indicators'][number]}”"
            for number, name in before["indicators"].items()
            if names.get(name, number) != number and number in now["indicators"]
        ]
        moved += [
            f"单位：{number}原为“{name}”，现为“{now['units'][number]}”"
            for number, name in before["units"].items()
            if collecting and name not in called.get(number, {name})
        ]
        if moved:
            raise UnfitError(
                f"方案的编号与台账不合：{'；'.join(moved)}",
                hint="请改回原编号（重新导入清单时用 plan import --keep 原方案），或用 --ledger 另用一份台账",
            )
