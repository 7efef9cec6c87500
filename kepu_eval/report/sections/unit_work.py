"""A unit's own report: its duties, its tasks one by one, and what it says is wrong and comes next."""

from __future__ import annotations

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.commitments import agrees, middle_self_rating
from kepu_eval.plan import Task
from kepu_eval.report.blocks import Block, Blocks, Column, Cover, prose, table
from kepu_eval.report.case import UnitCase
from kepu_eval.report.inputs import inputs_of
from kepu_eval.report.sections.wording import (
    FALLING_SHORT,
    UNKNOWN,
    agreement,
    first_texts,
    listed,
    rating_cell,
)
from kepu_eval.returns import layout

_SHOWN = 6  # longer lists stand whole in the workbook: three pages are all a unit's report may take


def unit_cover(own: UnitCase) -> Blocks:
    """Title block without a table of contents, and the machine-readable list of inputs."""
    case = own.case
    title = Cover(
        title=f"{own.unit.name}全民科学素质工作自查报告",
        subtitle=f"（{case.round.name}，截至{case.as_of.isoformat()}）",
        organisation=case.organisation,
        date=case.report_date,
        notice=case.notice,
        contents=False,
    )
    return Blocks([title, inputs_of(case)])


def unit_duties(own: UnitCase) -> Blocks:
    """What the unit leads and takes part in; for a unit that sent nothing, what cannot be said and what it owes."""
    plan, facts = own.case.plan, own.case.facts
    led = [number for number, role in own.tasks.items() if role == "牵头"]
    tasks = [plan.task(number) for number in own.tasks]
    indicators = [i for i in plan.indicators if i.task in own.tasks]
    sentence = prose(
        "按《方案》责任清单，本单位牵头任务{led}{names}，承担责任任务{shared}，涉及承诺{commitments}、量化指标{indicators}。",
        led=facts.count("职责.牵头", len(led), "牵头任务"),
        names=f"（{listed(f'任务{number}' for number in led)}）" if led else "",
        shared=facts.count("职责.责任", len(own.tasks) - len(led), "责任任务"),
        commitments=facts.count("职责.承诺", sum(len(t.commitments) for t in tasks), "涉及承诺"),
        indicators=facts.count("职责.指标", len(indicators), "涉及量化指标"),
    )
    return Blocks([sentence, _received(own)])


def _received(own: UnitCase) -> Block:
    case, status = own.case, own.case.evaluation.units.set_index("unit").loc[own.unit.id, "status"]
    if own.submitted:
        dates = [date for date in own.own("submissions")["received"] if date]
        return prose(
            "本轮填报表{when}报送，报送状态为“{status}”。以下评级由系统按统一规则判定，自评为本单位填报，两者并列。",
            when=f"于{max(dates)}" if dates else "未注明日期，已",
            status=status,
        )
    owed = {
        sheet.name: sum(len(row.required) for row in sheet.rows)
        for sheet in layout.sheets(case.plan, own.unit, case.round.id)
    }
    schools = "；并按校逐行填报“学校明细”" if layout.SCHOOLS in owed else ""
    return prose(
        "本单位本轮填报表状态为“{status}”（期限{due}）。因此不能说明本单位的任务进展、数据和佐证，下文只列其他单位已报的情况；"
        "缺报不作零处理，也不视为完成。应补报：“指标数据”必填{numbers}，“任务自查”必填{answers}{schools}。",
        status=status,
        due=case.round.due.isoformat(),
        numbers=case.facts.count("应报.指标数据", owed[layout.NUMBERS], "指标数据必填格", "格"),
        answers=case.facts.count("应报.任务自查", owed[layout.TASKS], "任务自查必填格", "格"),
        schools=schools,
    )


def unit_progress(own: UnitCase) -> Blocks:
    """Every task of the unit: how much of it the unit answered, its self-rating beside the rule's rating."""
    case = own.case
    said = own.answered
    rows = [
        _task_row(own, case.plan.task(number), role, said[said["task"].eq(number)])
        for number, role in own.tasks.items()
    ]
    listing = table(
        "unit-tasks",
        "任务进展",
        [
            Column(title="任务", align="center", width=0.55),
            Column(title="主要任务", width=3.4),
            Column(title="身份", align="center", width=0.6),
            Column(title="已填承诺", align="center", width=0.85),
            Column(title="自评", align="center", width=0.95),
            Column(title="任务评级", align="center", width=1.75),
            Column(title="对照", align="center", width=0.75),
        ],
        rows,
        note="自评取本单位各项承诺自评的中间一档；任务评级按全区各单位数据判定。"
        "牵头任务的自评与评级逐项对照，责任任务的自评只说明本单位承担的部分，不作对照。",
    )
    return Blocks([listing, *_differences(own), _commitments(own, said)])


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
        rating_cell(found["rating"], found["display"]),
        agreement(same),
    ]


def _differences(own: UnitCase) -> list[Block]:
    """Commitments of the tasks it leads where its own rating is another than the rule's."""
    rows = own.case.evaluation.commitments
    led = [number for number, role in own.tasks.items() if role == "牵头"]
    differing = rows[rows["task"].isin(led) & rows["agrees"].map(lambda same: same is False)]
    if differing.empty:
        return []
    named = (f"“{r.text}”自评{r.self_rating}、判定{r.rating}（{r.reason}）" for r in differing.itertuples())
    sentence = prose(
        "牵头任务中，自评与判定不一致的承诺{count}，逐项见工作簿。其中：{named}。请说明差异或补充佐证。",
        count=own.case.facts.count("自查.不一致", len(differing), "自评与判定不一致的承诺"),
        named=listed(named, at_most=2),
        role="item",
    )
    return [sentence]


def _commitments(own: UnitCase, said: pd.DataFrame) -> Block:
    """Every commitment of the unit's tasks (workbook only)."""
    mine = said.set_index("commitment")
    judged = own.case.evaluation.commitments
    rows = []
    for row in judged[judged["task"].isin(list(own.tasks))].itertuples():
        told = mine.loc[row.commitment] if row.commitment in mine.index else None
        words = (None,) * 4 if told is None else tuple(
            told[key] or None for key in ("self_rating", "progress", "problem", "next_step"))  # fmt: skip
        proofs = None if told is None else listed(told["evidence"]) or None
        place = None if told is None else f"{told['sheet']}第{told['row']}行"
        rows.append([row.commitment, row.text, own.tasks[row.task], rating_cell(row.rating), row.reason, *words,
                     proofs, place])  # fmt: skip
    return table(
        "unit-commitments",
        "本单位承诺逐项对照",
        ["承诺号", "承诺", "身份", "判定", "判定依据", "自评", "进展", "问题", "下一步", "佐证", "位置"],
        rows,
        annex=True,
    )


def unit_next_steps(own: UnitCase) -> Blocks:
    """Problems and next steps in the unit's own words, and its tasks that the evaluation lists for rectification."""
    said = own.own("statuses")
    rows = []
    for number, role in own.tasks.items():
        told = said[said["task"].eq(number)]
        problem, step = (first_texts(list(told[key])) for key in ("problem", "next_step"))
        if problem or step:
            rows.append([number, role, problem or None, step or None])
    rows.sort(key=lambda row: row[1] != "牵头")
    facts = own.case.facts
    blocks: list[Block] = []
    if rows:
        told = "（其余见工作簿）" if len(rows) > _SHOWN else ""
        columns = [
            Column(title="任务", align="center", width=0.6),
            Column(title="身份", align="center", width=0.7),
            Column(title="存在问题（本单位填报）", width=3.4),
            Column(title="下一步措施（本单位填报）", width=3.4),
        ]
        blocks.append(table("unit-next", f"问题与下一步{told}", columns, rows[:_SHOWN]))
        if told:
            blocks.append(table("unit-next-all", "问题与下一步全表", columns, rows, annex=True))
    else:
        blocks.append(prose("本单位未填报存在问题和下一步措施。"))
    tasks = own.case.evaluation.tasks
    short = tasks[tasks["lead"].eq(own.unit.name) & tasks["rating"].isin([*FALLING_SHORT, UNKNOWN])]
    if len(short):
        blocks.append(
            prose(
                "本单位牵头、按规则应列入整改清单的任务{count}：{named}。",
                count=facts.count("整改.任务", len(short), "应列入整改清单的任务"),
                named=listed(f"任务{row.number}（{row.rating}）" for row in short.itertuples()),
            )
        )
    return Blocks(blocks)
