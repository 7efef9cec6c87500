"""Formulas of one period, by kind of target, each with what it gives at present.

Results are None where a figure is missing; a missing figure is an empty text in the sheet, never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kepu_eval.evaluation.intervals import Interval
from kepu_eval.evaluation.kinds.goal import Goal
from kepu_eval.evaluation.rating import exact
from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Datum, Number

MET, FAILED, OPEN, NOT_DUE, SENT_BACK = "达标", "未达标", "未定", "未到期", "退回"
Result = Number | str | None
Formulas = Mapping[str, tuple[str, Result]]
_NOTHING = '""'


@dataclass(frozen=True)
class Whole:
    """The total of which a step is a part: whether its lead has told it, and what it is at most; formulas and results."""

    told: str = "1"
    most: str = _NOTHING
    is_told: int = 1
    at_most: Number | None = None


@dataclass(frozen=True)
class StepView:
    """A step on its sheet: ``at`` gives the address of one of its columns, ``keyed`` a count (or sum) over its cells.

    ``value``, ``low``, ``high``: the report's Facts. ``before``: address and value of the level it is compared with.
    """

    kind: str
    due: bool
    target: float | None
    value: Number | None
    low: Number | None
    high: Number | None
    data: tuple[Datum, ...]
    at: Callable[[str], str]
    keyed: Callable[..., str]
    before: tuple[str, Number | None] | None = None
    whole: Whole = Whole()
    falls: bool = False
    operator: str = ">="
    target_high: float | None = None
    shared: bool = False

    def meets(self, low: str, high: str) -> tuple[str, str]:
        """Formulas of whether all that a figure may be complies, and whether none of it does; addresses of its ends."""
        target, top = self.at("目标"), self.target_high
        if self.operator == "range":
            return (
                f'AND({low}>={target},{high}<>"",{high}<={top})',
                f'OR(AND({high}<>"",{high}<{target}),{low}>{top})',
            )
        if self.operator in ("<=", "<"):
            other = ">" if self.operator == "<=" else ">="
            return f'AND({high}<>"",{high}{self.operator}{target})', f"{low}{other}{target}"
        other = "<" if self.operator == ">=" else "<="
        return f"{low}{self.operator}{target}", f'AND({high}<>"",{high}{other}{target})'

    @property
    def goal(self) -> Goal:
        """What a figure is held against."""
        return Goal(
            self.operator,
            exact(float(self.target or 0)),
            None if self.target_high is None else exact(self.target_high),
        )


def of_sums(step: StepView) -> Formulas:
    """A year of a sum."""
    if step.shared and step.kind == TargetKind.ANNUAL:
        return {}
    at = step.at
    told = f'IF({step.keyed("有数", 1, "有原格", 1)}=0,"",{step.keyed(of="数值")})'
    bounds = {
        "下界": (f"MAX(0,{step.keyed(of='下限')})", step.low),
        "上界": (f'IF({step.keyed("上有界", 0)}>0,"",MAX(0,{step.keyed(of="上限")}))', step.high),
    }
    counted = _if_due(step, f'IF({at("数值")}="",0,{at("数值")})', step.value or 0)
    if step.kind == TargetKind.ANNUAL:
        return {**bounds, **_within(step, told), "计入值": counted}
    return {
        **bounds,
        "数值": (told, step.value),
        "计入值": counted,
        "计入下界": _if_due(step, at("下界"), step.low),
        "计入上界": _if_due(step, at("上界"), step.high),
    }


def _within(step: StepView, told: str) -> Formulas:
    """A year that is judged by itself; a part is never more than its total, and sent back where it is."""
    at, whole, low, high = step.at, step.whole, step.low, step.high
    above = f'AND({at("总数")}<>"",{at("下界")}>{at("总数")})'
    is_above = whole.at_most is not None and low is not None and low > whole.at_most
    meets, reaches = step.meets(at("下界"), at("上界"))
    known = step.goal.certainly(
        Interval(exact(float(low or 0)), None if high is None else exact(float(high)))
    )
    early = "1" if step.goal.floor else at("到期")
    late = f'IF({at("到期")}=0,"{NOT_DUE}",IF({at("总数已定")}=0,"{OPEN}",IF({reaches},"{FAILED}","{OPEN}")))'
    state = f'IF({above},"{SENT_BACK}",IF(AND({meets},{at("总数已定")}=1,{early}=1),"{MET}",{late}))'
    if is_above:
        shown = SENT_BACK
    elif known and whole.is_told and (step.due or step.goal.floor):
        shown = MET
    elif not step.due:
        shown = NOT_DUE
    else:
        shown = FAILED if whole.is_told and known is False else OPEN
    most = f'IF({at("总数")}="",{at("上界")},IF(OR({above},{at("上界")}=""),{at("总数")},MIN({at("总数")},{at("上界")})))'
    bounds = [n for n in (whole.at_most, None if is_above else high) if n is not None]
    return {
        "总数已定": (whole.told, whole.is_told),
        "总数": (whole.most, whole.at_most),
        "数值": (f'IF({above},"",{told})', step.value),
        "判定": (state, shown),
        "计入下界": _if_due(step, f"IF({above},0,{at('下界')})", 0 if is_above else low),
        "计入上界": _if_due(step, most, min(bounds, default=None)),
    }


def of_levels(step: StepView) -> Formulas:
    """A level; in a trend also whether it is above the one before."""
    at = step.at
    value = f'IF({step.keyed("有数", 1)}=0,"",{step.keyed(of="数值")})'
    known = {
        "数值": (value, step.value),
        "下界": (f'IF({at("数值")}="",0,{at("数值")})', step.value or 0),
        "上界": (at("数值"), step.value),
    }
    if step.kind != TargetKind.TREND or step.before is None:
        return known
    place, before = step.before
    sign = "<" if step.falls else ">"
    state = f'IF(OR({place}="",{at("数值")}=""),"{OPEN}",IF({at("数值")}{sign}{place},"{MET}","{FAILED}"))'
    if before is None or step.value is None:
        shown = OPEN
    else:
        shown = MET if (step.value < before if step.falls else step.value > before) else FAILED
    return known | {
        "判定": (state, shown),
        "计入值": ("1", 1),
        "计入下界": (f'IF({at("判定")}="{MET}",1,0)', int(shown == MET)),
        "计入上界": (f'IF({at("判定")}="{FAILED}",0,1)', int(shown != FAILED)),
    }


def of_shares(step: StepView) -> Formulas:
    """Schools that comply in one period."""
    whole, met, most = (step.at(name) for name in ("计入值", "计入下界", "计入上界"))
    values = [datum.value for datum in step.data]
    compliant = sum(value is not None and step.goal.met(exact(float(value))) for value in values)
    return {
        "计入值": _if_due(step, step.keyed(), len(values)),
        "计入下界": _if_due(step, step.keyed("可计", 1), compliant),
        "计入上界": _if_due(step, f"{met}+{step.keyed('有数', 0)}", compliant + values.count(None)),
        "数值": _if_due(step, f'IF({most}>{met},"",{met}/{whole}*100)', step.value),
        "下界": _if_due(step, f"{met}/{whole}*100", step.low),
        "上界": _if_due(step, f"{most}/{whole}*100", step.high),
    }


def of_pools(step: StepView) -> Formulas:
    """Ratio over all schools in one period; those that did not answer take part not at all or completely."""
    at = step.at
    part, whole = (step.keyed("可计", 1, of=name) for name in ("数值", "分母"))
    rest = ("可计", 0, "略去", 0)
    pending = step.keyed(*rest, of="分母")
    unbounded = f"{step.keyed(*rest, '分母有数', 0)}>0"
    everyone = f"({whole}+{pending})"
    return {
        "数值": _if_due(step, f'IF({whole}=0,"",{part}/{whole}*100)', step.value),
        "下界": _if_due(step, f'IF({unbounded},"",IF({everyone}=0,0,{part}/{everyone}*100))', step.low),
        "上界": _if_due(
            step, f'IF({unbounded},"",IF({everyone}=0,100,({part}+{pending})/{everyone}*100))', step.high
        ),
        "计入值": (at("数值"), step.value),
        "计入下界": _if_due(step, f'IF({at("下界")}="",0,{at("下界")})', step.low or 0),
        "计入上界": _if_due(
            step, f'IF({at("上界")}="",100,{at("上界")})', 100 if step.high is None else step.high
        ),
    }


def _if_due(step: StepView, formula: str, result: Result) -> tuple[str, Result]:
    return f'IF({step.at("到期")}=1,{formula},"")', result if step.due else None


OF_KIND: Mapping[str, Callable[[StepView], Formulas]] = {
    TargetKind.CUMULATIVE: of_sums,
    TargetKind.ANNUAL: of_sums,
    TargetKind.STOCK_AT_HORIZON: of_levels,
    TargetKind.TREND: of_levels,
    TargetKind.LIMIT_AT_HORIZON: of_levels,
    TargetKind.RATE_OF_CHANGE: of_levels,
    TargetKind.PER_ENTITY_PER_PERIOD: of_shares,
    TargetKind.EVERY_ENTITY: of_shares,
    TargetKind.POOLED_RATIO: of_pools,
}
