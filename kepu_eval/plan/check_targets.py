"""Whether every target of a plan can be judged as it is written."""

from __future__ import annotations

from collections.abc import Iterator

from kepu_eval.plan.models import Plan
from kepu_eval.plan.targets import SCHOOLS, Indicator, TargetKind
from kepu_eval.safe_text import file_name_problem

_FAR = 20
"""Years after a plan's end within which a target may be due (远景目标)."""
_BOUNDS = frozenset({">=", ">", "<=", "<", "range"})
JUDGED: dict[TargetKind, frozenset[str]] = dict.fromkeys(TargetKind, _BOUNDS) | {
    TargetKind.LEVEL_AT_HORIZON: frozenset({">=", ">", "<=", "<"}),
    TargetKind.POOLED_RATIO: frozenset({">=", ">", "<=", "<"}),
    TargetKind.TREND: frozenset({"increasing", "decreasing"}),
    TargetKind.LIMIT_AT_HORIZON: _BOUNDS | {"rank"},
    TargetKind.RATE_OF_CHANGE: frozenset({">=", ">", "<=", "<"}),
}
"""Operators that the evaluation can judge, by kind; whatever is not here is refused and never read as something else."""

_SPANS = ("month", "quarter", "half_year", "year", "two_years")
_PERIODS = {
    TargetKind.CUMULATIVE: ("year",), TargetKind.ANNUAL: _SPANS, TargetKind.STOCK_AT_HORIZON: ("year",), TargetKind.TREND: ("year",),
    TargetKind.LIMIT_AT_HORIZON: ("year",), TargetKind.RATE_OF_CHANGE: ("year",),
    TargetKind.PER_ENTITY_PER_PERIOD: ("semester", "school_year", *_SPANS), TargetKind.POOLED_RATIO: ("school_year", "semester", "year"),
}  # fmt: skip
_LEVELS = (TargetKind.LEVEL_AT_HORIZON, TargetKind.LIMIT_AT_HORIZON)
_SHARED = (TargetKind.CUMULATIVE, TargetKind.ANNUAL)
_OF_SCHOOLS = {
    TargetKind.PER_ENTITY_PER_PERIOD: ("entities", "measures", "period"),
    TargetKind.POOLED_RATIO: ("entities", "measures", "period"),
    TargetKind.EVERY_ENTITY: ("entities", "measures"),
}
_SHARES = (
    TargetKind.LEVEL_AT_HORIZON,
    TargetKind.STOCK_AT_HORIZON,
    TargetKind.LIMIT_AT_HORIZON,
    TargetKind.POOLED_RATIO,
)
_SIGNS = {
    ">=": "不低于",
    ">": "高于",
    "<=": "不超过",
    "<": "低于",
    "range": "区间",
    "rank": "进入前几位",
    "increasing": "逐年提高",
    "decreasing": "逐年降低",
}


def target_problems(plan: Plan) -> Iterator[str]:
    """A Chinese line for everything about the plan's indicators that cannot be judged."""
    if not plan.indicators:
        yield "indicators：没有量化指标；请逐项填写"
    known = {indicator.id for indicator in plan.indicators}
    numbers = {task.number for task in plan.tasks}
    for indicator in plan.indicators:
        path = f"indicators.{indicator.id}"
        if indicator.to_confirm:
            yield f"{path}：待确认（{indicator.to_confirm}）；请在待确认表中确认，或核对后删除 to_confirm"
        if indicator.task is not None and indicator.task not in numbers:
            yield f"{path}.task：“{indicator.task}”不在tasks中；请改为已有任务号"
        if indicator.of_which and (indicator.of_which not in known or indicator.of_which == indicator.id):
            yield f"{path}.of_which：“{indicator.of_which}”不在其他indicators中；请改为总数的编号"
        yield from _incomplete(path, indicator)
        yield from _unjudgeable(path, indicator)
        yield from _value(path, indicator)
        yield from _times(path, indicator, plan)
        yield from _parts(path, indicator, plan)
        yield from _owner(path, indicator, plan)


def _incomplete(path: str, indicator: Indicator) -> Iterator[str]:
    """What the indicator's kind cannot do without."""
    for name in _OF_SCHOOLS.get(indicator.kind, ()):
        if not getattr(indicator, name):
            yield f"{path}.{name}：{indicator.kind}类指标必须填写；请补上"
    if indicator.kind is not TargetKind.LEVEL_AT_HORIZON and indicator.task is None:
        yield f"{path}.task：由牵头单位上报的指标必须写明任务号；请补上"
    roles = {measure.role for measure in indicator.measures}
    ratio = indicator.kind is TargetKind.POOLED_RATIO or roles & {"numerator", "denominator"}
    if ratio and not {"numerator", "denominator"} <= roles:
        yield f"{path}.measures：须有一项 role 为 numerator、一项为 denominator；请补上"
    survey = indicator.survey
    if survey and bool(survey.group) != bool(survey.value):
        yield f"{path}.survey：group（分组）与 value（类别）须同时写或都不写；请补上"
    if indicator.roster == SCHOOLS and not indicator.entity_types:
        yield f"{path}.entity_types：须写明计入哪些类型的学校；请补上"
    if indicator.entities and (problem := file_name_problem(indicator.roster)):
        yield f"{path}.entities：“{indicator.roster[:20]}”{problem}，不能用作工作表名；请改写"
    if survey and indicator.kind is not TargetKind.LEVEL_AT_HORIZON:
        yield f"{path}.survey：只有level_at_horizon类由调查判定；请改 kind 或删除 survey"
    since = [item.since for item in indicator.definitions]
    if since != sorted(set(since)):
        yield f"{path}.definitions：since 应由早到晚、不重复；请调整顺序"


def _unjudgeable(path: str, indicator: Indicator) -> Iterator[str]:
    """Kinds, operators and periods that the evaluation has no rule for."""
    operators = JUDGED.get(indicator.kind)
    told = _SIGNS[indicator.operator]
    if operators is None:
        yield f"{path}.kind：“{indicator.kind}”目前不能判定；请把本项写成不定级的承诺（outcome），不要换成别的类型"
    elif indicator.operator not in operators:
        known = "、".join(f"{sign}（{_SIGNS[sign]}）" for sign in sorted(operators))
        yield (
            f"{path}.operator：{indicator.kind}类目前不能判定“{indicator.operator}”（{told}），能判定的只有{known}；"
            "方向不能颠倒：原文不是这个意思的，请把本项写成不定级的承诺（outcome）"
        )
    periods = _PERIODS.get(indicator.kind)
    if periods and indicator.period is not None and indicator.period not in periods:
        yield f"{path}.period：{indicator.kind}类目前不能按“{indicator.period}”判定（可用：{'、'.join(periods)}）；请核对"
    for field, kinds, what in (
        ("milestones", _LEVELS, "按里程碑"),
        ("reference", _LEVELS, "与参照值比较"),
        ("shares", _SHARED, "分担到单位"),
    ):
        if getattr(indicator, field) and indicator.kind not in kinds:
            yield f"{path}.{field}：{indicator.kind}类目前不能{what}判定（可用：{'、'.join(kinds)}）；请删除，并在 wording 中注明"


def _value(path: str, indicator: Indicator) -> Iterator[str]:
    """Whether the number can be meant."""
    target, high = indicator.target, indicator.target_high
    if indicator.kind is TargetKind.TREND:
        if target is not None:
            yield f"{path}.target：trend类只看逐年增减，{target:g}会被忽略；年均增长这类要求请用rate_of_change，不要用trend"
        return
    if target is None:
        yield f"{path}.target：比较方式为“{indicator.operator}”时必须有目标值；请填写数字"
        return
    changes = indicator.kind is TargetKind.RATE_OF_CHANGE
    if changes and (indicator.baseline is None or not indicator.baseline.value):
        yield f"{path}.baseline：按变化率判定须写明不为0的基期值；请补上 year 和 value"
    if changes and indicator.period == "year" and indicator.baseline and indicator.baseline.year is None:
        yield f"{path}.baseline.year：年均变化率须写明基期年；请补上"
    if changes and not indicator.measures:
        yield f"{path}.measures：变化率由各年末的数算出，须写明上报什么数、什么单位；请补上一项"
    if target < 0 and not changes and indicator.reference is None:
        yield f"{path}.target：{target:g}是负数；请填原文的数值"
    if target == 0 and indicator.operator not in ("<=", "range") and indicator.reference is None:
        yield f"{path}.target：目标值为0，任何数都算达到；请填原文的数值"
    if indicator.operator == "range" and (high is None or high <= target):
        yield f"{path}.target_high：区间的上限须大于下限{target:g}；请补上或改正"
    if indicator.operator != "range" and high is not None:
        yield f"{path}.target_high：比较方式不是range，上限{high:g}不起作用；请删除或改 operator"
    if indicator.operator == "rank" and target != int(target):
        yield f"{path}.target：名次须为整数，现为{target:g}；进入前三写3"
    if indicator.unit == "%" and not changes and indicator.reference is None:
        if 0 < target < 1 and indicator.operator in (">=", ">") and indicator.decimals is None:
            yield f"{path}.target：百分数写百分号前的数（15%写15），现为{target:g}；确为{target:g}%的请写明 decimals"
        if target > 100 and indicator.kind in _SHARES:
            yield f"{path}.target：{target:g}%超过100%；比例不会超过100%，请核对数值或单位"


def _times(path: str, indicator: Indicator, plan: Plan) -> Iterator[str]:
    """Due within the plan or after it (milestones and the pace are judged then), and milestones on the way."""
    first, last = plan.meta.first_year, indicator.horizon.year
    if not first <= last <= plan.meta.last_year + _FAR:
        yield f"{path}.horizon：{last}年不在{first}—{plan.meta.last_year + _FAR}年内；请改为目标到期日"
    years = [item.year for item in indicator.milestones]
    if years != sorted(set(years)) or (years and years[-1] >= last):
        yield f"{path}.milestones：年份应由早到晚、早于到期年{last}；请改正"


def _parts(path: str, indicator: Indicator, plan: Plan) -> Iterator[str]:
    """Units that tell a part of an indicator or have a share of it: of its task, and together what is to be reached."""
    if indicator.task is None or indicator.task not in {task.number for task in plan.tasks}:
        return
    task = plan.task(indicator.task)
    bound = {task.lead.unit, *task.lead.joint, *(n for name in task.responsible for n in _named(plan, name))}
    named = [("measures", m.by) for m in indicator.measures if m.by] + [
        ("shares", s.unit) for s in indicator.shares
    ]
    for field, unit in named:
        if unit not in bound:
            yield f"{path}.{field}：“{unit}”不牵头、也不负责任务{indicator.task}；请改为该任务的单位（写全称）"
    total = sum(share.target for share in indicator.shares)
    if indicator.shares and indicator.target is not None and abs(total - indicator.target) > 1e-9:
        yield f"{path}.shares：各单位分担之和{total:g}不等于目标{indicator.target:g}；请核对"


def _named(plan: Plan, name: str) -> Iterator[str]:
    """Units behind a name; a name that is not known is told elsewhere."""
    if name in {item.name for item in plan.bodies}:
        yield from (unit.name for unit in plan.members(name))


def _owner(path: str, indicator: Indicator, plan: Plan) -> Iterator[str]:
    """An owner is a unit, a group or the office that signs the reports (with or without the district's name)."""
    owner = indicator.owner
    if owner is None:
        return
    known = {name for item in plan.bodies for name in (item.name, *item.aliases)}
    office = plan.meta.office
    if owner not in known and not (office and (office.endswith(owner) or office.endswith(owner[1:]))):
        yield f"{path}.owner：“{owner}”不是units、groups中的名称，也不是meta.office；请改正或先添加"
