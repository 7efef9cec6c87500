"""Problems and reasons, to the task and the unit; and the list of things to put right."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import FALLING_SHORT
from kepu_eval.report.blocks import Blocks, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.factbook import ALL_TASKS
from kepu_eval.report.ratings import task_id
from kepu_eval.report.sections.wording import UNKNOWN, first_texts, listed, rating_cell
from kepu_eval.supervision.rectification import condition_text


def problems(case: Case) -> Blocks:
    """Tasks that fall short or cannot be judged, with what stands behind it and the reasons as reported."""
    tasks, facts = case.evaluation.tasks, case.facts
    behind = tasks[tasks["rating"].isin(FALLING_SHORT)]
    unknown = tasks[tasks["rating"].eq(UNKNOWN)]
    blocks = [
        prose(
            "滞后、未完成或未启动的任务{behind}，数据不足的任务{unknown}。原因栏为单位自报，未作改动；未说明的列“未说明”。",
            behind=facts.count(
                "问题.滞后", len(behind), "滞后、未完成或未启动的任务", parts=facts.tasks(behind)
            ),
            unknown=facts.count("问题.数据不足", len(unknown), "数据不足的任务", parts=facts.tasks(unknown)),
        )
    ]
    if len(behind) + len(unknown):
        blocks.append(
            table(
                "problems",
                "问题与原因",
                "任务^0.6 | 主要任务<2.2 | 牵头部门<1.2 | 评级^1.4 | 问题<2.8 | 原因（单位自报）<2.4",
                [_problem(case, row) for _, row in pd.concat([behind, unknown]).iterrows()],
            )
        )
    blocks.append(_by_unit(case))
    return Blocks(blocks)


def _problem(case: Case, row: pd.Series) -> list:
    number = int(row["number"])
    return [
        number,
        row["title"],
        row["lead"],
        rating_cell(row["rating"], row["display"]),
        _what(case, row),
        _reported(case, number, "problem") or "未说明",
    ]


def _what(case: Case, row: pd.Series) -> str:
    """What decides the task's rating: its indicators' verdicts, else its commitments that fall short."""
    indicators = case.evaluation.indicators
    short = indicators[
        indicators["indicator"].isin(row["quantitative"])
        & indicators["rating"].isin([*FALLING_SHORT, UNKNOWN])
    ]
    commitments = case.evaluation.commitments
    weak = commitments[
        commitments["task"].eq(row["number"])
        & commitments["indicator"].isna()
        & commitments["rating"].isin([*FALLING_SHORT, UNKNOWN])
    ]
    parts = [f"{item.name}：{item.verdict}" for item in short.itertuples()]
    if len(weak):
        parts.append(listed((f"{item.text}（{item.rating}）" for item in weak.itertuples()), at_most=4))
    return "；".join(parts)


def _reported(case: Case, task: int, column: str) -> str:
    statuses = case.returns.statuses
    return first_texts(list(statuses.loc[statuses["task"].eq(task), column]))


def _by_unit(case: Case):  # noqa: ANN202
    facts = case.facts
    shown = case.evaluation.units.query("questions > 0 or rejected > 0 or not submitted")
    return table(
        "units-problems",
        "各单位报送和数据问题",
        "单位<1.8 | 报送^ | 待核> | 退回> | 提示>",
        [
            [
                row.name,
                row.status,
                *(
                    facts.of_unit(row, key, label) if row.submitted else None
                    for key, label in (("questions", "待核"), ("rejected", "退回"), ("notes", "提示"))
                ),
            ]
            for row in shown.itertuples()
        ],
        note="未列出的单位没有待核或退回的数据。",
    )


def rectification(case: Case) -> Blocks:
    """The list of things to put right: problem, measure as reported, responsible, due, closing condition."""
    if not case.to_rectify:
        return Blocks([prose("没有需要列入整改清单的事项。")])
    count = case.facts.count(
        "整改.清单",
        len(case.to_rectify),
        "列入整改清单的事项",
        formula="见整改清单",
        parts=case.facts.named(*dict.fromkeys(task_id(item.task) for item in case.to_rectify))
        or case.facts.named(ALL_TASKS),
    )
    listing = table(
        "rectification",
        "整改清单",
        "编号^1.5 | 任务^0.6 | 问题<2.8 | 措施（单位自报）<2.4 | 责任单位<1.2 | 时限<1.2 | 销号条件<2.2",
        [
            [
                item.item,
                item.task,
                item.problem,
                _reported(case, item.task, "next_step") or "由牵头部门提出",
                case.plan.unit(item.unit).name,
                "随下一轮报送" if item.condition == "data" else "由办公室确定",
                condition_text(item),
            ]
            for item in case.to_rectify
        ],
        landscape=True,
        note="与整改台账（kepu-eval rectify raise）为同一清单、同一编号；撤销须留痕。《方案》未定时限，由办公室确定后填入。",
    )
    return Blocks([prose("按规则列入整改清单的事项{count}。", count=count), listing])
