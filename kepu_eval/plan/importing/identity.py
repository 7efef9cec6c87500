"""Numbers that stay: a unit, a group, an indicator known from an earlier plan keeps its id, whatever its place in the list."""

from __future__ import annotations

from collections.abc import Iterable

from kepu_eval.plan.models import Plan


def keep_ids(content: dict, earlier: Plan) -> list[str]:
    """Give units, groups, programmes and indicators of a draft the ids that an earlier plan has for them, and tasks their keys.

    Units are known by name or alias; the earlier plan's other names become aliases. Everything new gets a number that
    the earlier plan does not use. Returns a Chinese line for each unit that was new or is no longer there.
    """
    known = {name: unit for unit in earlier.units for name in (unit.name, *unit.aliases)}
    found = {}
    for unit in content["units"]:
        before = next((known[name] for name in (unit["name"], *unit["aliases"]) if name in known), None)
        if before is None or before.id in found:
            continue
        found[before.id] = unit
        names = [name for name in (before.name, *before.aliases) if name != unit["name"]]
        unit["aliases"] = list(dict.fromkeys([*unit["aliases"], *names]))
    by_unit = {id(unit): number for number, unit in found.items()}
    fresh = _numbered(
        content["units"], {unit.id for unit in earlier.units}, "U", lambda unit: by_unit.get(id(unit))
    )
    for part, items, first in (("groups", earlier.groups, "G"), ("programmes", earlier.programmes, "P"),
                               ("indicators", earlier.indicators, "K")):  # fmt: skip
        same = {item.name: item.id for item in items}
        if part == "indicators":
            for item in content[part]:
                item["key"] = next(
                    (known.key for known in earlier.indicators if known.name == item["name"]), ""
                )
        changed = {item["id"]: item for item in content[part]}
        _numbered(
            content[part], {item.id for item in items}, first, lambda item, same=same: same.get(item["name"])
        )
        _follow(content, part, {old: item["id"] for old, item in changed.items()})
    keys = {task.title: task.key for task in earlier.tasks}
    for task in content["tasks"]:
        if key := keys.get(task["title"]):
            task["key"] = key
    gone = [unit.name for unit in earlier.units if unit.id not in found]
    return [f"新单位“{name}”，编号{number}" for name, number in fresh] + [
        f"原方案的单位“{name}”不在新清单中" for name in gone
    ]


def _numbered(items: Iterable[dict], taken: set[str], letter: str, known) -> list[tuple[str, str]]:  # noqa: ANN001
    """Set ids: the known one, or the next that is free; returns the new names with theirs."""
    fresh, used, at = [], set(taken), 0
    for item in items:
        number = known(item)
        if number is None:
            while (number := f"{letter}{at + 1:02d}") in used:
                at += 1
            fresh.append((item["name"], number))
        used.add(number)
        item["id"] = number
    return fresh


def _follow(content: dict, part: str, changed: dict[str, str]) -> None:
    """Let tasks and commitments refer to the new ids."""
    for task in content["tasks"]:
        if part == "programmes":
            task["programme"] = changed.get(task["programme"], task["programme"])
        for item in task["commitments"]:
            if part == "indicators" and "indicator" in item:
                item["indicator"] = changed.get(item["indicator"], item["indicator"])
