"""What the words of a quarterly dispatch may name: where things stand, who reported, what is to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kepu_eval.evaluation.dispatch import NOT_DUE, made_up
from kepu_eval.plan import quarter_of, quarter_share
from kepu_eval.report.blocks import Fact
from kepu_eval.report.sections.wording import UNKNOWN, chinese_date
from kepu_eval.report.vocabulary import Vocabulary, plan_words
from kepu_eval.supervision.deadlines import Deadline

if TYPE_CHECKING:
    from kepu_eval.report.dispatch_case import DispatchCase

_ORDER = ("完成", "达到序时", "基本达到序时", "滞后", "严重滞后", "未启动", UNKNOWN, NOT_DUE)
TOLD = (Deadline.OVERDUE, Deadline.THIS_QUARTER, Deadline.NEXT_QUARTER, Deadline.UNDATED)
"""Standings of items to put right that a dispatch lists."""


def dispatch_vocabulary(case: DispatchCase) -> Vocabulary:
    """The names of a dispatch."""
    return Vocabulary(
        {
            "方案": lambda: plan_words(case),
            "季度": lambda: case.now.round.name,
            "基准日": lambda: chinese_date(case.as_of),
            "期限": lambda: chinese_date(case.now.round.due),
            "进度": lambda: _passed(case),
            "报送": lambda: _returned(case),
            "指标": lambda: _positions(case, "指标", case.now.indicators),
            "任务": lambda: _positions(case, "任务", case.now.tasks),
            "缺数季度": lambda: [item.name for item in case.gaps],
            "处理": lambda: _steps(case),
            "滞后": lambda: bool(case.behind),
            "整改": lambda: _rectification(case),
        }
    )


def _passed(case: DispatchCase) -> dict[str, Fact]:
    whole, year = float(quarter_share(case.plan, case.as_of)), quarter_of(case.as_of) / 4
    return {
        "规划期": _percent("进度.规划期", whole, "规划期时间进度", "已过季数÷规划期季数"),
        "本年": _percent("进度.本年", year, "本年时间进度", "本年已过季数÷4"),
    }


def _percent(id: str, value: float, label: str, formula: str) -> Fact:  # noqa: A002 - the Fact's own field name
    return Fact(id=id, value=value * 100, unit="%", digits=1, label=label, formula=formula)


def _returned(case: DispatchCase) -> dict[str, object]:
    people, facts = case.now.roster, case.facts
    in_time = int(people["status"].eq("按时").sum())
    return {
        "应报": facts.count("报送.应报", len(people), "应报单位", "个"),
        "按时": facts.count("报送.按时", in_time, "按时报送单位", "个"),
        "按时率": facts.share("报送.按时率", in_time, len(people), "按时报送率"),
    }


def _positions(case: DispatchCase, what: str, rows: pd.DataFrame) -> dict[str, object]:
    """How many stand where, in the order of the scale, and what was made up."""
    found = rows["position"].value_counts()
    return {
        "合计": case.facts.count(f"{what}.合计", len(rows), f"{what}数"),
        "各档": [
            {"名称": name, "数": case.facts.count(f"{what}.{name}", found[name], f"{name}的{what}")}
            for name in _ORDER
            if found.get(name, 0)
        ],
        "补齐": [row.name for row in rows.itertuples() if made_up(case.positions[row.item])],
    }


def _steps(case: DispatchCase) -> list[dict[str, object]]:
    return [
        {"名称": step.label, "次数": case.facts.count(f"处理.{step.label}", step.misses, f"{step.label}的连续次数", "次", "方案文件设定")}
        for step in case.plan.rating.escalation
    ]  # fmt: skip


def _rectification(case: DispatchCase) -> dict[str, object]:
    """``台账``: whether there is one; ``有``: whether it holds anything."""
    items = case.deadlines
    if items is None:
        return {"台账": False, "有": False}
    found, count = items["deadline"].value_counts(), case.facts.count
    return {
        "台账": True,
        "有": len(items) > 0,
        "合计": count("整改.合计", len(items), "整改事项"),
        "了结": count("整改.了结", int(items["settled"].sum()), "已销号或撤销的整改事项"),
        "各类": [
            {"名称": str(standing), "数": count(f"整改.{standing}", found.get(standing, 0), f"{standing}的整改事项")}
            for standing in TOLD
        ],
    }  # fmt: skip
