"""The end of a period for the next plan: in the final report's words and table, and as what ``plan carry`` takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kepu_eval.evaluation.next_period import EARLY, MISSED, UNKNOWN, Outlook, final_text, outlooks
from kepu_eval.number_text import number_text
from kepu_eval.plan import Plan, Stage, TargetKind
from kepu_eval.plan.carrying import CarryError, Final
from kepu_eval.report.blocks import Fact
from kepu_eval.report.package_reading import Package
from kepu_eval.report.ratings import indicator_id
from kepu_eval.report.results import indicator_rows

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_BY_WORST = (TargetKind.ANNUAL, TargetKind.POOLED_RATIO)


def found(case: Case) -> list[dict[str, Any]]:
    """One item an indicator: 名称, 简称, 情况, 不清, 依据 (a Fact), 建议, 目标, 期末."""
    return [_item(case, row) for row in outlooks(indicator_rows(case))]


def next_period_words(case: Case) -> dict[str, Any]:
    """What was reached early, missed, not to be told, or is ill defined; each list under …项."""
    items = case.words["下期项"]
    by = {
        "提前": [item for item in items if item["情况"] == EARLY],
        "未达": [item for item in items if item["情况"] == MISSED],
        "不能判定": [item for item in items if item["情况"] == UNKNOWN],
        "不清": [item for item in items if item["不清"]],
    }
    words: dict[str, Any] = {f"{name}项": mine for name, mine in by.items()}
    for name, mine in by.items():
        ids = tuple(item["依据"].id for item in mine)
        words[name] = case.facts.count(f"下期.{name}", len(mine), f"下一期参考·{name}的指标", parts=ids,
                                       sources=() if ids else case.facts.planned("指标"))  # fmt: skip
    return words


def _item(case: Case, row: Outlook) -> dict[str, Any]:
    words = case.words[row.id]
    return {
        "名称": row.name, "简称": case.plan.indicator(row.id).name_in_text, "情况": row.found, "不清": row.unclear, "建议": row.advice, "目标": words["要求"],
        "依据": Fact(id=f"下期.{row.id}.依据", value=row.evidence, label=f"{row.name}·下一期参考", formula="期末结果、中期评级和换口径试算",
                   parts=case.facts.named(indicator_id(row.id), f"{row.id}.value")),
    }  # fmt: skip


def finals_of(package: Package, plan: Plan) -> dict[str, Final]:
    """What each indicator of ``plan`` came to, by id, from its final's package.

    Raises :class:`~kepu_eval.plan.carrying.CarryError` for an altered package, another plan's, or one that is no final's.
    """
    if problems := package.problems():
        raise CarryError(f"“{package.path.name}”：{problems[0]}")
    told, meta = package.identity, plan.meta
    if (told["doc_no"], told["first_year"], told["last_year"]) != (
        meta.doc_no,
        meta.first_year,
        meta.last_year,
    ):
        raise CarryError(
            f"是{told['plan']}（{told['doc_no']}）的结果，不是{meta.title}的", place=f"“{package.path.name}”"
        )
    if told["stage"] != Stage.FINAL:
        raise CarryError(
            f"是{told['round_name']}的结果，结转须用总结评估的结果包", place=f"“{package.path.name}”"
        )
    rows, periods = package.rows("indicators"), package.rows("periods")
    return {
        one.id: _final(one, row, [p for p in periods if p["id"] == one.id and p["status"] != "未到期"])
        for one, row in zip(outlooks(rows), rows, strict=True)
    }


def _final(one: Outlook, row: dict[str, Any], periods: list[dict[str, Any]]) -> Final:
    """What is handed over; of what the worst period decides, the last period's figure, which alone is a baseline."""
    value, evidence, year = row["value"], one.evidence, None
    if row["kind"] in _BY_WORST and periods:
        value, year = periods[-1]["value"], periods[-1]["year"]
        last = "未知" if value is None else f"{number_text(round(value, 2))}{row['value_unit']}"
        evidence += f"；{periods[-1]['period']}{'年' * periods[-1]['period'].isdigit()}为{last}"
    found = one.found + ("，界定不清" if one.unclear else "")
    return Final(value, row["value_unit"], final_text(row), found, evidence, one.advice, year)
