"""How a plan's targets stand to those of the plans above it, as Facts: what both sides ask for, ours to theirs, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kepu_eval.number_text import number_text
from kepu_eval.plan.superior import UNREAD, Aligned, Relation, SuperiorTarget, aligned
from kepu_eval.report.blocks import Fact
from kepu_eval.report.fact import Source, rounded
from kepu_eval.report.wording import UNKNOWN, listed

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_POINTS = "个百分点"


def alignment(case: Case) -> list[dict[str, Any]]:
    """One item and year each: 名称, 年份, 本级, 上级 (by level), 关系, 基期, 最近估计, 年均需, 条款; empty without superiors."""
    return [_words(case, row) for row in aligned(case.plan)]


def alignment_words(case: Case) -> dict[str, Any]:
    """What a text can say of it: rows where ours is weaker or stronger, and levels none of whose targets could be read."""
    rows = case.words["对照上级项"]
    return {
        "有": bool(rows),
        "弱于": [row for row in rows if row["弱于"]],
        "高于": [row for row in rows if row["高于"]],
        "未取得": [
            level.level for level in case.plan.meta.superior
            if not level.complete and all(target.value is None for target in level.targets)
        ],
        "其余": case.facts.count(
            "对照上级.其余", len(case.plan.indicators) - len({row["指标"] for row in rows if row["指标"]}),
            "没有上级目标可对照的指标", sources=case.facts.planned("meta.superior"),
        ),
    }  # fmt: skip


def _words(case: Case, row: Aligned) -> dict[str, Any]:
    name = f"对照上级.{row.key}.{row.year}"
    levels = {level: _theirs(case, name, row, level) for level in row.above}
    own = _fact(
        case,
        f"{name}.本级",
        row.own.wording if row.own else Relation.UNSET,
        f"{row.key}·本级{row.year}年目标",
    )
    by = {kind: [level for level, found in row.relations.items() if found is kind] for kind in Relation}
    return {
        "名称": row.indicator.name if row.indicator else row.key,
        "指标": row.indicator.id if row.indicator else "",
        "年份": f"{row.year}年",
        "本级": own, "上级": levels,
        "关系": _relation(name, row, by, (own.id, *(fact.id for fact in levels.values()))),
        "基期": _fact(case, f"{name}.基期", _baselines(case, row), f"{row.key}·基期"),
        "最近估计": _latest(case, name, row),
        "年均需": _needed(case, name, row),
        "条款": "；".join(_clauses(row)) or "—",
        **{kind: [{"层级": level, "目标": levels[level]} for level in by[kind]] for kind in (Relation.ABOVE, Relation.BELOW)},
    }  # fmt: skip


def _fact(case: Case, name: str, text: str, label: str, sources: tuple[Source, ...] = ()) -> Fact:
    return Fact(
        id=name,
        value=str(text),
        label=label,
        formula="方案文件所载",
        sources=sources or case.facts.planned(label),
    )


def _theirs(case: Case, name: str, row: Aligned, level: str) -> Fact:
    found = row.above[level]
    label = f"{row.key}·{level}{row.year}年目标"
    if not isinstance(found, SuperiorTarget):
        return _fact(case, f"{name}.{level}", found, label)
    doc = next(item.doc_no for item in case.plan.meta.superior if item.level == level)
    said = " ".join(filter(None, (doc, found.clause, found.source)))
    return _fact(case, f"{name}.{level}", found.wording, label, case.facts.planned(said))


def _relation(name: str, row: Aligned, by: dict, parts: tuple[str, ...]) -> Fact:
    """Ours to each level: 弱于国家；与自治区、市不可比（未取得原文）."""
    told = [f"{kind}{listed(by[kind])}" for kind in (Relation.ABOVE, Relation.BELOW) if by[kind]]
    told += [f"与{listed(by[Relation.SAME])}一致"] if by[Relation.SAME] else []
    if by[Relation.UNSET]:
        told.append("未设（本级）" if row.own is None else f"{listed(by[Relation.UNSET])}未设")
    unread = [level for level in by[Relation.INCOMPARABLE] if row.above[level] == UNREAD]
    other = [level for level in by[Relation.INCOMPARABLE] if level not in unread]
    told += [f"与{listed(unread)}不可比（{UNREAD}）"] if unread else []
    told += [f"与{listed(other)}不可比（口径或方向不同）"] if other else []
    return Fact(id=f"{name}.关系", value="；".join(told), label=f"{row.key}·{row.year}年目标与上级的关系",
                formula="先比数值，数值相同再比措辞（超过严于达到，承诺严于力争）", parts=parts)  # fmt: skip


def _baselines(case: Case, row: Aligned) -> str:
    told, item = ["本级未载"], row.indicator
    if item and (own := item.baseline):
        told = [f"本级{f'{own.year}年' if own.year else ''}{number_text(own.value)}{own.unit or item.unit}"]
    for level in case.plan.meta.superior:
        found = level.baseline(row.key)
        told.append(
            f"{level.level}{found.year}年{number_text(found.value)}{found.unit}"
            if found
            else f"{level.level}{UNREAD}"
        )
    return "；".join(told)


def _figures(case: Case, row: Aligned) -> dict[str, Fact] | None:
    """The latest value with its bounds; ``None`` where there is none."""
    if row.indicator is None:
        return None
    found = {field: case.facts.indicator(row.indicator.id, field) for field in ("value", "low", "high")}
    return None if found["value"].value is None else found


def _latest(case: Case, name: str, row: Aligned) -> Fact:
    found = _figures(case, row)
    ids = tuple(fact.id for fact in found.values()) if found else ()
    sources = () if found else case.facts.planned(f"{row.key}没有可用的现值")
    return Fact(id=f"{name}.最近估计", value=_with_bounds(*found.values()) if found else UNKNOWN, label=f"{row.key}·最近估计（区间）",
                formula="见该指标", parts=ids, sources=sources)  # fmt: skip


def _with_bounds(value: Fact, low: Fact, high: Fact) -> str:
    if low.value == high.value == value.value or None in (low.value, high.value):
        return value.text
    return f"{value.text}\n（{low.text}至{high.text}）"


def _needed(case: Case, name: str, row: Aligned) -> Fact:
    """How much a year is left to the year's target: our own, else the highest level's that is known."""
    known: dict[str, Any] = {"id": f"{name}.年均需", "label": f"{row.key}·到{row.year}年年均需"}
    targets = [
        (item.operator, item.value, item.wording)
        for item in ([row.own] if row.own else row.above.values())
        if not isinstance(item, str) and item.value is not None
    ]
    found, years = _figures(case, row), row.year - case.as_of.year
    if not targets or not found or years <= 0:
        why = "已到期" if years <= 0 else UNKNOWN
        return Fact(value=why, formula="—", sources=case.facts.planned(known["label"]), **known)
    operator, goal, wording = targets[0]
    sign = -1 if operator in ("<=", "<") else 1
    left = {
        side: max(sign * (goal - float(fact.value)) / years, 0.0)
        for side, fact in found.items() if fact.value is not None
    }  # fmt: skip
    unit = row.indicator.unit if row.indicator else ""
    told = _each_year(left["value"], sorted(left.values()), _POINTS if unit == "%" else unit)
    return Fact(value=told, formula=f"（{wording}−现值）÷{years}年，区间按现值的上下限；已达到的为零",
                parts=tuple(fact.id for fact in found.values()), **known)  # fmt: skip


def _each_year(middle: float, left: list[float], unit: str) -> str:
    shown = [rounded(number, 2) for number in (middle, left[0], left[-1])]
    return f"{shown[0]}{unit}" + (f"\n（{shown[1]}至{shown[2]}）" if shown[1] != shown[2] else "")


def _clauses(row: Aligned) -> Iterator[str]:
    if row.indicator and row.indicator.clause and row.own:
        yield f"本级{row.indicator.clause}"
    for level, found in row.above.items():
        if isinstance(found, SuperiorTarget) and found.clause:
            yield f"{level}{found.clause}"
