"""How far the conclusions hold when readings, thresholds and missing data vary."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation.stability import IN_ALL, IN_MOST, band_counts, class_shares, unit_order
from kepu_eval.report.blocks import Block, Blocks, Column, Fact, prose, table
from kepu_eval.report.case import Case
from kepu_eval.report.figures import class_stability
from kepu_eval.report.ratings import indicator_id, task_id
from kepu_eval.report.sections.wording import listed, rating_cell

_READINGS, _MISSING = "口径与阈值", "缺失数据"
_FIXED = ["item", "rating", "same", "standing"]


def robustness(case: Case) -> Blocks:
    """Share of many settings in which each indicator's class, the counts of tasks and the units' order stay."""
    ways = {_READINGS: case.outcomes, _MISSING: case.missing_outcomes}
    shares = {way: class_shares(found.indicators, case.outcomes.indicators) for way, found in ways.items()}
    names = {indicator.id: indicator.short_name for indicator in case.plan.indicators}
    return Blocks(
        [
            _what_was_varied(case),
            _summary(case, shares),
            class_stability(shares, names, notice=case.notice),
            _indicators(case, shares, names),
            _counts(case, ways),
            _tasks(case, ways),
            _units(case),
        ]
    )


def _what_was_varied(case: Case) -> Block:
    count, settings = case.facts.count, len(case.outcomes.settings)
    laid_down = {"sources": case.facts.planned("口径开关和评级阈值")}
    return prose(
        ("把{switches}口径开关的全部组合与各评级阈值" if case.plan.switches else "把各评级阈值")
        + "（上下各{step}以内）同时变动，得到{settings}设定，逐一重新评级；"
        "另将缺报、待核的项目分别按最不利、最有利和两者之间的任意级取值{draws}。"
        "比例只说明结论对设定的依赖程度，不是结论正确的概率。",
        switches=count("稳健性.开关", len(case.plan.switches), "变动的口径开关", "个", **laid_down),
        step=Fact(id="稳健性.阈值幅度", value=0.05, digits=2, label="评级阈值变动幅度", formula="各阈值独立均匀抽取；0和1（目标本身）不动", **laid_down),
        settings=count("稳健性.设定", settings, "同时变动的设定", "种", formula="口径组合均匀出现，固定随机种子", **laid_down),
        draws=count("稳健性.取值", len(case.missing_outcomes.settings), "缺失数据的取值次数", "次", formula="固定随机种子", **laid_down),
    )  # fmt: skip


def _summary(case: Case, shares: dict[str, pd.DataFrame]) -> Block:
    frame = shares[_READINGS]
    groups = {
        "all": frame[frame["standing"].eq(IN_ALL)],
        "most": frame[frame["standing"].eq(IN_MOST)],
        "some": frame[~frame["standing"].isin([IN_ALL, IN_MOST])],
    }
    labels = {"all": "各种设定下都成立", "most": "九成以上设定下成立", "some": "随设定改变"}
    facts = {
        name: case.facts.count(
            f"稳健性.{labels[name]}",
            len(part),
            f"评级{labels[name]}的指标",
            formula=listed(part["item"]) or "无",
            parts=case.facts.indicators(part.rename(columns={"item": "indicator"})),
        )
        for name, part in groups.items()
    }
    names = listed(case.plan.indicator(item).name_in_text for item in groups["some"]["item"])
    return prose(
        "量化指标的评级，在各种设定下都成立的{all}，在九成以上设定下成立的{most}，随设定改变的{some}{names}。",
        names=f"（{names}），引用时须说明所用口径和阈值" if names else "",
        **facts,
    )


def _percent(id: str, share: float, label: str, parts: tuple[str, ...]) -> Fact:  # noqa: A002
    return Fact(
        id=id,
        value=share * 100,
        unit="%",
        digits=1,
        label=label,
        formula="评级相同的设定数÷设定总数",
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
        "各指标评级在多少设定下成立",
        "指标<1.7 | 本报告评级^1.2 | 口径与阈值变动时不变>1.1 | 结论^1.1 | 还可能评为<1.5 | 缺失数据变动时不变>1.1 | 结论^1.1 | 还可能评为<1.5",
        rows,
        note="“全部成立”指在每一种设定下评级都不变，“多数成立”指在90%以上的设定下不变，其余为“部分成立”。"
        "本报告评为“数据不足”的指标，补齐数据后必有评级，缺失数据一栏因此为零。",
        landscape=True,
    )


def _counts(case: Case, ways: dict) -> Block:
    frames = {
        way: band_counts(found.tasks, case.outcomes.tasks).set_index("band") for way, found in ways.items()
    }
    rows, every = [], case.facts.tasks(case.evaluation.tasks)
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
        for what in ("最少", "最多", "不变的设定")
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
    heads = [f"{way}：{what}" for way in ways for what in ("不变的设定", "结论", "还可能评为")]
    return table("robustness-tasks", "各任务评级在多少设定下成立", ["任务", "主要任务", "本报告评级", *heads], rows, annex=True)  # fmt: skip


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
        ["牵头部门", "牵头任务", "达到要求", "本报告位次", "九成设定下的位次", "全部设定下的位次", "缺失数据取值时的位次"],
        rows,
        note="按牵头任务中达到要求的占比排列，占比相同的并列；位次区间重叠的部门不宜比较先后。",
        annex=True,
    )  # fmt: skip


def _span(row: pd.Series, first: str, last: str) -> str:
    return f"{row[first]}" if row[first] == row[last] else f"{row[first]}—{row[last]}"
