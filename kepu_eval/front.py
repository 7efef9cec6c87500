"""The front door: the few names that a researcher's own notebook needs, all of them in ``import kepu_eval as ke``.

``ke`` gives pandas frames, and takes what people pass: dates as text, paths, Chinese titles of columns.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kepu_eval.errors import KepuError
from kepu_eval.evaluation import Evaluation
from kepu_eval.evaluation import evaluate as judged
from kepu_eval.parameters import ParameterError
from kepu_eval.parameters.basis import existing
from kepu_eval.plan import Plan, Round, Stage, load_plan
from kepu_eval.report.case import Case, open_case
from kepu_eval.resources import project_path
from kepu_eval.returns import Returns, open_returns, read_decisions
from kepu_eval.survey import Survey, SurveyDesign, read_survey

__all__ = [
    "Case",
    "Evaluation",
    "KepuError",
    "Plan",
    "Returns",
    "Survey",
    "SurveyDesign",
    "evaluate",
    "facts",
    "load_plan",
    "open_report",
    "read_returns",
    "read_survey",
    "table",
]

TITLES = {
    "indicator": "指标", "name": "名称", "task": "任务", "number": "编号", "title": "标题", "lead": "牵头部门", "unit": "单位",
    "value": "现值", "low": "下界", "high": "上界", "value_unit": "计量单位", "target": "目标", "expected": "应达", "share": "完成比例",
    "rating": "评级", "rating_low": "最不利", "rating_high": "最有利", "rating_reported": "按已报评级", "verdict": "判定", "missing": "缺什么",
    "settled_by": "最少补哪几项", "self_rating": "自评", "agrees": "与自评一致", "entity": "学校或单位", "period": "时期", "state": "状态",
    "status": "状态", "text": "内容", "evidence": "佐证", "programme": "行动", "file": "文件", "sheet": "工作表", "cell": "单元格",
    "type": "类型", "rural": "是否农村", "date": "日期", "place": "地点", "participants": "参加人次", "organiser": "主办单位", "row": "行号",
    "message": "问题", "remedy": "怎么办", "severity": "轻重", "answer": "答复", "measure": "口径", "commitment": "承诺", "submitted": "已报送",
}  # fmt: skip
"""Chinese titles of the frames' columns; a column without one keeps its name."""
TABLES = {
    "指标": "indicators", "指标各期": "indicator_periods", "学校各期": "entity_periods", "单元格": "cells", "承诺": "commitments",
    "任务": "tasks", "行动": "programmes", "单位": "units", "机制": "mechanisms", "目标": "goals", "阶段任务": "duties", "核查": "findings",
    "报送": "submissions", "填报数": "observations", "学校": "schools", "填报情况": "statuses", "活动": "events", "佐证": "evidence",
}  # fmt: skip
"""Chinese names of the frames that an evaluation or a round of returns holds."""


def read_returns(place: str | Path, plan: Plan, round_id: str = "", *, decisions: str | Path = "") -> Returns:
    """One round of returns, from a folder of files or the ledger they were collected into.

    ``round_id`` may be left out where the folder has the round's name, or the plan has one round only. ``decisions``: the
    decision workbook that was filled in. Raises :class:`ParameterError` for a place or round that there is not.
    """
    path = existing(str(place), "returns")
    rnd = _round(plan, round_id or (path.name if path.name in {r.id for r in plan.rounds} else ""))
    answers = read_decisions(project_path(str(decisions)), plan) if decisions else None
    return open_returns(path, plan, rnd.id, answers)[0]


def evaluate(
    plan: Plan, returns: Returns, as_of: dt.date | str | None = None, stage: str = "", **more: Any
) -> Evaluation:
    """Judge a round as it stands on ``as_of`` (a date or text such as 2023-12-31 or 2023年12月31日; the round's own by default).

    ``stage``: ``midterm`` or ``final``, by default the round's. ``more``: what :func:`kepu_eval.evaluation.evaluate` takes
    further, such as switches. Raises :class:`ParameterError` for what is no date.
    """
    rnd = _round(plan, returns.round_id)
    if stage not in ("", *Stage):
        raise ParameterError(f"stage：没有“{stage}”", hint=f"可用：{'、'.join(Stage)}")
    try:
        return judged(plan, returns, as_of or rnd.as_of, stage or rnd.stage, **more)
    except ValueError as error:
        raise ParameterError(str(error)) from None


def open_report(kind: str, **parameters: object) -> Case:
    """What the mid-term (``midterm``) or final (``final``) report is made of: plan, returns, evaluation, survey, Facts.

    ``parameters`` as the report's notebook has them (``returns=``, ``round_id=``, ``as_of=`` …).
    """
    if kind not in ("midterm", "final"):
        raise ParameterError(f"没有“{kind}”这种报告", hint="可用：midterm（中期自查评估）、final（总结评估）")
    return open_case(kind, parameters)


def facts(report: str | Path) -> pd.DataFrame:
    """Every figure of a report that was made (its folder or manifest), one row each: id, label, value, unit, text, formula.

    Raises :class:`ParameterError` where there is no manifest.
    """
    path = project_path(str(report))
    path = path / "manifest.json" if path.is_dir() else path
    if not path.is_file():
        raise ParameterError(
            f"“{report}”中没有 manifest.json", hint="请给出 kepu-eval report 生成的报告文件夹"
        )
    rows = json.loads(path.read_text(encoding="utf-8"))["facts"]
    columns = ["id", "label", "value", "unit", "text", "formula"]
    return pd.DataFrame([{name: row.get(name) for name in columns} for row in rows], columns=columns)


def table(
    of: Evaluation | Returns | pd.DataFrame, name: str = "指标", columns: Sequence[str] = ()
) -> pd.DataFrame:
    """A frame of an evaluation or of returns with Chinese titles: ``ke.table(found, "任务", ["标题", "评级"])``.

    ``name``: one of :data:`TABLES`, Chinese or as the attribute is called; of a frame, it does not count. ``columns``: those
    wanted, by title or name; all by default. Raises :class:`ParameterError` for a table or column that there is not.
    """
    frame: Any = of
    if not isinstance(of, pd.DataFrame):
        frame = getattr(of, TABLES.get(name, name), None)
        if not isinstance(frame, pd.DataFrame):
            known = [
                title for title, own in TABLES.items() if isinstance(getattr(of, own, None), pd.DataFrame)
            ]
            raise ParameterError(f"没有名为“{name}”的表", hint=f"可用：{'、'.join(known)}")
    titled = frame.rename(columns=TITLES)
    wanted = [TITLES.get(column, column) for column in columns] or list(titled.columns)
    if lost := [column for column in wanted if column not in titled.columns]:
        raise ParameterError(
            f"表中没有列“{'、'.join(lost)}”", hint=f"可用：{'、'.join(map(str, titled.columns))}"
        )
    return titled[wanted]


def _round(plan: Plan, round_id: str) -> Round:
    known = {rnd.id: rnd for rnd in plan.rounds}
    if round_id in known:
        return known[round_id]
    if not round_id and len(known) == 1:
        return next(iter(known.values()))
    told = f"方案中没有轮次“{round_id}”" if round_id else "没有写明是哪一轮（round_id）"
    raise ParameterError(told, hint=f"可用：{'、'.join(known)}")
