"""What the text of a roll-up of districts may name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.districts import MISSED, OPEN, REACHED, SUM
from kepu_eval.report.blocks import Fact
from kepu_eval.report.city_case import between, digits, district_fact, number
from kepu_eval.report.districts import SENT, SILENT, UNUSABLE
from kepu_eval.report.fact import Source
from kepu_eval.report.hashing import file_hash
from kepu_eval.report.vocabulary import Vocabulary
from kepu_eval.report.wording import chinese_date, listed

if TYPE_CHECKING:
    from kepu_eval.report.city_case import CityCase

_BEHIND = (Rating.BEHIND, Rating.FAR_BEHIND, Rating.NOT_DONE, Rating.NOT_STARTED)


def city_vocabulary(case: CityCase) -> Vocabulary:
    """Names of an overview: its plan, its districts, its indicators, what could not be matched."""
    meta = case.plan.meta
    return Vocabulary({
        "方案": lambda: {"标题": meta.title, "文号": meta.doc_no, "地区": meta.district, "办公室": meta.office},
        "基准日": lambda: chinese_date(case.as_of),
        "区县": lambda: _districts(case),
        "指标": lambda: _indicators(case),
        "报送": lambda: _returned(case),
        "滞后任务": lambda: _behind(case),
        "先催": lambda: _first_asked(case),
        "未匹配": lambda: _unmatched(case),
    })  # fmt: skip


def _count(case: CityCase, name: str, names: list[str], label: str, unit: str = "个") -> Fact:
    return Fact(
        id=name,
        value=len(names),
        unit=unit,
        label=label,
        formula="计数",
        sources=case.packages(list(dict.fromkeys(names)), label),
    )


def _districts(case: CityCase) -> dict[str, Any]:
    rows = case.gathered.districts
    by = {state: list(rows.index[rows["state"].eq(state)]) for state in (SENT, SILENT, UNUSABLE)}
    return {
        "合计": Fact(id="区县.合计", value=len(rows), unit="个", label="区县数", formula="区县表的行数",
                   sources=(Source(file=case.table.name, sha256=file_hash(case.table), what="区县表"),)),
        **{state: _count(case, f"区县.{state}", names, f"结果包{state}的区县") for state, names in by.items()},
        f"{SILENT}名单": by[SILENT],
        f"{UNUSABLE}项": [{"区县": name, "原因": rows.loc[name, "reason"]} for name in by[UNUSABLE]],
    }  # fmt: skip


def _indicators(case: CityCase) -> dict[str, Any]:
    items = [_indicator(case, row) for row in case.rollup.indicators.to_dict("records")]
    by = {state: [item for item in items if item["判定"] == state] for state in (REACHED, MISSED, OPEN)}
    plan = (Source(file=case.plan.source, sha256=case.plan.sha256, what="有共用指标名的指标"),)
    return {
        "全部项": items,
        "合计": Fact(id="汇总.合计", value=len(items), unit="项", label="汇总的指标", formula="计数", sources=plan),
        **{state: Fact(id=f"汇总.{state}", value=len(mine), unit="项", label=f"{state}本级目标的指标", formula="计数",
                       parts=tuple(item["汇总值"].id for item in mine), sources=() if mine else plan) for state, mine in by.items()},
        **{f"{state}项": mine for state, mine in by.items()},
        "目标不足项": [item for item in items if item["目标不足"]],
    }  # fmt: skip


def _indicator(case: CityCase, row: dict) -> dict[str, Any]:
    """One indicator over all districts; 缺 are those that tell nothing of it."""
    name, mine = f"汇总.{row['key']}", case.rollup.matched[case.rollup.matched["key"].eq(row["key"])]
    told = list(mine["district"])

    def figure(side: str, word: str, how: str, part: str) -> Fact:
        parts = tuple(district_fact(district, row["key"], part) for district in told)
        return Fact(id=f"{name}.{side}", value=number(row[side]), unit=row["unit"], digits=digits(row[side], row["unit"]),
                    label=f"{row['name']}·{word}", formula=how, parts=parts, sources=() if parts else case.packages([], row["name"]))  # fmt: skip

    how = row["how"] + (f"（权数：{row['weight']}）" if row["weight"] else "")
    low, high = (figure(side, word, f"{how}，没有可用结果的区县按最{end}取值", side)
                 for side, word, end in (("low", "下界", "不利"), ("high", "上界", "有利")))  # fmt: skip
    bounds = Fact(id=f"{name}.界限", value=between(row["low"], row["high"], row["unit"]), label=f"{row['name']}·界限", formula=how,
                  parts=(*low.parts, *high.parts), sources=low.sources)  # fmt: skip
    targets = figure("targets", "各区县目标合计", "各区县自定目标相加", "value")
    short = (
        row["how"] == SUM
        and not row["missing"]
        and number(row["targets"]) is not None
        and row["targets"] < row["target"]
    )
    return {
        "名称": row["name"], "办法": how, "汇总值": figure("value", "汇总值", how, "value"), "已知": figure("known", "已知部分", how, "value"),
        "界限": bounds, "判定": row["standing"] or "不汇总", "缺": row["missing"], "最差": row["worst"], "弱于": row["weaker"],
        "已报": _count(case, f"{name}.已报", told, f"{row['name']}·有可用结果的区县"),
        "达标": _met(case, name, row, told), "目标": _target(case, name, row), "目标合计": targets, "目标不足": short,
        "最差说明": listed(row["worst"], 3),
    }  # fmt: skip


def _met(case: CityCase, name: str, row: dict, told: list[str]) -> Fact:
    """How many districts meet their own target, between the worst and the best case."""
    low, high = row["met_low"], row["met_high"]
    text = f"{row['met']}个" if low == high == row["met"] else f"{row['met']}个（{low}至{high}个）"
    return Fact(id=f"{name}.达标", value=text, label=f"{row['name']}·达到或基本达到自定要求的区县",
                formula="按区县评级计数，没有可用结果的区县可能达标", sources=case.packages(told, row["name"]))  # fmt: skip


def _target(case: CityCase, name: str, row: dict) -> Fact:
    plan = (Source(file=case.plan.source, sha256=case.plan.sha256, what=f"{row['key']} 目标"),)
    unit = next(i.unit for i in case.plan.indicators if i.key == row["key"])
    return Fact(id=f"{name}.目标", value=number(row["target"]), unit=unit, digits=digits(row["target"], unit), missing="逐年增长",
                label=f"{row['name']}·本级目标", formula="方案规定", sources=plan)  # fmt: skip


def _returned(case: CityCase) -> dict[str, Any]:
    rows = case.returned
    told = rows[rows["asked"].notna()]
    names = list(told.index)
    sums = {"应报": "asked", "已报": "returned", "待核": "questions", "退回": "rejected"}
    return {
        word: Fact(id=f"报送.{word}", value=int(told[column].sum()), unit="个" if word in ("应报", "已报") else "项",
                   label=f"有结果包的区县·{word}", formula="各区县相加", sources=case.packages(names, word))
        for word, column in sums.items()
    }  # fmt: skip


def _first_asked(case: CityCase) -> list[dict[str, Any]]:
    """Districts for whose figures indicators wait, by how many: 区县, 原因, 指标数."""
    unknown = case.rollup.matched.loc[case.rollup.matched["value"].isna(), "district"]
    waiting = Counter(
        [*(name for missing in case.rollup.indicators["missing"] for name in missing), *unknown]
    )
    state, asked = case.gathered.districts["state"], set(unknown)
    return [
        {
            "区县": name,
            "原因": state[name] if state[name] != SENT else "数据不足" if name in asked else "单位、口径不同或没有此项",
            "指标数": Fact(id=f"先催.{name}", value=number, unit="项", label=f"{name}·没有可用结果的指标", formula="计数",
                        sources=case.packages([name], "没有可用结果的指标")),
        }
        for name, number in waiting.most_common()
    ]  # fmt: skip


def _behind(case: CityCase) -> list[dict[str, Any]]:
    """Tasks by how many districts are behind with them, the most first: 任务, 区县数, 区县."""
    found = []
    for task in case.plan.tasks:
        if task.key:
            mine = case.rollup.tasks[task.key]
            names = list(mine.index[mine.map(lambda rating: rating in _BEHIND)])
            found.append(
                {
                    "任务": task.title,
                    "区县": names,
                    "区县数": _count(case, f"滞后任务.{task.key}", names, f"{task.title}·滞后的区县"),
                }
            )
    return sorted((item for item in found if item["区县"]), key=lambda item: -len(item["区县"]))


def _unmatched(case: CityCase) -> dict[str, Any]:
    rows = case.rollup.unmatched
    return {what: _count(case, f"未匹配.{what}", list(rows.loc[rows["what"].eq(what), "district"]), f"不能对应的{what}", "项")
            for what in ("指标", "任务")}  # fmt: skip
