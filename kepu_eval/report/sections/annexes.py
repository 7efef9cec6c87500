"""Annexes: units, readings of the plan, and for the workbook schools, commitments, findings and single figures."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.number_text import number_text
from kepu_eval.report.blocks import Block, Blocks, Cell, Column, Table, table
from kepu_eval.report.calculation import calculation
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.sections.indicators import period_rows
from kepu_eval.report.wording import rating_cell, without_lines

_STATUS_RATING = {"达标": "完成", "未达标": "滞后", "未到期": "", "数据不足": "数据不足", "待核": "数据不足"}


def annexes(case: Case) -> Blocks:
    """Readings of the plan; the long tables, and what recomputes the indicators, stand in the workbook only."""
    parts = (_readings, _periods, _schools, _commitments, _questions, _observations, _findings)
    return Blocks([*(block for part in parts for block in part(case)), calculation(case.facts)])


def units_returns(case: Case) -> Table:
    """What each unit sent, leads and is part of, and what is open in it."""
    units = case.evaluation.units
    return table(
        "units",
        "单位报送情况",
        "单位<1.8 | 报送^ | 牵头任务> | 承担任务> | 佐证> | 待核> | 退回>",
        [
            [row.name, row.status, *(
                case.facts.of_unit(row, key, label)
                if row.submitted or key in ("leads", "tasks") else None
                for key, label in (("leads", "牵头任务"), ("tasks", "承担任务"), ("evidence", "佐证"),
                                   ("questions", "待核"), ("rejected", "退回"))
            )]
            for row in units.itertuples()
        ],
        note="未报送单位的佐证、待核、退回不作零处理，记“—”。",
    )  # fmt: skip


def _readings(case: Case) -> Iterator[Block]:
    if not case.plan.ambiguities:
        return
    yield table(
        "readings",
        "口径表：原文不一致处及处理",
        "编号^0.6 | 事项<1.4 | 正文<1.8 | 责任清单<1.8 | 处理<3",
        [
            [a.id, *map(without_lines, (a.topic, a.body, a.list, a.handling))]
            for a in case.plan.ambiguities
            if a.severity == "A"
        ],
        note="其余不影响判定的不一致处见工作簿。",
    )
    yield table(
        "readings-all",
        "原文不一致处全表",
        ["编号", "程度", "事项", "正文", "责任清单", "处理"],
        [
            [a.id, a.severity, *map(without_lines, (a.topic, a.body, a.list, a.handling))]
            for a in case.plan.ambiguities
        ],
        annex=True,
    )


def _periods(case: Case) -> Iterator[Block]:
    yield table(
        "periods",
        "指标各期情况",
        ["编号", "指标", "项目", "期间", "数值", "下界", "上界", "状态"],
        period_rows(case),
        note="下界、上界：缺报学校按全部不达标、全部达标分别计算；按累计、增长判定的指标各期不单独判定，状态记“—”。",
        annex=True,
    )


def _questions(case: Case) -> Iterator[Block]:
    names = {unit.id: unit.name for unit in case.plan.units}
    yield table(
        "questions",
        "待核问题",
        ["序号", "单位", "文件", "工作表", "单元格", "原值", "问题", "请这样处理", "涉及"],
        [
            [order, names.get(r.unit, r.unit) or None, r.file or None, r.sheet or None, r.cell or None,
             r.value or None, r.message, r.remedy or None, "、".join(r.affects) or None]
            for order, r in enumerate(case.returns.open_questions.itertuples(), 1)
        ]
        or [["—", None, None, None, None, None, "没有待核问题", None, None]],
        annex=True,
    )  # fmt: skip


def _schools(case: Case) -> Iterator[Block]:
    """One row a school, one column a period, for every school-based indicator (workbook only)."""
    frame = case.evaluation.entity_periods
    for indicator in case.plan.indicators:
        rows = frame[frame["indicator"].eq(indicator.id)]
        if rows.empty:
            continue
        periods = list(dict.fromkeys(rows["period"]))
        by_school = {
            school: group.set_index("period") for school, group in rows.groupby("entity", sort=False)
        }
        yield table(
            f"{indicator.id}-schools",
            f"逐校{indicator.short_name}",
            [
                Column(title="学校", width=2),
                Column(title="类型"),
                *(Column(title="现有" if p == "stock" else p, align="right") for p in periods),
            ],
            [
                [school, group["type"].iloc[0], *(_school_cell(group, period) for period in periods)]
                for school, group in by_school.items()
            ],
            note="空缺为缺报；颜色按达标、未达标、未到期区分，同时写明状态。",
            annex=True,
        )


def _school_cell(group: pd.DataFrame, period: str) -> Cell:
    if period not in group.index:
        return Cell(text="—")
    row = group.loc[period]
    value = None if pd.isna(row["value"]) else float(row["value"])
    shown = "" if value is None else f"{number_text(value)} "
    return Cell(
        text=f"{shown}{row['status']}", value=value, tone=tone_of(_STATUS_RATING.get(row["status"], ""))
    )


def _commitments(case: Case) -> Iterator[Block]:
    rows = case.evaluation.commitments
    yield table(
        "commitments",
        f"{len(rows)}项承诺逐项判定",
        ["承诺号", "任务", "承诺", "类型", "评级", "理由", "自评", "佐证", "已报单位", "应报单位"],
        [
            [r.commitment, r.task, r.text, case.plan.commitment_types[r.type].name, rating_cell(r.rating), r.reason,
             r.self_rating or None, r.evidence, r.reporters, r.expected_reporters]
            for r in rows.itertuples()
        ],
        annex=True,
    )  # fmt: skip


def _observations(case: Case) -> Iterator[Block]:
    frame = case.returns.observations
    names = {unit.id: unit.name for unit in case.plan.units}
    states = {
        "accepted": "采用",
        "note": "规范后采用",
        "question": "待核",
        "rejected": "退回",
        "missing": "缺失",
    }
    yield table(
        "observations",
        "上报数据明细",
        ["序号", "单位", "指标", "项目", "期间", "学校", "数值", "处理", "原值", "文件", "工作表", "单元格"],
        [
            [r.obs, names.get(r.unit, r.unit), r.indicator, r.measure, r.period, r.entity or None, _value(r.value),
             states[r.state], r.raw, r.file, r.sheet, r.cell]
            for r in frame.itertuples()
        ],
        annex=True,
    )  # fmt: skip


def _value(value: float) -> Cell:
    return Cell(text="—") if pd.isna(value) else Cell(text=number_text(value), value=float(value))


def _findings(case: Case) -> Iterator[Block]:
    frame = case.evaluation.findings
    names = {unit.id: unit.name for unit in case.plan.units}
    kinds = {"note": "提示", "question": "待核", "rejected": "退回", "info": "说明"}
    yield table(
        "findings",
        "数据核查清单",
        ["序号", "类别", "规则", "单位", "文件", "工作表", "单元格", "原值", "问题", "建议", "涉及", "答复"],
        [
            [order, kinds[r.severity], r.code, names.get(r.unit, r.unit) or None, r.file or None, r.sheet or None,
             r.cell or None, r.value or None, r.message, r.remedy or None, "、".join(r.affects) or None, r.answer or None]
            for order, r in enumerate(frame.itertuples(), 1)
        ],
        annex=True,
    )  # fmt: skip
