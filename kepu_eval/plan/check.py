"""What is wrong in a plan that its types alone cannot see: every problem at once, each with what to do.

What cannot be judged is refused here, and never by advising to turn a target round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kepu_eval.plan import arrangements
from kepu_eval.plan.check_targets import target_problems
from kepu_eval.plan.models import Plan
from kepu_eval.plan.rules import READINGS
from kepu_eval.plan.superior import superior_problems
from kepu_eval.safe_text import file_name_problem


def inconsistencies(plan: Plan) -> Iterator[str]:
    """Problems between parts of a plan that the types alone cannot see."""
    yield from _unfit_names(plan)
    yield from _repeated_ids(plan)
    yield from superior_problems(plan)
    if plan.meta.first_year > plan.meta.last_year:
        yield "meta.last_year：早于 first_year；请改正"
    numbers = [task.number for task in plan.tasks]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "tasks：任务号应从1起连续；请检查 number"
    yield from _tasks(plan)
    yield from target_problems(plan)
    yield from _rounds(plan)
    yield from _changes(plan)
    yield from _switches(plan)
    yield from _bands(plan)
    yield from arrangements.inconsistencies(plan)
    steps = [item.misses for item in plan.rating.escalation]
    if steps != sorted(set(steps)):
        yield "rating.escalation：misses 应由少到多、不重复；请调整顺序"


def _repeated_ids(plan: Plan) -> Iterator[str]:
    """Ids, names and keys that stand twice."""
    yield from _repeated("units、groups 的编号（id）", [item.id for item in plan.bodies])
    yield from _repeated("units、groups 的名称与别名", [n for i in plan.bodies for n in (i.name, *i.aliases)])
    listed: tuple[tuple[str, Sequence[Any]], ...] = (
        ("programmes", plan.programmes),
        ("indicators", plan.indicators),
        ("commitments", plan.commitments),
        ("rounds", plan.rounds),
        ("ambiguities", plan.ambiguities),
        ("switches", plan.switches),
        ("goals", plan.goals),
        ("phases", plan.phases),
        ("mechanisms、phases.duties", [*plan.mechanisms, *(d for p in plan.phases for d in p.duties)]),
    )
    for what, items in listed:
        yield from _repeated(what, [item.id for item in items])
    yield from _repeated("indicators.key", [item.key for item in plan.indicators if item.key])
    yield from _repeated("tasks.key", [task.key for task in plan.tasks if task.key])


def _tasks(plan: Plan) -> Iterator[str]:
    """Tasks and groups that name what the plan does not have; tasks and commitments that nobody could rate."""
    units, groups = {u.name for u in plan.units}, {g.name for g in plan.groups}
    programmes, indicators = {p.id for p in plan.programmes}, {i.id for i in plan.indicators}
    for group in plan.groups:
        if group.members != "all_units":
            yield from _unknown(f"groups.{group.id}.members", group.members, units, "units")
    for task in plan.tasks:
        path = f"tasks[{task.number}]"
        yield from _unknown(f"{path}.programme", [task.programme], programmes, "programmes")
        if task.lead.unit in groups:
            yield f"{path}.lead.unit：“{task.lead.unit}”是统称，不能牵头；请写明一个单位"
        else:
            yield from _unknown(f"{path}.lead.unit", [task.lead.unit], units, "units")
        yield from _unknown(f"{path}.lead.joint", task.lead.joint, units, "units")
        yield from _unknown(f"{path}.responsible", task.responsible, units | groups, "units 或 groups")
        if not task.commitments:
            yield f"{path}.commitments：没有承诺，任务无法评级；请按责任清单逐条填写"
        for commitment in task.commitments:
            where = f"{path}.commitments.{commitment.id}"
            if not commitment.id.startswith(f"{task.id}."):
                yield f"{where}：编号应以“{task.id}.”开头；请修改 id"
            yield from _unknown(
                f"{where}.type", [commitment.type], set(plan.commitment_types), "commitment_types"
            )
            known = plan.commitment_types.get(commitment.type)
            if known is not None and known.rule == "indicator" and not commitment.indicator:
                yield f"{where}.indicator：“{known.name}”类承诺须写明指标编号；请补上，或改 type"
            if commitment.indicator:
                yield from _unknown(f"{where}.indicator", [commitment.indicator], indicators, "indicators")


def _switches(plan: Plan) -> Iterator[str]:
    """Switches, options and ambiguities that there are none of."""
    for switch in plan.switches:
        if switch.id not in READINGS:
            yield f"switches：没有口径开关“{switch.id}”（可用：{'、'.join(READINGS)}）；请改写或删除"
        elif strange := set(switch.options) - set(READINGS[switch.id]):
            options = "、".join(READINGS[switch.id])
            yield f"switches.{switch.id}.options：没有选项“{'、'.join(sorted(strange))}”（可用：{options}）；请改写"
        yield from _unknown(f"switches.{switch.id}.default", [switch.default], set(switch.options), "options")
        if switch.ambiguity:
            ambiguities = {a.id for a in plan.ambiguities}
            yield from _unknown(
                f"switches.{switch.id}.ambiguity", [switch.ambiguity], ambiguities, "ambiguities"
            )


def _bands(plan: Plan) -> Iterator[str]:
    """Classes of ratings that are not in order."""
    for name in ("midterm_pace", "final_attainment"):
        floors = [band.at_least for band in getattr(plan.rating, name)]
        if floors != sorted(floors, reverse=True) or not floors or floors[-1] != 0:
            yield f"rating.{name}：at_least 应由高到低排列且末档为0；请调整顺序"


def _unfit_names(plan: Plan) -> Iterator[str]:
    """Names and numbers that become names of files and folders: they must never be paths."""
    named = [("meta.district", plan.meta.district)]
    used: tuple[tuple[str, Sequence[Any]], ...] = (
        ("units", plan.units),
        ("groups", plan.groups),
        ("rounds", plan.rounds),
    )
    for what, items in used:
        for number, item in enumerate(items, 1):
            named += [(f"{what}[{number}].id", item.id), (f"{what}[{number}].name", item.name)]
    named += [(f"indicators[{number}].id", item.id) for number, item in enumerate(plan.indicators, 1)]
    for where, name in named:
        if problem := file_name_problem(name):
            yield f"{where}：“{name[:40]}”{problem}，不能用作文件名；请改写"


def _repeated(where: str, names: list[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{where}：“{name}”出现{count}次；请只保留一处"


def _unknown(where: str, names: Iterable[object], known: set, table: str) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{where}：“{name}”不在{table}中；请改为已有名称，或先在{table}中添加"


def _rounds(plan: Plan) -> Iterator[str]:
    """Rounds describe a day of the plan's years, or of the one after its last, and are due after it."""
    first, last = plan.meta.first_year, plan.meta.last_year
    for item in plan.rounds:
        if not first <= item.as_of.year <= last + 1:
            yield f"rounds.{item.id}.as_of：{item.as_of}不在规划期{first}—{last}年内；请改为这一轮描述的日期"
        if item.due < item.as_of:
            yield f"rounds.{item.id}.due：报送期限{item.due}早于基准日{item.as_of}；请改正"


_SHAPES = {"renamed": (1, 0), "merged": (None, 1), "split": (1, None), "lead": (1, 1)}


def _changes(plan: Plan) -> Iterator[str]:
    """Events name known units by id, as many as such an event has."""
    ids, numbers = {unit.id for unit in plan.units}, {task.number for task in plan.tasks}
    for order, change in enumerate(plan.history, 1):
        path = f"history[{order}]"
        yield from _unknown(
            path, [name for name in (*change.units, *change.into) if name not in ids], ids, "units（写编号）"
        )
        before, after = _SHAPES[change.what]
        if len(change.units) != (before or len(change.units)) or not change.units:
            yield f"{path}.units：{change.what}应写{before or '至少1'}个单位编号；请改正"
        if (after is not None and len(change.into) != after) or (after is None and len(change.into) < 2):
            yield f"{path}.into：{change.what}应写{'至少2' if after is None else after}个单位编号；请改正"
        if change.what == "renamed" and not change.name:
            yield f"{path}.name：更名须写原名；请补上"
        if change.what == "lead" and change.task not in numbers:
            yield f"{path}.task：“{change.task}”不在tasks中；请写移交牵头的任务号"


_BY_TYPE = {
    "date": "2000-01-01",
    "int": 1,
    "float": 1.0,
    "bool": False,
    "string": "待填",
    "tuple": [],
    "list": [],
    "dict": {},
}


def patched(data: dict, rounds: int = 6) -> list[str]:
    """Problems between the parts of a plan that does not even validate, as far as the rest of it is known.

    What is missing or of a wrong type is replaced by a stand-in, so that everything is found in one go; problems of
    the stand-ins are not reported. Nothing is returned where a part cannot be replaced.
    """
    import copy

    data, touched = copy.deepcopy(data), set()
    for _ in range(rounds):
        try:
            plan = Plan.model_validate(data)
        except ValidationError as error:
            results = [
                _patch(data, item) for item in error.errors()
            ]  # every one, so that all places are filled
            if not all(results):
                return []
            touched |= {_named(data, item["loc"]) for item in error.errors()}
            continue
        return [line for line in inconsistencies(plan) if not any(line.startswith(place) for place in touched)
                and "“待填”" not in line]  # fmt: skip
    return []


def _patch(data: dict, item: ErrorDetails) -> bool:
    *way, last = item["loc"]
    here: Any = data
    for step in way:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return True  # a branch of a union that the data do not have
    if item["type"] == "extra_forbidden":
        here.pop(last, None)
        return True
    if item["type"] in ("literal_error", "enum"):
        value: object = item["ctx"]["expected"].split("'")[1]
    else:
        value = next((v for kind, v in _BY_TYPE.items() if item["type"].startswith(kind)), None)
    try:
        here[last] = value
    except (TypeError, IndexError):
        return False
    return True


def _named(data: dict, loc: tuple) -> str:
    """A place as the checks name it: ``indicators.K4.horizon`` for ``indicators[3].horizon``."""
    name = ""
    here: Any = data
    for step in loc:
        here = (
            here[step]
            if isinstance(here, (dict, list))
            and (step in here if isinstance(here, dict) else step < len(here))
            else None
        )
        if isinstance(step, int):
            known = here.get("id") or here.get("number") if isinstance(here, dict) else step + 1
            name += f".{known}" if isinstance(here, dict) and "id" in here else f"[{known}]"
        else:
            name += f".{step}" if name else str(step)
    return name
