"""The plan before beside this one, in a report of this one: every key's line, each of its points a Fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kepu_eval.report.across_plans import TARGET, Line, in_words, lines, standing_of_case
from kepu_eval.report.fact import Fact, Source
from kepu_eval.rows import Row

if TYPE_CHECKING:
    from kepu_eval.report.case import Case


def earlier_lines(case: Case) -> tuple[list[Line], list[tuple[str, str, str]]]:
    """Lines over both plans, and what stands in one of them alone; nothing without a package of the plan before."""
    return ([], []) if case.earlier is None else lines(case.earlier, standing_of_case(case))


def earlier_words(case: Case) -> dict[str, Any]:
    """有, 上一期 (its plan), 项 (名称, 线), 断开项 (名称, 断开), 未连接 (how many stand in one plan alone)."""
    if case.earlier is None:
        return {"有": False}
    found, alone = earlier_lines(case)
    package = (_packed(case, "manifest.json", "", "方案"),)
    return {
        "有": True,
        "上一期": Fact(id="跨期.上一期", value=str(case.earlier.identity["plan"]), label="上一规划期的方案", sources=package),
        "项": [{"名称": line.name, "线": _told(case, line, "线", in_words(line))} for line in found],
        "断开项": [
            {"名称": line.name, "断开": _told(case, line, "断开", "；".join(f"{year}年起{why}" for year, why in line.breaks.items()))}
            for line in found if line.breaks
        ],
        "未连接": case.facts.count("跨期.未连接", len(alone), "只在一期方案中的指标", sources=package),
    }  # fmt: skip


def point(case: Case, line: Line, row: Row) -> Fact:
    """One figure, baseline or target of a line; it leads into the package of the plan before, or on in this report."""
    label = f"{line.name}·{row.year}年{row.level}{row.what}"
    known: dict[str, Any] = {"id": f"跨期.{line.key}.{row.year}.{row.level}{row.what}", "value": row.value, "unit": line.unit, "label": label,
                             "digits": 0 if float(row.value).is_integer() else 2, "formula": "按共用指标名连接"}  # fmt: skip
    if case.earlier is not None and row.plan == case.earlier.years:
        table = "targets" if row.what == TARGET else "facts" if row.fact else "indicators"
        return Fact(sources=(_packed(case, f"{table}.csv", row.fact or line.key, label),), **known)
    if row.fact in {fact.id for fact in case.facts.lineage.facts}:
        return Fact(parts=(row.fact,), **known)
    return Fact(sources=case.facts.planned(label), **known)


def _told(case: Case, line: Line, what: str, text: str) -> Fact:
    parts = tuple(point(case, line, row).id for row in line.points.itertuples())
    return Fact(id=f"跨期.{line.key}.{what}", value=text, label=f"{line.name}·两期{what}", formula="按共用指标名连接", parts=parts,
                sources=() if parts else case.facts.planned(line.name))  # fmt: skip


def _packed(case: Case, table: str, cell: str, what: str) -> Source:
    from kepu_eval.report.case import EARLIER

    file = next(path for role, path in case.files if role == EARLIER)
    return case.facts.file(file.name, what, sheet=table, cell=cell)
