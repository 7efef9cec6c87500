"""How far the conclusions hold when readings, thresholds and missing data vary."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import robustness as one_at_a_time
from kepu_eval.evaluation.stability import band_counts, class_shares, unit_order
from kepu_eval.report.blocks import Block, Blocks, CellValue, Column, Fact, Table, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import class_stability
from kepu_eval.report.ratings import indicator_id, task_id
from kepu_eval.report.wording import listed, rating_cell

_READINGS, _MISSING = "口径与界限", "缺失数据"
_FIXED = ["item", "rating", "same", "standing"]


def robustness(case: Case) -> Blocks:
    """In what share of many ways to reckon each indicator's class, the counts of tasks and the units' order stay."""
    ways = {_READINGS: case.outcomes, _MISSING: case.missing_outcomes}
    shares = {way: class_shares(found.indicators, case.outcomes.indicators) for way, found in ways.items()}
    names = {indicator.id: indicator.short_name for indicator in case.plan.indicators}
    return Blocks(
        [
            class_stability(shares, names, notice=case.notice),
            _indicators(case, shares, names),
            _counts(case, ways),
            _tasks(case, ways),
            _units(case),
        ]
    )


def other_readings(case: Case) -> Table:
    """What is rated differently when one reading or threshold is changed at a time."""
    frame = one_at_a_time(
        case.plan, case.returns, case.as_of, case.stage, case.survey, case.decisions.exceptions,
        **case.evaluation.switches,
    )  # fmt: skip
    rows = [
        [
            row.setting.replace("评级阈值", "评级界限"),
            row.name,
            rating_cell(row.baseline_rating),
            rating_cell(row.rating),
        ]
        for row in frame[frame["changes"]].itertuples()
    ]
    return table(
        "robustness",
        "换口径后结论是否改变",
        "换成<2.6 | 指标或任务<2 | 本报告^ | 换口径后^",
        rows or [["各种口径", "全部", "不变", "不变"]],
    )


def _percent(id: str, share: float, label: str, parts: tuple[str, ...]) -> Fact:  # noqa: A002
    return Fact(
        id=id,
        value=share * 100,
        unit="%",
        digits=1,
        label=label,
        formula="评级相同的算法数÷算法总数",
        parts=parts,
    )


def _others(row: pd.Series) -> str:
    """Classes other than the report's, the most frequent first."""
    rest = row.drop(_FIXED).drop(row["rating"], errors="ignore").astype(float)
    return listed(rest[rest > 0].sort_values(ascending=False, kind="stable").index)


def _indicators(case: Case, shares: dict[str, pd.DataFrame], names: dict[str, str]) -> Block:
    by_item = {way: frame.set_index("item", drop=False) for way, frame in shares.items()}
    rows = []
    for item, name in names.items():
        cells = []
        for way in (_READINGS, _MISSING):
            row = by_item[way].loc[item]
            same = _percent(f"稳健性.{item}.{way}", row["same"], f"{name}·{way}变动时评级不变的比例",
                            case.facts.named(indicator_id(item)))  # fmt: skip
            cells += [same, row["standing"], _others(row) or None]
        rows.append([name, rating_cell(by_item[_READINGS].loc[item, "rating"]), *cells])
    return table(
        "robustness-indicators",
        "各指标评级在多少种算法下不变",
        "指标<1.7 | 本报告评级^1.2 | 口径与界限变动时不变>1.1 | 结论^1.1 | 还可能评为<1.5 | 缺失数据变动时不变>1.1 | 结论^1.1 | 还可能评为<1.5",
        rows,
        note="“全部成立”指换哪一种算法评级都不变，“多数成立”指在90%以上的算法下不变，其余为“部分成立”。"
        "本报告评为“数据不足”的指标，补齐数据后必有评级，缺失数据一栏因此为零。",
        landscape=True,
    )


def _counts(case: Case, ways: dict) -> Block:
    frames = {
        way: band_counts(found.tasks, case.outcomes.tasks).set_index("band") for way, found in ways.items()
    }
    rows: list[list[CellValue]] = []
    every = case.facts.tasks(case.evaluation.tasks)
    for name in dict.fromkeys(name for frame in frames.values() for name in frame.index):
        cells = []
        for way, frame in frames.items():
            low, high, same = frame.loc[name, ["low", "high", "same"]] if name in frame.index else (0, 0, 1.0)
            cells += [
                case.facts.count(
                    f"稳健性.任务.{name}.{way}.最少", low, f"{way}变动时评为“{name}”的任务最少", parts=every
                ),
                case.facts.count(
                    f"稳健性.任务.{name}.{way}.最多", high, f"{way}变动时评为“{name}”的任务最多", parts=every
                ),
                _percent(
                    f"稳健性.任务.{name}.{way}.不变",
                    same,
                    f"{way}变动时评为“{name}”的任务数不变的比例",
                    every,
                ),
            ]
        mine = case.evaluation.tasks[case.evaluation.tasks["band"].eq(name)]
        own = case.facts.count(
            f"任务.{name}.本报告", len(mine), f"评为“{name}”的任务", parts=case.facts.tasks(mine)
        )
        rows.append([rating_cell(name), own, *cells])
    heads = [
        Column(title=f"{way}：{what}", align="right")
        for way in ways
        for what in ("最少", "最多", "不变的算法")
    ]
    return table(
        "robustness-counts",
        "各级任务数的变动范围",
        [Column(title="评级", align="center"), Column(title="本报告", align="right"), *heads],
        rows,
    )


def _tasks(case: Case, ways: dict) -> Block:
    frames = {
        way: class_shares(found.tasks, case.outcomes.tasks).set_index("item", drop=False)
        for way, found in ways.items()
    }
    rows = []
    for task in case.plan.tasks:
        cells = []
        for way, frame in frames.items():
            row = frame.loc[task.number]
            same = _percent(
                f"稳健性.{task.id}.{way}",
                row["same"],
                f"任务{task.number}·{way}变动时评级不变的比例",
                case.facts.named(task_id(task.number)),
            )
            cells += [same, row["standing"], _others(row) or None]
        rows.append(
            [task.number, task.title, rating_cell(frames[_READINGS].loc[task.number, "rating"]), *cells]
        )
    heads = [f"{way}：{what}" for way in ways for what in ("不变的算法", "结论", "还可能评为")]
    return table("robustness-tasks", "各任务评级在多少种算法下不变", ["任务", "主要任务", "本报告评级", *heads], rows, annex=True)  # fmt: skip


def _units(case: Case) -> Block:
    frames = {way: unit_order(case.plan, found) for way, found in
              ((_READINGS, case.outcomes), (_MISSING, case.missing_outcomes))}  # fmt: skip
    rows, units = [], case.evaluation.units.set_index("name", drop=False)
    for place, row in frames[_READINGS].iterrows():
        missing = frames[_MISSING].loc[place]
        unit = next(units.loc[[case.plan.unit(row["unit"]).name]].itertuples())
        rows.append(
            [
                row["unit"],
                case.facts.of_unit(unit, "leads", "牵头任务"),
                case.facts.count(
                    f"稳健性.{unit.unit}.达到要求",
                    row["on_course"],
                    f"{row['unit']}·牵头任务中达到要求的",
                    parts=case.facts.units([unit.unit]),
                ),
                _span(row, "best", "worst"),
                _span(row, "inner_best", "inner_worst"),
                _span(row, "highest_rank", "lowest_rank"),
                _span(missing, "highest_rank", "lowest_rank"),
            ]
        )
    return table(
        "robustness-units",
        "牵头部门次序的变动范围",
        ["牵头部门", "牵头任务", "达到要求", "本报告位次", "九成算法下的位次", "全部算法下的位次", "缺失数据取值时的位次"],
        rows,
        note="按牵头任务中达到要求的占比排列，占比相同的并列；位次区间重叠的部门不宜比较先后。",
        annex=True,
    )  # fmt: skip


def _span(row: pd.Series, first: str, last: str) -> str:
    return f"{row[first]}" if row[first] == row[last] else f"{row[first]}—{row[last]}"
