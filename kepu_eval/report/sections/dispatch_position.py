"""Quarterly dispatch: basis, and where indicators and tasks stand against their expected path."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT
from kepu_eval.evaluation.dispatch import NOT_DUE, made_up
from kepu_eval.plan import quarter_of, quarter_share
from kepu_eval.report.blocks import Block, Blocks, Cell, Column, Cover, Fact, prose, table
from kepu_eval.report.dispatch_case import DispatchCase
from kepu_eval.report.dispatch_sources import of_items, of_reporting
from kepu_eval.report.figures import position_paths
from kepu_eval.report.inputs import inputs, other_inputs, plan_input, round_inputs
from kepu_eval.report.sections.wording import UNKNOWN, chinese_date, listed, rating_cell

_ORDER = ("完成", "达到序时", "基本达到序时", "滞后", "严重滞后", "未启动", UNKNOWN, NOT_DUE)


def dispatch_cover(case: DispatchCase) -> Blocks:
    """Title block, and every quarter's files."""
    title = Cover(
        title=f"{case.plan.meta.district}{case.plan.meta.about}季度调度通报",
        subtitle=f"（{case.now.round.name}，截至{chinese_date(case.now.round.as_of)}）",
        organisation=case.organisation or case.plan.meta.office,
        date=case.report_date,
        notice=case.notice,
        contents=False,
    )
    sent = [file for quarter in case.quarters for file in round_inputs(quarter.returns)]
    files = [plan_input(case.plan), *sent, *other_inputs(case.files)]
    return Blocks([title, inputs(case.parameters, files)])


def dispatch_overview(case: DispatchCase) -> Blocks:
    """Basis, expected share, return rate, and how many indicators and tasks stand where."""
    facts, rnd, people = case.facts, case.now.round, case.now.roster
    in_time = int(people["status"].eq("按时").sum())
    blocks: list[Block] = [
        prose(
            "本次调度依据《{title}》，数据截至{as_of}。按季计，规划期时间进度为{window}，本年为{year}。"
            "应报单位{due}，按时报送{in_time}，按时率{rate}；其余见第四部分。缺报、待核的数据不作零处理，也不视为达标。",
            title=case.plan.meta.title,
            as_of=chinese_date(rnd.as_of),
            window=_percent(case, "进度.规划期", float(quarter_share(case.plan, rnd.as_of)), "规划期时间进度", "已过季数÷规划期季数"),
            year=_percent(case, "进度.本年", quarter_of(rnd.as_of) / 4, "本年时间进度", "本年已过季数÷4"),
            due=facts.count("报送.应报", len(people), "应报单位", "个", sources=facts.planned("应报单位")),
            in_time=facts.count("报送.按时", in_time, "按时报送单位", "个", sources=of_reporting(case, people["unit"])),
            rate=facts.share("报送.按时率", in_time, len(people), "按时报送率", parts=("报送.按时", "报送.应报")),
        ),
        *(_counts(case, what, table_) for what, table_ in (("指标", case.now.indicators), ("任务", case.now.tasks))),
    ]  # fmt: skip
    if case.gaps:
        names = listed(item.name for item in case.gaps)
        blocks.append(prose("{names}没有填报数据，连续次数按有数据的各季计算。", role="note", names=names))
    return Blocks(blocks)


def _percent(case: DispatchCase, id: str, value: float, label: str, formula: str) -> Fact:  # noqa: A002 - the Fact's own field name
    sources = case.facts.planned("规划期起止")
    return Fact(id=id, value=value * 100, unit="%", digits=1, label=label, formula=formula, sources=sources)


def _counts(case: DispatchCase, what: str, rows: pd.DataFrame) -> Block:
    found = rows["position"].value_counts()
    words = [name for name in _ORDER if found.get(name, 0)]
    return prose(
        f"{what}{{total}}：" + "，".join(f"{name}{{c{k}}}" for k, name in enumerate(words)) + "。",
        total=case.facts.count(f"{what}.合计", len(rows), f"{what}数", sources=case.facts.planned(what)),
        **{
            f"c{k}": case.facts.count(
                f"{what}.{name}",
                found[name],
                f"{name}的{what}",
                sources=of_items(case.now, rows.loc[rows["position"].eq(name), "item"]),
            )
            for k, name in enumerate(words)
        },
    )


def position_cell(case: DispatchCase, row: Any) -> Cell:
    """A position as a cell: what is not due has no tone; what was made up says so, and is not on time."""
    if row.position == NOT_DUE:
        return Cell(text=NOT_DUE)
    if count := made_up(case.positions[row.item]):
        return Cell(text=f"已补齐（曾滞后{count}季）", tone="near")
    return rating_cell(row.position)


def dispatch_indicators(case: DispatchCase) -> Blocks:
    """Chart and table of every indicator: value, expected by now, their ratio, position."""
    rows = [
        [row.item, row.name, *_figures(case, row), position_cell(case, row), row.reason]
        for row in case.now.indicators.itertuples()
    ]
    listing = table(
        "dispatch-indicators",
        "量化指标与应达进度",
        "编号^0.7 | 指标<2.3 | 现值>1.1 | 本季末应达>1.1 | 现值÷应达> | 进度^1.9 | 说明<1.7",
        rows,
        note="累计和存量指标按规划期逐季匀速，年度指标按本年逐季匀速；学校类指标看本季结束的学期、学年，须全部达标。"
        "“已补齐”指此前滞后、本季赶上，不等于按期。",
    )
    chart = position_paths(case.now.indicators, case.plan, notice=case.notice)
    return Blocks([chart, listing])


def _figures(case: DispatchCase, row: Any) -> list[Fact | None]:
    """Value, expected by now, and their ratio, as Facts."""
    if row.position == NOT_DUE:
        return [None, None, None]
    sources = of_items(case.now, [row.item])
    known = {
        "value": ("现值", row.value, "按评估口径汇总"),
        "expected": ("本季末应达", row.expected, "目标×时间进度"),
    }
    facts = [
        Fact(id=f"{row.item}.{key}", value=None if value != value else value, unit=row.unit,
             digits=0 if float(value).is_integer() else 1, label=f"{row.name}·{label}", formula=formula,
             sources=sources if key == "value" else case.facts.planned(f"{row.item}目标"))
        for key, (label, value, formula) in known.items()
    ]  # fmt: skip
    share = None if row.share != row.share else row.share * 100
    ratio = Fact(id=f"{row.item}.share", value=share, unit="%", digits=1, label=f"{row.name}·现值÷应达",
                 formula="现值÷本季末应达", sources=sources)  # fmt: skip
    return [*facts, ratio]


def dispatch_tasks(case: DispatchCase) -> Blocks:
    """Tasks that are behind, unknown or made up; all of them stand in the workbook."""
    tasks = case.now.tasks
    told = tasks[
        tasks["position"].isin([*FALLING_SHORT, UNKNOWN])
        | tasks["item"].map(lambda item: made_up(case.positions[item]) > 0)
    ]
    if told.empty:
        return Blocks([prose("没有滞后或数据不足的任务。")])
    listing = table(
        "dispatch-tasks",
        "滞后、数据不足和已补齐的任务",
        _TASK_COLUMNS,
        _task_rows(case, told),
        note="有量化指标的任务取最差的指标；其余任务看逐年开展的承诺本年已开展的比例，与本年已过季数比较。其他任务见工作簿。",
    )
    return Blocks([listing])


_TASK_COLUMNS = (
    Column(title="任务", align="center", width=0.6),
    Column(title="主要任务", width=2.6),
    Column(title="牵头部门", width=1.2),
    Column(title="进度", align="center", width=2.2),
    Column(title="说明", width=2.2),
)


def _task_rows(case: DispatchCase, tasks: pd.DataFrame) -> list[list]:
    return [[r.task, r.name, r.lead, position_cell(case, r), r.reason] for r in tasks.itertuples()]


def dispatch_annex(case: DispatchCase) -> Blocks:
    """All tasks (workbook only)."""
    rows = _task_rows(case, case.now.tasks)
    return Blocks([table("dispatch-tasks-all", "全部任务进度", _TASK_COLUMNS, rows, annex=True)])
