"""The tables of a result package: their columns, each with its type and meaning. Light: who reads packages needs no more."""

from __future__ import annotations

S, N, I, B = "string", "number", "integer", "boolean"  # noqa: E741 - types of Frictionless table schemas
OWN = "本级"
IDENTITY = ("plan", "doc_no", "plan_sha256", "district", "office", "first_year", "last_year", "round", "round_name",
            "stage", "as_of")  # fmt: skip
"""Whose results these are; all texts but the two years."""

SCHEMA: dict[str, dict[str, tuple[str, str]]] = {
    "indicators": {
        "id": (S, "本方案内的编号"), "key": (S, "各级、各期方案共用的指标名"), "name": (S, "名称"), "kind": (S, "类型"),
        "unit": (S, "目标的单位"), "value_unit": (S, "现值的单位"), "operator": (S, "比较方式"), "target": (N, "目标"),
        "horizon": (S, "到期日"), "since": (S, "现行口径的起始日（空：自始未变）"), "definition": (S, "现行口径"),
        "value_label": (S, "现值是什么"), "value": (N, "现值（空：数据不足）"), "low": (N, "下界"), "high": (N, "上界（空：无上界）"), "part": (N, "算式的分子"),
        "whole": (N, "算式的分母"), "rating": (S, "评级"), "rating_low": (S, "最不利"), "rating_high": (S, "最有利"),
        "earlier_rating": (S, "中期评级（总结评估）"), "unstable": (B, "换一种口径或界限，评级会变（总结评估）"),
        "baseline_year": (I, "基期年份"), "baseline": (N, "基期值"), "questions": (I, "待核、退回数"),
    },
    "periods": {
        "id": (S, "指标编号"), "key": (S, "共用指标名"), "measure": (S, "项目"), "period": (S, "期间"), "year": (I, "年份"),
        "value": (N, "数值"), "low": (N, "下界"), "high": (N, "上界"), "status": (S, "状态"), "fact": (S, "数据项"),
    },
    "targets": {
        "key": (S, "共用指标名"), "level": (S, "层级（本级、市、国家等）"), "year": (I, "年份"), "operator": (S, "比较方式"), "value": (N, "目标（空：未取得原文）"),
        "unit": (S, "单位"), "wording": (S, "措辞"),
    },
    "tasks": {
        "number": (I, "任务号"), "key": (S, "各级、各期方案共用的任务名"), "title": (S, "任务"), "programme": (S, "行动或工程"),
        "lead": (S, "牵头单位"), "rating": (S, "评级"), "rating_low": (S, "最不利"), "rating_high": (S, "最有利"),
    },
    "units": {
        "unit": (S, "单位编号"), "name": (S, "单位"), "status": (S, "报送情况"), "submitted": (B, "已报送"),
        "questions": (I, "待核"), "rejected": (I, "退回"),
    },
    "questions": {
        "finding": (I, "序号"), "unit": (S, "单位编号"), "severity": (S, "类别"), "code": (S, "规则"), "file": (S, "文件"),
        "sheet": (S, "工作表"), "cell": (S, "单元格"), "affects": (S, "涉及的指标、任务"),
    },
    "facts": {
        "id": (S, "数据项"), "label": (S, "名称"), "value": (N, "数值（空：数据不足，或为文字）"), "text": (S, "印出的样子"),
        "unit": (S, "单位"), "formula": (S, "算法"), "parts": (S, "组成（数据项，以“|”分隔）"),
    },
    "sources": {
        "fact": (S, "数据项"), "file": (S, "文件"), "round": (S, "轮次"), "sheet": (S, "工作表"), "cell": (S, "单元格"),
        "what": (S, "所填内容"), "decision": (S, "复核意见"), "sha256": (S, "文件指纹"),
    },
}  # fmt: skip
"""Tables of a package: field, Frictionless type, meaning. ``questions`` has places, never what stands there."""
