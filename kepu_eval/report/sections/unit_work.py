"""A unit's own report: its duties, its tasks one by one, and what it says is wrong and comes next."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.plan import Task
from kepu_eval.report.blocks import Block, Blocks, Column, Cover, prose, table
from kepu_eval.report.case import UnitCase
from kepu_eval.report.inputs import inputs_of, lineage_of
from kepu_eval.report.ratings import task_id
from kepu_eval.report.sections.wording import (
    agreement,
    chinese_date,
    first_texts,
    listed,
    rating_cell,
)
from kepu_eval.returns import layout

_LETTERS = 32  # of a cell's text; what units write has no limit


def shown(own: UnitCase) -> int:
    """Rows of a list that the pages show: the more tasks a unit has, the fewer, so that three pages suffice."""
    return max(1, 6 - len(own.tasks) // 4)


def unit_cover(own: UnitCase) -> Blocks:
    """Title block without a table of contents, and the machine-readable list of inputs."""
    case = own.case
    title = Cover(
        title=f"{own.unit.name}{case.plan.meta.about.removesuffix('行动')}工作自查报告",
        subtitle=f"（{case.round.name}，截至{chinese_date(case.as_of)}）",
        organisation=case.organisation,
        date=case.report_date,
        notice=case.notice,
        contents=False,
    )
    return Blocks([title, inputs_of(case), *lineage_of(case)])


def unit_duties(own: UnitCase) -> Blocks:
    """What the unit leads and takes part in; for a unit that sent nothing, what cannot be said and what it owes."""
    plan, facts = own.case.plan, own.case.facts
    led = [number for number, role in own.tasks.items() if role == "牵头"]
    tasks = [plan.task(number) for number in own.tasks]
    indicators = [i for i in plan.indicators if i.task in own.tasks]
    shared = len(own.tasks) - len(led)
    laid_down = facts.planned(f"{own.unit.name}的责任任务")
    parts = ["牵头任务{led}"] * bool(led) + ["承担责任任务{shared}"] * bool(shared)
    sentence = prose(
        f"按《方案》责任清单，本单位{'，'.join(parts)}，涉及承诺{{commitments}}、量化指标{{indicators}}。",
        led=facts.count("职责.牵头", len(led), "牵头任务", sources=laid_down),
        shared=facts.count("职责.责任", shared, "责任任务", sources=laid_down),
        commitments=facts.count(
            "职责.承诺", sum(len(t.commitments) for t in tasks), "涉及承诺", sources=laid_down
        ),
        indicators=facts.count("职责.指标", len(indicators), "涉及量化指标", sources=laid_down),
    )
    return Blocks([sentence, _received(own)])


def _received(own: UnitCase) -> Block:
    case, status = own.case, own.case.evaluation.units.set_index("unit").loc[own.unit.id, "status"]
    if own.submitted:
        dates = [date for date in own.own("submissions")["received"] if date]
        return prose(
            "本轮填报表{when}报送（{status}）。评级由系统按统一规则判定，与本单位自评并列。",
            when=f"于{chinese_date(dt.date.fromisoformat(max(dates)))}" if dates else "未注明日期，已",
            status=status,
        )
    asked = {sheet.name: sheet.rows for sheet in layout.sheets(case.plan, own.unit, case.round.id)}
    schools = "，并按校逐行填报“学校明细”" if layout.SCHOOLS in asked else ""
    asked_for = case.facts.planned(f"{own.unit.name}的填报模板")
    must = sum(len(row.required) for rows in asked.values() for row in rows)
    return prose(
        "本单位本轮填报表{status}（报送期限为{due}），因此不能说明本单位的任务进展、数据和佐证，下文只列由其他单位数据得出的评级；"
        "缺报不作零处理，也不视为完成。应补报：“任务自查”{answers}、“指标数据”{numbers}"
        + "，其中必填{must}" * bool(must)
        + "{schools}。",
        status=status,
        due=chinese_date(case.round.due),
        answers=case.facts.count(
            "应报.任务自查", len(asked[layout.TASKS]), "应自查的承诺", "行", sources=asked_for
        ),
        numbers=case.facts.count(
            "应报.指标数据", len(asked[layout.NUMBERS]), "指标数据的行", "行", sources=asked_for
        ),
        must=case.facts.count("应报.必填", must, "必填的格", "格", sources=asked_for),
        schools=schools,
    )


def unit_progress(own: UnitCase) -> Blocks:
    """Every task of the unit: how much of it the unit answered, its self-rating beside the rule's rating."""
    case = own.case
    said = own.answered
    rows = [
        _task_row(own, case.plan.task(number), role, said[said["task"].eq(number)])
        for number, role in sorted(own.tasks.items(), key=lambda item: item[1] != "牵头")
    ]
    listing = table(
        "unit-tasks",
        "任务进展",
        "任务^0.85 | 主要任务<3.8 | 身份^0.85 | 已填^0.95 | 自评^1.4 | 任务评级^2.1 | 对照^1.1",
        rows,
        note="已填：本单位已填和应自查的承诺数；自评：各项承诺的中间一档。",
    )
    return Blocks([listing, *_differences(own)])


def _task_row(own: UnitCase, task: Task, role: str, said: pd.DataFrame) -> list:
    found = own.case.evaluation.tasks.set_index("number").loc[task.number]
    asked = [c for c in task.commitments if own.case.plan.commitment_types[c.type].rule != "indicator"]
    own_rating = middle_self_rating(list(said["self_rating"]))
    same = agrees(Rating(found["rating"]), own_rating) if role == "牵头" else None
    return [
        task.number,
        task.title,
        role,
        f"{len(said)}/{len(asked)}" if own.submitted else "未报",
        own_rating or None,
        rating_cell(
            found["rating"], found["rating"] + ("" if found["rating"] == Rating.UNKNOWN else found["note"])
        ),
        agreement(same),
    ]


def _differences(own: UnitCase) -> list[Block]:
    """Commitments of the tasks it leads where its own rating is another than the rule's."""
    rows = own.case.evaluation.commitments
    led = [number for number, role in own.tasks.items() if role == "牵头"]
    differing = rows[rows["task"].isin(led) & rows["agrees"].map(lambda same: same is False)]
    if differing.empty:
        return []
    named = (f"“{r.text}”自评{r.self_rating}、判定{r.rating}" for r in differing.itertuples())
    sentence = prose(
        "牵头任务中，自评与判定不一致的承诺{count}，如{named}，请逐项说明差异或补充佐证。",
        count=own.case.facts.count(
            "自查.不一致",
            len(differing),
            "自评与判定不一致的承诺",
            parts=own.case.facts.commitments(differing),
        ),
        named=listed(named, at_most=1),
        role="item",
    )
    return [sentence]


def short(rows: list[list]) -> list[list]:
    """Rows whose long texts are cut for the pages; the workbook has them whole."""
    return [
        [f"{v[:_LETTERS]}……" if isinstance(v, str) and len(v) > _LETTERS else v for v in row] for row in rows
    ]


NEXT_COLUMNS = (
    Column(title="任务", align="center", width=0.6),
    Column(title="身份", align="center", width=0.7),
    Column(title="存在问题（本单位填报）", width=3.4),
    Column(title="下一步措施（本单位填报）", width=3.4),
)


def problems_told(own: UnitCase) -> list[list]:
    """Task, role, problems and next steps in the unit's own words; the tasks it leads come first."""
    said, rows = own.own("statuses"), []
    for number, role in own.tasks.items():
        told = said[said["task"].eq(number)]
        problem, step = (first_texts(list(told[key])) for key in ("problem", "next_step"))
        if problem or step:
            rows.append([number, role, problem or None, step or None])
    return sorted(rows, key=lambda row: row[1] != "牵头")


def unit_next_steps(own: UnitCase) -> Blocks:
    """Problems and next steps in the unit's own words, and what it has to put right: by the ledger, else by its ratings."""
    facts, rows = own.case.facts, problems_told(own)
    blocks: list[Block] = []
    if rows:
        rest = "（其余见工作簿）" if len(rows) > shown(own) else ""
        blocks.append(
            table("unit-next", f"存在问题和下一步措施{rest}", NEXT_COLUMNS, short(rows[: shown(own)]))
        )
    else:
        blocks.append(prose("本单位未填报存在问题和下一步措施。"))
    items = own.case.rectification
    if len(items):
        return Blocks([*blocks, *_items(own, items[items["unit"].eq(own.unit.id)])])
    raised = [item for item in own.case.to_rectify if item.unit == own.unit.id]
    if raised and shown(own) > 1:  # with that many tasks their ratings in the first table have to do
        blocks.append(
            prose(
                "按规则应列入整改清单的事项{count}，见区整改清单。",
                count=facts.count(
                    "整改.事项",
                    len(raised),
                    "应列入整改清单的事项",
                    parts=facts.named(*dict.fromkeys(task_id(item.task) for item in raised)),
                ),
            )
        )
    return Blocks(blocks)


def _items(own: UnitCase, mine: pd.DataFrame) -> list[Block]:
    """The unit's items in the rectification ledger: how many are settled, and the open ones."""
    count, still = own.case.facts.count, mine[~mine["settled"]]
    kept = own.case.files_of("督查台账", "台账", what="整改事项")
    told = prose(
        "整改台账中本单位的整改事项{total}，未销号{open}。",
        total=count("整改台账.本单位", len(mine), "本单位的整改事项", sources=kept),
        open=count("整改台账.本单位未销号", len(still), "本单位未销号的整改事项", sources=kept),
    )
    if still.empty:
        return [told]
    columns = "任务^0.6 | 问题<3.4 | 时限^1.2 | 状态^"
    rows = [[row.task, row.problem, row.due or None, row.state] for row in still.itertuples()]
    return [told, table("unit-rectification", "未销号的整改事项", columns, short(rows[: shown(own)]))]
