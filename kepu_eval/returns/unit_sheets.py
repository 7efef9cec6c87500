"""The sheets of one unit's workbook in one round, made of the plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from kepu_eval.plan import (
    BASELINE,
    KINDERGARTEN,
    LEAD,
    STOCK,
    Indicator,
    Plan,
    Round,
    TargetKind,
    Unit,
    begun,
    periods,
)
from kepu_eval.plan.periods import PARTS
from kepu_eval.plan.targets import SCHOOLS as SCHOOL_ROSTER
from kepu_eval.returns.layout import (
    EVENTS,
    EVIDENCE,
    EVIDENCE_TYPES,
    EXAMPLE_MARK,
    NUMBERS,
    OPERATING,
    OPTIONAL,
    PAIR,
    REQUIRED,
    RURAL,
    SELF_RATINGS,
    TASKS,
    YES_NO,
    Column,
    Row,
    Sheet,
)

_EVIDENCE_TITLES = ("佐证", "佐证号", "佐证材料", "佐证材料编号")
_LEVEL_KINDS = {
    TargetKind.STOCK_AT_HORIZON,
    TargetKind.TREND,
    TargetKind.LIMIT_AT_HORIZON,
    TargetKind.RATE_OF_CHANGE,
}
_WITH_QUANTITY = {"train", "res"}


def sheets(plan: Plan, unit: Unit, round_id: str) -> tuple[Sheet, ...]:
    """Sheets of one unit's workbook in one round, in order, without cover and hidden sheet."""
    rnd = plan.round(round_id)
    parts = [
        number_sheet(plan, unit, rnd),
        task_sheet(plan, unit, rnd),
        event_sheet(rnd),
        evidence_sheet(rnd),
    ]
    return (*parts, *(school_sheet(plan, rnd, roster) for roster in led_rosters(plan, unit)))


def led_rosters(plan: Plan, unit: Unit) -> tuple[str, ...]:
    """Rosters (学校, 街道 …) that the unit lists: it leads a task whose indicators are counted entry by entry."""
    return tuple(
        dict.fromkeys(i.roster for i in plan.indicators if i.task and i.roster and plan.lead(i.task) == unit)
    )


def year_columns(plan: Plan, rnd: Round, kind: Literal["number", "choice"]) -> list[Column]:
    """One column for each year that has begun; a number is that year's own figure."""
    choices = YES_NO if kind == "choice" else ()
    return [
        Column(f"year:{p.label}", f"{p.label}年", kind, 5 if choices else 9, choices, (p.label, f"{p.label}年度"), p.label)
        for p in begun(plan, "year", rnd.as_of)
    ]  # fmt: skip


def _over_years(plan: Plan, rnd: Round) -> frozenset[str]:
    return frozenset(f"year:{p.label}" for p in begun(plan, "year", rnd.as_of) if p.over(rnd.as_of))


def number_sheet(plan: Plan, unit: Unit, rnd: Round) -> Sheet:
    """指标数据: one row an indicator and measure; the lead must fill the years that are over."""
    base = plan.meta.first_year - 1
    years = year_columns(plan, rnd, "number")
    columns = (
        Column("indicator", "指标号", "label", 8, aliases=("指标编号", "编号")),
        Column("name", "指标名称", "label", 24),
        Column("measure", "项目", "label", 14),
        Column("unit", "计量单位", "label", 8, aliases=("单位",)),
        Column("duty", "必报/选报", "label", 8),
        Column(BASELINE, f"基期({base}年末)", "number", 10, aliases=("基期", f"{base}年末", f"{base}年", f"{base}年基数", f"{base}年基期数"), period=BASELINE),
        *years,
        Column("evidence", "佐证编号", "text", 12, aliases=_EVIDENCE_TITLES),
        Column("note", "说明", "text", 20, aliases=("备注", "情况说明", "备注说明")),
    )  # fmt: skip
    rows = []
    for task, role in plan.duties(unit):
        for indicator in plan.indicators:
            if indicator.task == task.number and (indicator.kind.summed or indicator.kind in _LEVEL_KINDS):
                due = [c.key for c in years if int(c.period) <= indicator.horizon.year]
                level = indicator.kind in _LEVEL_KINDS  # one figure, told once
                leads = plan.lead(task) == unit if level else role == LEAD
                rows += _number_rows(plan, rnd, indicator, unit, leads=leads, years=due)
    example: dict[str, object] = {
        "indicator": f"{EXAMPLE_MARK}（读取时忽略）",
        "name": "某培训人次",
        "measure": "当年完成数",
        "unit": "人次",
    }
    example |= {"duty": REQUIRED, "evidence": "P01、P02", "note": "名册已附"}
    example |= {column.key: 120 + 10 * k for k, column in enumerate(years)}
    return Sheet(
        NUMBERS, "指标数据",
        "黄色格必填。每年只填当年数，不要累计；“年末数”填年末时的总数。没有开展填0；选报项没有这项工作的填“无此项”；没有数据的留空，在“说明”写明原因。没有佐证编号的，最高按“正在推进”认定。",
        columns, ("indicator", "measure"), example, tuple(rows), freeze="D6",
    )  # fmt: skip


def _number_rows(
    plan: Plan, rnd: Round, indicator: Indicator, unit: Unit, *, leads: bool, years: list[str]
) -> list[Row]:
    """Rows of one indicator: a series each, and each part of a year where it is counted by month or quarter."""
    level = indicator.kind in _LEVEL_KINDS
    series = [(m.name, m.unit, m.by) for m in indicator.measures]
    series = series or [("年末数" if level else "完成数", indicator.unit, "")]
    kind = indicator.period or "year"
    parts = PARTS.get(kind, (PAIR,) if kind == "two_years" else ("",))
    known, over = ({p.label for p in periods(plan, kind) if test(p)} for test in (lambda _: True, lambda p: p.over(rnd.as_of)))  # fmt: skip
    shared = {share.unit for share in indicator.shares}
    made = []
    for name, counted, by in series:
        if by and by != unit.name:
            continue
        must = by == unit.name or (leads and not by) or unit.name in shared
        for part in parts:
            label = name if level or indicator.measures else f"{part or '当年'}{name}"
            row = Row({"indicator": indicator.id, "name": indicator.name, "measure": label, "unit": counted,
                       "duty": REQUIRED if must else OPTIONAL}, frozenset(), frozenset(), counted, part)  # fmt: skip
            told = {
                key: row.period(Column(key, "", "number", 0, period=key.removeprefix("year:")))
                for key in years
            }
            filled = {key for key, period in told.items() if period in known}
            due = {key for key in filled if told[key] in over} if must else set()
            base = {BASELINE} if level else set()
            made.append(replace(row, open=frozenset({*filled, "evidence", "note", *base}), required=frozenset(due | (base if must else set()))))  # fmt: skip
    return made


def measure_id(indicator: Indicator, name: str) -> str:
    """Measure of an indicator row by the name printed in 项目; ``value`` when the indicator has only one series."""
    return next((m.id for m in indicator.measures if m.name == name), "value")


def task_sheet(plan: Plan, unit: Unit, rnd: Round) -> Sheet:
    """任务自查: one row a commitment of the unit's tasks, except those judged by an indicator."""
    years = year_columns(plan, rnd, "choice")
    columns = (
        Column("task", "任务号", "label", 5, aliases=("任务编号", "序号")),
        Column("title", "任务", "label", 28, aliases=("任务名称",)),
        Column("commitment", "承诺号", "label", 7),
        Column("text", "承诺内容", "label", 33.5),
        Column("type", "类型", "label", 5),
        Column("role", "身份", "label", 5),
        *years,
        Column("operating", "运行情况", "choice", 7.5, OPERATING),
        Column("baseline_size", "基期规模", "number", 6),
        Column("current_size", "现有规模", "number", 6),
        Column("quantity", "数量", "number", 5.5),
        Column("progress", "进展说明", "text", 19, aliases=("进展", "进展情况", "进展情况说明", "工作进展", "工作进展情况")),
        Column("self_rating", "自评", "choice", 8, SELF_RATINGS, aliases=("自评等级", "自评等次", "自评结果", "自评情况", "自我评价")),
        Column("evidence", "佐证编号", "text", 9.5, aliases=_EVIDENCE_TITLES),
        Column("problem", "存在问题", "text", 11, aliases=("问题", "存在的问题", "主要问题")),
        Column("next_step", "下一步措施", "text", 11),
    )  # fmt: skip
    return Sheet(
        TASKS, "任务自查",
        "黄色格必填，灰色格不用填。牵头单位各行都填；责任单位只填自己开展的，没有开展的整行留空。“有/无”“运行情况”“自评”从下拉框选。没有佐证编号的，自评最高按“正在推进”认定。",
        columns, ("commitment",), _task_example(rnd, years), _task_rows(plan, unit, rnd, years), freeze="E6",
    )  # fmt: skip


def _task_rows(plan: Plan, unit: Unit, rnd: Round, years: list[Column]) -> tuple[Row, ...]:
    """The commitments of a unit's tasks; which columns are filled and which must be, by the rule that rates them."""
    narrative = {"progress"}
    common = {"progress", "self_rating", "evidence", "problem", "next_step"}
    by_rule = {
        "each_year": {column.key for column in years} | common,
        "in_operation": {"operating"} | common,
        "growing": {"baseline_size", "current_size"} | common,
        "narrative": narrative,
    }
    must_by_rule = {
        "each_year": _over_years(plan, rnd) | {"self_rating"},
        "in_operation": {"operating", "self_rating"},
        "growing": {"baseline_size", "current_size", "self_rating"},
        "narrative": set(),
    }
    rows = []
    for task, role in plan.duties(unit):
        for commitment in task.commitments:
            kind = plan.commitment_types[commitment.type]
            if kind.rule == "indicator":
                continue
            filled = by_rule[kind.rule] | ({"quantity"} if commitment.type in _WITH_QUANTITY else set())
            labels = {"task": task.number, "title": task.title, "commitment": commitment.id}
            labels |= {"text": commitment.text, "type": kind.name, "role": role}
            must = must_by_rule[kind.rule] if role == LEAD else set()
            rows.append(Row(labels, frozenset(filled), frozenset(must)))
    return tuple(rows)


def _task_example(rnd: Round, years: list[Column]) -> dict[str, object]:
    example: dict[str, object] = {
        "task": f"{EXAMPLE_MARK}（忽略）",
        "title": "某任务",
        "commitment": "T00.00",
        "text": "某活动（每年）",
        "type": "活动",
    }
    example |= {
        "role": "牵头",
        "progress": "每年举办一次，共3次",
        "self_rating": "正在推进",
        "evidence": "P03",
    }
    example |= {"problem": "覆盖面不够", "next_step": f"{rnd.as_of.year + 1}年3月底前制定进校计划"}
    example |= {column.key: YES_NO[0] for column in years}
    return example


def event_sheet(rnd: Round) -> Sheet:
    """活动台账: one row an event."""
    columns = (
        Column("number", "活动编号", "text", 9, aliases=("编号", "序号")),
        Column("date", "日期", "date", 11, aliases=("活动日期", "时间", "活动时间", "举办日期", "举办时间", "开展日期", "开展时间")),
        Column("title", "活动名称", "text", 28, aliases=("名称", "活动主题", "主题", "活动内容")),
        Column("place", "地点", "text", 18, aliases=("活动地点", "举办地点", "地址")),
        Column("participants", "参与人次", "number", 8, aliases=("人次", "参加人次", "活动人次", "参与人数", "参加人数", "人数"), unit="人次"),
        Column("task", "任务号", "text", 7, aliases=("对应任务", "任务编号")),
        Column("indicator", "关联指标", "text", 8, aliases=("指标号", "对应指标")),
        Column("organiser", "主办单位", "text", 14, aliases=("主办", "主办方")),
        Column("co_organisers", "协办单位", "text", 16, aliases=("协办", "协办方")),
        Column("evidence", "佐证编号", "text", 12, aliases=_EVIDENCE_TITLES),
    )  # fmt: skip
    example: dict[str, object] = {
        "number": f"{EXAMPLE_MARK}EV00（忽略）",
        "date": dt.date(rnd.as_of.year, 5, 20),
        "title": "某科普讲座",
    }
    example |= {
        "place": "某社区活动室",
        "participants": 85,
        "task": 1,
        "indicator": "",
        "organiser": "某单位",
    }
    example |= {"co_organisers": "某单位、某单位", "evidence": "P03"}
    return Sheet(
        EVENTS, "活动台账",
        f"一次活动一行，写具体日期（如{rnd.as_of.year}-05-20），行数不够往下接着填。几家合办的由主办单位填，协办单位写在“协办单位”。不填姓名、电话、身份证号。",
        columns, ("number", "title"), example, free_rows=12, freeze="D6",
    )  # fmt: skip


def evidence_sheet(rnd: Round) -> Sheet:
    """佐证目录: one row a piece of evidence."""
    columns = (
        Column("evidence", "佐证编号", "text", 10, aliases=("编号", "佐证号")),
        Column("title", "名称", "text", 32, aliases=("佐证名称", "材料名称")),
        Column("type", "类型", "choice", 13, EVIDENCE_TYPES, aliases=("材料类型", "佐证类型")),
        Column("reference", "文号或日期", "text", 18, aliases=("文号", "日期", "文号/日期", "文号、日期", "文号及日期")),
        Column("filename", "文件名", "text", 26, aliases=("文件名称", "附件名", "附件名称")),
        Column("commitments", "支撑承诺号", "text", 14, aliases=("承诺号", "支撑承诺")),
        Column("note", "说明", "text", 18, aliases=("备注", "情况说明", "备注说明")),
    )  # fmt: skip
    example: dict[str, object] = {
        "evidence": f"{EXAMPLE_MARK}P00（忽略）",
        "title": "关于举办某培训的通知",
        "type": EVIDENCE_TYPES[1],
    }
    example |= {
        "reference": f"某发〔{rnd.as_of.year}〕1号",
        "filename": "P00通知.pdf",
        "commitments": "T01.01",
        "note": "",
    }
    return Sheet(
        EVIDENCE, "佐证目录",
        "一份材料一个编号（如P01），其他表中写这个编号。行数不够往下接着填。材料另附，文件名与此一致；含个人信息的名册只留存备查，不要上报。",
        columns, ("evidence", "title"), example, free_rows=12, freeze="C6",
    )  # fmt: skip


@dataclass(frozen=True)
class SchoolMeasure:
    """A figure asked of every school: ``indicator`` it serves, kind of period ("" for a stock), unit."""

    id: str
    title: str
    unit: str
    indicator: str
    period: str


def school_types(plan: Plan, roster: str = SCHOOL_ROSTER) -> tuple[str, ...]:
    """Types of entries that the plan counts on a roster, and kindergartens where it may count them as schools."""
    types = [
        kind for indicator in plan.indicators if indicator.roster == roster for kind in indicator.entity_types
    ]
    asked = [KINDERGARTEN] * (roster == SCHOOL_ROSTER and any(s.id == "kindergartens" for s in plan.switches))
    return tuple(dict.fromkeys([*types, *asked]))


_SCHOOL_ORDER = ("", "semester", *PARTS, "year", "two_years", "school_year")


def school_measures(plan: Plan, roster: str = SCHOOL_ROSTER) -> list[SchoolMeasure]:
    """Figures asked of every entry of a roster: the stocks first, then by term, then by year."""
    found = [
        SchoolMeasure(m.id, m.name, m.unit, indicator.id, indicator.period or "")
        for indicator in plan.indicators if indicator.roster == roster for m in indicator.measures
    ]  # fmt: skip
    return sorted(found, key=lambda m: _SCHOOL_ORDER.index(m.period))


def school_sheet(plan: Plan, rnd: Round, roster: str = SCHOOL_ROSTER) -> Sheet:
    """学校明细 (街道明细 …): one row an entry of the roster, one column a measure and period that has begun."""
    rural, types, schools = plan.meta.rural, school_types(plan, roster), roster == SCHOOL_ROSTER
    columns = [
        Column("entity", f"{roster}名称", "text", 19, aliases=(roster, f"{roster}全称", *["校名"] * schools))
    ]
    if types:
        columns.append(
            Column("type", f"{roster}类型", "choice", 5.5, types, aliases=("类型", *["学段"] * schools))
        )
    if schools:
        columns.append(
            Column(
                "rural",
                f"是否{rural}",
                "choice",
                5,
                RURAL,
                aliases=(rural, f"是否{rural[:2]}", f"是否{rural[:1]}{rural[2:]}"),
            )
        )
    labels = len(columns)
    measures = school_measures(plan, roster)
    columns += [_school_column(m, STOCK, m.title) for m in measures if not m.period]
    for kind in _SCHOOL_ORDER[1:]:
        for period in begun(plan, kind, rnd.as_of) if any(m.period == kind for m in measures) else ():
            columns += [
                _school_column(
                    m, period.label, f"{period.name if kind == 'year' else period.label} {m.title}"
                )
                for m in measures
                if m.period == kind
            ]
    example: dict[str, object] = {"entity": f"{EXAMPLE_MARK}{roster}（读取时忽略）", "rural": "否"}
    example |= {"type": types[0]} if types else {}
    example |= {c.key: 2 if c.unit == "次" else 3 if c.period == STOCK else 400 for c in columns[labels:]}
    pupils = "“参与学生数”按人去重，不能大于在校生数；" if schools else ""
    each, all_of = ("每校", "各类学校") if schools else (f"每个{roster}", f"各{roster}")
    return Sheet(
        f"{roster}明细", f"{roster}明细",
        f"{each}一行，{plan.meta.whole}{all_of}逐一列出，行数不够往下接着填。{pupils}未结束的{'学期、学年' if schools else '期间'}可留空。没有开展填0。",
        tuple(columns), ("entity",), example, free_rows=24, freeze="D6",
    )  # fmt: skip


def _school_column(measure: SchoolMeasure, period: str, title: str) -> Column:
    key = f"{measure.id}:{period}"
    return Column(
        key,
        title,
        "number",
        4.8 if measure.unit == "次" or period == STOCK else 6.4,
        (),
        (),
        period,
        measure.indicator,
        measure.id,
        measure.unit,
    )
