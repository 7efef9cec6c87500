"""A unit's own report: the figures it sent, its evidence, what is open, and who depends on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pandas as pd

from kepu_eval.plan import BASELINE, Indicator
from kepu_eval.report.blocks import Block, Blocks, Column, Fact, prose, table
from kepu_eval.report.case import UnitCase
from kepu_eval.report.open_items import QUESTION, REJECTED, OpenItem, grouped, open_items
from kepu_eval.report.ratings import indicator_id, task_id
from kepu_eval.report.sections.unit_work import short, shown
from kepu_eval.report.sections.wording import listed, rating_cell

STATES = {"question": "待核", "rejected": "退回", "missing": "未报"}


def unit_figures(own: UnitCase) -> Blocks:
    """Every figure the unit reported, each traced to its cell; schools are counted, and listed in the workbook."""
    rows = own.own("observations")
    district, schools = rows[rows["entity"].eq("")], rows[rows["entity"].ne("")]
    blocks: list[Block] = []
    if (district["required"] | district["state"].ne("missing")).any():
        blocks.append(_by_year(own, district))
    if len(schools):
        blocks.append(_of_schools(own, schools))
    if not blocks:
        blocks.append(
            prose("本单位没有需要填报的指标数据。" if own.submitted else "未收到本单位的指标数据，不能列出。")
        )
    return Blocks(blocks)


def _by_year(own: UnitCase, rows: pd.DataFrame) -> Block:
    plan = own.case.plan
    rows = rows[rows["required"] | rows["state"].ne("missing")]
    years = sorted(period for period in set(rows["period"]) if period != BASELINE)
    base = [BASELINE] if rows["period"].eq(BASELINE).any() else []
    ratings = own.case.evaluation.indicators.set_index("indicator")["rating"]
    body = []
    for (indicator, measure), part in rows.groupby(["indicator", "measure"], sort=False):
        item = plan.indicator(indicator)
        cells = {row.period: row for row in part.itertuples()}
        names = {m.id: m.name for m in item.measures}
        figures = [_figure(own, item, cells.get(period)) for period in (*base, *years)]
        body.append(
            [indicator, names.get(measure, item.short_name), *figures, rating_cell(ratings[indicator])]
        )
    return table(
        "unit-figures",
        "本单位上报的指标数据",
        [
            Column(title="指标", align="center", width=0.7),
            Column(title="项目", width=2.0),
            *(Column(title=f"{plan.meta.first_year - 1}年末", align="right") for _ in base),
            *(Column(title=f"{period}年", align="right") for period in years),
            Column(title=f"{plan.meta.whole}评级", align="center", width=1.7),
        ],
        body,
        note="只列必报和已填的数据；待核、退回的在答复前不计入。",
    )  # fmt: skip


def _figure(own: UnitCase, indicator: Indicator, row: tuple | None) -> Fact | None:
    """A cell's figure; one that does not count says why."""
    if row is None:
        return None
    measure = "" if row.measure == "value" else f".{row.measure}"
    fact = own.case.facts.observation(
        row.obs,
        f"{indicator.id}{measure}.{row.period}.本单位",
        f"{indicator.name}·{row.period}（本单位上报）",
    )
    return fact.model_copy(update={"missing": STATES.get(row.state, "数据不足")})


def _of_schools(own: UnitCase, rows: pd.DataFrame) -> Block:
    states = Counter(rows.loc[rows["required"] | rows["state"].ne("missing"), "state"])
    return prose(
        "学校明细共{schools}，已到期应报数据{asked}，其中采用{used}、待核{questions}、退回{rejected}、未报{missing}；逐校见工作簿。",
        schools=own.counted("学校.校数", rows["entity"].nunique(), "学校", "所"),
        asked=own.counted("学校.应报", sum(states.values()), "学校明细应报和已填的数据", "个"),
        used=own.counted("学校.采用", states["accepted"] + states["note"], "采用的数据", "个"),
        questions=own.counted("学校.待核", states["question"], "待核的数据", "个"),
        rejected=own.counted("学校.退回", states["rejected"], "退回的数据", "个"),
        missing=own.counted("学校.未报", states["missing"], "未报的数据", "个"),
    )


def unit_evidence(own: UnitCase) -> Blocks:
    """Evidence the unit lists, evidence it names without listing it, and evidence that serves several claims."""
    if not own.submitted:
        return Blocks([prose("未收到本单位的佐证目录，不能说明佐证情况。")])
    listed_here = {number for number in own.own("evidence")["evidence"] if number}
    claims = claims_of(own)
    absent = [number for number in claims if number not in listed_here]
    shared = [number for number, uses in claims.items() if len(uses) > 1]
    unused = sorted(listed_here - set(claims))
    not_listed = "引用而未列入目录、因此不计的{absent}{absent_names}；" if absent else ""
    sentence = prose(
        "目录列佐证{listed}，未被引用的{unused}；"
        + not_listed
        + "一件用于多项承诺或活动的{shared}{shared_names}。",
        listed=own.counted("佐证.目录", len(listed_here), "佐证目录中的佐证", "件"),
        absent=own.counted("佐证.未列", len(absent), "引用而未列入目录的佐证", "件"),
        absent_names=_named(absent),
        shared=own.counted("佐证.多用", len(shared), "用于多项承诺或活动的佐证", "件"),
        shared_names=_named(shared),
        unused=own.counted("佐证.未用", len(unused), "目录中未被引用的佐证", "件"),
    )
    return Blocks([sentence])


def claims_of(own: UnitCase) -> dict[str, list[str]]:
    """Commitments and activities by the evidence number that they name."""
    uses: dict[str, list[str]] = {}
    for row in own.own("statuses").itertuples():
        for number in row.evidence:
            uses.setdefault(number, []).append(row.commitment)
    for row in own.own("events").itertuples():
        for number in row.evidence:
            uses.setdefault(number, []).append(f"活动{row.number}")
    return uses


def _named(numbers: list[str]) -> str:
    return f"（{listed(sorted(numbers), at_most=2)}）" if numbers else ""


def unit_questions(own: UnitCase) -> Blocks:
    """What is open with the unit, with cell and remedy; the same groups as in its slip."""
    items = open_items(own.own("findings"))
    counts = Counter(item.kind for item in items)
    if not items:
        return Blocks([prose("没有待核或退回的数据。" if own.submitted else "尚无填报表，无从核对。")])
    rows = open_rows(items)
    sentence = prose(
        "须更正{rejected}、请确认{questions}，在更正或答复前不计入。{rest}",
        rejected=own.counted("核查.退回", counts[REJECTED], "须更正的内容", "处"),
        questions=own.counted("核查.待核", counts[QUESTION], "请确认的内容", "处"),
        rest="下表列前几项，全部见工作簿和退回单。" if len(rows) > shown(own) else "",
    )
    return Blocks(
        [sentence, table("unit-open", "须更正和请确认的内容", OPEN_COLUMNS, short(rows[: shown(own)]))]
    )


OPEN_COLUMNS = (
    Column(title="处理", align="center", width=0.9),
    Column(title="工作表、单元格", width=1.7),
    Column(title="原值", width=1.2),
    Column(title="问题", width=2.2),
    Column(title="请这样处理", width=2.6),
)


def open_rows(items: Iterable[OpenItem]) -> list[list]:
    """Rows of the table of open items: kind, place, value as found, problem, remedy."""
    return [
        [item.kind, where, item.value or None, item.problem, item.remedy]
        for where, item in grouped(items, with_file=False)
    ]


def unit_dependants(own: UnitCase) -> Blocks:
    """Which judgments rest on this unit's figures, which leads wait for it, and for whom it waits."""
    plan, facts = own.case.plan, own.case.facts
    decisive = [i for i in plan.indicators if i.task and own.tasks.get(i.task) == "牵头"]
    rows = own.case.evaluation.indicators.set_index("indicator")
    blocks: list[Block] = []
    if decisive:
        gaps = [i for i in decisive if rows.loc[i.id, "missing"]]
        waiting = (
            f"；其中{listed(i.name_in_text for i in gaps)}尚有缺失或待核，评级因此未定或只是下限"
            if gaps
            else ""
        )
        blocks.append(
            prose(
                "{whole}{count}量化指标的评级取决于本单位的必报数据：{names}{waiting}。",
                count=facts.count(
                    "影响.指标",
                    len(decisive),
                    "取决于本单位的量化指标",
                    parts=facts.named(*(indicator_id(i.id) for i in decisive)),
                ),
                whole=plan.meta.whole,
                names=listed(f"{i.name_in_text}（{rows.loc[i.id, 'rating']}）" for i in decisive),
                waiting=waiting,
            )
        )
    blocks += _silence(own)
    return Blocks(blocks or [prose("没有指标评级取决于本单位，也没有牵头单位在等待本单位的材料。")])


def _silence(own: UnitCase) -> Iterator[Block]:
    """Tasks on which the unit said nothing while another leads, and units it waits for as lead."""
    plan, facts = own.case.plan, own.case.facts
    spoken = set(own.answered["task"])
    owed = [number for number, role in own.tasks.items() if role == "责任" and number not in spoken]
    if owed:
        leads = dict.fromkeys(plan.lead(number).name for number in owed)
        yield prose(
            "本单位在{count}责任任务上没有填报任何内容（{tasks}），牵头单位{leads}汇总时缺本单位材料。",
            count=own.counted("影响.未填", len(owed), "未填报的责任任务"),
            tasks=listed((f"任务{number}" for number in owed), at_most=4),
            leads=listed(leads, at_most=6),
        )
    units = own.case.evaluation.units
    silent = set(units.loc[~units["submitted"], "name"]) - {own.unit.name}
    led = [number for number, role in own.tasks.items() if role == "牵头"]
    awaited = {number: [u.name for u in plan.responsible(number) if u.name in silent] for number in led}
    names = dict.fromkeys(name for found in awaited.values() for name in found)
    if names:
        yield prose(
            "本单位牵头的{count}任务尚缺责任单位{names}的材料（{tasks}）。",
            count=facts.count(
                "影响.待报",
                sum(map(bool, awaited.values())),
                "尚缺责任单位材料的牵头任务",
                parts=facts.named(*(task_id(number) for number, found in awaited.items() if found)),
            ),
            names=listed(names),
            tasks=listed(f"任务{number}" for number, found in awaited.items() if found),
        )
