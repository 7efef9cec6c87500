"""Reading and checking a plan file."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from kepu_eval.plan.arrangements import inconsistencies
from kepu_eval.plan.models import Indicator, Plan, TargetKind
from kepu_eval.plan.rules import READINGS
from kepu_eval.resources import resource
from kepu_eval.safe_text import file_name_problem
from kepu_eval.yaml_files import YamlError, parse_yaml
from kepu_eval.yaml_problems import model_problem

DEFAULT_PLAN = "plan/kundulun-2021-2025.yaml"


class PlanError(ValueError):
    """A plan file that cannot be used; ``problems`` are Chinese lines naming file, path and fix."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def load_plan(path: str | Path | None = None) -> Plan:
    """Read a plan file (by default the shipped one) and check it as a whole.

    Raises :class:`PlanError` listing every problem with file, path inside the file and what to do.
    """
    file = Path(path) if path else resource(DEFAULT_PLAN)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise PlanError([f"{file}：无法读取方案文件（{error.strerror}）；请检查路径"]) from error
    try:
        data = parse_yaml(file.name, content)
    except YamlError as error:
        raise PlanError([str(error)]) from error
    if not isinstance(data, dict):
        raise PlanError([f"{file.name}：文件顶层应为“字段: 值”的形式；请对照已有方案文件"])
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise PlanError(
            [model_problem(file.name, item, "plan.schema.json") for item in error.errors()]
        ) from error
    problems = [f"{file.name}：{problem}" for problem in _inconsistencies(plan)]
    if problems:
        raise PlanError(problems)
    plan._sha256 = hashlib.sha256(content).hexdigest()
    plan._source = file.name
    return plan


def _inconsistencies(plan: Plan) -> Iterator[str]:
    """Problems between parts of a plan that the types alone cannot see."""
    yield from _unfit_names(plan)
    yield from _repeated(
        "units、groups 的名称与别名", [n for i in (*plan.units, *plan.groups) for n in (i.name, *i.aliases)]
    )
    for what, items in (
        ("programmes", plan.programmes),
        ("indicators", plan.indicators),
        ("commitments", plan.commitments),
        ("rounds", plan.rounds),
        ("ambiguities", plan.ambiguities),
        ("switches", plan.switches),
        ("goals", plan.goals),
        ("phases", plan.phases),
        ("mechanisms、phases.duties", [*plan.mechanisms, *(d for p in plan.phases for d in p.duties)]),
    ):
        yield from _repeated(what, [item.id for item in items])
    if plan.meta.first_year > plan.meta.last_year:
        yield "meta.last_year：早于 first_year；请改正"
    numbers = [task.number for task in plan.tasks]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "tasks：任务号应从1起连续；请检查 number"
    units, groups = {u.name for u in plan.units}, {g.name for g in plan.groups}
    programmes, indicators = {p.id for p in plan.programmes}, {i.id for i in plan.indicators}
    for group in plan.groups:
        if group.members != "all_units":
            yield from _unknown(f"groups.{group.id}.members", group.members, units, "units")
    for task in plan.tasks:
        path = f"tasks[{task.number}]"
        yield from _unknown(f"{path}.programme", [task.programme], programmes, "programmes")
        yield from _unknown(f"{path}.lead.unit", [task.lead.unit], units, "units")
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
            if commitment.indicator:
                yield from _unknown(f"{where}.indicator", [commitment.indicator], indicators, "indicators")
    if not plan.indicators:
        yield "indicators：没有量化指标；请逐项填写"
    for indicator in plan.indicators:
        path = f"indicators.{indicator.id}"
        if indicator.task is not None:
            yield from _unknown(f"{path}.task", [indicator.task], set(numbers), "tasks")
        yield from _incomplete(path, indicator)
        if indicator.of_which:
            yield from _unknown(f"{path}.of_which", [indicator.of_which], indicators, "indicators")
        if indicator.horizon.year not in plan.meta.years:
            yield f"{path}.horizon：不在规划期{plan.meta.first_year}—{plan.meta.last_year}年内；请改为目标到期日"
        if indicator.target is None and indicator.operator == ">=":
            yield f"{path}.target：比较方式为“>=”时必须有目标值；请填写数字"
    for switch in plan.switches:
        if switch.id not in READINGS:
            yield f"switches：没有口径开关“{switch.id}”（可用：{'、'.join(READINGS)}）；请改写或删除"
        elif strange := set(switch.options) - set(READINGS[switch.id]):
            known = "、".join(READINGS[switch.id])
            yield f"switches.{switch.id}.options：没有选项“{'、'.join(sorted(strange))}”（可用：{known}）；请改写"
        yield from _unknown(f"switches.{switch.id}.default", [switch.default], set(switch.options), "options")
        if switch.ambiguity:
            known = {a.id for a in plan.ambiguities}
            yield from _unknown(f"switches.{switch.id}.ambiguity", [switch.ambiguity], known, "ambiguities")
    for name in ("midterm_pace", "final_attainment"):
        floors = [band.at_least for band in getattr(plan.rating, name)]
        if floors != sorted(floors, reverse=True) or not floors or floors[-1] != 0:
            yield f"rating.{name}：at_least 应由高到低排列且末档为0；请调整顺序"
    yield from inconsistencies(plan)
    steps = [item.misses for item in plan.rating.escalation]
    if steps != sorted(set(steps)):
        yield "rating.escalation：misses 应由少到多、不重复；请调整顺序"


_OF_SCHOOLS = {
    TargetKind.PER_ENTITY_PER_PERIOD: ("entities", "entity_types", "measures", "period"),
    TargetKind.POOLED_RATIO: ("entities", "entity_types", "measures", "period"),
    TargetKind.EVERY_ENTITY: ("entities", "entity_types", "measures"),
}


def _incomplete(path: str, indicator: Indicator) -> Iterator[str]:
    """What the indicator's kind cannot do without."""
    for name in _OF_SCHOOLS.get(indicator.kind, ()):
        if not getattr(indicator, name):
            yield f"{path}.{name}：{indicator.kind}类指标必须填写；请补上"
    if indicator.kind is not TargetKind.LEVEL_AT_HORIZON and indicator.task is None:
        yield f"{path}.task：由牵头单位上报的指标必须写明任务号；请补上"
    roles = {measure.role for measure in indicator.measures}
    if indicator.kind is TargetKind.POOLED_RATIO and not {"numerator", "denominator"} <= roles:
        yield f"{path}.measures：须有一项 role 为 numerator、一项为 denominator；请补上"


def _unfit_names(plan: Plan) -> Iterator[str]:
    """Names and numbers that become names of files and folders: they must never be paths."""
    named = [("meta.district", plan.meta.district)]
    for what, items in (("units", plan.units), ("groups", plan.groups), ("rounds", plan.rounds)):
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


def _unknown(where: str, names: object, known: set, table: str) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{where}：“{name}”不在{table}中；请改为已有名称，或先在{table}中添加"
