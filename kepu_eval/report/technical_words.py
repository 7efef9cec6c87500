"""What the technical volume's words may name beside :mod:`kepu_eval.report.vocabulary`: supervision, the rest of the plan, doubts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from kepu_eval.evaluation import Rating
from kepu_eval.evaluation.duties import DutyState
from kepu_eval.evaluation.forecast import extrapolated
from kepu_eval.evaluation.mechanisms import NO, PARTLY, YES
from kepu_eval.evaluation.stability import IN_ALL, IN_MOST, class_shares
from kepu_eval.plan import TargetKind
from kepu_eval.report.alignment import alignment, alignment_words
from kepu_eval.report.blocks import Fact
from kepu_eval.report.earlier_period import earlier_words
from kepu_eval.report.fact import Source
from kepu_eval.report.next_period import found, next_period_words
from kepu_eval.report.selections import first_and_last
from kepu_eval.report.supervision_words import (
    by_state,
    counted,
    evidence_words,
    ledger_words,
    midterm_words,
    spot_check_words,
)

if TYPE_CHECKING:
    from kepu_eval.report.case import Case

_DUTY_STATES = [DutyState.DONE, DutyState.PARTLY, DutyState.NOT_DONE, DutyState.UNKNOWN, DutyState.NOT_DUE]
_HALF = 0.5  # up to this return rate no statement about the district as a whole is made
_MONEY, _MONEY_WORDS = "元", "经费|资金"
_TOLD = ("progress", "problem", "next_step")


def technical(case: Case) -> dict[str, Callable[[], object]]:
    """Groups of names of the technical volume, each made when it is first asked for."""
    return {
        "行动": lambda: _programmes(case),
        "逐项": lambda: [_in_detail(case, indicator) for indicator in case.plan.indicators],
        "对照上级": lambda: alignment_words(case),
        "对照上级项": lambda: alignment(case),
        "跨期": lambda: earlier_words(case),
        "下期": lambda: next_period_words(case),
        "下期项": lambda: found(case),
        "对照": lambda: {"有": case.midterm is not None, "不分解": _not_divided(case)},
        "中期整改": lambda: midterm_words(case),
        "整改台账": lambda: ledger_words(case),
        "抽查": lambda: spot_check_words(case),
        "佐证": lambda: evidence_words(case),
        "例外": lambda: _exceptions(case),
        "定性目标": lambda: _goals(case),
        "阶段任务": lambda: _duties(case),
        "责任主体": lambda: _bodies(case),
        "经费": lambda: _funds(case),
        "机制": lambda: _mechanisms(case),
        "专题调研": lambda: _inquiries(case),
        "选报": lambda: _blanks(case),
        "不能判定": lambda: _undecided(case),
        "核查结果": lambda: _findings(case),
        "稳健性": lambda: _robustness(case),
        "歧义": lambda: _ambiguities(case),
        "推算": lambda: _forecast(case),
        "人群": lambda: _groups(case),
    }


def _programmes(case: Case) -> list[dict[str, Any]]:
    facts, tasks = case.facts, case.evaluation.tasks
    ends = first_and_last(case.evaluation, case.plan).set_index("programme")
    titles = tasks.set_index("number")["title"]
    return [
        {
            "名称": programme.name,
            "任务数": facts.count(f"{programme.id}.任务", len(mine), f"{programme.name}的任务", parts=facts.tasks(mine)),
            "评级": [
                {"评级": band, "任务数": facts.count(f"{programme.id}.{band}", len(part), f"{programme.name}评为“{band}”的任务", parts=facts.tasks(part))}
                for band, part in mine.groupby("band", sort=False)
            ],
            "最好": ends.loc[programme.id, "first_rating"], "最好项": [titles[n] for n in ends.loc[programme.id, "first"]],
            "最差": ends.loc[programme.id, "last_rating"], "最差项": [titles[n] for n in ends.loc[programme.id, "last"]],
        }
        for programme in case.plan.programmes
        for mine in [tasks[tasks["programme"].eq(programme.id)]]
    ]  # fmt: skip


def _in_detail(case: Case, indicator) -> dict[str, Any]:  # noqa: ANN001 - plan.Indicator
    """An indicator's words with what its schools and double counting add to them."""
    row = case.evaluation.indicators.set_index("indicator").loc[indicator.id]
    doubled = not pd.isna(row["summed"]) and row["summed"] != row["deduplicated"]
    schools = case.evaluation.entity_periods.query("indicator == @indicator.id and status == '未达标'")
    return dict(case.words[indicator.id]) | {
        "重复": doubled,
        "上报相加": case.facts.indicator(indicator.id, "summed") if doubled else "",
        "去重后": case.facts.indicator(indicator.id, "deduplicated") if doubled else "",
        "采用": "去重后的数" if row["value"] == row["deduplicated"] else "相加数",
        "未达标学校": case.facts.failing(indicator.id) or "",
        "未达标学校名": list(dict.fromkeys(schools["entity"])),
    }


def _not_divided(case: Case) -> list[str]:
    """Cumulative indicators that are unknown now or at the mid-term, so that no unit's share of the change can be told."""
    if case.midterm is None:
        return []
    rows = case.evaluation.indicators
    before = case.midterm.evaluation.indicators.set_index("indicator")["value"]
    unknown = rows["value"].isna() | rows["indicator"].map(before).isna()
    return list(rows.loc[rows["kind"].eq(TargetKind.CUMULATIVE) & unknown, "name"])


def _exceptions(case: Case) -> dict[str, Any]:
    rows, day = case.decisions.exceptions, case.as_of.isoformat()
    kept: dict[str, Any] = {"sources": case.exception_cells}
    holding = rows["valid_from"].le(day) & rows["valid_until"].ge(day)
    return {
        "有": len(rows) > 0,
        "合计": counted(case, "例外.合计", len(rows), "经批准的例外", **kept),
        "有效": counted(case, "例外.有效", int(holding.sum()), "有效的例外", **kept),
    }


def _goals(case: Case) -> dict[str, Any]:
    rows = case.evaluation.goals
    if rows.empty:
        return {"有": False}
    told, unknown = rows["evaluable"].astype(bool), rows["rating"].eq(Rating.UNKNOWN)
    kinds = {"合计": told | True, "可定级": told & ~unknown, "数据不足": told & unknown, "不能评价": ~told}
    return {"有": True} | {
        name: counted(case, f"目标.{name}", int(hit.sum()), f"定性目标·{name}") for name, hit in kinds.items()
    }


def _duties(case: Case) -> dict[str, Any]:
    rows = case.evaluation.duties
    return {
        "有": len(rows) > 0,
        "合计": counted(case, "阶段任务.合计", len(rows), "阶段任务"),
        "状态": by_state(case, "阶段任务", rows, _DUTY_STATES),
    }


def _bodies(case: Case) -> list[dict[str, Any]]:
    """Bodies beside the named units that the list makes responsible: their tasks by title, members and who reported."""
    names, sent = {unit.id: unit.name for unit in case.plan.units}, case.returns.submissions
    return [
        {
            "名称": row.name,
            "任务": [case.plan.task(number).title for number in row.tasks],
            "可评": bool(row.evaluable),
            "成员": counted(case, f"{row.group}.成员", len(row.members), f"{row.name}·成员", unit="个"),
            "报送": counted(case, f"{row.group}.报送", len(row.submitted), f"{row.name}·报送", tuple(
                case.facts.placed(Source(file=item.file, what=item.unit_name))
                for item in sent[sent["unit"].isin(row.submitted) & sent["file"].ne("")].itertuples()), "个"),
            "未报": [names[unit] for unit in row.silent],
        }
        for row in case.evaluation.groups.itertuples()
    ]  # fmt: skip


def _funds(case: Case) -> dict[str, Any]:
    """Targets in money are rated as indicators; otherwise who wrote of money though nobody asked."""
    targets = [i.short_name for i in case.plan.indicators
               if any(_MONEY in unit for unit in (i.unit, *(m.unit for m in i.measures)))]  # fmt: skip
    rows = case.returns.statuses
    sources = tuple(
        source
        for column in _TOLD
        for source in case.facts.statements(
            rows.loc[rows[column].str.contains(_MONEY_WORDS), "status"], column
        )
    )
    told = counted(case, "经费.提到", len(sources), "提到经费或资金的自查", sources, "处") if sources else ""
    return {"指标": targets, "提到": told}


def _mechanisms(case: Case) -> dict[str, Any]:
    rows, facts = case.evaluation.mechanisms, case.facts
    if rows.empty:
        return {"有": False}
    states = {"已建立": YES, "部分建立": PARTLY, "没有建立": NO, "数据不足": Rating.UNKNOWN}
    found = {name: rows[rows["state"].eq(state)] for name, state in states.items()}
    return {
        "有": True,
        "合计": facts.count("机制.合计", len(rows), "工作机制", sources=facts.planned("工作机制")),
        "分别建立": [_by_unit(case, item) for item in case.plan.mechanisms if item.by_unit],
        "没有建立项": list(found["没有建立"]["text"]),
    } | {
        name: facts.count(f"机制.{name}", len(mine), f"{name}的机制", parts=facts.mechanisms(mine)) if len(mine) or name == "已建立" else ""
        for name, mine in found.items()
    }  # fmt: skip


def _by_unit(case: Case, mechanism) -> dict[str, Any]:  # noqa: ANN001 - plan.Mechanism
    """A mechanism that each unit has to have, and how many are recorded to have it."""
    every = case.evaluation.mechanism_units
    rows = every[every["mechanism"].eq(mechanism.id)]

    def units(what: str, mine: pd.DataFrame) -> Fact:
        cells = tuple(
            case.facts.placed(Source(file=row.file, sheet=row.sheet, cell=row.cell, raw=row.state, what=row.unit))
            for row in mine.itertuples() if row.cell
        )  # fmt: skip
        return counted(
            case, f"机制.{mechanism.id}.{what}", len(mine), f"{mechanism.text}·{what}", cells, "个单位"
        )

    return {
        "名称": mechanism.text, "责任方": mechanism.owner, "有成员": len(rows) > 0, "应建立": units("应建立", rows),
        "已有": units(YES, rows[rows["state"].eq(YES)]), "没有": units(NO, rows[rows["state"].eq(NO)]),
        "不清楚": units(Rating.UNKNOWN, rows[rows["state"].eq(Rating.UNKNOWN)]),
    }  # fmt: skip


def _inquiries(case: Case) -> list[dict[str, Any]]:
    sources = case.files_of("专题调研")
    return [
        {
            "标题": asked.title, "示例": asked.simulated, "单位": asked.population == "units",
            "应调研": counted(case, f"专题调研.{asked.title}.应调研", whole, "调研对象数", sources, "个") if whole else "",
            "回收": counted(case, f"专题调研.{asked.title}.回收", len(answers.rows), "回收问卷", sources, "份"),
            "全部作答": whole is not None and len(answers.rows) == whole,
        }
        for answers in case.inquiries
        for asked, whole in [(answers.questionnaire, answers.population)]
    ]  # fmt: skip


def _blanks(case: Case) -> dict[str, Any]:
    """How contributors' blanks were read, where there are any: as unknown, by the plan's rule, or as was answered."""
    cells, told = case.evaluation.cells, case.returns.findings
    blank = int((cells["state"].eq("留空") & cells["optional"]).sum())
    settled = told["code"].eq("X10") & told["answer"].ne("")
    return {
        "视为没有": case.evaluation.switches["optional_blanks"] == "none",
        "留空": case.facts.count("选报留空", blank, "选报项留空、尚未说明的数据", "格", parts=case.facts.submissions(())) if blank else "",
        "已确认单位": [case.plan.unit(unit).name for unit in dict.fromkeys(told.loc[settled, "unit"])],
    }  # fmt: skip


def _undecided(case: Case) -> dict[str, Any]:
    """How much of everything that is evaluated cannot be decided on what there is."""
    found, facts = case.evaluation, case.facts
    indicators, tasks = (rows[rows["rating"].eq(Rating.UNKNOWN)] for rows in (found.indicators, found.tasks))
    unrecorded = found.mechanisms[found.mechanisms["state"].eq(Rating.UNKNOWN)]
    duties = int(found.duties["state"].eq(Rating.UNKNOWN).sum())
    goals = int((found.goals["rating"].eq(Rating.UNKNOWN) | ~found.goals["evaluable"].astype(bool)).sum())
    submitted = found.units["submitted"]
    return {
        "有": bool(len(indicators) or len(tasks) or len(unrecorded) or duties or goals),
        "列表": bool(len(indicators) or len(tasks)),
        "指标": facts.count("不能判定.指标", len(indicators), "数据不足的指标", parts=facts.indicators(indicators)),
        "任务": facts.count("不能判定.任务", len(tasks), "数据不足的任务", parts=facts.tasks(tasks)),
        "机制": facts.count("不能判定.机制", len(unrecorded), "缺少记录的机制", parts=facts.mechanisms(unrecorded)),
        "阶段任务": facts.count("不能判定.阶段任务", duties, "数据不足的阶段任务", parts=facts.submissions(())),
        "目标": facts.count("不能判定.目标", goals, "数据不足或不能评价的定性目标", parts=facts.tasks(tasks.head(0))),
        "报送不足半数": bool(submitted.mean() <= _HALF),
        "涉及指标": bool(found.indicators["questions"].gt(0).any()),
    }  # fmt: skip


def _findings(case: Case) -> dict[str, Any]:
    rows = case.evaluation.findings
    kinds = {
        "提示": rows["severity"].eq("note"),
        "说明": rows["severity"].eq("info"),
        "已答复": rows["answer"].ne(""),
    }
    return {
        name: case.facts.found(f"核查结果.{name}", rows[hit], f"核查结果·{name}", "条")
        for name, hit in kinds.items()
    }


def _robustness(case: Case) -> dict[str, Any]:
    """In how many ways of reckoning each indicator keeps its rating."""
    frame = class_shares(case.outcomes.indicators, case.outcomes.indicators)
    facts = case.facts
    rule: dict[str, Any] = {"sources": facts.planned("口径和评级界限")}
    kinds = {"不变": frame["standing"].eq(IN_ALL), "多数不变": frame["standing"].eq(IN_MOST)}
    kinds["会变"] = ~(kinds["不变"] | kinds["多数不变"])
    words = {
        name: facts.count(f"稳健性.{name}", int(hit.sum()), f"评级{name}的指标", formula="、".join(frame.loc[hit, "item"]) or "无",
                          parts=facts.indicators(frame[hit].rename(columns={"item": "indicator"})))
        for name, hit in kinds.items()
    }  # fmt: skip
    return words | {
        **{f"{name}项": [case.plan.indicator(item).name_in_text for item in frame.loc[hit, "item"]] for name, hit in kinds.items()},
        "有不同口径": bool(case.plan.switches),
        "口径数": facts.count("稳健性.口径", len(case.plan.switches), "有不同理解的口径", "处", **rule),
        "算法数": facts.count("稳健性.算法", len(case.outcomes.settings), "试算的算法", "种", formula="口径组合均匀出现，固定随机种子", **rule),
        "取值数": facts.count("稳健性.取值", len(case.missing_outcomes.settings), "缺失数据的取值次数", "次", formula="固定随机种子", **rule),
        "界限幅度": Fact(id="稳健性.界限幅度", value=5, unit="个百分点", label="评级界限上下变动的幅度", formula="各界限独立均匀抽取；零和目标本身不动", **rule),
    }  # fmt: skip


def _ambiguities(case: Case) -> dict[str, Any]:
    topics = [a.topic for a in case.plan.ambiguities if a.severity == "A"]
    sources = case.facts.planned("原文不一致处")
    return {
        "事项": topics,
        "合计": case.facts.count("歧义.合计", len(topics), "影响判定的原文不一致处", "处", sources=sources),
    }


def _forecast(case: Case) -> dict[str, Any]:
    """Years that are left, and whether anything is due after the as-of date."""
    counted = (TargetKind.CUMULATIVE, TargetKind.STOCK_AT_HORIZON)
    return {
        "有": any(extrapolated(i) and i.horizon > case.as_of for i in case.plan.indicators),
        "有剩余": any(i.kind in counted for i in case.plan.indicators),
        "剩余年数": Fact(id="剩余年数", value=max(case.plan.meta.last_year - case.as_of.year, 0), unit="年", label="剩余年数",
                     formula="规划末年−基准日所在年", sources=case.facts.planned("规划期")),
        "置信水平": Fact(id="推算.confidence", value=round(case.plan.rating.confidence * 100, 6), unit="%", label="推算区间的置信水平",
                     formula="方案文件规定", sources=case.facts.planned("rating.confidence")),
    }  # fmt: skip


def _groups(case: Case) -> dict[str, Any]:
    """Whether the survey's groups can be compared, and why not."""
    survey, design = case.respondents, case.survey_design
    why = (
        "没有可用的加权调查数据" if survey is None or design is None
        else "调查在评估基准日之后发布" if survey.published > case.as_of
        else ""
    )  # fmt: skip
    return {"可比": not why, "不可比原因": why, "重点人群": bool(survey and survey.focus)}
