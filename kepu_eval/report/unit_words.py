"""What the words of a unit's own report may name: its duties, what it sent, what is open with it, who waits for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kepu_eval.evaluation import FALLING_SHORT, Rating
from kepu_eval.plan import LEAD, Stage
from kepu_eval.report.blocks import Fact
from kepu_eval.report.narrative import held, quoted
from kepu_eval.report.open_items import QUESTION, REJECTED, open_items
from kepu_eval.report.ratings import indicator_id, task_id
from kepu_eval.report.selections import activity_totals
from kepu_eval.report.statements import DONE, PROBLEM, ranked_statements
from kepu_eval.report.unit_case import OPEN_SHOWN
from kepu_eval.report.vocabulary import Vocabulary, plan_words
from kepu_eval.report.wording import chinese_date
from kepu_eval.returns import layout, unit_sheets
from kepu_eval.supervision.rectification import item_name, month_end

if TYPE_CHECKING:
    from kepu_eval.report.unit_case import UnitCase
    from kepu_eval.supervision import Item


def unit_vocabulary(own: UnitCase) -> Vocabulary:
    """The names of a unit's report."""
    case = own.case
    return Vocabulary(
        {
            "方案": lambda: plan_words(case),
            "单位": lambda: own.unit.name,
            "轮次": lambda: case.round.name,
            "基准日": lambda: chinese_date(case.as_of),
            "填报表": lambda: _return(own),
            "职责": lambda: _duties(own),
            "牵头": lambda: _led(own),
            "差距": lambda: _main_gap(own),
            "做法": lambda: _done(own),
            "困难": lambda: _difficulties(own),
            "办理期限": lambda: _terms(own),
            "应报": lambda: _owed(own),
            "自查": lambda: _differences(own),
            "学校": lambda: _schools(own),
            "佐证": lambda: _evidence(own),
            "核查": lambda: _open(own),
            "影响": lambda: _dependants(own),
            "整改": lambda: _rectification(own),
        }
    )


def _return(own: UnitCase) -> dict[str, Any]:
    """``数据``: whether it had to send figures, or sent any; ``收到日`` is empty where no date stands in the file."""
    status = own.case.evaluation.units.set_index("unit").loc[own.unit.id, "status"]
    dates = [date for date in own.own("submissions")["received"] if date]
    return {
        "有": own.submitted, "情况": status, "期限": chinese_date(own.case.round.due),
        "收到日": chinese_date(dt.date.fromisoformat(max(dates))) if own.submitted and dates else "",
        "数据": len(own.figures) > 0,
    }  # fmt: skip


_STANDING = {
    "完成": (Rating.DONE, Rating.NEARLY_DONE),
    "推进": (Rating.ON_SCHEDULE, Rating.NEARLY_ON_SCHEDULE, Rating.UNDER_WAY),
    "滞后": FALLING_SHORT,
    "不明": (Rating.UNKNOWN,),
    "例外": (Rating.EXCEPTED,),
}
_EXAMPLES, _LONGEST = 2, 60  # quotes on the page, and letters of each


def _led(own: UnitCase) -> dict[str, Any]:
    """How many of the tasks it leads stand where, and their titles under …项."""
    tasks = own.case.evaluation.tasks
    tasks, final = tasks[tasks["number"].isin(own.led)], own.case.stage is Stage.FINAL
    words: dict[str, Any] = {"滞后称": "未完成或未启动" if final else "滞后或未启动"}
    for name, ratings in _STANDING.items():
        mine = tasks[tasks["rating"].isin(ratings)]
        parts = own.case.facts.tasks(mine)
        words[name] = own.case.facts.count(f"牵头.{name}", len(mine), f"牵头任务·{name}", parts=parts)
        words[f"{name}项"] = list(mine["title"])
    return words


def _main_gap(own: UnitCase) -> dict[str, Any]:
    """Its indicator that is furthest behind, else the first task that has to be put right; empty without one."""
    behind = [words for words in own.case.words["指标"]["未达进度项"] if words["牵头"] == own.unit.name]
    if not behind:
        return {"指标": "", "任务": [gap(own, item) for item in sorted(own.raised, key=_known_first)][:1]}
    words = behind[0]
    ratio = words["现值"].unit == "%" and Fact(id=f"{words['现值'].id}.算式", value=words["算式"], label=f"{words['名称']}·算式",
                                              formula="现值由两数相除", parts=(words["现值"].id,))  # fmt: skip
    return {"指标": words, "算式": ratio or "", "任务": []}


def _known_first(item: Item) -> bool:
    return item.rating == Rating.UNKNOWN


def gap(own: UnitCase, item: Item) -> dict[str, Any]:
    """An item to put right: its name, and what is wrong as a Fact; ``首条``: the first of several reasons."""
    case = own.case
    name = item_name(case.plan, item)
    told = item.problem.removeprefix(f"{name}：").rpartition("（截至")[0] if item.indicator else item.problem
    first, more, _ = told.partition("）；")
    part = task_id(item.task) if not item.indicator else indicator_id(item.indicator)
    gap = partial(Fact, label=f"{name}·差距", formula="由评级得出", parts=case.facts.named(part))
    return {
        "名称": name,
        "评级": item.rating,
        "滞后": item.rating != Rating.UNKNOWN,
        "情况": gap(id=f"差距.{item.item}", value=told),
        "首条": gap(id=f"差距.{item.item}.首条", value=f"{first}）等" if more else told),
    }


def _done(own: UnitCase) -> dict[str, Any]:
    """Activities of its own ledger by the as-of date, and examples in its own words that contradict no figure."""
    case, events = own.case, own.own("events")
    mine = replace(case.returns, events=events.assign(main=True), statuses=own.own("statuses"))
    told = ranked_statements(mine, case.plan, DONE, as_of=case.as_of)
    told = told[~told["flagged"] & told["text"].str.len().le(_LONGEST)].drop_duplicates("task")
    return held(case, activity_totals(mine, case.plan, case.as_of), "活动.本单位", own.unit.name) | {
        "例": [quoted(case, row, "做法") for row in told.head(_EXAMPLES).itertuples()]
    }


def _difficulties(own: UnitCase) -> list[dict[str, Any]]:
    """Problems in so many words of its own, for a unit that has nothing to put right."""
    mine = replace(own.case.returns, statuses=own.own("statuses"))
    told = ranked_statements(mine, own.case.plan, PROBLEM)
    told = told[told["text"].str.len().le(_LONGEST)].drop_duplicates("task")
    return [quoted(own.case, row, "问题") for row in told.head(_EXAMPLES).itertuples()]


def _terms(own: UnitCase) -> dict[str, str]:
    """By when the plan's terms would have data completed, and the rest put right."""
    terms, as_of = own.case.plan.rating.rectification, own.case.as_of
    return {
        "补数": chinese_date(month_end(as_of, terms.data)),
        "整改": chinese_date(month_end(as_of, terms.other)),
    }


def _duties(own: UnitCase) -> dict[str, Any]:
    plan, facts = own.case.plan, own.case.facts
    tasks = [plan.task(number) for number in own.tasks]
    laid_down = facts.planned(f"{own.unit.name}的责任任务")
    counted = {
        "牵头": (len(own.led), "牵头任务"),
        "责任": (len(own.tasks) - len(own.led), "责任任务"),
        "承诺": (sum(len(task.commitments) for task in tasks), "涉及承诺"),
        "指标": (sum(item.task in own.tasks for item in plan.indicators), "涉及量化指标"),
    }
    words: dict[str, Any] = {
        name: facts.count(f"职责.{name}", value, label, sources=laid_down)
        for name, (value, label) in counted.items()
    }
    asked = [
        item
        for task in tasks
        for item in task.commitments
        if plan.commitment_types[item.type].rule != "indicator"
    ]
    words |= {
        "应自查": facts.count("职责.应自查", len(asked), "应自查的承诺", sources=laid_down),
        "已自查": own.counted("职责.已自查", len(own.answered), "已自查的承诺"),
    }
    named = {LEAD: "牵头项", "责任": "责任项"}
    return words | {
        key: [plan.task(n).title for n, role in own.tasks.items() if role == name]
        for name, key in named.items()
    }


def _owed(own: UnitCase) -> dict[str, Any]:
    """What a unit that sent nothing still has to send."""
    case = own.case
    asked = {sheet.name: sheet.rows for sheet in unit_sheets.sheets(case.plan, own.unit, case.round.id)}
    kept = case.facts.planned(f"{own.unit.name}的填报模板")
    must = sum(len(row.required) for rows in asked.values() for row in rows)
    return {
        "任务自查": case.facts.count("应报.任务自查", len(asked[layout.TASKS]), "应自查的承诺", "行", sources=kept),
        "指标数据": case.facts.count("应报.指标数据", len(asked[layout.NUMBERS]), "指标数据的行", "行", sources=kept),
        "必填": case.facts.count("应报.必填", must, "必填的格", "格", sources=kept) if must else "",
        "学校明细": layout.SCHOOLS in asked,
    }  # fmt: skip


def _differences(own: UnitCase) -> dict[str, Any]:
    """Commitments of the tasks it leads where its own rating is another than the rule's."""
    rows = own.case.evaluation.commitments
    rows = rows[rows["task"].isin(own.led) & rows["agrees"].map(lambda same: same is False)]
    return {
        "不一致": own.case.facts.count("自查.不一致", len(rows), "自评与判定不一致的承诺", parts=own.case.facts.commitments(rows)),
        "不一致项": [{"承诺": row.text, "自评": row.self_rating, "评级": row.rating} for row in rows.itertuples()],
    }  # fmt: skip


def _schools(own: UnitCase) -> dict[str, Any]:
    rows = own.own("observations")
    rows = rows[rows["entity"].ne("")]
    states = Counter(rows.loc[rows["required"] | rows["state"].ne("missing"), "state"])
    return {
        "有": len(rows) > 0,
        "校数": own.counted("学校.校数", rows["entity"].nunique(), "学校", "所"),
        "应报": own.counted("学校.应报", sum(states.values()), "学校明细应报和已填的数据", "个"),
        "采用": own.counted("学校.采用", states["accepted"] + states["note"], "采用的数据", "个"),
        "待核": own.counted("学校.待核", states["question"], "待核的数据", "个"),
        "退回": own.counted("学校.退回", states["rejected"], "退回的数据", "个"),
        "未报": own.counted("学校.未报", states["missing"], "未报的数据", "个"),
    }


def _evidence(own: UnitCase) -> dict[str, Any]:
    """Evidence the unit lists, evidence it names without listing it, and evidence that serves several claims."""
    listed_here = {number for number in own.own("evidence")["evidence"] if number}
    absent = sorted(number for number in own.claims if number not in listed_here)
    shared = sorted(number for number, uses in own.claims.items() if len(uses) > 1)
    return {
        "目录": own.counted("佐证.目录", len(listed_here), "佐证目录中的佐证", "件"),
        "未列": own.counted("佐证.未列", len(absent), "引用而未列入目录的佐证", "件"),
        "未列编号": absent,
        "多用": own.counted("佐证.多用", len(shared), "用于多项承诺或活动的佐证", "件"),
        "多用编号": shared,
        "未用": own.counted("佐证.未用", len(listed_here - set(own.claims)), "目录中未被引用的佐证", "件"),
    }


def _open(own: UnitCase) -> dict[str, Any]:
    kinds = Counter(item.kind for item in open_items(own.own("findings")))
    return {
        "有": bool(kinds),
        "退回": own.counted("核查.退回", kinds[REJECTED], "须更正的内容", "处"),
        "待核": own.counted("核查.待核", kinds[QUESTION], "请确认的内容", "处"),
        "更多": len(own.open_rows) > OPEN_SHOWN,
    }


def _dependants(own: UnitCase) -> dict[str, Any]:
    """Which ratings rest on this unit's figures, which leads wait for it, and for whom it waits."""
    plan, facts = own.case.plan, own.case.facts
    rows = own.case.evaluation.indicators.set_index("indicator")
    decisive = [item for item in plan.indicators if item.task in own.led]
    spoken = set(own.answered["task"])
    owed = [number for number, role in own.tasks.items() if role == "责任" and number not in spoken]
    units = own.case.evaluation.units
    silent = set(units.loc[~units["submitted"], "name"]) - {own.unit.name}
    awaited = {number: [u.name for u in plan.responsible(number) if u.name in silent] for number in own.led}
    waiting = [number for number, found in awaited.items() if found]
    return {
        "指标": facts.count("影响.指标", len(decisive), "取决于本单位的量化指标",
                          parts=facts.named(*(indicator_id(item.id) for item in decisive))),
        "指标项": [{"名称": item.name_in_text, "评级": rows.loc[item.id, "rating"]} for item in decisive],
        "缺项": [item.name_in_text for item in decisive if rows.loc[item.id, "missing"]],
        "未填": own.counted("影响.未填", len(owed), "未填报的责任任务"),
        "未填项": [plan.task(number).title for number in owed],
        "未填牵头": list(dict.fromkeys(plan.lead(number).name for number in owed)),
        "待报": facts.count("影响.待报", len(waiting), "尚缺责任单位材料的牵头任务", parts=facts.named(*map(task_id, waiting))),
        "待报单位": list(dict.fromkeys(name for found in awaited.values() for name in found)),
        "待报项": [plan.task(number).title for number in waiting],
    }  # fmt: skip


def _rectification(own: UnitCase) -> dict[str, Any]:
    """What this round's ratings ask it to put right, and what the ledger has of earlier rounds and is not settled."""
    case, earlier = own.case, own.carried
    return {
        "应列": case.facts.count("整改.事项", len(own.raised), "应列入整改清单的事项",
                               parts=case.facts.named(*dict.fromkeys(task_id(item.task) for item in own.raised)) or own.received),
        "有": bool(own.raised), "承接": len(earlier) > 0,
        "承接数": case.facts.count("整改台账.承接", len(earlier), "以前列入、尚未销号的整改事项",
                                 sources=case.files_of("督查台账", "台账", what="整改事项")),
        "更多": len(own.raised) + len(earlier) > own.items_shown,
    }  # fmt: skip
