"""Sections of the overview of many districts; each takes a :class:`~kepu_eval.report.city_case.CityCase`."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import band
from kepu_eval.evaluation.districts import MISSED, OPEN, REACHED
from kepu_eval.evaluation.model import BANDS
from kepu_eval.report.blocks import Blocks, Cell, Column, Cover, Fact, table
from kepu_eval.report.city_case import CityCase, district_fact
from kepu_eval.report.districts import SENT
from kepu_eval.report.figures import programme_ratings
from kepu_eval.report.palette import tone_of
from kepu_eval.report.wording import listed, rating_cell
from kepu_eval.rows import Row

_TONES = {REACHED: "完成", MISSED: "未完成", OPEN: "数据不足"}
_NAMED = 4


def city_cover(case: CityCase) -> Blocks:
    """Title, and what machines read."""
    meta = case.plan.meta
    title = Cover(
        title=f"{meta.district}{meta.about}各区县汇总", contents=False, signed=True, organisation=case.organisation,
        date=case.report_date, notice=case.notice,
    )  # fmt: skip
    return Blocks([title, case.inputs, case.lineage])


def city_indicators(case: CityCase) -> Blocks:
    """Every indicator over all districts: our target, what they come to, its bounds, who tells, who meets."""
    rows = [
        [item["名称"], item["目标"], item["汇总值"], item["界限"], item["已报"], item["达标"],
         Cell(text=item["判定"], tone=tone_of(_TONES[item["判定"]]) if item["判定"] in _TONES else "")]
        for item in case.words["指标"]["全部项"]
    ]  # fmt: skip
    listing = table(
        "city-indicators", "各区县指标汇总",
        "指标<1.9 | 本级目标>1.2 | 汇总值>1 | 界限<1.5 | 有结果的区县>0.9 | 达标区县^1.7 | 对本级目标^1.2",
        rows,
        note="汇总值只在全部区县都有可用的数时给出，否则为“数据不足”，并列出界限：没有结果的区县不作零，它的权数也不知道的，"
             "百分比的界限就是零至一百。达标按区县自己的目标评定，括号内为补齐后最少、最多的个数。",
    )  # fmt: skip
    more = table(
        "city-indicators-more", "各区县指标汇总（办法、最差、自定目标）",
        ["指标", "汇总办法", "已知部分", "最差", "各区县自定目标", "本级目标"],
        [[item["名称"], item["办法"], item["已知"] if item["已知"].value is not None else None, item["最差说明"] or None,
          _own_targets(item), item["目标"]] for item in case.words["指标"]["全部项"]], annex=True,
    )  # fmt: skip
    return Blocks([listing, more])


def _own_targets(item: dict) -> Fact | str | None:
    if item["目标合计"].value is not None:
        return item["目标合计"]
    return f"{len(item['弱于'])}个低于本级：{listed(item['弱于'], _NAMED)}" if item["弱于"] else None


def city_returns(case: CityCase) -> Blocks:
    """Districts by share of units that returned, the lowest first; what is open in each."""
    rows = []
    for row in case.returned.itertuples():
        sources = case.packages([row.Index], "报送情况")

        def count(
            column: str, label: str, unit: str, row: Row = row, sources: tuple = sources
        ) -> Fact | None:
            value = getattr(row, column)
            if pd.isna(value):
                return None
            return Fact(id=f"报送.{row.Index}.{label}", value=int(value), unit=unit, label=f"{row.Index}·{label}", formula="区县结果包", sources=sources)  # fmt: skip

        share = None if pd.isna(row.share) else Fact(
            id=f"报送.{row.Index}.报送率", value=row.share * 100, unit="%", digits=1, label=f"{row.Index}·报送率",
            formula=f"{int(row.returned)}÷{int(row.asked)}", sources=sources)  # fmt: skip
        rows.append([row.Index, row.state, count("asked", "应报单位", "个"), count("returned", "已报单位", "个"), share,
                     count("questions", "待核", "项"), count("rejected", "退回", "项")])  # fmt: skip
    columns = "区县<1.4 | 结果包^ | 应报单位> | 已报单位> | 报送率> | 待核> | 退回>"
    note, title = "没有可用结果包的区县，各栏不填，不作零。", "各区县报送情况（由低到高）"
    if len(rows) <= _LONG:
        return Blocks([table("city-returns", title, columns, rows, note=note)])
    told = f"{note}只列最前的{_LOWEST}个，全部见随附工作簿。"
    return Blocks([
        table("city-returns", title, columns, rows[:_LOWEST], note=told),
        table("city-returns-all", f"{title}（全部）", columns, rows, annex=True),
    ])  # fmt: skip


def city_tasks(case: CityCase) -> Blocks:
    """How many districts stand at each rating, task by task, and which; nothing where no task has a key."""
    tasks = [task for task in case.plan.tasks if task.key]
    ratings = case.rollup.tasks
    if not tasks:
        return Blocks([])
    bands = ratings.map(lambda rating: rating if pd.isna(rating) else str(band(rating)))
    counts = pd.DataFrame(
        [
            {"name": t.title, "tasks": int(bands[t.key].notna().sum()), **bands[t.key].value_counts()}
            for t in tasks
        ]
    )
    counts = counts.reindex(columns=["name", "tasks", *BANDS]).fillna(0)
    counts[list(BANDS)] = counts[list(BANDS)].astype(int)
    state = case.gathered.districts["state"]
    matrix = table(
        "city-task-matrix", "各区县任务评级",
        [Column(title="区县", width=1.2), *(Column(title=f"任务{task.number}", align="center") for task in tasks)],
        [[name, *(rating_cell(row[t.key]) if not pd.isna(row[t.key]) else _nothing(state[name]) for t in tasks)]
         for name, row in ratings.iterrows()],
        note="；".join(f"任务{task.number}：{task.title}" for task in tasks), annex=len(tasks) > _WIDE or len(ratings) > _LONG,
    )  # fmt: skip
    chart = [programme_ratings(counts, case.notice).model_copy(
        update={"id": "city-tasks", "title": "各项任务的区县评级（个）"})] if counts["tasks"].sum() else []  # fmt: skip
    return Blocks([*chart, matrix])


_WIDE, _LONG, _LOWEST = 8, 40, 20


def _nothing(state: str) -> Cell:
    return Cell(text="没有此项" if state == SENT else state)


def city_unmatched(case: CityCase) -> Blocks:
    """What could not be matched, by reason; item by item, and every open question, in the workbook."""
    rows = case.rollup.unmatched
    grouped = rows.groupby(["what", "reason"], sort=False)
    summary = table(
        "city-unmatched", "没有对应上的指标和任务", "类别^0.6 | 原因<2.6 | 项数>0.6 | 区县<2.4",
        [[what, reason, Fact(id=f"未匹配.{what}.{reason}", value=len(mine), unit="项", label=f"{reason}的{what}", formula="计数",
                             sources=case.packages(list(dict.fromkeys(mine["district"])), reason)),
          listed(dict.fromkeys(mine["district"]), _NAMED)] for (what, reason), mine in grouped],
    )  # fmt: skip
    every = table(
        "city-unmatched-all", "没有对应上的指标和任务（逐项）", ["区县", "类别", "编号", "名称", "原因"],
        [[r.district, r.what, f"{r.id:g}" if isinstance(r.id, float) else r.id, r.name, r.reason] for r in rows.itertuples(index=False)], annex=True,
    )  # fmt: skip
    asked = case.gathered.tables["questions"]
    open_items = table(
        "city-questions", "各区县待核、退回", ["区县", "单位", "类别", "规则", "文件", "工作表", "单元格", "涉及"],
        [[r.district, r.unit, {"question": "待核", "rejected": "退回"}.get(r.severity, r.severity), r.code, r.file, r.sheet, r.cell, r.affects]
         for r in asked.itertuples()], annex=True,
    )  # fmt: skip
    return Blocks(
        [*([summary] if len(rows) else []), *(listing for listing in (every, open_items) if listing.rows)]
    )


def city_districts(case: CityCase) -> Blocks:
    """Every district's figures of every matched indicator, each leading to its package (workbook only)."""
    rows = case.rollup.matched.sort_values("key", kind="stable")
    if rows.empty:
        return Blocks([])
    facts = {fact.id: fact for fact in case.lineage.facts}
    return Blocks([table(
        "city-districts", "各区县各项指标", ["指标", "区县", "自定目标", "现值", "下界", "上界", "评级", "编号", "结果包"],
        [[r["name"], r["district"], None if pd.isna(r["target"]) else Cell(text=f"{r['target']:g}{r['unit']}", value=float(r["target"])),
          *(facts[district_fact(r["district"], r["key"], side)] for side in ("value", "low", "high")), rating_cell(r["rating"]),
          r["id"], case.gathered.districts.loc[r["district"], "package"]] for r in rows.to_dict("records")], annex=True,
    )])  # fmt: skip
