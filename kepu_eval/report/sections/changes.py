"""What changed between two reports: every figure with its causes, how far indicators came, and through whom."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kepu_eval.plan import TargetKind
from kepu_eval.report.blocks import Block, Blocks, Column, Cover, Fact, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.comparison import Change, Comparison
from kepu_eval.report.fact import Source
from kepu_eval.report.figures import share_changes
from kepu_eval.rows import Row

_SHOWN = 40
_COLUMNS = (
    Column(title="数据项", width=2.2),
    Column(title="原", align="right", width=1),
    Column(title="现", align="right", width=1),
    Column(title="增减", align="right", width=0.9),
    Column(title="原因", width=4.6),
)


def what_changed(midterm: Case | None, final: Case) -> Blocks:
    """Share of the target at the mid-term and at the end, and which unit brought how much of a cumulative indicator."""
    if midterm is None:
        return Blocks([])
    return Blocks([_shares(midterm, final), *_contributions(midterm, final)])


def _shares(midterm: Case, final: Case) -> Block:
    before, after = (
        case.evaluation.indicators.set_index("indicator")["share"] * 100 for case in (midterm, final)
    )
    both = pd.DataFrame({"before": before, "after": after}).dropna()
    both.insert(0, "name", [final.plan.indicator(name).short_name for name in both.index])
    return share_changes(both, ("中期", "期末"), notice=final.notice)


def contributions(midterm: Case, final: Case, indicator: str) -> pd.DataFrame:
    """By unit, what it reported of a cumulative indicator at both times. The differences add up to the change exactly.

    Columns: unit (name; the last row is what was taken off as counted twice), before, after, change.
    """
    parts = [_by_unit(case, indicator) for case in (midterm, final)]
    frame = pd.DataFrame({"before": parts[0], "after": parts[1]}).fillna(0.0)
    twice = [
        float(case.evaluation.indicators.set_index("indicator").loc[indicator, "value"]) - float(part.sum())
        for case, part in zip((midterm, final), parts, strict=True)
    ]
    frame.loc["扣除重复"] = twice
    frame = frame.assign(change=frame["after"] - frame["before"])
    return frame.rename_axis("unit").reset_index()


def _by_unit(case: Case, indicator: str) -> pd.Series:
    used = set(case.evaluation.indicators.set_index("indicator").loc[indicator, "sources"])
    rows = case.returns.observations
    rows = rows[rows["obs"].isin(used)]
    names = {unit.id: unit.name for unit in case.plan.units}
    return rows.groupby(rows["unit"].map(names), sort=False)["value"].sum()


def _contributions(midterm: Case, final: Case) -> list[Block]:
    rows = []
    known = [case.evaluation.indicators.set_index("indicator")["value"] for case in (midterm, final)]
    cumulative = final.evaluation.indicators[final.evaluation.indicators["kind"].eq(TargetKind.CUMULATIVE)]
    for row in cumulative.itertuples():
        if any(pd.isna(values[row.indicator]) for values in known):
            continue
        rows += [
            [row.name, part.unit, *_contributed(midterm, final, row, part)]
            for part in contributions(midterm, final, row.indicator).itertuples()
            if part.before or part.after
        ]
    if not rows:
        return []
    note = "各单位增减与扣除重复之和等于指标的变化。逐年、逐校、比例和存量类指标不能按单位相加，不作分解。"
    return [
        table(
            "contributions",
            "累计类指标的变化由哪些单位带来",
            "指标<2.2 | 单位<1.4 | 中期> | 期末> | 增减>",
            rows,
            note=note,
        )
    ]


def _contributed(midterm: Case, final: Case, row: Row, part: Row) -> list[Fact]:
    """What one unit brought: before and after from its own cells, the change from these two."""
    head = f"{row.indicator}.贡献.{part.unit}"
    lineage: dict[str, dict[str, Any]] = {
        "before": {"sources": _cells_of(midterm, row.indicator, part.unit)},
        "after": {"sources": _cells_of(final, row.indicator, part.unit)},
        "change": {"parts": (f"{head}.before", f"{head}.after")},
    }
    words = {
        "before": ("中期", "中期上报数之和"),
        "after": ("期末", "期末上报数之和"),
        "change": ("增减", "期末−中期"),
    }
    return [
        Fact(id=f"{head}.{key}", value=round(getattr(part, key)), unit=row.unit,
             label=f"{row.name}·{part.unit}·{label}", formula=formula, **lineage[key])
        for key, (label, formula) in words.items()
    ]  # fmt: skip


def _cells_of(case: Case, indicator: str, unit: str) -> tuple[Source, ...]:
    """Cells that a unit's figures stand in; with none of its own (what was taken off), all of the indicator's."""
    used = set(case.evaluation.indicators.set_index("indicator").loc[indicator, "sources"])
    rows = case.returns.observations
    rows = rows[rows["obs"].isin(used)]
    names = {item.id: item.name for item in case.plan.units}
    own = rows[rows["unit"].map(names).eq(unit)]
    if own.empty:
        return case.facts.sources.participants(indicator) or case.facts.cells(rows["obs"])
    return case.facts.cells(own["obs"])


def comparison_report(found: Comparison) -> list[Block]:
    """A report of its own on two reports: counts, shares of targets, every changed figure with its causes."""
    blocks: list[Block] = [
        Cover(
            title="报告比对",
            notice=found.notice,
            contents=False,
        ),
        prose(
            "前一份为《{earlier}》，后一份为《{later}》。两份报告共有且相同的数据项{same}，有变化的{changed}，只在前一份中的{before}，只在后一份中的{after}。{rules}",
            earlier=found.titles[0],
            later=found.titles[1],
            same=_count("相同", found.same),
            changed=_count("有变化", len(found.changed)),
            before=_count("只在前一份", len(found.only_before)),
            after=_count("只在后一份", len(found.only_after)),
            rules="规则没有变化。" if not found.rules else "规则有变化，见下表。",
        ),
    ]
    general = [["规则", line] for line in found.rules] + [["输入", line] for line in found.inputs]
    general += [["版本", line] for line in found.versions]
    if general:
        blocks.append(table("general", "规则、输入和版本的变化", "类别^0.6 | 变化<5",
                            general))  # fmt: skip
    shares = pd.DataFrame(
        [(c.label.partition("·")[0], float(c.before.rstrip("%")), float(c.after.rstrip("%")))
         for c in found.changed if c.fact.endswith(".share") and c.before.endswith("%") and c.after.endswith("%")],
        columns=["name", "before", "after"],
    )  # fmt: skip
    if len(shares):
        blocks.append(share_changes(shares, ("前一份", "后一份"), notice=found.notice))
    rows = [_row(change) for change in found.changed]
    if rows:
        note = "规则、其他输入和版本的变化见前表。"
        note += f"只列前{_SHOWN}项，全部见工作簿。" if len(rows) > _SHOWN else ""
        blocks.append(table("changes", "有变化的数据项", _COLUMNS, rows[:_SHOWN], note=note, landscape=True))
        blocks.append(table("changes-all", "全部有变化的数据项", _COLUMNS, rows, annex=True))
    alone = [["前一份", fact["label"], fact["text"]] for fact in found.only_before]
    alone += [["后一份", fact["label"], fact["text"]] for fact in found.only_after]
    if alone:
        blocks.append(table("alone", "只在一份报告中的数据项", ["报告", "数据项", "数值"], alone, annex=True))
    return blocks


def _row(change: Change) -> list:
    causes = "；".join(cause.brief for cause in change.causes)
    return [change.label, change.before, change.after, change.moved or None, causes]


def _count(name: str, value: int) -> Fact:
    return Fact(
        id=f"比对.{name}", value=value, unit="项", label=f"{name}的数据项", formula="逐项比较两份报告的清单"
    )
