"""What the words of a quarterly dispatch may name: where things stand, who reported, what is to be put right."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from kepu_eval.evaluation.dispatch import MET, MISSED, NOT_DUE, escalation, misses
from kepu_eval.plan import quarter_of, quarter_share
from kepu_eval.report.blocks import Fact
from kepu_eval.report.dispatch_sources import of_history, of_items, of_ledger, of_reporting
from kepu_eval.report.follow_up import data_due, next_quarter, reminders, to_decide
from kepu_eval.report.vocabulary import Vocabulary, plan_words
from kepu_eval.report.wording import UNKNOWN, chinese_date
from kepu_eval.rows import Row
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
            "进度": lambda: _passed(case),
            "报送": lambda: _returned(case),
            "指标": lambda: _positions(case, "指标", case.now.indicators),
            "任务": lambda: _positions(case, "任务", case.now.tasks),
            "较上季": lambda: _since(case),
            "缺数季度": lambda: [item.name for item in case.gaps],
            "处理": lambda: _steps(case),
            "滞后项": lambda: [_streak(case, row) for row in case.behind],
            "办理": lambda: _asked(case),
            "整改": lambda: _rectification(case),
        }
    )


def _passed(case: DispatchCase) -> dict[str, Fact]:
    share, quarters = quarter_share(case.plan, case.as_of), 4 * len(case.plan.meta.years)
    laid_down = case.facts.planned("规划期起止")

    def count(name: str, value: int, label: str) -> Fact:
        return case.facts.count(f"进度.{name}", value, label, "个季度", sources=laid_down)

    def percent(name: str, value: float, label: str, formula: str) -> Fact:
        return Fact(id=f"进度.{name}", value=value * 100, unit="%", digits=1, label=label, formula=formula, sources=laid_down)  # fmt: skip

    return {
        "已过": count("已过", int(share * quarters), "规划期已过季数"),
        "季数": count("季数", quarters, "规划期季数"),
        "规划期": percent("规划期", float(share), "规划期时间进度", "已过季数÷规划期季数"),
        "本年": percent("本年", quarter_of(case.as_of) / 4, "本年时间进度", "本年已过季数÷4"),
    }


def _returned(case: DispatchCase) -> dict[str, object]:
    people, facts = case.now.roster, case.facts
    in_time = int(people["status"].eq("按时").sum())
    missed = [row for row in people.itertuples() if case.reporting[row.unit][-1] == MISSED]
    return {
        "应报": facts.count("报送.应报", len(people), "应报单位", "个", sources=facts.planned("应报单位")),
        "按时": facts.count("报送.按时", in_time, "按时报送单位", "个", sources=of_reporting(case, people["unit"])),
        "按时率": facts.share("报送.按时率", in_time, len(people), "按时报送率", parts=("报送.按时", "报送.应报")),
        "未按时项": [
            {"单位": row.unit_name, "情况": row.status, "次数": streak(case, row.unit, case.reporting[row.unit]),
             "处理": escalation(case.plan, misses(case.reporting[row.unit]))}
            for row in missed
        ],
    }  # fmt: skip


_GROUPS = {
    "达到": ("完成", "达到序时", "基本达到序时"),
    "滞后": ("滞后", "严重滞后", "未启动"),
    "不明": (UNKNOWN,),
    "未到期": (NOT_DUE,),
}


def _positions(case: DispatchCase, what: str, rows: pd.DataFrame) -> dict[str, object]:
    """How many stand where: in the order of the scale, and in four groups with their names under …项."""

    def count(name: str, positions: Collection[str], label: str) -> Fact:
        mine = rows[rows["position"].isin(positions)]
        sources = of_items(case.now, mine["item"]) or case.facts.planned(what)
        return case.facts.count(f"{what}.{name}", len(mine), label, sources=sources)

    words: dict[str, object] = {
        "合计": case.facts.count(f"{what}.合计", len(rows), f"{what}数", sources=case.facts.planned(what)),
        "各档": [
            {"名称": name, "数": count(name, [name], f"{name}的{what}")}
            for name in _ORDER
            if rows["position"].eq(name).any()
        ],
    }
    for group, positions in _GROUPS.items():
        words[group] = count(f"归类.{group}", positions, f"{what}·{group}")
        words[f"{group}项"] = list(rows.loc[rows["position"].isin(positions), "name"])
    return words


def _since(case: DispatchCase) -> dict[str, object]:
    """Indicators, and tasks without indicators, that missed their path and miss it no more, or the other way round."""
    words: dict[str, object] = {"有": len(case.quarters) > 1, "补齐": [], "接近": [], "转差": []}
    for row in case.judged:
        before, now = ((), *case.positions[row.item])[-2:]
        if told := case.recovered(row):
            words["补齐" if told.startswith("已补齐") else "接近"].append(row.name)
        elif before == MET and now == MISSED:
            words["转差"].append(row.name)
    return words


def streak(case: DispatchCase, id: str, history: tuple[str, ...]) -> Fact:  # noqa: A002 - the Fact's own field name
    """Misses in a row up to this quarter, of an item or a unit."""
    return case.facts.count(
        f"连续.{id}",
        misses(history),
        "到本季为止连续未按期的次数",
        "次",
        "由本季向前数，遇按期为止",
        sources=of_history(case, id),
    )


def _streak(case: DispatchCase, row: Row) -> dict[str, object]:
    history = case.positions[row.item]
    return {"名称": row.name, "牵头": row.lead, "次数": streak(case, row.item, history),
            "处理": escalation(case.plan, misses(history))}  # fmt: skip


def _asked(case: DispatchCase) -> dict[str, object]:
    """How many units are asked to do something, by when, and how much has to be decided."""
    things, decisions = reminders(case), to_decide(case)
    sent = of_reporting(case, case.now.roster["unit"])
    counted = {
        "单位数": ("单位", len({thing[0] for thing in things}), "请办理的单位", "个"),
        "事项数": ("事项", len(things), "请办理的事项", "件"),
        "决定数": ("决定", len(decisions), "需研究决定的事项", "件"),
    }
    return {
        "有": bool(things),
        "补数": chinese_date(data_due(case)),
        "季末": chinese_date(next_quarter(case)),
        "决定": bool(decisions),
        **{word: case.facts.count(f"办理.{name}", value, label, unit, sources=sent) for word, (name, value, label, unit) in counted.items()},
    }  # fmt: skip


def _steps(case: DispatchCase) -> list[dict[str, object]]:
    return [
        {"名称": step.label, "次数": case.facts.count(f"处理.{step.label}", step.misses, f"{step.label}的连续次数", "次", "方案文件规定", sources=case.facts.planned("rating.escalation"))}
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
        "合计": count("整改.合计", len(items), "整改事项", sources=of_ledger(case, "整改事项")),
        "了结": count("整改.了结", int(items["settled"].sum()), "已销号或撤销的整改事项", parts=("整改.合计",)),
        "各类": [
            {"名称": str(standing), "数": count(f"整改.{standing}", found.get(standing, 0), f"{standing}的整改事项", parts=("整改.合计",))}
            for standing in TOLD
        ],
    }  # fmt: skip
