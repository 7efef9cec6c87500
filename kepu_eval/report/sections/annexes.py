"""Annexes: the master table, schools, units, findings, readings of the plan and whether they matter."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kepu_eval.evaluation import robustness
from kepu_eval.number_text import number_text
from kepu_eval.report.blocks import Block, Blocks, Cell, Column, prose, table
from kepu_eval.report.calculation import calculation
from kepu_eval.report.case import Case
from kepu_eval.report.palette import tone_of
from kepu_eval.report.ratings import task_id
from kepu_eval.report.sections.indicators import period_rows
from kepu_eval.report.sections.programmes import task_row
from kepu_eval.report.sections.wording import bounds, rating_cell

_STATUS_RATING = {"达标": "完成", "未达标": "滞后", "未到期": "", "数据不足": "数据不足", "待核": "数据不足"}


def annexes(case: Case) -> Blocks:
    """All annexes in order; the long ones, and what recomputes the indicators, stand in the workbook only."""
    parts = (
        _master,
        _units,
        _readings,
        _robustness,
        _periods,
        _schools,
        _commitments,
        _questions,
        _observations,
        _findings,
    )
    blocks = [block for part in parts for block in part(case)]
    return Blocks([*blocks, calculation(case.facts)])


def _master(case: Case) -> Iterator[Block]:
    yield table(
        "master",
        f"{len(case.plan.tasks)}项任务总表",
        "任务^0.5 | 行动或工程<1.6 | 主要任务<2.2 | 牵头部门 | 责任单位<2.6 | 评级^1.4 | 自评^0.9 | 自评与判定^0.9 | 最不利 ~ 最有利^1.5 | 佐证>0.6 | 报送^0.7",
        [
            [
                *task_row(case, row),
                bounds(row["rating_low"], row["rating_high"]) or None,
                case.facts.count(
                    f"T{row['number']:02d}.佐证",
                    row["evidence"],
                    f"任务{row['number']}的佐证",
                    "件",
                    parts=case.facts.named(task_id(row["number"])),
                ),
                f"{row['reporters']}/{row['expected_reporters']}",
            ]
            for _, row in case.evaluation.tasks.iterrows()
        ],
        note="评级按规则判定；自评为牵头部门自报。报送栏为已报单位数/应报单位数。",
        landscape=True,
    )


def _units(case: Case) -> Iterator[Block]:
    units = case.evaluation.units
    yield table(
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
        [[a.id, a.topic, a.body, a.list, a.handling] for a in case.plan.ambiguities if a.severity == "A"],
        note="L后的数字为方案文本的行号。其余不影响判定的不一致处见工作簿。",
    )
    yield table(
        "readings-all",
        "原文不一致处全表",
        ["编号", "程度", "事项", "正文", "责任清单", "处理"],
        [[a.id, a.severity, a.topic, a.body, a.list, a.handling] for a in case.plan.ambiguities],
        annex=True,
    )


def _robustness(case: Case) -> Iterator[Block]:
    frame = robustness(
        case.plan, case.returns, case.as_of, case.stage, case.survey, case.decisions.exceptions,
        **case.evaluation.switches,
    )  # fmt: skip
    changed = frame[frame["changes"]]
    settings = frame["setting"].nunique()
    yield prose(
        "对{settings}口径和阈值设定逐一换算，结论改变的见下表；未列出的不改变任何指标和任务的评级。",
        settings=case.facts.count(
            "换口径.设定",
            settings,
            "换算的口径和阈值设定",
            "种",
            sources=case.facts.planned("口径开关和评级阈值"),
        ),
    )
    yield table(
        "robustness",
        "换口径后结论是否改变",
        "设定<2.6 | 指标或任务<2 | 本报告^ | 换口径后^",
        [[row.setting, f"{row.item}　{row.name}", rating_cell(row.baseline_rating), rating_cell(row.rating)] for row in changed.itertuples()]
        or [["各种设定", "全部", "不变", "不变"]],
    )  # fmt: skip


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
                *(Column(title=p, align="right") for p in periods),
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
    answered = frame[frame["answer"].ne("")]
    yield prose(
        "数据质量：核查共形成"
        + "、".join(f"{kind}{{{key}}}" for key, kind in kinds.items())
        + ("（其中已答复{answered}）" if len(answered) else "")
        + "，逐条列于工作簿“数据核查清单”。",
        answered=case.facts.found("核查.已答复", answered, "已答复的核查结果", "条"),
        **{
            key: case.facts.found(
                f"核查.{kind}.全部", frame[frame["severity"].eq(key)], f"核查结果：{kind}", "条"
            )
            for key, kind in kinds.items()
        },
    )
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
